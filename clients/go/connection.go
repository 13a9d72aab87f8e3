package bellrope

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc/codes"

	"bellrope.example/go/bellropev1"
)

// connection is one call of QueueStream. One goroutine sends and another reads, so that neither waits for the other.
type connection struct {
	requests chan *bellropev1.QueueStreamRequest // has room for a whole window, so that send never blocks
	answers  chan *bellropev1.QueueStreamResponse
	failed   *Error // why the call ended; set before answers is closed
	cancel   context.CancelFunc
	isDone   bool // nothing more is sent
}

// connect begins a call, and sends what a call before it has left without an outcome.
func connect(
	ctx context.Context, eventing bellropev1.EventingClient, unsettled []*bellropev1.QueueStreamRequest,
) *connection {
	ctx, cancel := context.WithCancel(ctx)
	c := &connection{
		requests: make(chan *bellropev1.QueueStreamRequest, mostEvents),
		answers:  make(chan *bellropev1.QueueStreamResponse),
		cancel:   cancel,
	}
	for _, each := range unsettled {
		c.send(each)
	}
	go c.exchange(ctx, eventing)
	return c
}

func (c *connection) send(request *bellropev1.QueueStreamRequest) { c.requests <- request }

// done says that nothing more is sent.
func (c *connection) done() {
	if !c.isDone {
		c.isDone = true
		close(c.requests)
	}
}

// close cancels the call.
func (c *connection) close() {
	c.done()
	c.cancel()
}

func (c *connection) exchange(ctx context.Context, eventing bellropev1.EventingClient) {
	defer close(c.answers)
	call, err := eventing.QueueStream(ctx)
	if err != nil {
		c.failed = asError(err)
		return
	}
	go c.sendAll(call)
	for {
		answer, err := call.Recv()
		if err != nil {
			c.failed = ended(err)
			return
		}
		select {
		case c.answers <- answer:
		case <-ctx.Done():
			c.failed = interrupted(ctx)
			return
		}
	}
}

// sendAll sends until the call ends; its error comes to the reader.
func (c *connection) sendAll(call bellropev1.Eventing_QueueStreamClient) {
	for request := range c.requests {
		if call.Send(request) != nil {
			return
		}
	}
	_ = call.CloseSend()
}

// ended returns why a stream ended.
func ended(err error) *Error {
	if errors.Is(err, io.EOF) {
		return (&Error{Code: codes.Unavailable, Message: "The server ended the stream.", Index: -1}).of(nil)
	}
	return asError(err)
}
