/** How calls reach the server: Connect with protobuf, on the origin and below the path of this page. */
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { anotherKey, key } from "./key";

/** The address of the server: `/`, or `/x/y/` behind a proxy. */
export const server = new URL("../", document.baseURI);

/** How much longer a call waits than the server is given, in ms: so the server's own answer comes first. */
export const GRACE = 2_000;

const USUAL = 30_000; // ms; a call that may take longer says so
const TIMEOUT = "Connect-Timeout-Ms";

/** Adds the key. A refused call waits for another key and is sent again: nothing was done. */
const withKey: Interceptor = (next) => async (request) => {
  for (;;) {
    const used = key.value;
    if (used) request.header.set("Authorization", `Bearer ${used}`);
    try {
      return await next(request);
    } catch (error) {
      if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
      await anotherKey(used, request.signal);
    }
  }
};

/** Bounds each sending of a call by itself: looking for a key takes nothing of its time. A stream has no end. */
const withPatience: Interceptor = (next) => (request) => {
  if (request.stream) return next(request);
  const header = new Headers(request.header);
  const given = Number(header.get(TIMEOUT)); // ms, by the call; 0 if it says nothing
  header.set(TIMEOUT, String(given ? Math.max(1, given - GRACE) : USUAL));
  const late = AbortSignal.timeout((given || USUAL) + GRACE);
  return next({ ...request, header, signal: AbortSignal.any([request.signal, late]) });
};

function transportOf(...interceptors: Interceptor[]) {
  return createConnectTransport({ baseUrl: server.href, useBinaryFormat: true, interceptors });
}

export const transport = transportOf(withKey, withPatience);

/** A transport that carries one key and asks for no other: to find out whether the key is right. */
export function transportWith(candidate: string) {
  const carry: Interceptor = (next) => (request) => {
    request.header.set("Authorization", `Bearer ${candidate}`);
    return next(request);
  };
  return transportOf(carry, withPatience);
}
