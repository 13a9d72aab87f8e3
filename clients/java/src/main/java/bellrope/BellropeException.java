package bellrope;

import bellrope.v1.TriggerSyncResponse;
import io.grpc.Status;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A call failed. */
public non-sealed class BellropeException extends RuntimeException implements Outcome {
  private static final long serialVersionUID = 1L;

  /** What is known about it. */
  final Failure failure;

  BellropeException(Failure failure) {
    super(failure.message());
    this.failure = failure;
  }

  /**
   * A field of the request that is wrong.
   *
   * @param field the field as the proto spells it, such as {@code delay} or {@code events[3].type}
   * @param description what is wrong
   * @serial exclude
   */
  public record FieldViolation(String field, String description) implements Serializable {}

  /**
   * Returns gRPC's code.
   *
   * @return the code, such as {@code NOT_FOUND}
   */
  public Status.Code code() {
    return failure.code();
  }

  /**
   * Returns why the server refused the call.
   *
   * @return a name of the proto's {@code Error.Reason}, or empty if the error is not from the
   *     server. A newer server may have more reasons
   */
  public String reason() {
    return failure.reason();
  }

  /**
   * Returns the fields of the request that are wrong.
   *
   * @return the fields
   */
  public List<FieldViolation> fields() {
    return Collections.unmodifiableList(failure.fields());
  }

  /**
   * Returns what else the server says about the error.
   *
   * @return texts by name
   */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(failure.metadata());
  }

  /**
   * Returns how long to wait before sending the request again.
   *
   * @return the time; empty if the server does not say
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(failure.retryAfter());
  }

  /**
   * Returns the outcome of each trigger of a {@code trigger} call, with its last attempt.
   *
   * @return messages of the proto
   */
  public List<TriggerSyncResponse.Result> results() {
    return Collections.unmodifiableList(failure.results());
  }

  /**
   * Returns the id of the event, even if it was not stored. With it you can send the event again.
   *
   * @return the id; empty if the error is not about one event
   */
  public String eventId() {
    return failure.eventId();
  }

  /**
   * Returns the place of the event at fault in a batch or a stream.
   *
   * @return the place, from 0
   */
  public OptionalInt index() {
    return failure.index() == null ? OptionalInt.empty() : OptionalInt.of(failure.index());
  }
}
