package bellrope.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures and encodings of deliveries. */
class WebhooksTest {
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  private static final Map<String, String> BINARY =
      Map.of(
          "ce-specversion",
          "1.0",
          "Ce-Id",
          "e",
          "ce-type",
          "t",
          "ce-source",
          "s",
          "webhook-id",
          "d");
  private static final Map<String, String> STRUCTURED =
      Map.of("Content-Type", "Application/CloudEvents+json; charset=utf-8", "webhook-id", "d");

  /** Events and answers with the same bytes are equal, although Java's arrays are not. */
  @Test
  void whatHasTheSameBytesIsEqual() {
    assertEquals(received("a", new byte[] {1}), received("a", new byte[] {1}));
    assertEquals(
        received("a", new byte[] {1}).hashCode(), received("a", new byte[] {1}).hashCode());
    assertNotEquals(received("a", new byte[] {1}), received("a", new byte[] {2}));
    assertNotEquals(received("a", new byte[] {1}), received("b", new byte[] {1}));
    assertEquals(HttpAnswer.of(Map.of("n", 1)), HttpAnswer.of(Map.of("n", 1)));
    assertEquals(
        HttpAnswer.of(Map.of("n", 1)).hashCode(), HttpAnswer.of(Map.of("n", 1)).hashCode());
    assertNotEquals(HttpAnswer.of(Map.of("n", 1)), HttpAnswer.of(Map.of("n", 2)));
    assertNotEquals(HttpAnswer.of(null), HttpAnswer.refusal(500, "no", Map.of()));
  }

  private static Received received(String id, byte[] data) {
    return new Received(id, "t", "s", Instant.EPOCH, data, data.clone(), "d");
  }

  /** Returns the headers of a request signed as the server signs: over the bytes. */
  static Map<String, String> signed(byte[] body, String secret, long age) {
    try {
      String time = String.valueOf(Instant.now().getEpochSecond() - age);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
      mac.update(("d." + time + ".").getBytes(UTF_8));
      String signature = Base64.getEncoder().encodeToString(mac.doFinal(body));
      return Map.of(
          "webhook-id",
          "d",
          "webhook-timestamp",
          time,
          "Webhook-Signature",
          "v1a,xxx v1," + signature);
    } catch (java.security.GeneralSecurityException error) {
      throw new AssertionError(error);
    }
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    var changed = new HashMap<>(headers);
    changed.put(name, value);
    return changed;
  }

  /** A signed body is genuine, with either of two secrets, also if it is no text. */
  @Test
  void aSignedRequestIsGenuine() {
    for (byte[] body :
        List.of("{\"a\": \"é\ufffd\"}".getBytes(UTF_8), new byte[] {0, -1, -2, 10}, new byte[0])) {
      Headers headers = Headers.of(signed(body, SECRET, 0));
      assertDoesNotThrow(() -> Webhooks.verify(body, headers, SECRET));
      assertDoesNotThrow(() -> Webhooks.verify(body, headers, OTHER, SECRET));
    }
  }

  /** A body that was changed, is old, or is signed with another secret is not. */
  @Test
  void aForgedRequestIsRefused() {
    byte[] body = {0, -1};
    var genuine = signed(body, SECRET, 0);
    var forged =
        List.of(
            with(genuine, "webhook-id", "another"),
            with(genuine, "webhook-timestamp", String.valueOf(Instant.now().getEpochSecond() + 9)),
            with(genuine, "webhook-timestamp", "soon"),
            with(genuine, "Webhook-Signature", "v1,AAAA"),
            with(
                genuine,
                "Webhook-Signature",
                genuine.get("Webhook-Signature").replace("v1,", "v2,")),
            signed(new byte[] {0}, SECRET, 0),
            signed(new byte[] {0, -2}, SECRET, 0),
            signed(body, OTHER, 0),
            signed(body, SECRET, 302),
            signed(body, SECRET, -302),
            Map.<String, String>of());
    for (var headers : forged) {
      assertThrows(
          SignatureInvalidException.class,
          () -> Webhooks.verify(body, Headers.of(headers), SECRET));
    }
  }

