package bellrope;

/**
 * What became of an event of a stream: it is stored ({@link Queued}), or it was refused ({@link
 * BellropeException}).
 *
 * <pre>{@code
 * if (outcome instanceof BellropeException error) {
 *   System.out.println(error.index().getAsInt() + ": " + error.getMessage());
 * }
 * }</pre>
 */
public sealed interface Outcome permits Queued, BellropeException {}
