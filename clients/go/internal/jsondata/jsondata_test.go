package jsondata

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

type price struct {
	Amount float64 `json:"amount"`
	Note   string  `json:"note,omitempty"`
	Hidden float64 `json:"-"`
	hidden float64
}

type order struct {
	price
	Items []price
	Extra any `json:"the extra"`
}

// A value becomes canonical JSON: UTF-8 without needless escapes, and integers with all of their digits.
func TestAValueBecomesCanonicalJSON(t *testing.T) {
	huge, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	for _, each := range []struct {
		value any
		text  string
	}{
		{nil, `null`},
		{"Zoë 😀 <a&b> \u2028\u2029\ufffd \"\\ \n\x01", "\"Zoë 😀 <a&b> \u2028\u2029\ufffd \\\"\\\\ \\n\\u0001\""},
		{`\u2028 \ufffd`, `"\\u2028 \\ufffd"`},
		{map[string]any{"\u2028": "\\\u2028"}, "{\"\u2028\":\"\\\\\u2028\"}"},
		{uint64(math.MaxUint64), `18446744073709551615`},
		{huge, `123456789012345678901234567890`},
		{json.Number("1.10"), `1.10`},
		{0.1, `0.1`},
		{[]any{true, nil, map[string]any{}, []any{}, map[string]any(nil), []any(nil)}, `[true,null,{},[],null,null]`},
		{map[string][]byte{"file": []byte("ab")}, `{"file":"YWI="}`},
		{json.RawMessage(` {"a": 1.0, "b": "\u2028"} `), ` {"a": 1.0, "b": "\u2028"} `},
		{json.RawMessage(nil), `null`},
		{map[string]any{"b": []any{json.RawMessage(` [ 1.0, "\u2028" ]`), 2}, "a": 1}, `{"a":1,"b":[ [ 1.0, "\u2028" ],2]}`},
		{[]json.RawMessage{json.RawMessage(`[ 1.0 ]`)}, `[[1.0]]`},
		{order{Items: []price{{Amount: 1, Hidden: math.NaN(), hidden: math.NaN()}}}, `{"amount":0,"Items":[{"amount":1}],"the extra":null}`},
		{time.Unix(0, 0).UTC(), `"1970-01-01T00:00:00Z"`},
	} {
		text, wrong := Encode(each.value)
		if wrong != nil || string(text) != each.text {
			t.Errorf("%#v: expected %s, and it is %s (%v)", each.value, each.text, text, wrong)
		}
	}
}

// What JSON cannot hold is refused with its place.
func TestWhatJSONCannotHoldIsRefusedWithItsPlace(t *testing.T) {
	type named []byte
	loop := map[string]any{}
	loop["again"] = loop
	for _, each := range []struct {
		value   any
		message string
	}{
		{math.NaN(), "data is NaN"},
		{order{Items: []price{{}, {Amount: math.Inf(-1)}}}, "data.Items[1].amount is -Inf"},
		{order{price: price{Amount: math.NaN()}}, "data.amount is NaN"},
		{&order{Extra: map[string]any{"a": [2]any{1, float32(math.Inf(1))}}}, `data["the extra"].a[1] is +Inf`},
		{map[int]any{5: make(chan int)}, `data["5"] is a chan int`},
		{[]any{"ok \ufffd", "\xed\xa0\x80"}, "data[1] is not UTF-8"},
		{map[string]any{"\xff": 1}, `data["\xff"] has a key that is not UTF-8`},
		{[]byte("{}"), "data is bytes; use json.RawMessage"},
		{named("{}"), "data is bytes; use json.RawMessage"},
		{map[string]any{"files": []any{1, []byte("{}")}}, "data.files[1] is bytes; use json.RawMessage"},
		{json.RawMessage("{} {}"), "data is a json.RawMessage that is not JSON text"},
		{json.RawMessage(""), "data is a json.RawMessage that is not JSON text"},
		{json.RawMessage("\"\xff\""), "data is a json.RawMessage that is not JSON text"},
		{[]any{json.RawMessage("{")}, "data[0] is a json.RawMessage that is not JSON text"},
		{[]json.RawMessage{json.RawMessage("{")}, "data cannot be JSON: "},
		{map[string]any{"a": order{Extra: func() {}}}, `data.a["the extra"] is a func()`},
		{json.Number("1.x"), "data cannot be JSON: "},
		{loop, ".again.again is nested too deep"},
		{map[string]order{"a": {Extra: loop}}, "data cannot be JSON: "},
	} {
		text, wrong := Encode(each.value)
		if wrong == nil || !strings.Contains(wrong.Error(), each.message) {
			t.Errorf("%#v: expected %q, and it is %s (%v)", each.value, each.message, text, wrong)
		}
	}
	_, wrong := Encode(math.NaN())
	var cause *json.UnsupportedValueError
	if !errors.As(wrong, &cause) {
		t.Error("the cause is missing")
	}
}

// Text is read without losing digits.
func TestTextIsReadWithAllDigits(t *testing.T) {
	var into struct{ N any }
	if err := Decode([]byte(`{"n": 18446744073709551617}`), &into); err != nil || into.N != json.Number("18446744073709551617") {
		t.Error(into.N, err)
	}
}

// Any text becomes a JSON string that stands for it, or is refused because it is not UTF-8.
func FuzzText(f *testing.F) {
	for _, each := range []string{"", "\u2028", `\u2028`, `\\u2029\`, "\xed\xa0\x80", "\ufffd", "😀\x00"} {
		f.Add(each)
	}
	f.Fuzz(func(t *testing.T, text string) {
		encoded, wrong := Encode([]any{text})
		if (wrong == nil) != utf8.ValidString(text) {
			t.Fatalf("%q: %v", text, wrong)
		}
		var decoded []string
		if wrong == nil && (json.Unmarshal(encoded, &decoded) != nil || decoded[0] != text) {
			t.Fatalf("%q became %s", text, encoded)
		}
	})
}
