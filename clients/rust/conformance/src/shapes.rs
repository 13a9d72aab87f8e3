//! The shapes of the protocol: queued, answer, received, error.

use std::time::SystemTime;

use bellrope::prost_types::Timestamp;
use bellrope::v1::trigger_sync_response::Result as TriggerResult;
use bellrope::webhooks::{DataForm, ReceiveError, Received};
use bellrope::{Answer, Error, ErrorKind, Outcome, Queued};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::Failed;
use crate::values::{base64, shown};

pub fn queued(queued: &Queued) -> Value {
    json!({
        "event_id": queued.event_id,
        "delivery_count": queued.delivery_count,
        "due_time": written(queued.due_time),
        "duplicate": queued.duplicate,
    })
}

pub fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Stored(stored) => queued(stored),
        Outcome::Refused(refused) => json!({"error": error(refused)}),
        other => unreachable!("{other:?}"),
    }
}

pub fn answer(answer: &Answer) -> Result<Value, Failed> {
    let result = if answer.is_text() {
        shown(answer.result::<&RawValue>()?)
    } else {
        json!({"bytes": base64(answer.raw())})
    };
    Ok(json!({
        "event_id": answer.event_id(),
        "result": result,
        "raw": base64(answer.raw()),
        "results": results(answer.results()),
    }))
}

fn results(results: &[TriggerResult]) -> Value {
    let shown = |result: &TriggerResult| {
        let status_code = result.last_attempt.as_ref().map_or(0, |attempt| attempt.status_code);
        json!({"trigger": result.trigger, "state": result.state().as_str_name(), "status_code": status_code})
    };
    results.iter().map(shown).collect()
}

pub fn error(error: &Error) -> Value {
    let mut found = json!({
        "kind": kind(error.kind()),
        "code": error.code().unwrap_or_default(),
        "reason": error.reason().unwrap_or_default(),
        "message": error.message(),
        "fields": error.fields().iter().map(|each| each.field.as_str()).collect::<Vec<_>>(),
        "metadata": error.metadata(),
        "results": results(error.results()),
    });
    if let Some(retry_after) = error.retry_after() {
        found["retry_after_ms"] = json!(retry_after.as_millis());
    }
    if let Some(event_id) = error.event_id() {
        found["event_id"] = json!(event_id);
    }
    if let Some(index) = error.index() {
        found["index"] = json!(index);
    }
    found
}

fn kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidRequest => "INVALID_REQUEST",
        ErrorKind::TooLarge => "TOO_LARGE",
        ErrorKind::NotFound => "NOT_FOUND",
        ErrorKind::NoTriggerMatched => "NO_TRIGGER_MATCHED",
        ErrorKind::Conflict => "CONFLICT",
        ErrorKind::TriggerPaused => "TRIGGER_PAUSED",
        ErrorKind::KeyRequired => "KEY_REQUIRED",
        ErrorKind::Overloaded => "OVERLOADED",
        ErrorKind::OverQuota => "OVER_QUOTA",
        ErrorKind::WebhookFailed => "WEBHOOK_FAILED",
        ErrorKind::ResponseTooLarge => "RESPONSE_TOO_LARGE",
        ErrorKind::DeadlinePassed => "DEADLINE_PASSED",
        ErrorKind::InternalError => "INTERNAL_ERROR",
        ErrorKind::Unavailable => "UNAVAILABLE",
        ErrorKind::InvalidData => "REFUSED",
        ErrorKind::InvalidSetting => "WRONG_SETTING",
        _ => "OTHER",
    }
}

pub fn received(event: &Received) -> Value {
    let data = match event.data_form {
        DataForm::Json if event.raw.is_empty() => json!({"null": null}),
        DataForm::Json => shown(serde_json::from_slice(&event.raw).expect("it is JSON")),
        DataForm::Text => json!({"string": event.data::<&str>().expect("it is text")}),
        DataForm::Bytes => json!({"bytes": base64(&event.raw)}),
        other => unreachable!("{other:?}"),
    };
    json!({
        "id": event.id,
        "type": event.r#type,
        "source": event.source,
        "time": event.time.map(written),
        "delivery_id": event.delivery_id,
        "data": data,
        "raw": base64(&event.raw),
    })
}

pub fn receive_error(error: &ReceiveError) -> Failed {
    let kind = match error {
        ReceiveError::SignatureInvalid(_) => "SIGNATURE_INVALID",
        _ => "NOT_AN_EVENT",
    };
    Failed::Error(json!({"kind": kind, "message": error.to_string()}))
}

pub fn system_time(text: &str) -> SystemTime {
    let time: Timestamp = text.parse().expect("it is a time");
    time.try_into().expect("it is a time")
}

fn written(time: SystemTime) -> String {
    Timestamp::from(time).to_string()
}
