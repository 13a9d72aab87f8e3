/** Reads lists page by page. */

import type { CallOptions } from "@connectrpc/connect";

/** A page of a list. */
export interface Page {
  readonly nextPageToken: string;
}

/**
 * Yield the pages of a list, from the first to the last: `pages(bellrope.deliveries.listDeliveries, { trigger })`.
 *
 * A page may be empty although more follow, because the server looks at a limited number of rows for each.
 */
export async function* pages<Request extends object, Answer extends Page>(
  list: (request: Request, options?: CallOptions) => Promise<Answer>,
  request: Request,
  options?: CallOptions,
): AsyncGenerator<Answer, void, undefined> {
  let next = request;
  for (;;) {
    const page = await list(next, options);
    yield page;
    if (!page.nextPageToken) {
      return;
    }
    next = { ...request, pageToken: page.nextPageToken };
  }
}
