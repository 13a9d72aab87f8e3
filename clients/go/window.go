package bellrope

import (
	"time"

	"bellrope.example/go/bellropev1"
)

const (
	mostEvents = 1024
	mostBytes  = 16 << 20 // of data; beyond it, no event is taken until others are settled
)

// window holds each event of a stream from the time it is taken from the caller until it is on disk or refused.
type window struct {
	timeout   time.Duration // how long to wait for an answer, and how long to try without one
	unsettled []*bellropev1.QueueStreamRequest
	bytes     int
	settled   int
	tries     *tries // since the last answer
}

func (w *window) isEmpty() bool { return len(w.unsettled) == 0 }

// about returns the error with the place of the first event without an outcome.
func (w *window) about(failed *Error) *Error {
	if w.isEmpty() {
		return failed
	}
	return failed.at(w.settled, w.unsettled[0].GetEvent().GetId())
}

// isFull says whether another event must be settled before the next is taken.
func (w *window) isFull() bool { return len(w.unsettled) >= mostEvents || w.bytes >= mostBytes }

// patience returns how long to wait for the next answer.
func (w *window) patience() time.Duration {
	if w.tries == nil {
		return w.timeout
	}
	return time.Until(w.tries.end)
}

// add holds an event, and returns the message to send.
func (w *window) add(event *bellropev1.QueueRequest) *bellropev1.QueueStreamRequest {
	request := &bellropev1.QueueStreamRequest{Event: event}
	w.unsettled = append(w.unsettled, request)
	w.bytes += len(event.GetData())
	return request
}

// settle returns an event's outcome, and drops the event.
func (w *window) settle(result *bellropev1.QueueStreamResponse_Result) Outcome {
	event := w.unsettled[0].GetEvent()
	w.unsettled[0] = nil
	w.unsettled = w.unsettled[1:]
	w.bytes -= len(event.GetData())
	w.settled++
	if accepted := result.GetAccepted(); accepted != nil {
		return Outcome{Queued: queued(accepted)}
	}
	return Outcome{Refused: refusal(result.GetError()).at(w.settled-1, event.GetId())}
}

// pauseAfter returns how long to wait before the rest is sent again. It is false if the error must be returned.
//
// Only time limits the tries: a caller that gives up a stream loses its place in it.
func (w *window) pauseAfter(failed *Error) (time.Duration, bool) {
	if w.tries == nil {
		w.tries = &tries{end: time.Now().Add(w.timeout), most: unlimited}
	}
	return w.tries.pauseAfter(failed)
}
