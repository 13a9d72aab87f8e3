package bellrope.webhooks;

/** The request has no valid event. Another attempt would send the same request. */
public final class NotAnEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotAnEventException(String why, Throwable cause) {
    super("The request has no valid event: " + why, cause);
  }
}
