package bellrope_test

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"bellrope.example/go"
)

// settings sets the environment of a test, and clears the rest of ours.
func settings(t *testing.T, environment map[string]string) {
	for _, name := range []string{"SERVER", "PROJECT", "KEY", "ADMIN_KEY"} {
		t.Setenv("BELLROPE_"+name, environment[name])
	}
}

// What is not given comes from the environment, or else is a default.
func TestTheEnvironmentGivesWhatIsMissing(t *testing.T) {
	settings(t, nil)
	client := newClient(t, bellrope.Config{})
	equal(t, "http://127.0.0.1:4123", client.Address())
	equal(t, "default", client.Project())

	settings(t, map[string]string{"SERVER": "https://bellrope.example.com", "PROJECT": "shop", "ADMIN_KEY": "k"})
	client = newClient(t, bellrope.Config{})
	equal(t, "https://bellrope.example.com:443", client.Address())
	equal(t, "shop", client.Project())

	client = newClient(t, bellrope.Config{Server: "[::1]:4123", Project: "mine"})
	equal(t, "http://[::1]:4123", client.Address())
	equal(t, "mine", client.Project())
}

// A wrong setting is refused when the client is made, and the error does not show the key.
func TestAWrongSettingIsRefused(t *testing.T) {
	for _, config := range []bellrope.Config{
		{Server: "ftp://example.com"},
		{Server: "http://user@example.com"},
		{Server: "http://example.com/path"},
		{Server: "example.com:99999"},
		{Server: ":4123"},
		{Server: "a b"},
		{Key: "with space"},
		{Key: "secret\n"},
		{Key: "secret", Server: "10.0.0.1:4123"},
		{Key: "secret", Server: "http://localhost.example.com"},
		{Project: "\xff"},
		{Timeout: -time.Second},
		{TLS: &tls.Config{}},
	} {
		settings(t, nil)
		_, err := bellrope.New(config)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", config, err)
		}
	}
}

// A key is sent with TLS, to this machine, and elsewhere if that is wanted.
func TestAKeyIsSentWhereItIsSafe(t *testing.T) {
	for _, config := range []bellrope.Config{
		{Key: "k", Server: "127.0.0.2:4123"},
		{Key: "k", Server: "localhost:4123"},
		{Key: "k", Server: "http://a.localhost:4123"},
		{Key: "k", Server: "http://[::1]:4123"},
		{Key: "k", Server: "https://example.com"},
		{Key: "k", Server: "http://example.com", KeyWithoutTLS: true},
	} {
		settings(t, nil)
		newClient(t, config)
	}
}

// A connection of your own needs no address, so nobody reads one.
func TestAConnectionOfYourOwnNeedsNoAddress(t *testing.T) {
	settings(t, map[string]string{"SERVER": "no address at all://"})
	conn, err := grpc.NewClient("127.0.0.1:1", grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	equal(t, "", newClient(t, bellrope.Config{Conn: conn, Key: "k"}).Address())
}
