package bellrope

import (
	"context"
	"errors"
	"iter"
	"math"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

	"bellrope.example/go/bellropev1"
)

// Outcome is what became of an event of a stream.
type Outcome struct {
	// Queued is the event on the server's disk; zero if the event was refused.
	Queued
	// Refused is the error of an event that was refused, with its Index and EventID; nil if the event is stored.
	Refused *Error
}

// errLeft says that the caller has left the loop.
var errLeft = errors.New("the loop was left")

// QueueStream stores events, any number of them, and yields the outcome of each, in order. It goes on after a refused
// event.
//
// Events are taken and sent while you iterate, at most 1,024 or 16 MiB of data ahead of their outcomes. If the server goes
// away, the client connects again and sends the events without an outcome again.
//
// The stream ends with an error if no answer comes for [Config.Timeout]: an [*Error] with the Index and EventID of the
// first event without an outcome. It also ends with an error if the context ends, or at an event that cannot be sent (an
// [*ArgumentError]), after the outcomes of those before it. Such an error is the last pair, with a zero Outcome.
//
// The iterator of events runs in a goroutine of its own. If you leave the loop early, the iterator ends when it yields its
// next event.
func (c *Client) QueueStream(ctx context.Context, events iter.Seq[Event]) iter.Seq2[Outcome, error] {
	return c.QueueStreamOf(ctx, withoutErrors(events))
}

// QueueStreamOf is [Client.QueueStream] for events whose source may fail, such as the rows of a database.
//
// An error of the source is the last pair, as it is, after the outcomes of the events before it.
func (c *Client) QueueStreamOf(ctx context.Context, events iter.Seq2[Event, error]) iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		s := c.newStream(yield)
		context.AfterFunc(ctx, s.window.wake)
		go s.source.take(ctx, events, c.project, s.window)
		if err := s.run(ctx); err != nil && !errors.Is(err, errLeft) {
			yield(Outcome{}, err)
		}
	}
}

func (c *Client) newStream(yield func(Outcome, error) bool) *stream {
	s := &stream{eventing: c.eventing, timeout: c.timeout, window: newWindow(), yield: yield, begun: time.Now()}
	if s.sendEvent = sendDecoded; c.own != nil {
		s.sendEvent, s.options = sendEncoded, []grpc.CallOption{asItIs}
	}
	return s
}

// stream is one QueueStream of a client, over one connection after another.
type stream struct {
	eventing bellropev1.EventingClient
	timeout  time.Duration // how long to wait for an answer, and how long to try without one
	source   source
	window   *window
	yield    func(Outcome, error) bool
	outcomes []Outcome // of the last answer
	tries    *tries    // since the last answer

	sendEvent func(bellropev1.Eventing_QueueStreamClient, *encoded) error
	options   []grpc.CallOption // that sendEvent needs

	begun      time.Time
	silentFrom atomic.Int64 // when the wait for an answer began, after begun
}

const (
	nobodyListens = math.MaxInt64     // the value of silentFrom while the caller is busy with outcomes
	sinceLastLook = nobodyListens - 1 // and if the wait began after the clock was last read
)

// run returns when every event is settled.
func (s *stream) run(ctx context.Context) error {
	for s.hasEvent(ctx) {
		failed, err := s.exchange(ctx)
		if err != nil {
			return err
		}
		index, eventID := s.window.place()
		if eventID == "" {
			continue
		}
		pause, again := s.pauseAfter(failed)
		if !again {
			return failed.at(index, eventID)
		}
		if interrupted := sleep(ctx, pause); interrupted != nil {
			return interrupted.at(index, eventID)
		}
	}
	if ctx.Err() != nil {
		return interrupted(ctx)
	}
	return s.source.end()
}

// hasEvent waits for an event without an outcome. It is false if none follows, or the context ends.
func (s *stream) hasEvent(ctx context.Context) bool {
	index, _ := s.window.place()
	return s.window.copy(ctx, index, make([]*encoded, 1)) > 0
}

// patience returns how long to wait for the first answer of a connection.
func (s *stream) patience() time.Duration {
	if s.tries == nil {
		return s.timeout
	}
	return time.Until(s.tries.end)
}

// pauseAfter returns how long to wait before the rest is sent again. It is false if the error must be returned.
//
// Only time limits the tries: a caller that gives up a stream loses its place in it.
func (s *stream) pauseAfter(failed *Error) (time.Duration, bool) {
	if s.tries == nil {
		s.tries = &tries{end: time.Now().Add(s.timeout), most: unlimited}
	}
	return s.tries.pauseAfter(failed)
}
