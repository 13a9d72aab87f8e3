package bellrope;

import io.grpc.Status;
import java.util.Map;
import java.util.function.Function;

/** Which exception tells of a failure: by the server's reason, or else by gRPC's code. */
final class Failures {
  private static final Map<String, Function<Failure, BellropeException>> BY_REASON =
      Map.of(
          "NO_TRIGGER_MATCHED", NoTriggerMatchedException::new,
          "OVERLOADED", OverloadedException::new,
          "OVER_QUOTA", OverQuotaException::new,
          "RESPONSE_TOO_LARGE", ResponseTooLargeException::new,
          "TOO_LARGE", TooLargeException::new,
          "TRIGGER_PAUSED", TriggerPausedException::new,
          "WEBHOOK_FAILED", WebhookFailedException::new);

  private static final Map<Status.Code, Function<Failure, BellropeException>> BY_CODE =
      Map.of(
          Status.Code.ALREADY_EXISTS, ConflictException::new,
          Status.Code.DEADLINE_EXCEEDED, DeadlinePassedException::new,
          Status.Code.FAILED_PRECONDITION, ConflictException::new,
          Status.Code.INTERNAL, InternalErrorException::new,
          Status.Code.INVALID_ARGUMENT, InvalidRequestException::new,
          Status.Code.NOT_FOUND, NotFoundException::new,
          Status.Code.UNAUTHENTICATED, KeyRequiredException::new,
          Status.Code.UNAVAILABLE, UnavailableException::new);

  private Failures() {}

  static BellropeException exception(Failure failure) {
    var byCode = BY_CODE.getOrDefault(failure.code(), BellropeException::new);
    return BY_REASON.getOrDefault(failure.reason(), byCode).apply(failure);
  }
}
