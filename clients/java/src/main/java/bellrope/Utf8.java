package bellrope;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;

/** UTF-8 that refuses what the language's own methods replace with question marks. */
final class Utf8 {
  private Utf8() {}

  /** Returns whether each surrogate in a text has its other half. */
  static boolean isWhole(String text) {
    for (int at = 0; at < text.length(); at++) {
      char each = text.charAt(at);
      if (Character.isSurrogate(each)
          && !Character.isSupplementaryCodePoint(text.codePointAt(at++))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the bytes of a text. Throws IllegalArgumentException if it has half of a surrogate
   * pair.
   */
  static byte[] encode(String text) {
    try {
      ByteBuffer encoded = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException error) {
      throw new IllegalArgumentException(
          "The text has half of a surrogate pair, which is no character.", error);
    }
  }

  /** Returns the text of bytes. Throws IllegalArgumentException if they are not UTF-8. */
  static String decode(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException error) {
      throw new IllegalArgumentException("not JSON: its bytes are not UTF-8", error);
    }
  }
}
