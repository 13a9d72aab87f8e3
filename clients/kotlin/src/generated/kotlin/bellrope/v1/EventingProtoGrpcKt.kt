package bellrope.v1

import bellrope.v1.EventingGrpc.getServiceDescriptor
import io.grpc.CallOptions
import io.grpc.CallOptions.DEFAULT
import io.grpc.Channel
import io.grpc.Metadata
import io.grpc.MethodDescriptor
import io.grpc.ServerServiceDefinition
import io.grpc.ServerServiceDefinition.builder
import io.grpc.ServiceDescriptor
import io.grpc.Status.UNIMPLEMENTED
import io.grpc.StatusException
import io.grpc.kotlin.AbstractCoroutineServerImpl
import io.grpc.kotlin.AbstractCoroutineStub
import io.grpc.kotlin.ClientCalls.bidiStreamingRpc
import io.grpc.kotlin.ClientCalls.unaryRpc
import io.grpc.kotlin.ServerCalls.bidiStreamingServerMethodDefinition
import io.grpc.kotlin.ServerCalls.unaryServerMethodDefinition
import io.grpc.kotlin.StubFor
import kotlin.String
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.jvm.JvmOverloads
import kotlin.jvm.JvmStatic
import kotlinx.coroutines.flow.Flow

/**
 * Holder for Kotlin coroutine-based client and server APIs for bellrope.v1.Eventing.
 */
public object EventingGrpcKt {
  public const val SERVICE_NAME: String = EventingGrpc.SERVICE_NAME

  @JvmStatic
  public val serviceDescriptor: ServiceDescriptor
    get() = getServiceDescriptor()

  public val queueMethod: MethodDescriptor<QueueRequest, QueueResponse>
    @JvmStatic
    get() = EventingGrpc.getQueueMethod()

  public val triggerSyncMethod: MethodDescriptor<TriggerSyncRequest, TriggerSyncResponse>
    @JvmStatic
    get() = EventingGrpc.getTriggerSyncMethod()

  public val queueBatchMethod: MethodDescriptor<QueueBatchRequest, QueueBatchResponse>
    @JvmStatic
    get() = EventingGrpc.getQueueBatchMethod()

  public val queueStreamMethod: MethodDescriptor<QueueStreamRequest, QueueStreamResponse>
    @JvmStatic
    get() = EventingGrpc.getQueueStreamMethod()

