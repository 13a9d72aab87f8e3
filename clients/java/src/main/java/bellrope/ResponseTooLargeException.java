package bellrope;

/** The webhook succeeded, but its answer is too large to return. */
public final class ResponseTooLargeException extends BellropeException {
  private static final long serialVersionUID = 1L;

  ResponseTooLargeException(Failure failure) {
    super(failure);
  }
}
