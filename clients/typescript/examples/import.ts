/** Imports events from a file: `node examples/import.ts order-placed < orders.jsonl`. Run it again after a crash. */

import { createInterface } from "node:readline";
import { Bellrope, BellropeError, RawJSON } from "bellrope";

const [type = "order-placed"] = process.argv.slice(2);
const bellrope = new Bellrope();

/** Each line is an event. Its id comes from its place in the file, so that no line is stored twice. */
async function* events() {
  let line = 0;
  for await (const text of createInterface({ input: process.stdin })) {
    line += 1;
    yield { type, data: new RawJSON(text), id: `${type}-${line}` };
  }
}

const counts = { stored: 0, before: 0, refused: 0 };
for await (const outcome of bellrope.queueStream(events())) {
  if (outcome instanceof BellropeError) {
    counts.refused += 1;
    console.error(`line ${(outcome.index ?? 0) + 1}: ${outcome.message}`);
  } else if (outcome.duplicate) {
    counts.before += 1;
  } else {
    counts.stored += 1;
  }
}
console.log(`${counts.stored} stored, ${counts.before} stored before, ${counts.refused} refused`);
