package bellrope.webhooks;

import bellrope.Event;
import bellrope.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer that also queues events, if the trigger allows it ({@code chain_events}). */
public final class Reply {
  private final byte[] body;

  private Reply(byte[] body) {
    this.body = body;
  }

  /**
   * Returns an answer that queues up to 100 events.
   *
   * <p>A delivery may come twice. Give each event an {@code id} of your own, so that it is queued
   * once.
   *
   * @param response the answer for callers that wait: what JSON can hold
   * @param events the events; their {@code expireTime} and trace context are not sent
   * @return the answer
   */
  public static Reply of(@Nullable Object response, Event... events) {
    return of(response, List.of(events));
  }

  /**
   * Returns an answer that queues up to 100 events, like {@link #of(Object, Event...)}.
   *
   * @param response the answer for callers that wait: what JSON can hold
   * @param events the events
   * @return the answer
   */
  public static Reply of(@Nullable Object response, List<Event> events) {
    var members = new LinkedHashMap<String, @Nullable Object>();
    members.put("response", response);
    members.put("events", events.stream().map(Reply::chained).toList());
    return new Reply(Json.encode(members));
  }

  byte[] body() {
    return body;
  }

  private static Map<String, Object> chained(Event event) {
    var members = new LinkedHashMap<String, Object>();
    members.put("type", event.type());
    members.put("data", event.data());
    members.put("id", event.id());
    if (event.time() != null) {
      members.put("timestamp", event.time().toString());
    }
    if (event.delay() != null) {
      members.put(
          "delay",
          BigDecimal.valueOf(event.delay().getSeconds())
              .add(BigDecimal.valueOf(event.delay().getNano(), 9)));
    }
    if (!event.options().isEmpty()) {
      members.put("options", event.options());
    }
    return members;
  }
}
