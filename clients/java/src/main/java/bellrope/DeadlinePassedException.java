package bellrope;

/** The timeout passed before the answer came. If the event was stored, its delivery continues. */
public final class DeadlinePassedException extends BellropeException {
  private static final long serialVersionUID = 1L;

  DeadlinePassedException(Failure failure) {
    super(failure);
  }
}
