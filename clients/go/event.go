package bellrope

import (
	"fmt"
	"maps"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"bellrope.example/go/bellropev1"
	"bellrope.example/go/internal/jsondata"
)

// Event is what happened. Only Type is required.
type Event struct {
	// Type is what happened: up to 255 characters without white space.
	Type string

	// Data is any value that encoding/json can write; nil means null.
	//
	// A [encoding/json.RawMessage] is JSON text, and reaches the webhook byte for byte, also inside a map[string]any or an
	// []any. A []byte there is refused, because it could be either text or base64. Inside a type of yours encoding/json
	// decides: it writes a []byte as base64, and a RawMessage without its white space.
	Data any

	// ScheduleTime is when to call the webhooks. The zero value, or a time in the past, means now.
	ScheduleTime time.Time

	// Delay is how long after ScheduleTime, or after now, to call them.
	Delay time.Duration

	// ID is your own key: 1 to 128 of A-Z a-z 0-9 _ -. bellrope stores an event with the same key once. Without one, each
	// call makes a new id.
	ID string

	// Options narrow the triggers. A trigger that has options matches only events that have them, too.
	Options map[string]string

	// ExpireTime is the time from which no webhook is called. The zero value means never.
	ExpireTime time.Time

	// Traceparent is a W3C trace context. The webhook gets it as its traceparent header.
	Traceparent string

	// Tracestate is the W3C tracestate that belongs to Traceparent.
	Tracestate string
}

// ArgumentError says that an event cannot be sent as it is. Nothing was sent.
type ArgumentError struct {
	// Place is where the problem is, such as data.items[2].price or options.
	Place string
	// Problem is what is wrong there.
	Problem string

	cause error
}

func (e *ArgumentError) Error() string { return fmt.Sprintf("bellrope: %s %s", e.Place, e.Problem) }

// Is says that it is an [ErrInvalidRequest], like what the server refuses.
func (e *ArgumentError) Is(kind error) bool { return kind == ErrInvalidRequest }

// Unwrap returns the error of encoding/json, if there is one.
func (e *ArgumentError) Unwrap() error { return e.cause }

// request returns the message for an event. One without an ID gets a new one, so that it can be sent again.
func (e Event) request(project string) (*bellropev1.QueueRequest, *ArgumentError) {
	request := &bellropev1.QueueRequest{}
	return request, e.fill(request, project)
}

func (e Event) fill(request *bellropev1.QueueRequest, project string) *ArgumentError {
	data, wrong := jsondata.Encode(e.Data)
	if wrong != nil {
		return refused(wrong)
	}
	if place := e.notUTF8(); place != "" {
		return &ArgumentError{Place: place, Problem: "is not UTF-8"}
	}
	request.Project = project
	request.Type = e.Type
	request.Data = data
	request.ScheduleTime = timestamp(e.ScheduleTime)
	request.Id = e.ID
	request.Options = maps.Clone(e.Options)
	request.ExpireTime = timestamp(e.ExpireTime)
	request.Traceparent = e.Traceparent
	request.Tracestate = e.Tracestate
	if e.ID == "" {
		request.Id = NewID()
	}
	if e.Delay != 0 {
		request.Delay = durationpb.New(e.Delay)
	}
	return nil
}

// triggerRequest returns the message for an event whose answer is awaited.
func (e Event) triggerRequest(project string) (*bellropev1.TriggerSyncRequest, *ArgumentError) {
	r, refused := e.request(project)
	if refused != nil {
		return nil, refused
	}
	return &bellropev1.TriggerSyncRequest{
		Project:      r.Project,
		Type:         r.Type,
		Data:         r.Data,
		ScheduleTime: r.ScheduleTime,
		Delay:        r.Delay,
		Id:           r.Id,
		Options:      r.Options,
		ExpireTime:   r.ExpireTime,
		Traceparent:  r.Traceparent,
		Tracestate:   r.Tracestate,
	}, nil
}

// batch returns the message for events that are stored together.
func batch(events []Event, project string) (*bellropev1.QueueBatchRequest, *ArgumentError) {
	request := &bellropev1.QueueBatchRequest{Project: project}
	for index, each := range events {
		made, refused := each.request("")
		if refused != nil {
			return nil, within(index, refused)
		}
		request.Events = append(request.Events, made)
	}
	return request, nil
}

// idAt returns the id of an event in a batch; empty if the index is of none.
func idAt(batch *bellropev1.QueueBatchRequest, index int) string {
	if index < 0 || index >= len(batch.GetEvents()) {
		return ""
	}
	return batch.GetEvents()[index].GetId()
}

// notUTF8 returns the name of a text that protobuf cannot carry; empty if there is none.
func (e Event) notUTF8() string {
	for name, value := range e.Options {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return "options"
		}
	}
	switch {
	case !utf8.ValidString(e.Type):
		return "type"
	case !utf8.ValidString(e.ID):
		return "id"
	case !utf8.ValidString(e.Traceparent):
		return "traceparent"
	case !utf8.ValidString(e.Tracestate):
		return "tracestate"
	}
	return ""
}

func refused(found *jsondata.Error) *ArgumentError {
	return &ArgumentError{Place: found.Place, Problem: found.Problem, cause: found.Cause}
}

// within returns the error of an event with its place in a batch.
func within(index int, refused *ArgumentError) *ArgumentError {
	refused.Place = fmt.Sprintf("events[%d].%s", index, refused.Place)
	return refused
}

func timestamp(time time.Time) *timestamppb.Timestamp {
	if time.IsZero() {
		return nil
	}
	return timestamppb.New(time)
}
