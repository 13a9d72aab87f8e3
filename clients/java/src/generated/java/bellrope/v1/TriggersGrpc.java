package bellrope.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Triggers manages triggers. A trigger says which URL to call when an event of its type comes.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class TriggersGrpc {

  private TriggersGrpc() {}

  public static final java.lang.String SERVICE_NAME = "bellrope.v1.Triggers";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<bellrope.v1.CreateTriggerRequest,
      bellrope.v1.Trigger> getCreateTriggerMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateTrigger",
      requestType = bellrope.v1.CreateTriggerRequest.class,
      responseType = bellrope.v1.Trigger.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.CreateTriggerRequest,
      bellrope.v1.Trigger> getCreateTriggerMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.CreateTriggerRequest, bellrope.v1.Trigger> getCreateTriggerMethod;
    if ((getCreateTriggerMethod = TriggersGrpc.getCreateTriggerMethod) == null) {
      synchronized (TriggersGrpc.class) {
        if ((getCreateTriggerMethod = TriggersGrpc.getCreateTriggerMethod) == null) {
          TriggersGrpc.getCreateTriggerMethod = getCreateTriggerMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.CreateTriggerRequest, bellrope.v1.Trigger>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateTrigger"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.CreateTriggerRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Trigger.getDefaultInstance()))
              .setSchemaDescriptor(new TriggersMethodDescriptorSupplier("CreateTrigger"))
              .build();
        }
      }
    }
    return getCreateTriggerMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.GetTriggerRequest,
      bellrope.v1.Trigger> getGetTriggerMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetTrigger",
      requestType = bellrope.v1.GetTriggerRequest.class,
      responseType = bellrope.v1.Trigger.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.GetTriggerRequest,
      bellrope.v1.Trigger> getGetTriggerMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.GetTriggerRequest, bellrope.v1.Trigger> getGetTriggerMethod;
    if ((getGetTriggerMethod = TriggersGrpc.getGetTriggerMethod) == null) {
      synchronized (TriggersGrpc.class) {
        if ((getGetTriggerMethod = TriggersGrpc.getGetTriggerMethod) == null) {
          TriggersGrpc.getGetTriggerMethod = getGetTriggerMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.GetTriggerRequest, bellrope.v1.Trigger>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetTrigger"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.GetTriggerRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Trigger.getDefaultInstance()))
              .setSchemaDescriptor(new TriggersMethodDescriptorSupplier("GetTrigger"))
              .build();
        }
      }
    }
    return getGetTriggerMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ListTriggersRequest,
      bellrope.v1.ListTriggersResponse> getListTriggersMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListTriggers",
      requestType = bellrope.v1.ListTriggersRequest.class,
      responseType = bellrope.v1.ListTriggersResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ListTriggersRequest,
      bellrope.v1.ListTriggersResponse> getListTriggersMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ListTriggersRequest, bellrope.v1.ListTriggersResponse> getListTriggersMethod;
    if ((getListTriggersMethod = TriggersGrpc.getListTriggersMethod) == null) {
      synchronized (TriggersGrpc.class) {
        if ((getListTriggersMethod = TriggersGrpc.getListTriggersMethod) == null) {
          TriggersGrpc.getListTriggersMethod = getListTriggersMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ListTriggersRequest, bellrope.v1.ListTriggersResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListTriggers"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListTriggersRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListTriggersResponse.getDefaultInstance()))
              .setSchemaDescriptor(new TriggersMethodDescriptorSupplier("ListTriggers"))
              .build();
        }
      }
    }
    return getListTriggersMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.UpdateTriggerRequest,
      bellrope.v1.Trigger> getUpdateTriggerMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdateTrigger",
      requestType = bellrope.v1.UpdateTriggerRequest.class,
      responseType = bellrope.v1.Trigger.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.UpdateTriggerRequest,
      bellrope.v1.Trigger> getUpdateTriggerMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.UpdateTriggerRequest, bellrope.v1.Trigger> getUpdateTriggerMethod;
    if ((getUpdateTriggerMethod = TriggersGrpc.getUpdateTriggerMethod) == null) {
      synchronized (TriggersGrpc.class) {
        if ((getUpdateTriggerMethod = TriggersGrpc.getUpdateTriggerMethod) == null) {
          TriggersGrpc.getUpdateTriggerMethod = getUpdateTriggerMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.UpdateTriggerRequest, bellrope.v1.Trigger>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdateTrigger"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.UpdateTriggerRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Trigger.getDefaultInstance()))
              .setSchemaDescriptor(new TriggersMethodDescriptorSupplier("UpdateTrigger"))
              .build();
        }
      }
    }
    return getUpdateTriggerMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.DeleteTriggerRequest,
      com.google.protobuf.Empty> getDeleteTriggerMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteTrigger",
      requestType = bellrope.v1.DeleteTriggerRequest.class,
      responseType = com.google.protobuf.Empty.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.DeleteTriggerRequest,
      com.google.protobuf.Empty> getDeleteTriggerMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.DeleteTriggerRequest, com.google.protobuf.Empty> getDeleteTriggerMethod;
    if ((getDeleteTriggerMethod = TriggersGrpc.getDeleteTriggerMethod) == null) {
      synchronized (TriggersGrpc.class) {
        if ((getDeleteTriggerMethod = TriggersGrpc.getDeleteTriggerMethod) == null) {
          TriggersGrpc.getDeleteTriggerMethod = getDeleteTriggerMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.DeleteTriggerRequest, com.google.protobuf.Empty>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteTrigger"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.DeleteTriggerRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  com.google.protobuf.Empty.getDefaultInstance()))
              .setSchemaDescriptor(new TriggersMethodDescriptorSupplier("DeleteTrigger"))
              .build();
        }
      }
    }
    return getDeleteTriggerMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.PauseTriggerRequest,
      bellrope.v1.Trigger> getPauseTriggerMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "PauseTrigger",
      requestType = bellrope.v1.PauseTriggerRequest.class,
      responseType = bellrope.v1.Trigger.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.PauseTriggerRequest,
      bellrope.v1.Trigger> getPauseTriggerMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.PauseTriggerRequest, bellrope.v1.Trigger> getPauseTriggerMethod;
    if ((getPauseTriggerMethod = TriggersGrpc.getPauseTriggerMethod) == null) {
      synchronized (TriggersGrpc.class) {
        if ((getPauseTriggerMethod = TriggersGrpc.getPauseTriggerMethod) == null) {
          TriggersGrpc.getPauseTriggerMethod = getPauseTriggerMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.PauseTriggerRequest, bellrope.v1.Trigger>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "PauseTrigger"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.PauseTriggerRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Trigger.getDefaultInstance()))
              .setSchemaDescriptor(new TriggersMethodDescriptorSupplier("PauseTrigger"))
              .build();
        }
      }
    }
    return getPauseTriggerMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ResumeTriggerRequest,
      bellrope.v1.Trigger> getResumeTriggerMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResumeTrigger",
      requestType = bellrope.v1.ResumeTriggerRequest.class,
      responseType = bellrope.v1.Trigger.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ResumeTriggerRequest,
      bellrope.v1.Trigger> getResumeTriggerMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ResumeTriggerRequest, bellrope.v1.Trigger> getResumeTriggerMethod;
    if ((getResumeTriggerMethod = TriggersGrpc.getResumeTriggerMethod) == null) {
      synchronized (TriggersGrpc.class) {
        if ((getResumeTriggerMethod = TriggersGrpc.getResumeTriggerMethod) == null) {
          TriggersGrpc.getResumeTriggerMethod = getResumeTriggerMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ResumeTriggerRequest, bellrope.v1.Trigger>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResumeTrigger"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ResumeTriggerRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Trigger.getDefaultInstance()))
              .setSchemaDescriptor(new TriggersMethodDescriptorSupplier("ResumeTrigger"))
              .build();
        }
      }
    }
    return getResumeTriggerMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.TestTriggerRequest,
      bellrope.v1.TestTriggerResponse> getTestTriggerMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "TestTrigger",
      requestType = bellrope.v1.TestTriggerRequest.class,
      responseType = bellrope.v1.TestTriggerResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.TestTriggerRequest,
      bellrope.v1.TestTriggerResponse> getTestTriggerMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.TestTriggerRequest, bellrope.v1.TestTriggerResponse> getTestTriggerMethod;
    if ((getTestTriggerMethod = TriggersGrpc.getTestTriggerMethod) == null) {
      synchronized (TriggersGrpc.class) {
        if ((getTestTriggerMethod = TriggersGrpc.getTestTriggerMethod) == null) {
          TriggersGrpc.getTestTriggerMethod = getTestTriggerMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.TestTriggerRequest, bellrope.v1.TestTriggerResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "TestTrigger"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.TestTriggerRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.TestTriggerResponse.getDefaultInstance()))
              .setSchemaDescriptor(new TriggersMethodDescriptorSupplier("TestTrigger"))
              .build();
        }
      }
    }
    return getTestTriggerMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static TriggersStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TriggersStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TriggersStub>() {
        @java.lang.Override
        public TriggersStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TriggersStub(channel, callOptions);
        }
      };
    return TriggersStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static TriggersBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TriggersBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TriggersBlockingV2Stub>() {
        @java.lang.Override
        public TriggersBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TriggersBlockingV2Stub(channel, callOptions);
        }
      };
    return TriggersBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static TriggersBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TriggersBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TriggersBlockingStub>() {
        @java.lang.Override
        public TriggersBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TriggersBlockingStub(channel, callOptions);
        }
      };
    return TriggersBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static TriggersFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TriggersFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TriggersFutureStub>() {
        @java.lang.Override
        public TriggersFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TriggersFutureStub(channel, callOptions);
        }
      };
    return TriggersFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Triggers manages triggers. A trigger says which URL to call when an event of its type comes.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * CreateTrigger saves a new trigger.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND),
     * ALREADY_EXISTS (TRIGGER_EXISTS).
     * </pre>
     */
    default void createTrigger(bellrope.v1.CreateTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateTriggerMethod(), responseObserver);
    }

    /**
     * <pre>
     * GetTrigger returns one trigger.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    default void getTrigger(bellrope.v1.GetTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetTriggerMethod(), responseObserver);
    }

    /**
     * <pre>
     * ListTriggers lists the project's triggers, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    default void listTriggers(bellrope.v1.ListTriggersRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListTriggersResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListTriggersMethod(), responseObserver);
    }

    /**
     * <pre>
     * UpdateTrigger changes a trigger, or creates it if `allow_missing` is set.
     * The URL, the timeout, the retries, the headers and the secret are read when an attempt starts. So a
     * change also applies to deliveries that already wait.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND).
     * </pre>
     */
    default void updateTrigger(bellrope.v1.UpdateTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdateTriggerMethod(), responseObserver);
    }

    /**
     * <pre>
     * DeleteTrigger deletes a trigger and cancels its waiting deliveries.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    default void deleteTrigger(bellrope.v1.DeleteTriggerRequest request,
        io.grpc.stub.StreamObserver<com.google.protobuf.Empty> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteTriggerMethod(), responseObserver);
    }

    /**
     * <pre>
     * PauseTrigger stops new attempts. Events still match, and their deliveries wait. Pausing a paused
     * trigger changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    default void pauseTrigger(bellrope.v1.PauseTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPauseTriggerMethod(), responseObserver);
    }

    /**
     * <pre>
     * ResumeTrigger lets waiting deliveries go out.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    default void resumeTrigger(bellrope.v1.ResumeTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResumeTriggerMethod(), responseObserver);
    }

    /**
     * <pre>
     * TestTrigger says what a trigger would do with an event, and what it would send. Nothing is sent or
     * stored. Filters run as they do for events, but a filter that rests runs here, too. With a `draft`, it
     * tries a trigger, or a change of one, before it is saved.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: the event could not be queued for a reason other than its
     * schema, or the draft could not be saved: then the field begins with `draft.`; MALFORMED_JSON,
     * URL_INVALID, URL_BLOCKED), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND: only without a draft).
     * </pre>
     */
    default void testTrigger(bellrope.v1.TestTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.TestTriggerResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getTestTriggerMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service Triggers.
   * <pre>
   * Triggers manages triggers. A trigger says which URL to call when an event of its type comes.
   * </pre>
   */
  public static abstract class TriggersImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return TriggersGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service Triggers.
   * <pre>
   * Triggers manages triggers. A trigger says which URL to call when an event of its type comes.
   * </pre>
   */
  public static final class TriggersStub
      extends io.grpc.stub.AbstractAsyncStub<TriggersStub> {
    private TriggersStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TriggersStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TriggersStub(channel, callOptions);
    }

    /**
     * <pre>
     * CreateTrigger saves a new trigger.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND),
     * ALREADY_EXISTS (TRIGGER_EXISTS).
     * </pre>
     */
    public void createTrigger(bellrope.v1.CreateTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateTriggerMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * GetTrigger returns one trigger.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public void getTrigger(bellrope.v1.GetTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetTriggerMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ListTriggers lists the project's triggers, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public void listTriggers(bellrope.v1.ListTriggersRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListTriggersResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListTriggersMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * UpdateTrigger changes a trigger, or creates it if `allow_missing` is set.
     * The URL, the timeout, the retries, the headers and the secret are read when an attempt starts. So a
     * change also applies to deliveries that already wait.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND).
     * </pre>
     */
    public void updateTrigger(bellrope.v1.UpdateTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdateTriggerMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * DeleteTrigger deletes a trigger and cancels its waiting deliveries.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public void deleteTrigger(bellrope.v1.DeleteTriggerRequest request,
        io.grpc.stub.StreamObserver<com.google.protobuf.Empty> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteTriggerMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * PauseTrigger stops new attempts. Events still match, and their deliveries wait. Pausing a paused
     * trigger changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public void pauseTrigger(bellrope.v1.PauseTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPauseTriggerMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ResumeTrigger lets waiting deliveries go out.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public void resumeTrigger(bellrope.v1.ResumeTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Trigger> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResumeTriggerMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * TestTrigger says what a trigger would do with an event, and what it would send. Nothing is sent or
     * stored. Filters run as they do for events, but a filter that rests runs here, too. With a `draft`, it
     * tries a trigger, or a change of one, before it is saved.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: the event could not be queued for a reason other than its
     * schema, or the draft could not be saved: then the field begins with `draft.`; MALFORMED_JSON,
     * URL_INVALID, URL_BLOCKED), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND: only without a draft).
     * </pre>
     */
    public void testTrigger(bellrope.v1.TestTriggerRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.TestTriggerResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getTestTriggerMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service Triggers.
   * <pre>
   * Triggers manages triggers. A trigger says which URL to call when an event of its type comes.
   * </pre>
   */
  public static final class TriggersBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<TriggersBlockingV2Stub> {
    private TriggersBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TriggersBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TriggersBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * CreateTrigger saves a new trigger.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND),
     * ALREADY_EXISTS (TRIGGER_EXISTS).
     * </pre>
     */
    public bellrope.v1.Trigger createTrigger(bellrope.v1.CreateTriggerRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetTrigger returns one trigger.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Trigger getTrigger(bellrope.v1.GetTriggerRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListTriggers lists the project's triggers, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListTriggersResponse listTriggers(bellrope.v1.ListTriggersRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListTriggersMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * UpdateTrigger changes a trigger, or creates it if `allow_missing` is set.
     * The URL, the timeout, the retries, the headers and the secret are read when an attempt starts. So a
     * change also applies to deliveries that already wait.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Trigger updateTrigger(bellrope.v1.UpdateTriggerRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdateTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * DeleteTrigger deletes a trigger and cancels its waiting deliveries.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public com.google.protobuf.Empty deleteTrigger(bellrope.v1.DeleteTriggerRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * PauseTrigger stops new attempts. Events still match, and their deliveries wait. Pausing a paused
     * trigger changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Trigger pauseTrigger(bellrope.v1.PauseTriggerRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPauseTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ResumeTrigger lets waiting deliveries go out.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Trigger resumeTrigger(bellrope.v1.ResumeTriggerRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResumeTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * TestTrigger says what a trigger would do with an event, and what it would send. Nothing is sent or
     * stored. Filters run as they do for events, but a filter that rests runs here, too. With a `draft`, it
     * tries a trigger, or a change of one, before it is saved.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: the event could not be queued for a reason other than its
     * schema, or the draft could not be saved: then the field begins with `draft.`; MALFORMED_JSON,
     * URL_INVALID, URL_BLOCKED), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND: only without a draft).
     * </pre>
     */
    public bellrope.v1.TestTriggerResponse testTrigger(bellrope.v1.TestTriggerRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getTestTriggerMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service Triggers.
   * <pre>
   * Triggers manages triggers. A trigger says which URL to call when an event of its type comes.
   * </pre>
   */
  public static final class TriggersBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<TriggersBlockingStub> {
    private TriggersBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TriggersBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TriggersBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * CreateTrigger saves a new trigger.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND),
     * ALREADY_EXISTS (TRIGGER_EXISTS).
     * </pre>
     */
    public bellrope.v1.Trigger createTrigger(bellrope.v1.CreateTriggerRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetTrigger returns one trigger.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Trigger getTrigger(bellrope.v1.GetTriggerRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListTriggers lists the project's triggers, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListTriggersResponse listTriggers(bellrope.v1.ListTriggersRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListTriggersMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * UpdateTrigger changes a trigger, or creates it if `allow_missing` is set.
     * The URL, the timeout, the retries, the headers and the secret are read when an attempt starts. So a
     * change also applies to deliveries that already wait.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Trigger updateTrigger(bellrope.v1.UpdateTriggerRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdateTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * DeleteTrigger deletes a trigger and cancels its waiting deliveries.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public com.google.protobuf.Empty deleteTrigger(bellrope.v1.DeleteTriggerRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * PauseTrigger stops new attempts. Events still match, and their deliveries wait. Pausing a paused
     * trigger changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Trigger pauseTrigger(bellrope.v1.PauseTriggerRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPauseTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ResumeTrigger lets waiting deliveries go out.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Trigger resumeTrigger(bellrope.v1.ResumeTriggerRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResumeTriggerMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * TestTrigger says what a trigger would do with an event, and what it would send. Nothing is sent or
     * stored. Filters run as they do for events, but a filter that rests runs here, too. With a `draft`, it
     * tries a trigger, or a change of one, before it is saved.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: the event could not be queued for a reason other than its
     * schema, or the draft could not be saved: then the field begins with `draft.`; MALFORMED_JSON,
     * URL_INVALID, URL_BLOCKED), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND: only without a draft).
     * </pre>
     */
    public bellrope.v1.TestTriggerResponse testTrigger(bellrope.v1.TestTriggerRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getTestTriggerMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service Triggers.
   * <pre>
   * Triggers manages triggers. A trigger says which URL to call when an event of its type comes.
   * </pre>
   */
  public static final class TriggersFutureStub
      extends io.grpc.stub.AbstractFutureStub<TriggersFutureStub> {
    private TriggersFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TriggersFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TriggersFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * CreateTrigger saves a new trigger.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND),
     * ALREADY_EXISTS (TRIGGER_EXISTS).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Trigger> createTrigger(
        bellrope.v1.CreateTriggerRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateTriggerMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * GetTrigger returns one trigger.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Trigger> getTrigger(
        bellrope.v1.GetTriggerRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetTriggerMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ListTriggers lists the project's triggers, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ListTriggersResponse> listTriggers(
        bellrope.v1.ListTriggersRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListTriggersMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * UpdateTrigger changes a trigger, or creates it if `allow_missing` is set.
     * The URL, the timeout, the retries, the headers and the secret are read when an attempt starts. So a
     * change also applies to deliveries that already wait.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, URL_INVALID, URL_BLOCKED), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Trigger> updateTrigger(
        bellrope.v1.UpdateTriggerRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdateTriggerMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * DeleteTrigger deletes a trigger and cancels its waiting deliveries.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<com.google.protobuf.Empty> deleteTrigger(
        bellrope.v1.DeleteTriggerRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteTriggerMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * PauseTrigger stops new attempts. Events still match, and their deliveries wait. Pausing a paused
     * trigger changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Trigger> pauseTrigger(
        bellrope.v1.PauseTriggerRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPauseTriggerMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ResumeTrigger lets waiting deliveries go out.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Trigger> resumeTrigger(
        bellrope.v1.ResumeTriggerRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResumeTriggerMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * TestTrigger says what a trigger would do with an event, and what it would send. Nothing is sent or
     * stored. Filters run as they do for events, but a filter that rests runs here, too. With a `draft`, it
     * tries a trigger, or a change of one, before it is saved.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD: the event could not be queued for a reason other than its
     * schema, or the draft could not be saved: then the field begins with `draft.`; MALFORMED_JSON,
     * URL_INVALID, URL_BLOCKED), RESOURCE_EXHAUSTED (TOO_LARGE), NOT_FOUND (PROJECT_NOT_FOUND,
     * TRIGGER_NOT_FOUND: only without a draft).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.TestTriggerResponse> testTrigger(
        bellrope.v1.TestTriggerRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getTestTriggerMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_TRIGGER = 0;
  private static final int METHODID_GET_TRIGGER = 1;
  private static final int METHODID_LIST_TRIGGERS = 2;
  private static final int METHODID_UPDATE_TRIGGER = 3;
  private static final int METHODID_DELETE_TRIGGER = 4;
  private static final int METHODID_PAUSE_TRIGGER = 5;
  private static final int METHODID_RESUME_TRIGGER = 6;
  private static final int METHODID_TEST_TRIGGER = 7;

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
        case METHODID_CREATE_TRIGGER:
          serviceImpl.createTrigger((bellrope.v1.CreateTriggerRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Trigger>) responseObserver);
          break;
        case METHODID_GET_TRIGGER:
          serviceImpl.getTrigger((bellrope.v1.GetTriggerRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Trigger>) responseObserver);
          break;
        case METHODID_LIST_TRIGGERS:
          serviceImpl.listTriggers((bellrope.v1.ListTriggersRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ListTriggersResponse>) responseObserver);
          break;
        case METHODID_UPDATE_TRIGGER:
          serviceImpl.updateTrigger((bellrope.v1.UpdateTriggerRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Trigger>) responseObserver);
          break;
        case METHODID_DELETE_TRIGGER:
          serviceImpl.deleteTrigger((bellrope.v1.DeleteTriggerRequest) request,
              (io.grpc.stub.StreamObserver<com.google.protobuf.Empty>) responseObserver);
          break;
        case METHODID_PAUSE_TRIGGER:
          serviceImpl.pauseTrigger((bellrope.v1.PauseTriggerRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Trigger>) responseObserver);
          break;
        case METHODID_RESUME_TRIGGER:
          serviceImpl.resumeTrigger((bellrope.v1.ResumeTriggerRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Trigger>) responseObserver);
          break;
        case METHODID_TEST_TRIGGER:
          serviceImpl.testTrigger((bellrope.v1.TestTriggerRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.TestTriggerResponse>) responseObserver);
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
          getCreateTriggerMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.CreateTriggerRequest,
              bellrope.v1.Trigger>(
                service, METHODID_CREATE_TRIGGER)))
        .addMethod(
          getGetTriggerMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.GetTriggerRequest,
              bellrope.v1.Trigger>(
                service, METHODID_GET_TRIGGER)))
        .addMethod(
          getListTriggersMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ListTriggersRequest,
              bellrope.v1.ListTriggersResponse>(
                service, METHODID_LIST_TRIGGERS)))
        .addMethod(
          getUpdateTriggerMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.UpdateTriggerRequest,
              bellrope.v1.Trigger>(
                service, METHODID_UPDATE_TRIGGER)))
        .addMethod(
          getDeleteTriggerMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.DeleteTriggerRequest,
              com.google.protobuf.Empty>(
                service, METHODID_DELETE_TRIGGER)))
        .addMethod(
          getPauseTriggerMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.PauseTriggerRequest,
              bellrope.v1.Trigger>(
                service, METHODID_PAUSE_TRIGGER)))
        .addMethod(
          getResumeTriggerMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ResumeTriggerRequest,
              bellrope.v1.Trigger>(
                service, METHODID_RESUME_TRIGGER)))
        .addMethod(
          getTestTriggerMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.TestTriggerRequest,
              bellrope.v1.TestTriggerResponse>(
                service, METHODID_TEST_TRIGGER)))
        .build();
  }

  private static abstract class TriggersBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    TriggersBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return bellrope.v1.TriggersProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("Triggers");
    }
  }

  private static final class TriggersFileDescriptorSupplier
      extends TriggersBaseDescriptorSupplier {
    TriggersFileDescriptorSupplier() {}
  }

  private static final class TriggersMethodDescriptorSupplier
      extends TriggersBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    TriggersMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (TriggersGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new TriggersFileDescriptorSupplier())
              .addMethod(getCreateTriggerMethod())
              .addMethod(getGetTriggerMethod())
              .addMethod(getListTriggersMethod())
              .addMethod(getUpdateTriggerMethod())
              .addMethod(getDeleteTriggerMethod())
              .addMethod(getPauseTriggerMethod())
              .addMethod(getResumeTriggerMethod())
              .addMethod(getTestTriggerMethod())
              .build();
        }
      }
    }
    return result;
  }
}
