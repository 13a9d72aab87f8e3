// Package bellrope sends events to a bellrope server, which calls the right webhooks: now, later, or at once with the
// answer.
//
//	client, err := bellrope.New(bellrope.Config{Server: "127.0.0.1:4123"})
//	...
//	queued, err := client.Queue(ctx, bellrope.Event{Type: "user-signed-up", Data: user})
//
// Every event gets an id before it is sent: yours, or a new one. After a lost connection the client sends it again under
// that id, so that it is stored once. A call ends with its context. If the context has no deadline, it ends after
// [Config.Timeout], and [Client.Trigger] after 30 seconds.
//
// A call that failed returns an [*Error]. What kind of error it is, [errors.Is] says: see [ErrInvalidRequest] and the
// other errors there.
//
// The package [bellrope.example/go/webhooks] receives what the server sends.
package bellrope
