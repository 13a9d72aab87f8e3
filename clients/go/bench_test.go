package bellrope_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

// acknowledge answers each event of a stream at once.
func acknowledge(_ int, stream bellropev1.Eventing_QueueStreamServer) error {
	for index := 0; ; index++ {
		request, err := stream.Recv()
		if err != nil {
			return nil
		}
		if err := stream.Send(settled(index, request.GetEvent().GetId())); err != nil {
			return err
		}
	}
}

// BenchmarkQueueStream streams with the client: one operation is one event.
func BenchmarkQueueStream(b *testing.B) {
	client := serve(b, &server{stream: acknowledge}, bellrope.Config{})
	b.ReportAllocs()
	for _, err := range client.QueueStream(context.Background(), numbered(b.N)) {
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStubs streams the same messages with the generated code alone.
func BenchmarkStubs(b *testing.B) {
	s := &server{stream: acknowledge}
	serve(b, s, bellrope.Config{})
	conn, err := grpc.NewClient(s.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	b.ReportAllocs()
	b.ResetTimer()
	stream, err := bellropev1.NewEventingClient(conn).QueueStream(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		for index := range b.N {
			event := &bellropev1.QueueRequest{Project: "default", Type: "t", Id: fmt.Sprintf("e-%d", index), Data: []byte("null")}
			if stream.Send(&bellropev1.QueueStreamRequest{Event: event}) != nil {
				return
			}
		}
		_ = stream.CloseSend()
	}()
	for {
		if _, err := stream.Recv(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}
