/** Filters that live in the address, so that a reload and a colleague see the same rows. */
import { query, setQuery } from "../router";

/** Return a filter's value, empty if it is not set. */
export function filter(name: string): string {
  return query.value.get(name) ?? "";
}

/** Set filters; an empty value removes one. A page of a list, and its present, belong to the filters: they go. */
export function setFilters(changes: Record<string, string>, { typing = false } = {}): void {
  setQuery({ page: undefined, asOf: undefined, ...changes }, { replace: typing });
}
