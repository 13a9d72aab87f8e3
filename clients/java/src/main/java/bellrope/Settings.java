package bellrope;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

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
    URI server =
        parsed(first(builder.server, environment.get("BELLROPE_SERVER"), "127.0.0.1:4123"));
    boolean tls = server.getScheme().equals("https");
    String address =
        server.getHost() + ":" + (server.getPort() >= 0 ? server.getPort() : tls ? 443 : 80);
    String project = first(builder.project, environment.get("BELLROPE_PROJECT"), "default");
    Duration timeout = builder.timeout == null ? Duration.ofSeconds(10) : builder.timeout;
    return new Settings(address, tls, project, timeout);
  }

  /**
   * Returns the key, or null if there is none. Throws IllegalArgumentException if it may not be
   * sent.
   */
  String checkedKey(BellropeBuilder builder, Map<String, String> environment) {
    String key =
        first(builder.key, environment.get("BELLROPE_KEY"), environment.get("BELLROPE_ADMIN_KEY"));
    if (key == null || key.isEmpty()) {
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

  private static URI parsed(String server) {
    try {
      URI uri = new URI(server.contains("://") ? server : "http://" + server);
      if (isAddress(uri)) {
        return new URI(
            uri.getScheme().toLowerCase(), null, uri.getHost(), uri.getPort(), null, null, null);
      }
    } catch (URISyntaxException error) {
      // What is no URL is said below.
    }
    throw new IllegalArgumentException(
        "`" + server + "` is no server. Write HOST:PORT, http://HOST:PORT or https://HOST.");
  }

  private static boolean isAddress(URI uri) {
    boolean isHttp =
        uri.getScheme().equalsIgnoreCase("http") || uri.getScheme().equalsIgnoreCase("https");
    boolean isBare =
        uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
    return isHttp && isBare && uri.getHost() != null && uri.getPath().matches("/?");
  }

  private static String first(String given, String variable, String otherwise) {
    if (given != null) {
      return given;
    }
    return variable == null || variable.isEmpty() ? otherwise : variable;
  }
}
