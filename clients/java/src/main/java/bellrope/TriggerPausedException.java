package bellrope;

/** Only paused triggers match the event of {@code trigger}; nothing was stored. */
public final class TriggerPausedException extends ConflictException {
  private static final long serialVersionUID = 1L;

  TriggerPausedException(Failure failure) {
    super(failure);
  }
}
