// Command price asks a webhook for a price, and waits at most two seconds: go run ./examples/price tea.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"bellrope.example/go"
)

func main() {
	item := cmp.Or(strings.Join(os.Args[1:], " "), "tea")
	client, err := bellrope.New(bellrope.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	deadline := time.Now().Add(2 * time.Second)
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	answer, err := client.Trigger(ctx, bellrope.Event{
		Type: "price-asked",
		Data: map[string]any{"item": item},
		// Without the expire time, the webhook would still be called after the deadline.
		ExpireTime: deadline,
	})

	var failed *bellrope.Error
	switch {
	case errors.Is(err, bellrope.ErrNoTriggerMatched):
		fmt.Println("nobody knows prices")
	case errors.Is(err, bellrope.ErrDeadlinePassed):
		fmt.Println("too late")
	case errors.Is(err, bellrope.ErrWebhookFailed) && errors.As(err, &failed):
		for _, result := range failed.TriggerResults {
			fmt.Println("failed with", result.LastAttempt.GetStatusCode())
		}
	case err != nil:
		log.Fatal(err)
	default:
		print(item, answer)
	}
}

func print(item string, answer *bellrope.Answer) {
	var found struct{ Price float64 }
	if err := answer.Into(&found); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s costs %v\n", item, found.Price)
}
