package bellrope.webhooks;

import java.util.Base64;

/**
 * Base64 as RFC 4648 has it: with its padding, which the language's own decoder does not require.
 */
final class Base64Text {
  private Base64Text() {}

  static byte[] decode(String text) {
    if (text.length() % 4 != 0) {
      throw new IllegalArgumentException("its base64 is not complete");
    }
    return Base64.getDecoder().decode(text);
  }
}
