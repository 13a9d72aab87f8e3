package bellrope;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened. It has its id and its JSON from the start, so that it can be sent again.
 *
 * <pre>{@code
 * Event.of("reminder", Map.of("n", 1)).delay(Duration.ofMinutes(10))
 * }</pre>
 *
 * <p>It is immutable: each method with an argument returns another event.
 *
 * @param type what happened: up to 255 characters without white space
 * @param data the data as JSON text
 * @param id your own key: an event sent twice with it is stored once
 * @param time when to call the webhooks; null or in the past means now
 * @param delay how long after {@code time}, or after now, to call them; null means zero
 * @param options a trigger that has options matches only events that have them, too
 * @param expireTime no attempt starts at or after this time; null means never
 * @param traceparent a W3C trace context for the webhook, or empty
 * @param tracestate the W3C tracestate that belongs to it, or empty
 */
public record Event(
    String type,
    RawJson data,
    String id,
    @Nullable Instant time,
    @Nullable Duration delay,
    Map<String, String> options,
    @Nullable Instant expireTime,
    String traceparent,
    String tracestate) {

  /**
   * Makes an event of all of its fields; {@link #of(String, Object)} is shorter.
   *
   * @param type what happened
   * @param data the data as JSON text
   * @param id its id
   * @param time when to call the webhooks, or null
   * @param delay how long after that to call them, or null
   * @param options strings by name
   * @param expireTime when to stop, or null
   * @param traceparent a W3C trace context, or empty
   * @param tracestate the W3C tracestate, or empty
   */
  public Event {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(traceparent, "traceparent");
    Objects.requireNonNull(tracestate, "tracestate");
    options = Map.copyOf(options);
  }

  /**
   * Returns an event without data, with a new id.
   *
   * @param type what happened
   * @return the event; its data is {@code null}
   */
  public static Event of(String type) {
    return of(type, null);
  }

  /**
   * Returns an event with a new id.
   *
   * @param type what happened
   * @param data what JSON can hold: maps, lists, strings, numbers, booleans, null, records and
   *     beans as Jackson writes them, or {@link RawJson}. A string is a JSON string
   * @return the event
   * @throws IllegalArgumentException if JSON cannot hold the data, with the place
   */
  public static Event of(String type, @Nullable Object data) {
    RawJson json = data instanceof RawJson raw ? raw : RawJson.written(Json.encode(data));
    return new Event(type, json, Ids.uuid7(), null, null, Map.of(), null, "", "");
  }

  /**
   * Sets your own id.
   *
   * @param id 1 to 128 of {@code A-Z a-z 0-9 _ -}
   * @return the event with it
   */
  public Event id(String id) {
    return new Event(type, data, id, time, delay, options, expireTime, traceparent, tracestate);
  }

  /**
   * Sets when the webhooks are called.
   *
   * @param time the time; null or in the past means now
   * @return the event with it
   */
  public Event time(@Nullable Instant time) {
    return new Event(type, data, id, time, delay, options, expireTime, traceparent, tracestate);
  }

  /**
   * Sets how long after its time, or after now, the webhooks are called.
   *
   * @param delay zero or more; null means zero
   * @return the event with it
   */
  public Event delay(@Nullable Duration delay) {
    return new Event(type, data, id, time, delay, options, expireTime, traceparent, tracestate);
  }

  /**
   * Sets the options. A trigger that has options matches only events that have them, too.
   *
   * @param options strings by name
   * @return the event with them
   */
  public Event options(Map<String, String> options) {
    return new Event(type, data, id, time, delay, options, expireTime, traceparent, tracestate);
  }

  /**
   * Sets the time after which no webhook is called.
   *
   * @param expireTime the time; null means never
   * @return the event with it
   */
  public Event expireTime(@Nullable Instant expireTime) {
    return new Event(type, data, id, time, delay, options, expireTime, traceparent, tracestate);
  }

  /**
   * Sets the trace context that the webhook gets.
   *
   * @param traceparent a W3C traceparent
   * @param tracestate the W3C tracestate that belongs to it, or empty
   * @return the event with it
   */
  public Event trace(String traceparent, String tracestate) {
    return new Event(type, data, id, time, delay, options, expireTime, traceparent, tracestate);
  }
}
