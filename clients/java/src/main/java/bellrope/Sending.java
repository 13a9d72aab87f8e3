package bellrope;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request with one answer: makes the call, and makes it again while the server is unavailable.
 */
final class Sending<Q, A, R> {
  private final Calls calls;
  private final MethodDescriptor<Q, A> method;
  private final Q request;
  private final Tries tries;
  private final Function<@Nullable Integer, String> idAt;
  private final Function<A, R> valueOf;
  private final CompletableFuture<R> answer = new CompletableFuture<>();
  private volatile @Nullable ClientCall<Q, A> current;
  private volatile @Nullable Failure last; // of the try before

  /**
   * {@code idAt} gives the id of the event at a place of the request, which is null if there is
   * none.
   */
  Sending(
      Calls calls,
      MethodDescriptor<Q, A> method,
      Q request,
      Tries tries,
      Function<@Nullable Integer, String> idAt,
      Function<A, R> valueOf) {
    this.calls = calls;
    this.method = method;
    this.request = request;
    this.tries = tries;
    this.idAt = idAt;
    this.valueOf = valueOf;
  }

  /** Makes the call. Cancelling the future cancels the call. */
  CompletableFuture<R> start() {
    answer.whenComplete((value, error) -> endIfDone());
    attempt();
    return answer;
  }

  private void attempt() {
    if (answer.isDone()) {
      return;
    }
    if (last != null && tries.isOver()) {
      fail(last); // the pause took longer than it should
      return;
    }
    ClientCall<Q, A> call = calls.begin(method, Math.max(1, tries.left()), new Listener());
    current = call;
    call.request(2); // one answer, and the news that no other follows
    call.sendMessage(request);
    call.halfClose();
    endIfDone(); // while the call began, nobody could end it
  }

  /** Ends the call of a future that the caller has cancelled or let time out. */
  private void endIfDone() {
    ClientCall<Q, A> call = current;
    if (answer.isDone() && call != null) {
      call.cancel("The caller cancelled the call.", null);
    }
  }

  private void failed(Failure failure) {
    Duration pause = tries.pauseAfter(failure);
    if (pause == null) {
      fail(failure);
      return;
    }
    last = failure;
    calls
        .pause(pause)
        .whenComplete(
            (over, closed) -> {
              if (closed == null) {
                attempt();
              } else {
                fail(failure);
              }
            });
  }

  private void fail(Failure failure) {
    Failure placed = failure.at(idAt.apply(failure.index()), failure.index());
    answer.completeExceptionally(Failures.exception(placed));
  }

  private final class Listener extends ClientCall.Listener<A> {
    private @Nullable A message;

    @Override
    public void onMessage(A message) {
      this.message = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (answer.isDone()) {
        return;
      }
      try {
        if (status.isOk() && message != null) {
          answer.complete(valueOf.apply(message));
        } else {
          failed(
              Failure.of(
                  status.isOk() ? Status.UNAVAILABLE.withDescription("No answer came.") : status,
                  trailers));
        }
      } catch (RuntimeException error) {
        answer.completeExceptionally(error); // an exception of this thread would reach nobody
      }
    }
  }
}
