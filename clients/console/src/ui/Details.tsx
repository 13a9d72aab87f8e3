/** A part that is folded up until it is wanted. It opens by itself if something in it needs that; only the reader closes it. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

export interface DetailsProps {
  summary: string;
  /** Whether something in it has to be seen. */
  needed: boolean;
  class?: string;
  children: ComponentChildren;
}

export function Details({ summary, needed, class: name, children }: DetailsProps) {
  const open = useSignal(needed);
  useEffect(() => {
    if (needed) open.value = true;
  }, [needed]);
  return (
    <details class={name} open={open.value} onToggle={(toggled) => (open.value = toggled.currentTarget.open)}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
