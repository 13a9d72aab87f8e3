package bellrope

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc"
)

const (
	firstPause   = 100 * time.Millisecond
	longestPause = 1600 * time.Millisecond
	jitter       = 0.5
	retries      = 5
	unlimited    = math.MaxInt
)

// tries are the tries of one call: when they end, and how long to wait before the next.
type tries struct {
	end    time.Time // zero: never
	most   int       // besides the first
	failed int
}

// pauseAfter returns how long to wait before the next try. It is false if the error must be returned.
//
// The pause doubles from 0.1 s to 1.6 s. A random part of up to a half is added, so that not all clients return at once to
// a server that is back.
func (t *tries) pauseAfter(failed *Error) (time.Duration, bool) {
	pause := min(firstPause<<min(t.failed, 10), longestPause)
	pause += time.Duration(float64(pause) * jitter * rand.Float64())
	t.failed++
	isLate := !t.end.IsZero() && time.Until(t.end) <= pause
	return pause, errors.Is(failed, ErrUnavailable) && t.failed <= t.most && !isLate
}

// sleep waits; it returns an error if the context ends first.
func sleep(ctx context.Context, pause time.Duration) *Error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return interrupted(ctx)
	}
}

// send makes a call, and again a few times while the server is unavailable.
func send[Request, Response any](
	ctx context.Context,
	timeout time.Duration,
	method func(context.Context, *Request, ...grpc.CallOption) (*Response, error),
	request *Request,
) (*Response, *Error) {
	ctx, cancel := withTimeout(ctx, timeout)
	defer cancel()
	end, _ := ctx.Deadline()
	tries := tries{end: end, most: retries}
	for {
		response, err := method(ctx, request)
		failed := asError(err)
		if failed == nil {
			return response, nil
		}
		pause, again := tries.pauseAfter(failed)
		if !again {
			return nil, failed
		}
		if interrupted := sleep(ctx, pause); interrupted != nil {
			return nil, interrupted
		}
	}
}
