// Command webhook answers prices: WEBHOOK_SECRET=whsec_... PORT=8000 go run ./examples/webhook.
//
//	bellrope triggers create prices --type price-asked --url http://127.0.0.1:8000/ --secret whsec_...
package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"bellrope.example/go/webhooks"
)

var prices = map[string]float64{"tea": 3.5, "cup": 12}

func main() {
	secret := cmp.Or(os.Getenv("WEBHOOK_SECRET"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	hook, err := webhooks.Handler(secret, price)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+cmp.Or(os.Getenv("PORT"), "8000"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr())
	log.Fatal(http.Serve(listener, hook))
}

func price(_ context.Context, event *webhooks.Event) (any, error) {
	var asked struct{ Item string }
	if err := event.Into(&asked); err != nil {
		return nil, err
	}
	found, has := prices[asked.Item]
	if !has {
		return nil, webhooks.Refuse("no price for %s", asked.Item) // another attempt would not help
	}
	return map[string]float64{"price": found}, nil
}
