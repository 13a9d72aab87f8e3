package bellrope

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"bellrope.example/go/bellropev1"
)

// encoded is an event of a stream as it is sent. It is encoded once, when it is taken, so that the stream holds one piece
// of memory for each event.
type encoded struct {
	id      string
	size    int    // of the data
	message []byte // a QueueStreamRequest
}

// encoder encodes the events of a stream.
type encoder struct {
	request bellropev1.QueueStreamRequest // used again for each event
}

func newEncoder() *encoder {
	return &encoder{request: bellropev1.QueueStreamRequest{Event: &bellropev1.QueueRequest{}}}
}

// encode returns an event. One without an ID gets a new one, so that it can be sent again.
func (e *encoder) encode(event Event, project string) (*encoded, *ArgumentError) {
	e.request.Event.Reset()
	if refused := event.fill(e.request.Event, project); refused != nil {
		return nil, refused
	}
	message, err := proto.Marshal(&e.request)
	if err != nil {
		return nil, &ArgumentError{Place: "event", Problem: "cannot be sent: " + err.Error(), cause: err}
	}
	return &encoded{id: e.request.Event.Id, size: len(e.request.Event.Data), message: message}, nil
}

// sendEncoded sends an event as it is.
func sendEncoded(call bellropev1.Eventing_QueueStreamClient, event *encoded) error {
	return call.SendMsg(event)
}

// sendDecoded sends an event as a message, which the interceptors of the caller's own connection expect.
func sendDecoded(call bellropev1.Eventing_QueueStreamClient, event *encoded) error {
	request := &bellropev1.QueueStreamRequest{}
	if err := proto.Unmarshal(event.message, request); err != nil {
		return err
	}
	return call.Send(request)
}

// asItIs has a call send what is encoded as it is.
var asItIs = grpc.ForceCodecV2(passing{encoding.GetCodecV2("proto")})

// passing is a codec that passes on what is encoded.
type passing struct{ encoding.CodecV2 }

func (p passing) Marshal(message any) (mem.BufferSlice, error) {
	if event, isEncoded := message.(*encoded); isEncoded {
		return mem.BufferSlice{mem.SliceBuffer(event.message)}, nil
	}
	return p.CodecV2.Marshal(message)
}
