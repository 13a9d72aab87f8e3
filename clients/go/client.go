package bellrope

import (
	"context"
	"time"

	"google.golang.org/grpc"

	"bellrope.example/go/bellropev1"
)

// Client sends events to a bellrope server. Any number of goroutines may use one.
//
// The fields are the generated clients of the services. Their methods take and return the messages of bellropev1. They
// send the key, use the client's project and timeout by default, and return an [*Error]. They do not send a request again.
type Client struct {
	Triggers   bellropev1.TriggersClient
	Deliveries bellropev1.DeliveriesClient
	Projects   bellropev1.ProjectsClient
	Server     bellropev1.ServerClient

	eventing bellropev1.EventingClient
	own      *grpc.ClientConn // nil if the connection is the caller's
	address  string
	project  string
	timeout  time.Duration
}

// New returns a client. It connects when it is first used. Close it, unless your program needs it until its end.
func New(config Config) (*Client, error) {
	config, server, err := config.resolved()
	if err != nil {
		return nil, err
	}
	client := &Client{project: config.Project, timeout: config.Timeout}
	if config.Conn == nil {
		client.address = server.String()
		if client.own, err = dial(server, config); err != nil {
			return nil, err
		}
		config.Conn = client.own
	}
	conn := &calls{conn: config.Conn, key: config.Key, project: config.Project, timeout: config.Timeout}
	client.Triggers = bellropev1.NewTriggersClient(conn)
	client.Deliveries = bellropev1.NewDeliveriesClient(conn)
	client.Projects = bellropev1.NewProjectsClient(conn)
	client.Server = bellropev1.NewServerClient(conn)
	// Our own requests have the project already.
	client.eventing = bellropev1.NewEventingClient(&calls{conn: config.Conn, key: config.Key, timeout: config.Timeout})
	return client, nil
}

// Close closes the connection, which ends all calls. A connection of your own stays open.
func (c *Client) Close() error {
	if c.own == nil {
		return nil
	}
	return c.own.Close()
}

// Address returns the server as a URL, such as http://127.0.0.1:4123; empty for a connection of your own.
func (c *Client) Address() string { return c.address }

// Project returns the project of the client's events.
func (c *Client) Project() string { return c.project }

// Queue stores an event; when it returns, the event is on disk. The server calls the webhooks in the background.
//
// It returns an [*Error], or an [*ArgumentError] for an event that cannot be sent.
func (c *Client) Queue(ctx context.Context, event Event) (Queued, error) {
	request, refused := event.request(c.project)
	if refused != nil {
		return Queued{}, refused
	}
	response, failed := send(ctx, c.timeout, c.eventing.Queue, request)
	if failed != nil {
		return Queued{}, failed.at(-1, request.GetId())
	}
	return queued(response), nil
}

// Trigger stores an event, and waits for the answers of its webhooks until the deadline of the context, or for 30 seconds.
//
// The server waits for five minutes at most. The deadline ends only the wait; set [Event.ExpireTime] to also stop calling
// webhooks.
func (c *Client) Trigger(ctx context.Context, event Event) (*Answer, error) {
	request, refused := event.triggerRequest(c.project)
	if refused != nil {
		return nil, refused
	}
	response, failed := send(ctx, triggerTimeout, c.eventing.TriggerSync, request)
	if failed != nil {
		return nil, failed.at(-1, request.GetId())
	}
	return answerOf(response), nil
}

// QueueBatch stores up to 1,000 events in one commit, all or none, and returns for each what Queue would return.
//
// If one event is refused, none is stored; the error's Index and EventID say which one. After an error you can send the
// same events again if they have an ID.
func (c *Client) QueueBatch(ctx context.Context, events []Event) ([]Queued, error) {
	request, refused := batch(events, c.project)
	if refused != nil {
		return nil, refused
	}
	response, failed := send(ctx, c.timeout, c.eventing.QueueBatch, request)
	if failed != nil {
		return nil, failed.at(failed.Index, idAt(request, failed.Index))
	}
	stored := make([]Queued, len(response.GetResults()))
	for index, each := range response.GetResults() {
		stored[index] = queued(each)
	}
	return stored, nil
}
