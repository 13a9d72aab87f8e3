/** Streams of events and of facts in Node, against a server. */

import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { Delivery_State, TailResponse_Kind } from "../src/gen/bellrope/v1/deliveries_pb.js";
import { BellropeError, DeadlinePassed, event, NotFound, type Outcome, Unavailable } from "../src/index.js";
import { client, Hook, HTTP, listening, newType, SERVER, trigger } from "./live.js";

const bellrope = client();

/** Return all outcomes of a stream. */
async function outcomes(stream: AsyncIterable<Outcome>): Promise<Outcome[]> {
  const all: Outcome[] = [];
  for await (const outcome of stream) {
    all.push(outcome);
  }
  return all;
}

test("a stream yields the outcome of each event in order, and a refused one ends nothing", async () => {
  const type = newType();
  const events = Array.from({ length: 1500 }, (_, row) => ({
    type: row % 500 === 7 ? "a b" : type,
    data: row,
    id: `${type}-${row}`,
  }));
  const all = await outcomes(bellrope.queueStream(events));
  assert.deepEqual(
    all.map(({ eventId }) => eventId),
    events.map(({ id }) => id),
  );
  const refused = all.filter((outcome) => outcome instanceof BellropeError);
  assert.deepEqual(
    refused.map(({ index, reason }) => [index, reason]),
    [7, 507, 1007].map((index) => [index, "INVALID_FIELD"]),
  );
});

test("outcomes come while the source waits", async () => {
  const type = newType();
  let goOn: () => void = () => {};
  async function* slow() {
    yield { type, data: 1 };
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    yield { type, data: 2 };
  }
  const stream = bellrope.queueStream(slow());
  assert.equal((await stream.next()).done, false);
  goOn();
  assert.equal((await stream.next()).done, false);
  assert.equal((await stream.next()).done, true);
});

test("a stream takes at most 1,024 events ahead of their outcomes, and stops when its caller does", async () => {
  const type = newType();
  let taken = 0;
  let closed = false;
  function* endless() {
    try {
      for (;;) {
        taken += 1;
        yield { type };
      }
    } finally {
      closed = true;
    }
  }
  let settled = 0;
  for await (const _ of bellrope.queueStream(endless())) {
    settled += 1;
    assert.ok(taken - settled <= 1024, `${taken} taken, ${settled} settled`);
    if (settled === 1500) {
      break;
    }
  }
  assert.ok(closed);
});

test("an error of the source, and a signal, end a stream", async () => {
  function* broken() {
    yield { type: newType() };
    throw new RangeError("the source broke");
  }
  await assert.rejects(outcomes(bellrope.queueStream(broken())), RangeError);
  const stop = new AbortController();
  const waits = {
    async *[Symbol.asyncIterator]() {
      yield await new Promise<never>(() => {});
    },
  };
  const waiting = outcomes(bellrope.queueStream(waits, { signal: stop.signal }));
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
});

test("an empty stream has no outcomes", async () => {
  assert.deepEqual(await outcomes(bellrope.queueStream([])), []);
});

test("a tail shows what happens, and its signal is a normal end", async () => {
  const hook = await Hook.start();
  const type = await trigger(bellrope, hook.url);
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const fact of bellrope.tail({ type }, { signal: stop.signal })) {
    seen.push(TailResponse_Kind[fact.kind]);
    assert.equal(fact.droppedCount, 0n);
    if (fact.kind === TailResponse_Kind.KIND_UNSPECIFIED) {
      await bellrope.queue(type);
    } else if (fact.state === Delivery_State.SUCCEEDED) {
      stop.abort();
    }
  }
  assert.deepEqual(
    [seen.at(0), seen.at(1), seen.at(-1)],
    ["KIND_UNSPECIFIED", "EVENT_ACCEPTED", "ATTEMPT_RECORDED"],
  );
  await assert.rejects(bellrope.tail({ project: "none" }).next(), NotFound);
});

/** Carry bytes to the server, until they are cut. */
async function cuttable(): Promise<{ server: string; cut: () => void }> {
  const [host = "", port = ""] = SERVER.split(":");
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => sockets.delete(from));
  };
  const server = await listening((near) => {
    const far = connect(Number(port), host);
    carry(near, far);
    carry(far, near);
  });
  const cut = () => {
    for (const socket of sockets) {
      socket.resetAndDestroy();
    }
  };
  return { server, cut };
}

test("a tail goes on after a lost connection, and says that it began again", async () => {
  const { server, cut } = await cuttable();
  const type = newType();
  const kinds: number[] = [];
  for await (const fact of client({ server }).tail({ type })) {
    kinds.push(fact.kind);
    if (kinds.length === 1) {
      cut();
    } else if (fact.kind === TailResponse_Kind.KIND_UNSPECIFIED) {
      await bellrope.queue(type);
    } else {
      break;
    }
  }
  assert.deepEqual(kinds, [0, 0, TailResponse_Kind.EVENT_ACCEPTED]);
});

test("a stream whose connection is cut again and again loses no event, and stores none twice", async () => {
  const { server, cut } = await cuttable();
  const type = newType();
  const events = Array.from({ length: 1200 }, (_, data) => ({ type, data, id: `${type}-${data}` }));
  const stored: string[] = [];
  for await (const outcome of client({ server }).queueStream(events)) {
    assert.ok(!(outcome instanceof BellropeError));
    stored.push(outcome.eventId);
    if (stored.length % 300 === 1) {
      cut();
    }
  }
  assert.deepEqual(
    stored,
    events.map(({ id }) => id),
  );
});

test("a stream without a server ends with the first event that has no outcome", async () => {
  const away = client({ server: "127.0.0.1:1", timeout: { milliseconds: 300 } });
  const type = newType();
  const stream = away.queueStream([event(type, 1, { id: type }), event(type, 2)]);
  await assert.rejects(stream.next(), (error: BellropeError) => {
    assert.deepEqual([error.index, error.eventId], [0, type]);
    return error instanceof Unavailable || error instanceof DeadlinePassed;
  });
});

/** Return how many calls the server has under way. */
async function callsUnderWay(): Promise<number> {
  const page = await (await fetch(`${HTTP}/metrics`)).text();
  return Number(/^bellrope_calls (\S+)/m.exec(page)?.[1]);
}

test("leaving a loop ends the call", async () => {
  const leaver = client();
  for await (const { kind } of leaver.tail()) {
    assert.equal(kind, TailResponse_Kind.KIND_UNSPECIFIED);
    break;
  }
  for await (const { kind } of leaver.deliveries.tail({})) {
    assert.equal(kind, TailResponse_Kind.KIND_UNSPECIFIED);
    break;
  }
  while ((await callsUnderWay()) > 0) {} // the server has no other callers
});
