package bellrope;

import bellrope.v1.TriggerSyncResponse;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known about a failed call: its status, and the details that the server sends. */
record Failure(
    String message,
    Status.Code code,
    String reason,
    ArrayList<BellropeException.FieldViolation> fields,
    HashMap<String, String> metadata,
    @Nullable Duration retryAfter,
    ArrayList<TriggerSyncResponse.Result> results,
    String eventId,
    @Nullable Integer index)
    implements Serializable {

  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  /**
   * The codes with which gRPC reports a connection that broke. The server's own errors have an
   * ErrorInfo.
   */
  private static final Set<Status.Code> BROKEN =
      EnumSet.of(
          Status.Code.ABORTED, Status.Code.CANCELLED, Status.Code.INTERNAL, Status.Code.UNKNOWN);

  /** Returns a failure that did not come from the server. */
  static Failure of(Status.Code code, String message) {
    return new Failure(
        message, code, "", new ArrayList<>(), new HashMap<>(), null, new ArrayList<>(), "", null);
  }

  /** Returns the failure of a call. */
  static Failure of(Status status, @Nullable Metadata trailers) {
    com.google.rpc.Status details = trailers == null ? null : trailers.get(DETAILS);
    if (details != null && detail(details, ErrorInfo.getDefaultInstance()) != null) {
      return of(status.getCode(), text(status), details);
    }
    return of(
        BROKEN.contains(status.getCode()) ? Status.Code.UNAVAILABLE : status.getCode(),
        text(status));
  }

  /** Returns the failure of one refused event of a stream. */
  static Failure of(com.google.rpc.Status status) {
    return of(Status.fromCodeValue(status.getCode()).getCode(), status.getMessage(), status);
  }

  /** Returns the same failure, of an event. */
  Failure at(String eventId, @Nullable Integer index) {
    return new Failure(
        message, code, reason, fields, metadata, retryAfter, results, eventId, index);
  }

  /** The place that the server names: the index of an event of a batch. */
  private static @Nullable Integer index(ErrorInfo info) {
    String index = info.getMetadataMap().get("index");
    return index == null ? null : Integer.valueOf(index);
  }

  private static Failure of(Status.Code code, String message, com.google.rpc.Status details) {
    ErrorInfo info = detail(details, ErrorInfo.getDefaultInstance());
    BadRequest bad = detail(details, BadRequest.getDefaultInstance());
    RetryInfo retry = detail(details, RetryInfo.getDefaultInstance());
    TriggerSyncResponse answers = detail(details, TriggerSyncResponse.getDefaultInstance());
    var fields = new ArrayList<BellropeException.FieldViolation>();
    if (bad != null) {
      bad.getFieldViolationsList()
          .forEach(
              each ->
                  fields.add(
                      new BellropeException.FieldViolation(
                          each.getField(), each.getDescription())));
    }
    return new Failure(
        message,
        code,
        info == null ? "" : info.getReason(),
        fields,
        new HashMap<>(info == null ? Map.of() : info.getMetadataMap()),
        retry == null ? null : Times.length(retry.getRetryDelay()),
        new ArrayList<>(answers == null ? List.of() : answers.getResultsList()),
        "",
        info == null ? null : index(info));
  }

  /** Returns the first detail of a type, or null. */
  private static <T extends Message> @Nullable T detail(com.google.rpc.Status status, T type) {
    for (Any any : status.getDetailsList()) {
      if (any.getTypeUrl().endsWith("/" + type.getDescriptorForType().getFullName())) {
        return parsed(any, type);
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked") // A message's parser returns messages of its type.
  private static <T extends Message> @Nullable T parsed(Any any, T type) {
    try {
      return (T) type.getParserForType().parseFrom(any.getValue());
    } catch (InvalidProtocolBufferException error) {
      return null;
    }
  }

  /**
   * Returns what gRPC says, with the cause that it keeps apart: "io exception" alone says nothing.
   */
  private static String text(Status status) {
    String said =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    Throwable cause = status.getCause();
    return cause == null || cause.getMessage() == null ? said : said + ": " + cause.getMessage();
  }
}
