package bellrope_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"runtime"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

// numbered yields events with the ids e-0, e-1 and so on.
func numbered(count int) iter.Seq[bellrope.Event] {
	return func(yield func(bellrope.Event) bool) {
		for index := range count {
			if !yield(bellrope.Event{Type: "t", ID: fmt.Sprintf("e-%d", index)}) {
				return
			}
		}
	}
}

// settleUpTo answers each event, until so many are answered or the client has no more.
func settleUpTo(count int, stream bellropev1.Eventing_QueueStreamServer) error {
	for index := range count {
		request, err := stream.Recv()
		if err != nil {
			return nil
		}
		if err := stream.Send(settled(index, request.GetEvent().GetId())); err != nil {
			return err
		}
	}
	return status.Error(codes.Unavailable, "cut")
}

func settled(index int, id string) *bellropev1.QueueStreamResponse {
	accepted := &bellropev1.QueueStreamResponse_Result_Accepted{Accepted: &bellropev1.QueueResponse{EventId: id}}
	result := &bellropev1.QueueStreamResponse_Result{Index: int64(index), Outcome: accepted}
	return &bellropev1.QueueStreamResponse{Results: []*bellropev1.QueueStreamResponse_Result{result}}
}

// A stream that breaks again and again yields the outcome of each event once, in order.
func TestABrokenStreamGoesOn(t *testing.T) {
	s := &server{stream: func(call int, stream bellropev1.Eventing_QueueStreamServer) error {
		return settleUpTo(1000*(call+1), stream)
	}}
	client := serve(t, s, bellrope.Config{})
	count := 0
	for outcome, err := range client.QueueStream(short(t), numbered(5000)) {
		if err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprintf("e-%d", count), outcome.EventID)
		count++
	}
	equal(t, 5000, count)
	equal(t, true, s.called() >= 3)
}

// The client holds at most 1,024 events without an outcome.
func TestTheWindowIsBounded(t *testing.T) {
	taken := 0
	events := func(yield func(bellrope.Event) bool) {
		for each := range numbered(5000) {
			taken++
			if !yield(each) {
				return
			}
		}
	}
	s := &server{stream: func(_ int, stream bellropev1.Eventing_QueueStreamServer) error {
		<-stream.Context().Done()
		return nil
	}}
	client := serve(t, s, bellrope.Config{Timeout: 300 * time.Millisecond})
	err := failureOf(client.QueueStream(short(t), events))
	failed := failedWith(t, err, bellrope.ErrDeadlinePassed)
	equal(t, 0, failed.Index)
	equal(t, "e-0", failed.EventID)
	equal(t, true, taken <= 1025)
}

// The data of an event is kept when it is given, so that its memory can be used again at once.
func TestTheDataIsKept(t *testing.T) {
	s := &server{stream: func(_ int, stream bellropev1.Eventing_QueueStreamServer) error {
		for index := 0; ; index++ {
			request, err := stream.Recv()
			if err != nil {
				return nil
			}
			if err := stream.Send(settled(index, string(request.GetEvent().GetData()))); err != nil {
				return err
			}
		}
	}}
	events := func(yield func(bellrope.Event) bool) {
		line, options := []byte{'0'}, map[string]string{}
		for digit := byte('0'); digit <= '9'; digit++ {
			line[0] = digit
			options["digit"] = string(digit)
			if !yield(bellrope.Event{Type: "t", Data: json.RawMessage(line), Options: options}) {
				return
			}
		}
	}
	found := ""
	for outcome, err := range serve(t, s, bellrope.Config{}).QueueStream(short(t), events) {
		if err != nil {
			t.Fatal(err)
		}
		found += outcome.EventID
	}
	equal(t, "0123456789", found)
}

// A refused event does not end the stream.
func TestARefusedEventDoesNotEndTheStream(t *testing.T) {
	refused := status.Convert(failure(codes.InvalidArgument, "no", &errdetails.ErrorInfo{Reason: "INVALID_FIELD"})).Proto()
	s := &server{stream: func(_ int, stream bellropev1.Eventing_QueueStreamServer) error {
		for index := 0; ; index++ {
			request, err := stream.Recv()
			if err != nil {
				return nil
			}
			answer := settled(index, request.GetEvent().GetId())
			if index == 1 {
				answer.Results[0].Outcome = &bellropev1.QueueStreamResponse_Result_Error{Error: refused}
			}
			if err := stream.Send(answer); err != nil {
				return err
			}
		}
	}}
	outcomes := []bellrope.Outcome{}
	for outcome, err := range serve(t, s, bellrope.Config{}).QueueStream(short(t), numbered(3)) {
		if err != nil {
			t.Fatal(err)
		}
		outcomes = append(outcomes, outcome)
	}
	equal(t, 3, len(outcomes))
	failedWith(t, outcomes[1].Refused, bellrope.ErrInvalidRequest)
	equal(t, 1, outcomes[1].Refused.Index)
	equal(t, "e-1", outcomes[1].Refused.EventID)
	equal(t, "e-2", outcomes[2].EventID)
}

// If no server comes, the stream ends with the error of the connection, and says which event is the first without an
// outcome.
func TestAStreamWithoutAServerEnds(t *testing.T) {
	t.Parallel()
	client := newClient(t, bellrope.Config{Server: "127.0.0.1:1", Timeout: time.Second})
	failed := failedWith(t, failureOf(client.QueueStream(short(t), numbered(3))), bellrope.ErrUnavailable)
	equal(t, "e-0", failed.EventID)
}

