package bellrope;

/** No trigger matches the event of {@code trigger}; nothing was stored. */
public final class NoTriggerMatchedException extends NotFoundException {
  private static final long serialVersionUID = 1L;

  NoTriggerMatchedException(Failure failure) {
    super(failure);
  }
}
