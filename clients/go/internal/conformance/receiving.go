package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"bellrope.example/go/webhooks"
)

// receiving are the operations without a client, and the tail, which writes a line of its own.
var receiving = map[string]func(*runner, *input) (any, error){
	"verify":  (*runner).verify,
	"parse":   (*runner).parse,
	"receive": (*runner).receive,
	"stacks":  func(*runner, *input) (any, error) { return []string{"net/http"}, nil },
	"serve":   (*runner).serve,
	"stop":    (*runner).stop,
	"tail":    (*runner).tail,
}

func (in *input) header() http.Header {
	header := http.Header{}
	for name, text := range in.Headers {
		header.Set(name, text)
	}
	return header
}

func (in *input) secret() string { return strings.Join(in.Secrets, " ") }

func (r *runner) verify(in *input) (any, error) {
	return object{}, webhooks.Verify(in.Body, in.header(), in.secret())
}

func (r *runner) parse(in *input) (any, error) {
	return shownEvent(webhooks.Parse(in.Body, in.header()))
}

func (r *runner) receive(in *input) (any, error) {
	return shownEvent(webhooks.Receive(in.Body, in.header(), in.secret()))
}

func shownEvent(event *webhooks.Event, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return receivedOf(event), nil
}

// returns is what the function of the application does.
type returns struct {
	Value  value   `json:"value"`
	Events []event `json:"events"`
	Refuse *string `json:"refuse"`
	Fail   *any    `json:"fail"`
}

// served is a ready handler that runs, and what its function was given.
type served struct {
	server *httptest.Server

	lock     sync.Mutex
	received []any
}

func (s *served) note(event *webhooks.Event) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.received = append(s.received, receivedOf(event))
}

func (r *runner) serve(in *input) (any, error) {
	if in.Stack != "net/http" {
		return nil, errors.New("there is no such stack")
	}
	r.served = &served{received: []any{}}
	handler, err := webhooks.Handler(in.secret(), func(_ context.Context, event *webhooks.Event) (any, error) {
		r.served.note(event)
		return in.Returns.do()
	})
	if err != nil {
		return nil, err
	}
	r.served.server = httptest.NewServer(handler)
	return object{"url": r.served.server.URL}, nil
}

func (r *returns) do() (any, error) {
	switch {
	case r.Refuse != nil:
		return nil, webhooks.Refuse("%s", *r.Refuse)
	case r.Fail != nil:
		return nil, errors.New("a bug of the application")
	case r.Events == nil:
		return r.Value.made, nil
	}
	reply := webhooks.Reply{Response: r.Value.made}
	for _, each := range r.Events {
		reply.Events = append(reply.Events, webhooks.Chained{
			Type: each.Type, Data: each.Data.made, ScheduleTime: each.Time, Delay: milliseconds(each.DelayMs), ID: each.ID, Options: each.Options,
		})
	}
	return reply, nil
}

func (r *runner) stop(*input) (any, error) {
	r.served.server.Close()
	return object{"received": r.served.received}, nil
}

func (r *runner) tail(in *input) (any, error) {
	client, err := r.client(in.Settings)
	if err != nil {
		return nil, err
	}
	ctx, cancel := in.limited()
	defer cancel()
	facts := []any{}
	for fact, err := range client.Tail(ctx, nil) {
		if err != nil {
			return nil, err
		}
		if fact.GetKind() == 0 {
			if err := r.out.Encode(in.named(object{"begun": true})); err != nil {
				return nil, err
			}
			continue
		}
		facts = append(facts, object{"kind": fact.GetKind().String(), "type": fact.GetType(), "event_id": fact.GetEventId()})
		if len(facts) >= in.Count {
			break
		}
	}
	return facts, nil
}
