/** Runs the cases of clients/conformance with the TypeScript client in Node. */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Delivery_State, TailResponse_Kind } from "../src/gen/bellrope/v1/deliveries_pb.js";
import { Trigger_Encoding } from "../src/gen/bellrope/v1/triggers_pb.js";
import { Bellrope, BellropeError, type Event, pages, type Settings } from "../src/index.js";
import { settled } from "../src/platform/node.js";
import { NotAnEvent, parse, receive, SignatureInvalid, verify } from "../src/webhooks/index.js";
import { type Returns, Serving, stacks } from "./serving.js";
import * as values from "./values.js";

interface Given {
  readonly server?: string;
  readonly project?: string;
  readonly key?: string;
  readonly key_without_tls?: boolean;
  readonly timeout_ms?: number;
  readonly ca_file?: string;
}

interface Line {
  readonly case: string;
  readonly op: string;
  readonly settings: Given;
  readonly event: values.EventSpec;
  readonly events?: readonly values.EventSpec[];
  readonly count: number;
  readonly callers: number;
  readonly after_ms: number;
  readonly timeout_ms?: number;
  readonly trigger: { readonly name: string; readonly encoding?: keyof typeof Trigger_Encoding };
  readonly name: string;
  readonly type: string;
  readonly schema: string;
  readonly event_id: string;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly secrets: string[];
  readonly stack: string;
  readonly returns: Returns;
}

class WrongSetting extends Error {}

/** A stream failed after some outcomes. */
class Broken extends Error {
  constructor(
    readonly error: BellropeError,
    readonly before: object[],
  ) {
    super(error.message);
  }
}

const clients = new Map<string, Bellrope>();
let serving: Serving | undefined;

const OPERATIONS: Record<string, (line: Line) => unknown> = {
  async queue(line) {
    const { type, data, ...fields } = values.eventOf(line.event);
    return values.queued(await client(line).queue(type, data, { ...fields, ...limits(line) }));
  },
  async trigger(line) {
    const { type, data, ...fields } = values.eventOf(line.event);
    return values.answer(await client(line).trigger(type, data, { ...fields, ...limits(line) }));
  },
  async queue_batch(line) {
    const events = (line.events ?? []).map(values.eventOf);
    return (await client(line).queueBatch(events, limits(line))).map(values.queued);
  },
  async queue_stream(line) {
    const outcomes: object[] = [];
    try {
      for await (const outcome of client(line).queueStream(eventsOf(line), limits(line))) {
        outcomes.push(values.outcome(outcome));
      }
    } catch (error) {
      throw error instanceof BellropeError ? new Broken(error, outcomes) : error;
    }
    return outcomes;
  },
  async cancel(line) {
    const { type, data, ...fields } = values.eventOf(line.event);
    const begun = performance.now();
    const signal = AbortSignal.timeout(line.after_ms);
    const cancelled = await client(line)
      .trigger(type, data, { ...fields, signal })
      .then(
        () => false,
        (error: unknown) => error === signal.reason,
      );
    return { cancelled, after_ms: Math.round(performance.now() - begun) };
  },
  async update_trigger(line) {
    const { encoding, ...fields } = line.trigger;
    const trigger = { ...fields, ...(encoding && { encoding: Trigger_Encoding[encoding] }) };
    const { name, type, url } = await client(line).triggers.updateTrigger({ trigger, allowMissing: true });
    return { name, type, url };
  },
  async list_triggers(line) {
    const found = await all(pages(client(line).triggers.listTriggers, {}));
    return found.flatMap(({ triggers }) => triggers.map(({ name }) => name));
  },
  async delete_trigger(line) {
    await client(line).triggers.deleteTrigger({ trigger: line.name });
    return {};
  },
  async update_event_type(line) {
    const eventType = { type: line.type, schema: line.schema };
    const { type } = await client(line).projects.updateEventType({ eventType, allowMissing: true });
    return { type };
  },
  async list_events(line) {
    const found = await all(pages(client(line).deliveries.listEvents, { type: line.type, pageSize: 2 }));
    return found.flatMap(({ events }) =>
      events.map(({ eventId, type, data }) => ({ id: eventId, type, data: values.base64(data) })),
    );
  },
  async list_deliveries(line) {
    const found = await all(pages(client(line).deliveries.listDeliveries, { eventId: line.event_id }));
    return found.flatMap(({ deliveries }) =>
      deliveries.map(({ deliveryId, trigger, state, attempts }) => ({
        delivery_id: deliveryId,
        trigger,
        state: Delivery_State[state],
        status_codes: attempts.map(({ statusCode }) => statusCode),
      })),
    );
  },
  async replay_event(line) {
    const { replayedCount } = await client(line).deliveries.replayEvent({ eventId: line.event_id });
    return { deliveries: replayedCount };
  },
  async tail(line) {
    const facts: object[] = [];
    for await (const { kind, type, eventId } of client(line).tail()) {
      if (kind === TailResponse_Kind.KIND_UNSPECIFIED) {
        say({ case: line.case, begun: true });
      } else {
        facts.push({ kind: TailResponse_Kind[kind], type, event_id: eventId });
      }
      if (facts.length === line.count) {
        break;
      }
    }
    return facts;
  },
  async verify(line) {
    await verify(bodyOf(line), line.headers, line.secrets);
    return {};
  },
  parse: (line) => values.received(parse(bodyOf(line), line.headers)),
  receive: async (line) => values.received(await receive(bodyOf(line), line.headers, line.secrets)),
  stacks: () => stacks,
  async serve(line) {
    serving = new Serving(line.stack, line.secrets, line.returns);
    return { url: await serving.start() };
  },
  stop: () => ({ received: serving?.stop() }),
  settings(line) {
    client(line);
    const { url, project } = settled(settingsOf(line.settings));
    const tls = url.protocol === "https:";
    return { server: `${url.hostname}:${url.port || (tls ? 443 : 80)}`, tls, project };
  },
  async load(line) {
    const bellrope = client(line);
    const ids: string[] = [];
    let left = line.count;
    const caller = async () => {
      while (left > 0) {
        left -= 1;
        ids.push((await bellrope.queue(line.type)).eventId);
      }
    };
    await Promise.all(Array.from({ length: line.callers }, caller));
    return { ids };
  },
};

