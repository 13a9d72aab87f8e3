package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
)

// value is what a program has as data.
type value struct{ made any }

var (
	integer   = regexp.MustCompile(`^-?[0-9]+$`)
	surrogate = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.`)
)

// UnmarshalJSON makes the value, with the types that a Go program would use.
func (v *value) UnmarshalJSON(text []byte) error {
	var form struct {
		Bool    bool
		String  json.RawMessage
		Integer string
		Double  string
		Bytes   []byte
		List    []value
		Object  [][2]json.RawMessage
		Raw     string
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	if err := json.Unmarshal(text, &form); err != nil {
		return err
	}
	var err error
	for kind := range members {
		switch kind {
		case "null", "absent":
			v.made = nil
		case "bool":
			v.made = form.Bool
		case "string":
			v.made, err = textOf(form.String)
		case "integer":
			v.made = integerOf(form.Integer)
		case "double":
			v.made, err = strconv.ParseFloat(form.Double, 64)
		case "bytes":
			v.made = form.Bytes
		case "list":
			v.made = listOf(form.List)
		case "object":
			v.made, err = mapOf(form.Object)
		case "raw":
			v.made = json.RawMessage(form.Raw)
		default:
			err = fmt.Errorf("there is no value like %s", text)
		}
	}
	return err
}

// textOf returns a text, with half a surrogate pair as the bytes that would be its UTF-8, which encoding/json replaces.
func textOf(text json.RawMessage) (string, error) {
	var halves []string
	marked := surrogate.ReplaceAllFunc(text, func(escape []byte) []byte {
		if len(escape) != 6 {
			return escape
		}
		unit, _ := strconv.ParseUint(string(escape[2:]), 16, 16) // the expression says that it is one
		halves = append(halves, string([]byte{0xe0 | byte(unit>>12), 0x80 | byte(unit>>6)&0x3f, 0x80 | byte(unit)&0x3f}))
		return []byte(`\u0000`)
	})
	var made string
	if err := json.Unmarshal(marked, &made); err != nil || len(halves) == 0 {
		return made, err
	}
	parts := bytes.Split([]byte(made), []byte{0})
	joined := parts[0]
	for index, half := range halves {
		joined = append(append(joined, half...), parts[index+1]...)
	}
	return string(joined), nil
}

func integerOf(digits string) any {
	if small, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return small
	}
	if large, err := strconv.ParseUint(digits, 10, 64); err == nil {
		return large
	}
	made, _ := new(big.Int).SetString(digits, 10)
	return made
}

func listOf(items []value) []any {
	made := make([]any, len(items))
	for index, each := range items {
		made[index] = each.made
	}
	return made
}

func mapOf(pairs [][2]json.RawMessage) (map[string]any, error) {
	made := map[string]any{}
	for _, pair := range pairs {
		name, err := textOf(pair[0])
		if err != nil {
			return nil, err
		}
		var member value
		if err := json.Unmarshal(pair[1], &member); err != nil {
			return nil, err
		}
		made[name] = member.made
	}
	return made, nil
}

// shown returns a decoded value in the form of the cases.
func shown(decoded any) any {
	switch decoded := decoded.(type) {
	case nil:
		return object{"null": nil}
	case bool:
		return object{"bool": decoded}
	case string:
		return object{"string": decoded}
	case []byte:
		return object{"bytes": decoded}
	case json.Number:
		if integer.MatchString(decoded.String()) {
			return object{"integer": decoded.String()}
		}
		number, _ := decoded.Float64() // one beyond the range is infinite
		return object{"double": strconv.FormatFloat(number, 'g', -1, 64)}
	case []any:
		items := make([]any, len(decoded))
		for index, each := range decoded {
			items[index] = shown(each)
		}
		return object{"list": items}
	case map[string]any:
		pairs := [][2]any{}
		for _, name := range slices.Sorted(maps.Keys(decoded)) {
			pairs = append(pairs, [2]any{name, shown(decoded[name])})
		}
		return object{"object": pairs}
	}
	panic(fmt.Sprintf("%T is no value of JSON", decoded))
}
