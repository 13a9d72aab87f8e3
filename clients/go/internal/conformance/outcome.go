package main

import (
	"context"
	"errors"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"

	"bellrope.example/go"
	"bellrope.example/go/webhooks"
)

// kinds are the kinds of errors, each before its parent.
var kinds = []struct {
	is   error
	name string
}{
	{bellrope.ErrTooLarge, "TOO_LARGE"},
	{bellrope.ErrInvalidRequest, "INVALID_REQUEST"},
	{bellrope.ErrNoTriggerMatched, "NO_TRIGGER_MATCHED"},
	{bellrope.ErrNotFound, "NOT_FOUND"},
	{bellrope.ErrTriggerPaused, "TRIGGER_PAUSED"},
	{bellrope.ErrConflict, "CONFLICT"},
	{bellrope.ErrKeyRequired, "KEY_REQUIRED"},
	{bellrope.ErrOverloaded, "OVERLOADED"},
	{bellrope.ErrOverQuota, "OVER_QUOTA"},
	{bellrope.ErrWebhookFailed, "WEBHOOK_FAILED"},
	{bellrope.ErrResponseTooLarge, "RESPONSE_TOO_LARGE"},
	{bellrope.ErrDeadlinePassed, "DEADLINE_PASSED"},
	{bellrope.ErrInternal, "INTERNAL_ERROR"},
	{bellrope.ErrUnavailable, "UNAVAILABLE"},
	{context.Canceled, "CANCELLED"},
	{webhooks.ErrSignatureInvalid, "SIGNATURE_INVALID"},
	{webhooks.ErrNotAnEvent, "NOT_AN_EVENT"},
}

// brokenStream is a stream that failed, with the outcomes before that.
type brokenStream struct {
	reason error
	before []any
}

func (b *brokenStream) Error() string { return b.reason.Error() }

func errorOf(err error) object {
	if wrong := (*wrongSetting)(nil); errors.As(err, &wrong) {
		return object{"kind": "WRONG_SETTING", "message": err.Error()}
	}
	if refused := (*bellrope.ArgumentError)(nil); errors.As(err, &refused) {
		return object{"kind": "REFUSED", "message": err.Error()}
	}
	var failed *bellrope.Error
	if !errors.As(err, &failed) {
		return object{"kind": kindOf(err, "REFUSED"), "message": err.Error()}
	}
	out := object{
		"kind":    kindOf(err, "OTHER"),
		"code":    code.Code_name[int32(failed.Code)],
		"message": failed.Message,
	}
	set(out, "reason", failed.Reason)
	set(out, "event_id", failed.EventID)
	if failed.Index >= 0 {
		out["index"] = failed.Index
	}
	if failed.RetryAfter > 0 {
		out["retry_after_ms"] = failed.RetryAfter.Milliseconds()
	}
	if len(failed.Metadata) > 0 {
		out["metadata"] = failed.Metadata
	}
	if len(failed.TriggerResults) > 0 {
		out["results"] = resultsOf(failed.TriggerResults)
	}
	fields := []string{}
	for _, each := range failed.Fields {
		fields = append(fields, each.Name)
	}
	out["fields"] = fields
	return out
}

func kindOf(err error, other string) string {
	for _, each := range kinds {
		if errors.Is(err, each.is) {
			return each.name
		}
	}
	return other
}

func set(out object, name, text string) {
	if text != "" {
		out[name] = text
	}
}

func queuedOf(queued bellrope.Queued) object {
	return object{
		"event_id":       queued.EventID,
		"delivery_count": queued.DeliveryCount,
		"due_time":       queued.DueTime.Format(time.RFC3339Nano),
		"duplicate":      queued.Duplicate,
	}
}

func resultsOf(results []bellrope.TriggerResult) []any {
	out := []any{}
	for _, each := range results {
		out = append(out, object{
			"trigger":     each.Trigger,
			"state":       each.State.String(),
			"status_code": each.LastAttempt.GetStatusCode(),
		})
	}
	return out
}

func receivedOf(event *webhooks.Event) object {
	out := object{
		"id":          event.ID,
		"type":        event.Type,
		"source":      event.Source,
		"time":        nil,
		"delivery_id": event.DeliveryID,
		"data":        shown(event.Value()),
		"raw":         event.Data,
	}
	if event.Data == nil {
		out["raw"] = ""
	}
	if !event.Time.IsZero() {
		out["time"] = event.Time.Format(time.RFC3339Nano)
	}
	return out
}
