package main

import (
	"context"
	"encoding/json"

	"bellrope.example/go"
	"bellrope.example/go/bellropev1"
)

// calling are the operations of a client.
var calling = map[string]func(*client, *input) (any, error){
	"settings":          (*client).settings,
	"queue":             (*client).queue,
	"trigger":           (*client).trigger,
	"queue_batch":       (*client).queueBatch,
	"queue_stream":      (*client).queueStream,
	"cancel":            (*client).cancel,
	"load":              (*client).load,
	"update_trigger":    (*client).updateTrigger,
	"list_triggers":     (*client).listTriggers,
	"delete_trigger":    (*client).deleteTrigger,
	"update_event_type": (*client).updateEventType,
	"list_events":       (*client).listEvents,
	"list_deliveries":   (*client).listDeliveries,
	"replay_event":      (*client).replayEvent,
}

func (c *client) updateTrigger(in *input) (any, error) {
	var given struct {
		Name, Type, URL, Filter, Encoding string
		Retries                           *int32
		Secrets                           []string
		ChainEvents                       bool `json:"chain_events"`
		Paused                            bool
	}
	if err := json.Unmarshal(in.Trigger, &given); err != nil {
		return nil, err
	}
	trigger := &bellropev1.Trigger{
		Name:        given.Name,
		Type:        given.Type,
		Url:         given.URL,
		Filter:      given.Filter,
		Encoding:    bellropev1.Trigger_Encoding(bellropev1.Trigger_Encoding_value[given.Encoding]),
		Retries:     given.Retries,
		Secrets:     given.Secrets,
		ChainEvents: given.ChainEvents,
	}
	ctx := context.Background()
	saved, err := c.Triggers.UpdateTrigger(ctx, &bellropev1.UpdateTriggerRequest{Trigger: trigger, AllowMissing: true})
	if err != nil {
		return nil, err
	}
	if given.Paused {
		_, err = c.Triggers.PauseTrigger(ctx, &bellropev1.PauseTriggerRequest{Trigger: given.Name})
	}
	return object{"name": saved.GetName(), "type": saved.GetType(), "url": saved.GetUrl()}, err
}

func (c *client) listTriggers(*input) (any, error) {
	names := []string{}
	for page, err := range bellrope.Pages(context.Background(), c.Triggers.ListTriggers, &bellropev1.ListTriggersRequest{}) {
		if err != nil {
			return nil, err
		}
		for _, each := range page.GetTriggers() {
			names = append(names, each.GetName())
		}
	}
	return names, nil
}

func (c *client) deleteTrigger(in *input) (any, error) {
	_, err := c.Triggers.DeleteTrigger(context.Background(), &bellropev1.DeleteTriggerRequest{Trigger: in.Name})
	return object{}, err
}

func (c *client) updateEventType(in *input) (any, error) {
	kind := &bellropev1.EventType{Type: in.Type, Schema: in.Schema}
	request := &bellropev1.UpdateEventTypeRequest{EventType: kind, AllowMissing: true}
	saved, err := c.Projects.UpdateEventType(context.Background(), request)
	return object{"type": saved.GetType()}, err
}

func (c *client) listEvents(in *input) (any, error) {
	out := []any{}
	request := &bellropev1.ListEventsRequest{Type: in.Type, PageSize: 2}
	for page, err := range bellrope.Pages(context.Background(), c.Deliveries.ListEvents, request) {
		if err != nil {
			return nil, err
		}
		for _, each := range page.GetEvents() {
			out = append(out, object{"id": each.GetEventId(), "type": each.GetType(), "data": each.GetData()})
		}
	}
	return out, nil
}

func (c *client) listDeliveries(in *input) (any, error) {
	out := []any{}
	request := &bellropev1.ListDeliveriesRequest{EventId: in.EventID}
	for page, err := range bellrope.Pages(context.Background(), c.Deliveries.ListDeliveries, request) {
		if err != nil {
			return nil, err
		}
		for _, each := range page.GetDeliveries() {
			out = append(out, deliveryOf(each))
		}
	}
	return out, nil
}

func deliveryOf(delivery *bellropev1.Delivery) object {
	codes := []int32{}
	for _, each := range delivery.GetAttempts() {
		codes = append(codes, each.GetStatusCode())
	}
	return object{
		"delivery_id":  delivery.GetDeliveryId(),
		"trigger":      delivery.GetTrigger(),
		"state":        delivery.GetState().String(),
		"status_codes": codes,
	}
}

func (c *client) replayEvent(in *input) (any, error) {
	request := &bellropev1.ReplayEventRequest{EventId: in.EventID}
	replayed, err := c.Deliveries.ReplayEvent(context.Background(), request)
	return object{"deliveries": replayed.GetReplayedCount()}, err
}
