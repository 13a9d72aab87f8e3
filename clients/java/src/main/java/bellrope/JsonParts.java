package bellrope;

/**
 * What the client for Kotlin needs of {@link RawJson}, without gRPC. It may change with any
 * version: do not use it in an application.
 */
public final class JsonParts {
  private JsonParts() {}

  /**
   * Returns JSON text that a mapper has just written. It is not checked.
   *
   * @param utf8 one JSON value in UTF-8, which nobody changes from now on
   * @return the text
   */
  public static RawJson written(byte[] utf8) {
    return RawJson.written(utf8);
  }
}
