//! Operations with triggers, event types and the log.

use bellrope::Client;
use bellrope::v1::tail_response::Kind;
use bellrope::v1::trigger::Encoding;
use bellrope::v1::{
    DeleteTriggerRequest, EventType, ListDeliveriesRequest, ListEventsRequest, ListTriggersRequest,
    ReplayEventRequest, TailRequest, Trigger, UpdateEventTypeRequest, UpdateTriggerRequest,
};
use serde_json::{Value, json};

use crate::Outcome;
use crate::values::base64;

fn text(arguments: &Value, name: &str) -> String {
    arguments[name].as_str().unwrap_or_default().to_owned()
}

pub async fn update_trigger(client: &Client, arguments: &Value) -> Outcome {
    let given = &arguments["trigger"];
    let secrets = given["secrets"].as_array().into_iter().flatten();
    let trigger = Trigger {
        name: text(given, "name"),
        r#type: text(given, "type"),
        url: text(given, "url"),
        filter: text(given, "filter"),
        retries: given["retries"].as_i64().and_then(|retries| retries.try_into().ok()),
        secrets: secrets.filter_map(Value::as_str).map(str::to_owned).collect(),
        chain_events: given["chain_events"] == true,
        encoding: Encoding::from_str_name(&text(given, "encoding")).unwrap_or_default().into(),
        paused: given["paused"] == true,
        ..Trigger::default()
    };
    let request = UpdateTriggerRequest {
        trigger: Some(trigger),
        allow_missing: true,
        ..UpdateTriggerRequest::default()
    };
    let saved = client.triggers().update_trigger(request).await?;
    Ok(json!({"name": saved.name, "type": saved.r#type, "url": saved.url}))
}

pub async fn list_triggers(client: &Client) -> Outcome {
    let mut triggers = client.triggers().list_triggers_by_item(ListTriggersRequest::default());
    let mut names = Vec::new();
    while let Some(trigger) = triggers.try_next().await? {
        names.push(trigger.name);
    }
    Ok(json!(names))
}

pub async fn delete_trigger(client: &Client, arguments: &Value) -> Outcome {
    let request =
        DeleteTriggerRequest { trigger: text(arguments, "name"), ..DeleteTriggerRequest::default() };
    client.triggers().delete_trigger(request).await?;
    Ok(json!({}))
}

pub async fn update_event_type(client: &Client, arguments: &Value) -> Outcome {
    let schema = text(arguments, "schema");
    let event_type = EventType { r#type: text(arguments, "type"), schema, ..EventType::default() };
    let request = UpdateEventTypeRequest {
        event_type: Some(event_type),
        allow_missing: true,
        ..UpdateEventTypeRequest::default()
    };
    Ok(json!({"type": client.projects().update_event_type(request).await?.r#type}))
}

pub async fn list_events(client: &Client, arguments: &Value) -> Outcome {
    let request =
        ListEventsRequest { r#type: text(arguments, "type"), page_size: 2, ..ListEventsRequest::default() };
    let mut events = client.deliveries().list_events_by_item(request);
    let mut found = Vec::new();
    while let Some(event) = events.try_next().await? {
        found.push(json!({"id": event.event_id, "type": event.r#type, "data": base64(&event.data)}));
    }
    Ok(found.into())
}

pub async fn list_deliveries(client: &Client, arguments: &Value) -> Outcome {
    let request =
        ListDeliveriesRequest { event_id: text(arguments, "event_id"), ..ListDeliveriesRequest::default() };
    let mut deliveries = client.deliveries().list_deliveries_by_item(request);
    let mut found = Vec::new();
    while let Some(delivery) = deliveries.try_next().await? {
        let status_codes: Vec<_> = delivery.attempts.iter().map(|attempt| attempt.status_code).collect();
        found.push(json!({
            "delivery_id": delivery.delivery_id,
            "trigger": delivery.trigger,
            "state": delivery.state().as_str_name(),
            "status_codes": status_codes,
        }));
    }
    Ok(found.into())
}

pub async fn replay_event(client: &Client, arguments: &Value) -> Outcome {
    let request =
        ReplayEventRequest { event_id: text(arguments, "event_id"), ..ReplayEventRequest::default() };
    Ok(json!({"deliveries": client.deliveries().replay_event(request).await?.replayed_count}))
}

pub async fn tail(client: &Client, case: &str, arguments: &Value) -> Outcome {
    let mut facts = client.tail(TailRequest::default());
    let mut found = Vec::new();
    while found.len() as u64 != arguments["count"].as_u64().unwrap_or_default() {
        let Some(fact) = facts.try_next().await? else { break };
        match fact.kind() {
            Kind::Unspecified => println!("{}", json!({"case": case, "begun": true})),
            kind => found
                .push(json!({"kind": kind.as_str_name(), "type": fact.r#type, "event_id": fact.event_id})),
        }
    }
    Ok(found.into())
}
