package bellrope.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Eventing accepts events and calls the webhooks of the triggers that match.
 * An event is accepted when its commit is on disk, and not before. OK means that it is stored.
 * INVALID_ARGUMENT and similar codes mean that it is not. After UNAVAILABLE or a lost connection the
 * outcome is unknown: send the event again with the same `id`. It is stored at most once.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class EventingGrpc {

  private EventingGrpc() {}

  public static final java.lang.String SERVICE_NAME = "bellrope.v1.Eventing";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<bellrope.v1.QueueRequest,
      bellrope.v1.QueueResponse> getQueueMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Queue",
      requestType = bellrope.v1.QueueRequest.class,
      responseType = bellrope.v1.QueueResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.QueueRequest,
      bellrope.v1.QueueResponse> getQueueMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.QueueRequest, bellrope.v1.QueueResponse> getQueueMethod;
    if ((getQueueMethod = EventingGrpc.getQueueMethod) == null) {
      synchronized (EventingGrpc.class) {
        if ((getQueueMethod = EventingGrpc.getQueueMethod) == null) {
          EventingGrpc.getQueueMethod = getQueueMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.QueueRequest, bellrope.v1.QueueResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Queue"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.QueueRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.QueueResponse.getDefaultInstance()))
              .setSchemaDescriptor(new EventingMethodDescriptorSupplier("Queue"))
              .build();
        }
      }
    }
    return getQueueMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.TriggerSyncRequest,
      bellrope.v1.TriggerSyncResponse> getTriggerSyncMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "TriggerSync",
      requestType = bellrope.v1.TriggerSyncRequest.class,
      responseType = bellrope.v1.TriggerSyncResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.TriggerSyncRequest,
      bellrope.v1.TriggerSyncResponse> getTriggerSyncMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.TriggerSyncRequest, bellrope.v1.TriggerSyncResponse> getTriggerSyncMethod;
    if ((getTriggerSyncMethod = EventingGrpc.getTriggerSyncMethod) == null) {
      synchronized (EventingGrpc.class) {
        if ((getTriggerSyncMethod = EventingGrpc.getTriggerSyncMethod) == null) {
          EventingGrpc.getTriggerSyncMethod = getTriggerSyncMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.TriggerSyncRequest, bellrope.v1.TriggerSyncResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "TriggerSync"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.TriggerSyncRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.TriggerSyncResponse.getDefaultInstance()))
              .setSchemaDescriptor(new EventingMethodDescriptorSupplier("TriggerSync"))
              .build();
        }
      }
    }
    return getTriggerSyncMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.QueueBatchRequest,
      bellrope.v1.QueueBatchResponse> getQueueBatchMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "QueueBatch",
      requestType = bellrope.v1.QueueBatchRequest.class,
      responseType = bellrope.v1.QueueBatchResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.QueueBatchRequest,
      bellrope.v1.QueueBatchResponse> getQueueBatchMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.QueueBatchRequest, bellrope.v1.QueueBatchResponse> getQueueBatchMethod;
    if ((getQueueBatchMethod = EventingGrpc.getQueueBatchMethod) == null) {
      synchronized (EventingGrpc.class) {
        if ((getQueueBatchMethod = EventingGrpc.getQueueBatchMethod) == null) {
          EventingGrpc.getQueueBatchMethod = getQueueBatchMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.QueueBatchRequest, bellrope.v1.QueueBatchResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "QueueBatch"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.QueueBatchRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.QueueBatchResponse.getDefaultInstance()))
              .setSchemaDescriptor(new EventingMethodDescriptorSupplier("QueueBatch"))
              .build();
        }
      }
    }
    return getQueueBatchMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.QueueStreamRequest,
      bellrope.v1.QueueStreamResponse> getQueueStreamMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "QueueStream",
      requestType = bellrope.v1.QueueStreamRequest.class,
      responseType = bellrope.v1.QueueStreamResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<bellrope.v1.QueueStreamRequest,
      bellrope.v1.QueueStreamResponse> getQueueStreamMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.QueueStreamRequest, bellrope.v1.QueueStreamResponse> getQueueStreamMethod;
    if ((getQueueStreamMethod = EventingGrpc.getQueueStreamMethod) == null) {
      synchronized (EventingGrpc.class) {
        if ((getQueueStreamMethod = EventingGrpc.getQueueStreamMethod) == null) {
          EventingGrpc.getQueueStreamMethod = getQueueStreamMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.QueueStreamRequest, bellrope.v1.QueueStreamResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "QueueStream"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.QueueStreamRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.QueueStreamResponse.getDefaultInstance()))
              .setSchemaDescriptor(new EventingMethodDescriptorSupplier("QueueStream"))
              .build();
        }
      }
    }
    return getQueueStreamMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static EventingStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<EventingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<EventingStub>() {
        @java.lang.Override
        public EventingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new EventingStub(channel, callOptions);
        }
      };
    return EventingStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static EventingBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<EventingBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<EventingBlockingV2Stub>() {
        @java.lang.Override
        public EventingBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new EventingBlockingV2Stub(channel, callOptions);
        }
      };
    return EventingBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static EventingBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<EventingBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<EventingBlockingStub>() {
        @java.lang.Override
        public EventingBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new EventingBlockingStub(channel, callOptions);
        }
      };
    return EventingBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static EventingFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<EventingFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<EventingFutureStub>() {
        @java.lang.Override
        public EventingFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new EventingFutureStub(channel, callOptions);
        }
      };
    return EventingFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Eventing accepts events and calls the webhooks of the triggers that match.
   * An event is accepted when its commit is on disk, and not before. OK means that it is stored.
   * INVALID_ARGUMENT and similar codes mean that it is not. After UNAVAILABLE or a lost connection the
   * outcome is unknown: send the event again with the same `id`. It is stored at most once.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Queue stores an event and a delivery for each matching trigger in one commit, and then answers.
     * The webhooks are called in the background: now, or at the due time. An event that no trigger matches is
     * stored, too. Its `delivery_count` is 0.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, MALFORMED_JSON), NOT_FOUND (PROJECT_NOT_FOUND), ALREADY_EXISTS
     * (ID_CONFLICT), RESOURCE_EXHAUSTED (TOO_LARGE, OVERLOADED, OVER_QUOTA), UNAVAILABLE (STORE_UNAVAILABLE,
     * DISK_FULL, DRAINING), DEADLINE_EXCEEDED (DEADLINE_PASSED).
     * </pre>
     */
    default void queue(bellrope.v1.QueueRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.QueueResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getQueueMethod(), responseObserver);
    }

    /**
     * <pre>
     * TriggerSync queues an event and waits for its webhooks' answers.
     * The event is stored and delivered like any other, with retries. The call's deadline (30 s if it has
     * none, 5 minutes at most) ends only the wait. A call with the same `id` joins the wait or gets the
     * recorded outcome. The webhook is not called again.
     * Errors: those of Queue, INVALID_ARGUMENT (INVALID_FIELD: the event is due after the deadline),
     * NOT_FOUND (NO_TRIGGER_MATCHED; EVENT_NOT_FOUND: the `id` was delivered before, and its answers are no
     * longer kept), FAILED_PRECONDITION (TRIGGER_PAUSED), ABORTED (WEBHOOK_FAILED), RESOURCE_EXHAUSTED
     * (RESPONSE_TOO_LARGE).
     * </pre>
     */
    default void triggerSync(bellrope.v1.TriggerSyncRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.TriggerSyncResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getTriggerSyncMethod(), responseObserver);
    }

    /**
     * <pre>
     * QueueBatch stores up to 1,000 events in one commit: all of them, or none.
     * One refused event refuses the whole batch. The error names the field with the event's index, such as
     * `events[3].type`, and its metadata has the `index`.
     * Errors: those of Queue, RESOURCE_EXHAUSTED (TOO_LARGE: more than 1,000 events or 16 MiB).
     * </pre>
     */
    default void queueBatch(bellrope.v1.QueueBatchRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.QueueBatchResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getQueueBatchMethod(), responseObserver);
    }

    /**
     * <pre>
     * QueueStream stores events as they come, for as long as the caller sends, and reports its progress.
     * A refused event gets its error, and the stream continues. An event counts as stored when an answer has
     * counted it. If the stream breaks, the outcome of the other events is unknown: send them again with the
     * same `id`. The server reads at most 1,024 events ahead of what it has stored, so a sender cannot outrun
     * the disk. When the caller ends its side, the last answer counts every event.
     * Over HTTP the request and the answer are streams of JSON lines.
     * If too much waits for the database, Queue is refused, but a stream waits.
     * An error of a single event, such as NOT_FOUND (PROJECT_NOT_FOUND), does not end the stream. OVERLOADED
     * comes before the first answer.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, MALFORMED_JSON), RESOURCE_EXHAUSTED (TOO_LARGE; OVERLOADED:
     * too many calls are under way), UNAVAILABLE (STORE_UNAVAILABLE, DISK_FULL, DRAINING).
     * </pre>
     */
    default io.grpc.stub.StreamObserver<bellrope.v1.QueueStreamRequest> queueStream(
        io.grpc.stub.StreamObserver<bellrope.v1.QueueStreamResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getQueueStreamMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service Eventing.
   * <pre>
   * Eventing accepts events and calls the webhooks of the triggers that match.
   * An event is accepted when its commit is on disk, and not before. OK means that it is stored.
   * INVALID_ARGUMENT and similar codes mean that it is not. After UNAVAILABLE or a lost connection the
   * outcome is unknown: send the event again with the same `id`. It is stored at most once.
   * </pre>
   */
  public static abstract class EventingImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return EventingGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service Eventing.
   * <pre>
   * Eventing accepts events and calls the webhooks of the triggers that match.
   * An event is accepted when its commit is on disk, and not before. OK means that it is stored.
   * INVALID_ARGUMENT and similar codes mean that it is not. After UNAVAILABLE or a lost connection the
   * outcome is unknown: send the event again with the same `id`. It is stored at most once.
   * </pre>
   */
  public static final class EventingStub
      extends io.grpc.stub.AbstractAsyncStub<EventingStub> {
    private EventingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected EventingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new EventingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Queue stores an event and a delivery for each matching trigger in one commit, and then answers.
     * The webhooks are called in the background: now, or at the due time. An event that no trigger matches is
     * stored, too. Its `delivery_count` is 0.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, MALFORMED_JSON), NOT_FOUND (PROJECT_NOT_FOUND), ALREADY_EXISTS
     * (ID_CONFLICT), RESOURCE_EXHAUSTED (TOO_LARGE, OVERLOADED, OVER_QUOTA), UNAVAILABLE (STORE_UNAVAILABLE,
     * DISK_FULL, DRAINING), DEADLINE_EXCEEDED (DEADLINE_PASSED).
     * </pre>
     */
    public void queue(bellrope.v1.QueueRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.QueueResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getQueueMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * TriggerSync queues an event and waits for its webhooks' answers.
     * The event is stored and delivered like any other, with retries. The call's deadline (30 s if it has
     * none, 5 minutes at most) ends only the wait. A call with the same `id` joins the wait or gets the
     * recorded outcome. The webhook is not called again.
     * Errors: those of Queue, INVALID_ARGUMENT (INVALID_FIELD: the event is due after the deadline),
     * NOT_FOUND (NO_TRIGGER_MATCHED; EVENT_NOT_FOUND: the `id` was delivered before, and its answers are no
     * longer kept), FAILED_PRECONDITION (TRIGGER_PAUSED), ABORTED (WEBHOOK_FAILED), RESOURCE_EXHAUSTED
     * (RESPONSE_TOO_LARGE).
     * </pre>
     */
    public void triggerSync(bellrope.v1.TriggerSyncRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.TriggerSyncResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getTriggerSyncMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * QueueBatch stores up to 1,000 events in one commit: all of them, or none.
     * One refused event refuses the whole batch. The error names the field with the event's index, such as
     * `events[3].type`, and its metadata has the `index`.
     * Errors: those of Queue, RESOURCE_EXHAUSTED (TOO_LARGE: more than 1,000 events or 16 MiB).
     * </pre>
     */
    public void queueBatch(bellrope.v1.QueueBatchRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.QueueBatchResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getQueueBatchMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * QueueStream stores events as they come, for as long as the caller sends, and reports its progress.
     * A refused event gets its error, and the stream continues. An event counts as stored when an answer has
     * counted it. If the stream breaks, the outcome of the other events is unknown: send them again with the
     * same `id`. The server reads at most 1,024 events ahead of what it has stored, so a sender cannot outrun
     * the disk. When the caller ends its side, the last answer counts every event.
     * Over HTTP the request and the answer are streams of JSON lines.
     * If too much waits for the database, Queue is refused, but a stream waits.
     * An error of a single event, such as NOT_FOUND (PROJECT_NOT_FOUND), does not end the stream. OVERLOADED
     * comes before the first answer.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, MALFORMED_JSON), RESOURCE_EXHAUSTED (TOO_LARGE; OVERLOADED:
     * too many calls are under way), UNAVAILABLE (STORE_UNAVAILABLE, DISK_FULL, DRAINING).
     * </pre>
     */
    public io.grpc.stub.StreamObserver<bellrope.v1.QueueStreamRequest> queueStream(
        io.grpc.stub.StreamObserver<bellrope.v1.QueueStreamResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getQueueStreamMethod(), getCallOptions()), responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service Eventing.
   * <pre>
   * Eventing accepts events and calls the webhooks of the triggers that match.
   * An event is accepted when its commit is on disk, and not before. OK means that it is stored.
   * INVALID_ARGUMENT and similar codes mean that it is not. After UNAVAILABLE or a lost connection the
   * outcome is unknown: send the event again with the same `id`. It is stored at most once.
   * </pre>
   */
  public static final class EventingBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<EventingBlockingV2Stub> {
    private EventingBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected EventingBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new EventingBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Queue stores an event and a delivery for each matching trigger in one commit, and then answers.
     * The webhooks are called in the background: now, or at the due time. An event that no trigger matches is
     * stored, too. Its `delivery_count` is 0.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, MALFORMED_JSON), NOT_FOUND (PROJECT_NOT_FOUND), ALREADY_EXISTS
     * (ID_CONFLICT), RESOURCE_EXHAUSTED (TOO_LARGE, OVERLOADED, OVER_QUOTA), UNAVAILABLE (STORE_UNAVAILABLE,
     * DISK_FULL, DRAINING), DEADLINE_EXCEEDED (DEADLINE_PASSED).
     * </pre>
     */
    public bellrope.v1.QueueResponse queue(bellrope.v1.QueueRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getQueueMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * TriggerSync queues an event and waits for its webhooks' answers.
     * The event is stored and delivered like any other, with retries. The call's deadline (30 s if it has
     * none, 5 minutes at most) ends only the wait. A call with the same `id` joins the wait or gets the
     * recorded outcome. The webhook is not called again.
     * Errors: those of Queue, INVALID_ARGUMENT (INVALID_FIELD: the event is due after the deadline),
     * NOT_FOUND (NO_TRIGGER_MATCHED; EVENT_NOT_FOUND: the `id` was delivered before, and its answers are no
     * longer kept), FAILED_PRECONDITION (TRIGGER_PAUSED), ABORTED (WEBHOOK_FAILED), RESOURCE_EXHAUSTED
     * (RESPONSE_TOO_LARGE).
     * </pre>
     */
    public bellrope.v1.TriggerSyncResponse triggerSync(bellrope.v1.TriggerSyncRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getTriggerSyncMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * QueueBatch stores up to 1,000 events in one commit: all of them, or none.
     * One refused event refuses the whole batch. The error names the field with the event's index, such as
     * `events[3].type`, and its metadata has the `index`.
     * Errors: those of Queue, RESOURCE_EXHAUSTED (TOO_LARGE: more than 1,000 events or 16 MiB).
     * </pre>
     */
    public bellrope.v1.QueueBatchResponse queueBatch(bellrope.v1.QueueBatchRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getQueueBatchMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * QueueStream stores events as they come, for as long as the caller sends, and reports its progress.
     * A refused event gets its error, and the stream continues. An event counts as stored when an answer has
     * counted it. If the stream breaks, the outcome of the other events is unknown: send them again with the
     * same `id`. The server reads at most 1,024 events ahead of what it has stored, so a sender cannot outrun
     * the disk. When the caller ends its side, the last answer counts every event.
     * Over HTTP the request and the answer are streams of JSON lines.
     * If too much waits for the database, Queue is refused, but a stream waits.
     * An error of a single event, such as NOT_FOUND (PROJECT_NOT_FOUND), does not end the stream. OVERLOADED
     * comes before the first answer.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, MALFORMED_JSON), RESOURCE_EXHAUSTED (TOO_LARGE; OVERLOADED:
     * too many calls are under way), UNAVAILABLE (STORE_UNAVAILABLE, DISK_FULL, DRAINING).
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<bellrope.v1.QueueStreamRequest, bellrope.v1.QueueStreamResponse>
        queueStream() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getQueueStreamMethod(), getCallOptions());
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service Eventing.
   * <pre>
   * Eventing accepts events and calls the webhooks of the triggers that match.
   * An event is accepted when its commit is on disk, and not before. OK means that it is stored.
   * INVALID_ARGUMENT and similar codes mean that it is not. After UNAVAILABLE or a lost connection the
   * outcome is unknown: send the event again with the same `id`. It is stored at most once.
   * </pre>
   */
  public static final class EventingBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<EventingBlockingStub> {
    private EventingBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected EventingBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new EventingBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Queue stores an event and a delivery for each matching trigger in one commit, and then answers.
     * The webhooks are called in the background: now, or at the due time. An event that no trigger matches is
     * stored, too. Its `delivery_count` is 0.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, MALFORMED_JSON), NOT_FOUND (PROJECT_NOT_FOUND), ALREADY_EXISTS
     * (ID_CONFLICT), RESOURCE_EXHAUSTED (TOO_LARGE, OVERLOADED, OVER_QUOTA), UNAVAILABLE (STORE_UNAVAILABLE,
     * DISK_FULL, DRAINING), DEADLINE_EXCEEDED (DEADLINE_PASSED).
     * </pre>
     */
    public bellrope.v1.QueueResponse queue(bellrope.v1.QueueRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getQueueMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * TriggerSync queues an event and waits for its webhooks' answers.
     * The event is stored and delivered like any other, with retries. The call's deadline (30 s if it has
     * none, 5 minutes at most) ends only the wait. A call with the same `id` joins the wait or gets the
     * recorded outcome. The webhook is not called again.
     * Errors: those of Queue, INVALID_ARGUMENT (INVALID_FIELD: the event is due after the deadline),
     * NOT_FOUND (NO_TRIGGER_MATCHED; EVENT_NOT_FOUND: the `id` was delivered before, and its answers are no
     * longer kept), FAILED_PRECONDITION (TRIGGER_PAUSED), ABORTED (WEBHOOK_FAILED), RESOURCE_EXHAUSTED
     * (RESPONSE_TOO_LARGE).
     * </pre>
     */
    public bellrope.v1.TriggerSyncResponse triggerSync(bellrope.v1.TriggerSyncRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getTriggerSyncMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * QueueBatch stores up to 1,000 events in one commit: all of them, or none.
     * One refused event refuses the whole batch. The error names the field with the event's index, such as
     * `events[3].type`, and its metadata has the `index`.
     * Errors: those of Queue, RESOURCE_EXHAUSTED (TOO_LARGE: more than 1,000 events or 16 MiB).
     * </pre>
     */
    public bellrope.v1.QueueBatchResponse queueBatch(bellrope.v1.QueueBatchRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getQueueBatchMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service Eventing.
   * <pre>
   * Eventing accepts events and calls the webhooks of the triggers that match.
   * An event is accepted when its commit is on disk, and not before. OK means that it is stored.
   * INVALID_ARGUMENT and similar codes mean that it is not. After UNAVAILABLE or a lost connection the
   * outcome is unknown: send the event again with the same `id`. It is stored at most once.
   * </pre>
   */
  public static final class EventingFutureStub
      extends io.grpc.stub.AbstractFutureStub<EventingFutureStub> {
    private EventingFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected EventingFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new EventingFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Queue stores an event and a delivery for each matching trigger in one commit, and then answers.
     * The webhooks are called in the background: now, or at the due time. An event that no trigger matches is
     * stored, too. Its `delivery_count` is 0.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD, MALFORMED_JSON), NOT_FOUND (PROJECT_NOT_FOUND), ALREADY_EXISTS
     * (ID_CONFLICT), RESOURCE_EXHAUSTED (TOO_LARGE, OVERLOADED, OVER_QUOTA), UNAVAILABLE (STORE_UNAVAILABLE,
     * DISK_FULL, DRAINING), DEADLINE_EXCEEDED (DEADLINE_PASSED).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.QueueResponse> queue(
        bellrope.v1.QueueRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getQueueMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * TriggerSync queues an event and waits for its webhooks' answers.
     * The event is stored and delivered like any other, with retries. The call's deadline (30 s if it has
     * none, 5 minutes at most) ends only the wait. A call with the same `id` joins the wait or gets the
     * recorded outcome. The webhook is not called again.
     * Errors: those of Queue, INVALID_ARGUMENT (INVALID_FIELD: the event is due after the deadline),
     * NOT_FOUND (NO_TRIGGER_MATCHED; EVENT_NOT_FOUND: the `id` was delivered before, and its answers are no
     * longer kept), FAILED_PRECONDITION (TRIGGER_PAUSED), ABORTED (WEBHOOK_FAILED), RESOURCE_EXHAUSTED
     * (RESPONSE_TOO_LARGE).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.TriggerSyncResponse> triggerSync(
        bellrope.v1.TriggerSyncRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getTriggerSyncMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * QueueBatch stores up to 1,000 events in one commit: all of them, or none.
     * One refused event refuses the whole batch. The error names the field with the event's index, such as
     * `events[3].type`, and its metadata has the `index`.
     * Errors: those of Queue, RESOURCE_EXHAUSTED (TOO_LARGE: more than 1,000 events or 16 MiB).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.QueueBatchResponse> queueBatch(
        bellrope.v1.QueueBatchRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getQueueBatchMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_QUEUE = 0;
  private static final int METHODID_TRIGGER_SYNC = 1;
  private static final int METHODID_QUEUE_BATCH = 2;
  private static final int METHODID_QUEUE_STREAM = 3;

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
        case METHODID_QUEUE:
          serviceImpl.queue((bellrope.v1.QueueRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.QueueResponse>) responseObserver);
          break;
        case METHODID_TRIGGER_SYNC:
          serviceImpl.triggerSync((bellrope.v1.TriggerSyncRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.TriggerSyncResponse>) responseObserver);
          break;
        case METHODID_QUEUE_BATCH:
          serviceImpl.queueBatch((bellrope.v1.QueueBatchRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.QueueBatchResponse>) responseObserver);
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
        case METHODID_QUEUE_STREAM:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.queueStream(
              (io.grpc.stub.StreamObserver<bellrope.v1.QueueStreamResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getQueueMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.QueueRequest,
              bellrope.v1.QueueResponse>(
                service, METHODID_QUEUE)))
        .addMethod(
          getTriggerSyncMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.TriggerSyncRequest,
              bellrope.v1.TriggerSyncResponse>(
                service, METHODID_TRIGGER_SYNC)))
        .addMethod(
          getQueueBatchMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.QueueBatchRequest,
              bellrope.v1.QueueBatchResponse>(
                service, METHODID_QUEUE_BATCH)))
        .addMethod(
          getQueueStreamMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              bellrope.v1.QueueStreamRequest,
              bellrope.v1.QueueStreamResponse>(
                service, METHODID_QUEUE_STREAM)))
        .build();
  }

  private static abstract class EventingBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    EventingBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return bellrope.v1.EventingProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("Eventing");
    }
  }

  private static final class EventingFileDescriptorSupplier
      extends EventingBaseDescriptorSupplier {
    EventingFileDescriptorSupplier() {}
  }

  private static final class EventingMethodDescriptorSupplier
      extends EventingBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    EventingMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (EventingGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new EventingFileDescriptorSupplier())
              .addMethod(getQueueMethod())
              .addMethod(getTriggerSyncMethod())
              .addMethod(getQueueBatchMethod())
              .addMethod(getQueueStreamMethod())
              .build();
        }
      }
    }
    return result;
  }
}
