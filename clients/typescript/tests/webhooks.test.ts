/** Signatures and encodings of deliveries, without a server. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { forExpress, forFetch, NotAnEvent, parse, SignatureInvalid, verify } from "../src/webhooks/index.js";
import { members } from "../src/webhooks/json-members.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const ID = "01a229d0-639b-740e-bae9-8c8320b83828";
const encoder = new TextEncoder();

/** Return the headers of a request signed as the server signs: over the bytes. */
function signed(
  body: Uint8Array,
  { secret = SECRET, at = Date.now() / 1000, id = ID } = {},
): Record<string, string> {
  const time = String(Math.floor(at));
  const hmac = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"));
  const signature = hmac.update(`${id}.${time}.`).update(body).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": time, "Webhook-Signature": `v1a,xxx v1,${signature}` };
}

const BODIES = { text: encoder.encode('{"a": "é\ufffd"}'), bytes: new Uint8Array([0, 0xff, 0xfe, 10]) };

for (const [kind, body] of Object.entries(BODIES)) {
  test(`a signed body of ${kind} is genuine, with either of two secrets, and in any kind of headers`, async () => {
    const headers = signed(body);
    await verify(body, headers, SECRET);
    await verify(body, new Headers(headers), [OTHER, SECRET]);
    await verify(body, { ...headers, "webhook-id": [ID] }, SECRET);
  });

  test(`a body of ${kind} that was changed, is old, or is signed with another secret is not`, async () => {
    const headers = signed(body);
    const now = Date.now() / 1000;
    const forged: [Uint8Array, Record<string, string>][] = [
      [new Uint8Array([...body, 32]), headers],
      [body.slice(1), headers],
      [body, { ...headers, "webhook-id": "another" }],
      [body, { ...headers, "webhook-timestamp": String(Math.floor(now) + 1) }],
      [body, { ...headers, "Webhook-Signature": "v1,AAAA" }],
      [body, { ...headers, "Webhook-Signature": "v1,%%%" }],
      [body, { ...headers, "Webhook-Signature": (headers["Webhook-Signature"] ?? "").replace("v1,", "v2,") }],
      [body, {}],
      [body, signed(body, { secret: OTHER })],
      [body, signed(body, { at: now - 301 })],
      [body, signed(body, { at: now + 301 })],
      [body, signed(body, { at: Number.NaN })],
    ];
    for (const [changed, given] of forged) {
      await assert.rejects(verify(changed, given, SECRET), SignatureInvalid);
    }
  });
}

test("bytes are not taken for the text that a decoder makes of them", async () => {
  const text = encoder.encode("\ufffd");
  const bytes = new Uint8Array([0xff]);
  const headers = signed(text);
  await verify(text, headers, SECRET);
  await assert.rejects(verify(bytes, headers, SECRET), SignatureInvalid);
  new Webhook(SECRET).verify(Buffer.from(bytes), headers, { jsonParse: false }); // the library alone accepts it
});

test("what the official library signs is genuine", async () => {
  const now = new Date();
  const headers = {
    "webhook-id": ID,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(SECRET).sign(ID, now, "[1]"),
  };
  await verify("[1]", headers, SECRET);
});

test("a secret that is none is refused at once, and not shown", async () => {
  for (const secret of ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_%%%%", []]) {
    await assert.rejects(
      verify("{}", signed(encoder.encode("{}")), secret),
      (error: Error) => error instanceof TypeError && !error.message.includes("MfKQ"),
    );
    assert.throws(() => forExpress(secret, () => null), TypeError);
    assert.throws(() => forFetch(secret, () => null), TypeError);
  }
  assert.throws(() => forFetch(process.env.NO_SUCH_SECRET as string, () => null), TypeError);
});

test("the members of an object keep their text", () => {
  const found = members(' { "a" : [1.0, {"}": "]\\""}] ,"b\\u0041":2e3,"":"\\\\","n":null , "o":{}} ');
  assert.deepEqual(Object.fromEntries(found), {
    a: '[1.0, {"}": "]\\""}]',
    bA: "2e3",
    "": '"\\\\"',
    n: "null",
    o: "{}",
  });
  assert.equal(members("{}").size, 0);
  for (const wrong of ["[]", "1", "null", "{", '{"a":1,"\\u0061":2}']) {
    assert.throws(() => members(wrong), SyntaxError, wrong);
  }
});

const TIME = "2026-11-30T00:17:32.574Z";

