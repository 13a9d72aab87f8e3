package webhooks

import (
	"errors"
	"net/http"
	"time"

	"bellrope.example/go/internal/jsondata"
)

// ErrNotAnEvent says that a request has no valid event. Another attempt would send the same request.
var ErrNotAnEvent = errors.New("webhooks: the request has no valid event")

// Event is an event as a webhook gets it. Every attempt of a delivery has the same one.
type Event struct {
	// ID is the event's id, as the sender of the event has it.
	ID   string
	Type string
	// Source is the name of the bellrope installation.
	Source string
	// Time is when the event was accepted. If its sender sent a CloudEvent, it is what the sender says; zero if that is
	// nothing. A leap second is the second after it.
	Time time.Time
	// Data is the data as it was sent, byte for byte: JSON, unless its sender sent a CloudEvent with other data.
	Data []byte
	// DeliveryID is the id of the delivery. A delivery may come more than once, so ignore one that you have seen.
	DeliveryID string

	value any // nil if Data is JSON
}

// Into decodes the data into what a pointer points to, as [encoding/json.Unmarshal] does. In an `any`, a number is a
// json.Number, which keeps its digits. It fails if the data is not JSON; then use Data.
func (e *Event) Into(value any) error {
	if e.value != nil || len(e.Data) == 0 {
		return errors.New("webhooks: the event's data is not JSON; use Data")
	}
	return jsondata.Decode(e.Data, value)
}

// Value returns the decoded data: a value of JSON, with each number as a json.Number; or a string or a []byte as it was
// sent, if it is not JSON; or nil if there is none.
func (e *Event) Value() any {
	if e.value != nil || len(e.Data) == 0 {
		return e.value
	}
	return jsondata.Value(e.Data)
}

// Receive returns the event in a request that is signed with the secret. It returns the errors of [Verify] and [Parse].
func Receive(body []byte, header http.Header, secret string) (*Event, error) {
	if err := Verify(body, header, secret); err != nil {
		return nil, err
	}
	return Parse(body, header)
}
