package bellrope

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/grpc"
)

const (
	defaultServer  = "127.0.0.1:4123"
	defaultProject = "default"
	defaultTimeout = 10 * time.Second
	triggerTimeout = 30 * time.Second
)

var sendable = regexp.MustCompile(`^[!-~]*$`)

// Config says which server a client calls, and how. The zero value takes everything from the environment or a default.
type Config struct {
	// Server is the server's gRPC address: HOST:PORT or http://HOST:PORT without TLS, https://HOST with TLS.
	// Default: the environment variable BELLROPE_SERVER, or 127.0.0.1:4123.
	Server string

	// Project is for events, and for requests that name none. Default: BELLROPE_PROJECT, or "default".
	Project string

	// Key is sent with each call. Default: BELLROPE_KEY or BELLROPE_ADMIN_KEY, or none.
	Key string

	// KeyWithoutTLS allows a key on a connection without TLS to another machine. Anyone on the way can read it.
	KeyWithoutTLS bool

	// Timeout is how long a call may take whose context has no deadline, all its retries together. Default: 10 seconds.
	// Trigger takes 30 seconds, whatever this says.
	Timeout time.Duration

	// TLS is for certificates of your own. It needs an https:// server. Default: what the system trusts.
	TLS *tls.Config

	// Conn is a connection of your own in place of Server and TLS. The client sends the key over it, and does not close it.
	Conn grpc.ClientConnInterface
}

// resolved returns the configuration with its defaults, and where the server is.
func (c Config) resolved() (Config, *url.URL, error) {
	c.Server = cmp.Or(c.Server, os.Getenv("BELLROPE_SERVER"), defaultServer)
	c.Project = cmp.Or(c.Project, os.Getenv("BELLROPE_PROJECT"), defaultProject)
	c.Key = cmp.Or(c.Key, os.Getenv("BELLROPE_KEY"), os.Getenv("BELLROPE_ADMIN_KEY"))
	c.Timeout = cmp.Or(c.Timeout, defaultTimeout)
	if c.Conn != nil {
		return c, &url.URL{}, c.check(&url.URL{}) // its address is nobody's business
	}
	server, err := parseServer(c.Server)
	if err != nil {
		return c, nil, err
	}
	return c, server, c.check(server)
}

func (c Config) check(server *url.URL) error {
	isTLS := server.Scheme == "https"
	switch {
	case !utf8.ValidString(c.Project):
		return errors.New("bellrope: Project is not UTF-8")
	case c.Timeout < 0:
		return errors.New("bellrope: Timeout is less than zero")
	case !sendable.MatchString(c.Key):
		return errors.New("bellrope: the key must be printable ASCII characters without white space")
	case c.Conn != nil:
		return nil
	case c.TLS != nil && !isTLS:
		return fmt.Errorf("bellrope: TLS needs a server such as https://%s", server.Host)
	case c.Key != "" && !isTLS && !isLoopback(server.Hostname()) && !c.KeyWithoutTLS:
		return fmt.Errorf("bellrope: the key would cross the network unencrypted; use https://%s or KeyWithoutTLS", server.Host)
	}
	return nil
}

// parseServer returns the URL of a server, always with its port.
func parseServer(text string) (*url.URL, error) {
	withScheme := text
	if !strings.Contains(text, "://") {
		withScheme = "http://" + text
	}
	server, err := url.Parse(withScheme)
	if err != nil || !isServer(server) {
		return nil, fmt.Errorf("bellrope: %q is no server; write HOST:PORT, http://HOST:PORT or https://HOST", text)
	}
	if server.Port() == "" {
		port := map[string]string{"http": "80", "https": "443"}[server.Scheme]
		server.Host = net.JoinHostPort(server.Hostname(), port)
	}
	return &url.URL{Scheme: server.Scheme, Host: server.Host}, nil
}

func isServer(server *url.URL) bool {
	isHTTP := server.Scheme == "http" || server.Scheme == "https"
	_, wrongPort := strconv.ParseUint(cmp.Or(server.Port(), "0"), 10, 16)
	isPlain := server.User == nil && strings.Trim(server.Path, "/") == "" && server.RawQuery == "" && server.Fragment == ""
	return isHTTP && isPlain && wrongPort == nil && server.Hostname() != ""
}

func isLoopback(host string) bool {
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
