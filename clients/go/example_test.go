package bellrope_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

func Example() {
	client, err := bellrope.New(bellrope.Config{Server: "127.0.0.1:4123"})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	event := bellrope.Event{Type: "reminder", Data: map[string]int{"n": 1}, Delay: 10 * time.Minute}
	queued, err := client.Queue(context.Background(), event)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(queued.EventID, queued.DueTime)
}

func ExampleClient_Trigger() {
	client, err := bellrope.New(bellrope.Config{})
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()

	answer, err := client.Trigger(ctx, bellrope.Event{Type: "price-asked", Data: "tea"})
	if errors.Is(err, bellrope.ErrNoTriggerMatched) {
		fmt.Println("nobody knows prices")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	var found struct{ Price float64 }
	if err := answer.Into(&found); err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.Price)
}

func ExampleClient_QueueStream() {
	client, err := bellrope.New(bellrope.Config{})
	if err != nil {
		log.Fatal(err)
	}
	rows := func(yield func(bellrope.Event) bool) {
		for row := range 5000 {
			if !yield(bellrope.Event{Type: "imported", Data: row, ID: fmt.Sprintf("import-7-%d", row)}) {
				return
			}
		}
	}
	for outcome, err := range client.QueueStream(context.Background(), rows) {
		if err != nil {
			log.Fatal(err) // the stream has ended
		}
		if outcome.Refused != nil {
			log.Println(outcome.Refused) // this event was refused, others go on
		}
	}
}

func ExampleClient_Tail() {
	client, err := bellrope.New(bellrope.Config{})
	if err != nil {
		log.Fatal(err)
	}
	for fact, err := range client.Tail(context.Background(), &bellropev1.TailRequest{Type: "order-placed"}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(fact.GetKind(), fact.GetEventId())
	}
}
