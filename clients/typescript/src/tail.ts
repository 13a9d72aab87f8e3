/** Watches what happens, and connects again when the server is back. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { Overloaded, Unavailable } from "./errors.js";
import type { Deliveries, TailRequestSchema, TailResponse } from "./gen/bellrope/v1/deliveries_pb.js";
import { sleep, Tries } from "./retries.js";

/** Which facts to watch: those of a trigger, of a type of event, or of deliveries that change to a state. */
export type TailFilter = MessageInitShape<typeof TailRequestSchema>;

/**
 * Yield facts until the signal is aborted, which is a normal end.
 *
 * `timeoutMs` is how long to wait for a server at the start. Once it was there, there is no such limit.
 */
export async function* tail(
  deliveries: Client<typeof Deliveries>,
  filter: TailFilter,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<TailResponse, void, undefined> {
  let tries = new Tries(timeoutMs);
  let isRefused = (error: unknown) => !(error instanceof Unavailable);
  while (!signal?.aborted) {
    let lost = new Unavailable("The server ended the stream.");
    try {
      for await (const fact of deliveries.tail(filter, signal && { signal })) {
        tries = new Tries(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
        isRefused = (error) => !(error instanceof Unavailable || error instanceof Overloaded);
        yield fact;
      }
    } catch (error) {
      if (signal?.aborted) {
        return;
      }
      if (isRefused(error)) {
        throw error;
      }
      lost = error as Unavailable;
    }
    const pause = tries.pauseAfter(lost);
    if (pause === undefined) {
      throw lost;
    }
    await sleep(pause, signal).catch(() => {}); // aborted: the loop ends
  }
}
