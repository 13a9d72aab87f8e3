/**
 * For webhooks: checks a request's signature, reads the event in it, and answers. None of this
 * loads gRPC.
 *
 * <p>{@link bellrope.webhooks.Webhooks} is where to begin.
 */
package bellrope.webhooks;
