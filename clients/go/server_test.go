package bellrope_test

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/emptypb"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

// server is a gRPC server that answers as a test says, and keeps what it gets.
type server struct {
	bellropev1.UnimplementedEventingServer
	bellropev1.UnimplementedDeliveriesServer
	bellropev1.UnimplementedProjectsServer

	address string
	queue   func(ctx context.Context, call int, request *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error)
	stream  func(call int, stream bellropev1.Eventing_QueueStreamServer) error
	trigger func(request *bellropev1.TriggerSyncRequest) (*bellropev1.TriggerSyncResponse, error)
	tail    func(call int, stream bellropev1.Deliveries_TailServer) error

	lock   sync.Mutex
	calls  int
	queued []*bellropev1.QueueRequest
}

// called returns the number of this call, from 0.
func (s *server) called() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.calls++
	return s.calls - 1
}

// requests returns the events of Queue until now.
func (s *server) requests() []*bellropev1.QueueRequest {
	s.lock.Lock()
	defer s.lock.Unlock()
	return slices.Clone(s.queued)
}

func (s *server) Queue(ctx context.Context, request *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
	s.lock.Lock()
	s.queued = append(s.queued, request)
	s.lock.Unlock()
	if s.queue == nil {
		return &bellropev1.QueueResponse{EventId: request.GetId(), DeliveryCount: 1}, nil
	}
	return s.queue(ctx, s.called(), request)
}

func (s *server) TriggerSync(_ context.Context, request *bellropev1.TriggerSyncRequest) (*bellropev1.TriggerSyncResponse, error) {
	return s.trigger(request)
}

func (s *server) QueueStream(stream bellropev1.Eventing_QueueStreamServer) error {
	return s.stream(s.called(), stream)
}

func (s *server) Tail(_ *bellropev1.TailRequest, stream bellropev1.Deliveries_TailServer) error {
	return s.tail(s.called(), stream)
}

func (s *server) ListEvents(
	_ context.Context, request *bellropev1.ListEventsRequest,
) (*bellropev1.ListEventsResponse, error) {
	next := map[string]string{"": "b", "b": "c", "c": ""}[request.GetPageToken()]
	event := &bellropev1.Event{Project: request.GetProject(), Type: request.GetType(), EventId: "before-" + next}
	return &bellropev1.ListEventsResponse{Events: []*bellropev1.Event{event}, NextPageToken: next}, nil
}

func (s *server) DeleteProject(
	_ context.Context, request *bellropev1.DeleteProjectRequest,
) (*emptypb.Empty, error) {
	if request.GetProject() == "" {
		return nil, status.Error(codes.InvalidArgument, "the project is missing")
	}
	return &emptypb.Empty{}, nil
}

// serve runs a server until the end of the test, and returns a client of it.
func serve(t testing.TB, s *server, config bellrope.Config) *bellrope.Client {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	running := grpc.NewServer()
	bellropev1.RegisterEventingServer(running, s)
	bellropev1.RegisterDeliveriesServer(running, s)
	bellropev1.RegisterProjectsServer(running, s)
	go func() { _ = running.Serve(listener) }()
	t.Cleanup(running.Stop)
	s.address = listener.Addr().String()
	config.Server = s.address
	return newClient(t, config)
}

func newClient(t testing.TB, config bellrope.Config) *bellrope.Client {
	t.Helper()
	client, err := bellrope.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// failure is an error as the server sends it.
func failure(code codes.Code, message string, details ...protoadapt.MessageV1) error {
	made, err := status.New(code, message).WithDetails(details...)
	if err != nil {
		panic(err)
	}
	return made.Err()
}

// short is a context for a test that must not hang.
func short(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func equal[T comparable](t *testing.T, expected, actual T) {
	t.Helper()
	if expected != actual {
		t.Fatalf("expected %v, and it is %v", expected, actual)
	}
}
