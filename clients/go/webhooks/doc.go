// Package webhooks receives what a bellrope server sends.
//
//	hook, err := webhooks.Handler(secret, func(ctx context.Context, event *webhooks.Event) (any, error) {
//		...
//		return nil, nil
//	})
//	...
//	http.Handle("POST /hook", hook)
//
// A secret is that of the trigger: whsec_ and the base64 of 24 to 64 bytes. It may be several, separated by spaces, while
// you replace one.
//
// It does not load gRPC.
package webhooks
