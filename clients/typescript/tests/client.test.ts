/** The client in Node, against a server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Delivery_State } from "../src/gen/bellrope/v1/deliveries_pb.js";
import {
  Bellrope,
  type BellropeError,
  Conflict,
  decode,
  event,
  InvalidRequest,
  NoTriggerMatched,
  NotFound,
  pages,
  RawJSON,
  TooLarge,
  TriggerPaused,
  WebhookFailed,
} from "../src/index.js";
import { client, Hook, listening, newType, SERVER, trigger } from "./live.js";

const bellrope = client();

test("data reaches the webhook byte for byte", async () => {
  const hook = await Hook.start();
  const type = await trigger(bellrope, hook.url);
  const queued = await bellrope.queue(type, { price: new RawJSON("1.10"), big: 2n ** 64n, name: "Zoë" });
  const { body } = await hook.post(1);
  assert.equal(String(body).split('"data":')[1], '{"price":1.10,"big":18446744073709551616,"name":"Zoë"}}');
  assert.deepEqual([queued.deliveryCount, queued.duplicate], [1, false]);
  assert.ok(Math.abs(queued.dueTime.getTime() - Date.now()) < 60_000);
  assert.equal(decode(body) && JSON.parse(String(body)).id, queued.eventId);
});

test("no data is null", async () => {
  const { eventId } = await bellrope.queue(newType());
  assert.equal(decode((await bellrope.deliveries.getEvent({ eventId })).data), null);
});

test("an event carries its fields", async () => {
  const type = newType();
  const time = new Date("2031-02-03T04:05:06.789Z");
  const queued = await bellrope.queue(type, 1, {
    id: `${type}-id`,
    time,
    delay: { minutes: 1 },
    expireTime: new Date("2031-02-04T00:00:00Z"),
    options: { db: "main" },
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    tracestate: "a=b",
  });
  const stored = await bellrope.deliveries.getEvent({ eventId: `${type}-id` });
  assert.deepEqual([queued.eventId, queued.dueTime], [`${type}-id`, new Date(time.getTime() + 60_000)]);
  assert.deepEqual([stored.options, stored.tracestate], [{ db: "main" }, "a=b"]);
  assert.equal(stored.expireTime?.seconds, BigInt(Date.UTC(2031, 1, 4) / 1000));
  assert.match(stored.traceparent, /^00-0af7/);
});

test("the same id is stored once, and another event with it is a conflict", async () => {
  const type = newType();
  await bellrope.queue(type, 1, { id: type });
  assert.equal((await bellrope.queue(type, 1, { id: type })).duplicate, true);
  await assert.rejects(bellrope.queue(type, 2, { id: type }), (error: BellropeError) => {
    assert.deepEqual(
      [error.constructor, error.reason, error.code],
      [Conflict, "ID_CONFLICT", "ALREADY_EXISTS"],
    );
    return error.eventId === type;
  });
});

test("what cannot be sent is refused before it is sent", async () => {
  await assert.rejects(bellrope.queue("t", Number.NaN), TypeError);
  await assert.rejects(bellrope.queue("t", 1, { time: new Date(Number.NaN) }), /time must be a valid Date/);
  await assert.rejects(bellrope.queue("t", 1, { delay: 5 as never }), /delay must have a unit/);
  await assert.rejects(bellrope.queueBatch([{ type: "t", data: () => 1 }]), /data is a function/);
});

test("an answer is decoded, and its bytes are there", async () => {
  const hook = await Hook.start();
  const type = await trigger(bellrope, hook.url);
  const answers: [string | Uint8Array, unknown, string][] = [
    [
      '{"n": 18446744073709551616, "f": 1.0}',
      { n: 2n ** 64n, f: 1 },
      '{"n": 18446744073709551616, "f": 1.0}',
    ],
    ["plain text", "plain text", '"plain text"'],
    ["", null, "null"],
    [new Uint8Array([0xff, 0]), Buffer.from([0xff, 0]), "\xff\0"],
  ];
  for (const [sent, result, raw] of answers) {
    hook.answer = [200, sent];
    const answer = await bellrope.trigger(type);
    assert.deepEqual(
      answer.result instanceof Uint8Array ? Buffer.from(answer.result) : answer.result,
      result,
    );
    assert.equal(Buffer.from(answer.raw).toString("latin1"), raw);
    assert.deepEqual(
      answer.results.map(({ trigger, state }) => [trigger, Delivery_State[state]]),
      [[type, "SUCCEEDED"]],
    );
  }
});

test("a webhook that fails is an error with its answer, however long that is", async () => {
  const hook = await Hook.start();
  const type = await trigger(bellrope, hook.url);
  for (const length of [10, 900_000]) {
    hook.answer = [500, "x".repeat(length)];
    await assert.rejects(bellrope.trigger(type), (error: BellropeError) => {
      assert.ok(error instanceof WebhookFailed);
      assert.match(error.message, /answered 500/);
      return error.results[0]?.lastAttempt?.statusCode === 500;
    });
  }
});

test("errors have a class, a reason, and the fields at fault", async () => {
  const hook = await Hook.start();
  const paused = await trigger(bellrope, hook.url, { paused: false });
  await bellrope.triggers.pauseTrigger({ trigger: paused });
  const cases: [() => Promise<unknown>, typeof BellropeError, string, string[]][] = [
    [() => bellrope.queue("a b"), InvalidRequest, "INVALID_FIELD", ["type"]],
    [() => bellrope.queue("t", "x".repeat(2 << 20)), TooLarge, "TOO_LARGE", []],
    [() => bellrope.trigger(newType()), NoTriggerMatched, "NO_TRIGGER_MATCHED", []],
    [() => bellrope.trigger(paused), TriggerPaused, "TRIGGER_PAUSED", []],
    [() => client({ project: "none" }).queue("t"), NotFound, "PROJECT_NOT_FOUND", ["project"]],
    [() => bellrope.triggers.getTrigger({ trigger: "none" }), NotFound, "TRIGGER_NOT_FOUND", ["trigger"]],
  ];
  for (const [call, kind, reason, fields] of cases) {
    const error = await call().then(
      () => assert.fail("it was not refused"),
      (error: BellropeError) => error,
    );
    assert.deepEqual([error.constructor, error.name], [kind, kind.name]);
    assert.equal(error.reason, reason);
    assert.deepEqual(error.fields.map(({ field }) => field).slice(0, fields.length), fields);
  }
});

test("a batch is stored together or not at all, and its error says which event is at fault", async () => {
  const type = newType();
  const basket = [event(type, 1), event(type, 2, { id: `${type}-2` })];
  const stored = await bellrope.queueBatch(basket);
  assert.deepEqual(
    stored.map(({ eventId }) => eventId),
    basket.map(({ id }) => id),
  );
  assert.deepEqual(
    (await bellrope.queueBatch(basket)).map(({ duplicate }) => duplicate),
    [true, true],
  );
  const wrong = [event(type, 3, { id: `${type}-3` }), event("a b", 4, { id: `${type}-4` })];
  await assert.rejects(bellrope.queueBatch(wrong), {
    index: 1,
    eventId: `${type}-4`,
    name: "InvalidRequest",
  });
  await assert.rejects(bellrope.deliveries.getEvent({ eventId: `${type}-3` }), NotFound);
});

test("a signal ends a call with its reason, and the event is delivered nevertheless", async () => {
  const hook = await Hook.start();
  hook.answer = [200, ""];
  const type = await trigger(bellrope, hook.url);
  const stop = new AbortController();
  const time = new Date(Date.now() + 500);
  const call = bellrope.trigger(type, 1, { id: type, time, signal: stop.signal });
  const isStored = () => bellrope.deliveries.getEvent({ eventId: type }).catch(() => undefined);
  while (!(await isStored())) {}
  stop.abort(new Error("no longer"));
  await assert.rejects(call, /no longer/);
  await hook.post(1);
  await assert.rejects(bellrope.queue(type, 1, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("a deadline ends the wait, and the event's id is in the error", async () => {
  const hook = await Hook.start();
  const type = await trigger(bellrope, hook.url);
  const late = { time: new Date(Date.now() + 100), id: type };
  const silent = await listening(() => {});
  await bellrope.triggers.updateTrigger({
    trigger: { name: type, url: `http://${silent}/` },
    updateMask: { paths: ["url"] },
  });
  await assert.rejects(bellrope.trigger(type, 1, { ...late, timeout: { milliseconds: 400 } }), {
    name: "DeadlinePassed",
    code: "DEADLINE_EXCEEDED",
    eventId: type,
  });
  await bellrope.triggers.deleteTrigger({ trigger: type });
});

test("a server that is not there is tried again, until the timeout", async () => {
  const tries: number[] = [];
  const server = await listening((socket) => {
    tries.push(performance.now());
    socket.destroy();
  });
  const away = client({ server, timeout: { milliseconds: 500 } });
  await assert.rejects(away.queue("t", 1, { id: "an-id" }), { name: "Unavailable", eventId: "an-id" });
  assert.ok(tries.length >= 2, `${tries.length} tries`);
});

test("the answers of lists are read page by page", async () => {
  const type = newType();
  await bellrope.queueBatch(Array.from({ length: 7 }, (_, data) => ({ type, data })));
  const read: string[] = [];
  let count = 0;
  for await (const { events } of pages(bellrope.deliveries.listEvents, { type, pageSize: 3 })) {
    count += 1;
    read.push(...events.map(({ data }) => String(decode(data))));
  }
  assert.deepEqual(read.sort(), ["0", "1", "2", "3", "4", "5", "6"]);
  assert.ok(count >= 3);
});

test("event types have schemas, and dead letters are replayed", async () => {
  const hook = await Hook.start();
  const type = await trigger(bellrope, hook.url);
  const schema = JSON.stringify({ type: "object", required: ["amount"] });
  await bellrope.projects.updateEventType({ eventType: { type, schema }, allowMissing: true });
  await assert.rejects(bellrope.queue(type, {}), { reason: "INVALID_FIELD" });
  hook.answer = [500, ""];
  await assert.rejects(bellrope.trigger(type, { amount: 1 }), WebhookFailed);
  const dead = { trigger: type, state: Delivery_State.DEAD_LETTERED };
  const { deliveries } = await bellrope.deliveries.listDeliveries(dead);
  hook.answer = [200, ""];
  await bellrope.deliveries.replayDelivery({ deliveryId: deliveries[0]?.deliveryId ?? "" });
  assert.equal((await hook.post(2)).headers["webhook-id"], deliveries[0]?.deliveryId);
});

test("a server says how it is", async () => {
  assert.equal((await bellrope.server.getStatus({})).nodes.length, 1);
});

test("a project is deleted by its name only", async () => {
  await assert.rejects(bellrope.projects.deleteProject({}), InvalidRequest);
});

test("a closed client connects again when it is used", async () => {
  const type = newType();
  using closed = new Bellrope({ server: SERVER });
  await closed.queue(type);
  closed.close();
  await closed.queue(type);
});
