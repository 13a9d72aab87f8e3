/** Instead of a list's rows: nothing is there, nothing fits, or nothing was found as far as the server looked. */
import type { ComponentChildren } from "preact";
import { setFilters } from "../ui/Filters";
import { goOn } from "./Pager";

export function NothingFound({
  of,
  looked,
  narrowed,
  clear,
  what,
  children,
}: {
  /** The list: the server may have stopped before its end. */
  of: { next: string; asOf: number };
  /** How many rows the server looks at for a page. */
  looked: number;
  /** Whether filters narrow the list. */
  narrowed: boolean;
  /** The filters to remove. */
  clear: Record<string, string>;
  /** What is listed: "deliveries". */
  what: string;
  /** What is said if there is nothing at all. */
  children: ComponentChildren;
}) {
  if (of.next)
    return (
      <>
        <h2>None so far</h2>
        <p>
          Looked at {looked.toLocaleString("en")} {what}, and found none that fits. There are more.
        </p>
        <button type="button" class="primary" onClick={() => goOn(of)}>
          Go on looking
        </button>
      </>
    );
  if (narrowed)
    return (
      <>
        <h2>No {what} fit these filters</h2>
        <button type="button" onClick={() => setFilters(clear)}>
          Remove the filters
        </button>
      </>
    );
  return <>{children}</>;
}
