//! What a webhook answers: a value for callers that wait, events to queue, or a refusal.

use std::collections::HashMap;
use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use super::time::written;
use crate::json::encode;
use crate::{Error, ErrorKind, Event};

/// An answer that can also queue events, if the trigger allows it (`chain_events`).
///
/// ```
/// use bellrope::Event;
/// use bellrope::webhooks::Reply;
/// # fn main() -> Result<(), bellrope::Error> {
/// let reply = Reply::new("fine")?.event(Event::new("order-paid", &5)?.id("paid-7"))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a reply is what the function returns"]
pub struct Reply {
    response: Bytes,
    events: Vec<Box<RawValue>>,
}

impl Reply {
    /// Answers with any value that serde can write as JSON.
    pub fn new<T: Serialize + ?Sized>(response: &T) -> Result<Self, Error> {
        Ok(Self { response: encode(response)?, events: Vec::new() })
    }

    /// Queues an event; an answer can queue up to 100. A delivery may come twice: give the event an `id`, so that it
    /// is queued once.
    ///
    /// The error is [`ErrorKind::InvalidData`] for what such an event cannot have: an expire time, or a trace
    /// context (it gets that of the event which it answers).
    pub fn event(mut self, event: Event) -> Result<Self, Error> {
        if event.expire_time.is_some() || !event.traceparent.is_empty() || !event.tracestate.is_empty() {
            let wrong = "An event of an answer has no expire time and no trace context. Leave them out.";
            return Err(Error::new(ErrorKind::InvalidData, wrong));
        }
        self.events.push(chained(&event)?);
        Ok(self)
    }

    /// Returns the body of the answer.
    pub(crate) fn into_body(self) -> Result<Bytes, Error> {
        if self.events.is_empty() {
            return Ok(self.response);
        }
        encode(&Document { response: raw(&self.response)?, events: &self.events })
    }
}

/// What can be an answer: a [`Reply`], or any value that serde can write as JSON.
pub trait IntoReply {
    /// Returns the reply.
    fn into_reply(self) -> Result<Reply, Error>;
}

impl IntoReply for Reply {
    fn into_reply(self) -> Result<Reply, Error> {
        Ok(self)
    }
}

impl<T: Serialize> IntoReply for T {
    fn into_reply(self) -> Result<Reply, Error> {
        Reply::new(&self)
    }
}

/// Return it as the error to refuse a delivery for good: it becomes a dead letter at once, and is not sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(String);

impl Refused {
    /// `message` is in the answer, and so in the log.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

#[derive(Serialize)]
struct Document<'a> {
    response: &'a RawValue,
    events: &'a [Box<RawValue>],
}

#[derive(Serialize)]
struct Chained<'a> {
    r#type: &'a str,
    data: &'a RawValue,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<f64>,
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    options: &'a HashMap<String, String>,
}

/// Returns an event as an answer has it: in the form of the user's document.
fn chained(event: &Event) -> Result<Box<RawValue>, Error> {
    let text = encode(&Chained {
        r#type: &event.r#type,
        data: raw(&event.data)?,
        id: &event.id,
        timestamp: event.time.map(written),
        delay: event.delay.map(|delay| delay.as_secs_f64()),
        options: &event.options,
    })?;
    Ok(raw(&text)?.to_owned())
}

fn raw(json: &[u8]) -> Result<&RawValue, Error> {
    serde_json::from_slice(json).map_err(|error| Error::new(ErrorKind::InvalidData, error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{IntoReply, Reply};
    use crate::{ErrorKind, Event, RawJson};

    fn body(reply: Reply) -> String {
        String::from_utf8(reply.into_body().unwrap().to_vec()).unwrap()
    }

    /// A value alone is the answer as it is; with events it is the `response`.
    #[test]
    fn an_answer_may_queue_events() {
        assert_eq!("[1.0]", body(RawJson::new("[1.0]").unwrap().into_reply().unwrap()));
        let event = Event::raw("paid", RawJson::new("{\"price\": 0.10}").unwrap()).id("paid-1");
        let later = Event::bare("paid").id("paid-2").delay(Duration::from_millis(1500)).option("a", "b");
        let later = later.time(UNIX_EPOCH + Duration::from_secs(1));
        let reply = Reply::new(&()).unwrap().event(event).unwrap().event(later).unwrap();
        let events = [
            r#"{"type":"paid","data":{"price": 0.10},"id":"paid-1"}"#,
            r#"{"type":"paid","data":null,"id":"paid-2","timestamp":"1970-01-01T00:00:01.000000000Z","delay":1.5,"options":{"a":"b"}}"#,
        ];
        assert_eq!(format!("{{\"response\":null,\"events\":[{}]}}", events.join(",")), body(reply));
    }

    /// What an event of an answer cannot have is refused, and not dropped.
    #[test]
    fn what_would_be_lost_is_refused() {
        for event in [Event::bare("a").traceparent("00"), Event::bare("a").expire_time(UNIX_EPOCH)] {
            assert_eq!(ErrorKind::InvalidData, Reply::new(&()).unwrap().event(event).unwrap_err().kind());
        }
    }
}
