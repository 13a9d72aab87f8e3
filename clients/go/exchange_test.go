package bellrope_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

// A connection of the caller's own gets messages, which its interceptors can read.
func TestAConnectionOfYourOwnGetsMessages(t *testing.T) {
	s := &server{stream: acknowledge}
	serve(t, s, bellrope.Config{})
	types := []string{}
	conn, err := grpc.NewClient(s.address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithStreamInterceptor(
		func(
			ctx context.Context, kind *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, options ...grpc.CallOption,
		) (grpc.ClientStream, error) {
			stream, err := open(ctx, kind, conn, method, options...)
			return reading{stream, &types}, err
		}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	count := 0
	for outcome, err := range newClient(t, bellrope.Config{Conn: conn}).QueueStream(short(t), numbered(3)) {
		if err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprintf("e-%d", count), outcome.EventID)
		count++
	}
	equal(t, 3, count)
	equal(t, "[t t t]", fmt.Sprint(types))
}

// reading is a stream whose messages are read on the way.
type reading struct {
	grpc.ClientStream
	types *[]string
}

func (r reading) SendMsg(message any) error {
	*r.types = append(*r.types, message.(*bellropev1.QueueStreamRequest).GetEvent().GetType())
	return r.ClientStream.SendMsg(message)
}

// Events of a stream have nothing of the events before them.
func TestEventsOfAStreamAreApart(t *testing.T) {
	found := make(chan *bellropev1.QueueRequest, 2)
	s := &server{stream: func(_ int, stream bellropev1.Eventing_QueueStreamServer) error {
		for index := range 2 {
			request, err := stream.Recv()
			if err != nil {
				return err
			}
			found <- request.GetEvent()
			if err := stream.Send(settled(index, "x")); err != nil {
				return err
			}
		}
		return nil
	}}
	full := bellrope.Event{Type: "a", Delay: time.Hour, ScheduleTime: time.Now(), ExpireTime: time.Now(), Traceparent: "p", Tracestate: "s"}
	full.Options = map[string]string{"a": "b"}
	events := func(yield func(bellrope.Event) bool) { _ = yield(full) && yield(bellrope.Event{Type: "b", ID: "i"}) }
	if err := failureOf(serve(t, s, bellrope.Config{}).QueueStream(short(t), events)); err != nil {
		t.Fatal(err)
	}
	equal(t, time.Hour, (<-found).GetDelay().AsDuration())
	plain := &bellropev1.QueueRequest{Project: "default", Type: "b", Id: "i", Data: []byte("null")}
	equal(t, true, proto.Equal(plain, <-found))
}

// A server that falls silent after an answer ends the stream, which says which event has no outcome.
func TestAServerThatFallsSilentEndsTheStream(t *testing.T) {
	t.Parallel()
	s := &server{stream: func(_ int, stream bellropev1.Eventing_QueueStreamServer) error {
		if err := stream.Send(settled(0, "e-0")); err != nil {
			return err
		}
		<-stream.Context().Done()
		return nil
	}}
	begun := time.Now()
	err := failureOf(serve(t, s, bellrope.Config{Timeout: 400 * time.Millisecond}).QueueStream(short(t), numbered(2)))
	equal(t, "e-1", failedWith(t, err, bellrope.ErrDeadlinePassed).EventID)
	waited := time.Since(begun)
	equal(t, true, waited >= 400*time.Millisecond && waited < 20*time.Second)
}
