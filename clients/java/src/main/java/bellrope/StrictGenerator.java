package bellrope;

import java.io.InputStream;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.JsonGeneratorDelegate;

/**
 * Writes JSON, and refuses what Jackson would change: numbers that are none, halves of characters,
 * and bytes.
 */
final class StrictGenerator extends JsonGeneratorDelegate {
  StrictGenerator(JsonGenerator written) {
    super(written, false);
  }

  /** What JSON cannot hold. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  @Override
  public JsonGenerator writeNumber(double number) {
    return super.writeNumber(finite(number));
  }

  @Override
  public JsonGenerator writeNumber(float number) {
    finite(number);
    return super.writeNumber(number);
  }

  @Override
  public JsonGenerator writeArray(double[] numbers, int offset, int length) {
    for (int at = offset; at < offset + length; at++) {
      finite(numbers[at]);
    }
    return super.writeArray(numbers, offset, length);
  }

  @Override
  public JsonGenerator writeName(String name) {
    return super.writeName(whole(name));
  }

  @Override
  public JsonGenerator writeString(String text) {
    return super.writeString(whole(text));
  }

  @Override
  public JsonGenerator writeString(char[] text, int offset, int length) {
    return writeString(new String(text, offset, length));
  }

  @Override
  public JsonGenerator writeBinary(Base64Variant variant, byte[] data, int offset, int length) {
    throw bytes();
  }

  @Override
  public int writeBinary(Base64Variant variant, InputStream data, int length) {
    throw bytes();
  }

  private static double finite(double number) {
    if (!Double.isFinite(number)) {
      throw new Refused("is " + number + ", which JSON cannot hold. Leave it out, or use null.");
    }
    return number;
  }

  private static String whole(String text) {
    if (text != null && !Utf8.isWhole(text)) {
      throw new Refused("has half of a surrogate pair, which is no character. Leave it out.");
    }
    return text;
  }

  private static Refused bytes() {
    return new Refused(
        "is bytes, which JSON cannot hold. Use RawJson if they are JSON text, else write them as a"
            + " String.");
  }
}
