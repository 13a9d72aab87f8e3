package bellrope;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Writes values as JSON text and reads them, without changing what they say.
 *
 * <p>Values are what Jackson knows: maps, lists, arrays, strings, numbers of any size, booleans,
 * null, records and beans with Jackson's annotations; and {@link RawJson}. For a mapper of your
 * own, make a {@link RawJson} of what it writes.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(JsonText.FACTORY)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .addModule(new SimpleModule().addSerializer(new RawJsonSerializer()))
          .build();

  private Json() {}

  /**
   * Returns a value as JSON text.
   *
   * @param value what JSON can hold
   * @return the text in UTF-8
   * @throws IllegalArgumentException with the place, such as {@code data.items[2].price}, if JSON
   *     cannot hold it: NaN, infinity, bytes, half of a surrogate pair, an object without
   *     properties, or what contains itself
   */
  public static byte[] encode(@Nullable Object value) {
    if (value instanceof RawJson raw) {
      return raw.bytes();
    }
    var written = new ByteArrayOutputStream();
    try (JsonGenerator generator = MAPPER.createGenerator(written, JsonEncoding.UTF8)) {
      MAPPER.writeValue(new StrictGenerator(generator), value);
    } catch (JacksonException error) {
      throw refused(error);
    } catch (StrictGenerator.Refused error) {
      throw new IllegalArgumentException("data " + error.getMessage(), error);
    }
    return written.toByteArray();
  }

  /**
   * Returns the value of JSON text: a {@code Map}, a {@code List}, a {@code String}, an {@code
   * Integer}, {@code Long} or {@code BigInteger}, a {@code Double}, a {@code Boolean} or null.
   *
   * @param json the text in UTF-8; empty means null
   * @return the value
   * @throws IllegalArgumentException if the text is not JSON
   */
  public static @Nullable Object decode(byte[] json) {
    return decode(json, Object.class);
  }

  /**
   * Returns the value of JSON text as a type, such as a record.
   *
   * @param <T> the type
   * @param json the text in UTF-8; empty means null
   * @param type the type; properties that it does not have are ignored
   * @return the value; null if the text is empty or {@code null}
   * @throws IllegalArgumentException if the text is not JSON, or does not fit the type
   */
  public static <T> @Nullable T decode(byte[] json, Class<T> type) {
    return json.length == 0 ? null : decode(Utf8.decode(json), type);
  }

  /**
   * Returns the members of a JSON object, each as it is written.
   *
   * @param json the text in UTF-8
   * @return the members, in their order
   * @throws IllegalArgumentException if the text is not a JSON object, or has a key twice
   */
  public static Map<String, RawJson> members(byte[] json) {
    return JsonText.members(Utf8.decode(json));
  }

  private static <T> @Nullable T decode(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JacksonException error) {
      throw JsonText.notJson(error);
    }
  }

  private static IllegalArgumentException refused(JacksonException error) {
    if (error instanceof StreamConstraintsException) {
      return new IllegalArgumentException("data is nested too deep, or contains itself.");
    }
    String place =
        error.getPath().stream().map(Json::step).collect(Collectors.joining("", "data", " "));
    String why =
        error.getCause() instanceof StrictGenerator.Refused ours
            ? ours.getMessage()
            : "cannot be written as JSON: " + JsonText.why(error) + ".";
    return new IllegalArgumentException(place + why);
  }

  private static String step(JacksonException.Reference at) {
    String name = at.getPropertyName();
    if (name == null) {
      return "[" + at.getIndex() + "]";
    }
    String shown = Utf8.isWhole(name) ? name : "?"; // what is no text cannot be shown
    return shown.matches("[A-Za-z_$][A-Za-z0-9_$]*") ? "." + shown : "[\"" + shown + "\"]";
  }

  private static final class RawJsonSerializer extends StdSerializer<RawJson> {
    RawJsonSerializer() {
      super(RawJson.class);
    }

    @Override
    public void serialize(RawJson raw, JsonGenerator generator, SerializationContext context) {
      generator.writeRawValue(raw.toString());
    }
  }
}
