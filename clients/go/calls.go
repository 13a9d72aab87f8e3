package bellrope

import (
	"context"
	"errors"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"bellrope.example/go/bellropev1"
)

// calls is a connection whose calls send the key, have a deadline and a project, and return an [*Error].
type calls struct {
	conn    grpc.ClientConnInterface
	key     string
	project string
	timeout time.Duration
}

// Invoke makes a call with one request and one answer.
func (c *calls) Invoke(ctx context.Context, method string, request, answer any, options ...grpc.CallOption) error {
	ctx, cancel := withTimeout(ctx, c.timeout)
	defer cancel()
	return typed(ctx, c.conn.Invoke(c.withKey(ctx), method, inProject(request, c.project), answer, options...))
}

// NewStream begins a call with many requests or answers. It has no deadline but that of its context.
func (c *calls) NewStream(
	ctx context.Context, kind *grpc.StreamDesc, method string, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	opened, err := c.conn.NewStream(c.withKey(ctx), kind, method, options...)
	if err != nil {
		return nil, typed(ctx, err)
	}
	made := &clientStream{ClientStream: opened, caller: ctx}
	if !kind.ClientStreams {
		made.project = c.project // a stream of requests is our own, and has it
	}
	return made, nil
}

func (c *calls) withKey(ctx context.Context) context.Context {
	if c.key == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+c.key)
}

// clientStream is a stream with our project and our errors.
type clientStream struct {
	grpc.ClientStream
	caller  context.Context
	project string
}

func (s *clientStream) SendMsg(request any) error {
	return s.ClientStream.SendMsg(inProject(request, s.project))
}

func (s *clientStream) RecvMsg(answer any) error {
	err := s.ClientStream.RecvMsg(answer)
	if errors.Is(err, io.EOF) {
		return err
	}
	return typed(s.caller, err)
}

// withTimeout returns a context with a deadline: its own, or else this one.
func withTimeout(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, timeout)
}

// inProject returns the request in the project, unless it names one or needs none. The caller's own stays as it is.
// Nobody deletes a project without its name.
func inProject(request any, project string) any {
	message, ok := request.(proto.Message)
	if _, deletes := request.(*bellropev1.DeleteProjectRequest); !ok || deletes || project == "" {
		return request
	}
	field := message.ProtoReflect().Descriptor().Fields().ByName("project")
	if field == nil || field.Kind() != protoreflect.StringKind || message.ProtoReflect().Has(field) {
		return request
	}
	named := copied(message)
	named.ProtoReflect().Set(field, protoreflect.ValueOfString(project))
	return named
}

// copied returns a copy that can be changed; that of a nil message is an empty one, as gRPC sends it.
func copied[Message proto.Message](message Message) Message {
	if reflected := message.ProtoReflect(); !reflected.IsValid() {
		return reflected.New().Interface().(Message)
	}
	return proto.Clone(message).(Message)
}
