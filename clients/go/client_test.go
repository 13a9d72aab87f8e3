package bellrope_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

var event = bellrope.Event{Type: "paid", Data: map[string]int{"amount": 5}}

// An event that may not have arrived is sent again under the same id, whatever the code of a broken connection is.
func TestAnEventIsSentAgainUnderItsID(t *testing.T) {
	t.Parallel()
	lost := []codes.Code{codes.Unavailable, codes.Internal, codes.Canceled, codes.Unknown}
	s := &server{}
	s.queue = func(_ context.Context, call int, request *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
		if call < len(lost) {
			return nil, status.Error(lost[call], "lost")
		}
		return &bellropev1.QueueResponse{EventId: request.GetId(), Duplicate: true}, nil
	}
	client := serve(t, s, bellrope.Config{Timeout: 30 * time.Second})
	queued, err := client.Queue(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, len(lost)+1, len(s.requests()))
	for _, each := range s.requests() {
		equal(t, queued.EventID, each.GetId())
	}
	equal(t, true, queued.Duplicate)
}

// The client gives up after five retries. The error says under which id the event can be sent again.
func TestTheClientGivesUpAfterFiveRetries(t *testing.T) {
	t.Parallel()
	s := &server{queue: func(context.Context, int, *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
		return nil, status.Error(codes.Unavailable, "no disk")
	}}
	client := serve(t, s, bellrope.Config{Timeout: 30 * time.Second})
	_, err := client.Queue(t.Context(), bellrope.Event{Type: "paid", ID: "mine"})
	failed := failedWith(t, err, bellrope.ErrUnavailable)
	equal(t, 6, len(s.requests()))
	equal(t, "mine", failed.EventID)
}

