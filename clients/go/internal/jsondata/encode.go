// Package jsondata writes values as canonical JSON text and reads it without losing digits.
package jsondata

import (
	"bytes"
	"encoding/json"
	"reflect"
	"unicode/utf8"
)

// Error says what JSON cannot hold, and where it is.
type Error struct {
	Place   string // such as data.items[2].price
	Problem string // such as "is NaN, which JSON cannot hold"
	Cause   error  // what encoding/json says; may be nil
}

func (e *Error) Error() string { return e.Place + " " + e.Problem }

// Unwrap returns what encoding/json says.
func (e *Error) Unwrap() error { return e.Cause }

// Encode returns a value as UTF-8 JSON text without needless escapes. [json.RawMessage] stays as it is.
//
// It refuses what [json.Marshal] would change: bytes as the whole value, and text that is not UTF-8.
func Encode(value any) ([]byte, *Error) {
	if raw, ok := value.(json.RawMessage); ok && raw != nil {
		return checked(raw)
	}
	if isBytes(value) {
		return nil, &Error{Place: "data", Problem: "is bytes; use json.RawMessage for JSON text, and a string for other text"}
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, refusal(value, err)
	}
	text := bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
	// encoding/json writes bytes that are not UTF-8 as this escape, and the character itself as it is.
	if bytes.Contains(text, []byte(`\ufffd`)) {
		if found := find(value, notUTF8); found != nil {
			return nil, found
		}
	}
	return unescaped(text), nil
}

func checked(raw json.RawMessage) ([]byte, *Error) {
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return nil, &Error{Place: "data", Problem: "is a json.RawMessage that is not JSON text"}
	}
	return bytes.Clone(raw), nil // its owner may use the bytes for something else before they are sent
}

// isBytes says whether a value is a slice of bytes that does not write itself.
func isBytes(value any) bool {
	kind := reflect.TypeOf(value)
	return kind != nil && kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Uint8 && !writesItself(kind)
}

func refusal(value any, err error) *Error {
	if found := find(value, notJSON); found != nil {
		found.Cause = err
		return found
	}
	return &Error{Place: "data", Problem: "cannot be JSON: " + err.Error(), Cause: err}
}

// unescaped writes U+2028 and U+2029 as they are. encoding/json always escapes them, for old JavaScript.
func unescaped(text []byte) []byte {
	if !bytes.Contains(text, []byte(`\u202`)) {
		return text
	}
	plain := make([]byte, 0, len(text))
	for at := 0; at < len(text); {
		rest := text[at:]
		switch {
		case bytes.HasPrefix(rest, []byte(`\u2028`)):
			plain, at = append(plain, "\u2028"...), at+6
		case bytes.HasPrefix(rest, []byte(`\u2029`)):
			plain, at = append(plain, "\u2029"...), at+6
		case rest[0] == '\\':
			plain, at = append(plain, rest[:2]...), at+2
		default:
			plain, at = append(plain, rest[0]), at+1
		}
	}
	return plain
}
