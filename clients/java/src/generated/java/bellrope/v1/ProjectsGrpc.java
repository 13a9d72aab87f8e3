package bellrope.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Projects are the tenants. Every trigger and event belongs to one project and sees nothing of the others.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ProjectsGrpc {

  private ProjectsGrpc() {}

  public static final java.lang.String SERVICE_NAME = "bellrope.v1.Projects";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<bellrope.v1.CreateProjectRequest,
      bellrope.v1.Project> getCreateProjectMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateProject",
      requestType = bellrope.v1.CreateProjectRequest.class,
      responseType = bellrope.v1.Project.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.CreateProjectRequest,
      bellrope.v1.Project> getCreateProjectMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.CreateProjectRequest, bellrope.v1.Project> getCreateProjectMethod;
    if ((getCreateProjectMethod = ProjectsGrpc.getCreateProjectMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getCreateProjectMethod = ProjectsGrpc.getCreateProjectMethod) == null) {
          ProjectsGrpc.getCreateProjectMethod = getCreateProjectMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.CreateProjectRequest, bellrope.v1.Project>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateProject"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.CreateProjectRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Project.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("CreateProject"))
              .build();
        }
      }
    }
    return getCreateProjectMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.GetProjectRequest,
      bellrope.v1.Project> getGetProjectMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetProject",
      requestType = bellrope.v1.GetProjectRequest.class,
      responseType = bellrope.v1.Project.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.GetProjectRequest,
      bellrope.v1.Project> getGetProjectMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.GetProjectRequest, bellrope.v1.Project> getGetProjectMethod;
    if ((getGetProjectMethod = ProjectsGrpc.getGetProjectMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getGetProjectMethod = ProjectsGrpc.getGetProjectMethod) == null) {
          ProjectsGrpc.getGetProjectMethod = getGetProjectMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.GetProjectRequest, bellrope.v1.Project>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetProject"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.GetProjectRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Project.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("GetProject"))
              .build();
        }
      }
    }
    return getGetProjectMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ListProjectsRequest,
      bellrope.v1.ListProjectsResponse> getListProjectsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListProjects",
      requestType = bellrope.v1.ListProjectsRequest.class,
      responseType = bellrope.v1.ListProjectsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ListProjectsRequest,
      bellrope.v1.ListProjectsResponse> getListProjectsMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ListProjectsRequest, bellrope.v1.ListProjectsResponse> getListProjectsMethod;
    if ((getListProjectsMethod = ProjectsGrpc.getListProjectsMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getListProjectsMethod = ProjectsGrpc.getListProjectsMethod) == null) {
          ProjectsGrpc.getListProjectsMethod = getListProjectsMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ListProjectsRequest, bellrope.v1.ListProjectsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListProjects"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListProjectsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListProjectsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("ListProjects"))
              .build();
        }
      }
    }
    return getListProjectsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.UpdateProjectRequest,
      bellrope.v1.Project> getUpdateProjectMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdateProject",
      requestType = bellrope.v1.UpdateProjectRequest.class,
      responseType = bellrope.v1.Project.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.UpdateProjectRequest,
      bellrope.v1.Project> getUpdateProjectMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.UpdateProjectRequest, bellrope.v1.Project> getUpdateProjectMethod;
    if ((getUpdateProjectMethod = ProjectsGrpc.getUpdateProjectMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getUpdateProjectMethod = ProjectsGrpc.getUpdateProjectMethod) == null) {
          ProjectsGrpc.getUpdateProjectMethod = getUpdateProjectMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.UpdateProjectRequest, bellrope.v1.Project>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdateProject"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.UpdateProjectRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Project.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("UpdateProject"))
              .build();
        }
      }
    }
    return getUpdateProjectMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.DeleteProjectRequest,
      com.google.protobuf.Empty> getDeleteProjectMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteProject",
      requestType = bellrope.v1.DeleteProjectRequest.class,
      responseType = com.google.protobuf.Empty.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.DeleteProjectRequest,
      com.google.protobuf.Empty> getDeleteProjectMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.DeleteProjectRequest, com.google.protobuf.Empty> getDeleteProjectMethod;
    if ((getDeleteProjectMethod = ProjectsGrpc.getDeleteProjectMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getDeleteProjectMethod = ProjectsGrpc.getDeleteProjectMethod) == null) {
          ProjectsGrpc.getDeleteProjectMethod = getDeleteProjectMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.DeleteProjectRequest, com.google.protobuf.Empty>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteProject"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.DeleteProjectRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.google.protobuf.Empty.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("DeleteProject"))
              .build();
        }
      }
    }
    return getDeleteProjectMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.GetEventTypeRequest,
      bellrope.v1.EventType> getGetEventTypeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetEventType",
      requestType = bellrope.v1.GetEventTypeRequest.class,
      responseType = bellrope.v1.EventType.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.GetEventTypeRequest,
      bellrope.v1.EventType> getGetEventTypeMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.GetEventTypeRequest, bellrope.v1.EventType> getGetEventTypeMethod;
    if ((getGetEventTypeMethod = ProjectsGrpc.getGetEventTypeMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getGetEventTypeMethod = ProjectsGrpc.getGetEventTypeMethod) == null) {
          ProjectsGrpc.getGetEventTypeMethod = getGetEventTypeMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.GetEventTypeRequest, bellrope.v1.EventType>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetEventType"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.GetEventTypeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.EventType.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("GetEventType"))
              .build();
        }
      }
    }
    return getGetEventTypeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ListEventTypesRequest,
      bellrope.v1.ListEventTypesResponse> getListEventTypesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListEventTypes",
      requestType = bellrope.v1.ListEventTypesRequest.class,
      responseType = bellrope.v1.ListEventTypesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ListEventTypesRequest,
      bellrope.v1.ListEventTypesResponse> getListEventTypesMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ListEventTypesRequest, bellrope.v1.ListEventTypesResponse> getListEventTypesMethod;
    if ((getListEventTypesMethod = ProjectsGrpc.getListEventTypesMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getListEventTypesMethod = ProjectsGrpc.getListEventTypesMethod) == null) {
          ProjectsGrpc.getListEventTypesMethod = getListEventTypesMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ListEventTypesRequest, bellrope.v1.ListEventTypesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListEventTypes"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListEventTypesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListEventTypesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("ListEventTypes"))
              .build();
        }
      }
    }
    return getListEventTypesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.UpdateEventTypeRequest,
      bellrope.v1.EventType> getUpdateEventTypeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdateEventType",
      requestType = bellrope.v1.UpdateEventTypeRequest.class,
      responseType = bellrope.v1.EventType.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.UpdateEventTypeRequest,
      bellrope.v1.EventType> getUpdateEventTypeMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.UpdateEventTypeRequest, bellrope.v1.EventType> getUpdateEventTypeMethod;
    if ((getUpdateEventTypeMethod = ProjectsGrpc.getUpdateEventTypeMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getUpdateEventTypeMethod = ProjectsGrpc.getUpdateEventTypeMethod) == null) {
          ProjectsGrpc.getUpdateEventTypeMethod = getUpdateEventTypeMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.UpdateEventTypeRequest, bellrope.v1.EventType>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdateEventType"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.UpdateEventTypeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.EventType.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("UpdateEventType"))
              .build();
        }
      }
    }
    return getUpdateEventTypeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.DeleteEventTypeRequest,
      com.google.protobuf.Empty> getDeleteEventTypeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteEventType",
      requestType = bellrope.v1.DeleteEventTypeRequest.class,
      responseType = com.google.protobuf.Empty.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.DeleteEventTypeRequest,
      com.google.protobuf.Empty> getDeleteEventTypeMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.DeleteEventTypeRequest, com.google.protobuf.Empty> getDeleteEventTypeMethod;
    if ((getDeleteEventTypeMethod = ProjectsGrpc.getDeleteEventTypeMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getDeleteEventTypeMethod = ProjectsGrpc.getDeleteEventTypeMethod) == null) {
          ProjectsGrpc.getDeleteEventTypeMethod = getDeleteEventTypeMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.DeleteEventTypeRequest, com.google.protobuf.Empty>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteEventType"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.DeleteEventTypeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.google.protobuf.Empty.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("DeleteEventType"))
              .build();
        }
      }
    }
    return getDeleteEventTypeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.TestEventTypeRequest,
      bellrope.v1.TestEventTypeResponse> getTestEventTypeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "TestEventType",
      requestType = bellrope.v1.TestEventTypeRequest.class,
      responseType = bellrope.v1.TestEventTypeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.TestEventTypeRequest,
      bellrope.v1.TestEventTypeResponse> getTestEventTypeMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.TestEventTypeRequest, bellrope.v1.TestEventTypeResponse> getTestEventTypeMethod;
    if ((getTestEventTypeMethod = ProjectsGrpc.getTestEventTypeMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getTestEventTypeMethod = ProjectsGrpc.getTestEventTypeMethod) == null) {
          ProjectsGrpc.getTestEventTypeMethod = getTestEventTypeMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.TestEventTypeRequest, bellrope.v1.TestEventTypeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "TestEventType"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.TestEventTypeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.TestEventTypeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("TestEventType"))
              .build();
        }
      }
    }
    return getTestEventTypeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.PauseProjectRequest,
      bellrope.v1.Project> getPauseProjectMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "PauseProject",
      requestType = bellrope.v1.PauseProjectRequest.class,
      responseType = bellrope.v1.Project.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.PauseProjectRequest,
      bellrope.v1.Project> getPauseProjectMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.PauseProjectRequest, bellrope.v1.Project> getPauseProjectMethod;
    if ((getPauseProjectMethod = ProjectsGrpc.getPauseProjectMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getPauseProjectMethod = ProjectsGrpc.getPauseProjectMethod) == null) {
          ProjectsGrpc.getPauseProjectMethod = getPauseProjectMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.PauseProjectRequest, bellrope.v1.Project>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "PauseProject"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.PauseProjectRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Project.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("PauseProject"))
              .build();
        }
      }
    }
    return getPauseProjectMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ResumeProjectRequest,
      bellrope.v1.Project> getResumeProjectMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResumeProject",
      requestType = bellrope.v1.ResumeProjectRequest.class,
      responseType = bellrope.v1.Project.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ResumeProjectRequest,
      bellrope.v1.Project> getResumeProjectMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ResumeProjectRequest, bellrope.v1.Project> getResumeProjectMethod;
    if ((getResumeProjectMethod = ProjectsGrpc.getResumeProjectMethod) == null) {
      synchronized (ProjectsGrpc.class) {
        if ((getResumeProjectMethod = ProjectsGrpc.getResumeProjectMethod) == null) {
          ProjectsGrpc.getResumeProjectMethod = getResumeProjectMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ResumeProjectRequest, bellrope.v1.Project>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResumeProject"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ResumeProjectRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Project.getDefaultInstance()))
              .setSchemaDescriptor(new ProjectsMethodDescriptorSupplier("ResumeProject"))
              .build();
        }
      }
    }
    return getResumeProjectMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ProjectsStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ProjectsStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ProjectsStub>() {
        @java.lang.Override
        public ProjectsStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ProjectsStub(channel, callOptions);
        }
      };
    return ProjectsStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ProjectsBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ProjectsBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ProjectsBlockingV2Stub>() {
        @java.lang.Override
        public ProjectsBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ProjectsBlockingV2Stub(channel, callOptions);
        }
      };
    return ProjectsBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ProjectsBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ProjectsBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ProjectsBlockingStub>() {
        @java.lang.Override
        public ProjectsBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ProjectsBlockingStub(channel, callOptions);
        }
      };
    return ProjectsBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ProjectsFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ProjectsFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ProjectsFutureStub>() {
        @java.lang.Override
        public ProjectsFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ProjectsFutureStub(channel, callOptions);
        }
      };
    return ProjectsFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Projects are the tenants. Every trigger and event belongs to one project and sees nothing of the others.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * CreateProject makes an empty project.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), ALREADY_EXISTS (PROJECT_EXISTS).
     * </pre>
     */
    default void createProject(bellrope.v1.CreateProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateProjectMethod(), responseObserver);
    }

    /**
     * <pre>
     * GetProject returns one project.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    default void getProject(bellrope.v1.GetProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetProjectMethod(), responseObserver);
    }

    /**
     * <pre>
     * ListProjects lists the projects, newest first.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    default void listProjects(bellrope.v1.ListProjectsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListProjectsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListProjectsMethod(), responseObserver);
    }

    /**
     * <pre>
     * UpdateProject changes how long a project keeps what is finished. It also applies to what is already
     * stored, from the next run of retention on: within ten minutes.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a length under a second).
     * </pre>
     */
    default void updateProject(bellrope.v1.UpdateProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdateProjectMethod(), responseObserver);
    }

    /**
     * <pre>
     * DeleteProject deletes a project and its triggers, and cancels their waiting deliveries. Its events can
     * no longer be read.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    default void deleteProject(bellrope.v1.DeleteProjectRequest request,
        io.grpc.stub.StreamObserver<com.google.protobuf.Empty> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteProjectMethod(), responseObserver);
    }

    /**
     * <pre>
     * GetEventType returns the schema of one type of event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    default void getEventType(bellrope.v1.GetEventTypeRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.EventType> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetEventTypeMethod(), responseObserver);
    }

    /**
     * <pre>
     * ListEventTypes lists the types of events that have a schema, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    default void listEventTypes(bellrope.v1.ListEventTypesRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListEventTypesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListEventTypesMethod(), responseObserver);
    }

    /**
     * <pre>
     * UpdateEventType replaces the schema of a type of event, or creates it if `allow_missing` is set. It
     * applies to events that come after the answer. An event that is under way at the same time may still be
     * checked by the old schema. Stored events are not checked again.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: says what is wrong with the schema), NOT_FOUND
     * (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND), RESOURCE_EXHAUSTED (OVER_QUOTA: the project has 1,000
     * types).
     * </pre>
     */
    default void updateEventType(bellrope.v1.UpdateEventTypeRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.EventType> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdateEventTypeMethod(), responseObserver);
    }

    /**
     * <pre>
     * DeleteEventType deletes the schema. Events of that type may then have any data.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    default void deleteEventType(bellrope.v1.DeleteEventTypeRequest request,
        io.grpc.stub.StreamObserver<com.google.protobuf.Empty> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteEventTypeMethod(), responseObserver);
    }

    /**
     * <pre>
     * TestEventType says which data a schema would refuse, before it is saved or as it is: samples of the
     * caller, and the last events of the type that are kept. Nothing is stored. It begins no check after five
     * seconds. `checked_count` says how far it came.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: `draft.schema` says what is wrong with the schema;
     * MALFORMED_JSON: a sample), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * EVENT_TYPE_NOT_FOUND: only without a draft).
     * </pre>
     */
    default void testEventType(bellrope.v1.TestEventTypeRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.TestEventTypeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getTestEventTypeMethod(), responseObserver);
    }

    /**
     * <pre>
     * PauseProject stops new attempts for all triggers of the project. Events are still accepted and matched,
     * and their deliveries wait. Attempts under way finish. A trigger can also be paused on its own. Its
     * deliveries wait if either is paused. TriggerSync answers as if every trigger were paused. Pausing a
     * paused project changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    default void pauseProject(bellrope.v1.PauseProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPauseProjectMethod(), responseObserver);
    }

    /**
     * <pre>
     * ResumeProject lets waiting deliveries go out, except those of triggers that are paused on their own.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    default void resumeProject(bellrope.v1.ResumeProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResumeProjectMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service Projects.
   * <pre>
   * Projects are the tenants. Every trigger and event belongs to one project and sees nothing of the others.
   * </pre>
   */
  public static abstract class ProjectsImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ProjectsGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service Projects.
   * <pre>
   * Projects are the tenants. Every trigger and event belongs to one project and sees nothing of the others.
   * </pre>
   */
  public static final class ProjectsStub
      extends io.grpc.stub.AbstractAsyncStub<ProjectsStub> {
    private ProjectsStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ProjectsStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ProjectsStub(channel, callOptions);
    }

    /**
     * <pre>
     * CreateProject makes an empty project.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), ALREADY_EXISTS (PROJECT_EXISTS).
     * </pre>
     */
    public void createProject(bellrope.v1.CreateProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateProjectMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * GetProject returns one project.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public void getProject(bellrope.v1.GetProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetProjectMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ListProjects lists the projects, newest first.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public void listProjects(bellrope.v1.ListProjectsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListProjectsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListProjectsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * UpdateProject changes how long a project keeps what is finished. It also applies to what is already
     * stored, from the next run of retention on: within ten minutes.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a length under a second).
     * </pre>
     */
    public void updateProject(bellrope.v1.UpdateProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdateProjectMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * DeleteProject deletes a project and its triggers, and cancels their waiting deliveries. Its events can
     * no longer be read.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public void deleteProject(bellrope.v1.DeleteProjectRequest request,
        io.grpc.stub.StreamObserver<com.google.protobuf.Empty> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteProjectMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * GetEventType returns the schema of one type of event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    public void getEventType(bellrope.v1.GetEventTypeRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.EventType> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetEventTypeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ListEventTypes lists the types of events that have a schema, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public void listEventTypes(bellrope.v1.ListEventTypesRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListEventTypesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListEventTypesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * UpdateEventType replaces the schema of a type of event, or creates it if `allow_missing` is set. It
     * applies to events that come after the answer. An event that is under way at the same time may still be
     * checked by the old schema. Stored events are not checked again.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: says what is wrong with the schema), NOT_FOUND
     * (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND), RESOURCE_EXHAUSTED (OVER_QUOTA: the project has 1,000
     * types).
     * </pre>
     */
    public void updateEventType(bellrope.v1.UpdateEventTypeRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.EventType> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdateEventTypeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * DeleteEventType deletes the schema. Events of that type may then have any data.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    public void deleteEventType(bellrope.v1.DeleteEventTypeRequest request,
        io.grpc.stub.StreamObserver<com.google.protobuf.Empty> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteEventTypeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * TestEventType says which data a schema would refuse, before it is saved or as it is: samples of the
     * caller, and the last events of the type that are kept. Nothing is stored. It begins no check after five
     * seconds. `checked_count` says how far it came.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: `draft.schema` says what is wrong with the schema;
     * MALFORMED_JSON: a sample), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * EVENT_TYPE_NOT_FOUND: only without a draft).
     * </pre>
     */
    public void testEventType(bellrope.v1.TestEventTypeRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.TestEventTypeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getTestEventTypeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * PauseProject stops new attempts for all triggers of the project. Events are still accepted and matched,
     * and their deliveries wait. Attempts under way finish. A trigger can also be paused on its own. Its
     * deliveries wait if either is paused. TriggerSync answers as if every trigger were paused. Pausing a
     * paused project changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public void pauseProject(bellrope.v1.PauseProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPauseProjectMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ResumeProject lets waiting deliveries go out, except those of triggers that are paused on their own.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public void resumeProject(bellrope.v1.ResumeProjectRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Project> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResumeProjectMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service Projects.
   * <pre>
   * Projects are the tenants. Every trigger and event belongs to one project and sees nothing of the others.
   * </pre>
   */
  public static final class ProjectsBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ProjectsBlockingV2Stub> {
    private ProjectsBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ProjectsBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ProjectsBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * CreateProject makes an empty project.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), ALREADY_EXISTS (PROJECT_EXISTS).
     * </pre>
     */
    public bellrope.v1.Project createProject(bellrope.v1.CreateProjectRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetProject returns one project.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Project getProject(bellrope.v1.GetProjectRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListProjects lists the projects, newest first.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListProjectsResponse listProjects(bellrope.v1.ListProjectsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListProjectsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * UpdateProject changes how long a project keeps what is finished. It also applies to what is already
     * stored, from the next run of retention on: within ten minutes.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a length under a second).
     * </pre>
     */
    public bellrope.v1.Project updateProject(bellrope.v1.UpdateProjectRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdateProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * DeleteProject deletes a project and its triggers, and cancels their waiting deliveries. Its events can
     * no longer be read.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public com.google.protobuf.Empty deleteProject(bellrope.v1.DeleteProjectRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetEventType returns the schema of one type of event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.EventType getEventType(bellrope.v1.GetEventTypeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetEventTypeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListEventTypes lists the types of events that have a schema, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListEventTypesResponse listEventTypes(bellrope.v1.ListEventTypesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListEventTypesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * UpdateEventType replaces the schema of a type of event, or creates it if `allow_missing` is set. It
     * applies to events that come after the answer. An event that is under way at the same time may still be
     * checked by the old schema. Stored events are not checked again.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: says what is wrong with the schema), NOT_FOUND
     * (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND), RESOURCE_EXHAUSTED (OVER_QUOTA: the project has 1,000
     * types).
     * </pre>
     */
    public bellrope.v1.EventType updateEventType(bellrope.v1.UpdateEventTypeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdateEventTypeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * DeleteEventType deletes the schema. Events of that type may then have any data.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    public com.google.protobuf.Empty deleteEventType(bellrope.v1.DeleteEventTypeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteEventTypeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * TestEventType says which data a schema would refuse, before it is saved or as it is: samples of the
     * caller, and the last events of the type that are kept. Nothing is stored. It begins no check after five
     * seconds. `checked_count` says how far it came.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: `draft.schema` says what is wrong with the schema;
     * MALFORMED_JSON: a sample), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * EVENT_TYPE_NOT_FOUND: only without a draft).
     * </pre>
     */
    public bellrope.v1.TestEventTypeResponse testEventType(bellrope.v1.TestEventTypeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getTestEventTypeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * PauseProject stops new attempts for all triggers of the project. Events are still accepted and matched,
     * and their deliveries wait. Attempts under way finish. A trigger can also be paused on its own. Its
     * deliveries wait if either is paused. TriggerSync answers as if every trigger were paused. Pausing a
     * paused project changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Project pauseProject(bellrope.v1.PauseProjectRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPauseProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ResumeProject lets waiting deliveries go out, except those of triggers that are paused on their own.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Project resumeProject(bellrope.v1.ResumeProjectRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResumeProjectMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service Projects.
   * <pre>
   * Projects are the tenants. Every trigger and event belongs to one project and sees nothing of the others.
   * </pre>
   */
  public static final class ProjectsBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ProjectsBlockingStub> {
    private ProjectsBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ProjectsBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ProjectsBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * CreateProject makes an empty project.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), ALREADY_EXISTS (PROJECT_EXISTS).
     * </pre>
     */
    public bellrope.v1.Project createProject(bellrope.v1.CreateProjectRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetProject returns one project.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Project getProject(bellrope.v1.GetProjectRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListProjects lists the projects, newest first.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListProjectsResponse listProjects(bellrope.v1.ListProjectsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListProjectsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * UpdateProject changes how long a project keeps what is finished. It also applies to what is already
     * stored, from the next run of retention on: within ten minutes.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a length under a second).
     * </pre>
     */
    public bellrope.v1.Project updateProject(bellrope.v1.UpdateProjectRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdateProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * DeleteProject deletes a project and its triggers, and cancels their waiting deliveries. Its events can
     * no longer be read.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public com.google.protobuf.Empty deleteProject(bellrope.v1.DeleteProjectRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetEventType returns the schema of one type of event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.EventType getEventType(bellrope.v1.GetEventTypeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetEventTypeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListEventTypes lists the types of events that have a schema, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListEventTypesResponse listEventTypes(bellrope.v1.ListEventTypesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListEventTypesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * UpdateEventType replaces the schema of a type of event, or creates it if `allow_missing` is set. It
     * applies to events that come after the answer. An event that is under way at the same time may still be
     * checked by the old schema. Stored events are not checked again.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: says what is wrong with the schema), NOT_FOUND
     * (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND), RESOURCE_EXHAUSTED (OVER_QUOTA: the project has 1,000
     * types).
     * </pre>
     */
    public bellrope.v1.EventType updateEventType(bellrope.v1.UpdateEventTypeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdateEventTypeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * DeleteEventType deletes the schema. Events of that type may then have any data.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    public com.google.protobuf.Empty deleteEventType(bellrope.v1.DeleteEventTypeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteEventTypeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * TestEventType says which data a schema would refuse, before it is saved or as it is: samples of the
     * caller, and the last events of the type that are kept. Nothing is stored. It begins no check after five
     * seconds. `checked_count` says how far it came.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: `draft.schema` says what is wrong with the schema;
     * MALFORMED_JSON: a sample), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * EVENT_TYPE_NOT_FOUND: only without a draft).
     * </pre>
     */
    public bellrope.v1.TestEventTypeResponse testEventType(bellrope.v1.TestEventTypeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getTestEventTypeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * PauseProject stops new attempts for all triggers of the project. Events are still accepted and matched,
     * and their deliveries wait. Attempts under way finish. A trigger can also be paused on its own. Its
     * deliveries wait if either is paused. TriggerSync answers as if every trigger were paused. Pausing a
     * paused project changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Project pauseProject(bellrope.v1.PauseProjectRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPauseProjectMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ResumeProject lets waiting deliveries go out, except those of triggers that are paused on their own.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Project resumeProject(bellrope.v1.ResumeProjectRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResumeProjectMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service Projects.
   * <pre>
   * Projects are the tenants. Every trigger and event belongs to one project and sees nothing of the others.
   * </pre>
   */
  public static final class ProjectsFutureStub
      extends io.grpc.stub.AbstractFutureStub<ProjectsFutureStub> {
    private ProjectsFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ProjectsFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ProjectsFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * CreateProject makes an empty project.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), ALREADY_EXISTS (PROJECT_EXISTS).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Project> createProject(
        bellrope.v1.CreateProjectRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateProjectMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * GetProject returns one project.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Project> getProject(
        bellrope.v1.GetProjectRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetProjectMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ListProjects lists the projects, newest first.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ListProjectsResponse> listProjects(
        bellrope.v1.ListProjectsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListProjectsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * UpdateProject changes how long a project keeps what is finished. It also applies to what is already
     * stored, from the next run of retention on: within ten minutes.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a length under a second).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Project> updateProject(
        bellrope.v1.UpdateProjectRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdateProjectMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * DeleteProject deletes a project and its triggers, and cancels their waiting deliveries. Its events can
     * no longer be read.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.google.protobuf.Empty> deleteProject(
        bellrope.v1.DeleteProjectRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteProjectMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * GetEventType returns the schema of one type of event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.EventType> getEventType(
        bellrope.v1.GetEventTypeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetEventTypeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ListEventTypes lists the types of events that have a schema, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ListEventTypesResponse> listEventTypes(
        bellrope.v1.ListEventTypesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListEventTypesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * UpdateEventType replaces the schema of a type of event, or creates it if `allow_missing` is set. It
     * applies to events that come after the answer. An event that is under way at the same time may still be
     * checked by the old schema. Stored events are not checked again.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: says what is wrong with the schema), NOT_FOUND
     * (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND), RESOURCE_EXHAUSTED (OVER_QUOTA: the project has 1,000
     * types).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.EventType> updateEventType(
        bellrope.v1.UpdateEventTypeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdateEventTypeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * DeleteEventType deletes the schema. Events of that type may then have any data.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_TYPE_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.google.protobuf.Empty> deleteEventType(
        bellrope.v1.DeleteEventTypeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteEventTypeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * TestEventType says which data a schema would refuse, before it is saved or as it is: samples of the
     * caller, and the last events of the type that are kept. Nothing is stored. It begins no check after five
     * seconds. `checked_count` says how far it came.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: `draft.schema` says what is wrong with the schema;
     * MALFORMED_JSON: a sample), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * EVENT_TYPE_NOT_FOUND: only without a draft).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.TestEventTypeResponse> testEventType(
        bellrope.v1.TestEventTypeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getTestEventTypeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * PauseProject stops new attempts for all triggers of the project. Events are still accepted and matched,
     * and their deliveries wait. Attempts under way finish. A trigger can also be paused on its own. Its
     * deliveries wait if either is paused. TriggerSync answers as if every trigger were paused. Pausing a
     * paused project changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Project> pauseProject(
        bellrope.v1.PauseProjectRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPauseProjectMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ResumeProject lets waiting deliveries go out, except those of triggers that are paused on their own.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Project> resumeProject(
        bellrope.v1.ResumeProjectRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResumeProjectMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_PROJECT = 0;
  private static final int METHODID_GET_PROJECT = 1;
  private static final int METHODID_LIST_PROJECTS = 2;
  private static final int METHODID_UPDATE_PROJECT = 3;
  private static final int METHODID_DELETE_PROJECT = 4;
  private static final int METHODID_GET_EVENT_TYPE = 5;
  private static final int METHODID_LIST_EVENT_TYPES = 6;
  private static final int METHODID_UPDATE_EVENT_TYPE = 7;
  private static final int METHODID_DELETE_EVENT_TYPE = 8;
  private static final int METHODID_TEST_EVENT_TYPE = 9;
  private static final int METHODID_PAUSE_PROJECT = 10;
  private static final int METHODID_RESUME_PROJECT = 11;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_CREATE_PROJECT:
          serviceImpl.createProject((bellrope.v1.CreateProjectRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Project>) responseObserver);
          break;
        case METHODID_GET_PROJECT:
          serviceImpl.getProject((bellrope.v1.GetProjectRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Project>) responseObserver);
          break;
        case METHODID_LIST_PROJECTS:
          serviceImpl.listProjects((bellrope.v1.ListProjectsRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ListProjectsResponse>) responseObserver);
          break;
        case METHODID_UPDATE_PROJECT:
          serviceImpl.updateProject((bellrope.v1.UpdateProjectRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Project>) responseObserver);
          break;
        case METHODID_DELETE_PROJECT:
          serviceImpl.deleteProject((bellrope.v1.DeleteProjectRequest) request,
              (io.grpc.stub.StreamObserver<com.google.protobuf.Empty>) responseObserver);
          break;
        case METHODID_GET_EVENT_TYPE:
          serviceImpl.getEventType((bellrope.v1.GetEventTypeRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.EventType>) responseObserver);
          break;
        case METHODID_LIST_EVENT_TYPES:
          serviceImpl.listEventTypes((bellrope.v1.ListEventTypesRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ListEventTypesResponse>) responseObserver);
          break;
        case METHODID_UPDATE_EVENT_TYPE:
          serviceImpl.updateEventType((bellrope.v1.UpdateEventTypeRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.EventType>) responseObserver);
          break;
        case METHODID_DELETE_EVENT_TYPE:
          serviceImpl.deleteEventType((bellrope.v1.DeleteEventTypeRequest) request,
              (io.grpc.stub.StreamObserver<com.google.protobuf.Empty>) responseObserver);
          break;
        case METHODID_TEST_EVENT_TYPE:
          serviceImpl.testEventType((bellrope.v1.TestEventTypeRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.TestEventTypeResponse>) responseObserver);
          break;
        case METHODID_PAUSE_PROJECT:
          serviceImpl.pauseProject((bellrope.v1.PauseProjectRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Project>) responseObserver);
          break;
        case METHODID_RESUME_PROJECT:
          serviceImpl.resumeProject((bellrope.v1.ResumeProjectRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Project>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getCreateProjectMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.CreateProjectRequest,
              bellrope.v1.Project>(
                service, METHODID_CREATE_PROJECT)))
        .addMethod(
          getGetProjectMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.GetProjectRequest,
              bellrope.v1.Project>(
                service, METHODID_GET_PROJECT)))
        .addMethod(
          getListProjectsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ListProjectsRequest,
              bellrope.v1.ListProjectsResponse>(
                service, METHODID_LIST_PROJECTS)))
        .addMethod(
          getUpdateProjectMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.UpdateProjectRequest,
              bellrope.v1.Project>(
                service, METHODID_UPDATE_PROJECT)))
        .addMethod(
          getDeleteProjectMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.DeleteProjectRequest,
              com.google.protobuf.Empty>(
                service, METHODID_DELETE_PROJECT)))
        .addMethod(
          getGetEventTypeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.GetEventTypeRequest,
              bellrope.v1.EventType>(
                service, METHODID_GET_EVENT_TYPE)))
        .addMethod(
          getListEventTypesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ListEventTypesRequest,
              bellrope.v1.ListEventTypesResponse>(
                service, METHODID_LIST_EVENT_TYPES)))
        .addMethod(
          getUpdateEventTypeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.UpdateEventTypeRequest,
              bellrope.v1.EventType>(
                service, METHODID_UPDATE_EVENT_TYPE)))
        .addMethod(
          getDeleteEventTypeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.DeleteEventTypeRequest,
              com.google.protobuf.Empty>(
                service, METHODID_DELETE_EVENT_TYPE)))
        .addMethod(
          getTestEventTypeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.TestEventTypeRequest,
              bellrope.v1.TestEventTypeResponse>(
                service, METHODID_TEST_EVENT_TYPE)))
        .addMethod(
          getPauseProjectMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.PauseProjectRequest,
              bellrope.v1.Project>(
                service, METHODID_PAUSE_PROJECT)))
        .addMethod(
          getResumeProjectMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ResumeProjectRequest,
              bellrope.v1.Project>(
                service, METHODID_RESUME_PROJECT)))
        .build();
  }

  private static abstract class ProjectsBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ProjectsBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return bellrope.v1.ProjectsProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("Projects");
    }
  }

  private static final class ProjectsFileDescriptorSupplier
      extends ProjectsBaseDescriptorSupplier {
    ProjectsFileDescriptorSupplier() {}
  }

  private static final class ProjectsMethodDescriptorSupplier
      extends ProjectsBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ProjectsMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (ProjectsGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ProjectsFileDescriptorSupplier())
              .addMethod(getCreateProjectMethod())
              .addMethod(getGetProjectMethod())
              .addMethod(getListProjectsMethod())
              .addMethod(getUpdateProjectMethod())
              .addMethod(getDeleteProjectMethod())
              .addMethod(getGetEventTypeMethod())
              .addMethod(getListEventTypesMethod())
              .addMethod(getUpdateEventTypeMethod())
              .addMethod(getDeleteEventTypeMethod())
              .addMethod(getTestEventTypeMethod())
              .addMethod(getPauseProjectMethod())
              .addMethod(getResumeProjectMethod())
              .build();
        }
      }
    }
    return result;
  }
}
