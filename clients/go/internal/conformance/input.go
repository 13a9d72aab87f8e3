package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"bellrope.example/go"
)

// input is a line of standard input.
type input struct {
	Case      string          `json:"case"`
	Op        string          `json:"op"`
	Settings  json.RawMessage `json:"settings"`
	TimeoutMs int             `json:"timeout_ms"`

	Event   *event  `json:"event"`
	Events  []event `json:"events"`
	Count   int     `json:"count"`
	AfterMs int     `json:"after_ms"`
	Callers int     `json:"callers"`

	Trigger json.RawMessage `json:"trigger"`
	Name    string          `json:"name"`
	Type    string          `json:"type"`
	Schema  string          `json:"schema"`
	EventID string          `json:"event_id"`

	Body    []byte            `json:"body"`
	Headers map[string]string `json:"headers"`
	Secrets []string          `json:"secrets"`
	Stack   string            `json:"stack"`
	Returns returns           `json:"returns"`
}

// named returns an outcome with the name of its case.
func (in *input) named(outcome object) object {
	named := maps.Clone(outcome)
	named["case"] = in.Case
	return named
}

// event is an event as a case gives it, and as a webhook's answer queues it.
type event struct {
	Type        string            `json:"type"`
	Data        value             `json:"data"`
	ID          string            `json:"id"`
	DelayMs     int64             `json:"delay_ms"`
	Time        time.Time         `json:"time"`
	ExpireTime  time.Time         `json:"expire_time"`
	Options     map[string]string `json:"options"`
	Traceparent string            `json:"traceparent"`
	Tracestate  string            `json:"tracestate"`
}

func (e *event) made() bellrope.Event {
	return bellrope.Event{
		Type:         e.Type,
		Data:         e.Data.made,
		ID:           e.ID,
		Delay:        milliseconds(e.DelayMs),
		ScheduleTime: e.Time,
		ExpireTime:   e.ExpireTime,
		Options:      e.Options,
		Traceparent:  e.Traceparent,
		Tracestate:   e.Tracestate,
	}
}

// many returns the events of a stream or a batch.
func (in *input) many(yield func(bellrope.Event) bool) {
	for _, each := range in.Events {
		if !yield(each.made()) {
			return
		}
	}
	for index := range in.repeated() {
		made := in.Event.made()
		made.ID = fmt.Sprintf("%s-%d", in.Event.ID, index)
		if !yield(made) {
			return
		}
	}
}

func (in *input) repeated() int {
	if in.Event == nil {
		return 0
	}
	return in.Count
}

func milliseconds(count int64) time.Duration { return time.Duration(count) * time.Millisecond }
