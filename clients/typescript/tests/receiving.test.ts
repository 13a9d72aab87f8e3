/** Webhooks made with this package, called by a server. */

import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { test } from "node:test";
import express from "express";
import { Trigger_Encoding } from "../src/gen/bellrope/v1/triggers_pb.js";
import { type BellropeError, RawJSON, WebhookFailed } from "../src/index.js";
import {
  forExpress,
  forFetch,
  NotAnEvent,
  type Received,
  type Receiver,
  Refused,
  reply,
} from "../src/webhooks/index.js";
import { client, HTTP, newType, serve, trigger } from "./live.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SIGNED = { secrets: [SECRET] };
const bellrope = client();

/** Answer Node's requests by a function from `Request` to `Response`. */
function fromFetch(answer: (request: Request) => Promise<Response>): RequestListener {
  return async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const headers = request.headers as Record<string, string>;
    const body = Buffer.concat(chunks);
    const answered = await answer(new Request("http://x/", { method: "POST", headers, body })).catch(
      () => undefined,
    );
    response.writeHead(answered?.status ?? 500, Object.fromEntries(answered?.headers ?? []));
    response.end(answered ? new Uint8Array(await answered.arrayBuffer()) : "");
  };
}

/** Return an Express program with the webhook at /hook. */
function inExpress(receiver: Receiver): RequestListener {
  const app = express();
  app.set("env", "test"); // it prints no errors
  app.post("/hook", forExpress(SECRET, receiver));
  return app;
}

const SERVERS: Record<string, (receiver: Receiver) => RequestListener> = {
  "node:http": (receiver) => forExpress(SECRET, receiver),
  Express: inExpress,
  fetch: (receiver) => fromFetch(forFetch(SECRET, receiver)),
};

for (const [name, made] of Object.entries(SERVERS)) {
  test(`with ${name} the answer is what the function returns`, async () => {
    const received: Received[] = [];
    const url = await serve(
      made((event) => {
        received.push(event);
        return { big: 2n ** 64n, exact: new RawJSON("1.0") };
      }),
    );
    const type = await trigger(bellrope, url, SIGNED);
    const answer = await bellrope.trigger(type, { n: 1 });
    assert.equal(new TextDecoder().decode(answer.raw), '{"big":18446744073709551616,"exact":1.0}');
    assert.deepEqual(
      received.map(({ id, type, data, deliveryId }) => [id, type, data, deliveryId]),
      [[answer.eventId, type, { n: 1 }, answer.results[0]?.deliveryId]],
    );
  });

  test(`with ${name} nothing returned is an empty answer`, async () => {
    const type = await trigger(bellrope, await serve(made(() => {})), SIGNED);
    const answer = await bellrope.trigger(type);
    assert.deepEqual([answer.result, answer.results[0]?.lastAttempt?.statusCode], [null, 204]);
  });

  test(`with ${name} Refused ends the delivery, and another error leaves it to be tried again`, async () => {
    const failing = made(({ data }) => {
      throw data === "refuse" ? new Refused("not for me") : new NotAnEvent("broken");
    });
    const type = await trigger(bellrope, await serve(failing), { ...SIGNED, retries: 5 });
    const deadline = { timeout: { seconds: 3 } };
    await assert.rejects(bellrope.trigger(type, "refuse", deadline), (error: BellropeError) => {
      const [result] = error.results;
      assert.equal(String(Buffer.from(result?.lastAttempt?.responseBody ?? [])), '{"error":"not for me"}');
      return error instanceof WebhookFailed && result?.lastAttempt?.statusCode === 422;
    });
    const { eventId } = await bellrope.queue(type, "fail");
    for (;;) {
      const { deliveries } = await bellrope.deliveries.listDeliveries({ eventId });
      const [attempt] = deliveries[0]?.attempts ?? [];
      if (attempt) {
        assert.equal(attempt.statusCode, 500);
        break;
      }
    }
    await bellrope.triggers.deleteTrigger({ trigger: type });
  });

  test(`with ${name} a request that is not signed, or far too long, is refused`, async () => {
    const url = await serve(made(() => assert.fail("it was called")));
    const forged = await fetch(url, { method: "POST", body: "{}" });
    assert.deepEqual([forged.status, Object.keys((await forged.json()) as object)], [400, ["error"]]);
    const long = await fetch(url, { method: "POST", body: new Uint8Array(10 << 20) }).catch(() => undefined);
    assert.ok(long === undefined || long.status === 413);
  });
}

