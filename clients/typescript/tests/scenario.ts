/** What a program does with the client, the same in Node and in a page; it returns what came of it. */

import { Delivery_State, TailResponse_Kind } from "../src/gen/bellrope/v1/deliveries_pb.js";
import { Bellrope, BellropeError, decode, pages, RawJSON, type Settings } from "../src/index.js";

/** What came of it, as JSON can hold it. */
export type Facts = Record<string, unknown>;

/** Use each call of the client; `hook` is a webhook that answers `{"fine": 1.0}`. */
export async function scenario(settings: Settings, hook: string, name: string): Promise<Facts> {
  const bellrope = new Bellrope({ ...settings, project: name });
  await bellrope.projects.createProject({ project: { name } });
  await bellrope.triggers.createTrigger({ trigger: { name, type: name, url: hook } });
  const facts: Facts = {
    data: await exactData(bellrope, name),
    answer: await answered(bellrope, name),
    errors: await errors(bellrope, settings),
    stream: await streamed(bellrope, name),
    tail: await tailed(bellrope, name),
    aborted: await aborted(bellrope),
  };
  bellrope.close();
  return facts;
}

async function exactData(bellrope: Bellrope, type: string): Promise<string> {
  const delay = { hours: 1 };
  const { eventId } = await bellrope.queue(
    type,
    { n: 2n ** 64n, f: new RawJSON("1.0"), s: "Zoë" },
    { delay },
  );
  const { data } = await bellrope.deliveries.getEvent({ eventId });
  return new TextDecoder().decode(data);
}

async function answered(bellrope: Bellrope, type: string): Promise<unknown> {
  const { result, raw, results } = await bellrope.trigger(type, null);
  return [result, new TextDecoder().decode(raw), results.map(({ state }) => Delivery_State[state])];
}

async function errors(bellrope: Bellrope, settings: Settings): Promise<unknown> {
  const { key: _, ...withoutKey } = settings;
  const calls = [
    bellrope.queue("a b"),
    bellrope.trigger("nobody-wants-this"),
    bellrope.queueBatch([{ type: "fine" }, { type: "a b", id: "the-second" }]),
    bellrope.triggers.getTrigger({ trigger: "none" }),
    new Bellrope(withoutKey).queue("t"),
    bellrope.queue("t", Number.NaN),
  ];
  const ended = await Promise.allSettled(calls);
  return ended.map((end) => {
    const error: unknown = end.status === "rejected" ? end.reason : undefined;
    return error instanceof BellropeError
      ? [error.name, error.code, error.reason, error.fields.map(({ field }) => field), error.index]
      : String(error);
  });
}

/** Send events of which some are refused, from a source that pauses; return the outcomes' ids and reasons. */
async function streamed(bellrope: Bellrope, name: string): Promise<unknown> {
  const refused = new Set([0, 7, 8, 1150]);
  async function* events() {
    for (let row = 0; row < 1200; row++) {
      yield { type: refused.has(row) ? "a b" : `${name}-streamed`, data: row, id: `${name}-${row}` };
      if (row % 500 === 0) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
  const outcomes: unknown[] = [];
  const ids: string[] = [];
  for await (const outcome of bellrope.queueStream(events())) {
    ids.push(outcome.eventId);
    if (outcome instanceof BellropeError) {
      outcomes.push([outcome.index, outcome.reason, outcome.fields.map(({ field }) => field)]);
    }
  }
  let stored = 0;
  for await (const { events } of pages(bellrope.deliveries.listEvents, {
    type: `${name}-streamed`,
    pageSize: 1000,
  })) {
    stored += events.length;
  }
  const inOrder = ids.every((id, row) => id === `${name}-${row}`);
  return { outcomes, count: ids.length, stored, inOrder };
}

async function tailed(bellrope: Bellrope, name: string): Promise<unknown> {
  const kinds: string[] = [];
  const stop = new AbortController();
  for await (const fact of bellrope.tail({ type: `${name}-tailed` }, { signal: stop.signal })) {
    kinds.push(TailResponse_Kind[fact.kind]);
    if (kinds.length === 1) {
      await bellrope.queue(`${name}-tailed`);
    } else {
      stop.abort();
    }
  }
  return kinds;
}

async function aborted(bellrope: Bellrope): Promise<unknown> {
  const stop = new AbortController();
  const time = new Date(Date.now() + 5000);
  const call = bellrope.queue("t", decode("1"), { signal: stop.signal, time });
  stop.abort(new RangeError("enough"));
  return call.catch(String);
}
