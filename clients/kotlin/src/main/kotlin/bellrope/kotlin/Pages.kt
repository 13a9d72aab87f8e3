/** Reads lists page by page. */
package bellrope.kotlin

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * Emits the items of a list, from the first page to the last. A page may be empty although more
 * follow.
 */
internal fun <Request, Page, Item> all(
    first: Request,
    after: (Request, String) -> Request,
    read: suspend (Request) -> Page,
    items: (Page) -> Iterable<Item>,
    token: (Page) -> String,
): Flow<Item> = flow {
    var page = read(first)
    items(page).forEach { emit(it) }
    while (token(page).isNotEmpty()) {
        page = read(after(first, token(page)))
        items(page).forEach { emit(it) }
    }
}
