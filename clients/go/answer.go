package bellrope

import (
	"encoding/base64"
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
	// Raw is the answer of the first trigger that succeeded, in the order of names: JSON text, byte for byte. If the
	// webhook did not answer with text, these are the bytes of its answer.
	Raw []byte
	// Results has all triggers that matched, in the order of names, each with its last attempt.
	Results []*bellropev1.TriggerSyncResponse_Result

	isText bool
}

func answerOf(response *bellropev1.TriggerSyncResponse) (*Answer, error) {
	answer := &Answer{
		EventID: response.GetEventId(),
		Raw:     response.GetResult(),
		Results: response.GetResults(),
		isText:  !response.GetResultBase64(),
	}
	if answer.isText {
		return answer, nil
	}
	text, _ := jsondata.Value(answer.Raw).(string)
	raw, err := base64.StdEncoding.DecodeString(text)
	answer.Raw = raw
	return answer, err
}

// Into decodes the answer into what a pointer points to, as [encoding/json.Unmarshal] does. In an `any`, a number is a
// json.Number, which keeps its digits. It fails if the webhook did not answer with text; then use Raw.
func (a *Answer) Into(value any) error {
	if !a.isText {
		return errors.New("bellrope: the webhook answered with bytes that are not text; use Raw")
	}
	return jsondata.Decode(a.Raw, value)
}

// String returns the answer as it came.
func (a *Answer) String() string { return string(a.Raw) }

// Result returns the decoded answer: a value of JSON, with each number as a json.Number; a string for other text; nil if
// it is empty; and a []byte if it is not text.
func (a *Answer) Result() any {
	if !a.isText {
		return a.Raw
	}
	return jsondata.Value(a.Raw)
}
