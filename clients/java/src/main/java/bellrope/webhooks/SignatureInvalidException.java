package bellrope.webhooks;

/** The request was not signed with the secret, was changed on its way, or is too old or too new. */
public final class SignatureInvalidException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SignatureInvalidException(String message) {
    super(message);
  }
}
