package bellrope.v1

import bellrope.v1.DeliveriesGrpc.getServiceDescriptor
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
import io.grpc.kotlin.ClientCalls.serverStreamingRpc
import io.grpc.kotlin.ClientCalls.unaryRpc
import io.grpc.kotlin.ServerCalls.serverStreamingServerMethodDefinition
import io.grpc.kotlin.ServerCalls.unaryServerMethodDefinition
import io.grpc.kotlin.StubFor
import kotlin.String
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.jvm.JvmOverloads
import kotlin.jvm.JvmStatic
import kotlinx.coroutines.flow.Flow

/**
 * Holder for Kotlin coroutine-based client and server APIs for bellrope.v1.Deliveries.
 */
public object DeliveriesGrpcKt {
  public const val SERVICE_NAME: String = DeliveriesGrpc.SERVICE_NAME

  @JvmStatic
  public val serviceDescriptor: ServiceDescriptor
    get() = getServiceDescriptor()

  public val getEventMethod: MethodDescriptor<GetEventRequest, Event>
    @JvmStatic
    get() = DeliveriesGrpc.getGetEventMethod()

  public val listEventsMethod: MethodDescriptor<ListEventsRequest, ListEventsResponse>
    @JvmStatic
    get() = DeliveriesGrpc.getListEventsMethod()

  public val explainEventMethod: MethodDescriptor<ExplainEventRequest, ExplainEventResponse>
    @JvmStatic
    get() = DeliveriesGrpc.getExplainEventMethod()

  public val getDeliveryMethod: MethodDescriptor<GetDeliveryRequest, Delivery>
    @JvmStatic
    get() = DeliveriesGrpc.getGetDeliveryMethod()

  public val listDeliveriesMethod: MethodDescriptor<ListDeliveriesRequest, ListDeliveriesResponse>
    @JvmStatic
    get() = DeliveriesGrpc.getListDeliveriesMethod()

  public val listAttemptsMethod: MethodDescriptor<ListAttemptsRequest, ListAttemptsResponse>
    @JvmStatic
    get() = DeliveriesGrpc.getListAttemptsMethod()

  public val getBacklogMethod: MethodDescriptor<GetBacklogRequest, Backlog>
    @JvmStatic
    get() = DeliveriesGrpc.getGetBacklogMethod()

  public val listBacklogsMethod: MethodDescriptor<ListBacklogsRequest, ListBacklogsResponse>
    @JvmStatic
    get() = DeliveriesGrpc.getListBacklogsMethod()

  public val getStatisticsMethod: MethodDescriptor<GetStatisticsRequest, Statistics>
    @JvmStatic
    get() = DeliveriesGrpc.getGetStatisticsMethod()

  public val cancelDeliveryMethod: MethodDescriptor<CancelDeliveryRequest, Delivery>
    @JvmStatic
    get() = DeliveriesGrpc.getCancelDeliveryMethod()

  public val cancelEventMethod: MethodDescriptor<CancelEventRequest, CancelEventResponse>
    @JvmStatic
    get() = DeliveriesGrpc.getCancelEventMethod()

  public val rescheduleDeliveryMethod: MethodDescriptor<RescheduleDeliveryRequest, Delivery>
    @JvmStatic
    get() = DeliveriesGrpc.getRescheduleDeliveryMethod()

  public val replayEventMethod: MethodDescriptor<ReplayEventRequest, ReplayEventResponse>
    @JvmStatic
    get() = DeliveriesGrpc.getReplayEventMethod()

  public val replayDeliveryMethod: MethodDescriptor<ReplayDeliveryRequest, Delivery>
    @JvmStatic
    get() = DeliveriesGrpc.getReplayDeliveryMethod()

  public val startBulkActionMethod: MethodDescriptor<StartBulkActionRequest, BulkAction>
    @JvmStatic
    get() = DeliveriesGrpc.getStartBulkActionMethod()

