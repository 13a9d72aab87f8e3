/** Asks a webhook for a price, and waits at most two seconds: `node examples/price.ts tea`. */

import { Bellrope, DeadlinePassed, NoTriggerMatched, WebhookFailed } from "bellrope";

const [item = "tea"] = process.argv.slice(2);
const bellrope = new Bellrope();
const deadline = new Date(Date.now() + 2000);

try {
  const { result } = await bellrope.trigger<{ price: number }>(
    "price-asked",
    { item },
    // Without the expire time, the webhook would still be called after the deadline.
    { timeout: { seconds: 2 }, expireTime: deadline },
  );
  console.log(`${item} costs ${result.price}`);
} catch (error) {
  if (error instanceof NoTriggerMatched) {
    console.log("nobody knows prices");
  } else if (error instanceof DeadlinePassed) {
    console.log("too late");
  } else if (error instanceof WebhookFailed) {
    console.log(`failed with ${error.results.map((result) => result.lastAttempt?.statusCode)}`);
  } else {
    throw error;
  }
}
