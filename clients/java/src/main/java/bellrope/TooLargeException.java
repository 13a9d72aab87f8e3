package bellrope;

/** The request or a part of it is over a limit of the server; nothing was stored. */
public final class TooLargeException extends InvalidRequestException {
  private static final long serialVersionUID = 1L;

  TooLargeException(Failure failure) {
    super(failure);
  }
}
