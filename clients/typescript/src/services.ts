/** The clients of the services, with streams that end when their reader leaves. */

import type { DescService } from "@bufbuild/protobuf";
import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";

type Streaming = (input: unknown, options?: CallOptions) => AsyncIterable<unknown>;

/**
 * Return the client of a service.
 *
 * Connect's own client goes on with a call whose reader has left the loop. This one ends it.
 */
export function serviceClient<Service extends DescService>(
  service: Service,
  transport: Transport,
): Client<Service> {
  const client: Client<Service> = createClient(service, transport);
  const streams = service.methods
    .filter(({ methodKind }) => methodKind === "server_streaming")
    .map(({ localName }) => [
      localName,
      leaveable((client as Record<string, Streaming>)[localName] as Streaming),
    ]);
  return { ...client, ...Object.fromEntries(streams) };
}

function leaveable(method: Streaming): Streaming {
  return async function* (input, options) {
    const left = new AbortController();
    const signals = options?.signal ? [options.signal, left.signal] : [left.signal];
    try {
      yield* method(input, { ...options, signal: AbortSignal.any(signals) });
    } finally {
      left.abort();
    }
  };
}
