package bellrope;

/** The server cannot be reached, is stopping, or cannot store; whether it stored is unknown. */
public final class UnavailableException extends BellropeException {
  private static final long serialVersionUID = 1L;

  UnavailableException(Failure failure) {
    super(failure);
  }
}