  /**
   * A stub for issuing RPCs to a(n) bellrope.v1.Eventing service as suspending coroutines.
   */
  @StubFor(EventingGrpc::class)
  public class EventingCoroutineStub @JvmOverloads constructor(
    channel: Channel,
    callOptions: CallOptions = DEFAULT,
  ) : AbstractCoroutineStub<EventingCoroutineStub>(channel, callOptions) {
    override fun build(channel: Channel, callOptions: CallOptions): EventingCoroutineStub = EventingCoroutineStub(channel, callOptions)

    /**
     * Executes this RPC and returns the response message, suspending until the RPC completes
     * with [`Status.OK`][io.grpc.Status].  If the RPC completes with another status, a corresponding
     * [StatusException] is thrown.  If this coroutine is cancelled, the RPC is also cancelled
     * with the corresponding exception as a cause.
     *
     * @param request The request message to send to the server.
     *
     * @param headers Metadata to attach to the request.  Most users will not need this.
     *
     * @return The single response from the server.
     */
    public suspend fun queue(request: QueueRequest, headers: Metadata = Metadata()): QueueResponse = unaryRpc(
      channel,
      EventingGrpc.getQueueMethod(),
      request,
      callOptions,
      headers
    )

    /**
     * Executes this RPC and returns the response message, suspending until the RPC completes
     * with [`Status.OK`][io.grpc.Status].  If the RPC completes with another status, a corresponding
     * [StatusException] is thrown.  If this coroutine is cancelled, the RPC is also cancelled
     * with the corresponding exception as a cause.
     *
     * @param request The request message to send to the server.
     *
     * @param headers Metadata to attach to the request.  Most users will not need this.
     *
     * @return The single response from the server.
     */
    public suspend fun triggerSync(request: TriggerSyncRequest, headers: Metadata = Metadata()): TriggerSyncResponse = unaryRpc(
      channel,
      EventingGrpc.getTriggerSyncMethod(),
      request,
      callOptions,
      headers
    )

    /**
     * Executes this RPC and returns the response message, suspending until the RPC completes
     * with [`Status.OK`][io.grpc.Status].  If the RPC completes with another status, a corresponding
     * [StatusException] is thrown.  If this coroutine is cancelled, the RPC is also cancelled
     * with the corresponding exception as a cause.
     *
     * @param request The request message to send to the server.
     *
     * @param headers Metadata to attach to the request.  Most users will not need this.
     *
     * @return The single response from the server.
     */
    public suspend fun queueBatch(request: QueueBatchRequest, headers: Metadata = Metadata()): QueueBatchResponse = unaryRpc(
      channel,
      EventingGrpc.getQueueBatchMethod(),
      request,
      callOptions,
      headers
    )

    /**
     * Returns a [Flow] that, when collected, executes this RPC and emits responses from the
     * server as they arrive.  That flow finishes normally if the server closes its response with
     * [`Status.OK`][io.grpc.Status], and fails by throwing a [StatusException] otherwise.  If
     * collecting the flow downstream fails exceptionally (including via cancellation), the RPC
     * is cancelled with that exception as a cause.
     *
     * The [Flow] of requests is collected once each time the [Flow] of responses is
     * collected. If collection of the [Flow] of responses completes normally or
     * exceptionally before collection of `requests` completes, the collection of
     * `requests` is cancelled.  If the collection of `requests` completes
     * exceptionally for any other reason, then the collection of the [Flow] of responses
     * completes exceptionally for the same reason and the RPC is cancelled with that reason.
     *
     * @param requests A [Flow] of request messages.
     *
     * @param headers Metadata to attach to the request.  Most users will not need this.
     *
     * @return A flow that, when collected, emits the responses from the server.
     */
    public fun queueStream(requests: Flow<QueueStreamRequest>, headers: Metadata = Metadata()): Flow<QueueStreamResponse> = bidiStreamingRpc(
      channel,
      EventingGrpc.getQueueStreamMethod(),
      requests,
      callOptions,
      headers
    )
  }

  /**
   * Skeletal implementation of the bellrope.v1.Eventing service based on Kotlin coroutines.
   */
  public abstract class EventingCoroutineImplBase(
    coroutineContext: CoroutineContext = EmptyCoroutineContext,
  ) : AbstractCoroutineServerImpl(coroutineContext) {
    /**
     * Returns the response to an RPC for bellrope.v1.Eventing.Queue.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun queue(request: QueueRequest): QueueResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Eventing.Queue is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Eventing.TriggerSync.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun triggerSync(request: TriggerSyncRequest): TriggerSyncResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Eventing.TriggerSync is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Eventing.QueueBatch.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun queueBatch(request: QueueBatchRequest): QueueBatchResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Eventing.QueueBatch is unimplemented"))

    /**
     * Returns a [Flow] of responses to an RPC for bellrope.v1.Eventing.QueueStream.
     *
     * If creating or collecting the returned flow fails with a [StatusException], the RPC
     * will fail with the corresponding [io.grpc.Status].  If it fails with a
     * [java.util.concurrent.CancellationException], the RPC will fail with status `Status.CANCELLED`.  If creating
     * or collecting the returned flow fails for any other reason, the RPC will fail with
     * `Status.UNKNOWN` with the exception as a cause.
     *
     * @param requests A [Flow] of requests from the client.  This flow can be
     *        collected only once and throws [java.lang.IllegalStateException] on attempts to collect
     *        it more than once.
     */
    public open fun queueStream(requests: Flow<QueueStreamRequest>): Flow<QueueStreamResponse> = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Eventing.QueueStream is unimplemented"))

    final override fun bindService(): ServerServiceDefinition = builder(getServiceDescriptor())
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = EventingGrpc.getQueueMethod(),
      implementation = ::queue
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = EventingGrpc.getTriggerSyncMethod(),
      implementation = ::triggerSync
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = EventingGrpc.getQueueBatchMethod(),
      implementation = ::queueBatch
    ))
      .addMethod(bidiStreamingServerMethodDefinition(
      context = this.context,
      descriptor = EventingGrpc.getQueueStreamMethod(),
      implementation = ::queueStream
    )).build()
  }
}
