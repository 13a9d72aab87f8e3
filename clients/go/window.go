package bellrope

import (
	"context"
	"sync"
	"time"

	"bellrope.example/go/bellropev1"
)

const (
	mostEvents = 1024
	mostBytes  = 16 << 20 // of data; beyond it, no event is taken until others are settled
	refilledAt = 0.75     // of either: a window that was full takes events again, so that they are sent many at once
)

// window holds each event of a stream from the time it is taken from the caller until it is on disk or refused. Those who
// take, send and settle events meet here, each in a goroutine of its own.
type window struct {
	lock      sync.Mutex
	changed   sync.Cond
	unsettled []*encoded
	bytes     int
	isFull    bool      // no event is taken
	settled   int       // how many events have their outcome
	since     time.Time // since when there are events without one
	isDone    bool      // no event follows
}

func newWindow() *window {
	w := &window{}
	w.changed.L = &w.lock
	return w
}

// wake lets those who wait look again, for example because a context has ended.
func (w *window) wake() {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.changed.Broadcast()
}

// add holds an event, once there is room. It is false if the context ends first.
func (w *window) add(ctx context.Context, event *encoded) bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	for w.isFull && ctx.Err() == nil {
		w.changed.Wait()
	}
	if len(w.unsettled) == 0 {
		w.since = time.Now()
	}
	w.unsettled = append(w.unsettled, event)
	w.bytes += event.size
	w.isFull = w.isFilled(1)
	w.changed.Broadcast()
	return ctx.Err() == nil
}

// isFilled says whether there is this part of the most events or bytes.
func (w *window) isFilled(part float64) bool {
	return float64(len(w.unsettled)) >= mostEvents*part || float64(w.bytes) >= mostBytes*part
}

// done says that no event follows.
func (w *window) done() {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.isDone = true
	w.changed.Broadcast()
}

// copy returns how many events it has copied, from a place in the stream on, once there is one; 0 if none comes, or the
// context ends.
func (w *window) copy(ctx context.Context, index int, into []*encoded) int {
	w.lock.Lock()
	defer w.lock.Unlock()
	for index >= w.settled+len(w.unsettled) && !w.isDone && ctx.Err() == nil {
		w.changed.Wait()
	}
	at := index - w.settled
	if at < 0 || at >= len(w.unsettled) || ctx.Err() != nil {
		return 0
	}
	return copy(into, w.unsettled[at:])
}

// place returns the place and the id of the first event without an outcome. The id is empty if there is none.
func (w *window) place() (int, string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if len(w.unsettled) == 0 {
		return w.settled, ""
	}
	return w.settled, w.unsettled[0].id
}

// waited returns how long there have been events without an outcome.
func (w *window) waited() time.Duration {
	w.lock.Lock()
	defer w.lock.Unlock()
	if len(w.unsettled) == 0 {
		return 0
	}
	return time.Since(w.since)
}

// settle appends the outcomes in an answer, and drops their events.
func (w *window) settle(answer *bellropev1.QueueStreamResponse, outcomes []Outcome) []Outcome {
	w.lock.Lock()
	defer w.lock.Unlock()
	count := min(len(answer.GetResults()), len(w.unsettled))
	for index, each := range answer.GetResults()[:count] {
		event := w.unsettled[index]
		w.unsettled[index] = nil
		w.bytes -= event.size
		outcomes = append(outcomes, outcomeOf(each, w.settled+index, event))
	}
	w.unsettled = w.unsettled[count:]
	w.settled += count
	if w.isFull && !w.isFilled(refilledAt) {
		w.isFull = false
		w.changed.Broadcast()
	}
	return outcomes
}

func outcomeOf(result *bellropev1.QueueStreamResponse_Result, index int, event *encoded) Outcome {
	if accepted := result.GetAccepted(); accepted != nil {
		return Outcome{Queued: queued(accepted)}
	}
	return Outcome{Refused: refusal(result.GetError()).at(index, event.id)}
}