  /** A secret that is none is refused, and not shown. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_short",
        "whsec_MfKQ%%%%",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwA"
      })
  void aSecretThatIsNoneIsRefused(String secret) {
    var error =
        assertThrows(IllegalArgumentException.class, () -> Webhooks.handler(secret, event -> null));
    assertFalse(error.toString().contains("MfKQ"));
    assertThrows(IllegalArgumentException.class, () -> Webhooks.handler(List.of(), event -> null));
  }

  /** An event is the same in every encoding; the data is kept byte for byte. */
  @Test
  void everyEncodingGivesTheSameEvent() {
    String data = "{\"n\": 1.0, \"big\": 18446744073709551616}";
    String time = "2026-11-30T00:17:32.574Z";
    String members =
        "\"id\":\"e\",\"type\":\"t\",\"source\":\"s\",\"time\":\""
            + time
            + "\",\"data\":"
            + data
            + "}";
    var named = with(with(BINARY, "ce-time", time), "content-type", "application/json");
    var events =
        List.of(
            parsed("{\"specversion\":\"1.0-rc1\"," + members, Map.of("webhook-id", "d")),
            parsed("{\"specversion\":\"1.0\"," + members, STRUCTURED),
            parsed(data, named));
    for (Received event : events) {
      assertEquals(
          List.of("e", "t", "s", "d"),
          List.of(event.id(), event.type(), event.source(), event.deliveryId()));
      assertEquals(Instant.parse(time), event.time());
      assertEquals(Map.of("n", 1.0, "big", new BigInteger("18446744073709551616")), event.data());
      assertEquals(data, new String(event.raw(), UTF_8));
    }
  }

  private static Received parsed(String body, Map<String, String> headers) {
    return Webhooks.parse(body.getBytes(UTF_8), Headers.of(headers));
  }

  private static Received structured(String members) {
    return parsed(
        "{\"specversion\":\"1.0\",\"id\":\"e\",\"type\":\"t\",\"source\":\"s\"" + members + "}",
        STRUCTURED);
  }

  /** Data of other types is text or bytes, and absent data is null. */
  @Test
  void dataOfOtherTypesIsKept() {
    Received text = structured(",\"datacontenttype\":\"text/plain\",\"data\":\"Zoë\"");
    assertEquals(List.of("Zoë", "Zoë"), List.of(text.data(), new String(text.raw(), UTF_8)));
    Received json = structured(",\"datacontenttype\":\"a/vnd.x+json; v=1\",\"data\":\"x\"");
    assertEquals(List.of("x", "\"x\""), List.of(json.data(), new String(json.raw(), UTF_8)));
    assertArrayEquals(
        new byte[] {0, -1},
        (byte[]) structured(",\"datacontenttype\":\"image/png\",\"data_base64\":\"AP8=\"").data());
    assertEquals(List.of(1.0), structured(",\"data_base64\":\"WzEuMF0=\"").data());
    assertNull(structured(",\"datacontenttype\":\"text/plain\"").data());
    assertNull(structured("").time());
    assertNull(parsed("", BINARY).data());
    assertArrayEquals("{".getBytes(UTF_8), (byte[]) parsed("{", BINARY).data());
  }

  /** The headers of the binary mode are decoded. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"gr%C3%B6%C3%9Fe|größe", "'\"a \\\"b\\\" c\"'|a \"b\" c", "100%25+%2|100%+%2"})
  void headersAreDecoded(String header, String type) {
    assertEquals(type, parsed("", with(BINARY, "ce-type", header)).type());
  }

  /** Any RFC 3339 time is read, and a leap second is the second after it. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-23t11:50:27.564z,2026-11-23T11:50:27.564Z",
    "2026-11-23T13:20:27.5640000009+01:30,2026-11-23T11:50:27.564Z",
    "2016-12-31T23:59:60Z,2017-01-01T00:00:00Z",
    "2016-12-31t15:59:60.25-08:00,2017-01-01T00:00:00.250Z"
  })
  void timesAreRead(String text, Instant time) {
    assertEquals(time, parsed("", with(BINARY, "ce-time", text)).time());
  }

  /** What is no event is refused as such, and as nothing else. */
  @Test
  void whatIsNoEventIsRefused() {
    for (String members :
        List.of(
            ",\"data\":NaN",
            ",\"data\":1,\"data\":2",
            ",\"data\":1} {",
            ",",
            ",\"data\":1,\"data_base64\":\"\"",
            ",\"data_base64\":\"%\"",
            ",\"data_base64\":5",
            ",\"data_base64\":\"AA\"",
            ",\"datacontenttype\":5",
            ",\"time\":\"soon\"",
            ",\"time\":\"2026-02-30T00:00:00Z\"",
            ",\"time\":\"2026-01-01T00:00:00\"",
            ",\"time\":null",
            ",\"data\":" + "[".repeat(200_000))) {
      assertThrows(NotAnEventException.class, () -> structured(members), members);
    }
    for (String body : List.of("", "[]", "null", "{", "{}", "\ufeff{}")) {
      assertThrows(NotAnEventException.class, () -> parsed(body, STRUCTURED), body);
      assertThrows(NotAnEventException.class, () -> parsed(body, Map.of("webhook-id", "d")), body);
    }
    for (String name : BINARY.keySet()) {
      assertThrows(NotAnEventException.class, () -> parsed("{}", with(BINARY, name, "")), name);
    }
    assertThrows(NotAnEventException.class, () -> parsed("{}", with(BINARY, "ce-type", "%FF")));
  }
}
