/** The headers of a request, in any framework. */

/** What `fetch` has, what Node has, or an object of names, in upper or lower case, to values. */
export type RequestHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Return the headers with their names in lower case. */
export function lower(headers: RequestHeaders): Record<string, string> {
  const entries = headers instanceof Headers ? headers.entries() : Object.entries(headers);
  const named: Record<string, string> = {};
  for (const [name, value] of entries) {
    if (value !== undefined) {
      named[name.toLowerCase()] = typeof value === "string" ? value : value.join(", ");
    }
  }
  return named;
}
