package bellrope;

import bellrope.v1.TriggerSyncResponse;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of an event's webhooks; at least one webhook succeeded. */
public final class Answer {
  private final TriggerSyncResponse response;
  private final byte[] raw;

  Answer(TriggerSyncResponse response) {
    this.response = response;
    byte[] result = response.getResult().toByteArray();
    this.raw =
        response.getResultBase64()
            ? Base64.getDecoder().decode(Json.decode(result, String.class))
            : result;
  }

  /**
   * Returns the id of the event.
   *
   * @return the id
   */
  public String eventId() {
    return response.getEventId();
  }

  /**
   * Returns the answer of the first trigger that succeeded, in the order of names, decoded.
   *
   * @return the value of the JSON as {@link Json#decode(byte[])} returns it, a {@code String} for
   *     other text, null if the answer is empty, and a {@code byte[]} if it is not text
   */
  public @Nullable Object result() {
    return response.getResultBase64() ? raw() : Json.decode(raw);
  }

  /**
   * Returns the same answer as a type, such as a record.
   *
   * @param <T> the type
   * @param type the type
   * @return the value; null if the answer is empty
   * @throws IllegalArgumentException if the answer does not fit the type
   */
  public <T> @Nullable T as(Class<T> type) {
    if (response.getResultBase64()) {
      throw new IllegalArgumentException("The answer is not text. Take its bytes with raw().");
    }
    return Json.decode(raw, type);
  }

  /**
   * Returns the same answer as JSON text, byte for byte. If the webhook did not answer with text,
   * these are the bytes of its answer.
   *
   * @return a copy of the bytes
   */
  public byte[] raw() {
    return raw.clone();
  }

  /**
   * Returns the outcome of each trigger that matched, in the order of names, with its last attempt.
   *
   * @return messages of the proto
   */
  public List<TriggerSyncResponse.Result> results() {
    return response.getResultsList();
  }

  @Override
  public String toString() {
    return "Answer[eventId=" + eventId() + ", raw=" + raw.length + " bytes]";
  }
}
