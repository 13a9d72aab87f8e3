package jsondata

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"
)

// deepest bounds how deep values nest, because one can contain itself.
const deepest = 200

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	plainName     = regexp.MustCompile(`^[A-Za-z_$][\w$]*$`)
)

// find returns the first value inside another one that has a problem, or nil. It looks where encoding/json looks.
func find(value any, problem func(reflect.Value) string) *Error {
	s := search{problem: problem}
	return s.in(reflect.ValueOf(value), "", 0)
}

func notJSON(value reflect.Value) string {
	switch value.Kind() {
	case reflect.Float32, reflect.Float64:
		if number := value.Float(); math.IsNaN(number) || math.IsInf(number, 0) {
			return fmt.Sprintf("is %v, which JSON cannot hold", number)
		}
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return fmt.Sprintf("is a %s, which JSON cannot hold", value.Type())
	}
	return ""
}

func notUTF8(value reflect.Value) string {
	if value.Kind() == reflect.String && !utf8.ValidString(value.String()) {
		return "is not UTF-8"
	}
	return ""
}

func writesItself(kind reflect.Type) bool {
	return kind.Implements(jsonMarshaler) || kind.Implements(textMarshaler)
}

type search struct {
	problem func(reflect.Value) string
}

func (s search) in(value reflect.Value, place string, depth int) *Error {
	if !value.IsValid() || depth > deepest {
		return nil
	}
	if problem := s.problem(value); problem != "" {
		return &Error{Place: place, Problem: problem}
	}
	if writesItself(value.Type()) {
		return nil
	}
	switch value.Kind() {
	case reflect.Interface, reflect.Pointer:
		return s.in(value.Elem(), place, depth+1)
	case reflect.Map:
		return s.inMap(value, place, depth+1)
	case reflect.Struct:
		return s.inStruct(value, place, depth+1)
	case reflect.Slice, reflect.Array:
		return s.inList(value, place, depth+1)
	default:
		return nil
	}
}

func (s search) inList(list reflect.Value, place string, depth int) *Error {
	for index := range list.Len() {
		if found := s.in(list.Index(index), fmt.Sprintf("%s[%d]", place, index), depth); found != nil {
			return found
		}
	}
	return nil
}

func (s search) inMap(members reflect.Value, place string, depth int) *Error {
	for entry := members.MapRange(); entry.Next(); {
		inside := place + member(fmt.Sprint(entry.Key()))
		if problem := s.problem(entry.Key()); problem != "" {
			return &Error{Place: inside, Problem: "has a key that " + problem}
		}
		if found := s.in(entry.Value(), inside, depth); found != nil {
			return found
		}
	}
	return nil
}

func (s search) inStruct(value reflect.Value, place string, depth int) *Error {
	for index := range value.NumField() {
		field := value.Type().Field(index)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || !field.IsExported() && !field.Anonymous {
			continue
		}
		inside := place + member(field.Name)
		if name != "" {
			inside = place + member(name)
		} else if field.Anonymous {
			inside = place
		}
		if found := s.in(value.Field(index), inside, depth); found != nil {
			return found
		}
	}
	return nil
}

func member(name string) string {
	if plainName.MatchString(name) {
		return "." + name
	}
	return fmt.Sprintf("[%q]", name)
}
