package webhooks

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// mostBytes is how long a body may be. Data has at most 8 MiB (--max-data-bytes), and more around it.
const mostBytes = 9 << 20

// Func is what is done about an event. What it returns is the answer for a caller that waits: any value that encoding/json
// can write, nil for an empty answer, or a [Reply] that also queues events.
//
// If it returns an error, the answer is 500, and the delivery is sent again later. After [Refuse] it is not.
type Func func(ctx context.Context, event *Event) (any, error)

// Handler returns a handler that answers deliveries which are signed with the secret, or an error if the secret is none.
//
// An error of the function is written to the default logger of [log/slog], and not into the answer.
func Handler(secret string, receive Func) (http.Handler, error) {
	verifiers, err := verifiersOf(secret)
	if err != nil {
		return nil, err
	}
	return &handler{verifiers: verifiers, receive: receive}, nil
}

type handler struct {
	verifiers []*standardwebhooks.Webhook
	receive   Func
}

// ServeHTTP answers a delivery.
func (h *handler) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodPost {
		response.Header().Set("Allow", http.MethodPost)
		refuse(response, http.StatusMethodNotAllowed, "A delivery is a POST.")
		return
	}
	event, err := h.event(response, request)
	if err != nil {
		refuseRequest(response, err)
		return
	}
	returned, err := h.receive(request.Context(), event)
	if err != nil {
		refuseEvent(request.Context(), response, event, err)
		return
	}
	answer(request.Context(), response, event, returned)
}

// event returns the event in a request.
func (h *handler) event(response http.ResponseWriter, request *http.Request) (*Event, error) {
	body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, mostBytes))
	if err != nil {
		return nil, err
	}
	if err := verify(body, request.Header, h.verifiers); err != nil {
		return nil, err
	}
	return Parse(body, request.Header)
}

func refuseRequest(response http.ResponseWriter, err error) {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		refuse(response, http.StatusRequestEntityTooLarge, "The body is longer than a delivery can be.")
		return
	}
	refuse(response, http.StatusBadRequest, err.Error())
}

func refuseEvent(ctx context.Context, response http.ResponseWriter, event *Event, err error) {
	var refused *Refused
	if errors.As(err, &refused) {
		NoRetry(response.Header())
		refuse(response, refused.status(), refused.Message)
		return
	}
	fail(ctx, response, event, err)
}

func fail(ctx context.Context, response http.ResponseWriter, event *Event, err error) {
	slog.ErrorContext(ctx, "webhook failed", "type", event.Type, "delivery_id", event.DeliveryID, "error", err)
	refuse(response, http.StatusInternalServerError, "The webhook failed.")
}

func answer(ctx context.Context, response http.ResponseWriter, event *Event, returned any) {
	if returned == nil {
		response.WriteHeader(http.StatusNoContent)
		return
	}
	body, err := bodyOf(returned)
	if err != nil {
		fail(ctx, response, event, err)
		return
	}
	write(response, http.StatusOK, body)
}

func refuse(response http.ResponseWriter, status int, message string) {
	body, _ := encode(map[string]string{"error": strings.ToValidUTF8(message, "\ufffd")})
	write(response, status, body)
}

func write(response http.ResponseWriter, status int, body []byte) {
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(status)
	_, _ = response.Write(body) // nobody is left to learn that it failed
}
