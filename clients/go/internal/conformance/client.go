package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/url"
	"os"
	"time"

	"bellrope.example/go"
)

// client is a client with the operations of the cases.
type client struct{ *bellrope.Client }

// wrongSetting says that no client can be made.
type wrongSetting struct{ error }

// client returns the client of these settings. It is made once.
func (r *runner) client(settings json.RawMessage) (*client, error) {
	if made, has := r.clients[string(settings)]; has {
		return made, nil
	}
	config, err := configOf(settings)
	if err != nil {
		return nil, &wrongSetting{err}
	}
	made, err := bellrope.New(config)
	if err != nil {
		return nil, &wrongSetting{err}
	}
	r.clients[string(settings)] = &client{made}
	return r.clients[string(settings)], nil
}

func configOf(settings json.RawMessage) (bellrope.Config, error) {
	var given struct {
		Server, Project, Key string
		KeyWithoutTLS        bool   `json:"key_without_tls"`
		TimeoutMs            int64  `json:"timeout_ms"`
		CAFile               string `json:"ca_file"`
	}
	if settings != nil {
		if err := json.Unmarshal(settings, &given); err != nil {
			return bellrope.Config{}, err
		}
	}
	config := bellrope.Config{
		Server:        given.Server,
		Project:       given.Project,
		Key:           given.Key,
		KeyWithoutTLS: given.KeyWithoutTLS,
		Timeout:       milliseconds(given.TimeoutMs),
	}
	if given.CAFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(given.CAFile)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	config.TLS = &tls.Config{RootCAs: roots}
	return config, err
}

// limited returns the context of a call, with the deadline that the case gives it.
func (in *input) limited() (context.Context, context.CancelFunc) {
	if in.TimeoutMs == 0 {
		return context.WithCancel(context.Background())
	}
	return context.WithTimeout(context.Background(), time.Duration(in.TimeoutMs)*time.Millisecond)
}

func (c *client) settings(*input) (any, error) {
	address, err := url.Parse(c.Address())
	if err != nil {
		return nil, err
	}
	return object{"server": address.Host, "tls": address.Scheme == "https", "project": c.Project()}, nil
}
