package bellrope;

/** The request is not valid; nothing was stored. {@link #fields} says what is wrong. */
public class InvalidRequestException extends BellropeException {
  private static final long serialVersionUID = 1L;

  InvalidRequestException(Failure failure) {
    super(failure);
  }
}
