package bellrope.webhooks;

import bellrope.Json;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a delivery, for a framework to send.
 *
 * @param status the status
 * @param headers the headers, without the length
 * @param body the body; it may be empty
 */
public record HttpAnswer(int status, Map<String, String> headers, byte[] body) {
  private static final Map<String, String> JSON = Map.of("content-type", "application/json");

  /** Returns whether the other is an answer with the same bytes. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HttpAnswer answer
        && status == answer.status
        && headers.equals(answer.headers)
        && Arrays.equals(body, answer.body);
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hash(status, headers) + Arrays.hashCode(body);
  }

  /**
   * Returns the answer for what a receiver returned.
   *
   * @param returned null, a Reply, or what JSON can hold
   * @return the answer
   */
  public static HttpAnswer of(@Nullable Object returned) {
    if (returned == null) {
      return new HttpAnswer(204, Map.of(), new byte[0]);
    }
    return new HttpAnswer(
        200, JSON, returned instanceof Reply reply ? reply.body() : Json.encode(returned));
  }

  /**
   * Returns the answer for a request that is refused.
   *
   * @param status the status
   * @param message why
   * @param more headers besides the content type
   * @return the answer
   */
  public static HttpAnswer refusal(int status, String message, Map<String, String> more) {
    var headers = new HashMap<>(JSON);
    headers.putAll(more);
    return new HttpAnswer(status, headers, Json.encode(Map.of("error", message)));
  }
}
