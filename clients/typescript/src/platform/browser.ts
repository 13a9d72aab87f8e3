/** What a client uses in browsers, and wherever there is only `fetch`: the Connect protocol. */

import { createConnectTransport } from "@connectrpc/connect-web";
import type { Resolved, Settings } from "../settings.js";
import { resolve } from "../settings.js";
import type { Connection } from "./node.js";

export { queueStream } from "../batches.js";

/** Return the settings with the defaults of a page. */
export function settled(settings: Settings): Resolved {
  const { origin = "", protocol = "https:" } = globalThis.location ?? {};
  return resolve(settings, {
    server: origin,
    project: undefined,
    key: undefined,
    scheme: protocol,
    ...(origin && { base: origin }),
  });
}

/** Return a connection; the browser opens and closes it. */
export function connect(url: URL): Connection {
  return { transport: createConnectTransport({ baseUrl: url.href, useBinaryFormat: true }), close: () => {} };
}
