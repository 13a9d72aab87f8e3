package bellrope.webhooks;

import org.jspecify.annotations.Nullable;

/** What is done about an event. */
@FunctionalInterface
public interface Receiver {
  /**
   * Handles an event.
   *
   * @param event the event. It may come more than once, always with the same {@code deliveryId}
   * @return the answer for callers that wait: what JSON can hold, a {@link Reply} that also queues
   *     events, or null for none
   * @throws RefusedException to refuse the delivery for good
   * @throws Exception if it fails in another way; the delivery is then sent again later
   */
  @Nullable Object receive(Received event) throws Exception;
}
