import bellrope.Answer;
import bellrope.BellropeException;
import bellrope.Event;
import bellrope.Outcome;
import bellrope.Queued;
import bellrope.RawJson;
import bellrope.v1.TriggerSyncResponse;
import bellrope.webhooks.Received;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values, events and errors of the protocol, as Java's and back. */
final class Values {
  private Values() {}

  /** Returns an event, in the client's own type. */
  static Event event(Line line) {
    Line data = line.object("data");
    Event event =
        data.has("absent") ? Event.of(line.text("type")) : Event.of(line.text("type"), value(data));
    event = line.has("id") ? event.id(line.text("id")) : event;
    event = line.has("delay_ms") ? event.delay(line.millis("delay_ms")) : event;
    event = line.has("time") ? event.time(Instant.parse(line.text("time"))) : event;
    event =
        line.has("expire_time") ? event.expireTime(Instant.parse(line.text("expire_time"))) : event;
    event = line.has("options") ? event.options(line.texts("options")) : event;
    String tracestate = line.has("tracestate") ? line.text("tracestate") : "";
    return line.has("traceparent") ? event.trace(line.text("traceparent"), tracestate) : event;
  }

  /** Returns what a program would have as data. */
  static Object value(Line spec) {
    String kind = spec.members().keySet().iterator().next();
    return switch (kind) {
      case "null" -> null;
      case "bool" -> spec.isTrue(kind);
      case "string" -> spec.text(kind);
      case "integer" -> integer(new BigInteger(spec.text(kind)));
      case "double" -> Double.valueOf(spec.text(kind));
      case "bytes" -> spec.bytes(kind);
      case "list" -> list(spec.objects(kind));
      case "object" -> map((List<?>) spec.members().get(kind));
      case "raw" -> RawJson.of(spec.text(kind));
      default -> throw new UnsupportedOperationException(kind);
    };
  }

  private static Number integer(BigInteger number) {
    if (number.bitLength() < 32) {
      return number.intValue();
    }
    return number.bitLength() < 64 ? (Number) number.longValue() : number;
  }

  private static List<Object> list(List<Line> items) {
    var values = new ArrayList<Object>();
    items.forEach(item -> values.add(value(item)));
    return values;
  }

  private static Map<String, Object> map(List<?> members) {
    var values = new LinkedHashMap<String, Object>();
    for (Object each : members) {
      List<?> member = (List<?>) each;
      values.put((String) member.get(0), value(Line.of(member.get(1))));
    }
    return values;
  }

  /** Returns a value in the protocol's form. */
  static Map<String, Object> spec(Object value) {
    var spec = new LinkedHashMap<String, Object>();
    if (value == null) {
      spec.put("null", null);
    } else if (value instanceof Boolean bool) {
      spec.put("bool", bool);
    } else if (value instanceof String text) {
      spec.put("string", text);
    } else if (value instanceof Double number) {
      spec.put("double", number.toString());
    } else if (value instanceof Number number) {
      spec.put("integer", number.toString());
    } else if (value instanceof byte[] bytes) {
      spec.put("bytes", base64(bytes));
    } else if (value instanceof List<?> items) {
      spec.put("list", items.stream().map(Values::spec).toList());
    } else if (value instanceof Map<?, ?> members) {
      var pairs = new ArrayList<Object>();
      members.forEach((name, member) -> pairs.add(List.of(name, spec(member))));
      spec.put("object", pairs);
    }
    return spec;
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static Map<String, Object> queued(Queued queued) {
    return Map.of(
        "event_id", queued.eventId(),
        "delivery_count", queued.deliveryCount(),
        "due_time", queued.dueTime().toString(),
        "duplicate", queued.duplicate());
  }

  static Map<String, Object> outcome(Outcome outcome) {
    return outcome instanceof Queued queued
        ? queued(queued)
        : Map.of("error", error((BellropeException) outcome));
  }

  static Map<String, Object> answer(Answer answer) {
    return Map.of(
        "event_id", answer.eventId(),
        "result", spec(answer.result()),
        "raw", base64(answer.raw()),
        "results", results(answer.results()));
  }

  private static List<Object> results(List<TriggerSyncResponse.Result> results) {
    var found = new ArrayList<Object>();
    for (var result : results) {
      int status = result.getLastAttempt().getStatusCode();
      found.add(
          Map.of(
              "trigger", result.getTrigger(),
              "state", result.getState().name(),
              "status_code", status));
    }
    return found;
  }

  static Map<String, Object> error(BellropeException error) {
    var found = new LinkedHashMap<String, Object>();
    String name = error.getClass().getSimpleName().replace("Exception", "");
    String kind = name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase();
    found.put("kind", kind.equals("BELLROPE") ? "OTHER" : kind);
    found.put("code", error.code().name());
    found.put("reason", error.reason());
    found.put("message", error.getMessage());
    found.put(
        "fields", error.fields().stream().map(BellropeException.FieldViolation::field).toList());
    found.put("metadata", error.metadata());
    found.put("event_id", error.eventId());
    found.put("results", results(error.results()));
    error.index().ifPresent(index -> found.put("index", index));
    error.retryAfter().ifPresent(after -> found.put("retry_after_ms", after.toMillis()));
    return found;
  }

  static Map<String, Object> received(Received event) {
    var found = new LinkedHashMap<String, Object>();
    found.put("id", event.id());
    found.put("type", event.type());
    found.put("source", event.source());
    found.put("time", event.time() == null ? null : event.time().toString());
    found.put("delivery_id", event.deliveryId());
    found.put("data", spec(event.data()));
    found.put("raw", base64(event.raw()));
    return found;
  }
}
