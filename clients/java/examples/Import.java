import bellrope.Bellrope;
import bellrope.BellropeException;
import bellrope.Cursor;
import bellrope.Event;
import bellrope.Outcome;
import bellrope.Queued;
import bellrope.RawJson;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Imports events, one a line: {@code java Import order-placed < orders.jsonl}. Run it again after a
 * crash.
 */
class Import {
  public static void main(String[] arguments) {
    String type = arguments.length > 0 ? arguments[0] : "order-placed";
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var line = new AtomicInteger();
    // The id comes from the place in the file, so that no line is stored twice.
    Stream<Event> events =
        input
            .lines()
            .map(text -> Event.of(type, RawJson.of(text)).id(type + "-" + line.incrementAndGet()));
    int stored = 0;
    int before = 0;
    int refused = 0;
    try (Bellrope client = Bellrope.builder().build();
        Cursor<Outcome> outcomes = client.queueStream(events::iterator)) {
      for (Outcome outcome : outcomes) {
        if (outcome instanceof BellropeException error) {
          refused++;
          System.err.println("line " + (error.index().getAsInt() + 1) + ": " + error.getMessage());
        } else if (outcome instanceof Queued queued && queued.duplicate()) {
          before++;
        } else {
          stored++;
        }
      }
    }
    System.out.println(stored + " stored, " + before + " stored before, " + refused + " refused");
  }
}
