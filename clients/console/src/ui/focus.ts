/** The focus is offered, never taken: a reader who is somewhere on the page stays there. */

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
