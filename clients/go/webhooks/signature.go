package webhooks

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// ErrSignatureInvalid says that a request was not signed with the secret, was changed on its way, or is too old or too new.
var ErrSignatureInvalid = errors.New("webhooks: the request is not genuine")

var (
	errSecret = errors.New("webhooks: a secret must be whsec_ and the base64 of 24 to 64 bytes")

	// What the library reads more loosely than the server writes.
	timestamp = regexp.MustCompile(`^[1-9][0-9]{0,14}$`)
	signature = regexp.MustCompile(`^[^ ,]*(,[^ ,]*)?$`)
)

// Verify returns nil if a request is genuine: signed with the secret within five minutes of now. See
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
//
// The body must be the bytes as they came, because decoding and encoding JSON changes them. It returns an
// [ErrSignatureInvalid], or another error if the secret is none.
func Verify(body []byte, header http.Header, secret string) error {
	verifiers, err := verifiersOf(secret)
	if err != nil {
		return err
	}
	return verify(body, header, verifiers)
}

func verify(body []byte, header http.Header, verifiers []*standardwebhooks.Webhook) error {
	if !timestamp.MatchString(header.Get(standardwebhooks.HeaderWebhookTimestamp)) {
		return fmt.Errorf("%w: it has no %s", ErrSignatureInvalid, standardwebhooks.HeaderWebhookTimestamp)
	}
	for _, each := range strings.Split(header.Get(standardwebhooks.HeaderWebhookSignature), " ") {
		if !signature.MatchString(each) {
			return fmt.Errorf("%w: its %s is malformed", ErrSignatureInvalid, standardwebhooks.HeaderWebhookSignature)
		}
	}
	var refused error
	for _, each := range verifiers {
		if refused = each.Verify(body, header); refused == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: %w", ErrSignatureInvalid, refused)
}

// verifiersOf returns what checks a request, one for each secret. The error does not show the secret.
func verifiersOf(secret string) ([]*standardwebhooks.Webhook, error) {
	secrets := strings.Fields(secret)
	verifiers := make([]*standardwebhooks.Webhook, len(secrets))
	for index, each := range secrets {
		encoded, hasPrefix := strings.CutPrefix(each, "whsec_")
		key, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if !hasPrefix || err != nil || len(key) < 24 || len(key) > 64 {
			return nil, errSecret
		}
		if verifiers[index], err = standardwebhooks.NewWebhookRaw(key); err != nil {
			return nil, err
		}
	}
	if len(secrets) == 0 {
		return nil, errSecret
	}
	return verifiers, nil
}
