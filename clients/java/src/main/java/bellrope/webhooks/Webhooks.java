package bellrope.webhooks;

import com.sun.net.httpserver.HttpHandler;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Receives events.
 *
 * <pre>{@code
 * server.createContext("/hook", Webhooks.handler(secret, event -> Map.of("fine", true)));
 * }</pre>
 *
 * <p>A request must be signed with the trigger's secret within five minutes of now. Give several
 * secrets while you replace one. A body must be the bytes as they came, because decoding and
 * encoding JSON changes them.
 */
public final class Webhooks {
  /**
   * The headers of an answer, other than 2xx, after which the server does not send the delivery
   * again.
   */
  public static final Map<String, String> NO_RETRY = Map.of("webhook-retry", "no");

  private Webhooks() {}

  /**
   * Returns a handler for the JDK's {@code HttpServer}.
   *
   * <p>What the receiver throws is an answer with status 500 without its text, and the delivery is
   * sent again later. The exception is logged as {@code bellrope.webhooks}.
   *
   * @param secret the trigger's secret
   * @param receiver what is done about an event
   * @return the handler
   * @throws IllegalArgumentException if the secret is none
   */
  public static HttpHandler handler(String secret, Receiver receiver) {
    return handler(List.of(secret), receiver);
  }

  /**
   * Returns a handler for the JDK's {@code HttpServer}, like {@link #handler(String, Receiver)}.
   *
   * @param secrets several secrets, while one replaces another
   * @param receiver what is done about an event
   * @return the handler
   * @throws IllegalArgumentException if a secret is none
   */
  public static HttpHandler handler(Collection<String> secrets, Receiver receiver) {
    return new WebhookHandler(new Signature(secrets), receiver);
  }

  /**
   * Returns the answer to a request, for other frameworks.
   *
   * @param body the bytes of the request
   * @param headers its headers
   * @param receiver what is done about an event
   * @param secrets the trigger's secret, or several
   * @return the answer: 400 if the request is not genuine or has no event
   * @throws IllegalArgumentException if a secret is none
   * @throws Exception what the receiver throws, but for {@link RefusedException}; answer it with
   *     status 500
   */
  public static HttpAnswer answer(
      byte[] body, Headers headers, Receiver receiver, String... secrets) throws Exception {
    return answer(body, headers, receiver, new Signature(List.of(secrets)));
  }

  static HttpAnswer answer(byte[] body, Headers headers, Receiver receiver, Signature signature)
      throws Exception {
    try {
      signature.check(body, headers, Instant.now());
      return HttpAnswer.of(receiver.receive(parse(body, headers)));
    } catch (SignatureInvalidException | NotAnEventException error) {
      return HttpAnswer.refusal(400, why(error), Map.of());
    } catch (RefusedException error) {
      return HttpAnswer.refusal(error.status(), why(error), NO_RETRY);
    }
  }

  /**
   * Returns the event in a request that is signed with the secret.
   *
   * @param body the bytes of the request
   * @param headers its headers
   * @param secrets the trigger's secret, or several
   * @return the event
   * @throws SignatureInvalidException if the request is not genuine
   * @throws NotAnEventException if it has no event
   * @throws IllegalArgumentException if a secret is none
   */
  public static Received receive(byte[] body, Headers headers, String... secrets) {
    verify(body, headers, secrets);
    return parse(body, headers);
  }

  /**
   * Returns if a request is genuine: signed with the secret, or one of them, within five minutes of
   * now.
   *
   * @param body the bytes of the request
   * @param headers its headers
   * @param secrets the trigger's secret, or several
   * @throws SignatureInvalidException if the request is not genuine
   * @throws IllegalArgumentException if a secret is not {@code whsec_} and the base64 of 24 to 64
   *     bytes
   */
  public static void verify(byte[] body, Headers headers, String... secrets) {
    new Signature(List.of(secrets)).check(body, headers, Instant.now());
  }

  /**
   * Returns the event in a request without checking the signature; {@link #receive} checks it.
   *
   * <p>It reads bellrope's own body and the two modes of CloudEvents 1.0, structured and binary. In
   * binary mode the signature covers the data and the {@code deliveryId}, but not the headers with
   * the event's id, type, source and time.
   *
   * @param body the bytes of the request
   * @param headers its headers
   * @return the event
   * @throws NotAnEventException if it has no event
   */
  public static Received parse(byte[] body, Headers headers) {
    try {
      return new Parsing(body, headers).event();
    } catch (IllegalArgumentException error) {
      throw new NotAnEventException(why(error), error);
    }
  }

  private static String why(Exception error) {
    return Objects.requireNonNullElse(error.getMessage(), "");
  }
}
