package bellrope

import (
	"context"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Page is an answer of a list.
type Page interface{ GetNextPageToken() string }

// Pages yields the pages of a list, from the first to the last:
//
//	for page, err := range bellrope.Pages(ctx, client.Deliveries.ListEvents, &bellropev1.ListEventsRequest{Type: "paid"}) {
//		if err != nil {
//			return err
//		}
//		for _, event := range page.GetEvents() {
//			...
//		}
//	}
//
// A page may be empty although more follow, because the server looks at a limited number of rows for each.
func Pages[Request proto.Message, Answer Page](
	ctx context.Context,
	list func(context.Context, Request, ...grpc.CallOption) (Answer, error),
	request Request,
) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		next := request
		for {
			page, err := list(ctx, next)
			if !yield(page, err) || err != nil || page.GetNextPageToken() == "" {
				return
			}
			next = after(request, page.GetNextPageToken())
		}
	}
}

// after returns the request for the page that a token asks for.
func after[Request proto.Message](request Request, token string) Request {
	next := copied(request)
	message := next.ProtoReflect()
	message.Set(message.Descriptor().Fields().ByName("page_token"), protoreflect.ValueOfString(token))
	return next
}
