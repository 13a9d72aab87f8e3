/**
 * Streams events to a server with the client, or with the generated code alone.
 *
 * The arguments are HOST:PORT, `client` or `stubs`, JSON text that every event has, and how many events each
 * stream has.
 */

import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Eventing } from "../src/gen/bellrope/v1/eventing_pb.js";
import { Bellrope, BellropeError, type Event, RawJSON } from "../src/index.js";

type Stream = (count: number) => Promise<number>;

function withClient(server: string, data: string): Stream {
  const client = new Bellrope({ server });
  const json = new RawJSON(data);
  function* events(count: number): Generator<Event> {
    for (let number = 0; number < count; number++) {
      yield { type: "measured", data: json };
    }
  }
  return async (count) => {
    let stored = 0;
    for await (const outcome of client.queueStream(events(count))) {
      stored += outcome instanceof BellropeError ? 0 : 1;
    }
    return stored;
  };
}

function withStubs(server: string, data: string): Stream {
  const client = createClient(Eventing, createGrpcTransport({ baseUrl: `http://${server}` }));
  const bytes = new TextEncoder().encode(data);
  async function* messages(count: number) {
    for (let number = 0; number < count; number++) {
      const id = String(number).padStart(36, "0"); // as long as the client's own
      yield { event: { project: "default", type: "measured", data: bytes, id } };
    }
  }
  return async (count) => {
    let stored = 0;
    for await (const { results } of client.queueStream(messages(count))) {
      stored += results.filter(({ outcome }) => outcome.case === "accepted").length;
    }
    return stored;
  };
}

const [server = "", form, data = "", ...counts] = process.argv.slice(2);
const stream = form === "client" ? withClient(server, data) : withStubs(server, data);
for (const count of counts.map(Number)) {
  const stored = await stream(count);
  if (stored !== count) {
    throw new Error(`${stored} of ${count} events were stored.`);
  }
}
process.exit(0); // idle connections would go on for a while
