// Command replay sends the dead letters of a trigger again, and shows progress: go run ./examples/replay billing.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

func main() {
	trigger := cmp.Or(strings.Join(os.Args[1:], " "), "billing")
	client, err := bellrope.New(bellrope.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	ctx := context.Background()
	begun, err := client.Deliveries.StartBulkAction(ctx, &bellropev1.StartBulkActionRequest{
		Action:       bellropev1.BulkAction_REPLAY,
		Filter:       &bellropev1.DeliveryFilter{Trigger: trigger},
		MaxPerSecond: 10,
	})
	if err != nil {
		log.Fatal(err)
	}
	// If this program ends, the replay goes on.
	watched, err := client.Deliveries.WatchBulkAction(ctx, &bellropev1.WatchBulkActionRequest{BulkAction: begun.GetBulkAction()})
	if err != nil {
		log.Fatal(err)
	}
	for {
		action, err := watched.Recv()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d of %d sent again\n", action.GetDoneCount(), action.GetMatchedCount())
	}
}
