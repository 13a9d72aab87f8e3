/** When to send an event again that may not have arrived; the same id makes this safe. */

import { type BellropeError, Unavailable } from "./errors.js";

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 1600;
const RETRIES = 5;
const JITTER = 0.5;

/** The tries of one call: how long each may take, and how long to wait before the next. Times in milliseconds. */
export class Tries {
  readonly #end: number;
  readonly #retries: number;
  #failed = 0;

  /** `timeoutMs` is for all tries together; there are `retries` besides the first try. */
  constructor(timeoutMs: number, retries = RETRIES) {
    this.#end = performance.now() + timeoutMs;
    this.#retries = retries;
  }

  /** How long until the call's deadline, in whole milliseconds. */
  get left(): number {
    return Math.max(0, Math.ceil(this.#end - performance.now()));
  }

  /**
   * Return how long to wait before the next try, or undefined to give up and throw the error.
   *
   * The pause doubles from 0.1 s to 1.6 s. A random part of up to a half is added, so that not all clients
   * return at once to a server that is back.
   */
  pauseAfter(error: BellropeError): number | undefined {
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failed, LONGEST_PAUSE) * (1 + JITTER * Math.random());
    this.#failed += 1;
    const over = this.#failed > this.#retries || pause >= this.left;
    return over || !(error instanceof Unavailable) ? undefined : pause;
  }
}

/** Wait; throw the signal's reason as soon as it is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const end = () => {
      clearTimeout(timer);
      failed(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      done();
    }, ms);
    signal?.addEventListener("abort", end, { once: true });
    if (signal?.aborted) {
      end();
    }
  });
}
