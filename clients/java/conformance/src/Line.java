import bellrope.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A line from the driver: an operation with its arguments, as clients/conformance/README.md says.
 */
record Line(Map<String, Object> members) {
  static Line of(String text) {
    return of(Json.decode(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @SuppressWarnings("unchecked") // JSON's objects are maps.
  static Line of(Object object) {
    return new Line((Map<String, Object>) object);
  }

  boolean has(String name) {
    return members.get(name) != null;
  }

  String text(String name) {
    return (String) members.get(name);
  }

  int number(String name) {
    return ((Number) members.get(name)).intValue();
  }

  boolean isTrue(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  Duration millis(String name) {
    return Duration.ofMillis(((Number) members.get(name)).longValue());
  }

  Line object(String name) {
    return of(members.get(name));
  }

  @SuppressWarnings("unchecked") // as the protocol has it
  Map<String, String> texts(String name) {
    return (Map<String, String>) members.get(name);
  }

  @SuppressWarnings("unchecked") // as the protocol has it
  List<String> list(String name) {
    return (List<String>) members.get(name);
  }

  List<Line> objects(String name) {
    return has(name) ? ((List<?>) members.get(name)).stream().map(Line::of).toList() : List.of();
  }

  byte[] bytes(String name) {
    return java.util.Base64.getDecoder().decode(text(name));
  }
}
