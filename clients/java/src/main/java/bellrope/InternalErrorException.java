package bellrope;

/** The server has an error of its own; whether it stored is unknown. Its log says more. */
public final class InternalErrorException extends BellropeException {
  private static final long serialVersionUID = 1L;

  InternalErrorException(Failure failure) {
    super(failure);
  }
}
