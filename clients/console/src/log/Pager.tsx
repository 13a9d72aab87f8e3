/** Below a list: what has changed since it was shown, and the way to its other pages. */
import { query, setQuery } from "../router";
import type { Listing } from "./list";

/** Above the list: brings what is new, so that nothing moves by itself. */
export function News<Row>({ of }: { of: Listing<Row> }) {
  const said = [of.fresh && `${of.fresh} new`, of.gone.size && `${of.gone.size} no longer found`].filter(
    Boolean,
  );
  return (
    <div class="news" role="status">
      {!!said.length && (
        <button type="button" class="quiet" onClick={() => void of.update()}>
          {said.join(", ")}: update the list
        </button>
      )}
    </div>
  );
}

/** Go on to the next page of a list; the bounds of its time stay as they are. */
export function goOn({ next, asOf }: { next: string; asOf: number }): void {
  setQuery({ page: next, asOf: String(asOf) });
  scrollTo(0, 0);
}

export function Pager<Row>({ of }: { of: Listing<Row> }) {
  const later = query.value.has("page");
  if (!of.rows || (!of.next && !later)) return null;
  return (
    <div class="pager" role="group" aria-label="Pages of the list">
      {later && (
        <button type="button" onClick={() => setQuery({ page: undefined, asOf: undefined })}>
          First page
        </button>
      )}
      {of.next && (
        <button type="button" onClick={() => goOn(of)}>
          Next page
        </button>
      )}
    </div>
  );
}
