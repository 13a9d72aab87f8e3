package bellrope

import (
	"context"
	"errors"
	"iter"
	"time"

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
	return func(yield func(Outcome, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		s := &stream{
			eventing: c.eventing,
			source:   newSource(ctx, events, c.project),
			window:   &window{timeout: c.timeout},
			timer:    time.NewTimer(c.timeout),
			yield:    yield,
		}
		defer s.timer.Stop()
		if err := s.run(ctx); err != nil && !errors.Is(err, errLeft) {
			yield(Outcome{}, err)
		}
	}
}

// stream is one QueueStream of a client, over one connection after another.
type stream struct {
	eventing bellropev1.EventingClient
	source   *source
	isTaken  bool // the source has ended
	window   *window
	timer    *time.Timer // runs while events have no outcome
	yield    func(Outcome, error) bool
}

// run returns when every event is settled.
func (s *stream) run(ctx context.Context) error {
	for {
		if s.window.isEmpty() {
			if err := s.first(ctx); err != nil || s.isTaken {
				return err
			}
		}
		failed, err := s.exchange(ctx)
		if err != nil {
			return err
		}
		if s.window.isEmpty() {
			continue
		}
		pause, again := s.window.pauseAfter(failed)
		if !again {
			return s.window.about(failed)
		}
		if interrupted := sleep(ctx, pause); interrupted != nil {
			return s.window.about(interrupted)
		}
	}
}

// first waits for the first event of a connection.
func (s *stream) first(ctx context.Context) error {
	if s.isTaken {
		return s.source.end()
	}
	select {
	case request, more := <-s.source.requests:
		if !more {
			s.isTaken = true
			return s.source.end()
		}
		s.window.add(request)
		return nil
	case <-ctx.Done():
		return interrupted(ctx)
	}
}

// exchange sends events and yields outcomes until the connection ends, and returns why it did.
func (s *stream) exchange(ctx context.Context) (*Error, error) {
	connection := connect(ctx, s.eventing, s.window.unsettled)
	defer connection.close()
	if s.isTaken {
		connection.done()
	}
	s.timer.Reset(s.window.patience())
	for {
		select {
		case answer, more := <-connection.answers:
			if !more {
				return connection.failed, nil
			}
			if err := s.settle(answer); err != nil {
				return nil, err
			}
		case request, more := <-s.requests():
			s.forward(connection, request, more)
		case <-s.timer.C:
			return deadlinePassed("The server does not answer."), nil
		case <-ctx.Done():
			return nil, s.window.about(interrupted(ctx))
		}
	}
}

// requests returns where the next event comes from; nil, which blocks, if none must be taken now.
func (s *stream) requests() <-chan *bellropev1.QueueRequest {
	if s.isTaken || s.window.isFull() {
		return nil
	}
	return s.source.requests
}

// forward sends an event, or ends the connection's side of ours after the last one.
func (s *stream) forward(connection *connection, request *bellropev1.QueueRequest, more bool) {
	if !more {
		s.isTaken = true
		connection.done()
		return
	}
	if s.window.isEmpty() {
		s.timer.Reset(s.window.patience())
	}
	connection.send(s.window.add(request))
}

// settle yields the outcomes in an answer.
func (s *stream) settle(answer *bellropev1.QueueStreamResponse) error {
	s.window.tries = nil
	for _, each := range answer.GetResults()[:min(len(answer.GetResults()), len(s.window.unsettled))] {
		if !s.yield(s.window.settle(each), nil) {
			return errLeft
		}
	}
	s.timer.Stop()
	if !s.window.isEmpty() {
		s.timer.Reset(s.window.patience())
	}
	return nil
}
