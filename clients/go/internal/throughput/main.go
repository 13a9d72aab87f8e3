// Command throughput streams events to a server with the client, or with the generated code alone.
//
//	throughput HOST:PORT client|stubs DATA COUNT...
//
// DATA is JSON text, which every event has. Each COUNT is a stream.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"os"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

func main() {
	form := withClient(os.Args[1])
	if os.Args[2] == "stubs" {
		form = withStubs(os.Args[1])
	}
	for _, text := range os.Args[4:] {
		count, err := strconv.Atoi(text)
		if err != nil {
			log.Fatal(err)
		}
		if found := form(count, os.Args[3]); found != count {
			log.Fatalf("%d outcomes for %d events", found, count)
		}
	}
}

// withClient returns what streams with the client, and returns how many events were stored.
func withClient(server string) func(int, string) int {
	client, err := bellrope.New(bellrope.Config{Server: server})
	if err != nil {
		log.Fatal(err)
	}
	return func(count int, data string) (stored int) {
		for outcome, err := range client.QueueStream(context.Background(), events(count, json.RawMessage(data))) {
			if err != nil {
				log.Fatal(err)
			}
			if outcome.EventID != "" {
				stored++
			}
		}
		return stored
	}
}

func events(count int, data json.RawMessage) iter.Seq[bellrope.Event] {
	return func(yield func(bellrope.Event) bool) {
		for range count {
			if !yield(bellrope.Event{Type: "measured", Data: data}) {
				return
			}
		}
	}
}

// withStubs returns what streams with the generated code, and returns how many events were stored.
func withStubs(server string) func(int, string) int {
	conn, err := grpc.NewClient(server, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	return func(count int, data string) (stored int) {
		stream, err := bellropev1.NewEventingClient(conn).QueueStream(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		go send(stream, count, []byte(data))
		for {
			answer, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				return stored
			}
			if err != nil {
				log.Fatal(err)
			}
			for _, each := range answer.GetResults() {
				if each.GetAccepted() != nil {
					stored++
				}
			}
		}
	}
}

func send(stream bellropev1.Eventing_QueueStreamClient, count int, data []byte) {
	for number := range count {
		// As long as the client's own id.
		event := &bellropev1.QueueRequest{Project: "default", Type: "measured", Id: fmt.Sprintf("%036d", number), Data: data}
		if err := stream.Send(&bellropev1.QueueStreamRequest{Event: event}); err != nil {
			return // Recv returns why
		}
	}
	_ = stream.CloseSend()
}
