import bellrope.webhooks.RefusedException;
import bellrope.webhooks.Webhooks;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * A webhook that answers prices: {@code WEBHOOK_SECRET=whsec_... PORT=8000 java Prices}.
 *
 * <pre>
 * bellrope triggers create prices --type price-asked --url http://127.0.0.1:8000/ --secret whsec_...
 * </pre>
 */
class Prices {
  private static final Map<String, Double> PRICES = Map.of("tea", 3.5, "cup", 12.0);

  record Question(String item) {}

  public static void main(String[] arguments) throws IOException {
    String secret =
        System.getenv().getOrDefault("WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8000"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newFixedThreadPool(8)); // without it, one delivery at a time
    server.createContext(
        "/", Webhooks.handler(secret, event -> Map.of("price", price(event.as(Question.class)))));
    server.start();
    System.out.println("listening on port " + server.getAddress().getPort());
  }

  private static double price(Question question) {
    Double price = PRICES.get(question.item());
    if (price == null) {
      // Another attempt would not help.
      throw new RefusedException("no price for " + question.item());
    }
    return price;
  }
}
