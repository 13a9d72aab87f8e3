/** Settings, lengths of time and ids. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../src/ids.js";
import { Bellrope, duration } from "../src/index.js";
import { settled as inBrowser } from "../src/platform/browser.js";
import { settled } from "../src/platform/node.js";

/** Run with variables of the environment in place of those that are set. */
function withEnvironment<T>(variables: Record<string, string>, run: () => T): T {
  const before = process.env;
  process.env = variables;
  try {
    return run();
  } finally {
    process.env = before;
  }
}

test("the environment names the server, the project and the key; what is given wins", () => {
  const variables = { BELLROPE_SERVER: "10.0.0.1:1", BELLROPE_PROJECT: "p", BELLROPE_ADMIN_KEY: "old" };
  withEnvironment(variables, () => {
    const { url, project, key } = settled({ keyWithoutTls: true });
    assert.deepEqual([url.href, project, key], ["http://10.0.0.1:1/", "p", "old"]);
    const given = settled({ server: "https://b.example.com", project: "q", key: "k" });
    assert.deepEqual([given.url.href, given.project, given.key], ["https://b.example.com/", "q", "k"]);
  });
  withEnvironment({ BELLROPE_KEY: "new", BELLROPE_ADMIN_KEY: "old", BELLROPE_PROJECT: "" }, () => {
    const { url, project, key, timeoutMs } = settled({});
    assert.deepEqual(
      [url.href, project, key, timeoutMs],
      ["http://127.0.0.1:4123/", "default", "new", 10_000],
    );
  });
});

test("a key is not sent without TLS to another machine, unless that is wanted", () => {
  for (const server of ["10.0.0.1:4123", "http://bellrope.example.com", "http://127.0.0.1.example.com"]) {
    assert.throws(() => new Bellrope({ server, key: "secret" }), /unencrypted/);
    new Bellrope({ server, key: "secret", keyWithoutTls: true });
    new Bellrope({ server });
  }
  for (const server of ["127.0.0.1:4123", "localhost:4123", "[::1]:4123", "https://bellrope.example.com"]) {
    new Bellrope({ server, key: "secret" });
  }
});

test("a wrong setting is refused with what to write instead, and without the key", () => {
  for (const server of ["", "grpc://x", "http://", "host:port", "a b"]) {
    assert.throws(() => new Bellrope({ server }), /is no server\. Write HOST:PORT/, server);
  }
  assert.throws(
    () => new Bellrope({ server: "https://user:password@host" }),
    (error: Error) => /^The server is no server\./.test(error.message),
  );
  assert.throws(
    () => new Bellrope({ key: "two words" }),
    (error: Error) => /printable ASCII/.test(error.message) && !error.message.includes("two words"),
  );
});

test("a page's client calls its origin, a path of it, or another server", () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "location");
  const location = { origin: "https://page.example.com", protocol: "https:" };
  Object.defineProperty(globalThis, "location", { value: location, configurable: true });
  const servers = [undefined, "/prefix", "https://other.example.com/x", "localhost:4122"];
  const called = servers.map((server) => inBrowser(server === undefined ? {} : { server }).url.href);
  Object.defineProperty(globalThis, "location", before ?? { value: undefined, configurable: true });
  assert.deepEqual(called, [
    "https://page.example.com/",
    "https://page.example.com/prefix",
    "https://other.example.com/x",
    "https://localhost:4122/",
  ]);
});

test("a length of time has a unit, and a bare number is refused", () => {
  assert.deepEqual(duration({ minutes: 1, milliseconds: 1.5 }), { seconds: 60n, nanos: 1_500_000 });
  assert.deepEqual(duration({ days: 1, hours: -1 }), { seconds: 82_800n, nanos: 0 });
  const wrong = [10, "10s", null, { seconds: Number.NaN }, { minute: 1 }, { months: 1 }];
  for (const length of wrong) {
    assert.throws(() => duration(length as never), TypeError);
  }
});

test("ids are new UUIDs of version 7, of this moment", () => {
  const before = Date.now();
  const ids = Array.from({ length: 1000 }, uuid7);
  assert.equal(new Set(ids).size, 1000);
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const time = Number.parseInt(id.replace("-", "").slice(0, 12), 16);
    assert.ok(before <= time && time <= Date.now());
  }
});
