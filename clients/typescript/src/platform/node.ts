/** What a client uses in Node: gRPC over HTTP/2, and the environment. */

import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { Resolved, Settings } from "../settings.js";
import { resolve } from "../settings.js";

export { queueStream } from "../stream.js";

/** A connection to a server. */
export interface Connection {
  readonly transport: Transport;
  readonly close: () => void;
}

// The server answers pings that are 5 seconds apart. A connection that died is noticed within half a minute.
const PINGS = { pingIntervalMs: 20_000, pingTimeoutMs: 10_000 };
// The details of an error are in the trailers, which Node limits to 64 KiB by default.
const LARGE_TRAILERS = { settings: { maxHeaderListSize: 4 * 1024 * 1024 } };

/** Return the settings with the defaults of Node. */
export function settled(settings: Settings): Resolved {
  const { BELLROPE_SERVER, BELLROPE_PROJECT, BELLROPE_KEY, BELLROPE_ADMIN_KEY } = process.env;
  return resolve(settings, {
    server: BELLROPE_SERVER || "127.0.0.1:4123",
    project: BELLROPE_PROJECT || undefined,
    key: BELLROPE_KEY || BELLROPE_ADMIN_KEY || undefined,
    scheme: "http:",
  });
}

/** Return a connection, which is made when it is first used. It keeps no process alive while it is idle. */
export function connect(url: URL): Connection {
  const baseUrl = url.href;
  const sessionManager = new Http2SessionManager(baseUrl, PINGS, LARGE_TRAILERS);
  return { transport: createGrpcTransport({ baseUrl, sessionManager }), close: () => sessionManager.abort() };
}
