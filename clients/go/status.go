package bellrope

import (
	"context"
	"errors"
	"strconv"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"bellrope.example/go/bellropev1"
)

var kindByReason = map[string]error{
	"NO_TRIGGER_MATCHED": ErrNoTriggerMatched,
	"OVERLOADED":         ErrOverloaded,
	"OVER_QUOTA":         ErrOverQuota,
	"RESPONSE_TOO_LARGE": ErrResponseTooLarge,
	"TOO_LARGE":          ErrTooLarge,
	"TRIGGER_PAUSED":     ErrTriggerPaused,
	"WEBHOOK_FAILED":     ErrWebhookFailed,
}

var kindByCode = map[codes.Code]error{
	codes.AlreadyExists:      ErrConflict,
	codes.DeadlineExceeded:   ErrDeadlinePassed,
	codes.FailedPrecondition: ErrConflict,
	codes.Internal:           ErrInternal,
	codes.InvalidArgument:    ErrInvalidRequest,
	codes.NotFound:           ErrNotFound,
	codes.Unauthenticated:    ErrKeyRequired,
	codes.Unavailable:        ErrUnavailable,
}

// closing is what gRPC says when the client was closed. To try again would be of no use.
const closing = "grpc: the client connection is closing"

// typed returns the error for what gRPC returned; nil for nil.
func typed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	made := fromStatus(status.Convert(err))
	if ctx.Err() != nil && made.Reason == "" {
		return interrupted(ctx)
	}
	if isLost(made) {
		made.Code = codes.Unavailable
	}
	return made.of(err)
}

// asError returns the error of a call of ours; nil for nil.
func asError(err error) *Error {
	var failed *Error
	if err != nil && !errors.As(err, &failed) {
		failed = (&Error{Code: codes.Unknown, Message: err.Error(), Index: -1}).of(err)
	}
	return failed
}

// refusal returns the error for one refused event of a stream.
func refusal(refused *statuspb.Status) *Error {
	return fromStatus(status.FromProto(refused)).of(nil)
}

// interrupted returns the error for a context that has ended.
func interrupted(ctx context.Context) *Error {
	failed := &Error{Code: codes.Canceled, Message: "The call was cancelled.", Index: -1}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return deadlinePassed("The deadline came before the answer.")
	}
	return failed.of(ctx.Err())
}

func deadlinePassed(message string) *Error {
	return (&Error{Code: codes.DeadlineExceeded, Message: message, Index: -1}).of(nil)
}

// isLost says whether a status means that a connection broke. Only the server's own errors have a reason.
func isLost(failed *Error) bool {
	switch failed.Code {
	case codes.Aborted, codes.Canceled, codes.Internal, codes.Unknown:
		return failed.Reason == "" && failed.Message != closing
	default:
		return false
	}
}

// of returns the error, which now wraps its kind and its cause.
func (e *Error) of(cause error) *Error {
	kind := kindByReason[e.Reason]
	if kind == nil {
		kind = kindByCode[e.Code]
	}
	for _, each := range []error{kind, cause} {
		if each != nil {
			e.wrapped = append(e.wrapped, each)
		}
	}
	if e.Code == codes.DeadlineExceeded {
		e.wrapped = append(e.wrapped, context.DeadlineExceeded)
	}
	return e
}

func fromStatus(failed *status.Status) *Error {
	made := &Error{Code: failed.Code(), Message: failed.Message(), Index: -1}
	for _, detail := range failed.Details() {
		made.add(detail)
	}
	return made
}

// add takes what a detail says. The first detail of a kind counts.
func (e *Error) add(detail any) {
	switch detail := detail.(type) {
	case *errdetails.ErrorInfo:
		if e.Reason == "" {
			e.Reason, e.Metadata, e.Index = detail.GetReason(), detail.GetMetadata(), indexIn(detail.GetMetadata())
		}
	case *errdetails.BadRequest:
		for _, each := range detail.GetFieldViolations() {
			e.Fields = append(e.Fields, Field{Name: each.GetField(), Description: each.GetDescription()})
		}
	case *errdetails.RetryInfo:
		e.RetryAfter = detail.GetRetryDelay().AsDuration()
	case *bellropev1.TriggerSyncResponse:
		e.TriggerResults = triggerResults(detail)
	}
}

func indexIn(metadata map[string]string) int {
	index, err := strconv.Atoi(metadata["index"])
	if err != nil {
		return -1
	}
	return index
}
