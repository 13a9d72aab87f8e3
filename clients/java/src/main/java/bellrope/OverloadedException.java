package bellrope;

/**
 * The server is overloaded; nothing was stored. Wait for {@link #retryAfter}, then send it again.
 */
public final class OverloadedException extends BellropeException {
  private static final long serialVersionUID = 1L;

  OverloadedException(Failure failure) {
    super(failure);
  }
}
