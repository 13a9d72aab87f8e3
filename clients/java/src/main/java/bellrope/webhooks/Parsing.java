package bellrope.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellrope.Json;
import bellrope.RawJson;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the event in a request, in any of the encodings that a trigger can have. */
final class Parsing {
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final List<String> ATTRIBUTES =
      List.of("specversion", "id", "type", "source", "time");

  private final Headers headers;
  private final byte[] body;

  Parsing(byte[] body, Headers headers) {
    this.body = body;
    this.headers = headers;
  }

  /** The data, decoded and as it was sent. */
  private record Data(@Nullable Object value, byte[] raw) {}

  /** Returns the event. Throws IllegalArgumentException if there is none. */
  Received event() {
    String mediaType = mediaType(headers.get("content-type"));
    if (mediaType.equals(STRUCTURED)) {
      return inDocument("1.0");
    }
    return headers.get("ce-specversion") == null ? inDocument("1.0-rc1") : inHeaders(mediaType);
  }

  private Received inDocument(String version) {
    Map<String, RawJson> members = Json.members(body);
    var attributes = new HashMap<String, @Nullable Object>();
    for (String name : ATTRIBUTES) {
      if (members.containsKey(name)) {
        attributes.put(name, Json.decode(members.get(name).bytes()));
      }
    }
    RawJson type = members.get("datacontenttype");
    String mediaType =
        type == null ? "" : mediaType(string("datacontenttype", Json.decode(type.bytes())));
    return received(version, attributes, data(members, mediaType));
  }

  private static Data data(Map<String, RawJson> members, String mediaType) {
    RawJson data = members.get("data");
    RawJson base64 = members.get("data_base64");
    if (data != null && base64 != null) {
      throw new IllegalArgumentException("it has both data and data_base64");
    }
    if (base64 != null) {
      return ofBytes(
          Base64Text.decode(string("data_base64", Json.decode(base64.bytes()))), mediaType);
    }
    return data == null ? new Data(null, new byte[0]) : ofJson(data, mediaType);
  }

  /**
   * Returns data that stands in the document; for another media type than JSON it may be a text.
   */
  private static Data ofJson(RawJson json, String mediaType) {
    Object value = Json.decode(json.bytes());
    boolean isJson = mediaType.isEmpty() || isJson(mediaType);
    return new Data(
        value, value instanceof String text && !isJson ? text.getBytes(UTF_8) : json.bytes());
  }

  /**
   * Reads a binary request (section 3.1 of the binding): attributes are percent-encoded headers.
   */
  private Received inHeaders(String mediaType) {
    var attributes = new HashMap<String, @Nullable Object>();
    for (String name : ATTRIBUTES) {
      String value = headers.get("ce-" + name);
      if (value != null) {
        attributes.put(name, HeaderText.decode(value));
      }
    }
    return received("1.0", attributes, ofBytes(body, mediaType));
  }

  /** Returns data that came as bytes. Data of no type is JSON if it can be. */
  private static Data ofBytes(byte[] raw, String mediaType) {
    if (raw.length == 0) {
      return new Data(null, raw);
    }
    if (isJson(mediaType)) {
      return new Data(Json.decode(raw), raw);
    }
    return new Data(mediaType.isEmpty() ? decodedOr(raw) : raw, raw);
  }

  private static @Nullable Object decodedOr(byte[] raw) {
    try {
      return Json.decode(raw);
    } catch (IllegalArgumentException error) {
      return raw;
    }
  }

  private Received received(String version, Map<String, @Nullable Object> attributes, Data data) {
    if (!version.equals(attributes.get("specversion"))) {
      throw new IllegalArgumentException("its specversion is not " + version);
    }
    boolean hasTime = attributes.containsKey("time");
    return new Received(
        string("id", attributes.get("id")),
        string("type", attributes.get("type")),
        string("source", attributes.get("source")),
        hasTime ? Moment.parse(string("time", attributes.get("time"))) : null,
        data.value(),
        data.raw(),
        string("webhook-id", headers.get("webhook-id")));
  }

  private static String string(String name, @Nullable Object value) {
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw new IllegalArgumentException("it has no " + name);
  }

  private static String mediaType(@Nullable String contentType) {
    return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static boolean isJson(String mediaType) {
    return mediaType.endsWith("/json") || mediaType.endsWith("+json");
  }
}
