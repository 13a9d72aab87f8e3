package bellrope.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks that a request is signed with the secret: signatures of version 1 of Standard Webhooks.
 *
 * <p>https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * <p>The official library checks texts, which bytes of another media type are not.
 */
final class Signature {
  private static final String PREFIX = "whsec_";
  private static final long TOLERANCE = 300; // seconds
  private static final Pattern TIMESTAMP = Pattern.compile("[0-9]{1,15}");

  private final List<byte[]> keys;

  /**
   * Takes one or more secrets. Throws IllegalArgumentException if one is none, without showing it.
   */
  Signature(Collection<String> secrets) {
    if (secrets.isEmpty()) {
      throw notASecret();
    }
    keys = secrets.stream().map(Signature::key).toList();
  }

  /** Returns if the request is signed with one of the secrets, within five minutes of now. */
  void check(byte[] body, Headers headers, Instant now) {
    String timestamp = text(headers, "webhook-timestamp");
    checkAge(timestamp, now);
    byte[] head = (text(headers, "webhook-id") + "." + timestamp + ".").getBytes(UTF_8);
    List<byte[]> given =
        List.of(text(headers, "webhook-signature").split(" ")).stream()
            .map(each -> each.getBytes(UTF_8))
            .toList();
    if (keys.stream()
        .map(key -> expected(key, head, body))
        .noneMatch(right -> isAmong(given, right))) {
      throw new SignatureInvalidException("No signature of the request is made with this secret.");
    }
  }

  private static void checkAge(String timestamp, Instant now) {
    if (!TIMESTAMP.matcher(timestamp).matches()) {
      throw new SignatureInvalidException("The request has no `webhook-timestamp`.");
    }
    if (Math.abs(now.getEpochSecond() - Long.parseLong(timestamp)) > TOLERANCE) {
      throw new SignatureInvalidException("The request's time is more than five minutes from now.");
    }
  }

  /** Compares in constant time, which reveals nothing about the right signature. */
  private static boolean isAmong(List<byte[]> given, byte[] right) {
    return given.stream().anyMatch(each -> MessageDigest.isEqual(each, right));
  }

  private static byte[] expected(byte[] key, byte[] head, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(head);
      return ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(UTF_8);
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException("Every Java has HmacSHA256.", error);
    }
  }

  private static String text(Headers headers, String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }

  private static byte[] key(String secret) {
    if (secret == null || !secret.startsWith(PREFIX)) {
      throw notASecret();
    }
    try {
      byte[] key = Base64Text.decode(secret.substring(PREFIX.length()));
      if (key.length >= 24 && key.length <= 64) {
        return key;
      }
    } catch (IllegalArgumentException error) {
      // The error would show a part of the secret.
    }
    throw notASecret();
  }

  private static IllegalArgumentException notASecret() {
    return new IllegalArgumentException(
        "A secret must be " + PREFIX + " and the base64 of 24 to 64 bytes.");
  }
}
