/** Sends events as its arguments say, and prints each outcome as a line of JSON. */

import { Bellrope, type Settings } from "../src/index.js";

const [settings, call, type, count]: [Settings, string, string, number] = JSON.parse(process.argv[2] ?? "[]");
const bellrope = new Bellrope(settings);
const print = (outcome: unknown) => console.log(JSON.stringify(outcome));

function* events() {
  for (let row = 0; row < count; row++) {
    yield { type, data: row, id: `${type}-${row}` };
  }
}

if (call === "queue") {
  print(await bellrope.queue(type));
} else if (call === "trigger") {
  const { eventId, result } = await bellrope.trigger(type);
  print({ eventId, result });
} else if (call === "load") {
  const ids = Array.from({ length: count }, async (_, row) => (await bellrope.queue(type, row)).eventId);
  print(await Promise.all(ids));
} else {
  let settled = 0;
  for await (const { eventId } of bellrope.queueStream(events())) {
    settled += eventId === `${type}-${settled}` ? 1 : 0;
    if (settled % 500 === 0) {
      print({ settled });
    }
  }
}
