package webhooks_test

import (
	"context"
	"log"
	"net/http"
	"os"

	"bellrope.example/go/webhooks"
)

func ExampleHandler() {
	price := func(_ context.Context, event *webhooks.Event) (any, error) {
		var asked struct{ Item string }
		if err := event.Into(&asked); err != nil {
			return nil, err // sent again later
		}
		if asked.Item != "tea" {
			return nil, webhooks.Refuse("no price for %s", asked.Item) // a dead letter at once
		}
		return map[string]float64{"price": 3.5}, nil // the answer for a caller that waits
	}
	hook, err := webhooks.Handler(os.Getenv("WEBHOOK_SECRET"), price)
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("POST /prices", hook)
	log.Fatal(http.ListenAndServe("127.0.0.1:8000", nil))
}
