package bellrope.v1

import bellrope.v1.TriggersGrpc.getServiceDescriptor
import com.google.protobuf.Empty
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
import io.grpc.kotlin.ClientCalls.unaryRpc
import io.grpc.kotlin.ServerCalls.unaryServerMethodDefinition
import io.grpc.kotlin.StubFor
import kotlin.String
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.jvm.JvmOverloads
import kotlin.jvm.JvmStatic

/**
 * Holder for Kotlin coroutine-based client and server APIs for bellrope.v1.Triggers.
 */
public object TriggersGrpcKt {
  public const val SERVICE_NAME: String = TriggersGrpc.SERVICE_NAME

  @JvmStatic
  public val serviceDescriptor: ServiceDescriptor
    get() = getServiceDescriptor()

  public val createTriggerMethod: MethodDescriptor<CreateTriggerRequest, Trigger>
    @JvmStatic
    get() = TriggersGrpc.getCreateTriggerMethod()

  public val getTriggerMethod: MethodDescriptor<GetTriggerRequest, Trigger>
    @JvmStatic
    get() = TriggersGrpc.getGetTriggerMethod()

  public val listTriggersMethod: MethodDescriptor<ListTriggersRequest, ListTriggersResponse>
    @JvmStatic
    get() = TriggersGrpc.getListTriggersMethod()

  public val updateTriggerMethod: MethodDescriptor<UpdateTriggerRequest, Trigger>
    @JvmStatic
    get() = TriggersGrpc.getUpdateTriggerMethod()

  public val deleteTriggerMethod: MethodDescriptor<DeleteTriggerRequest, Empty>
    @JvmStatic
    get() = TriggersGrpc.getDeleteTriggerMethod()

  public val pauseTriggerMethod: MethodDescriptor<PauseTriggerRequest, Trigger>
    @JvmStatic
    get() = TriggersGrpc.getPauseTriggerMethod()

  public val resumeTriggerMethod: MethodDescriptor<ResumeTriggerRequest, Trigger>
    @JvmStatic
    get() = TriggersGrpc.getResumeTriggerMethod()

  public val testTriggerMethod: MethodDescriptor<TestTriggerRequest, TestTriggerResponse>
    @JvmStatic
    get() = TriggersGrpc.getTestTriggerMethod()

  /**
   * A stub for issuing RPCs to a(n) bellrope.v1.Triggers service as suspending coroutines.
   */
  @StubFor(TriggersGrpc::class)
  public class TriggersCoroutineStub @JvmOverloads constructor(
    channel: Channel,
    callOptions: CallOptions = DEFAULT,
  ) : AbstractCoroutineStub<TriggersCoroutineStub>(channel, callOptions) {
    override fun build(channel: Channel, callOptions: CallOptions): TriggersCoroutineStub = TriggersCoroutineStub(channel, callOptions)

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
    public suspend fun createTrigger(request: CreateTriggerRequest, headers: Metadata = Metadata()): Trigger = unaryRpc(
      channel,
      TriggersGrpc.getCreateTriggerMethod(),
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
    public suspend fun getTrigger(request: GetTriggerRequest, headers: Metadata = Metadata()): Trigger = unaryRpc(
      channel,
      TriggersGrpc.getGetTriggerMethod(),
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
    public suspend fun listTriggers(request: ListTriggersRequest, headers: Metadata = Metadata()): ListTriggersResponse = unaryRpc(
      channel,
      TriggersGrpc.getListTriggersMethod(),
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
    public suspend fun updateTrigger(request: UpdateTriggerRequest, headers: Metadata = Metadata()): Trigger = unaryRpc(
      channel,
      TriggersGrpc.getUpdateTriggerMethod(),
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
    public suspend fun deleteTrigger(request: DeleteTriggerRequest, headers: Metadata = Metadata()): Empty = unaryRpc(
      channel,
      TriggersGrpc.getDeleteTriggerMethod(),
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
    public suspend fun pauseTrigger(request: PauseTriggerRequest, headers: Metadata = Metadata()): Trigger = unaryRpc(
      channel,
      TriggersGrpc.getPauseTriggerMethod(),
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
    public suspend fun resumeTrigger(request: ResumeTriggerRequest, headers: Metadata = Metadata()): Trigger = unaryRpc(
      channel,
      TriggersGrpc.getResumeTriggerMethod(),
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
    public suspend fun testTrigger(request: TestTriggerRequest, headers: Metadata = Metadata()): TestTriggerResponse = unaryRpc(
      channel,
      TriggersGrpc.getTestTriggerMethod(),
      request,
      callOptions,
      headers
    )
  }

  /**
   * Skeletal implementation of the bellrope.v1.Triggers service based on Kotlin coroutines.
   */
  public abstract class TriggersCoroutineImplBase(
    coroutineContext: CoroutineContext = EmptyCoroutineContext,
  ) : AbstractCoroutineServerImpl(coroutineContext) {
    /**
     * Returns the response to an RPC for bellrope.v1.Triggers.CreateTrigger.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun createTrigger(request: CreateTriggerRequest): Trigger = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Triggers.CreateTrigger is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Triggers.GetTrigger.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun getTrigger(request: GetTriggerRequest): Trigger = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Triggers.GetTrigger is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Triggers.ListTriggers.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun listTriggers(request: ListTriggersRequest): ListTriggersResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Triggers.ListTriggers is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Triggers.UpdateTrigger.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun updateTrigger(request: UpdateTriggerRequest): Trigger = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Triggers.UpdateTrigger is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Triggers.DeleteTrigger.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun deleteTrigger(request: DeleteTriggerRequest): Empty = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Triggers.DeleteTrigger is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Triggers.PauseTrigger.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun pauseTrigger(request: PauseTriggerRequest): Trigger = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Triggers.PauseTrigger is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Triggers.ResumeTrigger.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun resumeTrigger(request: ResumeTriggerRequest): Trigger = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Triggers.ResumeTrigger is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Triggers.TestTrigger.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun testTrigger(request: TestTriggerRequest): TestTriggerResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Triggers.TestTrigger is unimplemented"))

    final override fun bindService(): ServerServiceDefinition = builder(getServiceDescriptor())
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = TriggersGrpc.getCreateTriggerMethod(),
      implementation = ::createTrigger
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = TriggersGrpc.getGetTriggerMethod(),
      implementation = ::getTrigger
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = TriggersGrpc.getListTriggersMethod(),
      implementation = ::listTriggers
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = TriggersGrpc.getUpdateTriggerMethod(),
      implementation = ::updateTrigger
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = TriggersGrpc.getDeleteTriggerMethod(),
      implementation = ::deleteTrigger
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = TriggersGrpc.getPauseTriggerMethod(),
      implementation = ::pauseTrigger
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = TriggersGrpc.getResumeTriggerMethod(),
      implementation = ::resumeTrigger
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = TriggersGrpc.getTestTriggerMethod(),
      implementation = ::testTrigger
    )).build()
  }
}
