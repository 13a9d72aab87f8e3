// Command watch shows what happens, until Ctrl-C: go run ./examples/watch.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

func main() {
	client, err := bellrope.New(bellrope.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for fact, err := range client.Tail(ctx, &bellropev1.TailRequest{}) {
		switch {
		case errors.Is(err, context.Canceled):
			fmt.Println("stopped")
		case err != nil:
			log.Fatal(err)
		default:
			show(fact)
		}
	}
}

func show(fact *bellropev1.TailResponse) {
	if fact.GetDroppedCount() > 0 {
		fmt.Println(fact.GetDroppedCount(), "lost: not read in time")
	}
	switch fact.GetKind() {
	case bellropev1.TailResponse_KIND_UNSPECIFIED:
		fmt.Println("watching")
	case bellropev1.TailResponse_EVENT_ACCEPTED:
		fmt.Printf("%s %s: %d deliveries\n", fact.GetType(), fact.GetEventId(), fact.GetDeliveryCount())
	default:
		fmt.Printf("%s %s: %s is %s\n", fact.GetType(), fact.GetEventId(), fact.GetTrigger(), fact.GetState())
	}
}
