/** Sends the dead letters of a trigger again, and shows progress: `node examples/replay.ts billing`. */

import { Bellrope } from "bellrope";
import { BulkAction_Action } from "bellrope/v1/deliveries";

const [trigger = "billing"] = process.argv.slice(2);
const { deliveries } = new Bellrope();

const { bulkAction } = await deliveries.startBulkAction({
  action: BulkAction_Action.REPLAY,
  filter: { trigger },
  maxPerSecond: 10,
});
// If this program ends, the replay goes on.
for await (const { doneCount, matchedCount } of deliveries.watchBulkAction({ bulkAction })) {
  console.log(`${doneCount} of ${matchedCount} sent again`);
}