test("a refusal has a status that refuses", () => {
  assert.throws(() => new Refused("no", 200), RangeError);
  assert.equal(new Refused("gone", 410).status, 410);
});

test("a reply queues events, once for each id", async () => {
  const next = newType();
  const chain = [
    { type: next, data: new RawJSON("1.0"), id: `${next}-a`, options: { a: "b" } },
    { type: next, delay: { hours: 1 }, id: `${next}-b` },
    { type: next, time: new Date("2031-01-01T00:00:00Z") },
  ];
  const url = await serve(inNode(() => reply({ fine: true }, chain)));
  const type = await trigger(bellrope, url, { ...SIGNED, chainEvents: true });
  await bellrope.trigger(type);
  const { events } = await bellrope.deliveries.listEvents({ type: next });
  const stored = new Map(events.map((event) => [event.eventId, event]));
  assert.equal(events.length, 3);
  assert.equal(new TextDecoder().decode(stored.get(`${next}-a`)?.data), "1.0");
  assert.deepEqual(stored.get(`${next}-a`)?.options, { a: "b" });
  const delayed = stored.get(`${next}-b`);
  assert.equal(Number(delayed?.dueTime?.seconds) - Number(delayed?.acceptTime?.seconds), 3600);
  assert.ok(events.some(({ dueTime }) => Number(dueTime?.seconds) === Date.UTC(2031, 0, 1) / 1000));
});

function inNode(receiver: Receiver): RequestListener {
  return forExpress(SECRET, receiver);
}

test("every encoding is read, with and without a body that is text", async () => {
  const received: Received[] = [];
  const url = await serve(inNode((event) => void received.push(event)));
  for (const encoding of [
    Trigger_Encoding.DOCUMENTED,
    Trigger_Encoding.STRUCTURED,
    Trigger_Encoding.BINARY,
  ]) {
    const type = await trigger(bellrope, url, { ...SIGNED, encoding });
    await bellrope.trigger(type, { Zoë: 2n ** 64n });
  }
  assert.deepEqual(
    received.map(({ data }) => data),
    Array(3).fill({ Zoë: 18446744073709551616n }),
  );
  assert.deepEqual(
    received.map(({ raw }) => new TextDecoder().decode(raw)),
    Array(3).fill('{"Zoë":18446744073709551616}'),
  );
});

test("bytes that are no text are read, and their signature is checked", async () => {
  const received: Received[] = [];
  const url = await serve(inNode((event) => void received.push(event)));
  const encoding = Trigger_Encoding.BINARY;
  const type = await trigger(bellrope, url, { ...SIGNED, encoding });
  const headers = { "ce-specversion": "1.0", "ce-id": type, "ce-source": "/here", "ce-type": type };
  const body = new Uint8Array([0, 0xff, 0x80]);
  const path = `${HTTP}/v1/api/default/eventing/cloudevents`;
  const sent = await fetch(path, {
    method: "POST",
    headers: { ...headers, "content-type": "image/png" },
    body,
  });
  assert.ok(sent.ok, await sent.text());
  while (received.length === 0) {
    await new Promise(setImmediate);
  }
  assert.deepEqual(Buffer.from(received[0]?.raw ?? []), Buffer.from(body));
});

test("a body that a parser has read is an error that says what to do", async () => {
  const app = express();
  app.set("env", "test");
  app.use(express.json());
  app.post(
    "/hook",
    forExpress(SECRET, () => null),
  );
  const said: string[] = [];
  app.use(((error: Error, _request, response, _next) => {
    said.push(error.message);
    response.status(500).end();
  }) as express.ErrorRequestHandler);
  const url = await serve(app);
  const headers = { "content-type": "application/json" };
  await fetch(url, { method: "POST", headers, body: "{}" });
  assert.match(said[0] ?? "", /before express\.json\(\)/);
});

test("express.raw may read the body", async () => {
  const app = express();
  app.post(
    "/hook",
    express.raw({ type: "*/*" }),
    forExpress(SECRET, () => "fine"),
  );
  const type = await trigger(bellrope, await serve(app), SIGNED);
  assert.equal((await bellrope.trigger(type)).result, "fine");
});
