package jsondata

import (
	"bytes"
	"encoding/json"
)

// Decode reads JSON text into what a pointer points to. A number in an `any` is a [json.Number], which keeps its digits.
func Decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// Value returns the value of JSON text that is known to be valid.
func Value(text []byte) any {
	var value any
	_ = Decode(text, &value) // it is valid
	return value
}
