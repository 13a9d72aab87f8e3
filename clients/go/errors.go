package bellrope

import (
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
)

// The kinds of errors: errors.Is(err, bellrope.ErrNotFound) says whether an error is of a kind.
var (
	// ErrInvalidRequest: the request is not valid; nothing was stored. Fields says what is wrong.
	ErrInvalidRequest error = &kind{"invalid request", nil}
	// ErrTooLarge, an ErrInvalidRequest: the request or a part of it is over a limit of the server; nothing was stored.
	ErrTooLarge error = &kind{"too large", ErrInvalidRequest}
	// ErrNotFound: the project, trigger, event or delivery does not exist.
	ErrNotFound error = &kind{"not found", nil}
	// ErrNoTriggerMatched, an ErrNotFound: no trigger matches the event of Trigger; nothing was stored.
	ErrNoTriggerMatched error = &kind{"no trigger matched", ErrNotFound}
	// ErrConflict: the call conflicts with existing data: a used id, an existing name, or a state that forbids it.
	ErrConflict error = &kind{"conflict", nil}
	// ErrTriggerPaused, an ErrConflict: only paused triggers match the event of Trigger; nothing was stored.
	ErrTriggerPaused error = &kind{"trigger paused", ErrConflict}
	// ErrKeyRequired: the server needs a key, and this client has none or the wrong one.
	ErrKeyRequired error = &kind{"key required", nil}
	// ErrOverloaded: the server is overloaded; nothing was stored. Wait for RetryAfter, then send it again.
	ErrOverloaded error = &kind{"overloaded", nil}
	// ErrOverQuota: a quota of the project or a trigger is used up; nothing was stored. Message says how to make room.
	ErrOverQuota error = &kind{"over quota", nil}
	// ErrWebhookFailed: no webhook succeeded. TriggerResults has the last attempts; SCHEDULED deliveries will be retried.
	ErrWebhookFailed error = &kind{"webhook failed", nil}
	// ErrResponseTooLarge: the webhook succeeded, but its answer is too large to return.
	ErrResponseTooLarge error = &kind{"response too large", nil}
	// ErrDeadlinePassed: the deadline came before the answer. If the event was stored, its delivery continues. Such an
	// error is a [context.DeadlineExceeded], too.
	ErrDeadlinePassed error = &kind{"deadline passed", nil}
	// ErrInternal: the server has an error of its own; whether it stored is unknown. Its log says more.
	ErrInternal error = &kind{"internal error", nil}
	// ErrUnavailable: the server cannot be reached, is stopping, or cannot store; whether it stored is unknown.
	ErrUnavailable error = &kind{"unavailable", nil}
)

// Error is a call that failed. A call whose context was cancelled fails with an Error that is a [context.Canceled], too.
type Error struct {
	// Code is gRPC's.
	Code codes.Code
	// Reason is a name of Error.Reason in the proto, or empty if the error is not from the server.
	Reason string
	// Message is for people.
	Message string
	// Fields are the fields of the request that are wrong.
	Fields []Field
	// Metadata is what else the server says about the error, by name.
	Metadata map[string]string
	// RetryAfter is how long to wait before sending the request again; 0 if the server does not say.
	RetryAfter time.Duration
	// EventID is the id of the event, even if it was not stored; empty if the error is not about one event.
	EventID string
	// Index is the place, from 0, of the event at fault in a batch or a stream; -1 if there is none.
	Index int
	// TriggerResults has what became of the event at each trigger, if a Trigger call failed because of them.
	TriggerResults []TriggerResult

	wrapped []error
}

// Field is a field of the request that is wrong.
type Field struct {
	// Name is the field as the proto spells it, such as delay or events[3].type.
	Name string
	// Description says what is wrong.
	Description string
}

func (e *Error) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("bellrope: %s [%s]", e.Message, e.Code)
	}
	return fmt.Sprintf("bellrope: %s [%s]", e.Message, e.Reason)
}

// Unwrap returns the kind of the error, and the error of gRPC or of the context behind it.
func (e *Error) Unwrap() []error { return e.wrapped }

// at returns the error, which is now about an event.
func (e *Error) at(index int, eventID string) *Error {
	e.Index, e.EventID = index, eventID
	return e
}

type kind struct {
	text   string
	parent error
}

func (k *kind) Error() string { return "bellrope: " + k.text }

func (k *kind) Unwrap() error { return k.parent }
