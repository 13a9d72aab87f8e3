package webhooks

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"bellrope.example/go/internal/jsondata"
)

const structuredType = "application/cloudevents+json"

var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)

// Parse returns the event in a request without checking the signature; [Receive] checks it.
//
// It reads bellrope's own body (specversion 1.0-rc1) and the two modes of the CloudEvents 1.0 HTTP binding, structured and
// binary. It returns an [ErrNotAnEvent].
func Parse(body []byte, header http.Header) (*Event, error) {
	event, err := parsed(body, header)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotAnEvent, err)
	}
	return event, nil
}

func parsed(body []byte, header http.Header) (*Event, error) {
	kind := mediaType(header.Get("Content-Type"))
	switch {
	case kind == structuredType:
		return inJSON(body, "1.0", header)
	case len(header.Values("Ce-Specversion")) > 0:
		return binary(body, kind, header)
	default:
		return inJSON(body, "1.0-rc1", header)
	}
}

// inJSON reads an event that is a JSON document.
func inJSON(body []byte, version string, header http.Header) (*Event, error) {
	members, err := membersOf(body)
	if err != nil {
		return nil, err
	}
	attributes := map[string]string{}
	for _, name := range []string{"specversion", "id", "type", "source", "time", "datacontenttype"} {
		if text, has := members[name]; has {
			if attributes[name], has = jsondata.Value(text).(string); !has {
				return nil, fmt.Errorf("its %s is not a text", name)
			}
		}
	}
	event, err := eventOf(attributes, version, header)
	if err != nil {
		return nil, err
	}
	return event, event.takeMember(members, mediaType(attributes["datacontenttype"]))
}

// takeMember takes the data in a JSON document.
func (e *Event) takeMember(members map[string]json.RawMessage, kind string) error {
	text, has := members["data"]
	encoded, hasBase64 := members["data_base64"]
	switch {
	case has && hasBase64:
		return errors.New("it has both data and data_base64")
	case hasBase64:
		return e.takeBase64(encoded, kind)
	}
	e.Data = text
	if plain, isText := jsondata.Value(text).(string); isText && kind != "" && !isJSON(kind) {
		e.Data, e.value = []byte(plain), plain
	}
	return nil
}

func (e *Event) takeBase64(encoded json.RawMessage, kind string) error {
	text, isText := jsondata.Value(encoded).(string)
	if !isText {
		return errors.New("its data_base64 is not a text")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return fmt.Errorf("its data_base64 is wrong: %w", err)
	}
	return e.takeBytes(raw, kind)
}

// takeBytes takes data that came as bytes. Data of no type is JSON if it can be.
func (e *Event) takeBytes(raw []byte, kind string) error {
	e.Data = raw
	isValid := utf8.Valid(raw) && json.Valid(raw)
	switch {
	case len(raw) == 0 || isValid && (kind == "" || isJSON(kind)):
		return nil
	case isJSON(kind):
		return errors.New("its data is not JSON")
	}
	e.value = raw
	return nil
}

// binary reads an event whose attributes are percent-encoded headers (section 3.1 of the binding).
func binary(body []byte, kind string, header http.Header) (*Event, error) {
	attributes := map[string]string{}
	for _, name := range []string{"specversion", "id", "type", "source", "time"} {
		if len(header.Values("Ce-"+name)) == 0 {
			continue
		}
		value, err := url.PathUnescape(unquoted(header.Get("Ce-" + name)))
		if err != nil || !utf8.ValidString(value) {
			return nil, fmt.Errorf("its header ce-%s is not percent-encoded UTF-8", name)
		}
		attributes[name] = value
	}
	event, err := eventOf(attributes, "1.0", header)
	if err != nil {
		return nil, err
	}
	return event, event.takeBytes(body, kind)
}

// eventOf returns an event without its data.
func eventOf(attributes map[string]string, version string, header http.Header) (*Event, error) {
	if attributes["specversion"] != version {
		return nil, fmt.Errorf("its specversion is not %s", version)
	}
	for _, name := range []string{"id", "type", "source"} {
		if attributes[name] == "" {
			return nil, fmt.Errorf("it has no %s", name)
		}
	}
	event := &Event{
		ID: attributes["id"], Type: attributes["type"], Source: attributes["source"], DeliveryID: header.Get("Webhook-Id"),
	}
	if event.DeliveryID == "" {
		return nil, errors.New("it has no webhook-id")
	}
	text, has := attributes["time"]
	if !has {
		return event, nil
	}
	moment, err := timeOf(text)
	event.Time = moment
	return event, err
}

// timeOf reads an RFC 3339 time. A leap second, which no time.Time has, is the second after it.
func timeOf(text string) (time.Time, error) {
	text = strings.ToUpper(text)
	if !rfc3339.MatchString(text) {
		return time.Time{}, errors.New("its time is not a time with a zone")
	}
	leap := time.Duration(0)
	if text[16:19] == ":60" {
		text, leap = text[:16]+":59"+text[19:], time.Second
	}
	moment, err := time.Parse(time.RFC3339Nano, text)
	return moment.Add(leap).UTC(), err
}

func mediaType(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

func isJSON(kind string) bool {
	return strings.HasSuffix(kind, "/json") || strings.HasSuffix(kind, "+json")
}

func unquoted(value string) string {
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return value
	}
	return strings.ReplaceAll(strings.ReplaceAll(value[1:len(value)-1], `\"`, `"`), `\\`, `\`)
}
