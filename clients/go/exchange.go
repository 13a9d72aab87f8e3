package bellrope

import (
	"context"
	"errors"
	"io"
	"time"

	"google.golang.org/grpc/codes"

	"bellrope.example/go/bellropev1"
)

const (
	sentAtOnce = 64 // how many events the sender takes from the window at once
	looks      = 8  // how often the clock is read in the time that the server may be silent
)

// errSilent says that a server did not answer in time.
var errSilent = errors.New("the server does not answer")

// exchange sends events and yields outcomes until the connection ends, and returns why it did.
func (s *stream) exchange(ctx context.Context) (*Error, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	context.AfterFunc(ctx, s.window.wake)
	s.listen(s.patience())
	go s.watch(ctx, cancel)
	call, err := s.eventing.QueueStream(ctx, s.options...)
	if err != nil {
		return s.reason(ctx, err), nil
	}
	first, _ := s.window.place()
	go s.send(ctx, call, first)
	answer := &bellropev1.QueueStreamResponse{} // used again, because Recv makes a new one each time
	for {
		if err := call.RecvMsg(answer); err != nil {
			return s.reason(ctx, err), nil
		}
		if err := s.settle(answer); err != nil {
			return nil, err
		}
		s.silentFrom.Store(sinceLastLook)
	}
}

// send sends the events from an index on, those first that an earlier connection has left without an outcome.
func (s *stream) send(ctx context.Context, call bellropev1.Eventing_QueueStreamClient, index int) {
	var events [sentAtOnce]*encoded
	for count := s.window.copy(ctx, index, events[:]); count > 0; count = s.window.copy(ctx, index, events[:]) {
		for _, event := range events[:count] {
			if s.sendEvent(call, event) != nil {
				return // the answers' end says why
			}
		}
		index += count
	}
	_ = call.CloseSend()
}

// settle yields the outcomes in an answer. How long the caller takes does not count as silence of the server.
func (s *stream) settle(answer *bellropev1.QueueStreamResponse) error {
	s.silentFrom.Store(nobodyListens)
	s.tries = nil
	s.outcomes = s.window.settle(answer, s.outcomes[:0])
	for _, each := range s.outcomes {
		if !s.yield(each, nil) {
			return errLeft
		}
	}
	return nil
}

// listen says that an answer is awaited, so long.
func (s *stream) listen(patience time.Duration) {
	s.silentFrom.Store(int64(time.Since(s.begun) + patience - s.timeout))
}

// watch ends a connection on which the server is silent for too long. It reads the clock for the reader of answers, because
// each event may have an answer of its own.
func (s *stream) watch(ctx context.Context, end context.CancelCauseFunc) {
	for {
		s.silentFrom.CompareAndSwap(sinceLastLook, int64(time.Since(s.begun)))
		left := s.timeout - min(s.silence(), s.window.waited())
		if left <= 0 {
			end(errSilent)
			return
		}
		if sleep(ctx, min(left, s.timeout/looks)) != nil {
			return
		}
	}
}

// silence returns how long an answer has been awaited.
func (s *stream) silence() time.Duration {
	from := s.silentFrom.Load()
	if from >= sinceLastLook {
		return 0
	}
	return time.Since(s.begun) - time.Duration(from)
}

// reason returns why a connection ended.
func (s *stream) reason(ctx context.Context, err error) *Error {
	if errors.Is(context.Cause(ctx), errSilent) {
		return deadlinePassed("The server does not answer.")
	}
	return ended(err)
}

// ended returns why a stream of answers ended.
func ended(err error) *Error {
	if errors.Is(err, io.EOF) {
		return (&Error{Code: codes.Unavailable, Message: "The server ended the stream.", Index: -1}).of(nil)
	}
	return asError(err)
}
