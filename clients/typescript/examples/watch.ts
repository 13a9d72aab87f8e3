/** Shows what happens, until Ctrl-C: `node examples/watch.ts`. */

import { Bellrope } from "bellrope";
import { Delivery_State, TailResponse_Kind } from "bellrope/v1/deliveries";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

for await (const fact of new Bellrope().tail({}, { signal: stop.signal })) {
  if (fact.droppedCount > 0) {
    console.log(`${fact.droppedCount} lost: not read in time`);
  }
  switch (fact.kind) {
    case TailResponse_Kind.KIND_UNSPECIFIED:
      console.log("watching");
      break;
    case TailResponse_Kind.EVENT_ACCEPTED:
      console.log(`${fact.type} ${fact.eventId}: ${fact.deliveryCount} deliveries`);
      break;
    default:
      console.log(`${fact.type} ${fact.eventId}: ${fact.trigger} is ${Delivery_State[fact.state]}`);
  }
}
console.log("stopped");
