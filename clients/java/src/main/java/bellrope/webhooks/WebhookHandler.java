package bellrope.webhooks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;

/** Answers deliveries in the JDK's HTTP server. */
final class WebhookHandler implements HttpHandler {
  private static final System.Logger LOGGER = System.getLogger("bellrope.webhooks");
  private static final int MOST_BYTES =
      9 * 1024 * 1024; // data has at most 8 MiB (--max-data-bytes), and more around it

  private final Signature signature;
  private final Receiver receiver;

  WebhookHandler(Signature signature, Receiver receiver) {
    this.signature = signature;
    this.receiver = receiver;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpAnswer answer = answer(exchange);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      // For the JDK's server, 0 is a body of unknown length, and -1 is none.
      exchange.sendResponseHeaders(
          answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      if (answer.body().length > 0) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  private HttpAnswer answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      // Another attempt would send the same body.
      return HttpAnswer.refusal(
          413, "The body is longer than a delivery can be.", Webhooks.NO_RETRY);
    }
    try {
      return Webhooks.answer(body, exchange.getRequestHeaders()::getFirst, receiver, signature);
    } catch (Throwable error) {
      LOGGER.log(Level.ERROR, "The receiver failed.", error);
      return new HttpAnswer(500, Map.of(), new byte[0]);
    }
  }
}
