/** Watches what happens, and connects again when the server is back. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { BellropeError, Overloaded, Unavailable } from "./errors.js";
import type { Deliveries, TailRequestSchema, TailResponse } from "./gen/bellrope/v1/deliveries_pb.js";
import { sleep, Tries } from "./retries.js";

/** Which facts to watch: those of a trigger, of a type of event, or of deliveries that change to a state. */
export type TailFilter = MessageInitShape<typeof TailRequestSchema>;

const OVERLOADED_PAUSE = 1000; // milliseconds, if the server does not say how long to wait

/** A watch over one connection after another, until its signal is aborted. */
export class Tail {
  readonly #deliveries: Client<typeof Deliveries>;
  readonly #filter: TailFilter;
  readonly #signal: AbortSignal | undefined;
  #tries: Tries;
  #hasBegun = false;

  /** `timeoutMs` is how long to wait for a server at the start. Once it was there, there is no such limit. */
  constructor(
    deliveries: Client<typeof Deliveries>,
    filter: TailFilter,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  ) {
    this.#deliveries = deliveries;
    this.#filter = filter;
    this.#signal = signal;
    this.#tries = new Tries(timeoutMs);
  }

  /** Yield facts. An aborted signal is a normal end. */
  async *facts(): AsyncGenerator<TailResponse, void, undefined> {
    while (!this.#signal?.aborted) {
      const end = yield* this.#connection();
      await this.#pauseAfter(end).catch((error: unknown) => {
        if (!this.#signal?.aborted) {
          throw error;
        }
      });
    }
  }

  /** Yield the facts of one connection; return why it ended. */
  async *#connection(): AsyncGenerator<TailResponse, unknown, undefined> {
    try {
      for await (const fact of this.#deliveries.tail(
        this.#filter,
        this.#signal && { signal: this.#signal },
      )) {
        this.#hasBegun = true;
        this.#tries = new Tries(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
        yield fact;
      }
    } catch (error) {
      return error;
    }
    return new Unavailable("The server ended the stream.", { code: "UNAVAILABLE" });
  }

  async #pauseAfter(end: unknown): Promise<void> {
    const pause = end instanceof BellropeError ? this.#pause(end) : undefined;
    if (pause === undefined) {
      throw end;
    }
    await sleep(pause, this.#signal);
  }

  #pause(end: BellropeError): number | undefined {
    if (this.#hasBegun && end instanceof Overloaded) {
      return end.retryAfterMs ?? OVERLOADED_PAUSE;
    }
    return this.#tries.pauseAfter(end);
  }
}
