package bellrope.v1

import bellrope.v1.ProjectsGrpc.getServiceDescriptor
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
 * Holder for Kotlin coroutine-based client and server APIs for bellrope.v1.Projects.
 */
public object ProjectsGrpcKt {
  public const val SERVICE_NAME: String = ProjectsGrpc.SERVICE_NAME

  @JvmStatic
  public val serviceDescriptor: ServiceDescriptor
    get() = getServiceDescriptor()

  public val createProjectMethod: MethodDescriptor<CreateProjectRequest, Project>
    @JvmStatic
    get() = ProjectsGrpc.getCreateProjectMethod()

  public val getProjectMethod: MethodDescriptor<GetProjectRequest, Project>
    @JvmStatic
    get() = ProjectsGrpc.getGetProjectMethod()

  public val listProjectsMethod: MethodDescriptor<ListProjectsRequest, ListProjectsResponse>
    @JvmStatic
    get() = ProjectsGrpc.getListProjectsMethod()

  public val updateProjectMethod: MethodDescriptor<UpdateProjectRequest, Project>
    @JvmStatic
    get() = ProjectsGrpc.getUpdateProjectMethod()

  public val deleteProjectMethod: MethodDescriptor<DeleteProjectRequest, Empty>
    @JvmStatic
    get() = ProjectsGrpc.getDeleteProjectMethod()

  public val getEventTypeMethod: MethodDescriptor<GetEventTypeRequest, EventType>
    @JvmStatic
    get() = ProjectsGrpc.getGetEventTypeMethod()

  public val listEventTypesMethod: MethodDescriptor<ListEventTypesRequest, ListEventTypesResponse>
    @JvmStatic
    get() = ProjectsGrpc.getListEventTypesMethod()

  public val updateEventTypeMethod: MethodDescriptor<UpdateEventTypeRequest, EventType>
    @JvmStatic
    get() = ProjectsGrpc.getUpdateEventTypeMethod()

  public val deleteEventTypeMethod: MethodDescriptor<DeleteEventTypeRequest, Empty>
    @JvmStatic
    get() = ProjectsGrpc.getDeleteEventTypeMethod()

  public val testEventTypeMethod: MethodDescriptor<TestEventTypeRequest, TestEventTypeResponse>
    @JvmStatic
    get() = ProjectsGrpc.getTestEventTypeMethod()

  public val pauseProjectMethod: MethodDescriptor<PauseProjectRequest, Project>
    @JvmStatic
    get() = ProjectsGrpc.getPauseProjectMethod()

  public val resumeProjectMethod: MethodDescriptor<ResumeProjectRequest, Project>
    @JvmStatic
    get() = ProjectsGrpc.getResumeProjectMethod()

