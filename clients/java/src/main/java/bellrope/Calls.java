package bellrope;

import bellrope.v1.DeleteProjectRequest;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes calls: each sends the key, has a timeout and a project, and fails with our exceptions. */
final class Calls implements AutoCloseable {
  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration TO_CONNECT =
      Duration.ofMillis(50); // less than the first pause of Tries

  final ManagedChannel channel;
  final @Nullable String key;
  private final String project;
  private final Duration timeout;

  Calls(ManagedChannel channel, @Nullable String key, String project, Duration timeout) {
    this.channel = channel;
    this.key = key;
    this.project = project;
    this.timeout = timeout;
  }

  /** Makes a call and waits. It is not made again. */
  <Q extends Message, A> A once(MethodDescriptor<Q, A> method, Q request) {
    var tries = new Tries(timeout, 0);
    return waited(
        new Sending<>(this, method, inProject(request), tries, index -> "", Function.<A>identity())
            .start());
  }

  /** Makes a call whose answers come one by one. */
  <Q extends Message, A> Cursor<A> stream(MethodDescriptor<Q, A> method, Q request) {
    return new Answers<>(this, method, inProject(request));
  }

  /** Begins a call that ends after so many nanoseconds; with 0, it has no end. */
  <Q, A> ClientCall<Q, A> begin(
      MethodDescriptor<Q, A> method, long nanoseconds, ClientCall.Listener<A> listener) {
    CallOptions options =
        nanoseconds == 0
            ? CallOptions.DEFAULT
            : CallOptions.DEFAULT.withDeadlineAfter(nanoseconds, TimeUnit.NANOSECONDS);
    ClientCall<Q, A> call = channel.newCall(method, options);
    Metadata headers = new Metadata();
    if (key != null) {
      headers.put(AUTHORIZATION, "Bearer " + key);
    }
    call.start(listener, headers);
    return call;
  }

  /**
   * Returns the pause before another try; it fails if the client is closed, because no try can help
   * then. Shortly before its end, it connects again: gRPC by itself would try only after a second,
   * and then less often.
   */
  CompletableFuture<@Nullable Void> pause(Duration pause) {
    if (channel.isShutdown()) {
      return CompletableFuture.failedFuture(
          Failures.exception(Failure.of(Status.Code.UNAVAILABLE, "The client is closed.")));
    }
    return CompletableFuture.runAsync(channel::resetConnectBackoff, after(pause.minus(TO_CONNECT)))
        .thenRunAsync(() -> {}, after(TO_CONNECT));
  }

  private static Executor after(Duration pause) {
    return CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Returns the request in the client's project, unless it names one or needs none. Nobody deletes
   * a project without its name.
   */
  @SuppressWarnings("unchecked") // A message's builder builds its type.
  <Q extends Message> Q inProject(Q request) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("project");
    boolean isMissing =
        field != null
            && !(request instanceof DeleteProjectRequest)
            && field.getJavaType() == FieldDescriptor.JavaType.STRING
            && request.getField(field).equals("");
    return isMissing ? (Q) request.toBuilder().setField(field, project).build() : request;
  }

  /** Ends the connection, and the calls that are under way. */
  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Waits for a call. If the thread is interrupted, the call is cancelled. */
  static <T> T waited(CompletableFuture<T> call) {
    try {
      return call.get();
    } catch (InterruptedException interrupted) {
      call.cancel(true);
      throw interrupted();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof BellropeException error) {
        error.fillInStackTrace(); // the caller's, in place of that of gRPC's thread
        throw error;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  /** Returns the exception for a thread that was interrupted, which stays interrupted. */
  static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("The thread was interrupted.");
  }
}
