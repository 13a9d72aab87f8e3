package bellrope;

import bellrope.v1.DeliveriesGrpc;
import bellrope.v1.TailRequest;
import bellrope.v1.TailResponse;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Watches what happens, and connects again when the server is back. */
final class Tail implements Cursor<TailResponse> {
  private static final Duration OVERLOADED_PAUSE =
      Duration.ofSeconds(1); // if the server does not say how long

  private final Calls calls;
  private final TailRequest filter;
  private final CompletableFuture<Object> closed = new CompletableFuture<>();
  private volatile Exchange<TailRequest, TailResponse> connection;
  private Tries tries;
  private boolean hasBegun;
  private @Nullable TailResponse next;

  /**
   * The timeout is how long to wait for a server at the start. Once it was there, there is no such
   * limit.
   */
  Tail(Calls calls, TailRequest filter, Duration timeout) {
    this.calls = calls;
    this.filter = calls.inProject(filter);
    this.tries = new Tries(timeout);
    connect();
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null && !closed.isDone()) {
        step();
      }
    } catch (RuntimeException error) {
      close(); // also after an interrupt: there is nothing more
      throw error;
    }
    return next != null && !closed.isDone();
  }

  @Override
  public TailResponse next() {
    TailResponse fact = hasNext() ? next : null;
    if (fact == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return fact;
  }

  @Override
  public void close() {
    closed.complete("closed");
    connection.close();
  }

  private void connect() {
    connection = new Exchange<>(calls, DeliveriesGrpc.getTailMethod());
    connection.send(filter);
    connection.end();
    if (closed.isDone()) {
      connection.close(); // it was closed while the connection began
    }
  }

  private void step() {
    var step = connection.nextEver();
    next = step.message();
    if (next != null) {
      hasBegun = true;
      tries = Tries.forever();
    } else if (!closed.isDone()) {
      pauseAfter(step.why());
      connect();
    }
  }

  private void pauseAfter(Failure failure) {
    boolean isOverloaded = hasBegun && failure.reason().equals("OVERLOADED");
    Duration told = failure.retryAfter() == null ? OVERLOADED_PAUSE : failure.retryAfter();
    Duration pause = isOverloaded ? told : tries.pauseAfter(failure);
    if (pause == null) {
      throw Failures.exception(failure);
    }
    Calls.waited(CompletableFuture.anyOf(closed, calls.pause(pause)));
  }
}
