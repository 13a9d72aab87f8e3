/**
 * For webhooks: checks a request's signature, reads the event in it, and answers. None of this
 * loads gRPC.
 *
 * <p>{@link bellrope.webhooks.Webhooks} is where to begin.
 *
 * <p>Nothing here takes or returns null, unless it is marked as {@link
 * org.jspecify.annotations.Nullable}.
 */
@NullMarked
package bellrope.webhooks;

import org.jspecify.annotations.NullMarked;