  /**
   * A stub for issuing RPCs to a(n) bellrope.v1.Projects service as suspending coroutines.
   */
  @StubFor(ProjectsGrpc::class)
  public class ProjectsCoroutineStub @JvmOverloads constructor(
    channel: Channel,
    callOptions: CallOptions = DEFAULT,
  ) : AbstractCoroutineStub<ProjectsCoroutineStub>(channel, callOptions) {
    override fun build(channel: Channel, callOptions: CallOptions): ProjectsCoroutineStub = ProjectsCoroutineStub(channel, callOptions)

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
    public suspend fun createProject(request: CreateProjectRequest, headers: Metadata = Metadata()): Project = unaryRpc(
      channel,
      ProjectsGrpc.getCreateProjectMethod(),
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
    public suspend fun getProject(request: GetProjectRequest, headers: Metadata = Metadata()): Project = unaryRpc(
      channel,
      ProjectsGrpc.getGetProjectMethod(),
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
    public suspend fun listProjects(request: ListProjectsRequest, headers: Metadata = Metadata()): ListProjectsResponse = unaryRpc(
      channel,
      ProjectsGrpc.getListProjectsMethod(),
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
    public suspend fun updateProject(request: UpdateProjectRequest, headers: Metadata = Metadata()): Project = unaryRpc(
      channel,
      ProjectsGrpc.getUpdateProjectMethod(),
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
    public suspend fun deleteProject(request: DeleteProjectRequest, headers: Metadata = Metadata()): Empty = unaryRpc(
      channel,
      ProjectsGrpc.getDeleteProjectMethod(),
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
    public suspend fun getEventType(request: GetEventTypeRequest, headers: Metadata = Metadata()): EventType = unaryRpc(
      channel,
      ProjectsGrpc.getGetEventTypeMethod(),
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
    public suspend fun listEventTypes(request: ListEventTypesRequest, headers: Metadata = Metadata()): ListEventTypesResponse = unaryRpc(
      channel,
      ProjectsGrpc.getListEventTypesMethod(),
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
    public suspend fun updateEventType(request: UpdateEventTypeRequest, headers: Metadata = Metadata()): EventType = unaryRpc(
      channel,
      ProjectsGrpc.getUpdateEventTypeMethod(),
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
    public suspend fun deleteEventType(request: DeleteEventTypeRequest, headers: Metadata = Metadata()): Empty = unaryRpc(
      channel,
      ProjectsGrpc.getDeleteEventTypeMethod(),
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
    public suspend fun testEventType(request: TestEventTypeRequest, headers: Metadata = Metadata()): TestEventTypeResponse = unaryRpc(
      channel,
      ProjectsGrpc.getTestEventTypeMethod(),
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
    public suspend fun pauseProject(request: PauseProjectRequest, headers: Metadata = Metadata()): Project = unaryRpc(
      channel,
      ProjectsGrpc.getPauseProjectMethod(),
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
    public suspend fun resumeProject(request: ResumeProjectRequest, headers: Metadata = Metadata()): Project = unaryRpc(
      channel,
      ProjectsGrpc.getResumeProjectMethod(),
      request,
      callOptions,
      headers
    )
  }

  /**
   * Skeletal implementation of the bellrope.v1.Projects service based on Kotlin coroutines.
   */
  public abstract class ProjectsCoroutineImplBase(
    coroutineContext: CoroutineContext = EmptyCoroutineContext,
  ) : AbstractCoroutineServerImpl(coroutineContext) {
    /**
     * Returns the response to an RPC for bellrope.v1.Projects.CreateProject.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun createProject(request: CreateProjectRequest): Project = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.CreateProject is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.GetProject.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun getProject(request: GetProjectRequest): Project = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.GetProject is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.ListProjects.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun listProjects(request: ListProjectsRequest): ListProjectsResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.ListProjects is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.UpdateProject.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun updateProject(request: UpdateProjectRequest): Project = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.UpdateProject is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.DeleteProject.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun deleteProject(request: DeleteProjectRequest): Empty = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.DeleteProject is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.GetEventType.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun getEventType(request: GetEventTypeRequest): EventType = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.GetEventType is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.ListEventTypes.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun listEventTypes(request: ListEventTypesRequest): ListEventTypesResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.ListEventTypes is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.UpdateEventType.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun updateEventType(request: UpdateEventTypeRequest): EventType = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.UpdateEventType is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.DeleteEventType.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun deleteEventType(request: DeleteEventTypeRequest): Empty = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.DeleteEventType is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.TestEventType.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun testEventType(request: TestEventTypeRequest): TestEventTypeResponse = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.TestEventType is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.PauseProject.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun pauseProject(request: PauseProjectRequest): Project = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.PauseProject is unimplemented"))

    /**
     * Returns the response to an RPC for bellrope.v1.Projects.ResumeProject.
     *
     * If this method fails with a [StatusException], the RPC will fail with the corresponding
     * [io.grpc.Status].  If this method fails with a [java.util.concurrent.CancellationException], the RPC will fail
     * with status `Status.CANCELLED`.  If this method fails for any other reason, the RPC will
     * fail with `Status.UNKNOWN` with the exception as a cause.
     *
     * @param request The request from the client.
     */
    public open suspend fun resumeProject(request: ResumeProjectRequest): Project = throw StatusException(UNIMPLEMENTED.withDescription("Method bellrope.v1.Projects.ResumeProject is unimplemented"))

    final override fun bindService(): ServerServiceDefinition = builder(getServiceDescriptor())
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getCreateProjectMethod(),
      implementation = ::createProject
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getGetProjectMethod(),
      implementation = ::getProject
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getListProjectsMethod(),
      implementation = ::listProjects
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getUpdateProjectMethod(),
      implementation = ::updateProject
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getDeleteProjectMethod(),
      implementation = ::deleteProject
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getGetEventTypeMethod(),
      implementation = ::getEventType
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getListEventTypesMethod(),
      implementation = ::listEventTypes
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getUpdateEventTypeMethod(),
      implementation = ::updateEventType
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getDeleteEventTypeMethod(),
      implementation = ::deleteEventType
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getTestEventTypeMethod(),
      implementation = ::testEventType
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getPauseProjectMethod(),
      implementation = ::pauseProject
    ))
      .addMethod(unaryServerMethodDefinition(
      context = this.context,
      descriptor = ProjectsGrpc.getResumeProjectMethod(),
      implementation = ::resumeProject
    )).build()
  }
}