// An event that cannot be sent ends the stream, after the outcomes of those before it.
func TestAnEventThatCannotBeSentEndsTheStream(t *testing.T) {
	s := &server{stream: func(_ int, stream bellropev1.Eventing_QueueStreamServer) error {
		return settleUpTo(10, stream)
	}}
	events := func(yield func(bellrope.Event) bool) {
		_ = yield(bellrope.Event{Type: "t", ID: "e-0"}) && yield(bellrope.Event{Type: "t", Data: math.Inf(1)})
	}
	ids := []string{}
	var refused *bellrope.ArgumentError
	for outcome, err := range serve(t, s, bellrope.Config{}).QueueStream(short(t), events) {
		if errors.As(err, &refused) {
			break
		}
		ids = append(ids, outcome.EventID)
	}
	equal(t, "events[1].data", refused.Place)
	equal(t, "[e-0]", fmt.Sprint(ids))
}

// A stream whose context is cancelled ends, also while it waits for an event.
func TestACancelledStreamEnds(t *testing.T) {
	s := &server{stream: func(_ int, stream bellropev1.Eventing_QueueStreamServer) error {
		return settleUpTo(10, stream)
	}}
	ctx, cancel := context.WithCancel(short(t))
	defer cancel()
	events := func(yield func(bellrope.Event) bool) {
		yield(bellrope.Event{Type: "t"})
		<-ctx.Done()
	}
	var last error
	for _, err := range serve(t, s, bellrope.Config{}).QueueStream(ctx, events) {
		last = err
		cancel()
	}
	equal(t, true, errors.Is(last, context.Canceled))
}

// A caller that leaves the loop leaves nothing running.
func TestLeavingAStreamEndsIt(t *testing.T) {
	s := &server{stream: func(_ int, stream bellropev1.Eventing_QueueStreamServer) error {
		return settleUpTo(1<<30, stream)
	}}
	client := serve(t, s, bellrope.Config{})
	if _, err := client.Queue(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	for range 10 {
		for range client.QueueStream(short(t), numbered(1<<30)) {
			break
		}
	}
	for runtime.NumGoroutine() > before {
		if t.Context().Err() != nil || short(t).Err() != nil {
			t.Fatal("something still runs")
		}
		time.Sleep(time.Millisecond)
	}
}

// A panic of the iterator comes out of the loop, where it can be recovered.
func TestAPanicOfTheIteratorComesOut(t *testing.T) {
	defer func() { equal(t, "no rows", fmt.Sprint(recover())) }()
	for range serve(t, &server{}, bellrope.Config{}).QueueStream(short(t), func(func(bellrope.Event) bool) { panic("no rows") }) {
		t.Fatal("there is no event")
	}
}

// The tail goes on after the server was away, and begins with a fact without a kind.
func TestATailGoesOn(t *testing.T) {
	s := &server{tail: func(call int, stream bellropev1.Deliveries_TailServer) error {
		for _, kind := range []bellropev1.TailResponse_Kind{bellropev1.TailResponse_KIND_UNSPECIFIED, bellropev1.TailResponse_EVENT_ACCEPTED} {
			if err := stream.Send(&bellropev1.TailResponse{Kind: kind, EventId: fmt.Sprint(call)}); err != nil {
				return err
			}
		}
		return status.Error(codes.Unavailable, "draining")
	}}
	seen := []string{}
	for fact, err := range serve(t, s, bellrope.Config{}).Tail(short(t), nil) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, fact.GetKind().String()+fact.GetEventId())
		if len(seen) == 4 {
			break
		}
	}
	equal(t, "[KIND_UNSPECIFIED0 EVENT_ACCEPTED0 KIND_UNSPECIFIED1 EVENT_ACCEPTED1]", fmt.Sprint(seen))
}

// A tail that may not be read ends with the server's error, and one whose context ends with the context's.
func TestATailEndsWithItsError(t *testing.T) {
	s := &server{tail: func(call int, stream bellropev1.Deliveries_TailServer) error {
		if call == 0 {
			return status.Error(codes.NotFound, "no project")
		}
		<-stream.Context().Done()
		return nil
	}}
	client := serve(t, s, bellrope.Config{})
	failedWith(t, failureOf(client.Tail(short(t), nil)), bellrope.ErrNotFound)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	equal(t, true, errors.Is(failureOf(client.Tail(ctx, nil)), context.DeadlineExceeded))
}

// failureOf returns the error that ends a stream.
func failureOf[T any](stream iter.Seq2[T, error]) error {
	var last error
	for _, err := range stream {
		last = err
	}
	return last
}

// An error of the source ends the stream as it is, after the outcomes of the events before it.
func TestASourceMayFail(t *testing.T) {
	gone := errors.New("the database is gone")
	rows := func(yield func(bellrope.Event, error) bool) {
		for event := range numbered(3) {
			if !yield(event, nil) {
				return
			}
		}
		yield(bellrope.Event{}, gone)
	}
	count, failed := 0, error(nil)
	for _, err := range serve(t, &server{stream: acknowledge}, bellrope.Config{}).QueueStreamOf(short(t), rows) {
		if err != nil {
			failed = err
			continue
		}
		count++
	}
	equal(t, 3, count)
	equal(t, gone, failed)
}
