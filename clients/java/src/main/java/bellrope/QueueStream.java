package bellrope;

import bellrope.v1.EventingGrpc;
import bellrope.v1.QueueStreamRequest;
import bellrope.v1.QueueStreamResponse;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends the events of an iterator while its outcomes are read, and connects again if it must. */
final class QueueStream implements Cursor<Outcome> {
  private final Calls calls;
  private final Iterator<Event> events;
  private final Window window;
  private final Queue<Outcome> settled = new ArrayDeque<>();
  private boolean isMore = true;
  private final CompletableFuture<Object> closed = new CompletableFuture<>();
  private volatile @Nullable Exchange<QueueStreamRequest, QueueStreamResponse> connection;

  QueueStream(Calls calls, Iterator<Event> events, Window window) {
    this.calls = calls;
    this.events = events;
    this.window = window;
  }

  @Override
  public boolean hasNext() {
    try {
      while (settled.isEmpty() && !closed.isDone()) {
        var open = connection == null ? connect() : connection;
        if (open == null) {
          return false;
        }
        step(open);
      }
    } catch (RuntimeException error) {
      close(); // also after an interrupt: there is nothing more
      throw error;
    }
    return !settled.isEmpty() && !closed.isDone();
  }

  @Override
  public Outcome next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return settled.remove();
  }

  @Override
  public void close() {
    closed.complete("closed");
    var open = connection;
    if (open != null) {
      open.close();
    }
  }

  /** Begins a call that sends what has no outcome; returns null at the end of the stream. */
  private @Nullable Exchange<QueueStreamRequest, QueueStreamResponse> connect() {
    if (window.isEmpty() && take() == null) {
      return null;
    }
    var open = new Exchange<>(calls, EventingGrpc.getQueueStreamMethod());
    connection = open;
    if (closed.isDone()) {
      open.close(); // it was closed while the connection began
    }
    window.unsettled().forEach(open::send);
    if (!isMore) {
      open.end();
    }
    return open;
  }

  /** Takes the next event; returns null at the end. */
  private @Nullable QueueStreamRequest take() {
    isMore = isMore && events.hasNext();
    return isMore ? window.add(events.next()) : null;
  }

  /** Settles an answer, sends an event, or waits. */
  private void step(Exchange<QueueStreamRequest, QueueStreamResponse> open) {
    boolean hasRoom = isMore && !window.isFull();
    var step = open.next(hasRoom ? 0 : window.patience());
    if (step == null && hasRoom) {
      sendNext(open);
    } else if (step == null) {
      lost(open, Failure.of(Status.Code.DEADLINE_EXCEEDED, "The server does not answer."));
    } else if (step.message() == null) {
      lost(open, step.why());
    } else {
      settled.addAll(window.settle(step.message()));
    }
  }

  private void sendNext(Exchange<QueueStreamRequest, QueueStreamResponse> open) {
    QueueStreamRequest message = take();
    if (message == null) {
      open.end();
    } else {
      open.send(message);
    }
  }

  /**
   * Waits before the next connection, if there is something to send; throws if that cannot help.
   */
  private void lost(Exchange<QueueStreamRequest, QueueStreamResponse> open, Failure why) {
    open.close();
    connection = null;
    if (!window.isEmpty() && !closed.isDone()) {
      Calls.waited(CompletableFuture.anyOf(closed, calls.pause(window.pauseAfter(why))));
    }
  }
}
