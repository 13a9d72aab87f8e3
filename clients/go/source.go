package bellrope

import (
	"context"
	"iter"
)

// source takes events from the caller's iterator, in a goroutine of its own, so that outcomes come while it blocks.
type source struct {
	refused  *ArgumentError // the event that cannot be sent, and ended the source
	panicked any            // what the iterator panicked with
}

// take puts events into a window, until there are no more or the context ends.
func (s *source) take(ctx context.Context, events iter.Seq[Event], project string, into *window) {
	defer into.done()
	defer func() { s.panicked = recover() }()
	index := 0
	for event := range events {
		request, refused := event.streamRequest(project)
		if refused != nil {
			s.refused = within(index, refused)
			return
		}
		if !into.add(ctx, request) {
			return
		}
		index++
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
