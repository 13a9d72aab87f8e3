package bellrope;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * How JSON text is read and written: strictly, and numbers of any length.
 *
 * <p>By Jackson, because a Java developer expects its annotations to work. No public signature has
 * its types, so that another version of it can take its place.
 */
final class JsonText {
  /** Data has at most 1 MiB and 64 levels, which the server checks. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(500).build())
          .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .build();

  private static final Pattern ADVICE =
      Pattern.compile(
          " \\((start marker at|to avoid exception,|bound as|from `).*|: (enable|not allowed as"
              + " per) `.*");

  private JsonText() {}

  /** Throws IllegalArgumentException unless a text is one JSON value. It makes no objects of it. */
  static void check(String text) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        throw new IllegalArgumentException("not JSON: it is empty");
      }
      skip(parser);
      checkEnd(parser);
    } catch (JacksonException error) {
      throw notJson(error);
    }
  }

  /** Returns the members of the object that a text is, each as it is written. */
  static Map<String, RawJson> members(String text) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a JSON object");
      }
      var members = new LinkedHashMap<String, RawJson>();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (members.put(name, value(parser, text)) != null) {
          throw new IllegalArgumentException("`" + name + "` comes twice");
        }
      }
      checkEnd(parser);
      return members;
    } catch (JacksonException error) {
      throw notJson(error);
    }
  }

  /** Returns the text of the value that comes next. */
  private static RawJson value(JsonParser parser, String text) {
    parser.nextToken();
    int start = (int) parser.currentTokenLocation().getCharOffset();
    skip(parser);
    int end = (int) parser.currentLocation().getCharOffset();
    return RawJson.written(Utf8.encode(text.substring(start, end).strip()));
  }

  private static void skip(JsonParser parser) {
    parser.skipChildren();
    parser.finishToken();
  }

  private static void checkEnd(JsonParser parser) {
    if (parser.nextToken() != null) {
      throw new IllegalArgumentException("not JSON: more follows the first value");
    }
  }

  /** Returns the exception for text that is not JSON, with the place. */
  static IllegalArgumentException notJson(JacksonException error) {
    TokenStreamLocation place = error.getLocation();
    String where =
        place == null
            ? ""
            : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
    return new IllegalArgumentException("not JSON: " + why(error) + where);
  }

  /** Returns what Jackson says, without its hints for those who configure it. */
  static String why(JacksonException error) {
    return ADVICE.matcher(error.getOriginalMessage()).replaceAll("");
  }
}
