package bellrope.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Deliveries is the log. It shows what was accepted and what became of it, and can send it again.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class DeliveriesGrpc {

  private DeliveriesGrpc() {}

  public static final java.lang.String SERVICE_NAME = "bellrope.v1.Deliveries";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<bellrope.v1.GetEventRequest,
      bellrope.v1.Event> getGetEventMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetEvent",
      requestType = bellrope.v1.GetEventRequest.class,
      responseType = bellrope.v1.Event.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.GetEventRequest,
      bellrope.v1.Event> getGetEventMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.GetEventRequest, bellrope.v1.Event> getGetEventMethod;
    if ((getGetEventMethod = DeliveriesGrpc.getGetEventMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getGetEventMethod = DeliveriesGrpc.getGetEventMethod) == null) {
          DeliveriesGrpc.getGetEventMethod = getGetEventMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.GetEventRequest, bellrope.v1.Event>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetEvent"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.GetEventRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Event.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("GetEvent"))
              .build();
        }
      }
    }
    return getGetEventMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ListEventsRequest,
      bellrope.v1.ListEventsResponse> getListEventsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListEvents",
      requestType = bellrope.v1.ListEventsRequest.class,
      responseType = bellrope.v1.ListEventsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ListEventsRequest,
      bellrope.v1.ListEventsResponse> getListEventsMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ListEventsRequest, bellrope.v1.ListEventsResponse> getListEventsMethod;
    if ((getListEventsMethod = DeliveriesGrpc.getListEventsMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getListEventsMethod = DeliveriesGrpc.getListEventsMethod) == null) {
          DeliveriesGrpc.getListEventsMethod = getListEventsMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ListEventsRequest, bellrope.v1.ListEventsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListEvents"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListEventsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListEventsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("ListEvents"))
              .build();
        }
      }
    }
    return getListEventsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ExplainEventRequest,
      bellrope.v1.ExplainEventResponse> getExplainEventMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ExplainEvent",
      requestType = bellrope.v1.ExplainEventRequest.class,
      responseType = bellrope.v1.ExplainEventResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ExplainEventRequest,
      bellrope.v1.ExplainEventResponse> getExplainEventMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ExplainEventRequest, bellrope.v1.ExplainEventResponse> getExplainEventMethod;
    if ((getExplainEventMethod = DeliveriesGrpc.getExplainEventMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getExplainEventMethod = DeliveriesGrpc.getExplainEventMethod) == null) {
          DeliveriesGrpc.getExplainEventMethod = getExplainEventMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ExplainEventRequest, bellrope.v1.ExplainEventResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ExplainEvent"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ExplainEventRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ExplainEventResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("ExplainEvent"))
              .build();
        }
      }
    }
    return getExplainEventMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.GetDeliveryRequest,
      bellrope.v1.Delivery> getGetDeliveryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetDelivery",
      requestType = bellrope.v1.GetDeliveryRequest.class,
      responseType = bellrope.v1.Delivery.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.GetDeliveryRequest,
      bellrope.v1.Delivery> getGetDeliveryMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.GetDeliveryRequest, bellrope.v1.Delivery> getGetDeliveryMethod;
    if ((getGetDeliveryMethod = DeliveriesGrpc.getGetDeliveryMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getGetDeliveryMethod = DeliveriesGrpc.getGetDeliveryMethod) == null) {
          DeliveriesGrpc.getGetDeliveryMethod = getGetDeliveryMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.GetDeliveryRequest, bellrope.v1.Delivery>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetDelivery"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.GetDeliveryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Delivery.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("GetDelivery"))
              .build();
        }
      }
    }
    return getGetDeliveryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ListDeliveriesRequest,
      bellrope.v1.ListDeliveriesResponse> getListDeliveriesMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListDeliveries",
      requestType = bellrope.v1.ListDeliveriesRequest.class,
      responseType = bellrope.v1.ListDeliveriesResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ListDeliveriesRequest,
      bellrope.v1.ListDeliveriesResponse> getListDeliveriesMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ListDeliveriesRequest, bellrope.v1.ListDeliveriesResponse> getListDeliveriesMethod;
    if ((getListDeliveriesMethod = DeliveriesGrpc.getListDeliveriesMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getListDeliveriesMethod = DeliveriesGrpc.getListDeliveriesMethod) == null) {
          DeliveriesGrpc.getListDeliveriesMethod = getListDeliveriesMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ListDeliveriesRequest, bellrope.v1.ListDeliveriesResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListDeliveries"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListDeliveriesRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListDeliveriesResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("ListDeliveries"))
              .build();
        }
      }
    }
    return getListDeliveriesMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ListAttemptsRequest,
      bellrope.v1.ListAttemptsResponse> getListAttemptsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListAttempts",
      requestType = bellrope.v1.ListAttemptsRequest.class,
      responseType = bellrope.v1.ListAttemptsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ListAttemptsRequest,
      bellrope.v1.ListAttemptsResponse> getListAttemptsMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ListAttemptsRequest, bellrope.v1.ListAttemptsResponse> getListAttemptsMethod;
    if ((getListAttemptsMethod = DeliveriesGrpc.getListAttemptsMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getListAttemptsMethod = DeliveriesGrpc.getListAttemptsMethod) == null) {
          DeliveriesGrpc.getListAttemptsMethod = getListAttemptsMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ListAttemptsRequest, bellrope.v1.ListAttemptsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListAttempts"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListAttemptsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListAttemptsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("ListAttempts"))
              .build();
        }
      }
    }
    return getListAttemptsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.GetBacklogRequest,
      bellrope.v1.Backlog> getGetBacklogMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetBacklog",
      requestType = bellrope.v1.GetBacklogRequest.class,
      responseType = bellrope.v1.Backlog.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.GetBacklogRequest,
      bellrope.v1.Backlog> getGetBacklogMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.GetBacklogRequest, bellrope.v1.Backlog> getGetBacklogMethod;
    if ((getGetBacklogMethod = DeliveriesGrpc.getGetBacklogMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getGetBacklogMethod = DeliveriesGrpc.getGetBacklogMethod) == null) {
          DeliveriesGrpc.getGetBacklogMethod = getGetBacklogMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.GetBacklogRequest, bellrope.v1.Backlog>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetBacklog"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.GetBacklogRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Backlog.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("GetBacklog"))
              .build();
        }
      }
    }
    return getGetBacklogMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ListBacklogsRequest,
      bellrope.v1.ListBacklogsResponse> getListBacklogsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListBacklogs",
      requestType = bellrope.v1.ListBacklogsRequest.class,
      responseType = bellrope.v1.ListBacklogsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ListBacklogsRequest,
      bellrope.v1.ListBacklogsResponse> getListBacklogsMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ListBacklogsRequest, bellrope.v1.ListBacklogsResponse> getListBacklogsMethod;
    if ((getListBacklogsMethod = DeliveriesGrpc.getListBacklogsMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getListBacklogsMethod = DeliveriesGrpc.getListBacklogsMethod) == null) {
          DeliveriesGrpc.getListBacklogsMethod = getListBacklogsMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ListBacklogsRequest, bellrope.v1.ListBacklogsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListBacklogs"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListBacklogsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListBacklogsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("ListBacklogs"))
              .build();
        }
      }
    }
    return getListBacklogsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.GetStatisticsRequest,
      bellrope.v1.Statistics> getGetStatisticsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetStatistics",
      requestType = bellrope.v1.GetStatisticsRequest.class,
      responseType = bellrope.v1.Statistics.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.GetStatisticsRequest,
      bellrope.v1.Statistics> getGetStatisticsMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.GetStatisticsRequest, bellrope.v1.Statistics> getGetStatisticsMethod;
    if ((getGetStatisticsMethod = DeliveriesGrpc.getGetStatisticsMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getGetStatisticsMethod = DeliveriesGrpc.getGetStatisticsMethod) == null) {
          DeliveriesGrpc.getGetStatisticsMethod = getGetStatisticsMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.GetStatisticsRequest, bellrope.v1.Statistics>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetStatistics"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.GetStatisticsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Statistics.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("GetStatistics"))
              .build();
        }
      }
    }
    return getGetStatisticsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.CancelDeliveryRequest,
      bellrope.v1.Delivery> getCancelDeliveryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CancelDelivery",
      requestType = bellrope.v1.CancelDeliveryRequest.class,
      responseType = bellrope.v1.Delivery.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.CancelDeliveryRequest,
      bellrope.v1.Delivery> getCancelDeliveryMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.CancelDeliveryRequest, bellrope.v1.Delivery> getCancelDeliveryMethod;
    if ((getCancelDeliveryMethod = DeliveriesGrpc.getCancelDeliveryMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getCancelDeliveryMethod = DeliveriesGrpc.getCancelDeliveryMethod) == null) {
          DeliveriesGrpc.getCancelDeliveryMethod = getCancelDeliveryMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.CancelDeliveryRequest, bellrope.v1.Delivery>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CancelDelivery"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.CancelDeliveryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Delivery.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("CancelDelivery"))
              .build();
        }
      }
    }
    return getCancelDeliveryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.CancelEventRequest,
      bellrope.v1.CancelEventResponse> getCancelEventMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CancelEvent",
      requestType = bellrope.v1.CancelEventRequest.class,
      responseType = bellrope.v1.CancelEventResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.CancelEventRequest,
      bellrope.v1.CancelEventResponse> getCancelEventMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.CancelEventRequest, bellrope.v1.CancelEventResponse> getCancelEventMethod;
    if ((getCancelEventMethod = DeliveriesGrpc.getCancelEventMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getCancelEventMethod = DeliveriesGrpc.getCancelEventMethod) == null) {
          DeliveriesGrpc.getCancelEventMethod = getCancelEventMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.CancelEventRequest, bellrope.v1.CancelEventResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CancelEvent"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.CancelEventRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.CancelEventResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("CancelEvent"))
              .build();
        }
      }
    }
    return getCancelEventMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.RescheduleDeliveryRequest,
      bellrope.v1.Delivery> getRescheduleDeliveryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RescheduleDelivery",
      requestType = bellrope.v1.RescheduleDeliveryRequest.class,
      responseType = bellrope.v1.Delivery.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.RescheduleDeliveryRequest,
      bellrope.v1.Delivery> getRescheduleDeliveryMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.RescheduleDeliveryRequest, bellrope.v1.Delivery> getRescheduleDeliveryMethod;
    if ((getRescheduleDeliveryMethod = DeliveriesGrpc.getRescheduleDeliveryMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getRescheduleDeliveryMethod = DeliveriesGrpc.getRescheduleDeliveryMethod) == null) {
          DeliveriesGrpc.getRescheduleDeliveryMethod = getRescheduleDeliveryMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.RescheduleDeliveryRequest, bellrope.v1.Delivery>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RescheduleDelivery"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.RescheduleDeliveryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Delivery.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("RescheduleDelivery"))
              .build();
        }
      }
    }
    return getRescheduleDeliveryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ReplayEventRequest,
      bellrope.v1.ReplayEventResponse> getReplayEventMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ReplayEvent",
      requestType = bellrope.v1.ReplayEventRequest.class,
      responseType = bellrope.v1.ReplayEventResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ReplayEventRequest,
      bellrope.v1.ReplayEventResponse> getReplayEventMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ReplayEventRequest, bellrope.v1.ReplayEventResponse> getReplayEventMethod;
    if ((getReplayEventMethod = DeliveriesGrpc.getReplayEventMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getReplayEventMethod = DeliveriesGrpc.getReplayEventMethod) == null) {
          DeliveriesGrpc.getReplayEventMethod = getReplayEventMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ReplayEventRequest, bellrope.v1.ReplayEventResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ReplayEvent"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ReplayEventRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ReplayEventResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("ReplayEvent"))
              .build();
        }
      }
    }
    return getReplayEventMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ReplayDeliveryRequest,
      bellrope.v1.Delivery> getReplayDeliveryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ReplayDelivery",
      requestType = bellrope.v1.ReplayDeliveryRequest.class,
      responseType = bellrope.v1.Delivery.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ReplayDeliveryRequest,
      bellrope.v1.Delivery> getReplayDeliveryMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ReplayDeliveryRequest, bellrope.v1.Delivery> getReplayDeliveryMethod;
    if ((getReplayDeliveryMethod = DeliveriesGrpc.getReplayDeliveryMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getReplayDeliveryMethod = DeliveriesGrpc.getReplayDeliveryMethod) == null) {
          DeliveriesGrpc.getReplayDeliveryMethod = getReplayDeliveryMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ReplayDeliveryRequest, bellrope.v1.Delivery>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ReplayDelivery"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ReplayDeliveryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.Delivery.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("ReplayDelivery"))
              .build();
        }
      }
    }
    return getReplayDeliveryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.StartBulkActionRequest,
      bellrope.v1.BulkAction> getStartBulkActionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "StartBulkAction",
      requestType = bellrope.v1.StartBulkActionRequest.class,
      responseType = bellrope.v1.BulkAction.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.StartBulkActionRequest,
      bellrope.v1.BulkAction> getStartBulkActionMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.StartBulkActionRequest, bellrope.v1.BulkAction> getStartBulkActionMethod;
    if ((getStartBulkActionMethod = DeliveriesGrpc.getStartBulkActionMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getStartBulkActionMethod = DeliveriesGrpc.getStartBulkActionMethod) == null) {
          DeliveriesGrpc.getStartBulkActionMethod = getStartBulkActionMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.StartBulkActionRequest, bellrope.v1.BulkAction>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "StartBulkAction"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.StartBulkActionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.BulkAction.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("StartBulkAction"))
              .build();
        }
      }
    }
    return getStartBulkActionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.GetBulkActionRequest,
      bellrope.v1.BulkAction> getGetBulkActionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetBulkAction",
      requestType = bellrope.v1.GetBulkActionRequest.class,
      responseType = bellrope.v1.BulkAction.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.GetBulkActionRequest,
      bellrope.v1.BulkAction> getGetBulkActionMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.GetBulkActionRequest, bellrope.v1.BulkAction> getGetBulkActionMethod;
    if ((getGetBulkActionMethod = DeliveriesGrpc.getGetBulkActionMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getGetBulkActionMethod = DeliveriesGrpc.getGetBulkActionMethod) == null) {
          DeliveriesGrpc.getGetBulkActionMethod = getGetBulkActionMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.GetBulkActionRequest, bellrope.v1.BulkAction>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetBulkAction"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.GetBulkActionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.BulkAction.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("GetBulkAction"))
              .build();
        }
      }
    }
    return getGetBulkActionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.ListBulkActionsRequest,
      bellrope.v1.ListBulkActionsResponse> getListBulkActionsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListBulkActions",
      requestType = bellrope.v1.ListBulkActionsRequest.class,
      responseType = bellrope.v1.ListBulkActionsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.ListBulkActionsRequest,
      bellrope.v1.ListBulkActionsResponse> getListBulkActionsMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.ListBulkActionsRequest, bellrope.v1.ListBulkActionsResponse> getListBulkActionsMethod;
    if ((getListBulkActionsMethod = DeliveriesGrpc.getListBulkActionsMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getListBulkActionsMethod = DeliveriesGrpc.getListBulkActionsMethod) == null) {
          DeliveriesGrpc.getListBulkActionsMethod = getListBulkActionsMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.ListBulkActionsRequest, bellrope.v1.ListBulkActionsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListBulkActions"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListBulkActionsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.ListBulkActionsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("ListBulkActions"))
              .build();
        }
      }
    }
    return getListBulkActionsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.CancelBulkActionRequest,
      bellrope.v1.BulkAction> getCancelBulkActionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CancelBulkAction",
      requestType = bellrope.v1.CancelBulkActionRequest.class,
      responseType = bellrope.v1.BulkAction.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<bellrope.v1.CancelBulkActionRequest,
      bellrope.v1.BulkAction> getCancelBulkActionMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.CancelBulkActionRequest, bellrope.v1.BulkAction> getCancelBulkActionMethod;
    if ((getCancelBulkActionMethod = DeliveriesGrpc.getCancelBulkActionMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getCancelBulkActionMethod = DeliveriesGrpc.getCancelBulkActionMethod) == null) {
          DeliveriesGrpc.getCancelBulkActionMethod = getCancelBulkActionMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.CancelBulkActionRequest, bellrope.v1.BulkAction>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CancelBulkAction"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.CancelBulkActionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.BulkAction.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("CancelBulkAction"))
              .build();
        }
      }
    }
    return getCancelBulkActionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.WatchBulkActionRequest,
      bellrope.v1.BulkAction> getWatchBulkActionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WatchBulkAction",
      requestType = bellrope.v1.WatchBulkActionRequest.class,
      responseType = bellrope.v1.BulkAction.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<bellrope.v1.WatchBulkActionRequest,
      bellrope.v1.BulkAction> getWatchBulkActionMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.WatchBulkActionRequest, bellrope.v1.BulkAction> getWatchBulkActionMethod;
    if ((getWatchBulkActionMethod = DeliveriesGrpc.getWatchBulkActionMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getWatchBulkActionMethod = DeliveriesGrpc.getWatchBulkActionMethod) == null) {
          DeliveriesGrpc.getWatchBulkActionMethod = getWatchBulkActionMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.WatchBulkActionRequest, bellrope.v1.BulkAction>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WatchBulkAction"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.WatchBulkActionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.BulkAction.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("WatchBulkAction"))
              .build();
        }
      }
    }
    return getWatchBulkActionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<bellrope.v1.TailRequest,
      bellrope.v1.TailResponse> getTailMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Tail",
      requestType = bellrope.v1.TailRequest.class,
      responseType = bellrope.v1.TailResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<bellrope.v1.TailRequest,
      bellrope.v1.TailResponse> getTailMethod() {
    io.grpc.MethodDescriptor<bellrope.v1.TailRequest, bellrope.v1.TailResponse> getTailMethod;
    if ((getTailMethod = DeliveriesGrpc.getTailMethod) == null) {
      synchronized (DeliveriesGrpc.class) {
        if ((getTailMethod = DeliveriesGrpc.getTailMethod) == null) {
          DeliveriesGrpc.getTailMethod = getTailMethod =
              io.grpc.MethodDescriptor.<bellrope.v1.TailRequest, bellrope.v1.TailResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Tail"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.TailRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  bellrope.v1.TailResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DeliveriesMethodDescriptorSupplier("Tail"))
              .build();
        }
      }
    }
    return getTailMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static DeliveriesStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DeliveriesStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DeliveriesStub>() {
        @java.lang.Override
        public DeliveriesStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DeliveriesStub(channel, callOptions);
        }
      };
    return DeliveriesStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static DeliveriesBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DeliveriesBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DeliveriesBlockingV2Stub>() {
        @java.lang.Override
        public DeliveriesBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DeliveriesBlockingV2Stub(channel, callOptions);
        }
      };
    return DeliveriesBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static DeliveriesBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DeliveriesBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DeliveriesBlockingStub>() {
        @java.lang.Override
        public DeliveriesBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DeliveriesBlockingStub(channel, callOptions);
        }
      };
    return DeliveriesBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static DeliveriesFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DeliveriesFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DeliveriesFutureStub>() {
        @java.lang.Override
        public DeliveriesFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DeliveriesFutureStub(channel, callOptions);
        }
      };
    return DeliveriesFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Deliveries is the log. It shows what was accepted and what became of it, and can send it again.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * GetEvent returns one event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    default void getEvent(bellrope.v1.GetEventRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Event> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetEventMethod(), responseObserver);
    }

    /**
     * <pre>
     * ListEvents lists events, newest first, or by descending id with `id_prefix`.
     * A page looks at 200,000 events at most. So with a filter it can have fewer events than `page_size`, or
     * none, and still have a `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    default void listEvents(bellrope.v1.ListEventsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListEventsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListEventsMethod(), responseObserver);
    }

    /**
     * <pre>
     * ExplainEvent says for each trigger of the project whether it matches a kept event, and why not. Triggers
     * are taken as they are now, so the answer can differ from what happened when the event was accepted.
     * Nothing is stored or sent.
     * Triggers for the event's type come first, then the others; each by name. Filters are tried in a process
     * of their own, which gets about a quarter of a second for a page. So a page can have fewer triggers than
     * `page_size`, and still have a `next_page_token`. A filter that rests is tried here, too.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of
     * another list), RESOURCE_EXHAUSTED (OVERLOADED: the filters could not be tried now).
     * </pre>
     */
    default void explainEvent(bellrope.v1.ExplainEventRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ExplainEventResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getExplainEventMethod(), responseObserver);
    }

    /**
     * <pre>
     * GetDelivery returns one delivery with its attempts. ListAttempts has all of them whole.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND).
     * </pre>
     */
    default void getDelivery(bellrope.v1.GetDeliveryRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Delivery> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetDeliveryMethod(), responseObserver);
    }

    /**
     * <pre>
     * ListDeliveries lists deliveries, newest first or by due time, with their attempts in brief: the last
     * ten, without the `request` and the answers' headers, and with the first 256 bytes of each body (then
     * `truncated` is set).
     * With a bound on the time of attempts (`filter.attempt_from_time` or `filter.attempt_until_time`), the
     * deliveries come in the order in which their last attempt of those ended, the last one first. Each has
     * only the attempts that the filter is about, instead of its last ten.
     * A page looks at 20,000 deliveries or attempts at most (200,000 for `trigger` alone, 2,000 for
     * `error_text`). So with a filter it can have fewer deliveries than `page_size`, or none, and still have a
     * `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    default void listDeliveries(bellrope.v1.ListDeliveriesRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListDeliveriesResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListDeliveriesMethod(), responseObserver);
    }

    /**
     * <pre>
     * ListAttempts lists the attempts of one delivery in full, the last one first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page
     * token of another list).
     * </pre>
     */
    default void listAttempts(bellrope.v1.ListAttemptsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListAttemptsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListAttemptsMethod(), responseObserver);
    }

    /**
     * <pre>
     * GetBacklog says what a trigger has not delivered, and why.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    default void getBacklog(bellrope.v1.GetBacklogRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Backlog> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetBacklogMethod(), responseObserver);
    }

    /**
     * <pre>
     * ListBacklogs says for all triggers of a project what they have not delivered, and why: the worst first.
     * First comes the trigger whose oldest due delivery has waited longest. Triggers without due deliveries
     * follow: those with more dead letters first, then by name.
     * Callers share what is read. The answer is up to a second old, or up to ten times as old as the reading
     * took, if that is longer. A change of a trigger or the project shows sooner. The order can change
     * between two pages: a trigger may then come twice, or not at all. Counts stop at 100,000 here, which
     * means that number or more. If a project has more than 10,000 triggers, only the oldest 10,000 are
     * listed.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    default void listBacklogs(bellrope.v1.ListBacklogsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListBacklogsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListBacklogsMethod(), responseObserver);
    }

    /**
     * <pre>
     * GetStatistics counts the attempts of a project or of one trigger over time: one bar for each step. An
     * attempt counts in the bar in which it ended, once it is in the log. Late attempts count, too. The list
     * with the same bounds (`filter.attempt_from_time` and `filter.attempt_until_time`) has exactly those
     * attempts, while they are kept.
     * Counts are kept by the minute for 48 hours, and by the hour for 30 days (`--retain-statistics`).
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, more than 1,000
     * bars).
     * </pre>
     */
    default void getStatistics(bellrope.v1.GetStatisticsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Statistics> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetStatisticsMethod(), responseObserver);
    }

    /**
     * <pre>
     * CancelDelivery ends a delivery. If it is SCHEDULED, it becomes CANCELLED and is never attempted again.
     * If it is DELIVERING, its attempt continues and its `reason` becomes `cancel_asked`. If the webhook then
     * answers 2xx, the delivery is SUCCEEDED, else CANCELLED. Cancelling a cancelled delivery changes
     * nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), FAILED_PRECONDITION (ALREADY_FINAL: it ended
     * in another state).
     * </pre>
     */
    default void cancelDelivery(bellrope.v1.CancelDeliveryRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Delivery> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCancelDeliveryMethod(), responseObserver);
    }

    /**
     * <pre>
     * CancelEvent cancels all deliveries of an event that are SCHEDULED or DELIVERING, as CancelDelivery
     * does. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    default void cancelEvent(bellrope.v1.CancelEventRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.CancelEventResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCancelEventMethod(), responseObserver);
    }

    /**
     * <pre>
     * RescheduleDelivery makes a SCHEDULED delivery due at another time, sooner or later. Its attempts and
     * retries stay as they are. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: the due
     * time is missing, or more than 10 years ahead), FAILED_PRECONDITION (NOT_SCHEDULED: it is DELIVERING;
     * ALREADY_FINAL).
     * </pre>
     */
    default void rescheduleDelivery(bellrope.v1.RescheduleDeliveryRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Delivery> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRescheduleDeliveryMethod(), responseObserver);
    }

    /**
     * <pre>
     * ReplayEvent replays all final deliveries of an event, as ReplayDelivery does, including those that
     * SUCCEEDED. An event that matched no trigger is matched again, and each trigger that matches it now gets
     * a delivery.
     * With a `trigger`, only that one gets the event, also if it did not exist when the event was accepted.
     * If it has a delivery of the event already, that one is replayed. Otherwise it gets a new one, due now.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND;
     * TRIGGER_NOT_FOUND: no trigger has the name; NO_TRIGGER_MATCHED: no trigger matches now either, or the
     * named one does not), FAILED_PRECONDITION (NOT_FINAL: no delivery is final yet; TRIGGER_NOT_FOUND: all
     * its triggers were deleted).
     * </pre>
     */
    default void replayEvent(bellrope.v1.ReplayEventRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ReplayEventResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getReplayEventMethod(), responseObserver);
    }

    /**
     * <pre>
     * ReplayDelivery makes a final delivery due now. Its attempt numbers continue, and it gets all its
     * retries again. If its trigger was deleted, name another one to send it to.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name
     * that was given), FAILED_PRECONDITION (NOT_FINAL: it is still SCHEDULED or DELIVERING;
     * TRIGGER_NOT_FOUND: its trigger was deleted).
     * </pre>
     */
    default void replayDelivery(bellrope.v1.ReplayDeliveryRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Delivery> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getReplayDeliveryMethod(), responseObserver);
    }

    /**
     * <pre>
     * StartBulkAction cancels, reschedules or replays all deliveries that a filter finds, or sends all events
     * that a filter finds to one trigger, at a given rate.
     * It runs on the server. It continues if the caller goes away, and after the server restarts. The set is
     * fixed at the start: deliveries that are accepted later or, for REPLAY, become final later are left out,
     * and so are events that are accepted later.
     * Each delivery or event is acted on once, the newest first, if the filter still finds it when its turn
     * comes.
     * With `dry_run` nothing is done or kept, and the answer has only the counts of what would happen.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name in `trigger`),
     * INVALID_ARGUMENT (INVALID_FIELD).
     * </pre>
     */
    default void startBulkAction(bellrope.v1.StartBulkActionRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.BulkAction> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getStartBulkActionMethod(), responseObserver);
    }

    /**
     * <pre>
     * GetBulkAction returns a bulk action with its progress.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    default void getBulkAction(bellrope.v1.GetBulkActionRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.BulkAction> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetBulkActionMethod(), responseObserver);
    }

    /**
     * <pre>
     * ListBulkActions lists the project's bulk actions, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    default void listBulkActions(bellrope.v1.ListBulkActionsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListBulkActionsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListBulkActionsMethod(), responseObserver);
    }

    /**
     * <pre>
     * CancelBulkAction stops a bulk action. What it has done stays done. Cancelling one that has ended
     * changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    default void cancelBulkAction(bellrope.v1.CancelBulkActionRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.BulkAction> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCancelBulkActionMethod(), responseObserver);
    }

    /**
     * <pre>
     * WatchBulkAction sends a bulk action at once, then whenever it has progressed (at most four times a
     * second). It ends the stream when the action has ended. The action continues if the caller stops
     * watching.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND), RESOURCE_EXHAUSTED (OVERLOADED: too many
     * streams), UNAVAILABLE (DRAINING: the server is stopping, so watch again).
     * </pre>
     */
    default void watchBulkAction(bellrope.v1.WatchBulkActionRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.BulkAction> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchBulkActionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Tail sends what happens from now on, once it is on disk, until the caller goes away.
     * At most 1,000 facts wait for a caller. A caller that reads too slowly loses the oldest, and
     * `dropped_count` says how many. If you need all of them, read the lists.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD), RESOURCE_EXHAUSTED
     * (OVERLOADED: too many streams), UNAVAILABLE (DRAINING: the server is stopping, so tail again).
     * </pre>
     */
    default void tail(bellrope.v1.TailRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.TailResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getTailMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service Deliveries.
   * <pre>
   * Deliveries is the log. It shows what was accepted and what became of it, and can send it again.
   * </pre>
   */
  public static abstract class DeliveriesImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return DeliveriesGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service Deliveries.
   * <pre>
   * Deliveries is the log. It shows what was accepted and what became of it, and can send it again.
   * </pre>
   */
  public static final class DeliveriesStub
      extends io.grpc.stub.AbstractAsyncStub<DeliveriesStub> {
    private DeliveriesStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DeliveriesStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DeliveriesStub(channel, callOptions);
    }

    /**
     * <pre>
     * GetEvent returns one event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    public void getEvent(bellrope.v1.GetEventRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Event> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetEventMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ListEvents lists events, newest first, or by descending id with `id_prefix`.
     * A page looks at 200,000 events at most. So with a filter it can have fewer events than `page_size`, or
     * none, and still have a `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    public void listEvents(bellrope.v1.ListEventsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListEventsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListEventsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ExplainEvent says for each trigger of the project whether it matches a kept event, and why not. Triggers
     * are taken as they are now, so the answer can differ from what happened when the event was accepted.
     * Nothing is stored or sent.
     * Triggers for the event's type come first, then the others; each by name. Filters are tried in a process
     * of their own, which gets about a quarter of a second for a page. So a page can have fewer triggers than
     * `page_size`, and still have a `next_page_token`. A filter that rests is tried here, too.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of
     * another list), RESOURCE_EXHAUSTED (OVERLOADED: the filters could not be tried now).
     * </pre>
     */
    public void explainEvent(bellrope.v1.ExplainEventRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ExplainEventResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getExplainEventMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * GetDelivery returns one delivery with its attempts. ListAttempts has all of them whole.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND).
     * </pre>
     */
    public void getDelivery(bellrope.v1.GetDeliveryRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Delivery> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetDeliveryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ListDeliveries lists deliveries, newest first or by due time, with their attempts in brief: the last
     * ten, without the `request` and the answers' headers, and with the first 256 bytes of each body (then
     * `truncated` is set).
     * With a bound on the time of attempts (`filter.attempt_from_time` or `filter.attempt_until_time`), the
     * deliveries come in the order in which their last attempt of those ended, the last one first. Each has
     * only the attempts that the filter is about, instead of its last ten.
     * A page looks at 20,000 deliveries or attempts at most (200,000 for `trigger` alone, 2,000 for
     * `error_text`). So with a filter it can have fewer deliveries than `page_size`, or none, and still have a
     * `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    public void listDeliveries(bellrope.v1.ListDeliveriesRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListDeliveriesResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListDeliveriesMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ListAttempts lists the attempts of one delivery in full, the last one first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page
     * token of another list).
     * </pre>
     */
    public void listAttempts(bellrope.v1.ListAttemptsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListAttemptsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListAttemptsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * GetBacklog says what a trigger has not delivered, and why.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public void getBacklog(bellrope.v1.GetBacklogRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Backlog> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetBacklogMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ListBacklogs says for all triggers of a project what they have not delivered, and why: the worst first.
     * First comes the trigger whose oldest due delivery has waited longest. Triggers without due deliveries
     * follow: those with more dead letters first, then by name.
     * Callers share what is read. The answer is up to a second old, or up to ten times as old as the reading
     * took, if that is longer. A change of a trigger or the project shows sooner. The order can change
     * between two pages: a trigger may then come twice, or not at all. Counts stop at 100,000 here, which
     * means that number or more. If a project has more than 10,000 triggers, only the oldest 10,000 are
     * listed.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public void listBacklogs(bellrope.v1.ListBacklogsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListBacklogsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListBacklogsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * GetStatistics counts the attempts of a project or of one trigger over time: one bar for each step. An
     * attempt counts in the bar in which it ended, once it is in the log. Late attempts count, too. The list
     * with the same bounds (`filter.attempt_from_time` and `filter.attempt_until_time`) has exactly those
     * attempts, while they are kept.
     * Counts are kept by the minute for 48 hours, and by the hour for 30 days (`--retain-statistics`).
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, more than 1,000
     * bars).
     * </pre>
     */
    public void getStatistics(bellrope.v1.GetStatisticsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Statistics> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetStatisticsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * CancelDelivery ends a delivery. If it is SCHEDULED, it becomes CANCELLED and is never attempted again.
     * If it is DELIVERING, its attempt continues and its `reason` becomes `cancel_asked`. If the webhook then
     * answers 2xx, the delivery is SUCCEEDED, else CANCELLED. Cancelling a cancelled delivery changes
     * nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), FAILED_PRECONDITION (ALREADY_FINAL: it ended
     * in another state).
     * </pre>
     */
    public void cancelDelivery(bellrope.v1.CancelDeliveryRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Delivery> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCancelDeliveryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * CancelEvent cancels all deliveries of an event that are SCHEDULED or DELIVERING, as CancelDelivery
     * does. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    public void cancelEvent(bellrope.v1.CancelEventRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.CancelEventResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCancelEventMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * RescheduleDelivery makes a SCHEDULED delivery due at another time, sooner or later. Its attempts and
     * retries stay as they are. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: the due
     * time is missing, or more than 10 years ahead), FAILED_PRECONDITION (NOT_SCHEDULED: it is DELIVERING;
     * ALREADY_FINAL).
     * </pre>
     */
    public void rescheduleDelivery(bellrope.v1.RescheduleDeliveryRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Delivery> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRescheduleDeliveryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ReplayEvent replays all final deliveries of an event, as ReplayDelivery does, including those that
     * SUCCEEDED. An event that matched no trigger is matched again, and each trigger that matches it now gets
     * a delivery.
     * With a `trigger`, only that one gets the event, also if it did not exist when the event was accepted.
     * If it has a delivery of the event already, that one is replayed. Otherwise it gets a new one, due now.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND;
     * TRIGGER_NOT_FOUND: no trigger has the name; NO_TRIGGER_MATCHED: no trigger matches now either, or the
     * named one does not), FAILED_PRECONDITION (NOT_FINAL: no delivery is final yet; TRIGGER_NOT_FOUND: all
     * its triggers were deleted).
     * </pre>
     */
    public void replayEvent(bellrope.v1.ReplayEventRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ReplayEventResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getReplayEventMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ReplayDelivery makes a final delivery due now. Its attempt numbers continue, and it gets all its
     * retries again. If its trigger was deleted, name another one to send it to.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name
     * that was given), FAILED_PRECONDITION (NOT_FINAL: it is still SCHEDULED or DELIVERING;
     * TRIGGER_NOT_FOUND: its trigger was deleted).
     * </pre>
     */
    public void replayDelivery(bellrope.v1.ReplayDeliveryRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.Delivery> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getReplayDeliveryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * StartBulkAction cancels, reschedules or replays all deliveries that a filter finds, or sends all events
     * that a filter finds to one trigger, at a given rate.
     * It runs on the server. It continues if the caller goes away, and after the server restarts. The set is
     * fixed at the start: deliveries that are accepted later or, for REPLAY, become final later are left out,
     * and so are events that are accepted later.
     * Each delivery or event is acted on once, the newest first, if the filter still finds it when its turn
     * comes.
     * With `dry_run` nothing is done or kept, and the answer has only the counts of what would happen.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name in `trigger`),
     * INVALID_ARGUMENT (INVALID_FIELD).
     * </pre>
     */
    public void startBulkAction(bellrope.v1.StartBulkActionRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.BulkAction> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getStartBulkActionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * GetBulkAction returns a bulk action with its progress.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    public void getBulkAction(bellrope.v1.GetBulkActionRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.BulkAction> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetBulkActionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * ListBulkActions lists the project's bulk actions, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public void listBulkActions(bellrope.v1.ListBulkActionsRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.ListBulkActionsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListBulkActionsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * CancelBulkAction stops a bulk action. What it has done stays done. Cancelling one that has ended
     * changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    public void cancelBulkAction(bellrope.v1.CancelBulkActionRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.BulkAction> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCancelBulkActionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * WatchBulkAction sends a bulk action at once, then whenever it has progressed (at most four times a
     * second). It ends the stream when the action has ended. The action continues if the caller stops
     * watching.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND), RESOURCE_EXHAUSTED (OVERLOADED: too many
     * streams), UNAVAILABLE (DRAINING: the server is stopping, so watch again).
     * </pre>
     */
    public void watchBulkAction(bellrope.v1.WatchBulkActionRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.BulkAction> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchBulkActionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Tail sends what happens from now on, once it is on disk, until the caller goes away.
     * At most 1,000 facts wait for a caller. A caller that reads too slowly loses the oldest, and
     * `dropped_count` says how many. If you need all of them, read the lists.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD), RESOURCE_EXHAUSTED
     * (OVERLOADED: too many streams), UNAVAILABLE (DRAINING: the server is stopping, so tail again).
     * </pre>
     */
    public void tail(bellrope.v1.TailRequest request,
        io.grpc.stub.StreamObserver<bellrope.v1.TailResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getTailMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service Deliveries.
   * <pre>
   * Deliveries is the log. It shows what was accepted and what became of it, and can send it again.
   * </pre>
   */
  public static final class DeliveriesBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<DeliveriesBlockingV2Stub> {
    private DeliveriesBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DeliveriesBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DeliveriesBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * GetEvent returns one event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Event getEvent(bellrope.v1.GetEventRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetEventMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListEvents lists events, newest first, or by descending id with `id_prefix`.
     * A page looks at 200,000 events at most. So with a filter it can have fewer events than `page_size`, or
     * none, and still have a `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    public bellrope.v1.ListEventsResponse listEvents(bellrope.v1.ListEventsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListEventsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ExplainEvent says for each trigger of the project whether it matches a kept event, and why not. Triggers
     * are taken as they are now, so the answer can differ from what happened when the event was accepted.
     * Nothing is stored or sent.
     * Triggers for the event's type come first, then the others; each by name. Filters are tried in a process
     * of their own, which gets about a quarter of a second for a page. So a page can have fewer triggers than
     * `page_size`, and still have a `next_page_token`. A filter that rests is tried here, too.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of
     * another list), RESOURCE_EXHAUSTED (OVERLOADED: the filters could not be tried now).
     * </pre>
     */
    public bellrope.v1.ExplainEventResponse explainEvent(bellrope.v1.ExplainEventRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getExplainEventMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetDelivery returns one delivery with its attempts. ListAttempts has all of them whole.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Delivery getDelivery(bellrope.v1.GetDeliveryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListDeliveries lists deliveries, newest first or by due time, with their attempts in brief: the last
     * ten, without the `request` and the answers' headers, and with the first 256 bytes of each body (then
     * `truncated` is set).
     * With a bound on the time of attempts (`filter.attempt_from_time` or `filter.attempt_until_time`), the
     * deliveries come in the order in which their last attempt of those ended, the last one first. Each has
     * only the attempts that the filter is about, instead of its last ten.
     * A page looks at 20,000 deliveries or attempts at most (200,000 for `trigger` alone, 2,000 for
     * `error_text`). So with a filter it can have fewer deliveries than `page_size`, or none, and still have a
     * `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    public bellrope.v1.ListDeliveriesResponse listDeliveries(bellrope.v1.ListDeliveriesRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListDeliveriesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListAttempts lists the attempts of one delivery in full, the last one first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page
     * token of another list).
     * </pre>
     */
    public bellrope.v1.ListAttemptsResponse listAttempts(bellrope.v1.ListAttemptsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListAttemptsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetBacklog says what a trigger has not delivered, and why.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Backlog getBacklog(bellrope.v1.GetBacklogRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetBacklogMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListBacklogs says for all triggers of a project what they have not delivered, and why: the worst first.
     * First comes the trigger whose oldest due delivery has waited longest. Triggers without due deliveries
     * follow: those with more dead letters first, then by name.
     * Callers share what is read. The answer is up to a second old, or up to ten times as old as the reading
     * took, if that is longer. A change of a trigger or the project shows sooner. The order can change
     * between two pages: a trigger may then come twice, or not at all. Counts stop at 100,000 here, which
     * means that number or more. If a project has more than 10,000 triggers, only the oldest 10,000 are
     * listed.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListBacklogsResponse listBacklogs(bellrope.v1.ListBacklogsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListBacklogsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetStatistics counts the attempts of a project or of one trigger over time: one bar for each step. An
     * attempt counts in the bar in which it ended, once it is in the log. Late attempts count, too. The list
     * with the same bounds (`filter.attempt_from_time` and `filter.attempt_until_time`) has exactly those
     * attempts, while they are kept.
     * Counts are kept by the minute for 48 hours, and by the hour for 30 days (`--retain-statistics`).
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, more than 1,000
     * bars).
     * </pre>
     */
    public bellrope.v1.Statistics getStatistics(bellrope.v1.GetStatisticsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetStatisticsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * CancelDelivery ends a delivery. If it is SCHEDULED, it becomes CANCELLED and is never attempted again.
     * If it is DELIVERING, its attempt continues and its `reason` becomes `cancel_asked`. If the webhook then
     * answers 2xx, the delivery is SUCCEEDED, else CANCELLED. Cancelling a cancelled delivery changes
     * nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), FAILED_PRECONDITION (ALREADY_FINAL: it ended
     * in another state).
     * </pre>
     */
    public bellrope.v1.Delivery cancelDelivery(bellrope.v1.CancelDeliveryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCancelDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * CancelEvent cancels all deliveries of an event that are SCHEDULED or DELIVERING, as CancelDelivery
     * does. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.CancelEventResponse cancelEvent(bellrope.v1.CancelEventRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCancelEventMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * RescheduleDelivery makes a SCHEDULED delivery due at another time, sooner or later. Its attempts and
     * retries stay as they are. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: the due
     * time is missing, or more than 10 years ahead), FAILED_PRECONDITION (NOT_SCHEDULED: it is DELIVERING;
     * ALREADY_FINAL).
     * </pre>
     */
    public bellrope.v1.Delivery rescheduleDelivery(bellrope.v1.RescheduleDeliveryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRescheduleDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ReplayEvent replays all final deliveries of an event, as ReplayDelivery does, including those that
     * SUCCEEDED. An event that matched no trigger is matched again, and each trigger that matches it now gets
     * a delivery.
     * With a `trigger`, only that one gets the event, also if it did not exist when the event was accepted.
     * If it has a delivery of the event already, that one is replayed. Otherwise it gets a new one, due now.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND;
     * TRIGGER_NOT_FOUND: no trigger has the name; NO_TRIGGER_MATCHED: no trigger matches now either, or the
     * named one does not), FAILED_PRECONDITION (NOT_FINAL: no delivery is final yet; TRIGGER_NOT_FOUND: all
     * its triggers were deleted).
     * </pre>
     */
    public bellrope.v1.ReplayEventResponse replayEvent(bellrope.v1.ReplayEventRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getReplayEventMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ReplayDelivery makes a final delivery due now. Its attempt numbers continue, and it gets all its
     * retries again. If its trigger was deleted, name another one to send it to.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name
     * that was given), FAILED_PRECONDITION (NOT_FINAL: it is still SCHEDULED or DELIVERING;
     * TRIGGER_NOT_FOUND: its trigger was deleted).
     * </pre>
     */
    public bellrope.v1.Delivery replayDelivery(bellrope.v1.ReplayDeliveryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getReplayDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * StartBulkAction cancels, reschedules or replays all deliveries that a filter finds, or sends all events
     * that a filter finds to one trigger, at a given rate.
     * It runs on the server. It continues if the caller goes away, and after the server restarts. The set is
     * fixed at the start: deliveries that are accepted later or, for REPLAY, become final later are left out,
     * and so are events that are accepted later.
     * Each delivery or event is acted on once, the newest first, if the filter still finds it when its turn
     * comes.
     * With `dry_run` nothing is done or kept, and the answer has only the counts of what would happen.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name in `trigger`),
     * INVALID_ARGUMENT (INVALID_FIELD).
     * </pre>
     */
    public bellrope.v1.BulkAction startBulkAction(bellrope.v1.StartBulkActionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getStartBulkActionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetBulkAction returns a bulk action with its progress.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.BulkAction getBulkAction(bellrope.v1.GetBulkActionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetBulkActionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListBulkActions lists the project's bulk actions, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListBulkActionsResponse listBulkActions(bellrope.v1.ListBulkActionsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListBulkActionsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * CancelBulkAction stops a bulk action. What it has done stays done. Cancelling one that has ended
     * changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.BulkAction cancelBulkAction(bellrope.v1.CancelBulkActionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCancelBulkActionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * WatchBulkAction sends a bulk action at once, then whenever it has progressed (at most four times a
     * second). It ends the stream when the action has ended. The action continues if the caller stops
     * watching.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND), RESOURCE_EXHAUSTED (OVERLOADED: too many
     * streams), UNAVAILABLE (DRAINING: the server is stopping, so watch again).
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, bellrope.v1.BulkAction>
        watchBulkAction(bellrope.v1.WatchBulkActionRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchBulkActionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Tail sends what happens from now on, once it is on disk, until the caller goes away.
     * At most 1,000 facts wait for a caller. A caller that reads too slowly loses the oldest, and
     * `dropped_count` says how many. If you need all of them, read the lists.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD), RESOURCE_EXHAUSTED
     * (OVERLOADED: too many streams), UNAVAILABLE (DRAINING: the server is stopping, so tail again).
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, bellrope.v1.TailResponse>
        tail(bellrope.v1.TailRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getTailMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service Deliveries.
   * <pre>
   * Deliveries is the log. It shows what was accepted and what became of it, and can send it again.
   * </pre>
   */
  public static final class DeliveriesBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<DeliveriesBlockingStub> {
    private DeliveriesBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DeliveriesBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DeliveriesBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * GetEvent returns one event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Event getEvent(bellrope.v1.GetEventRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetEventMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListEvents lists events, newest first, or by descending id with `id_prefix`.
     * A page looks at 200,000 events at most. So with a filter it can have fewer events than `page_size`, or
     * none, and still have a `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    public bellrope.v1.ListEventsResponse listEvents(bellrope.v1.ListEventsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListEventsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ExplainEvent says for each trigger of the project whether it matches a kept event, and why not. Triggers
     * are taken as they are now, so the answer can differ from what happened when the event was accepted.
     * Nothing is stored or sent.
     * Triggers for the event's type come first, then the others; each by name. Filters are tried in a process
     * of their own, which gets about a quarter of a second for a page. So a page can have fewer triggers than
     * `page_size`, and still have a `next_page_token`. A filter that rests is tried here, too.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of
     * another list), RESOURCE_EXHAUSTED (OVERLOADED: the filters could not be tried now).
     * </pre>
     */
    public bellrope.v1.ExplainEventResponse explainEvent(bellrope.v1.ExplainEventRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getExplainEventMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetDelivery returns one delivery with its attempts. ListAttempts has all of them whole.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Delivery getDelivery(bellrope.v1.GetDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListDeliveries lists deliveries, newest first or by due time, with their attempts in brief: the last
     * ten, without the `request` and the answers' headers, and with the first 256 bytes of each body (then
     * `truncated` is set).
     * With a bound on the time of attempts (`filter.attempt_from_time` or `filter.attempt_until_time`), the
     * deliveries come in the order in which their last attempt of those ended, the last one first. Each has
     * only the attempts that the filter is about, instead of its last ten.
     * A page looks at 20,000 deliveries or attempts at most (200,000 for `trigger` alone, 2,000 for
     * `error_text`). So with a filter it can have fewer deliveries than `page_size`, or none, and still have a
     * `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    public bellrope.v1.ListDeliveriesResponse listDeliveries(bellrope.v1.ListDeliveriesRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListDeliveriesMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListAttempts lists the attempts of one delivery in full, the last one first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page
     * token of another list).
     * </pre>
     */
    public bellrope.v1.ListAttemptsResponse listAttempts(bellrope.v1.ListAttemptsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListAttemptsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetBacklog says what a trigger has not delivered, and why.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.Backlog getBacklog(bellrope.v1.GetBacklogRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetBacklogMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListBacklogs says for all triggers of a project what they have not delivered, and why: the worst first.
     * First comes the trigger whose oldest due delivery has waited longest. Triggers without due deliveries
     * follow: those with more dead letters first, then by name.
     * Callers share what is read. The answer is up to a second old, or up to ten times as old as the reading
     * took, if that is longer. A change of a trigger or the project shows sooner. The order can change
     * between two pages: a trigger may then come twice, or not at all. Counts stop at 100,000 here, which
     * means that number or more. If a project has more than 10,000 triggers, only the oldest 10,000 are
     * listed.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListBacklogsResponse listBacklogs(bellrope.v1.ListBacklogsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListBacklogsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetStatistics counts the attempts of a project or of one trigger over time: one bar for each step. An
     * attempt counts in the bar in which it ended, once it is in the log. Late attempts count, too. The list
     * with the same bounds (`filter.attempt_from_time` and `filter.attempt_until_time`) has exactly those
     * attempts, while they are kept.
     * Counts are kept by the minute for 48 hours, and by the hour for 30 days (`--retain-statistics`).
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, more than 1,000
     * bars).
     * </pre>
     */
    public bellrope.v1.Statistics getStatistics(bellrope.v1.GetStatisticsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetStatisticsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * CancelDelivery ends a delivery. If it is SCHEDULED, it becomes CANCELLED and is never attempted again.
     * If it is DELIVERING, its attempt continues and its `reason` becomes `cancel_asked`. If the webhook then
     * answers 2xx, the delivery is SUCCEEDED, else CANCELLED. Cancelling a cancelled delivery changes
     * nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), FAILED_PRECONDITION (ALREADY_FINAL: it ended
     * in another state).
     * </pre>
     */
    public bellrope.v1.Delivery cancelDelivery(bellrope.v1.CancelDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCancelDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * CancelEvent cancels all deliveries of an event that are SCHEDULED or DELIVERING, as CancelDelivery
     * does. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.CancelEventResponse cancelEvent(bellrope.v1.CancelEventRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCancelEventMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * RescheduleDelivery makes a SCHEDULED delivery due at another time, sooner or later. Its attempts and
     * retries stay as they are. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: the due
     * time is missing, or more than 10 years ahead), FAILED_PRECONDITION (NOT_SCHEDULED: it is DELIVERING;
     * ALREADY_FINAL).
     * </pre>
     */
    public bellrope.v1.Delivery rescheduleDelivery(bellrope.v1.RescheduleDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRescheduleDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ReplayEvent replays all final deliveries of an event, as ReplayDelivery does, including those that
     * SUCCEEDED. An event that matched no trigger is matched again, and each trigger that matches it now gets
     * a delivery.
     * With a `trigger`, only that one gets the event, also if it did not exist when the event was accepted.
     * If it has a delivery of the event already, that one is replayed. Otherwise it gets a new one, due now.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND;
     * TRIGGER_NOT_FOUND: no trigger has the name; NO_TRIGGER_MATCHED: no trigger matches now either, or the
     * named one does not), FAILED_PRECONDITION (NOT_FINAL: no delivery is final yet; TRIGGER_NOT_FOUND: all
     * its triggers were deleted).
     * </pre>
     */
    public bellrope.v1.ReplayEventResponse replayEvent(bellrope.v1.ReplayEventRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getReplayEventMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ReplayDelivery makes a final delivery due now. Its attempt numbers continue, and it gets all its
     * retries again. If its trigger was deleted, name another one to send it to.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name
     * that was given), FAILED_PRECONDITION (NOT_FINAL: it is still SCHEDULED or DELIVERING;
     * TRIGGER_NOT_FOUND: its trigger was deleted).
     * </pre>
     */
    public bellrope.v1.Delivery replayDelivery(bellrope.v1.ReplayDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getReplayDeliveryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * StartBulkAction cancels, reschedules or replays all deliveries that a filter finds, or sends all events
     * that a filter finds to one trigger, at a given rate.
     * It runs on the server. It continues if the caller goes away, and after the server restarts. The set is
     * fixed at the start: deliveries that are accepted later or, for REPLAY, become final later are left out,
     * and so are events that are accepted later.
     * Each delivery or event is acted on once, the newest first, if the filter still finds it when its turn
     * comes.
     * With `dry_run` nothing is done or kept, and the answer has only the counts of what would happen.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name in `trigger`),
     * INVALID_ARGUMENT (INVALID_FIELD).
     * </pre>
     */
    public bellrope.v1.BulkAction startBulkAction(bellrope.v1.StartBulkActionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getStartBulkActionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * GetBulkAction returns a bulk action with its progress.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.BulkAction getBulkAction(bellrope.v1.GetBulkActionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetBulkActionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * ListBulkActions lists the project's bulk actions, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public bellrope.v1.ListBulkActionsResponse listBulkActions(bellrope.v1.ListBulkActionsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListBulkActionsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * CancelBulkAction stops a bulk action. What it has done stays done. Cancelling one that has ended
     * changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    public bellrope.v1.BulkAction cancelBulkAction(bellrope.v1.CancelBulkActionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCancelBulkActionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * WatchBulkAction sends a bulk action at once, then whenever it has progressed (at most four times a
     * second). It ends the stream when the action has ended. The action continues if the caller stops
     * watching.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND), RESOURCE_EXHAUSTED (OVERLOADED: too many
     * streams), UNAVAILABLE (DRAINING: the server is stopping, so watch again).
     * </pre>
     */
    public java.util.Iterator<bellrope.v1.BulkAction> watchBulkAction(
        bellrope.v1.WatchBulkActionRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchBulkActionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Tail sends what happens from now on, once it is on disk, until the caller goes away.
     * At most 1,000 facts wait for a caller. A caller that reads too slowly loses the oldest, and
     * `dropped_count` says how many. If you need all of them, read the lists.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD), RESOURCE_EXHAUSTED
     * (OVERLOADED: too many streams), UNAVAILABLE (DRAINING: the server is stopping, so tail again).
     * </pre>
     */
    public java.util.Iterator<bellrope.v1.TailResponse> tail(
        bellrope.v1.TailRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getTailMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service Deliveries.
   * <pre>
   * Deliveries is the log. It shows what was accepted and what became of it, and can send it again.
   * </pre>
   */
  public static final class DeliveriesFutureStub
      extends io.grpc.stub.AbstractFutureStub<DeliveriesFutureStub> {
    private DeliveriesFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DeliveriesFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DeliveriesFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * GetEvent returns one event.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Event> getEvent(
        bellrope.v1.GetEventRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetEventMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ListEvents lists events, newest first, or by descending id with `id_prefix`.
     * A page looks at 200,000 events at most. So with a filter it can have fewer events than `page_size`, or
     * none, and still have a `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ListEventsResponse> listEvents(
        bellrope.v1.ListEventsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListEventsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ExplainEvent says for each trigger of the project whether it matches a kept event, and why not. Triggers
     * are taken as they are now, so the answer can differ from what happened when the event was accepted.
     * Nothing is stored or sent.
     * Triggers for the event's type come first, then the others; each by name. Filters are tried in a process
     * of their own, which gets about a quarter of a second for a page. So a page can have fewer triggers than
     * `page_size`, and still have a `next_page_token`. A filter that rests is tried here, too.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of
     * another list), RESOURCE_EXHAUSTED (OVERLOADED: the filters could not be tried now).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ExplainEventResponse> explainEvent(
        bellrope.v1.ExplainEventRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getExplainEventMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * GetDelivery returns one delivery with its attempts. ListAttempts has all of them whole.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Delivery> getDelivery(
        bellrope.v1.GetDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetDeliveryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ListDeliveries lists deliveries, newest first or by due time, with their attempts in brief: the last
     * ten, without the `request` and the answers' headers, and with the first 256 bytes of each body (then
     * `truncated` is set).
     * With a bound on the time of attempts (`filter.attempt_from_time` or `filter.attempt_until_time`), the
     * deliveries come in the order in which their last attempt of those ended, the last one first. Each has
     * only the attempts that the filter is about, instead of its last ten.
     * A page looks at 20,000 deliveries or attempts at most (200,000 for `trigger` alone, 2,000 for
     * `error_text`). So with a filter it can have fewer deliveries than `page_size`, or none, and still have a
     * `next_page_token`. The list ends when the token is empty.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, a page token of
     * another list).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ListDeliveriesResponse> listDeliveries(
        bellrope.v1.ListDeliveriesRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListDeliveriesMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ListAttempts lists the attempts of one delivery in full, the last one first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page
     * token of another list).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ListAttemptsResponse> listAttempts(
        bellrope.v1.ListAttemptsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListAttemptsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * GetBacklog says what a trigger has not delivered, and why.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, TRIGGER_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Backlog> getBacklog(
        bellrope.v1.GetBacklogRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetBacklogMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ListBacklogs says for all triggers of a project what they have not delivered, and why: the worst first.
     * First comes the trigger whose oldest due delivery has waited longest. Triggers without due deliveries
     * follow: those with more dead letters first, then by name.
     * Callers share what is read. The answer is up to a second old, or up to ten times as old as the reading
     * took, if that is longer. A change of a trigger or the project shows sooner. The order can change
     * between two pages: a trigger may then come twice, or not at all. Counts stop at 100,000 here, which
     * means that number or more. If a project has more than 10,000 triggers, only the oldest 10,000 are
     * listed.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ListBacklogsResponse> listBacklogs(
        bellrope.v1.ListBacklogsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListBacklogsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * GetStatistics counts the attempts of a project or of one trigger over time: one bar for each step. An
     * attempt counts in the bar in which it ended, once it is in the log. Late attempts count, too. The list
     * with the same bounds (`filter.attempt_from_time` and `filter.attempt_until_time`) has exactly those
     * attempts, while they are kept.
     * Counts are kept by the minute for 48 hours, and by the hour for 30 days (`--retain-statistics`).
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: for example, more than 1,000
     * bars).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Statistics> getStatistics(
        bellrope.v1.GetStatisticsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetStatisticsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * CancelDelivery ends a delivery. If it is SCHEDULED, it becomes CANCELLED and is never attempted again.
     * If it is DELIVERING, its attempt continues and its `reason` becomes `cancel_asked`. If the webhook then
     * answers 2xx, the delivery is SUCCEEDED, else CANCELLED. Cancelling a cancelled delivery changes
     * nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), FAILED_PRECONDITION (ALREADY_FINAL: it ended
     * in another state).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Delivery> cancelDelivery(
        bellrope.v1.CancelDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCancelDeliveryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * CancelEvent cancels all deliveries of an event that are SCHEDULED or DELIVERING, as CancelDelivery
     * does. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.CancelEventResponse> cancelEvent(
        bellrope.v1.CancelEventRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCancelEventMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * RescheduleDelivery makes a SCHEDULED delivery due at another time, sooner or later. Its attempts and
     * retries stay as they are. Repeating it changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: the due
     * time is missing, or more than 10 years ahead), FAILED_PRECONDITION (NOT_SCHEDULED: it is DELIVERING;
     * ALREADY_FINAL).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Delivery> rescheduleDelivery(
        bellrope.v1.RescheduleDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRescheduleDeliveryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ReplayEvent replays all final deliveries of an event, as ReplayDelivery does, including those that
     * SUCCEEDED. An event that matched no trigger is matched again, and each trigger that matches it now gets
     * a delivery.
     * With a `trigger`, only that one gets the event, also if it did not exist when the event was accepted.
     * If it has a delivery of the event already, that one is replayed. Otherwise it gets a new one, due now.
     * Errors: INVALID_ARGUMENT (INVALID_FIELD), NOT_FOUND (PROJECT_NOT_FOUND, EVENT_NOT_FOUND;
     * TRIGGER_NOT_FOUND: no trigger has the name; NO_TRIGGER_MATCHED: no trigger matches now either, or the
     * named one does not), FAILED_PRECONDITION (NOT_FINAL: no delivery is final yet; TRIGGER_NOT_FOUND: all
     * its triggers were deleted).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ReplayEventResponse> replayEvent(
        bellrope.v1.ReplayEventRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getReplayEventMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ReplayDelivery makes a final delivery due now. Its attempt numbers continue, and it gets all its
     * retries again. If its trigger was deleted, name another one to send it to.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, DELIVERY_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name
     * that was given), FAILED_PRECONDITION (NOT_FINAL: it is still SCHEDULED or DELIVERING;
     * TRIGGER_NOT_FOUND: its trigger was deleted).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.Delivery> replayDelivery(
        bellrope.v1.ReplayDeliveryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getReplayDeliveryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * StartBulkAction cancels, reschedules or replays all deliveries that a filter finds, or sends all events
     * that a filter finds to one trigger, at a given rate.
     * It runs on the server. It continues if the caller goes away, and after the server restarts. The set is
     * fixed at the start: deliveries that are accepted later or, for REPLAY, become final later are left out,
     * and so are events that are accepted later.
     * Each delivery or event is acted on once, the newest first, if the filter still finds it when its turn
     * comes.
     * With `dry_run` nothing is done or kept, and the answer has only the counts of what would happen.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND; TRIGGER_NOT_FOUND: no trigger has the name in `trigger`),
     * INVALID_ARGUMENT (INVALID_FIELD).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.BulkAction> startBulkAction(
        bellrope.v1.StartBulkActionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getStartBulkActionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * GetBulkAction returns a bulk action with its progress.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.BulkAction> getBulkAction(
        bellrope.v1.GetBulkActionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetBulkActionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * ListBulkActions lists the project's bulk actions, newest first.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND), INVALID_ARGUMENT (INVALID_FIELD: a page token of another list).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.ListBulkActionsResponse> listBulkActions(
        bellrope.v1.ListBulkActionsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListBulkActionsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * CancelBulkAction stops a bulk action. What it has done stays done. Cancelling one that has ended
     * changes nothing.
     * Errors: NOT_FOUND (PROJECT_NOT_FOUND, BULK_ACTION_NOT_FOUND).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<bellrope.v1.BulkAction> cancelBulkAction(
        bellrope.v1.CancelBulkActionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCancelBulkActionMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_GET_EVENT = 0;
  private static final int METHODID_LIST_EVENTS = 1;
  private static final int METHODID_EXPLAIN_EVENT = 2;
  private static final int METHODID_GET_DELIVERY = 3;
  private static final int METHODID_LIST_DELIVERIES = 4;
  private static final int METHODID_LIST_ATTEMPTS = 5;
  private static final int METHODID_GET_BACKLOG = 6;
  private static final int METHODID_LIST_BACKLOGS = 7;
  private static final int METHODID_GET_STATISTICS = 8;
  private static final int METHODID_CANCEL_DELIVERY = 9;
  private static final int METHODID_CANCEL_EVENT = 10;
  private static final int METHODID_RESCHEDULE_DELIVERY = 11;
  private static final int METHODID_REPLAY_EVENT = 12;
  private static final int METHODID_REPLAY_DELIVERY = 13;
  private static final int METHODID_START_BULK_ACTION = 14;
  private static final int METHODID_GET_BULK_ACTION = 15;
  private static final int METHODID_LIST_BULK_ACTIONS = 16;
  private static final int METHODID_CANCEL_BULK_ACTION = 17;
  private static final int METHODID_WATCH_BULK_ACTION = 18;
  private static final int METHODID_TAIL = 19;

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
        case METHODID_GET_EVENT:
          serviceImpl.getEvent((bellrope.v1.GetEventRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Event>) responseObserver);
          break;
        case METHODID_LIST_EVENTS:
          serviceImpl.listEvents((bellrope.v1.ListEventsRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ListEventsResponse>) responseObserver);
          break;
        case METHODID_EXPLAIN_EVENT:
          serviceImpl.explainEvent((bellrope.v1.ExplainEventRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ExplainEventResponse>) responseObserver);
          break;
        case METHODID_GET_DELIVERY:
          serviceImpl.getDelivery((bellrope.v1.GetDeliveryRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Delivery>) responseObserver);
          break;
        case METHODID_LIST_DELIVERIES:
          serviceImpl.listDeliveries((bellrope.v1.ListDeliveriesRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ListDeliveriesResponse>) responseObserver);
          break;
        case METHODID_LIST_ATTEMPTS:
          serviceImpl.listAttempts((bellrope.v1.ListAttemptsRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ListAttemptsResponse>) responseObserver);
          break;
        case METHODID_GET_BACKLOG:
          serviceImpl.getBacklog((bellrope.v1.GetBacklogRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Backlog>) responseObserver);
          break;
        case METHODID_LIST_BACKLOGS:
          serviceImpl.listBacklogs((bellrope.v1.ListBacklogsRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ListBacklogsResponse>) responseObserver);
          break;
        case METHODID_GET_STATISTICS:
          serviceImpl.getStatistics((bellrope.v1.GetStatisticsRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Statistics>) responseObserver);
          break;
        case METHODID_CANCEL_DELIVERY:
          serviceImpl.cancelDelivery((bellrope.v1.CancelDeliveryRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Delivery>) responseObserver);
          break;
        case METHODID_CANCEL_EVENT:
          serviceImpl.cancelEvent((bellrope.v1.CancelEventRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.CancelEventResponse>) responseObserver);
          break;
        case METHODID_RESCHEDULE_DELIVERY:
          serviceImpl.rescheduleDelivery((bellrope.v1.RescheduleDeliveryRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Delivery>) responseObserver);
          break;
        case METHODID_REPLAY_EVENT:
          serviceImpl.replayEvent((bellrope.v1.ReplayEventRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ReplayEventResponse>) responseObserver);
          break;
        case METHODID_REPLAY_DELIVERY:
          serviceImpl.replayDelivery((bellrope.v1.ReplayDeliveryRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.Delivery>) responseObserver);
          break;
        case METHODID_START_BULK_ACTION:
          serviceImpl.startBulkAction((bellrope.v1.StartBulkActionRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.BulkAction>) responseObserver);
          break;
        case METHODID_GET_BULK_ACTION:
          serviceImpl.getBulkAction((bellrope.v1.GetBulkActionRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.BulkAction>) responseObserver);
          break;
        case METHODID_LIST_BULK_ACTIONS:
          serviceImpl.listBulkActions((bellrope.v1.ListBulkActionsRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.ListBulkActionsResponse>) responseObserver);
          break;
        case METHODID_CANCEL_BULK_ACTION:
          serviceImpl.cancelBulkAction((bellrope.v1.CancelBulkActionRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.BulkAction>) responseObserver);
          break;
        case METHODID_WATCH_BULK_ACTION:
          serviceImpl.watchBulkAction((bellrope.v1.WatchBulkActionRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.BulkAction>) responseObserver);
          break;
        case METHODID_TAIL:
          serviceImpl.tail((bellrope.v1.TailRequest) request,
              (io.grpc.stub.StreamObserver<bellrope.v1.TailResponse>) responseObserver);
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
          getGetEventMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.GetEventRequest,
              bellrope.v1.Event>(
                service, METHODID_GET_EVENT)))
        .addMethod(
          getListEventsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ListEventsRequest,
              bellrope.v1.ListEventsResponse>(
                service, METHODID_LIST_EVENTS)))
        .addMethod(
          getExplainEventMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ExplainEventRequest,
              bellrope.v1.ExplainEventResponse>(
                service, METHODID_EXPLAIN_EVENT)))
        .addMethod(
          getGetDeliveryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.GetDeliveryRequest,
              bellrope.v1.Delivery>(
                service, METHODID_GET_DELIVERY)))
        .addMethod(
          getListDeliveriesMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ListDeliveriesRequest,
              bellrope.v1.ListDeliveriesResponse>(
                service, METHODID_LIST_DELIVERIES)))
        .addMethod(
          getListAttemptsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ListAttemptsRequest,
              bellrope.v1.ListAttemptsResponse>(
                service, METHODID_LIST_ATTEMPTS)))
        .addMethod(
          getGetBacklogMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.GetBacklogRequest,
              bellrope.v1.Backlog>(
                service, METHODID_GET_BACKLOG)))
        .addMethod(
          getListBacklogsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ListBacklogsRequest,
              bellrope.v1.ListBacklogsResponse>(
                service, METHODID_LIST_BACKLOGS)))
        .addMethod(
          getGetStatisticsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.GetStatisticsRequest,
              bellrope.v1.Statistics>(
                service, METHODID_GET_STATISTICS)))
        .addMethod(
          getCancelDeliveryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.CancelDeliveryRequest,
              bellrope.v1.Delivery>(
                service, METHODID_CANCEL_DELIVERY)))
        .addMethod(
          getCancelEventMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.CancelEventRequest,
              bellrope.v1.CancelEventResponse>(
                service, METHODID_CANCEL_EVENT)))
        .addMethod(
          getRescheduleDeliveryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.RescheduleDeliveryRequest,
              bellrope.v1.Delivery>(
                service, METHODID_RESCHEDULE_DELIVERY)))
        .addMethod(
          getReplayEventMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ReplayEventRequest,
              bellrope.v1.ReplayEventResponse>(
                service, METHODID_REPLAY_EVENT)))
        .addMethod(
          getReplayDeliveryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ReplayDeliveryRequest,
              bellrope.v1.Delivery>(
                service, METHODID_REPLAY_DELIVERY)))
        .addMethod(
          getStartBulkActionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.StartBulkActionRequest,
              bellrope.v1.BulkAction>(
                service, METHODID_START_BULK_ACTION)))
        .addMethod(
          getGetBulkActionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.GetBulkActionRequest,
              bellrope.v1.BulkAction>(
                service, METHODID_GET_BULK_ACTION)))
        .addMethod(
          getListBulkActionsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.ListBulkActionsRequest,
              bellrope.v1.ListBulkActionsResponse>(
                service, METHODID_LIST_BULK_ACTIONS)))
        .addMethod(
          getCancelBulkActionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              bellrope.v1.CancelBulkActionRequest,
              bellrope.v1.BulkAction>(
                service, METHODID_CANCEL_BULK_ACTION)))
        .addMethod(
          getWatchBulkActionMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              bellrope.v1.WatchBulkActionRequest,
              bellrope.v1.BulkAction>(
                service, METHODID_WATCH_BULK_ACTION)))
        .addMethod(
          getTailMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              bellrope.v1.TailRequest,
              bellrope.v1.TailResponse>(
                service, METHODID_TAIL)))
        .build();
  }

  private static abstract class DeliveriesBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    DeliveriesBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return bellrope.v1.DeliveriesProto.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("Deliveries");
    }
  }

  private static final class DeliveriesFileDescriptorSupplier
      extends DeliveriesBaseDescriptorSupplier {
    DeliveriesFileDescriptorSupplier() {}
  }

  private static final class DeliveriesMethodDescriptorSupplier
      extends DeliveriesBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    DeliveriesMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (DeliveriesGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new DeliveriesFileDescriptorSupplier())
              .addMethod(getGetEventMethod())
              .addMethod(getListEventsMethod())
              .addMethod(getExplainEventMethod())
              .addMethod(getGetDeliveryMethod())
              .addMethod(getListDeliveriesMethod())
              .addMethod(getListAttemptsMethod())
              .addMethod(getGetBacklogMethod())
              .addMethod(getListBacklogsMethod())
              .addMethod(getGetStatisticsMethod())
              .addMethod(getCancelDeliveryMethod())
              .addMethod(getCancelEventMethod())
              .addMethod(getRescheduleDeliveryMethod())
              .addMethod(getReplayEventMethod())
              .addMethod(getReplayDeliveryMethod())
              .addMethod(getStartBulkActionMethod())
              .addMethod(getGetBulkActionMethod())
              .addMethod(getListBulkActionsMethod())
              .addMethod(getCancelBulkActionMethod())
              .addMethod(getWatchBulkActionMethod())
              .addMethod(getTailMethod())
              .build();
        }
      }
    }
    return result;
  }
}
