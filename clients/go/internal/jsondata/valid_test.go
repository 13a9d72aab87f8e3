package jsondata

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

var texts = []string{
	``, ` `, `null`, ` null `, `nul`, `nullx`, `true`, `false`, `falsy`, `0`, `-0`, `01`, `-`, `1.`, `1.5`, `.5`, `1e5`, `1E+5`,
	`1e`, `1e-`, `1e999`, `+1`, `NaN`, `Infinity`, `0x1`, `""`, `"`, `"a`, `"\n"`, "\"\n\"", "\"\x00\"", "\"\x7f\"", `"\u00e9"`, `"\u00g9"`,
	`"\u00"`, `"\ud800"`, `"\x"`, `"é"`, "\"\xff\"", "\"\xed\xa0\x80\"", `"😀"`, `[]`, `[ ]`, `[1]`, `[1,]`, `[,1]`, `[1 2]`, `[1`, `]`, `{}`,
	`{ }`, `{"a":1}`, `{"a": 1 , "b" :[{"c":null}]}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{1:1}`, `{"a":1 "b":2}`, `{"a":1`, `[{]}`,
	`1 2`, "\ufeff1", "[1]\x00", "\xff", "1\v", `"\"\\\/\b\f\n\r\t"`,
}

func alike(t *testing.T, text []byte) {
	t.Helper()
	if expected, actual := json.Valid(text) && utf8.Valid(text), Valid(text); expected != actual {
		t.Errorf("%q: expected %v, but it is %v", text, expected, actual)
	}
}

// What encoding/json takes is taken, and nothing else.
func TestValidTakesWhatEncodingJSONTakes(t *testing.T) {
	for _, text := range texts {
		alike(t, []byte(text))
	}
	for _, depth := range []int{9999, 10000, 10001} {
		alike(t, []byte(strings.Repeat("[", depth)+strings.Repeat("]", depth)))
		alike(t, []byte(strings.Repeat(`{"a":`, depth)+"1"+strings.Repeat("}", depth)))
	}
}

// The same holds for texts with a few bytes changed.
func TestValidTakesWhatEncodingJSONTakesOfBrokenTexts(t *testing.T) {
	const alphabet = "{}[]\",:\\ue0123456789.-+Etrufalsn \t\n\x00\x1f\x7f\xc3\xa9\xff"
	random := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		text := []byte(texts[random.IntN(len(texts))] + texts[random.IntN(len(texts))])
		for range random.IntN(3) {
			if len(text) > 0 {
				text[random.IntN(len(text))] = alphabet[random.IntN(len(alphabet))]
			}
		}
		alike(t, text)
	}
}

// The same holds for each byte at each place of a long text, which is read eight bytes at a time.
func TestValidTakesWhatEncodingJSONTakesAtEachPlace(t *testing.T) {
	for place := range 24 {
		for each := range 256 {
			text := []byte(`"` + strings.Repeat("x", 24) + `"`)
			text[place+1] = byte(each)
			alike(t, text)
			text[place+1], text[place+2] = '\\', byte(each)
			alike(t, text)
		}
	}
}
