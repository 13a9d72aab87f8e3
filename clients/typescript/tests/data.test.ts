/** Data of events: what is sent, what is refused, and what is read. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, RawJSON } from "../src/index.js";

const text = (data: unknown): string => new TextDecoder().decode(encode(data));

test("values are written as JSON.stringify writes them", () => {
  class Point {
    x = 1;
  }
  const values = [
    null,
    true,
    'text with " \\ \n é 😀 \u2028',
    "",
    0,
    -0,
    1e21,
    1.5e-7,
    [],
    {},
    [1, [2, { a: null }]],
    { "a-b": 1, 2: 2, __proto__: { hidden: 1 } },
    new Date(0),
    new Date(Number.NaN),
    new Point(),
    Object.create(null, { a: { value: 1, enumerable: true } }),
    [new Number(1), new String("s"), new Boolean(false)],
    { toJSON: (key: string) => `key ${key}`.length },
  ];
  assert.deepEqual(
    values.map((value) => text(value)),
    values.map((value) => JSON.stringify(value)),
  );
});

test("a string is a JSON string, never JSON text", () => {
  assert.equal(text('{"a": 1}'), '"{\\"a\\": 1}"');
});

test("a bigint is written with all of its digits", () => {
  assert.equal(text({ n: 18446744073709551616n, m: -1n }), '{"n":18446744073709551616,"m":-1}');
});

test("RawJSON is written byte for byte, alone and inside other data", () => {
  assert.equal(text(new RawJSON(' {"a": 1.0, "a": 2}\n')), ' {"a": 1.0, "a": 2}\n');
  assert.equal(text([new RawJSON("1.10"), new RawJSON(new TextEncoder().encode('"é"'))]), '[1.10,"é"]');
});

test("what JSON.rawJSON makes is written as it is, where the language has it", () => {
  const { rawJSON } = JSON as { rawJSON?: (text: string) => unknown };
  if (rawJSON) {
    assert.equal(text([rawJSON("1.10")]), "[1.10]");
  }
});

test("RawJSON that is not JSON is refused, so that nothing can be smuggled into other data", () => {
  for (const wrong of ["", "{", "1,2", '1}, "admin": true, "x": {', "NaN", "\ufeff1"]) {
    assert.throws(() => new RawJSON(wrong), SyntaxError, wrong);
  }
  assert.throws(() => new RawJSON(new Uint8Array([0x22, 0xff, 0x22])), SyntaxError);
});

test("RawJSON does not change when the bytes it came from do", () => {
  const bytes = new TextEncoder().encode("[1]");
  const raw = new RawJSON(bytes);
  bytes.fill(0x20);
  assert.equal(raw.toString(), "[1]");
});

test("what JSON cannot hold is refused with its place", () => {
  const loop: { list: unknown[] } = { list: [] };
  loop.list.push({ loop });
  const cases: [unknown, RegExp][] = [
    [Number.NaN, /^data is NaN/],
    [{ price: Number.POSITIVE_INFINITY }, /^data\.price is Infinity/],
    [{ items: [{}, { "a b": undefined }] }, /^data\.items\[1\]\["a b"\] is undefined/],
    [Array(1), /^data\[0\] is undefined/],
    [{ f: () => 1 }, /^data\.f is a function/],
    [[Symbol("s")], /^data\[0\] is a symbol/],
    [new Map([["a", 1]]), /^data is a Map.*Object\.fromEntries/],
    [{ s: new Set() }, /^data\.s is a Set/],
    [{ b: new Uint8Array(2) }, /^data\.b is bytes.*RawJSON/],
    [["a\ud800b"], /^data\[0\] has half of a character/],
    [{ "\udc00": 1 }, /half of a character/],
    [loop, /^data\.list\[0\]\.loop contains itself/],
  ];
  for (const [value, said] of cases) {
    assert.throws(() => encode(value), { name: "TypeError", message: said });
  }
});

test("an object may come twice if it does not contain itself", () => {
  const shared = { a: 1 };
  assert.equal(text([shared, shared]), '[{"a":1},{"a":1}]');
});

test("an integer that a number cannot hold becomes a bigint, and everything else is as JSON.parse has it", () => {
  const json =
    '{"big": 18446744073709551616, "n": [9007199254740991, -9007199254740993], "s": "18446744073709551616"}';
  assert.deepEqual(decode(json), {
    big: 18446744073709551616n,
    n: [9007199254740991, -9007199254740993n],
    s: "18446744073709551616",
  });
  for (const plain of [
    '{"a": [1.0, 1e3, -0, "\\u0000 \\" 1234567890123456789"]}',
    "0.12345678901234567890",
    "1e400",
  ]) {
    assert.deepEqual(decode(plain), JSON.parse(plain));
  }
  assert.equal(decode(""), null);
  assert.throws(() => decode("{"), SyntaxError);
  assert.throws(() => decode(new Uint8Array([0xff])), SyntaxError);
});

test("what was written is read as it was", () => {
  const value = { n: 123456789012345678901234567890n, s: ["\\\\", '"', "é"], o: { "": [true, null, -1.5] } };
  assert.deepEqual(decode(encode(value)), value);
});

test("a megabyte of text and 1,000 levels are written and read", () => {
  const long = { s: `\\${"x".repeat(1 << 20)}"`, n: 12345678901234567890n };
  assert.deepEqual(decode(encode(long)), long);
  let deep: unknown = 1;
  for (let level = 0; level < 1000; level++) {
    deep = [deep];
  }
  assert.equal(text(deep), JSON.stringify(deep));
});
