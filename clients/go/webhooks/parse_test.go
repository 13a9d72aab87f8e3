package webhooks_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"bellrope.example/go/webhooks"
)

const attributes = `"id":"e-1","type":"paid","source":"here","time":"2026-11-23T11:50:27.564Z"`

// request is a request with one event, in some encoding.
type request struct {
	body   string
	header map[string]string
}

func documented(members string) request {
	return request{`{"specversion":"1.0-rc1",` + attributes + members + `}`, map[string]string{"Content-Type": "application/json"}}
}

func structured(members string) request {
	kind := "application/cloudevents+json; charset=utf-8"
	return request{`{"specversion":"1.0",` + attributes + members + `}`, map[string]string{"Content-Type": kind}}
}

func binary(body, kind string) request {
	return request{body, map[string]string{
		"Content-Type": kind, "Ce-Specversion": "1.0", "Ce-Id": "e-1", "Ce-Type": "paid", "Ce-Source": "here",
		"Ce-Time": "2026-11-23T11:50:27.564Z",
	}}
}

// with returns the request with another header; without it if the value is empty.
func (r request) with(name, value string) request {
	changed := map[string]string{"Webhook-Id": "d-1"}
	for each, text := range r.header {
		changed[each] = text
	}
	changed[name] = value
	return request{r.body, changed}
}

func (r request) parse() (*webhooks.Event, error) {
	header := http.Header{"Webhook-Id": {"d-1"}}
	for name, value := range r.header {
		header.Set(name, value)
		if value == "-" {
			header.Del(name)
		}
	}
	return webhooks.Parse([]byte(r.body), header)
}

// event returns the event in a request, which must have the usual attributes.
func event(t *testing.T, r request) *webhooks.Event {
	t.Helper()
	found, err := r.parse()
	if err != nil {
		t.Fatalf("%s: %v", r.body, err)
	}
	at := time.Date(2026, 11, 23, 11, 50, 27, 564_000_000, time.UTC)
	if found.ID != "e-1" || found.Type != "paid" || found.Source != "here" || found.Time != at || found.DeliveryID != "d-1" {
		t.Fatalf("%s: %+v", r.body, found)
	}
	return found
}

func check(t *testing.T, r request, data any, raw string) {
	t.Helper()
	found := event(t, r)
	if string(found.Data) != raw || !reflect.DeepEqual(found.Value(), data) {
		t.Errorf("%s: expected %#v %q, and it is %#v %q", r.body, data, raw, found.Value(), found.Data)
	}
}

// An event is the same in each encoding that a trigger can have, its data byte for byte.
func TestAnEventIsTheSameInEveryEncoding(t *testing.T) {
	for text, data := range map[string]any{
		`{"a": [1.0, -0, 1e2]}`:             map[string]any{"a": []any{json.Number("1.0"), json.Number("-0"), json.Number("1e2")}},
		`"Zoë 😀, \"data\": 1"`:              `Zoë 😀, "data": 1`,
		`null`:                              nil,
		`18446744073709551616`:              json.Number("18446744073709551616"),
		`{"id":"not me","data":{"data":1}}`: map[string]any{"id": "not me", "data": map[string]any{"data": json.Number("1")}},
	} {
		check(t, documented(`,"data": `+text+` `), data, text)
		check(t, structured(`,"x":{"data":5}, "data" :`+text), data, text)
		check(t, structured(`,"data_base64":"`+base64.StdEncoding.EncodeToString([]byte(text))+`"`), data, text)
		check(t, binary(text, "application/json"), data, text)
		check(t, binary(text, "Text/JSON; charset=utf-8"), data, text)
		check(t, binary(text, ""), data, text)
	}
}

// Data that is not JSON is a string or bytes, as it was sent.
func TestDataOfOtherTypesStaysAsItIs(t *testing.T) {
	check(t, structured(`,"datacontenttype":"text/plain","data":"Zo\u00eb"`), "Zoë", "Zoë")
	check(t, structured(`,"datacontenttype":"application/xml","data":{"a":1}`), map[string]any{"a": json.Number("1")}, `{"a":1}`)
	check(t, structured(`,"datacontenttype":"text/plain","data_base64":"AP8="`), []byte("\x00\xff"), "\x00\xff")
	check(t, structured(`,"datacontenttype":"a/vnd.x+json; v=1","data":"x"`), "x", `"x"`)
	check(t, structured(`,"datacontenttype":"text/plain"`), nil, "")
	check(t, structured(`,"datacontenttype":"image/png","data_base64":""`), nil, "")
	check(t, binary("\xff{", "image/png"), []byte("\xff{"), "\xff{")
	check(t, binary("[1]", "image/png"), []byte("[1]"), "[1]")
	check(t, binary("\xff", ""), []byte("\xff"), "\xff")
	check(t, binary("", "application/json"), nil, "")
}

