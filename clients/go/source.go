package bellrope

import (
	"context"
	"iter"

	"bellrope.example/go/bellropev1"
)

// source takes events from the caller's iterator, in a goroutine of its own, so that outcomes come while it blocks.
type source struct {
	requests chan *bellropev1.QueueRequest // closed at the end
	refused  *ArgumentError                // the event that cannot be sent, and ended the source
	panicked any                           // what the iterator panicked with
}

func newSource(ctx context.Context, events iter.Seq[Event], project string) *source {
	s := &source{requests: make(chan *bellropev1.QueueRequest)}
	go s.take(ctx, events, project)
	return s
}

func (s *source) take(ctx context.Context, events iter.Seq[Event], project string) {
	defer close(s.requests)
	defer func() { s.panicked = recover() }()
	index := 0
	for event := range events {
		request, refused := event.request(project)
		if refused != nil {
			s.refused = within(index, refused)
			return
		}
		select {
		case s.requests <- request:
			index++
		case <-ctx.Done():
			return
		}
	}
}

// end returns why the source ended before its time, or nil. A panic of the iterator goes on in the caller's goroutine.
func (s *source) end() error {
	if s.panicked != nil {
		panic(s.panicked)
	}
	if s.refused != nil {
		return s.refused
	}
	return nil
}
