/** Asks the server again and again: never twice at once, and not while the tab is hidden. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Failure, failure, isAbort } from "./failure";

export interface Polled<T> {
  /** The last answer; undefined until the first one. It stays when a later question fails. */
  value: T | undefined;
  /** Why the last question failed; undefined if it did not. */
  failure: Failure | undefined;
}

export interface Poll<T> {
  state: ReadonlySignal<Polled<T>>;
  /** Ask now, for example after a change; the promise ends with the answer. */
  refresh: () => Promise<void>;
}

const SLOWEST = 30_000; // ms between questions while the server does not answer

/**
 * Return the answers to `ask`, repeated `every` ms after each answer (0: asked once).
 *
 * What it asks for is named by `about`: when that changes, the old answer goes and the question starts again.
 */
export function usePoll<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  { every, about }: { every: number; about: readonly unknown[] },
): Poll<T> {
  const state = useSignal<Polled<T>>({ value: undefined, failure: undefined });
  const asks = useRef(ask);
  asks.current = ask;
  const round = useRef<Round | undefined>(undefined);

  useEffect(() => {
    state.value = { value: undefined, failure: undefined };
    const current = new Round(every, async (signal) => {
      try {
        const value = await asks.current(signal);
        if (!signal.aborted) state.value = { value, failure: undefined };
        return true;
      } catch (error) {
        if (!isAbort(error, signal)) state.value = { value: state.value.value, failure: failure(error) };
        return false;
      }
    });
    round.current = current;
    return () => current.end();
  }, about);

  return { state, refresh: () => round.current!.now() };
}

/** The questions of one poll: one at a time, further apart while they fail. */
class Round {
  private readonly ended = new AbortController();
  private timer = 0;
  private failures = 0;
  private asking: Promise<void> | undefined;

  constructor(
    private readonly every: number,
    private readonly ask: (signal: AbortSignal) => Promise<boolean>,
  ) {
    document.addEventListener("visibilitychange", this.seen, { signal: this.ended.signal });
    void this.now();
  }

  /** Ask after the question that is under way, if there is one: its answer may be from before a change. */
  async now(): Promise<void> {
    await this.asking;
    if (!this.asking) this.asking = this.once();
    await this.asking;
  }

  end(): void {
    this.ended.abort();
    clearTimeout(this.timer);
  }

  private readonly seen = () => {
    clearTimeout(this.timer);
    if (!document.hidden && !this.asking) void this.now();
  };

  private async once(): Promise<void> {
    clearTimeout(this.timer);
    const succeeded = await this.ask(this.ended.signal);
    this.asking = undefined;
    this.failures = succeeded ? 0 : this.failures + 1;
    if (!this.every || this.ended.signal.aborted || document.hidden) return;
    const wait = Math.min(this.every * 2 ** this.failures, Math.max(SLOWEST, this.every));
    this.timer = window.setTimeout(() => void this.now(), wait);
  }
}