// Data is decoded into what the caller has, and what is not JSON is not.
func TestDataIsDecodedIntoATypeOfTheCaller(t *testing.T) {
	var sale struct{ Amount int }
	if err := event(t, documented(`,"data":{"amount":5}`)).Into(&sale); err != nil || sale.Amount != 5 {
		t.Error(sale, err)
	}
	for _, each := range []request{binary("x", "text/plain"), binary("", ""), documented(`,"data":"5"`)} {
		if err := event(t, each).Into(&sale); err == nil {
			t.Errorf("%s was decoded", each.body)
		}
	}
}

// Attributes in headers are percent-encoded, and may be quoted.
func TestAttributesInHeadersAreDecoded(t *testing.T) {
	for given, kind := range map[string]string{
		"gr%C3%B6%C3%9Fe": "größe", `"a \"b\" c"`: `a "b" c`, "100%25": "100%", "plain+": "plain+",
	} {
		found, err := binary("", "").with("Ce-Type", given).parse()
		if err != nil || found.Type != kind {
			t.Errorf("%s: %v %v", given, found, err)
		}
	}
}

// Times are in UTC. One that is missing is zero, and a leap second is the second after it.
func TestTimesAreInUTC(t *testing.T) {
	for given, expected := range map[string]string{
		"2026-11-23t11:50:27.564z":            "2026-11-23T11:50:27.564Z",
		"2026-11-23T13:20:27.5640009+01:30":   "2026-11-23T11:50:27.5640009Z",
		"2016-12-31T23:59:60Z":                "2017-01-01T00:00:00Z",
		"2016-12-31t15:59:60.25-08:00":        "2017-01-01T00:00:00.25Z",
		"-":                                   "0001-01-01T00:00:00Z",
		"2026-11-23T11:50:27.1234567891234Z":  "2026-11-23T11:50:27.123456789Z",
		"2026-11-23T11:50:27.564000000-00:00": "2026-11-23T11:50:27.564Z",
	} {
		found, err := binary("", "").with("Ce-Time", given).parse()
		if err != nil || found.Time.Format(time.RFC3339Nano) != expected {
			t.Errorf("%s: %v %v", given, found, err)
		}
	}
}

// Any other request has no event, and nothing else happens.
func TestWhatIsNoEventIsRefused(t *testing.T) {
	wrong := []request{
		structured(`,"data":NaN`), structured(`,"data":1,"data":2`), structured(`,"data":1,`), structured(`,"data":1} {`),
		structured(`,"data":1,"data_base64":""`), structured(`,"data_base64":"%"`), structured(`,"data_base64":5`),
		structured(`,"datacontenttype":5`), structured(`,"datacontenttype":"a/json","data_base64":"eA=="`), binary("{", "a/json"),
		binary("", "").with("Ce-Type", "%FF"), binary("", "").with("Ce-Type", "%4"), structured("").with("Webhook-Id", "-"),
		documented("").with("Content-Type", "application/cloudevents+json"), structured("").with("Content-Type", "application/json"),
		binary("", "").with("Ce-Specversion", "0.3"),
	}
	for _, body := range []string{
		"", "[]", "null", "{", "\xff", "\xef\xbb\xbf{}", "{}", strings.Repeat("[", 200_000), `{"a":"` + "\xff" + `"}`, `{1:2}`, `{"a" 1}`,
	} {
		wrong = append(wrong, request{body, structured("").header})
	}
	for _, each := range [][2]string{
		{`"e-1"`, `""`}, {`"paid"`, `7`}, {`"source"`, `"sauce"`}, {`564Z`, `564`}, {`2026-11-23T`, `soon `}, {`11:50`, `1:50`}, {`-11-23`, `-13-23`},
	} {
		request := structured("")
		request.body = strings.Replace(request.body, each[0], each[1], 1)
		wrong = append(wrong, request)
	}
	for _, name := range []string{"Ce-Specversion", "Ce-Id", "Ce-Type", "Ce-Source", "Webhook-Id"} {
		wrong = append(wrong, binary("{}", "").with(name, "-"), binary("{}", "").with(name, ""))
	}
	for _, each := range wrong {
		if found, err := each.parse(); !errors.Is(err, webhooks.ErrNotAnEvent) {
			t.Errorf("%.200s %v: %v %v", each.body, each.header, found, err)
		}
	}
}

// Whatever a stranger sends, the answer is an event or ErrNotAnEvent; data that is JSON can be decoded.
func FuzzParse(f *testing.F) {
	f.Add(documented(`,"data":{"a":1}`).body, "application/json", "")
	f.Add(structured(`,"data_base64":"AA=="`).body, "application/cloudevents+json", "")
	f.Add("[1]", "text/json", `"e-1"`)
	f.Fuzz(func(t *testing.T, body, kind, id string) {
		r := request{body, map[string]string{"Content-Type": kind}}
		if id != "" {
			r = binary(body, kind).with("Ce-Id", id)
		}
		found, err := r.parse()
		if (err == nil) != (found != nil) || err != nil && !errors.Is(err, webhooks.ErrNotAnEvent) {
			t.Fatal(err)
		}
		if found != nil {
			_ = fmt.Sprint(found.Value())
		}
	})
}
