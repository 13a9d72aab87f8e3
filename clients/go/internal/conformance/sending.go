package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"bellrope.example/go"
)

func (c *client) queue(in *input) (any, error) {
	ctx, cancel := in.limited()
	defer cancel()
	queued, err := c.Queue(ctx, in.Event.made())
	return queuedOf(queued), err
}

func (c *client) trigger(in *input) (any, error) {
	ctx, cancel := in.limited()
	defer cancel()
	answer, err := c.Trigger(ctx, in.Event.made())
	if err != nil {
		return nil, err
	}
	result, raw, err := decoded(answer)
	return object{
		"event_id": answer.EventID,
		"result":   shown(result),
		"raw":      raw,
		"results":  resultsOf(answer.TriggerResults),
	}, err
}

// decoded returns an answer as a value, and its bytes.
func decoded(answer *bellrope.Answer) (result any, raw []byte, err error) {
	if answer.ResultBase64 {
		err = answer.Into(&raw)
		return raw, raw, err
	}
	err = answer.Into(&result)
	return result, answer.Result, err
}

func (c *client) queueBatch(in *input) (any, error) {
	ctx, cancel := in.limited()
	defer cancel()
	stored, err := c.QueueBatch(ctx, slices.Collect(in.many))
	out := []any{}
	for _, each := range stored {
		out = append(out, queuedOf(each))
	}
	return out, err
}

func (c *client) queueStream(in *input) (any, error) {
	ctx, cancel := in.limited()
	defer cancel()
	out := []any{}
	for outcome, err := range c.QueueStream(ctx, in.many) {
		switch {
		case err != nil:
			return nil, &brokenStream{reason: err, before: out}
		case outcome.Refused != nil:
			out = append(out, object{"error": errorOf(outcome.Refused)})
		default:
			out = append(out, queuedOf(outcome.Queued))
		}
	}
	return out, nil
}

func (c *client) cancel(in *input) (any, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	begun := time.Now()
	time.AfterFunc(time.Duration(in.AfterMs)*time.Millisecond, cancel)
	_, err := c.Trigger(ctx, in.Event.made())
	if errors.Is(err, context.Canceled) {
		return object{"cancelled": true, "after_ms": time.Since(begun).Milliseconds()}, nil
	}
	return object{"cancelled": false}, err
}

func (c *client) load(in *input) (any, error) {
	ids := make([]string, in.Count)
	failures := make([]error, in.Callers)
	var next atomic.Int64
	var callers sync.WaitGroup
	for caller := range in.Callers {
		callers.Go(func() {
			for index := next.Add(1) - 1; int(index) < in.Count && failures[caller] == nil; index = next.Add(1) - 1 {
				queued, err := c.Queue(context.Background(), bellrope.Event{Type: in.Type})
				ids[index], failures[caller] = queued.EventID, err
			}
		})
	}
	callers.Wait()
	return object{"ids": ids}, errors.Join(failures...)
}
