import bellrope.Event;
import bellrope.webhooks.Received;
import bellrope.webhooks.RefusedException;
import bellrope.webhooks.Reply;
import bellrope.webhooks.Webhooks;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The client's handler in the JDK's HTTP server, until it is stopped. */
final class Served {
  private final Line returns;
  private final List<Object> received = Collections.synchronizedList(new ArrayList<>());
  private final HttpServer server;

  Served(Line line) throws IOException {
    returns = line.object("returns");
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", Webhooks.handler(line.list("secrets"), this::receive));
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  List<Object> stop() {
    server.stop(0);
    return received;
  }

  private Object receive(Received event) {
    received.add(Values.received(event));
    if (returns.has("fail")) {
      throw new IllegalStateException("a bug");
    }
    if (returns.has("refuse")) {
      throw new RefusedException(returns.text("refuse"));
    }
    Object value = returns.has("value") ? Values.value(returns.object("value")) : null;
    List<Event> events = returns.objects("events").stream().map(Values::event).toList();
    return events.isEmpty() ? value : Reply.of(value, events);
  }
}
