package bellrope;

import bellrope.v1.QueueResponse;
import java.time.Instant;

/**
 * An event that is on the server's disk.
 *
 * @param eventId the id of the event
 * @param deliveryCount how many triggers matched; if 0, the event is stored, but no webhook will be
 *     called
 * @param dueTime when the webhooks are first called
 * @param duplicate true if the id was already accepted, in an earlier call or in an earlier try of
 *     this call
 */
public record Queued(String eventId, int deliveryCount, Instant dueTime, boolean duplicate)
    implements Outcome {
  static Queued of(QueueResponse response) {
    return new Queued(
        response.getEventId(),
        response.getDeliveryCount(),
        Times.instant(response.getDueTime()),
        response.getDuplicate());
  }
}
