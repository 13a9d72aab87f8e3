/**
 * A webhook that answers prices: `WEBHOOK_SECRET=whsec_... PORT=8000 node examples/webhook.ts`.
 *
 *     bellrope triggers create prices --type price-asked --url http://127.0.0.1:8000/ --secret whsec_...
 */

import { createServer } from "node:http";
import { forExpress, Refused } from "bellrope/webhooks";

const { PORT = "8000", WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" } = process.env;
const prices: Record<string, number> = { tea: 3.5, cup: 12 };

const webhook = forExpress(WEBHOOK_SECRET, (event) => {
  const { item } = event.data as { item: string };
  if (!(item in prices)) {
    throw new Refused(`no price for ${item}`); // another attempt would not help
  }
  return { price: prices[item] };
});

createServer(webhook).listen(Number(PORT), "127.0.0.1", () => console.log(`listening on port ${PORT}`));