test("the data of an event is decoded, and its bytes are as they were sent", () => {
  const body = `{"specversion":"1.0-rc1","id":"e","type":"t","source":"s","time":"${TIME}","data":{"n": 1.0, "big": 18446744073709551616}}`;
  const event = parse(body, { "webhook-id": ID });
  assert.deepEqual(event.data, { n: 1, big: 18446744073709551616n });
  assert.equal(new TextDecoder().decode(event.raw), '{"n": 1.0, "big": 18446744073709551616}');
  const { id, type, source, time, deliveryId } = event;
  assert.deepEqual([id, type, source, time?.toISOString(), deliveryId], ["e", "t", "s", TIME, ID]);
});

/** Return what a structured CloudEvent has. */
function structured(members: string): [unknown, string] {
  const body = `{"specversion":"1.0","id":"e","type":"t","source":"s"${members}}`;
  const { data, raw } = parse(body, {
    "Content-Type": "Application/CloudEvents+json; charset=utf-8",
    "webhook-id": ID,
  });
  return [data, Buffer.from(raw).toString("latin1")];
}

test("a structured CloudEvent has JSON, text, bytes, or nothing", () => {
  assert.deepEqual(structured(',"data":"é"'), ["é", '"Ã©"']);
  assert.deepEqual(structured(',"datacontenttype":"text/plain","data":"é"'), ["é", "Ã©"]);
  assert.deepEqual(structured(',"datacontenttype":"image/png","data_base64":"AP8="'), [
    new Uint8Array([0, 255]),
    "\0ÿ",
  ]);
  assert.deepEqual(structured(',"datacontenttype":"a/b+json","data_base64":"WzFd"'), [[1], "[1]"]);
  assert.deepEqual(structured(""), [null, ""]);
});

/** Return what a binary CloudEvent has. */
function binary(body: string, headers: Record<string, string>): ReturnType<typeof parse> {
  const attributes = {
    "ce-specversion": "1.0",
    "ce-id": "e",
    "ce-type": "t",
    "ce-source": "s",
    "webhook-id": ID,
  };
  return parse(Buffer.from(body, "latin1"), { ...attributes, ...headers });
}

test("a binary CloudEvent has percent-encoded attributes, and any body", () => {
  assert.deepEqual(binary("[1]", { "content-type": "application/json" }).data, [1]);
  assert.deepEqual(binary("[1]", {}).data, [1]);
  assert.deepEqual(binary("\0ÿ", {}).data, Buffer.from([0, 255]));
  assert.deepEqual(binary("hi", { "content-type": "text/plain" }).data, Buffer.from("hi"));
  assert.equal(binary("", {}).data, null);
  assert.equal(binary("", { "ce-type": '"Euro%20%E2%82%AC"' }).type, "Euro €");
});

test("a leap second is the second after it, and a time may have any digits and zone", () => {
  const times = {
    "2016-12-31T23:59:60Z": "2017-01-01T00:00:00.000Z",
    "2016-12-31t23:59:60.5z": "2017-01-01T00:00:00.500Z",
    "2026-01-01T05:30:00.123456789+05:30": "2026-01-01T00:00:00.123Z",
  };
  for (const [sent, read] of Object.entries(times)) {
    assert.equal(binary("", { "ce-time": sent }).time?.toISOString(), read);
  }
});

test("what is no event is refused", () => {
  const wrong: [string | Uint8Array, Record<string, string>][] = [
    ["", {}],
    ["[]", {}],
    [new Uint8Array([0xff]), {}],
    ['{"specversion":"1.0","id":"e","type":"t","source":"s"}', {}],
    ['{"specversion":"1.0-rc1","id":"","type":"t","source":"s"}', {}],
    ['{"specversion":"1.0-rc1","id":"e","type":"t","source":"s","time":"2026-01-01T00:00:00"}', {}],
    ['{"specversion":"1.0-rc1","id":"e","type":"t","source":"s","data":1,"data_base64":""}', {}],
    ['{"specversion":"1.0-rc1","id":"e","type":"t","source":"s","data_base64":1}', {}],
    [
      "{",
      { "ce-specversion": "1.0", "ce-id": "e", "ce-type": "t", "ce-source": "s", "content-type": "a/json" },
    ],
    ["", { "ce-specversion": "1.0", "ce-id": "%E9", "ce-type": "t", "ce-source": "s" }],
  ];
  for (const [body, headers] of wrong) {
    assert.throws(() => parse(body, { "webhook-id": ID, ...headers }), NotAnEvent, String(body));
  }
  assert.throws(
    () => parse('{"specversion":"1.0-rc1","id":"e","type":"t","source":"s"}', {}),
    /no webhook-id/,
  );
});
