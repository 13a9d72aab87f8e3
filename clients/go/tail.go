package bellrope

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"time"

	"bellrope.example/go/bellropev1"
)

// overloadedPause is how long Tail waits if the server does not say how long to wait.
const overloadedPause = time.Second

// Tail yields what happens from now on, until you leave the loop or the context ends, which is its last error.
//
// The first fact has no kind, and says that the stream has begun. If the server goes away, the client waits for it; such a
// fact then comes again, and what happened meanwhile is not shown. DroppedCount says how many facts were lost just before
// one because you read too slowly. For a complete record, read the lists.
//
// The request selects facts; nil selects all of the client's project.
func (c *Client) Tail(ctx context.Context, request *bellropev1.TailRequest) iter.Seq2[*bellropev1.TailResponse, error] {
	if request == nil {
		request = &bellropev1.TailRequest{}
	}
	return func(yield func(*bellropev1.TailResponse, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		t := &tail{deliveries: c.Deliveries, request: request, yield: yield}
		t.tries = tries{end: time.Now().Add(c.timeout), most: retries}
		if err := t.run(ctx); !errors.Is(err, errLeft) {
			yield(nil, err)
		}
	}
}

// tail is one Tail of a client, over one connection after another.
type tail struct {
	deliveries bellropev1.DeliveriesClient
	request    *bellropev1.TailRequest
	yield      func(*bellropev1.TailResponse, error) bool
	tries      tries
	hasBegun   bool
}

// run returns why the watch ended.
func (t *tail) run(ctx context.Context) error {
	for {
		failed, err := t.read(ctx)
		if err != nil {
			return err
		}
		pause, again := t.pauseAfter(failed)
		if !again {
			return failed
		}
		if interrupted := sleep(ctx, pause); interrupted != nil {
			return interrupted
		}
	}
}

// read yields the facts of one connection, and returns why it ended.
func (t *tail) read(ctx context.Context) (*Error, error) {
	call, err := t.deliveries.Tail(ctx, t.request)
	if err != nil {
		return asError(err), nil
	}
	for {
		fact, err := call.Recv()
		if err != nil {
			return ended(err), nil
		}
		t.hasBegun, t.tries = true, tries{most: unlimited}
		if !t.yield(fact, nil) {
			return nil, errLeft
		}
	}
}

func (t *tail) pauseAfter(failed *Error) (time.Duration, bool) {
	if t.hasBegun && errors.Is(failed, ErrOverloaded) {
		return cmp.Or(failed.RetryAfter, overloadedPause), true
	}
	return t.tries.pauseAfter(failed)
}
