package bellrope;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * JSON text that reaches the webhook byte for byte, as data of an event or anywhere inside it:
 * {@code RawJson.of("{\"price\": 1.10}")}.
 *
 * <p>A bare {@code String} is a JSON string, never JSON text.
 */
public final class RawJson {
  private final byte[] bytes;

  private RawJson(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns JSON text.
   *
   * @param text one JSON value
   * @return the text, unchanged
   * @throws IllegalArgumentException if it is not one JSON value
   */
  public static RawJson of(String text) {
    JsonText.check(text);
    return new RawJson(Utf8.encode(text));
  }

  /**
   * Returns JSON text.
   *
   * @param utf8 one JSON value in UTF-8
   * @return the text, unchanged
   * @throws IllegalArgumentException if it is not one JSON value
   */
  public static RawJson of(byte[] utf8) {
    JsonText.check(Utf8.decode(utf8));
    return new RawJson(utf8.clone());
  }

  /** Returns JSON text that a mapper has just written: nobody changes the bytes from now on. */
  static RawJson written(byte[] utf8) {
    return new RawJson(utf8);
  }

  /** Returns the bytes themselves; nobody may change them. */
  byte[] shared() {
    return bytes;
  }

  /**
   * Returns the text in UTF-8.
   *
   * @return a copy of the bytes
   */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Returns the text. */
  @Override
  public String toString() {
    return Utf8.decode(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RawJson raw && Arrays.equals(bytes, raw.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
