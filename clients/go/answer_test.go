package bellrope_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

// answering returns a client of a server with one answer to Trigger.
func answering(t *testing.T, response *bellropev1.TriggerSyncResponse) *bellrope.Client {
	return serve(t, &server{trigger: func(*bellropev1.TriggerSyncRequest) (*bellropev1.TriggerSyncResponse, error) {
		return response, nil
	}}, bellrope.Config{})
}

// The webhooks are called at ScheduleTime; its zero value is not sent.
func TestTheScheduleTimeIsSent(t *testing.T) {
	at := time.Date(2030, 1, 1, 0, 0, 0, 1, time.UTC)
	for expected, given := range map[*timestamppb.Timestamp]time.Time{nil: {}, timestamppb.New(at): at} {
		var found *timestamppb.Timestamp
		s := &server{trigger: func(request *bellropev1.TriggerSyncRequest) (*bellropev1.TriggerSyncResponse, error) {
			found = request.GetScheduleTime()
			return &bellropev1.TriggerSyncResponse{}, nil
		}}
		client := serve(t, s, bellrope.Config{})
		if _, err := client.Trigger(t.Context(), bellrope.Event{Type: "t", ScheduleTime: given}); err != nil {
			t.Fatal(err)
		}
		equal(t, true, proto.Equal(expected, found))
	}
}

// Result is JSON text, which encoding/json reads and writes; in an any, numbers keep their digits.
func TestAnAnswerIsJSON(t *testing.T) {
	text := `{ "n":1e2,"m" : 18446744073709551616 }`
	answer, err := answering(t, &bellropev1.TriggerSyncResponse{Result: []byte(text)}).Trigger(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, text, fmt.Sprint(answer))
	var numbers struct{ N float64 }
	if err := json.Unmarshal(answer.Result, &numbers); err != nil {
		t.Fatal(err)
	}
	equal(t, 100.0, numbers.N)
	var value any
	if err := answer.Into(&value); err != nil {
		t.Fatal(err)
	}
	equal(t, "map[m:18446744073709551616 n:1e2]", fmt.Sprint(value))
}

// An answer that is not text decodes into a []byte; anything else is an error, and not its base64.
func TestAnAnswerOfBytesDecodesIntoBytes(t *testing.T) {
	response := &bellropev1.TriggerSyncResponse{Result: []byte(`"/wA="`), ResultBase64: true}
	answer, err := answering(t, response).Trigger(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	var found []byte
	if err := answer.Into(&found); err != nil {
		t.Fatal(err)
	}
	equal(t, "\xff\x00", string(found))
	var text string
	equal(t, true, answer.Into(&text) != nil)
	equal(t, "", text)
}

// The results of triggers, of an answer and of an error alike, are values of Go.
func TestTheResultsOfTriggersAreStructs(t *testing.T) {
	attempt := &bellropev1.Attempt{StatusCode: 503}
	response := &bellropev1.TriggerSyncResponse{Results: []*bellropev1.TriggerSyncResponse_Result{
		{Trigger: "a", DeliveryId: "d-1", State: bellropev1.Delivery_SCHEDULED, AttemptCount: 2, LastAttempt: attempt},
		{Trigger: "b"},
	}}
	answer, err := answering(t, response).Trigger(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	failing := &server{trigger: func(*bellropev1.TriggerSyncRequest) (*bellropev1.TriggerSyncResponse, error) {
		return nil, failure(codes.Aborted, "it failed", response)
	}}
	_, err = serve(t, failing, bellrope.Config{}).Trigger(t.Context(), event)
	var failed *bellrope.Error
	equal(t, true, errors.As(err, &failed))
	for _, results := range [][]bellrope.TriggerResult{answer.TriggerResults, failed.TriggerResults} {
		equal(t, 2, len(results))
		equal(t, int32(503), results[0].LastAttempt.GetStatusCode())
		results[0].LastAttempt = nil
		equal(t, bellrope.TriggerResult{Trigger: "a", DeliveryID: "d-1", State: bellropev1.Delivery_SCHEDULED, AttemptCount: 2}, results[0])
		equal(t, bellrope.TriggerResult{Trigger: "b"}, results[1])
	}
}
