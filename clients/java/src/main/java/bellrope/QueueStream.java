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

/** Sends the events of an iterator while its outcomes are read, and connects again if it must. */
final class QueueStream implements Cursor<Outcome> {
  private final Calls calls;
  private final Iterator<Event> events;
  private final Window window;
  private final Queue<Outcome> settled = new ArrayDeque<>();
  private boolean isMore = true;
  private final CompletableFuture<Object> closed = new CompletableFuture<>();
  private volatile Exchange<QueueStreamRequest, QueueStreamResponse> connection;

  QueueStream(Calls calls, Iterator<Event> events, Window window) {
    this.calls = calls;
    this.events = events;
    this.window = window;
  }

  @Override
  public boolean hasNext() {
    try {
      while (settled.isEmpty() && !closed.isDone()) {
        if (connection == null && !connect()) {
          return false;
        }
        step();
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

  /** Begins a call that sends what has no outcome; returns false at the end of the stream. */
  private boolean connect() {
    if (window.isEmpty() && take() == null) {
      return false;
    }
    connection = new Exchange<>(calls, EventingGrpc.getQueueStreamMethod());
    if (closed.isDone()) {
      connection.close(); // it was closed while the connection began
    }
    window.unsettled().forEach(connection::send);
    if (!isMore) {
      connection.end();
    }
    return true;
  }

  /** Takes the next event; returns null at the end. */
  private QueueStreamRequest take() {
    isMore = isMore && events.hasNext();
    return isMore ? window.add(events.next()) : null;
  }

  /** Settles an answer, sends an event, or waits. */
  private void step() {
    boolean hasRoom = isMore && !window.isFull();
    var step = connection.next(hasRoom ? 0 : window.patience());
    if (step == null && hasRoom) {
      sendNext();
    } else if (step == null) {
      lost(Failure.of(Status.Code.DEADLINE_EXCEEDED, "The server does not answer."));
    } else if (step.isEnd()) {
      lost(step.failure());
    } else {
      settled.addAll(window.settle(step.message()));
    }
  }

  private void sendNext() {
    QueueStreamRequest message = take();
    if (message == null) {
      connection.end();
    } else {
      connection.send(message);
    }
  }

  /**
   * Waits before the next connection, if there is something to send; throws if that cannot help.
   */
  private void lost(Failure failure) {
    connection.close();
    connection = null;
    if (!window.isEmpty() && !closed.isDone()) {
      Failure why =
          failure == null
              ? Failure.of(Status.Code.UNAVAILABLE, "The server ended the stream.")
              : failure;
      Calls.waited(CompletableFuture.anyOf(closed, calls.pause(window.pauseAfter(why))));
    }
  }
}
