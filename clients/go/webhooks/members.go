package webhooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// membersOf returns the members of a JSON object, each as it is written. It refuses a name that comes twice, which
// encoding/json would not.
func membersOf(text []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("it is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("it is not a JSON object")
	}
	members := map[string]json.RawMessage{}
	for decoder.More() {
		name, value, err := member(decoder)
		if err != nil {
			return nil, err
		}
		if _, has := members[name]; has {
			return nil, fmt.Errorf("%q comes twice", name)
		}
		members[name] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more follows the JSON object")
	}
	return members, nil
}

func member(decoder *json.Decoder) (string, json.RawMessage, error) {
	name, err := decoder.Token()
	if err != nil {
		return "", nil, err
	}
	var value json.RawMessage
	err = decoder.Decode(&value)
	return name.(string), value, err
}
