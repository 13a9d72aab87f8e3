package bellrope;

import bellrope.v1.QueueBatchRequest;
import bellrope.v1.QueueRequest;
import bellrope.v1.TriggerSyncRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.List;

/** Builds the messages of the proto from events. */
final class Requests {
  private Requests() {}

  static QueueRequest queue(Event event, String project) {
    var request =
        QueueRequest.newBuilder()
            .setProject(project)
            .setType(event.type())
            .setData(data(event))
            .setId(event.id())
            .putAllOptions(event.options())
            .setTraceparent(event.traceparent())
            .setTracestate(event.tracestate());
    if (event.time() != null) {
      request.setScheduleTime(Times.timestamp(event.time()));
    }
    if (event.delay() != null) {
      request.setDelay(Times.length(event.delay()));
    }
    if (event.expireTime() != null) {
      request.setExpireTime(Times.timestamp(event.expireTime()));
    }
    return request.build();
  }

  /** The fields of the two requests are the same. */
  static TriggerSyncRequest trigger(Event event, String project) {
    QueueRequest queue = queue(event, project);
    var request =
        TriggerSyncRequest.newBuilder()
            .setProject(queue.getProject())
            .setType(queue.getType())
            .setData(queue.getData())
            .setId(queue.getId())
            .putAllOptions(queue.getOptionsMap())
            .setTraceparent(queue.getTraceparent())
            .setTracestate(queue.getTracestate());
    if (queue.hasScheduleTime()) {
      request.setScheduleTime(queue.getScheduleTime());
    }
    if (queue.hasDelay()) {
      request.setDelay(queue.getDelay());
    }
    if (queue.hasExpireTime()) {
      request.setExpireTime(queue.getExpireTime());
    }
    return request.build();
  }

  static QueueBatchRequest batch(List<Event> events, String project) {
    var request = QueueBatchRequest.newBuilder().setProject(project);
    events.forEach(event -> request.addEvents(queue(event, "")));
    return request.build();
  }

  /** Nobody else can change the bytes of an event, so they need not be copied. */
  private static ByteString data(Event event) {
    return UnsafeByteOperations.unsafeWrap(event.data().shared());
  }
}
