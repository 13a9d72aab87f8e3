/** Asks the server soon after one stops typing; the last answer stays until the next one is there. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Failure, failure } from "./failure";

const PAUSE = 120; // ms without a key

export interface Trial<T> {
  value?: T;
  failure?: Failure;
}

/** Return the answer to `ask`, which is asked again when something in `about` changes; without it there is none. */
export function useTrial<T>(
  ask: ((signal: AbortSignal) => Promise<T>) | undefined,
  about: readonly unknown[],
): ReadonlySignal<Trial<T>> {
  const trial = useSignal<Trial<T>>({});
  useEffect(() => {
    if (!ask) {
      trial.value = {};
      return;
    }
    const ended = new AbortController();
    const first = !trial.peek().value && !trial.peek().failure;
    const answer = async () => {
      try {
        const value = await ask(ended.signal);
        if (!ended.signal.aborted) trial.value = { value };
      } catch (error) {
        if (!ended.signal.aborted) trial.value = { failure: failure(error) };
      }
    };
    const timer = setTimeout(() => void answer(), first ? 0 : PAUSE);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, about);
  return trial;
}
