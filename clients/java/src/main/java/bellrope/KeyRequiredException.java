package bellrope;

/** The server needs a key, and this client has none or the wrong one. */
public final class KeyRequiredException extends BellropeException {
  private static final long serialVersionUID = 1L;

  KeyRequiredException(Failure failure) {
    super(failure);
  }
}
