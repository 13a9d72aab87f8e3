import bellrope.Bellrope;
import bellrope.Event;
import bellrope.Outcome;
import bellrope.Queued;
import bellrope.RawJson;
import bellrope.v1.EventingGrpc;
import bellrope.v1.QueueRequest;
import bellrope.v1.QueueStreamRequest;
import bellrope.v1.QueueStreamResponse;
import com.google.protobuf.ByteString;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Streams events to a server with the client, or with the generated code alone.
 *
 * <p>The arguments are HOST:PORT, {@code client} or {@code stubs}, JSON text that every event has,
 * and how many events each stream has.
 */
final class Throughput {
  private Throughput() {}

  /** Streams events, and returns how many were stored. */
  private interface Form {
    int stored(int count);
  }

  public static void main(String[] arguments) {
    String data = arguments[2];
    Form form =
        arguments[1].equals("client")
            ? withClient(Bellrope.connect(arguments[0]), RawJson.of(data))
            : withStubs(arguments[0], ByteString.copyFromUtf8(data));
    for (String count : Stream.of(arguments).skip(3).toList()) {
      int stored = form.stored(Integer.parseInt(count));
      if (stored != Integer.parseInt(count)) {
        throw new IllegalStateException(stored + " of " + count + " events were stored");
      }
    }
    System.exit(0); // gRPC's threads would go on for a while
  }

  private static Form withClient(Bellrope client, RawJson data) {
    return count -> {
      int stored = 0;
      Iterable<Event> events =
          () -> IntStream.range(0, count).mapToObj(each -> Event.of("measured", data)).iterator();
      try (var outcomes = client.queueStream(events)) {
        while (outcomes.hasNext()) {
          Outcome outcome = outcomes.next();
          stored += outcome instanceof Queued ? 1 : 0;
        }
      }
      return stored;
    };
  }

  private static Form withStubs(String server, ByteString data) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(server, InsecureChannelCredentials.create()).build();
    return count -> {
      var messages = IntStream.range(0, count).mapToObj(number -> message(number, data)).iterator();
      var observer = new Observer(messages);
      EventingGrpc.newStub(channel).queueStream(observer);
      return observer.stored.join();
    };
  }

  /** The id is as long as the client's own. */
  private static QueueStreamRequest message(int number, ByteString data) {
    String digits = Integer.toString(number);
    var event =
        QueueRequest.newBuilder()
            .setProject("default")
            .setType("measured")
            .setData(data)
            .setId("0".repeat(36 - digits.length()) + digits);
    return QueueStreamRequest.newBuilder().setEvent(event).build();
  }

  /** Sends whenever the call has room, as the documentation of gRPC shows it. */
  private static final class Observer
      implements ClientResponseObserver<QueueStreamRequest, QueueStreamResponse> {
    final CompletableFuture<Integer> stored = new CompletableFuture<>();
    private final Iterator<QueueStreamRequest> messages;
    private int count;
    private boolean hasEnded;

    Observer(Iterator<QueueStreamRequest> messages) {
      this.messages = messages;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<QueueStreamRequest> call) {
      call.setOnReadyHandler(
          () -> {
            while (call.isReady() && messages.hasNext()) {
              call.onNext(messages.next());
            }
            if (!messages.hasNext() && !hasEnded) {
              hasEnded = true;
              call.onCompleted();
            }
          });
    }

    @Override
    public void onNext(QueueStreamResponse answer) {
      for (var result : answer.getResultsList()) {
        count += result.hasAccepted() ? 1 : 0;
      }
    }

    @Override
    public void onError(Throwable error) {
      stored.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
      stored.complete(count);
    }
  }
}
