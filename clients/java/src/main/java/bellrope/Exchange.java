package bellrope;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One streaming call: sending never waits, and what arrives is kept until it is read. */
final class Exchange<Q, A> implements AutoCloseable {
  private static final int AHEAD = 8; // messages that may arrive before they are read

  private final BlockingQueue<Step<A>> steps = new LinkedBlockingQueue<>();
  private final ClientCall<Q, A> call;
  private boolean isClosed;

  Exchange(Calls calls, MethodDescriptor<Q, A> method) {
    call = calls.begin(method, 0, new Listener());
    call.request(AHEAD);
  }

  /**
   * What comes next: a message, or the end of the call, which has no failure if the server ended it
   * in order.
   */
  record Step<A>(@Nullable A message, @Nullable Failure failure) {
    /** Returns why the call ended, for those who did not expect its end. */
    Failure why() {
      return failure == null
          ? Failure.of(Status.Code.UNAVAILABLE, "The server ended the stream.")
          : failure;
    }
  }

  /** Sends a message, unless another thread has closed the call. */
  synchronized void send(Q message) {
    if (!isClosed) {
      call.sendMessage(message);
    }
  }

  /** Sends no more. */
  synchronized void end() {
    if (!isClosed) {
      call.halfClose();
    }
  }

  /** Returns the next step. Throws CancellationException after an interrupt. */
  Step<A> nextEver() {
    return Objects.requireNonNull(next(Long.MAX_VALUE), "292 years passed");
  }

  /**
   * Returns the next step, or null if none comes in time. Throws CancellationException after an
   * interrupt.
   */
  @Nullable Step<A> next(long nanoseconds) {
    try {
      return read(nanoseconds > 0 ? steps.poll(nanoseconds, TimeUnit.NANOSECONDS) : steps.poll());
    } catch (InterruptedException interrupted) {
      close();
      throw Calls.interrupted();
    }
  }

  private @Nullable Step<A> read(@Nullable Step<A> step) {
    if (step != null && step.message() != null) {
      call.request(1);
    }
    return step;
  }

  /** Ends the call at once. Whoever waits for a step gets the end. */
  @Override
  public synchronized void close() {
    isClosed = true;
    call.cancel("The caller ended the call.", null);
  }

  private final class Listener extends ClientCall.Listener<A> {
    @Override
    public void onMessage(A message) {
      steps.add(new Step<>(message, null));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      steps.add(new Step<>(null, status.isOk() ? null : Failure.of(status, trailers)));
    }
  }
}
