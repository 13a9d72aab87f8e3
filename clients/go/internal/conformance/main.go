// Command conformance is the Go client's runner of clients/conformance: it does what each line of its standard input says,
// and writes the outcome as a line to its standard output.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
)

func main() {
	runner := &runner{out: json.NewEncoder(os.Stdout), clients: map[string]*client{}}
	runner.out.SetEscapeHTML(false)
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return
		}
		if err == nil {
			err = runner.do(line)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

// runner does one case at a time.
type runner struct {
	out     *json.Encoder
	clients map[string]*client // by their settings
	served  *served
}

// object is a JSON object of an outcome.
type object = map[string]any

// do answers a line.
func (r *runner) do(line []byte) error {
	var in input
	if err := json.Unmarshal(line, &in); err != nil {
		return err
	}
	return r.out.Encode(in.named(r.outcome(&in)))
}

// outcome returns the members of an answer.
func (r *runner) outcome(in *input) object {
	if act, has := receiving[in.Op]; has {
		return outcomeOf(act(r, in))
	}
	act, has := calling[in.Op]
	if !has {
		return object{"missing": "there is no operation " + in.Op}
	}
	client, err := r.client(in.Settings)
	if err != nil {
		return outcomeOf(nil, err)
	}
	return outcomeOf(act(client, in))
}

func outcomeOf(ok any, err error) object {
	var broken *brokenStream
	switch {
	case errors.As(err, &broken):
		return object{"error": errorOf(broken.reason), "before": broken.before}
	case err != nil:
		return object{"error": errorOf(err)}
	default:
		return object{"ok": ok}
	}
}
