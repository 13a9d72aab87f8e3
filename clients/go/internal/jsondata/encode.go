// Package jsondata writes values as canonical JSON text and reads it without losing digits.
package jsondata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
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

// under returns the error of a value that is inside another one.
func (e *Error) under(place string) *Error {
	e.Place = place + e.Place
	return e
}

// Encode returns a value as UTF-8 JSON text without needless escapes.
//
// encoding/json writes it, but for three things. A [json.RawMessage] stays as it is, also inside a map[string]any or an
// []any. Bytes there are refused. So is text that is not UTF-8, which encoding/json would change.
//
// The text is in the memory of a RawMessage that is the value itself.
func Encode(value any) ([]byte, *Error) {
	if raw, isRaw := value.(json.RawMessage); isRaw && Valid(raw) {
		return raw, nil // what most streams of events have
	}
	w := &writer{}
	if wrong := w.write(value, 0); wrong != nil {
		return nil, wrong.under("data")
	}
	return w.buffer.Bytes(), nil
}

// writer writes values one after another.
type writer struct {
	buffer  bytes.Buffer
	encoder *json.Encoder // writes into the buffer; nil until it is used
}

func (w *writer) write(value any, depth int) *Error {
	if depth > deepest {
		return &Error{Problem: "is nested too deep"}
	}
	switch value := value.(type) {
	case nil:
		w.buffer.WriteString("null")
		return nil
	case map[string]any:
		if value != nil {
			return w.writeMap(value, depth+1)
		}
	case []any:
		if value != nil {
			return w.writeList(value, depth+1)
		}
	case json.RawMessage:
		if value != nil {
			return w.writeRaw(value)
		}
	default:
		if isBytes(value) {
			return &Error{Problem: "is bytes; use json.RawMessage for JSON text, and a string for other text"}
		}
	}
	return w.writeOther(value)
}

func (w *writer) writeMap(members map[string]any, depth int) *Error {
	separator := byte('{')
	for _, name := range slices.Sorted(maps.Keys(members)) {
		w.buffer.WriteByte(separator)
		separator = ','
		if wrong := w.writeOther(name); wrong != nil {
			return &Error{Place: member(name), Problem: "has a key that " + wrong.Problem}
		}
		w.buffer.WriteByte(':')
		if wrong := w.write(members[name], depth); wrong != nil {
			return wrong.under(member(name))
		}
	}
	if len(members) == 0 {
		w.buffer.WriteByte('{')
	}
	w.buffer.WriteByte('}')
	return nil
}

func (w *writer) writeList(items []any, depth int) *Error {
	w.buffer.WriteByte('[')
	for index, each := range items {
		if index > 0 {
			w.buffer.WriteByte(',')
		}
		if wrong := w.write(each, depth); wrong != nil {
			return wrong.under(fmt.Sprintf("[%d]", index))
		}
	}
	w.buffer.WriteByte(']')
	return nil
}

func (w *writer) writeRaw(raw json.RawMessage) *Error {
	if !Valid(raw) {
		return &Error{Problem: "is a json.RawMessage that is not JSON text"}
	}
	w.buffer.Write(raw)
	return nil
}

// writeOther writes a value as encoding/json does.
func (w *writer) writeOther(value any) *Error {
	if w.encoder == nil {
		w.encoder = json.NewEncoder(&w.buffer)
		w.encoder.SetEscapeHTML(false)
	}
	start := w.buffer.Len()
	if err := w.encoder.Encode(value); err != nil {
		return refusal(value, err)
	}
	w.buffer.Truncate(w.buffer.Len() - 1) // the line's end
	text := w.buffer.Bytes()[start:]
	// encoding/json writes bytes that are not UTF-8 as this escape, and the character itself as it is.
	if bytes.Contains(text, []byte(`\ufffd`)) {
		if found := find(value, notUTF8); found != nil {
			return found
		}
	}
	if bytes.Contains(text, []byte(`\u202`)) {
		plain := unescaped(text)
		w.buffer.Truncate(start)
		w.buffer.Write(plain)
	}
	return nil
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
	return &Error{Problem: "cannot be JSON: " + err.Error(), Cause: err}
}

// unescaped writes U+2028 and U+2029 as they are. encoding/json always escapes them, for old JavaScript.
func unescaped(text []byte) []byte {
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
