package bellrope.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * The texts of headers in CloudEvents' binary mode: quoted, or percent-encoded (section 3.1.3.2 of
 * the binding).
 */
final class HeaderText {
  private HeaderText() {}

  static String decode(String value) {
    byte[] given = unquoted(value).getBytes(UTF_8);
    var bytes = new ByteArrayOutputStream(given.length);
    for (int at = 0; at < given.length; at++) {
      boolean isEncoded = given[at] == '%' && at + 2 < given.length && hex(given, at) >= 0;
      bytes.write(isEncoded ? hex(given, at) : given[at]);
      at += isEncoded ? 2 : 0;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException error) {
      throw new IllegalArgumentException("a header is not UTF-8");
    }
  }

  /** Returns the byte of the two digits after a place, or -1 if they are none. */
  private static int hex(byte[] text, int at) {
    int high = Character.digit(text[at + 1], 16);
    int low = Character.digit(text[at + 2], 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static String unquoted(String value) {
    boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return isQuoted
        ? value.substring(1, value.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")
        : value;
  }
}
