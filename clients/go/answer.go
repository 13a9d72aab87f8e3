package bellrope

import (
	"encoding/json"
	"errors"
	"time"

	"bellrope.example/go/bellropev1"
	"bellrope.example/go/internal/jsondata"
)

// Queued is an event that is on the server's disk.
type Queued struct {
	EventID string
	// DeliveryCount is how many triggers matched; if 0, the event is stored, but no webhook will be called.
	DeliveryCount int
	// DueTime is when the webhooks are first called, in UTC.
	DueTime time.Time
	// Duplicate is true if the id was already accepted, in an earlier call or in an earlier try of this call.
	Duplicate bool
}

func queued(response *bellropev1.QueueResponse) Queued {
	return Queued{
		EventID:       response.GetEventId(),
		DeliveryCount: int(response.GetDeliveryCount()),
		DueTime:       response.GetDueTime().AsTime(),
		Duplicate:     response.GetDuplicate(),
	}
}

// Answer has the answers of an event's webhooks; at least one webhook succeeded.
type Answer struct {
	EventID string
	// Result is the answer of the first trigger that succeeded, in the order of names: JSON text, byte for byte. It is a
	// JSON string if the webhook answered with other text, and null if it answered with nothing.
	Result json.RawMessage
	// ResultBase64 is true if the webhook did not answer with text, or with more than 1.6 MB of it. Result is then a JSON
	// string with the base64 of the answer, which decodes into a []byte.
	ResultBase64 bool
	// TriggerResults has all triggers that matched, in the order of names.
	TriggerResults []TriggerResult
}

func answerOf(response *bellropev1.TriggerSyncResponse) *Answer {
	return &Answer{
		EventID:        response.GetEventId(),
		Result:         response.GetResult(),
		ResultBase64:   response.GetResultBase64(),
		TriggerResults: triggerResults(response),
	}
}

// Into decodes the answer into what a pointer points to, as [encoding/json.Unmarshal] does. In an `any`, a number is a
// json.Number, which keeps its digits. An answer with [Answer.ResultBase64] decodes into a []byte and nothing else.
func (a *Answer) Into(value any) error {
	if _, takesBytes := value.(*[]byte); a.ResultBase64 && !takesBytes {
		return errors.New("bellrope: the webhook answered with bytes that are not text; decode them into a []byte")
	}
	return jsondata.Decode(a.Result, value)
}

// String returns Result as text.
func (a *Answer) String() string { return string(a.Result) }

// TriggerResult is what became of an event at one trigger.
type TriggerResult struct {
	// Trigger is the name of the trigger.
	Trigger string
	// DeliveryID is the id of the trigger's delivery.
	DeliveryID string
	// State is that of the delivery. A SCHEDULED one continues in the background.
	State bellropev1.Delivery_State
	// AttemptCount is how many attempts have been made so far.
	AttemptCount int
	// LastAttempt is the last attempt without its request; nil if none was made.
	LastAttempt *bellropev1.Attempt
}

func triggerResults(response *bellropev1.TriggerSyncResponse) []TriggerResult {
	results := make([]TriggerResult, len(response.GetResults()))
	for index, each := range response.GetResults() {
		results[index] = TriggerResult{
			Trigger:      each.GetTrigger(),
			DeliveryID:   each.GetDeliveryId(),
			State:        each.GetState(),
			AttemptCount: int(each.GetAttemptCount()),
			LastAttempt:  each.GetLastAttempt(),
		}
	}
	return results
}