function client(line: Line): Bellrope {
  const key = JSON.stringify(line.settings);
  const found = clients.get(key);
  if (found) {
    return found;
  }
  try {
    const made = new Bellrope(settingsOf(line.settings));
    clients.set(key, made);
    return made;
  } catch (error) {
    throw new WrongSetting(String(error));
  }
}

function settingsOf({ server, project, key, key_without_tls, timeout_ms, ca_file }: Given): Settings {
  return {
    server,
    project,
    key,
    keyWithoutTls: key_without_tls,
    ...(timeout_ms !== undefined && { timeout: { milliseconds: timeout_ms } }),
    ...(ca_file !== undefined && {
      transport: createGrpcTransport({
        baseUrl: server ?? "",
        nodeOptions: { ca: readFileSync(ca_file) },
      }),
    }),
  };
}

function limits({ timeout_ms }: Line): { timeout?: { milliseconds: number } } {
  return timeout_ms === undefined ? {} : { timeout: { milliseconds: timeout_ms } };
}

function* eventsOf({ event, events, count }: Line): Generator<Event> {
  if (events) {
    yield* events.map(values.eventOf);
    return;
  }
  for (let number = 0; number < count; number++) {
    yield { ...values.eventOf(event), id: `${event.id}-${number}` };
  }
}

function bodyOf({ body }: Line): Uint8Array {
  return new Uint8Array(Buffer.from(body, "base64"));
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
}

async function answer(line: Line): Promise<object> {
  const operation = OPERATIONS[line.op];
  if (!operation) {
    return { missing: `the operation ${line.op}` };
  }
  try {
    return { ok: await operation(line) };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): object {
  if (error instanceof Broken) {
    return { error: values.error(error.error), before: error.before };
  }
  if (error instanceof BellropeError) {
    return { error: values.error(error) };
  }
  const kinds = [
    [SignatureInvalid, "SIGNATURE_INVALID"],
    [NotAnEvent, "NOT_AN_EVENT"],
    [WrongSetting, "WRONG_SETTING"],
    [TypeError, "REFUSED"],
    [SyntaxError, "REFUSED"],
  ] as const;
  const kind = kinds.find(([type]) => error instanceof type)?.[1];
  if (!kind) {
    throw error;
  }
  return { error: { kind, message: (error as Error).message } };
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as Line;
  say({ case: line.case, ...(await answer(line)) });
}
process.exit();
