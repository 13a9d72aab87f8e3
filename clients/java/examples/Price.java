import bellrope.Bellrope;
import bellrope.DeadlinePassedException;
import bellrope.Event;
import bellrope.NoTriggerMatchedException;
import bellrope.WebhookFailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Asks a webhook for a price, and waits at most ten seconds: {@code java Price tea}. */
class Price {
  record Answered(double price) {}

  public static void main(String[] arguments) {
    String item = arguments.length > 0 ? arguments[0] : "tea";
    var wait = Duration.ofSeconds(10);
    // Without the expire time, the webhook would still be called after the deadline.
    var event = Event.of("price-asked", Map.of("item", item)).expireTime(Instant.now().plus(wait));
    try (Bellrope client = Bellrope.builder().build()) {
      double price = client.trigger(event, wait).as(Answered.class).price();
      System.out.println(item + " costs " + price);
    } catch (NoTriggerMatchedException error) {
      System.out.println("nobody knows prices");
    } catch (DeadlinePassedException error) {
      System.out.println("too late");
    } catch (WebhookFailedException error) {
      int status = error.results().get(0).getLastAttempt().getStatusCode();
      System.out.println("failed with " + status);
    }
  }
}
