import bellrope.Bellrope;
import bellrope.BellropeException;
import bellrope.Cursor;
import bellrope.Event;
import bellrope.Json;
import bellrope.Outcome;
import bellrope.Settings;
import bellrope.webhooks.Headers;
import bellrope.webhooks.NotAnEventException;
import bellrope.webhooks.SignatureInvalidException;
import bellrope.webhooks.Webhooks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Runs the cases of clients/conformance with the Java client. */
final class Runner {
  private final Map<Object, Bellrope> clients = new HashMap<>();
  private Served served;

  public static void main(String[] arguments) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var runner = new Runner();
    for (String text = lines.readLine(); text != null; text = lines.readLine()) {
      Line line = Line.of(text);
      say(line, runner.outcome(line));
    }
  }

  private static void say(Line line, Map<String, Object> outcome) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("case", line.text("case"));
    answer.putAll(outcome);
    System.out.writeBytes(Json.encode(answer));
    System.out.println();
    System.out.flush();
  }

  /** No client can be made of the settings. */
  private static final class WrongSetting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongSetting(Throwable cause) {
      super(cause.getMessage());
    }
  }

  private Map<String, Object> outcome(Line line) {
    try {
      return line.text("op").equals("queue_stream") ? queueStream(line) : Map.of("ok", done(line));
    } catch (BellropeException error) {
      return Map.of("error", Values.error(error));
    } catch (WrongSetting error) {
      return failed("WRONG_SETTING", error);
    } catch (SignatureInvalidException error) {
      return failed("SIGNATURE_INVALID", error);
    } catch (NotAnEventException error) {
      return failed("NOT_AN_EVENT", error);
    } catch (CancellationException error) {
      return failed("CANCELLED", error);
    } catch (UnsupportedOperationException missing) {
      return Map.of("missing", missing.getMessage());
    } catch (IllegalArgumentException | NullPointerException | ArithmeticException error) {
      return failed("REFUSED", error);
    } catch (IOException | InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  private static Map<String, Object> failed(String kind, Exception error) {
    return Map.of("error", Map.of("kind", kind, "message", String.valueOf(error.getMessage())));
  }

  private Object done(Line line) throws IOException, InterruptedException {
    return switch (line.text("op")) {
      case "queue" ->
          Values.queued(client(line).queue(Values.event(line.object("event")), timeout(line)));
      case "trigger" ->
          Values.answer(client(line).trigger(Values.event(line.object("event")), waiting(line)));
      case "queue_batch" -> queueBatch(line);
      case "cancel" -> cancel(line);
      case "tail" ->
          Managing.tail(client(line), line.number("count"), () -> say(line, Map.of("begun", true)));
      case "verify" -> verify(line);
      case "parse" -> Values.received(Webhooks.parse(line.bytes("body"), headers(line)));
      case "receive" ->
          Values.received(Webhooks.receive(line.bytes("body"), headers(line), secrets(line)));
      case "stacks" -> List.of("com.sun.net.httpserver");
      case "serve" -> serve(line);
      case "stop" -> Map.of("received", served.stop());
      case "settings" -> settings(client(line).settings());
      case "load" -> load(line);
      default -> Managing.done(client(line), line);
    };
  }

  private List<Map<String, Object>> queueBatch(Line line) {
    List<Event> events = line.objects("events").stream().map(Values::event).toList();
    return client(line).queueBatch(events, timeout(line)).stream().map(Values::queued).toList();
  }

  private Map<String, Object> queueStream(Line line) {
    var outcomes = new ArrayList<Object>();
    try (Cursor<Outcome> cursor =
        client(line).queueStream(() -> events(line).iterator(), timeout(line))) {
      cursor.forEachRemaining(outcome -> outcomes.add(Values.outcome(outcome)));
      return Map.of("ok", outcomes);
    } catch (BellropeException error) {
      return Map.of("error", Values.error(error), "before", outcomes);
    }
  }

  private static java.util.stream.Stream<Event> events(Line line) {
    if (line.has("events")) {
      return line.objects("events").stream().map(Values::event);
    }
    Event event = Values.event(line.object("event"));
    return IntStream.range(0, line.number("count"))
        .mapToObj(number -> event.id(event.id() + "-" + number));
  }

  private Map<String, Object> cancel(Line line) throws InterruptedException {
    long begun = System.nanoTime();
    var call = client(line).triggerAsync(Values.event(line.object("event")));
    Thread.sleep(line.number("after_ms"));
    call.cancel(true);
    try {
      call.join();
      return Map.of("cancelled", false);
    } catch (CancellationException cancelled) {
      long after = Duration.ofNanos(System.nanoTime() - begun).toMillis();
      return Map.of("cancelled", true, "after_ms", after);
    }
  }

  private static Map<String, Object> verify(Line line) {
    Webhooks.verify(line.bytes("body"), headers(line), secrets(line));
    return Map.of();
  }

  private Map<String, Object> serve(Line line) throws IOException {
    served = new Served(line);
    return Map.of("url", served.url());
  }

  private static Map<String, Object> settings(Settings settings) {
    return Map.of(
        "server", settings.server(), "tls", settings.tls(), "project", settings.project());
  }

  private Map<String, Object> load(Line line) throws InterruptedException {
    Bellrope client = client(line);
    var pool = Executors.newFixedThreadPool(line.number("callers"));
    try {
      var calls =
          IntStream.range(0, line.number("count"))
              .mapToObj(
                  number -> pool.submit(() -> client.queue(Event.of(line.text("type"))).eventId()))
              .toList();
      var ids = new ArrayList<String>();
      for (var call : calls) {
        ids.add(call.get());
      }
      return Map.of("ids", ids);
    } catch (java.util.concurrent.ExecutionException failed) {
      throw failed.getCause() instanceof BellropeException error
          ? error
          : new IllegalStateException(failed);
    } finally {
      pool.shutdownNow();
    }
  }

  private Bellrope client(Line line) {
    return clients.computeIfAbsent(
        line.members().get("settings"), key -> made(line.object("settings")));
  }

  private static Bellrope made(Line settings) {
    var builder = Bellrope.builder();
    if (settings.has("server")) {
      builder.server(settings.text("server"));
    }
    if (settings.has("project")) {
      builder.project(settings.text("project"));
    }
    if (settings.has("key")) {
      builder.key(settings.text("key"));
    }
    if (settings.isTrue("key_without_tls")) {
      builder.keyWithoutTls();
    }
    if (settings.has("timeout_ms")) {
      builder.timeout(settings.millis("timeout_ms"));
    }
    if (settings.has("ca_file")) {
      builder.trust(Path.of(settings.text("ca_file")));
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException error) {
      throw new WrongSetting(error);
    }
  }

  private Duration timeout(Line line) {
    return line.has("timeout_ms") ? line.millis("timeout_ms") : client(line).settings().timeout();
  }

  private static Duration waiting(Line line) {
    return line.has("timeout_ms") ? line.millis("timeout_ms") : Duration.ofSeconds(30);
  }

  private static Headers headers(Line line) {
    return Headers.of(line.texts("headers"));
  }

  private static String[] secrets(Line line) {
    return line.list("secrets").toArray(String[]::new);
  }
}
