/**
 * Sends events to a bellrope server, which calls the right webhooks: now, later, or at once with
 * the answer.
 *
 * <p>{@link bellrope.Bellrope} is the client. {@link bellrope.webhooks.Webhooks} is for those who
 * receive events.
 *
 * <p>Nothing here takes or returns null, unless it is marked as {@link
 * org.jspecify.annotations.Nullable}.
 */
@NullMarked
package bellrope;

import org.jspecify.annotations.NullMarked;
