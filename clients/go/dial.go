package bellrope

import (
	"math"
	"net/url"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

const userAgent = "bellrope-go/0.1.0"

var dialOptions = []grpc.DialOption{
	grpc.WithUserAgent(userAgent),
	// An answer can have 1 MiB of each webhook, and a page of deliveries has many of them.
	grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)),
	// By default gRPC waits a second before it connects again; all tries of a call would fail in it.
	grpc.WithConnectParams(grpc.ConnectParams{
		Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second},
		MinConnectTimeout: 5 * time.Second,
	}),
	// The server answers pings that are 5 seconds apart. A connection that died is noticed within half a minute.
	grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, Timeout: 10 * time.Second}),
	// Retries are ours: they keep to one id, and to one deadline.
	grpc.WithDisableRetry(),
	grpc.WithDisableServiceConfig(),
}

// dial returns a connection, which is made when it is first used.
func dial(server *url.URL, config Config) (*grpc.ClientConn, error) {
	secure := insecure.NewCredentials()
	if server.Scheme == "https" {
		secure = credentials.NewTLS(config.TLS)
	}
	return grpc.NewClient(server.Host, append(dialOptions[:len(dialOptions):len(dialOptions)], grpc.WithTransportCredentials(secure))...)
}
