/** The focus is offered, never taken: a reader who is somewhere on the page stays there. */
import { useLayoutEffect, useRef } from "preact/hooks";

/** Give the focus to a part that has just come, unless the reader is elsewhere by now. */
export function offerFocus(part: HTMLElement | null | undefined): void {
  const now = document.activeElement;
  if (!now || now === document.body || now.id === "main") part?.focus();
}

/** Return what moves the focus on, if it is still where it is now. */
export function focusFromHere(): (part: HTMLElement | null | undefined) => void {
  const here = document.activeElement;
  return (part) => (document.activeElement === here ? part?.focus() : offerFocus(part));
}

/** Return what gives the focus back to where it is now, or near it if that has gone: to its row, to the page. */
export function focusBack(): () => void {
  const before = document.activeElement;
  const row = before?.closest("tr");
  return () => {
    const near = [before, reached(row), document.getElementById("main")];
    const there = near.find((each) => each?.isConnected);
    if (there instanceof HTMLElement) there.focus();
  };
}

/** Return what a list listens with, so that a row keeps the focus when the control that has it goes. */
export function useKeptFocus() {
  const held = useRef<Element | undefined>(undefined);
  const row = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const gone = held.current && !held.current.isConnected;
    if (gone && document.activeElement === document.body) reached(row.current)?.focus();
  });
  return {
    onFocusIn: ({ target }: FocusEvent) => {
      held.current = target as Element;
      row.current = held.current.closest("tr");
    },
    onFocusOut: ({ target }: FocusEvent) => {
      const left = target as Element;
      setTimeout(() => {
        const gone = !left.isConnected;
        if (!gone && held.current === left && document.activeElement !== left) held.current = undefined;
      });
    },
  };
}

function reached(row: Element | null | undefined): HTMLElement | null | undefined {
  return row?.querySelector<HTMLElement>("a, button");
}
