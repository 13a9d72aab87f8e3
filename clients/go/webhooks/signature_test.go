package webhooks_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"bellrope.example/go/webhooks"
)

const (
	secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	other  = "whsec_YW5vdGhlciBvbmUgb2YgMzIgYnl0ZXMuLi4uLi4uLi4="
)

// signed returns the headers of a request that is signed now, or as much later as is said.
func signed(body []byte, later time.Duration, secrets ...string) http.Header {
	at := time.Now().Add(later)
	signatures := []string{}
	for _, each := range secrets {
		signer, err := standardwebhooks.NewWebhook(each)
		if err != nil {
			panic(err)
		}
		made, _ := signer.Sign("d-1", at, body) // it never fails
		signatures = append(signatures, made)
	}
	header := http.Header{}
	header.Set("Webhook-Id", "d-1")
	header.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
	header.Set("Webhook-Signature", strings.Join(signatures, " "))
	header.Set("Content-Type", "application/json")
	return header
}

// Any bytes that are signed with one of the secrets are genuine, up to five minutes early or late.
func TestASignedRequestIsGenuine(t *testing.T) {
	for _, body := range []string{"", "{}", "\xff\x00", strings.Repeat("x", 1<<20)} {
		for _, given := range []string{secret, other + " " + secret, secret + "  " + other} {
			for _, later := range []time.Duration{-4 * time.Minute, 0, 4 * time.Minute} {
				if err := webhooks.Verify([]byte(body), signed([]byte(body), later, secret), given); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	header := signed([]byte("{}"), 0, other, secret)
	header.Set("Webhook-Signature", "v1a,xyz v2, v1 , "+header.Get("Webhook-Signature"))
	if err := webhooks.Verify([]byte("{}"), header, secret); err != nil {
		t.Fatal(err)
	}
}

// Whatever is changed, left out or invented, the request is not genuine.
func TestAForgedRequestIsRefused(t *testing.T) {
	genuine := signed([]byte("{}"), 0, secret)
	now, made := genuine.Get("Webhook-Timestamp"), genuine.Get("Webhook-Signature")
	for name, values := range map[string][]string{
		"Webhook-Signature": {
			"", "v1", "v1,", "v1,%%%", "v1,ünïcode\xff", "v2,", made + ",", made + "x", strings.Replace(made, "v1,", "v1a,", 1),
			strings.Replace(made, "v1,", "v1,,", 1), strings.ToUpper(made),
		},
		"Webhook-Id":        {"", "d-2", "d-1 "},
		"Webhook-Timestamp": {"", "nan", "0" + now, "+" + now, " " + now, now + ".0", strings.Repeat("9", 5000), "\u0661", "-5"},
	} {
		for _, value := range values {
			header := genuine.Clone()
			header.Set(name, value)
			if err := webhooks.Verify([]byte("{}"), header, secret); !errors.Is(err, webhooks.ErrSignatureInvalid) {
				t.Errorf("%s: %q: %v", name, value, err)
			}
		}
	}
	for _, each := range []struct {
		body   string
		header http.Header
	}{
		{"{} ", genuine}, {"", genuine}, {"{}", http.Header{}}, {"{}", signed([]byte("{}"), 0, other)},
		{"{}", signed([]byte("{}"), -6*time.Minute, secret)}, {"{}", signed([]byte("{}"), 6*time.Minute, secret)},
	} {
		if err := webhooks.Verify([]byte(each.body), each.header, secret); !errors.Is(err, webhooks.ErrSignatureInvalid) {
			t.Errorf("%q %v: %v", each.body, each.header, err)
		}
	}
}

// A secret that is none is an error of its own, which does not show it.
func TestASecretThatIsNoneIsRefused(t *testing.T) {
	for _, wrong := range []string{
		"", " ", "whsec_", "whsec_c2hvcnQ=", strings.TrimPrefix(secret, "whsec_"), "whsec_%", secret + "é", secret + "\n" + "x",
		"whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 65)), secret + " x",
	} {
		err := webhooks.Verify([]byte("{}"), signed([]byte("{}"), 0, secret), wrong)
		if err == nil || errors.Is(err, webhooks.ErrSignatureInvalid) || strings.Contains(err.Error(), "MfKQ") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
