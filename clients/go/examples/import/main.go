// Command import imports events from a file: go run ./examples/import order-placed < orders.jsonl. Run it again after a
// crash.
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"bellrope.example/go"
)

func main() {
	kind := cmp.Or(strings.Join(os.Args[1:], " "), "order-placed")
	client, err := bellrope.New(bellrope.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	// Each line is an event. Its id comes from its place in the file, so that no line is stored twice.
	lines := bufio.NewScanner(os.Stdin)
	events := func(yield func(bellrope.Event) bool) {
		for line := 1; lines.Scan(); line++ {
			event := bellrope.Event{Type: kind, Data: json.RawMessage(lines.Bytes()), ID: fmt.Sprintf("%s-%d", kind, line)}
			if !yield(event) {
				return
			}
		}
	}

	var stored, before, refused int
	for outcome, err := range client.QueueStream(context.Background(), events) {
		switch {
		case err != nil:
			log.Fatal(err)
		case outcome.Refused != nil:
			refused++
			log.Printf("line %d: %v", outcome.Refused.Index+1, outcome.Refused)
		case outcome.Duplicate:
			before++
		default:
			stored++
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d stored, %d stored before, %d refused\n", stored, before, refused)
}
