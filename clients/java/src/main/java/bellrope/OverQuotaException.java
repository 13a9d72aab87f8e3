package bellrope;

/**
 * A quota of the project or a trigger is used up; nothing was stored. The message says how to make
 * room.
 */
public final class OverQuotaException extends BellropeException {
  private static final long serialVersionUID = 1L;

  OverQuotaException(Failure failure) {
    super(failure);
  }
}
