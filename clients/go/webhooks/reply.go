package webhooks

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"bellrope.example/go/internal/jsondata"
)

// Reply is an answer that also queues events, if the trigger allows it (chain_events).
type Reply struct {
	// Response is the answer for a caller that waits: any value that encoding/json can write.
	Response any
	// Events are queued: 100 at most. A delivery may come twice, so give each event an ID; then it is queued once.
	Events []Chained
}

// Chained is an event that an answer queues. The fields are those of an event of the client.
type Chained struct {
	Type         string
	Data         any
	ScheduleTime time.Time
	Delay        time.Duration
	ID           string
	Options      map[string]string
}

// Refused is the error of a function that refuses a delivery for good: it becomes a dead letter at once.
type Refused struct {
	// Status is the status of the answer: 400 to 499. Another one, such as 0, means 422.
	Status int
	// Message is in the answer, and so in the server's log of attempts.
	Message string
}

func (r *Refused) Error() string { return r.Message }

// status returns the status to answer with: any other class would be a success, or be sent again.
func (r *Refused) status() int {
	if r.Status < 400 || r.Status > 499 {
		return http.StatusUnprocessableEntity
	}
	return r.Status
}

// Refuse returns an error that refuses a delivery for good, with status 422:
//
//	return nil, webhooks.Refuse("no price for %s", item)
func Refuse(format string, arguments ...any) error {
	return &Refused{Status: http.StatusUnprocessableEntity, Message: fmt.Sprintf(format, arguments...)}
}

// NoRetry sets the header of an answer, other than 2xx, after which the server does not send the delivery again. A
// function of [Handler] does not need it.
func NoRetry(header http.Header) { header.Set("Webhook-Retry", "no") }

// bodyOf returns the body of the answer for what a function returned.
func bodyOf(returned any) ([]byte, error) {
	switch reply := returned.(type) {
	case Reply:
		return reply.body()
	case *Reply:
		if reply == nil {
			return encode(nil)
		}
		return reply.body()
	default:
		return encode(returned)
	}
}

// body joins the parts by hand, because encoding/json would take the white space out of a json.RawMessage.
func (r *Reply) body() ([]byte, error) {
	response, err := encode(r.Response)
	if err != nil {
		return nil, err
	}
	events := make([][]byte, len(r.Events))
	for index, each := range r.Events {
		if events[index], err = each.text(); err != nil {
			return nil, fmt.Errorf("events[%d]: %w", index, err)
		}
	}
	return fmt.Appendf(nil, `{"response":%s,"events":[%s]}`, response, bytes.Join(events, []byte(","))), nil
}

// text returns the event as a webhook's answer has it.
func (c *Chained) text() ([]byte, error) {
	data, err := encode(c.Data)
	if err != nil {
		return nil, err
	}
	others := struct {
		Type      string            `json:"type"`
		Timestamp *time.Time        `json:"timestamp,omitempty"`
		Delay     float64           `json:"delay,omitempty"` // in seconds
		ID        string            `json:"id,omitempty"`
		Options   map[string]string `json:"options,omitempty"`
	}{Type: c.Type, Delay: c.Delay.Seconds(), ID: c.ID, Options: c.Options}
	if !c.ScheduleTime.IsZero() {
		others.Timestamp = &c.ScheduleTime
	}
	text, err := encode(others)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(text[:len(text)-1], `,"data":%s}`, data), nil
}

func encode(value any) ([]byte, error) {
	text, wrong := jsondata.Encode(value)
	if wrong != nil {
		return nil, wrong
	}
	return text, nil
}
