package bellrope;

/**
 * No webhook succeeded. {@link #results} has the last attempts; SCHEDULED deliveries will be
 * retried.
 */
public final class WebhookFailedException extends BellropeException {
  private static final long serialVersionUID = 1L;

  WebhookFailedException(Failure failure) {
    super(failure);
  }
}
