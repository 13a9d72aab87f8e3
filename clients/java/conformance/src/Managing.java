import bellrope.Bellrope;
import bellrope.Cursor;
import bellrope.Pages;
import bellrope.v1.DeleteTriggerRequest;
import bellrope.v1.Delivery;
import bellrope.v1.EventType;
import bellrope.v1.ListDeliveriesRequest;
import bellrope.v1.ListEventsRequest;
import bellrope.v1.ListTriggersRequest;
import bellrope.v1.ReplayEventRequest;
import bellrope.v1.TailRequest;
import bellrope.v1.TailResponse;
import bellrope.v1.Trigger;
import bellrope.v1.UpdateEventTypeRequest;
import bellrope.v1.UpdateTriggerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The operations on triggers, event types and the log. */
final class Managing {
  private Managing() {}

  static Object done(Bellrope client, Line line) {
    return switch (line.text("op")) {
      case "update_trigger" -> updateTrigger(client, line.object("trigger"));
      case "list_triggers" -> triggers(client);
      case "delete_trigger" -> deleteTrigger(client, line.text("name"));
      case "update_event_type" -> updateEventType(client, line);
      case "list_events" -> events(client, line.text("type"));
      case "list_deliveries" -> deliveries(client, line.text("event_id"));
      case "replay_event" -> replay(client, line.text("event_id"));
      default -> throw new UnsupportedOperationException(line.text("op"));
    };
  }

  private static Map<String, Object> updateTrigger(Bellrope client, Line given) {
    var trigger =
        Trigger.newBuilder()
            .setName(given.text("name"))
            .setType(given.text("type"))
            .setUrl(given.text("url"))
            .setChainEvents(given.isTrue("chain_events"))
            .setPaused(given.isTrue("paused"));
    if (given.has("filter")) {
      trigger.setFilter(given.text("filter"));
    }
    if (given.has("retries")) {
      trigger.setRetries(given.number("retries"));
    }
    if (given.has("secrets")) {
      trigger.addAllSecrets(given.list("secrets"));
    }
    if (given.has("encoding")) {
      trigger.setEncoding(Trigger.Encoding.valueOf(given.text("encoding")));
    }
    var request =
        UpdateTriggerRequest.newBuilder().setTrigger(trigger).setAllowMissing(true).build();
    Trigger saved = client.triggers().updateTrigger(request);
    return Map.of("name", saved.getName(), "type", saved.getType(), "url", saved.getUrl());
  }

  private static List<String> triggers(Bellrope client) {
    return Pages.of(client.triggers()::listTriggers, ListTriggersRequest.getDefaultInstance())
        .flatMap(page -> page.getTriggersList().stream())
        .map(Trigger::getName)
        .toList();
  }

  private static Map<String, Object> deleteTrigger(Bellrope client, String name) {
    client.triggers().deleteTrigger(DeleteTriggerRequest.newBuilder().setTrigger(name).build());
    return Map.of();
  }

  private static Map<String, Object> updateEventType(Bellrope client, Line line) {
    var type = EventType.newBuilder().setType(line.text("type")).setSchema(line.text("schema"));
    var request =
        UpdateEventTypeRequest.newBuilder().setEventType(type).setAllowMissing(true).build();
    return Map.of("type", client.projects().updateEventType(request).getType());
  }

  private static List<Map<String, String>> events(Bellrope client, String type) {
    var request = ListEventsRequest.newBuilder().setType(type).setPageSize(2).build();
    return Pages.of(client.deliveries()::listEvents, request)
        .flatMap(page -> page.getEventsList().stream())
        .map(
            event ->
                Map.of(
                    "id", event.getEventId(),
                    "type", event.getType(),
                    "data", Values.base64(event.getData().toByteArray())))
        .toList();
  }

  private static List<Map<String, Object>> deliveries(Bellrope client, String eventId) {
    var request = ListDeliveriesRequest.newBuilder().setEventId(eventId).build();
    return Pages.of(client.deliveries()::listDeliveries, request)
        .flatMap(page -> page.getDeliveriesList().stream())
        .map(Managing::delivery)
        .toList();
  }

  private static Map<String, Object> delivery(Delivery delivery) {
    return Map.of(
        "delivery_id", delivery.getDeliveryId(),
        "trigger", delivery.getTrigger(),
        "state", delivery.getState().name(),
        "status_codes",
            delivery.getAttemptsList().stream().map(each -> each.getStatusCode()).toList());
  }

  private static Map<String, Object> replay(Bellrope client, String eventId) {
    var request = ReplayEventRequest.newBuilder().setEventId(eventId).build();
    return Map.of("deliveries", client.deliveries().replayEvent(request).getReplayedCount());
  }

  static List<Object> tail(Bellrope client, int count, Runnable begun) {
    var facts = new ArrayList<Object>();
    try (Cursor<TailResponse> tail = client.tail(TailRequest.getDefaultInstance())) {
      while (facts.size() < count && tail.hasNext()) {
        TailResponse fact = tail.next();
        if (fact.getKind() == TailResponse.Kind.KIND_UNSPECIFIED) {
          begun.run();
        } else {
          facts.add(
              Map.of(
                  "kind",
                  fact.getKind().name(),
                  "type",
                  fact.getType(),
                  "event_id",
                  fact.getEventId()));
        }
      }
    }
    return facts;
  }
}
