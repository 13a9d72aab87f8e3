package bellrope;

import bellrope.v1.EventingGrpc;
import bellrope.v1.QueueBatchRequest;
import bellrope.v1.QueueBatchResponse;
import bellrope.v1.TailRequest;
import bellrope.v1.TailResponse;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends events to a bellrope server. Threads may share one; close it at the end.
 *
 * <pre>{@code
 * try (Bellrope client = Bellrope.connect("127.0.0.1:4123")) {
 *   client.queue(Event.of("user-signed-up", Map.of("name", "Zoë")));
 * }
 * }</pre>
 *
 * <p>Calls that fail throw {@link BellropeException}. Every event has an id before it is sent, so
 * an event that may not have arrived is sent again under that id, up to five times within the
 * timeout. A call of an interrupted thread is cancelled, and throws {@link
 * java.util.concurrent.CancellationException}; so does a call whose future is cancelled. What is
 * stored by then is still delivered.
 */
public final class Bellrope implements AutoCloseable {
  private static final Duration TRIGGER_TIMEOUT = Duration.ofSeconds(30);

  private final Settings settings;
  final Calls calls;
  private final boolean isOwn;
  private final Triggers triggers;
  private final Deliveries deliveries;
  private final Projects projects;
  private final Server server;

  Bellrope(BellropeBuilder builder) {
    settings = Settings.of(builder, System.getenv());
    String key = settings.checkedKey(builder, System.getenv());
    ManagedChannel given = builder.channel;
    isOwn = given == null;
    ManagedChannel channel = given == null ? Channels.open(settings, builder.trusted) : given;
    calls = new Calls(channel, key, settings.project(), settings.timeout());
    triggers = new Triggers(calls);
    deliveries = new Deliveries(calls);
    projects = new Projects(calls);
    server = new Server(calls);
  }

  /**
   * Returns a client of a server. Key and project are those of the environment.
   *
   * @param server the gRPC address: {@code HOST:PORT} or {@code http://HOST:PORT} without TLS,
   *     {@code https://HOST} with TLS
   * @return the client; it connects with its first call
   */
  public static Bellrope connect(String server) {
    return builder().server(server).build();
  }

  /**
   * Returns a builder for a client. What it is not given, the environment variables {@code
   * BELLROPE_SERVER}, {@code BELLROPE_PROJECT} and {@code BELLROPE_KEY} (or {@code
   * BELLROPE_ADMIN_KEY}) say.
   *
   * @return the builder
   */
  public static BellropeBuilder builder() {
    return new BellropeBuilder();
  }

  /**
   * Returns what the client was made of.
   *
   * @return the settings, with their defaults
   */
  public Settings settings() {
    return settings;
  }

  /**
   * Returns the service that manages triggers.
   *
   * @return the service
   */
  public Triggers triggers() {
    return triggers;
  }

  /**
   * Returns the service with the log: events, deliveries, replays.
   *
   * @return the service
   */
  public Deliveries deliveries() {
    return deliveries;
  }

  /**
   * Returns the service that manages projects, and the types of events.
   *
   * @return the service
   */
  public Projects projects() {
    return projects;
  }

  /**
   * Returns the service that tells about the server.
   *
   * @return the service
   */
  public Server server() {
    return server;
  }

  /**
   * Stores an event. When this returns, it is on disk. The server calls its webhooks in the
   * background.
   *
   * @param event the event
   * @return what the server says of it
   */
  public Queued queue(Event event) {
    return queue(event, settings.timeout());
  }

  /**
   * Stores an event, like {@link #queue(Event)}.
   *
   * @param event the event
   * @param timeout how long the call may take, all its retries together
   * @return what the server says of it
   */
  public Queued queue(Event event, Duration timeout) {
    return Calls.waited(queueAsync(event, timeout));
  }

  /**
   * Stores an event, like {@link #queue(Event)}.
   *
   * @param event the event
   * @return what the server says of it; cancelling the future cancels the call
   */
  public CompletableFuture<Queued> queueAsync(Event event) {
    return queueAsync(event, settings.timeout());
  }

  /**
   * Stores an event, like {@link #queue(Event)}.
   *
   * @param event the event
   * @param timeout how long the call may take, all its retries together
   * @return what the server says of it; cancelling the future cancels the call
   */
  public CompletableFuture<Queued> queueAsync(Event event, Duration timeout) {
    var request = Requests.queue(event, settings.project());
    return send(EventingGrpc.getQueueMethod(), request, timeout, index -> event.id(), Queued::of);
  }

  /**
   * Stores an event and waits for the answers of its webhooks, at most 30 seconds.
   *
   * @param event the event
   * @return the answers
   */
  public Answer trigger(Event event) {
    return trigger(event, TRIGGER_TIMEOUT);
  }

  /**
   * Stores an event and waits for the answers of its webhooks.
   *
   * @param event the event
   * @param timeout how long to wait, at most five minutes. It ends only the wait; set {@code
   *     expireTime} to also stop calling webhooks
   * @return the answers
   */
  public Answer trigger(Event event, Duration timeout) {
    return Calls.waited(triggerAsync(event, timeout));
  }

