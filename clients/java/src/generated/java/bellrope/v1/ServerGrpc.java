package bellrope.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Server says how the server itself is.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ServerGrpc {

  private ServerGrpc() {}

  public static final java.lang.String SERVICE_NAME = "bellrope.v1.Server";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<bellrope.v1.GetStatusRequest,
      bellrope.v1.Status> getGetStatusMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetStatus",
      requestType = bellrope.v1.GetStatusRequest.class,
      responseType = bellrope.v1.Status.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.GetStatusRequest,
      bellrope.v1.Status> getGetStatusMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.GetStatusRequest, bellrope.v1.Status> getGetStatusMethod;
    if ((getGetStatusMethod = ServerGrpc.getGetStatusMethod) == null) {
      synchronized (ServerGrpc.class) {
        if ((getGetStatusMethod = ServerGrpc.getGetStatusMethod) == null) {
          ServerGrpc.getGetStatusMethod = getGetStatusMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.GetStatusRequest, bellrope.v1.Status>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetStatus"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.GetStatusRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Status.getDefaultInstance()))
              .setSchemaDescriptor(new ServerMethodDescriptorSupplier("GetStatus"))
              .build();
        }
      }
    }
    return getGetStatusMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ServerStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ServerStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ServerStub>() {
        @java.lang.Override
        public ServerStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ServerStub(channel, callOptions);
        }
      };
    return ServerStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ServerBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ServerBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ServerBlockingV2Stub>() {
        @java.lang.Override
        public ServerBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ServerBlockingV2Stub(channel, callOptions);
        }
      };
    return ServerBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ServerBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ServerBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ServerBlockingStub>() {
        @java.lang.Override
        public ServerBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ServerBlockingStub(channel, callOptions);
        }
      };
    return ServerBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ServerFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ServerFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ServerFutureStub>() {
        @java.lang.Override
        public ServerFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ServerFutureStub(channel, callOptions);
        }
      };
    return ServerFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Server says how the server itself is.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * GetStatus returns how the server is. It is cheap to ask every few seconds: what it returns is up to two
     * seconds old, and the checks up to a minute. It answers while the database does not, without what only
     * the database knows. With several processes on one port (`--workers`), each answers for itself.
     * Errors: UNAVAILABLE (DRAINING).
     * </pre>
     */
    default void getStatus(bellrope.v1.GetStatusRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Status> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetStatusMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service Server.
   * <pre>
   * Server says how the server itself is.
   * </pre>
   */
  public static abstract class ServerImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ServerGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service Server.
   * <pre>
   * Server says how the server itself is.
   * </pre>
   */
  public static final class ServerStub
      extends io.grpc.stub.AbstractAsyncStub<ServerStub> {
    private ServerStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ServerStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ServerStub(channel, callOptions);
    }

    /**
     * <pre>
     * GetStatus returns how the server is. It is cheap to ask every few seconds: what it returns is up to two
     * seconds old, and the checks up to a minute. It answers while the database does not, without what only
     * the database knows. With several processes on one port (`--workers`), each answers for itself.
     * Errors: UNAVAILABLE (DRAINING).
     * </pre>
     */
    public void getStatus(bellrope.v1.GetStatusRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Status> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetStatusMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service Server.
   * <pre>
   * Server says how the server itself is.
   * </pre>
   */
  public static final class ServerBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ServerBlockingV2Stub> {
    private ServerBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ServerBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ServerBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * GetStatus returns how the server is. It is cheap to ask every few seconds: what it returns is up to two
     * seconds old, and the checks up to a minute. It answers while the database does not, without what only
     * the database knows. With several processes on one port (`--workers`), each answers for itself.
     * Errors: UNAVAILABLE (DRAINING).
     * </pre>
     */
    public bellrope.v1.Status getStatus(bellrope.v1.GetStatusRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetStatusMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service Server.
   * <pre>
   * Server says how the server itself is.
   * </pre>
   */
  public static final class ServerBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ServerBlockingStub> {
    private ServerBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ServerBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ServerBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * GetStatus returns how the server is. It is cheap to ask every few seconds: what it returns is up to two
     * seconds old, and the checks up to a minute. It answers while the database does not, without what only
     * the database knows. With several processes on one port (`--workers`), each answers for itself.
     * Errors: UNAVAILABLE (DRAINING).
     * </pre>
     */
    public bellrope.v1.Status getStatus(bellrope.v1.GetStatusRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetStatusMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service Server.
   * <pre>
   * Server says how the server itself is.
   * </pre>
   */
  public static final class ServerFutureStub
      extends io.grpc.stub.AbstractFutureStub<ServerFutureStub> {
    private ServerFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ServerFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ServerFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * GetStatus returns how the server is. It is cheap to ask every few seconds: what it returns is up to two
     * seconds old, and the checks up to a minute. It answers while the database does not, without what only
     * the database knows. With several processes on one port (`--workers`), each answers for itself.
     * Errors: UNAVAILABLE (DRAINING).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Status> getStatus(
        bellrope.v1.GetStatusRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetStatusMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_GET_STATUS = 0;

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
        case METHODID_GET_STATUS:
          serviceImpl.getStatus((bellrope.v1.GetStatusRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Status>) responseObserver);
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
          getGetStatusMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.GetStatusRequest,
              bellrope.v1.Status>(
                service, METHODID_GET_STATUS)))
        .build();
  }

  private static abstract class ServerBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ServerBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return bellrope.v1.ServerProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("Server");
    }
  }

  private static final class ServerFileDescriptorSupplier
      extends ServerBaseDescriptorSupplier {
    ServerFileDescriptorSupplier() {}
  }

  private static final class ServerMethodDescriptorSupplier
      extends ServerBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ServerMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (ServerGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ServerFileDescriptorSupplier())
              .addMethod(getGetStatusMethod())
              .build();
        }
      }
    }
    return result;
  }
}