  public val getBulkActionMethod: MethodDescriptor<GetBulkActionRequest, BulkAction>
    @JvmStatic
    get() = DeliveriesGrpc.getGetBulkActionMethod()

  public val listBulkActionsMethod:
      MethodDescriptor<ListBulkActionsRequest, ListBulkActionsResponse>
    @JvmStatic
    get() = DeliveriesGrpc.getListBulkActionsMethod()

  public val cancelBulkActionMethod: MethodDescriptor<CancelBulkActionRequest, BulkAction>
    @JvmStatic
    get() = DeliveriesGrpc.getCancelBulkActionMethod()

  public val watchBulkActionMethod: MethodDescriptor<WatchBulkActionRequest, BulkAction>
    @JvmStatic
    get() = DeliveriesGrpc.getWatchBulkActionMethod()

  public val tailMethod: MethodDescriptor<TailRequest, TailResponse>
    @JvmStatic
    get() = DeliveriesGrpc.getTailMethod()

  /**
   * A stub for issuing RPCs to a(n) bellrope.v1.Deliveries service as suspending coroutines.
   */
  @StubFor(DeliveriesGrpc::class)
  public class DeliveriesCoroutineStub @JvmOverloads constructor(
    channel: Channel,
    callOptions: CallOptions = DEFAULT,
  ) : AbstractCoroutineStub<DeliveriesCoroutineStub>(channel, callOptions) {
    override fun build(channel: Channel, callOptions: CallOptions): DeliveriesCoroutineStub = DeliveriesCoroutineStub(channel, callOptions)

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
    public suspend fun getEvent(request: GetEventRequest, headers: Metadata = Metadata()): Event = unaryRpc(
      channel,
      DeliveriesGrpc.getGetEventMethod(),
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
    public suspend fun listEvents(request: ListEventsRequest, headers: Metadata = Metadata()): ListEventsResponse = unaryRpc(
      channel,
      DeliveriesGrpc.getListEventsMethod(),
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
    public suspend fun explainEvent(request: ExplainEventRequest, headers: Metadata = Metadata()): ExplainEventResponse = unaryRpc(
      channel,
      DeliveriesGrpc.getExplainEventMethod(),
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
    public suspend fun getDelivery(request: GetDeliveryRequest, headers: Metadata = Metadata()): Delivery = unaryRpc(
      channel,
      DeliveriesGrpc.getGetDeliveryMethod(),
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
    public suspend fun listDeliveries(request: ListDeliveriesRequest, headers: Metadata = Metadata()): ListDeliveriesResponse = unaryRpc(
      channel,
      DeliveriesGrpc.getListDeliveriesMethod(),
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
    public suspend fun listAttempts(request: ListAttemptsRequest, headers: Metadata = Metadata()): ListAttemptsResponse = unaryRpc(
      channel,
      DeliveriesGrpc.getListAttemptsMethod(),
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
    public suspend fun getBacklog(request: GetBacklogRequest, headers: Metadata = Metadata()): Backlog = unaryRpc(
      channel,
      DeliveriesGrpc.getGetBacklogMethod(),
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
    public suspend fun listBacklogs(request: ListBacklogsRequest, headers: Metadata = Metadata()): ListBacklogsResponse = unaryRpc(
      channel,
      DeliveriesGrpc.getListBacklogsMethod(),
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
    public suspend fun getStatistics(request: GetStatisticsRequest, headers: Metadata = Metadata()): Statistics = unaryRpc(
      channel,
      DeliveriesGrpc.getGetStatisticsMethod(),
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
    public suspend fun cancelDelivery(request: CancelDeliveryRequest, headers: Metadata = Metadata()): Delivery = unaryRpc(
      channel,
      DeliveriesGrpc.getCancelDeliveryMethod(),
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
    public suspend fun cancelEvent(request: CancelEventRequest, headers: Metadata = Metadata()): CancelEventResponse = unaryRpc(
      channel,
      DeliveriesGrpc.getCancelEventMethod(),
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
    public suspend fun rescheduleDelivery(request: RescheduleDeliveryRequest, headers: Metadata = Metadata()): Delivery = unaryRpc(
      channel,
      DeliveriesGrpc.getRescheduleDeliveryMethod(),
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
    public suspend fun replayEvent(request: ReplayEventRequest, headers: Metadata = Metadata()): ReplayEventResponse = unaryRpc(
      channel,
      DeliveriesGrpc.getReplayEventMethod(),
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
    public suspend fun replayDelivery(request: ReplayDeliveryRequest, headers: Metadata = Metadata()): Delivery = unaryRpc(
      channel,
      DeliveriesGrpc.getReplayDeliveryMethod(),
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
    public suspend fun startBulkAction(request: StartBulkActionRequest, headers: Metadata = Metadata()): BulkAction = unaryRpc(
      channel,
      DeliveriesGrpc.getStartBulkActionMethod(),
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
    public suspend fun getBulkAction(request: GetBulkActionRequest, headers: Metadata = Metadata()): BulkAction = unaryRpc(
      channel,
      DeliveriesGrpc.getGetBulkActionMethod(),
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
    public suspend fun listBulkActions(request: ListBulkActionsRequest, headers: Metadata = Metadata()): ListBulkActionsResponse = unaryRpc(
      channel,
      DeliveriesGrpc.getListBulkActionsMethod(),
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
    public suspend fun cancelBulkAction(request: CancelBulkActionRequest, headers: Metadata = Metadata()): BulkAction = unaryRpc(
      channel,
      DeliveriesGrpc.getCancelBulkActionMethod(),
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
     * @param request The request message to send to the server.
     *
     * @param headers Metadata to attach to the request.  Most users will not need this.
     *
     * @return A flow that, when collected, emits the responses from the server.
     */
    public fun watchBulkAction(request: WatchBulkActionRequest, headers: Metadata = Metadata()): Flow<BulkAction> = serverStreamingRpc(
      channel,
      DeliveriesGrpc.getWatchBulkActionMethod(),
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
     * @param request The request message to send to the server.
     *
     * @param headers Metadata to attach to the request.  Most users will not need this.
     *
     * @return A flow that, when collected, emits the responses from the server.
     */
    public fun tail(request: TailRequest, headers: Metadata = Metadata()): Flow<TailResponse> = serverStreamingRpc(
      channel,
      DeliveriesGrpc.getTailMethod(),
      request,
      callOptions,
      headers
    )
  }

  /**
   * Skeletal implementation of the bellrope.v1.Deliveries service based on Kotlin coroutines.
   */
  public abstract class DeliveriesCoroutineImplBase(
    coroutineContext: CoroutineContext = EmptyCoroutineContext,
  ) : AbstractCoroutineServerImpl(coroutineContext) {
    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.GetEvent.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun getEvent(request: GetEventRequest): Event = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.GetEvent is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.ListEvents.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun listEvents(request: ListEventsRequest): ListEventsResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.ListEvents is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.ExplainEvent.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun explainEvent(request: ExplainEventRequest): ExplainEventResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.ExplainEvent is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.GetDelivery.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun getDelivery(request: GetDeliveryRequest): Delivery = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.GetDelivery is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.ListDeliveries.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun listDeliveries(request: ListDeliveriesRequest): ListDeliveriesResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.ListDeliveries is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.ListAttempts.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun listAttempts(request: ListAttemptsRequest): ListAttemptsResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.ListAttempts is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.GetBacklog.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun getBacklog(request: GetBacklogRequest): Backlog = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.GetBacklog is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.ListBacklogs.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun listBacklogs(request: ListBacklogsRequest): ListBacklogsResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.ListBacklogs is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.GetStatistics.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun getStatistics(request: GetStatisticsRequest): Statistics = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.GetStatistics is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.CancelDelivery.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun cancelDelivery(request: CancelDeliveryRequest): Delivery = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.CancelDelivery is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.CancelEvent.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun cancelEvent(request: CancelEventRequest): CancelEventResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.CancelEvent is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.RescheduleDelivery.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun rescheduleDelivery(request: RescheduleDeliveryRequest): Delivery = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.RescheduleDelivery is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.ReplayEvent.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun replayEvent(request: ReplayEventRequest): ReplayEventResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.ReplayEvent is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.ReplayDelivery.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun replayDelivery(request: ReplayDeliveryRequest): Delivery = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.ReplayDelivery is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.StartBulkAction.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun startBulkAction(request: StartBulkActionRequest): BulkAction = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.StartBulkAction is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.GetBulkAction.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun getBulkAction(request: GetBulkActionRequest): BulkAction = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.GetBulkAction is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.ListBulkActions.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun listBulkActions(request: ListBulkActionsRequest): ListBulkActionsResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.ListBulkActions is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Deliveries.CancelBulkAction.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun cancelBulkAction(request: CancelBulkActionRequest): BulkAction = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.CancelBulkAction is unimplemented"))

    /**
     * Returns a [Flow] of responses to an RPC for bellrope.v1.Deliveries.WatchBulkAction.
     *
     * If creating or collecting the returned flow fails with a [StatusException], the RPC
     * will fail with the corresponding [io.grpc.Status].  If it fails with a
     * [java.util.concurrent.CancellationException], the RPC will fail with status `Status.CANCELLED`.  If creating
     * or collecting the returned flow fails for any other reason, the RPC will fail with
     * `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open fun watchBulkAction(request: WatchBulkActionRequest): Flow<BulkAction> = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.WatchBulkAction is unimplemented"))

    /**
     * Returns a [Flow] of responses to an RPC for bellrope.v1.Deliveries.Tail.
     *
     * If creating or collecting the returned flow fails with a [StatusException], the RPC
     * will fail with the corresponding [io.grpc.Status].  If it fails with a
     * [java.util.concurrent.CancellationException], the RPC will fail with status `Status.CANCELLED`.  If creating
     * or collecting the returned flow fails for any other reason, the RPC will fail with
     * `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open fun tail(request: TailRequest): Flow<TailResponse> = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Deliveries.Tail is unimplemented"))

    final override fun bindService(): ServerServiceDefinition = builder(getServiceDescriptor())
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getGetEventMethod(),
      implementation = ::getEvent
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getListEventsMethod(),
      implementation = ::listEvents
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getExplainEventMethod(),
      implementation = ::explainEvent
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getGetDeliveryMethod(),
      implementation = ::getDelivery
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getListDeliveriesMethod(),
      implementation = ::listDeliveries
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getListAttemptsMethod(),
      implementation = ::listAttempts
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getGetBacklogMethod(),
      implementation = ::getBacklog
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getListBacklogsMethod(),
      implementation = ::listBacklogs
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getGetStatisticsMethod(),
      implementation = ::getStatistics
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getCancelDeliveryMethod(),
      implementation = ::cancelDelivery
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getCancelEventMethod(),
      implementation = ::cancelEvent
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getRescheduleDeliveryMethod(),
      implementation = ::rescheduleDelivery
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getReplayEventMethod(),
      implementation = ::replayEvent
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getReplayDeliveryMethod(),
      implementation = ::replayDelivery
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getStartBulkActionMethod(),
      implementation = ::startBulkAction
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getGetBulkActionMethod(),
      implementation = ::getBulkAction
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getListBulkActionsMethod(),
      implementation = ::listBulkActions
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getCancelBulkActionMethod(),
      implementation = ::cancelBulkAction
    ))
      .addMethod(serverStreamingServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getWatchBulkActionMethod(),
      implementation = ::watchBulkAction
    ))
      .addMethod(serverStreamingServerMethodDefinition(
      context = this.context,
      descriptor = DeliveriesGrpc.getTailMethod(),
      implementation = ::tail
    )).build()
  }
}
