package bellrope;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client was made of: its settings, the environment variables, and the defaults. The key is
 * not shown.
 *
 * @param server the gRPC address, as {@code HOST:PORT}
 * @param tls whether the connection is encrypted
 * @param project the project of events, and of requests that name none
 * @param timeout how long a call may take, all its retries together
 */
public record Settings(String server, boolean tls, String project, Duration timeout) {
  private static final Pattern SERVER =
      Pattern.compile(
          "(?<scheme>https?://)?(?<host>\\[[0-9a-f:.]+\\]|[\\w.-]+)(:(?<port>\\d{1,5}))?/?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern SENDABLE = Pattern.compile("[!-~]+");
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(localhost|.+\\.localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\]):\\d+",
          Pattern.CASE_INSENSITIVE);

  /**
   * Returns the settings of a builder, with the environment variables in place of what it does not
   * have.
   */
  static Settings of(BellropeBuilder builder, Map<String, String> environment) {
    String named = first(builder.server, environment, "BELLROPE_SERVER");
    Matcher server = parsed(Objects.requireNonNullElse(named, "127.0.0.1:4123"));
    String address = server.group("host") + ":" + port(server);
    String project = first(builder.project, environment, "BELLROPE_PROJECT");
    Duration timeout = builder.timeout == null ? Duration.ofSeconds(10) : builder.timeout;
    return new Settings(
        address, isTls(server), Objects.requireNonNullElse(project, "default"), timeout);
  }

  /**
   * Returns the key, or null if there is none. Throws IllegalArgumentException if it may not be
   * sent.
   */
  @Nullable String checkedKey(BellropeBuilder builder, Map<String, String> environment) {
    String key = first(builder.key, environment, "BELLROPE_KEY", "BELLROPE_ADMIN_KEY");
    if (key == null) {
      return null;
    }
    if (!SENDABLE.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "The key must be printable ASCII characters without white space.");
    }
    if (!tls && !builder.keyWithoutTls && !LOOPBACK.matcher(server).matches()) {
      throw new IllegalArgumentException(
          "A key would cross the network unencrypted. Use https://"
              + server
              + " or keyWithoutTls().");
    }
    return key;
  }

  private static Matcher parsed(String server) {
    Matcher parts = SERVER.matcher(server);
    if (!parts.matches() || port(parts) > 65535) {
      throw new IllegalArgumentException(
          "`" + server + "` is no server. Write HOST:PORT, http://HOST:PORT or https://HOST.");
    }
    return parts;
  }

  private static boolean isTls(Matcher server) {
    return "https://".equalsIgnoreCase(server.group("scheme"));
  }

  private static int port(Matcher server) {
    String port = server.group("port");
    return port == null ? (isTls(server) ? 443 : 80) : Integer.parseInt(port);
  }

  /** Returns a setting, or else the first variable that is not empty; null if there is none. */
  private static @Nullable String first(
      @Nullable String given, Map<String, String> environment, String... variables) {
    if (given != null) {
      return given;
    }
    for (String variable : variables) {
      String value = environment.get(variable);
      if (value != null && !value.isEmpty()) {
        return value;
      }
    }
    return null;
  }
}
