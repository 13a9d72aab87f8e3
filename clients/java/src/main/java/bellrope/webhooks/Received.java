package bellrope.webhooks;

import bellrope.Json;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event as a webhook gets it. Every attempt of a delivery has the same value.
 *
 * @param id the event's id, as {@code queue} returned it to the sender
 * @param type what happened
 * @param source the name of the bellrope installation
 * @param time when the event was accepted. If its sender sent a CloudEvent: what the sender says,
 *     or null. A leap second is the second after it
 * @param data the data: decoded as {@link Json#decode(byte[])} does it if it is JSON, else a {@code
 *     String} or {@code byte[]} as it was sent; null if there is none
 * @param raw the data as it was sent, byte for byte
 * @param deliveryId the id of the delivery. A delivery may come more than once, so ignore one that
 *     you have seen
 */
public record Received(
    String id,
    String type,
    String source,
    @Nullable Instant time,
    @Nullable Object data,
    byte[] raw,
    String deliveryId) {

  /**
   * Returns the data as a type, such as a record.
   *
   * @param <T> the type
   * @param type the type
   * @return the data; null if there is none, or it is {@code null}
   * @throws IllegalArgumentException if the data is not JSON, or does not fit the type
   */
  public <T> @Nullable T as(Class<T> type) {
    return Json.decode(raw, type);
  }

  /** Returns whether the other is an event with the same bytes. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Received received
        && Arrays.equals(raw, received.raw)
        && Objects.equals(attributes(), received.attributes())
        && Objects.deepEquals(data, received.data);
  }

  @Override
  public int hashCode() {
    return 31 * attributes().hashCode() + Arrays.hashCode(raw);
  }

  /** What is compared as it is: all but the data, which may be an array. */
  private List<@Nullable Object> attributes() {
    return Arrays.asList(id, type, source, time, deliveryId);
  }
}
