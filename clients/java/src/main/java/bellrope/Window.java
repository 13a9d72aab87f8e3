package bellrope;

import bellrope.v1.QueueRequest;
import bellrope.v1.QueueStreamRequest;
import bellrope.v1.QueueStreamResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds each event of a stream from the time it is taken from the caller until it is on disk or
 * refused.
 */
final class Window {
  private static final int MOST_EVENTS = 1024;
  private static final int MOST_BYTES = 16 * 1024 * 1024; // of data; beyond it, no event is taken

  /** A window that was full takes events again when it is so full, to send many at once. */
  private static final double REFILLED_AT = 0.75;

  private final String project;
  private final Duration timeout;
  private final ArrayDeque<QueueStreamRequest> unsettled = new ArrayDeque<>();
  private long bytes;
  private boolean isFull;
  private int settledCount;
  private @Nullable Tries
      tries; // since the last answer; null if an answer was the last that happened

  /**
   * The timeout is how long to wait for an answer, and how long to retry without one. Only time
   * limits the retries: a caller that gives up a stream loses its place among the events.
   */
  Window(String project, Duration timeout) {
    this.project = project;
    this.timeout = timeout;
  }

  boolean isEmpty() {
    return unsettled.isEmpty();
  }

  /** Whether another event must be settled before the next is taken. */
  boolean isFull() {
    return isFull;
  }

  private boolean isFilled(double part) {
    return unsettled.size() >= MOST_EVENTS * part || bytes >= MOST_BYTES * part;
  }

  /** The messages that a new connection must send, in order. */
  Iterable<QueueStreamRequest> unsettled() {
    return unsettled;
  }

  /** How long to wait for the next answer, in nanoseconds. */
  long patience() {
    return Math.max(1, tries == null ? timeout.toNanos() : tries.left());
  }

  /** Holds an event, and returns the message to send. */
  QueueStreamRequest add(Event event) {
    var message = QueueStreamRequest.newBuilder().setEvent(Requests.queue(event, project)).build();
    unsettled.add(message);
    bytes += message.getEvent().getData().size();
    isFull = isFilled(1);
    return message;
  }

  /** Returns the outcomes in an answer, and drops their events. */
  List<Outcome> settle(QueueStreamResponse answer) {
    tries = null;
    List<Outcome> outcomes = answer.getResultsList().stream().map(this::outcome).toList();
    isFull = isFull && isFilled(REFILLED_AT);
    return outcomes;
  }

  private Outcome outcome(QueueStreamResponse.Result result) {
    QueueRequest event = unsettled.remove().getEvent();
    bytes -= event.getData().size();
    int index = settledCount++;
    return result.hasAccepted()
        ? Queued.of(result.getAccepted())
        : Failures.exception(Failure.of(result.getError()).at(event.getId(), index));
  }

  /**
   * Returns how long to wait before sending the rest again, or throws the error, which names the
   * first event without an outcome.
   */
  Duration pauseAfter(Failure failure) {
    tries = tries == null ? new Tries(timeout, Integer.MAX_VALUE) : tries;
    Duration pause = tries.pauseAfter(failure);
    if (pause == null) {
      throw Failures.exception(failure.at(unsettled.element().getEvent().getId(), settledCount));
    }
    return pause;
  }
}
