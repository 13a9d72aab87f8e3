package bellrope

import (
	"context"
	"iter"
)

// source takes events from the caller's iterator, in a goroutine of its own, so that outcomes come while it blocks.
type source struct {
	failed   error // of the caller's iterator, or of an event that cannot be sent; it ended the source
	panicked any   // what the iterator panicked with
}

// take puts events into a window, until there are no more or the context ends.
func (s *source) take(ctx context.Context, events iter.Seq2[Event, error], project string, into *window) {
	defer into.done()
	defer func() { s.panicked = recover() }()
	encoder, index := newEncoder(), 0
	for event, err := range events {
		if err != nil {
			s.failed = err
			return
		}
		encoded, refused := encoder.encode(event, project)
		if refused != nil {
			s.failed = within(index, refused)
			return
		}
		if !into.add(ctx, encoded) {
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
	return s.failed
}

// withoutErrors returns what yields events and no error.
func withoutErrors(events iter.Seq[Event]) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		events(func(event Event) bool { return yield(event, nil) })
	}
}
