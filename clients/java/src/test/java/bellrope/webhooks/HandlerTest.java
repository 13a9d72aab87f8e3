package bellrope.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bellrope.Event;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the ready handler answers, in the JDK's HTTP server. */
class HandlerTest {
  private static final byte[] BODY =
      "{\"specversion\":\"1.0-rc1\",\"id\":\"e\",\"type\":\"t\",\"source\":\"s\",\"data\":{\"n\":1}}"
          .getBytes(UTF_8);

  private static HttpResponse<String> post(HttpHandler handler, byte[] body) throws Exception {
    return post(handler, body, WebhooksTest.signed(body, WebhooksTest.SECRET, 0));
  }

  private static HttpResponse<String> post(
      HttpHandler handler, byte[] body, Map<String, String> headers) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/hook", handler);
    server.start();
    try {
      var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
      var request = HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofByteArray(body));
      headers.forEach(request::header);
      return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    } finally {
      server.stop(0);
    }
  }

  private static List<Object> answered(Receiver receiver) throws Exception {
    var answer = post(Webhooks.handler(WebhooksTest.SECRET, receiver), BODY);
    return List.of(answer.statusCode(), answer.body());
  }

  record Counted(int n) {}

  /** What the function returns is the answer. Null is none. */
  @Test
  void theAnswerIsWhatTheFunctionReturns() throws Exception {
    assertEquals(List.of(200, "{\"type\":\"t\"}"), answered(event -> Map.of("type", event.type())));
    assertEquals(List.of(200, "1"), answered(event -> event.as(Counted.class).n()));
    assertEquals(List.of(204, ""), answered(event -> null));
  }

  /** A reply also queues events, as the server reads them. */
  @Test
  void aReplyQueuesEvents() throws Exception {
    Event event =
        Event.of("next", List.of(1))
            .id("mine")
            .delay(Duration.ofMillis(1500))
            .options(Map.of("a", "b"));
    assertEquals(
        List.of(
            200,
            "{\"response\":true,\"events\":[{\"type\":\"next\",\"data\":[1],\"id\":\"mine\",\"delay\":1.500000000,"
                + "\"options\":{\"a\":\"b\"}}]}"),
        answered(received -> Reply.of(true, event)));
  }

  /** A function refuses for good, or fails; a failure does not show its text. */
  @Test
  void aFunctionMayRefuseOrFail() throws Exception {
    var refused =
        post(
            Webhooks.handler(
                WebhooksTest.SECRET,
                event -> {
                  throw new RefusedException("not mine");
                }),
            BODY);
    assertEquals(
        List.of(422, "{\"error\":\"not mine\"}"), List.of(refused.statusCode(), refused.body()));
    assertEquals("no", refused.headers().firstValue("webhook-retry").orElse(""));
    for (Throwable bug :
        List.of(new IllegalStateException("a secret"), new StackOverflowError("a secret"))) {
      assertEquals(
          List.of(500, ""),
          answered(
              event -> {
                HandlerTest.<RuntimeException>sneak(bug);
                return null;
              }));
    }
    assertEquals(List.of(500, ""), answered(event -> Double.NaN));
  }

  @SuppressWarnings("unchecked") // it throws what the compiler would not allow
  private static <T extends Throwable> void sneak(Throwable bug) throws T {
    throw (T) bug;
  }

  /**
   * What is not signed or no event is refused, before the function sees it; so is what no delivery
   * can be.
   */
  @Test
  void othersAreRefused() throws Exception {
    HttpHandler handler =
        Webhooks.handler(
            WebhooksTest.SECRET,
            event -> {
              throw new AssertionError("it was called");
            });
    assertEquals(400, post(handler, BODY, Map.of()).statusCode());
    assertEquals(400, post(handler, "{}".getBytes(UTF_8)).statusCode());
    var large = post(handler, new byte[9 * 1024 * 1024 + 1]);
    assertEquals(413, large.statusCode());
    assertEquals("no", large.headers().firstValue("webhook-retry").orElse(""));
  }

  /** Receiving needs neither gRPC nor protobuf. */
  @Test
  void receivingLoadsNoGrpc() throws Exception {
    var urls = new ArrayList<URL>();
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (path.endsWith("classes") || path.contains("jackson")) {
        urls.add(new File(path).toURI().toURL());
      }
    }
    try (var loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      assertThrows(ClassNotFoundException.class, () -> loader.loadClass("io.grpc.Status"));
      assertThrows(
          ClassNotFoundException.class, () -> loader.loadClass("com.google.protobuf.Message"));
      Class<?> headers = loader.loadClass("bellrope.webhooks.Headers");
      Object given = headers.getMethod("of", Map.class).invoke(null, Map.of("webhook-id", "d"));
      Object event =
          loader
              .loadClass("bellrope.webhooks.Webhooks")
              .getMethod("parse", byte[].class, headers)
              .invoke(null, BODY, given);
      assertTrue(event.toString().contains("data={n=1}"), event.toString());
      Object reply = replyOf(loader);
      assertEquals("bellrope.webhooks.Reply", reply.getClass().getName());
    }
  }

  private static Object replyOf(ClassLoader loader) throws Exception {
    Class<?> event = loader.loadClass("bellrope.Event");
    Object chained = event.getMethod("of", String.class).invoke(null, "next");
    return loader
        .loadClass("bellrope.webhooks.Reply")
        .getMethod("of", Object.class, List.class)
        .invoke(null, "fine", List.of(chained));
  }
}
