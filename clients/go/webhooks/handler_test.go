package webhooks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bellrope.example/go/webhooks"
)

// answer returns the answer of a handler to a delivery of its function's event.
func answer(t *testing.T, receive webhooks.Func) *http.Response {
	t.Helper()
	body := []byte(documented(`,"data":{"amount":5}`).body)
	return post(handler(t, receive), body, signed(body, 0, secret))
}

func handler(t *testing.T, receive webhooks.Func) http.Handler {
	t.Helper()
	made, err := webhooks.Handler(secret, receive)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func post(handler http.Handler, body []byte, header http.Header) *http.Response {
	request := httptest.NewRequest(http.MethodPost, "/hook", bytes.NewReader(body))
	request.Header = header
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func expect(t *testing.T, found *http.Response, status int, body string) {
	t.Helper()
	text, _ := io.ReadAll(found.Body) // it is in memory
	if found.StatusCode != status || string(text) != body {
		t.Errorf("expected %d %s, and it is %d %s", status, body, found.StatusCode, text)
	}
}

// The answer is what the function returns.
func TestTheAnswerIsWhatTheFunctionReturns(t *testing.T) {
	found := answer(t, func(_ context.Context, event *webhooks.Event) (any, error) {
		return map[string]any{"type": event.Type, "exact": json.RawMessage("1.0")}, nil
	})
	expect(t, found, 200, `{"exact":1.0,"type":"paid"}`)
	if found.Header.Get("Content-Type") != "application/json" {
		t.Error(found.Header)
	}
	expect(t, answer(t, func(context.Context, *webhooks.Event) (any, error) { return nil, nil }), 204, "")
	expect(t, answer(t, func(context.Context, *webhooks.Event) (any, error) {
		return json.RawMessage("[ 1.0 ]"), nil
	}), 200, "[ 1.0 ]")
}

// A reply also has events to queue.
func TestAReplyHasEventsToQueue(t *testing.T) {
	at := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	reply := webhooks.Reply{Response: true, Events: []webhooks.Chained{
		{Type: "a", Data: json.RawMessage("[ 1.0]"), ID: "a-1", Options: map[string]string{"x": "y"}},
		{Type: "b", Delay: 1500 * time.Millisecond, ScheduleTime: at},
	}}
	expected := `{"response":true,"events":[{"type":"a","id":"a-1","options":{"x":"y"},"data":[ 1.0]},` +
		`{"type":"b","timestamp":"2031-01-01T00:00:00Z","delay":1.5,"data":null}]}`
	expect(t, answer(t, func(context.Context, *webhooks.Event) (any, error) { return reply, nil }), 200, expected)
	expect(t, answer(t, func(context.Context, *webhooks.Event) (any, error) { return &reply, nil }), 200, expected)
}

// A refused delivery is not sent again; after another error it is, and the error stays here.
func TestAnErrorIsAnAnswerThatFails(t *testing.T) {
	refused := answer(t, func(context.Context, *webhooks.Event) (any, error) {
		return nil, errors.Join(webhooks.Refuse("not for %s", "me"))
	})
	expect(t, refused, 422, `{"error":"not for me"}`)
	if refused.Header.Get("Webhook-Retry") != "no" {
		t.Error(refused.Header)
	}

	var logged bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	defer slog.SetDefault(before)
	for _, receive := range []webhooks.Func{
		func(context.Context, *webhooks.Event) (any, error) { return nil, errors.New("a password") },
		func(context.Context, *webhooks.Event) (any, error) { return math.NaN(), nil },
		func(context.Context, *webhooks.Event) (any, error) {
			return webhooks.Reply{Events: []webhooks.Chained{{Data: math.NaN()}}}, nil
		},
	} {
		failed := answer(t, receive)
		expect(t, failed, 500, `{"error":"The webhook failed."}`)
		if failed.Header.Get("Webhook-Retry") != "" {
			t.Error(failed.Header)
		}
	}
	if !strings.Contains(logged.String(), "a password") || strings.Count(logged.String(), "delivery_id=d-1") != 3 {
		t.Error(logged.String())
	}
}

// A refusal has a status that the server takes for one, whatever the function wrote, and no reply is no answer.
func TestARefusalIsARefusal(t *testing.T) {
	for given, status := range map[int]int{0: 422, 200: 422, 409: 409, 500: 422, 1000: 422} {
		refused := answer(t, func(context.Context, *webhooks.Event) (any, error) {
			return nil, &webhooks.Refused{Status: given, Message: "no"}
		})
		expect(t, refused, status, `{"error":"no"}`)
		if refused.Header.Get("Webhook-Retry") != "no" {
			t.Error(refused.Header)
		}
	}
	var none *webhooks.Reply
	found := answer(t, func(context.Context, *webhooks.Event) (any, error) { return none, nil })
	if found.StatusCode >= 300 {
		t.Error(found.StatusCode)
	}
}

// What is no delivery never reaches the function.
func TestWhatIsNoDeliveryIsRefused(t *testing.T) {
	handler := handler(t, func(context.Context, *webhooks.Event) (any, error) {
		t.Error("it was called")
		return nil, nil
	})
	body := []byte(documented("").body)
	for status, found := range map[int]*http.Response{
		400: post(handler, body, signed(body, 0, other)),
		413: post(handler, make([]byte, 10<<20), http.Header{}),
	} {
		if found.StatusCode != status || found.Header.Get("Content-Type") != "application/json" {
			t.Error(status, found.StatusCode)
		}
	}
	expect(t, post(handler, []byte("{}"), signed([]byte("{}"), 0, secret)), 400,
		`{"error":"webhooks: the request has no valid event: its specversion is not 1.0-rc1"}`)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/hook", nil))
	if recorder.Code != 405 || recorder.Header().Get("Allow") != "POST" {
		t.Error(recorder.Code)
	}
}

// A handler with a secret that is none cannot be made.
func TestAHandlerNeedsASecret(t *testing.T) {
	for _, wrong := range []string{"", "secret", "whsec_x"} {
		if made, err := webhooks.Handler(wrong, nil); made != nil || err == nil {
			t.Error(wrong, made, err)
		}
	}
}
