package bellrope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which server a client calls, and with which key. */
class SettingsTest {
  private static final Map<String, String> NONE = Map.of();

  /** An address is HOST:PORT or a URL. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:4123,127.0.0.1:4123,false",
    "http://bellrope_server:1/,bellrope_server:1,false",
    "HTTPS://example.com,example.com:443,true",
    "http://example.com,example.com:80,false",
    "https://[::1]:8443,[::1]:8443,true",
  })
  void anAddressIsHostAndPort(String given, String address, boolean tls) {
    var builder = Bellrope.builder().server(given);
    var expected = new Settings(address, tls, "default", Duration.ofSeconds(10));
    assertEquals(expected, Settings.of(builder, NONE));
  }

  /** What is no address is refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ftp://a",
        "http://u:p@a",
        "a:grpc",
        "a:65536",
        "a b",
        ":1",
        "a:1/path",
        "a:1?x"
      })
  void whatIsNoAddressIsRefused(String given) {
    var builder = Bellrope.builder().server(given);
    assertThrows(IllegalArgumentException.class, () -> Settings.of(builder, NONE));
  }

  /** What is not set comes from the environment. An empty variable is none. */
  @Test
  void theEnvironmentSaysWhatIsNotSet() {
    var variables =
        Map.of(
            "BELLROPE_SERVER",
            "a:1",
            "BELLROPE_PROJECT",
            "shop",
            "BELLROPE_KEY",
            "",
            "BELLROPE_ADMIN_KEY",
            "k");
    var builder = Bellrope.builder().keyWithoutTls();
    Settings settings = Settings.of(builder, variables);
    assertEquals(new Settings("a:1", false, "shop", Duration.ofSeconds(10)), settings);
    assertEquals("k", settings.checkedKey(builder, variables));
    assertNull(settings.checkedKey(builder, Map.of("BELLROPE_KEY", "", "BELLROPE_ADMIN_KEY", "")));
    assertEquals(
        "set", settings.checkedKey(Bellrope.builder().keyWithoutTls().key("set"), variables));
  }

  /** A key goes to this machine, or over TLS, or where the caller says so. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1,true",
    "[::1]:1,true",
    "LOCALHOST:1,true",
    "https://example.com,true",
    "example.com:1,false",
    "127.0.0.1.example.com:1,false",
    "0.0.0.0:1,false"
  })
  void aKeyIsNotSentInTheClear(String server, boolean isSent) {
    var builder = Bellrope.builder().server(server).key("a-key");
    Settings settings = Settings.of(builder, NONE);
    if (isSent) {
      assertEquals("a-key", settings.checkedKey(builder, NONE));
    } else {
      assertThrows(IllegalArgumentException.class, () -> settings.checkedKey(builder, NONE));
    }
    assertFalse(settings.toString().contains("a-key"));
  }
}