// A call ends in time, and no try begins that could not end in time.
func TestACallEndsAtItsDeadline(t *testing.T) {
	s := &server{queue: func(ctx context.Context, _ int, request *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
		if request.GetType() == "lost" {
			return nil, status.Error(codes.Unavailable, "no disk")
		}
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	client := serve(t, s, bellrope.Config{Timeout: 300 * time.Millisecond})
	_, err := client.Queue(t.Context(), bellrope.Event{Type: "slow", ID: "mine"})
	failed := failedWith(t, err, bellrope.ErrDeadlinePassed)
	equal(t, true, errors.Is(err, context.DeadlineExceeded))
	equal(t, "mine", failed.EventID)
	_, err = client.Queue(t.Context(), bellrope.Event{Type: "lost"})
	failedWith(t, err, bellrope.ErrUnavailable)
	equal(t, true, len(s.requests()) < 6)
}

// The deadline of the caller's context is sent to the server in place of the default.
func TestTheContextsDeadlineIsSent(t *testing.T) {
	var left time.Duration
	s := &server{}
	s.queue = func(ctx context.Context, _ int, _ *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
		end, _ := ctx.Deadline()
		left = time.Until(end)
		return &bellropev1.QueueResponse{}, nil
	}
	client := serve(t, s, bellrope.Config{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if _, err := client.Queue(ctx, event); err != nil {
		t.Fatal(err)
	}
	equal(t, true, left > 50*time.Minute)
}

// A call whose context is cancelled ends at once with an error that wraps the context's.
func TestACancelledCallEndsAtOnce(t *testing.T) {
	begun := make(chan struct{})
	s := &server{queue: func(ctx context.Context, _ int, _ *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
		close(begun)
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	client := serve(t, s, bellrope.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-begun; cancel() }()
	_, err := client.Queue(ctx, event)
	equal(t, true, errors.Is(err, context.Canceled))
	equal(t, false, errors.Is(err, bellrope.ErrUnavailable))
}

// A closed client fails at once and does not try again.
func TestAClosedClientFailsAtOnce(t *testing.T) {
	client := serve(t, &server{}, bellrope.Config{})
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := client.Queue(short(t), event)
	equal(t, true, strings.Contains(err.Error(), "closing"))
	equal(t, false, errors.Is(err, bellrope.ErrUnavailable))
}

// Each event, and each request of a service, has the key and the project of the client.
func TestCallsHaveTheKeyAndTheProject(t *testing.T) {
	s := &server{}
	s.queue = func(ctx context.Context, _ int, request *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
		header, _ := metadata.FromIncomingContext(ctx)
		return &bellropev1.QueueResponse{EventId: header.Get("authorization")[0] + " " + request.GetProject()}, nil
	}
	client := serve(t, s, bellrope.Config{Key: "k", Project: "shop"})
	queued, err := client.Queue(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "Bearer k shop", queued.EventID)

	request := &bellropev1.ListEventsRequest{}
	listed, err := client.Deliveries.ListEvents(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "shop", listed.GetEvents()[0].GetProject())
	equal(t, "", request.GetProject())
	listed, _ = client.Deliveries.ListEvents(t.Context(), &bellropev1.ListEventsRequest{Project: "other"})
	equal(t, "other", listed.GetEvents()[0].GetProject())
	listed, _ = client.Deliveries.ListEvents(t.Context(), nil)
	equal(t, "shop", listed.GetEvents()[0].GetProject())
}

// Nobody deletes a project without its name, not even the client's own.
func TestAProjectIsDeletedByItsName(t *testing.T) {
	client := serve(t, &server{}, bellrope.Config{Project: "shop"})
	if _, err := client.Projects.DeleteProject(t.Context(), &bellropev1.DeleteProjectRequest{}); err == nil {
		t.Error("it was deleted")
	}
	if _, err := client.Projects.DeleteProject(t.Context(), &bellropev1.DeleteProjectRequest{Project: "shop"}); err != nil {
		t.Error(err)
	}
}

// An error has what the server says, and is of its kind and of the kinds above it.
func TestAnErrorHasWhatTheServerSays(t *testing.T) {
	s := &server{queue: func(context.Context, int, *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
		return nil, failure(codes.ResourceExhausted, "too large",
			&errdetails.ErrorInfo{Reason: "TOO_LARGE", Domain: "bellrope", Metadata: map[string]string{"limit": "1"}},
			&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "data", Description: "2 MiB"}}},
			&errdetails.RetryInfo{RetryDelay: durationpb.New(2 * time.Second)})
	}}
	client := serve(t, s, bellrope.Config{})
	_, err := client.Queue(t.Context(), bellrope.Event{Type: "paid", ID: "mine"})
	failed := failedWith(t, err, bellrope.ErrTooLarge)
	failedWith(t, err, bellrope.ErrInvalidRequest)
	equal(t, false, errors.Is(err, bellrope.ErrOverloaded))
	equal(t, codes.ResourceExhausted, failed.Code)
	equal(t, codes.ResourceExhausted, status.Code(err))
	equal(t, "TOO_LARGE", failed.Reason)
	equal(t, "1", failed.Metadata["limit"])
	equal(t, bellrope.Field{Name: "data", Description: "2 MiB"}, failed.Fields[0])
	equal(t, 2*time.Second, failed.RetryAfter)
	equal(t, -1, failed.Index)
	equal(t, "bellrope: too large [TOO_LARGE]", err.Error())
	equal(t, 1, len(s.requests()))
}

// An error of the server is never taken for a broken connection, whatever its code is.
func TestAnErrorOfTheServerIsNotSentAgain(t *testing.T) {
	s := &server{queue: func(context.Context, int, *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
		return nil, failure(codes.Internal, "it failed", &errdetails.ErrorInfo{Reason: "INTERNAL_ERROR"})
	}}
	client := serve(t, s, bellrope.Config{})
	_, err := client.Queue(t.Context(), event)
	equal(t, false, errors.Is(err, bellrope.ErrUnavailable))
	equal(t, 1, len(s.requests()))
}

// An answer over 4 MiB, gRPC's usual limit, arrives.
func TestALargeAnswerArrives(t *testing.T) {
	s := &server{queue: func(context.Context, int, *bellropev1.QueueRequest) (*bellropev1.QueueResponse, error) {
		return &bellropev1.QueueResponse{EventId: strings.Repeat("x", 5<<20)}, nil
	}}
	queued, err := serve(t, s, bellrope.Config{}).Queue(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, 5<<20, len(queued.EventID))
}

// What cannot be sent is refused before anything is sent, with its place.
func TestWhatCannotBeSentIsRefused(t *testing.T) {
	bad := "\xff"
	for place, each := range map[string]bellrope.Event{
		"data.price":  {Type: "t", Data: map[string]any{"price": math.NaN()}},
		"data":        {Type: "t", Data: []byte("{}")},
		"type":        {Type: bad},
		"id":          {Type: "t", ID: bad},
		"options":     {Type: "t", Options: map[string]string{"a": bad}},
		"traceparent": {Type: "t", Traceparent: bad},
		"tracestate":  {Type: "t", Tracestate: bad},
	} {
		s := &server{}
		client := serve(t, s, bellrope.Config{})
		_, err := client.Queue(t.Context(), each)
		var refused *bellrope.ArgumentError
		if !errors.As(err, &refused) {
			t.Fatalf("%s: %v", place, err)
		}
		equal(t, place, refused.Place)
		equal(t, true, errors.Is(err, bellrope.ErrInvalidRequest))
		equal(t, 0, len(s.requests()))
		_, err = client.QueueBatch(t.Context(), []bellrope.Event{event, each})
		errors.As(err, &refused)
		equal(t, "events[1]."+place, refused.Place)
	}
}

// A list is read to its end.
func TestPagesAreReadToTheEnd(t *testing.T) {
	client := serve(t, &server{}, bellrope.Config{})
	request := &bellropev1.ListEventsRequest{Type: "paid"}
	ids := []string{}
	for page, err := range bellrope.Pages(t.Context(), client.Deliveries.ListEvents, request) {
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range page.GetEvents() {
			ids = append(ids, each.GetType()+each.GetEventId())
		}
	}
	equal(t, "paidbefore-b paidbefore-c paidbefore-", strings.Join(ids, " "))
	equal(t, "", request.GetPageToken())
}

// An error ends a list.
func TestAnErrorEndsAList(t *testing.T) {
	client := serve(t, &server{}, bellrope.Config{})
	count := 0
	for _, err := range bellrope.Pages(t.Context(), client.Deliveries.ListDeliveries, &bellropev1.ListDeliveriesRequest{}) {
		var failed *bellrope.Error
		equal(t, true, errors.As(err, &failed))
		equal(t, codes.Unimplemented, failed.Code)
		count++
	}
	equal(t, 1, count)
}

// An id is a UUIDv7, and a later one sorts after an earlier one.
func TestAnIDIsAUUIDv7(t *testing.T) {
	first, last := bellrope.NewID(), ""
	for last <= first[:14] {
		last = bellrope.NewID()[:14]
	}
	equal(t, 36, len(first))
	equal(t, "7", first[14:15])
	equal(t, true, strings.Contains("89ab", first[19:20]))
}

// failedWith returns the error of a call, which must be of a kind.
func failedWith(t *testing.T, err, kind error) *bellrope.Error {
	t.Helper()
	var failed *bellrope.Error
	if !errors.As(err, &failed) || !errors.Is(err, kind) {
		t.Fatalf("expected %v, and it is %v", kind, err)
	}
	return failed
}
