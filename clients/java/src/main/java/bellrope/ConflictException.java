package bellrope;

/**
 * The call conflicts with existing data: a used id, an existing name, or a state that forbids it.
 */
public class ConflictException extends BellropeException {
  private static final long serialVersionUID = 1L;

  ConflictException(Failure failure) {
    super(failure);
  }
}
