// Command nullserver accepts each event of each QueueStream at once and keeps none.
//
// It measures clients, so it must be faster than all of them: it speaks just enough of HTTP/2 by itself. It prints its
// address, and then a line for each stream.
package main

import (
	"encoding/json"
	"log"
	"net"
	"os"
	"syscall"
	"time"
)

// report is what the server says about a stream.
type report struct {
	Events  int     `json:"events"`
	Bytes   int     `json:"bytes"`   // of the messages
	Seconds float64 `json:"seconds"` // from the call's headers to its end
	Busy    float64 `json:"busy"`    // the share of that time in which this process computed
}

var output = json.NewEncoder(os.Stdout)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	say(map[string]string{"address": listener.Addr().String()})
	for {
		accepted, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer func() { _ = accepted.Close() }()
			_ = serve(accepted) // a client that is done closes its connection
		}()
	}
}

func say(value any) {
	if err := output.Encode(value); err != nil {
		log.Fatal(err)
	}
}

// watch measures a stretch of time, and how long this process computed in it.
type watch struct {
	begun time.Time
	spent time.Duration
}

func started() watch { return watch{begun: time.Now(), spent: spent()} }

func (w watch) report(events, bytes int) report {
	passed := time.Since(w.begun)
	busy := float64(spent()-w.spent) / float64(passed)
	return report{Events: events, Bytes: bytes, Seconds: passed.Seconds(), Busy: busy}
}

// spent returns the processor time of this process.
func spent() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