  /**
   * Stores an event and waits for the answers of its webhooks, at most 30 seconds.
   *
   * @param event the event
   * @return the answers; cancelling the future cancels the call
   */
  public CompletableFuture<Answer> triggerAsync(Event event) {
    return triggerAsync(event, TRIGGER_TIMEOUT);
  }

  /**
   * Stores an event and waits for the answers of its webhooks, like {@link #trigger(Event,
   * Duration)}.
   *
   * @param event the event
   * @param timeout how long to wait
   * @return the answers; cancelling the future cancels the call
   */
  public CompletableFuture<Answer> triggerAsync(Event event, Duration timeout) {
    var request = Requests.trigger(event, settings.project());
    return send(
        EventingGrpc.getTriggerSyncMethod(), request, timeout, index -> event.id(), Answer::new);
  }

  /**
   * Stores up to 1,000 events in one commit, all or none.
   *
   * <p>If one event is refused, none is stored; the exception's {@code index} and {@code eventId}
   * say which one. After an exception you can send the same events again.
   *
   * @param events the events
   * @return for each what {@link #queue(Event)} would return
   */
  public List<Queued> queueBatch(List<Event> events) {
    return queueBatch(events, settings.timeout());
  }

  /**
   * Stores up to 1,000 events in one commit, like {@link #queueBatch(List)}.
   *
   * @param events the events
   * @param timeout how long the call may take, all its retries together
   * @return for each what {@link #queue(Event)} would return
   */
  public List<Queued> queueBatch(List<Event> events, Duration timeout) {
    return Calls.waited(queueBatchAsync(events, timeout));
  }

  /**
   * Stores up to 1,000 events in one commit, like {@link #queueBatch(List)}.
   *
   * @param events the events
   * @return for each what {@link #queue(Event)} would return; cancelling the future cancels the
   *     call
   */
  public CompletableFuture<List<Queued>> queueBatchAsync(List<Event> events) {
    return queueBatchAsync(events, settings.timeout());
  }

  /**
   * Stores up to 1,000 events in one commit, like {@link #queueBatch(List)}.
   *
   * @param events the events
   * @param timeout how long the call may take, all its retries together
   * @return for each what {@link #queue(Event)} would return; cancelling the future cancels the
   *     call
   */
  public CompletableFuture<List<Queued>> queueBatchAsync(List<Event> events, Duration timeout) {
    MethodDescriptor<QueueBatchRequest, QueueBatchResponse> method =
        EventingGrpc.getQueueBatchMethod();
    List<Event> sent = List.copyOf(events);
    Function<@Nullable Integer, String> idAt =
        index -> index == null || index >= sent.size() ? "" : sent.get(index).id();
    return send(
        method,
        Requests.batch(sent, settings.project()),
        timeout,
        idAt,
        response -> response.getResultsList().stream().map(Queued::of).toList());
  }

  /**
   * Stores any number of events, and yields the outcome of each, in order.
   *
   * <p>Events are taken and sent, in your thread, while you ask for outcomes: at most 1,024, or 16
   * MiB, ahead of them. So walk to the end. If the server goes away, the client connects again and
   * sends the events without an outcome again. If no answer comes for the client's timeout, it
   * throws the connection's exception, with the {@code index} and {@code eventId} of the first
   * event without an outcome.
   *
   * @param events the events; of a {@code Stream}, it is {@code stream::iterator}
   * @return the outcomes. A refused event does not end the stream
   */
  public Cursor<Outcome> queueStream(Iterable<Event> events) {
    return queueStream(events, settings.timeout());
  }

  /**
   * Stores any number of events, like {@link #queueStream(Iterable)}.
   *
   * @param events the events
   * @param timeout how long to wait for an answer, and to try again without one
   * @return the outcomes
   */
  public Cursor<Outcome> queueStream(Iterable<Event> events, Duration timeout) {
    return new QueueStream(calls, events.iterator(), new Window(settings.project(), timeout));
  }

  /**
   * Yields what happens from now on, until it is closed.
   *
   * <p>The first fact has no kind, and says that the stream has begun. If the server goes away, the
   * client waits for it; such a fact then comes again, and what happened meanwhile is not shown.
   * {@code droppedCount} says how many facts were lost just before one because you read too slowly.
   * For a complete record, read the lists.
   *
   * @param filter which facts to watch
   * @return the facts
   */
  public Cursor<TailResponse> tail(TailRequest filter) {
    return new Tail(calls, filter, settings.timeout());
  }

  /** Ends the connection, and the calls that are under way. A channel of your own stays open. */
  @Override
  public void close() {
    if (isOwn) {
      calls.close();
    }
  }

  private <Q, A, R> CompletableFuture<R> send(
      MethodDescriptor<Q, A> method,
      Q request,
      Duration timeout,
      Function<@Nullable Integer, String> idAt,
      Function<A, R> valueOf) {
    return new Sending<>(calls, method, request, new Tries(timeout), idAt, valueOf).start();
  }
}
