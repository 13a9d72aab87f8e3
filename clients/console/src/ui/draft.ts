/** What was typed into a form, kept for a reader who comes back to it by the browser's own buttons. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { entry } from "../router";

const MOST = 10; // forms: data may be large
const drafts = new Map<number, unknown>();

export interface Draft<T> {
  form: Signal<T>;
  /** True if the reader was here before. */
  restored: boolean;
}

/** Return the form as it was left at this step of the history; `empty` at a new one. */
export function useDraft<T>(empty: () => T): Draft<T> {
  const step = useMemo(entry, []);
  const restored = useMemo(() => drafts.has(step), []);
  const form = useSignal(useMemo(() => (restored ? (drafts.get(step) as T) : empty()), []));
  useEffect(() => () => keep(step, form.peek()), []);
  return { form, restored };
}

function keep(step: number, form: unknown): void {
  drafts.delete(step);
  drafts.set(step, form);
  if (drafts.size > MOST) drafts.delete(drafts.keys().next().value!);
}
