package bellrope;

/** The project, trigger, event or delivery does not exist. */
public class NotFoundException extends BellropeException {
  private static final long serialVersionUID = 1L;

  NotFoundException(Failure failure) {
    super(failure);
  }
}
