/** Reads lists page by page. */

import type { CallOptions } from "@connectrpc/connect";

/** The request of a list. */
interface ListRequest {
  pageToken?: string | undefined;
}

/** A page of a list. */
interface Page {
  readonly nextPageToken: string;
}

/**
 * Yield the pages of a list, from the first to the last: `pages(bellrope.deliveries.listDeliveries, { trigger })`.
 *
 * A page may be empty although more follow, because the server looks at a limited number of rows for each.
 */
export async function* pages<Request extends object, Answer extends Page>(
  list: (request: Request & ListRequest, options?: CallOptions) => Promise<Answer>,
  request: Request,
  options?: CallOptions,
): AsyncGenerator<Answer, void, undefined> {
  let pageToken = (request as ListRequest).pageToken ?? "";
  do {
    const page = await list({ ...request, pageToken }, options);
    yield page;
    pageToken = page.nextPageToken;
  } while (pageToken);
}
