/** What a client does when a server is unavailable or overloaded: with a server that is played. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type ServiceImpl,
} from "@connectrpc/connect";
import { queueStream } from "../src/batches.js";
import { calls } from "../src/calls.js";
import { Deliveries, TailResponse_Kind } from "../src/gen/bellrope/v1/deliveries_pb.js";
import { Eventing } from "../src/gen/bellrope/v1/eventing_pb.js";
import { ErrorInfoSchema, RetryInfoSchema } from "../src/gen/google/rpc/error_details_pb.js";
import { Bellrope, BellropeError, type Event, KeyRequired, Overloaded } from "../src/index.js";

const UNAVAILABLE = new ConnectError("The server is stopping.", Code.Unavailable);
const KEY_REQUIRED = new ConnectError("The call has no key.", Code.Unauthenticated);

function overloaded(): ConnectError {
  return refused(Code.ResourceExhausted, { reason: "OVERLOADED", domain: "bellrope" });
}

function refused(code: Code, info: MessageInitShape<typeof ErrorInfoSchema>): ConnectError {
  const details = [
    { desc: ErrorInfoSchema, value: info },
    { desc: RetryInfoSchema, value: { retryDelay: { nanos: 1_000_000 } } },
  ];
  return new ConnectError("refused", code, undefined, details);
}

/** Return a client of a server whose answers to `tail` are these, one call after another. */
function tailed(...answers: (ConnectError | TailResponse_Kind[])[]): Bellrope {
  const transport = createRouterTransport(({ service }) => {
    service(Deliveries, {
      async *tail() {
        const answer = answers.shift() ?? KEY_REQUIRED;
        if (answer instanceof ConnectError) {
          throw answer;
        }
        yield* answer.map((kind) => ({ kind }));
      },
    });
  });
  return new Bellrope({ transport, timeout: { seconds: 5 } });
}

/** Return the kinds that a tail yields, and what ends it. */
async function watched(bellrope: Bellrope): Promise<[number[], unknown]> {
  const kinds: number[] = [];
  try {
    for await (const { kind } of bellrope.tail()) {
      kinds.push(kind);
    }
  } catch (error) {
    return [kinds, error];
  }
  return [kinds, undefined];
}

test("a tail goes on when the server ends it, is away, or is overloaded at its return", async () => {
  const { KIND_UNSPECIFIED: BEGUN, EVENT_ACCEPTED: FACT } = TailResponse_Kind;
  const bellrope = tailed(UNAVAILABLE, [BEGUN, FACT], UNAVAILABLE, overloaded(), [BEGUN]);
  const [kinds, end] = await watched(bellrope);
  assert.deepEqual(kinds, [BEGUN, FACT, BEGUN]);
  assert.ok(end instanceof KeyRequired);
});

test("a tail that is refused at its start ends at once", async () => {
  const [kinds, end] = await watched(tailed(overloaded()));
  assert.deepEqual(kinds, []);
  assert.ok(end instanceof Overloaded);
  assert.equal(end.retryAfterMs, 1);
});

/** Yield the outcomes of events that are sent in batches to a server that is played. */
function batched(eventing: Partial<ServiceImpl<typeof Eventing>>, events: Iterable<Event>, timeoutMs = 5000) {
  const transport = createRouterTransport(({ service }) => void service(Eventing, eventing));
  const called = calls(transport, { key: undefined, project: "p", timeoutMs });
  return queueStream(createClient(Eventing, called), events, { project: "p", timeoutMs, signal: undefined });
}

test("a batch that may not have arrived is sent again with the same ids", async () => {
  const sent: string[][] = [];
  const failures = [UNAVAILABLE, overloaded(), UNAVAILABLE];
  const outcomes = batched(
    {
      queueBatch({ events }) {
        sent.push(events.map(({ id }) => id));
        const failure = failures.shift();
        if (failure) {
          throw failure;
        }
        return { results: events.map(({ id }) => ({ eventId: id })) };
      },
    },
    [{ type: "a" }, { type: "b" }],
  );
  const ids: string[] = [];
  for await (const outcome of outcomes) {
    ids.push(outcome.eventId);
  }
  assert.deepEqual(sent, [ids, ids, ids, ids]);
});

test("a batch that cannot be sent ends the stream with its first event", async () => {
  const fail = () => {
    throw UNAVAILABLE;
  };
  const outcomes = batched(
    { queueBatch: fail, queue: fail },
    [{ type: "a", id: "first" }, { type: "b" }],
    300,
  );
  await assert.rejects(outcomes.next(), { name: "Unavailable", index: 0, eventId: "first" });
});

test("an event that is refused goes alone, and each event is stored once", async () => {
  const bad = new Set(["3", "4", "9"]);
  const stored: string[] = [];
  const check = (id: string, index: string) => {
    if (bad.has(id)) {
      throw refused(Code.InvalidArgument, { reason: "INVALID_FIELD", metadata: { index } });
    }
  };
  const eventing: Partial<ServiceImpl<typeof Eventing>> = {
    queueBatch({ events }) {
      for (const [index, { id }] of events.entries()) {
        check(id, String(index));
      }
      stored.push(...events.map(({ id }) => id));
      return { results: events.map(({ id }) => ({ eventId: id })) };
    },
    queue({ id }) {
      check(id, "0");
      stored.push(id);
      return { eventId: id };
    },
  };
  const ids = Array.from({ length: 12 }, (_, id) => String(id));
  const outcomes: [string, boolean][] = [];
  for await (const outcome of batched(
    eventing,
    ids.map((id) => ({ type: "t", id })),
  )) {
    outcomes.push([outcome.eventId, outcome instanceof BellropeError]);
  }
  assert.deepEqual(
    outcomes,
    ids.map((id) => [id, bad.has(id)]),
  );
  assert.deepEqual(
    stored,
    ids.filter((id) => !bad.has(id)),
  );
});
