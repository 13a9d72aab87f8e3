package bellrope.webhooks;

/**
 * Throw it to refuse a delivery for good: it becomes a dead letter at once, and is not sent again.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The status of the answer. */
  private final int status;

  /**
   * Refuses with status 422.
   *
   * @param message why; the answer has it, and so the log of deliveries
   */
  public RefusedException(String message) {
    this(422, message);
  }

  /**
   * Refuses with a status.
   *
   * @param status 400 to 499
   * @param message why; the answer has it, and so the log of deliveries
   */
  public RefusedException(int status, String message) {
    super(message);
    if (status < 400 || status > 499) {
      throw new IllegalArgumentException("status is from 400 to 499, not " + status);
    }
    this.status = status;
  }

  /**
   * Returns the status of the answer.
   *
   * @return the status
   */
  public int status() {
    return status;
  }
}
