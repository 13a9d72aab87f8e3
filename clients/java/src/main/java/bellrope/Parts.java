package bellrope;

import bellrope.v1.QueueRequest;
import bellrope.v1.QueueResponse;
import com.google.protobuf.Message;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the client for Kotlin is made of, besides what is for everyone. It may change with any
 * version: do not use it in an application.
 */
public final class Parts {
  private final Calls calls;

  /**
   * Takes the parts of a client.
   *
   * @param client the client
   */
  public Parts(Bellrope client) {
    calls = client.calls;
  }

  /**
   * Returns the client's channel.
   *
   * @return a channel that sends the key with each call
   */
  public Channel channel() {
    if (calls.key == null) {
      return calls.channel;
    }
    Metadata headers = new Metadata();
    headers.put(Calls.AUTHORIZATION, "Bearer " + calls.key);
    return ClientInterceptors.intercept(
        calls.channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /**
   * Returns a request in the client's project.
   *
   * @param <Q> the request
   * @param request the request
   * @return the request itself if it names a project or needs none
   */
  public <Q extends Message> Q inProject(Q request) {
    return calls.inProject(request);
  }

  /**
   * Waits before a connection that broke is made again.
   *
   * @param pause how long
   * @return done when the pause is over
   */
  public CompletableFuture<@Nullable Void> pause(Duration pause) {
    return calls.pause(pause);
  }

  /**
   * Returns the message for an event.
   *
   * @param event the event
   * @param project its project
   * @return the message
   */
  public static QueueRequest request(Event event, String project) {
    return Requests.queue(event, project);
  }

  /**
   * Returns what the server says of an event.
   *
   * @param response the message
   * @return its value
   */
  public static Queued queued(QueueResponse response) {
    return Queued.of(response);
  }

  /**
   * Returns the exception for a call that failed.
   *
   * @param status the status of the call
   * @param trailers what the server sent with it, or null
   * @return the exception
   */
  public static BellropeException exception(Status status, @Nullable Metadata trailers) {
    return Failures.exception(Failure.of(status, trailers));
  }

  /**
   * Returns the exception for an event that was refused.
   *
   * @param status the status of the event
   * @param eventId the id of the event
   * @param index its place, from 0
   * @return the exception
   */
  public static BellropeException exception(
      com.google.rpc.Status status, String eventId, int index) {
    return Failures.exception(Failure.of(status).at(eventId, index));
  }

  /**
   * Returns the same exception, of an event.
   *
   * @param exception the exception
   * @param eventId the id of the event
   * @param index its place, from 0
   * @return the exception with the place
   */
  public static BellropeException at(BellropeException exception, String eventId, int index) {
    return Failures.exception(exception.failure.at(eventId, index));
  }
}
