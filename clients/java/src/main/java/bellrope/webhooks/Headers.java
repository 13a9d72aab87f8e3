package bellrope.webhooks;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request, in any framework: a servlet's {@code request::getHeader}, or {@code
 * headers::getFirst} of the JDK's server and of Spring.
 */
@FunctionalInterface
public interface Headers {
  /**
   * Returns the value of a header.
   *
   * @param name its name, in upper or lower case
   * @return the value, or null if there is none
   */
  @Nullable String get(String name);

  /**
   * Returns headers that are in a map.
   *
   * @param values values by name, in upper or lower case
   * @return the headers
   */
  static Headers of(Map<String, String> values) {
    var named = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    named.putAll(values);
    return named::get;
  }
}
