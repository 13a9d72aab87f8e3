//! Events as their sender gives them.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde::Serialize;

use crate::ids::uuid7;
use crate::json::encode;
use crate::{Error, RawJson};

/// An event. It has its id and its JSON from the start, so that a clone of it can be sent again.
///
/// ```
/// # use std::time::Duration;
/// # fn main() -> Result<(), bellrope::Error> {
/// let event = bellrope::Event::new("reminder", "tea")?.delay(Duration::from_secs(600)).id("reminder-7");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an event is sent by a client"]
pub struct Event {
    pub(crate) r#type: String,
    pub(crate) data: Bytes,
    pub(crate) id: String,
    pub(crate) time: Option<SystemTime>,
    pub(crate) delay: Option<Duration>,
    pub(crate) options: HashMap<String, String>,
    pub(crate) expire_time: Option<SystemTime>,
    pub(crate) traceparent: String,
    pub(crate) tracestate: String,
}

impl Event {
    /// Makes an event of what happened, such as `order-placed`, and its data.
    ///
    /// The data is any value that serde can write as JSON. A string is a JSON string, and a `Vec<u8>` is a list of
    /// numbers; JSON text is a [`RawJson`]. The error is [`ErrorKind::InvalidData`](crate::ErrorKind::InvalidData) for
    /// what JSON cannot hold (NaN, infinity, and what is bytes to serde), with its place.
    pub fn new<T: Serialize + ?Sized>(r#type: impl Into<String>, data: &T) -> Result<Self, Error> {
        Ok(Self::of(r#type.into(), encode(data)?))
    }

    /// Makes an event whose data is JSON text, which reaches the webhook byte for byte.
    pub fn raw(r#type: impl Into<String>, data: RawJson) -> Self {
        Self::of(r#type.into(), data.into_bytes())
    }

    /// Makes an event without data: the webhook gets `null`.
    pub fn bare(r#type: impl Into<String>) -> Self {
        Self::of(r#type.into(), Bytes::from_static(b"null"))
    }

    fn of(r#type: String, data: Bytes) -> Self {
        Self {
            r#type,
            data,
            id: uuid7(),
            time: None,
            delay: None,
            options: HashMap::new(),
            expire_time: None,
            traceparent: String::new(),
            tracestate: String::new(),
        }
    }

    /// When to call the webhooks. Absent or in the past means now.
    pub fn time(mut self, time: SystemTime) -> Self {
        self.time = Some(time);
        self
    }

    /// How long after `time` (or after now) to call the webhooks.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Your own id for the event: an event that is sent twice with it is stored once. The default is a new UUIDv7.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Adds an option. A trigger with options matches only events that have the same options.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.insert(name.into(), value.into());
        self
    }

    /// No attempt starts at or after this time. Absent means never.
    pub fn expire_time(mut self, time: SystemTime) -> Self {
        self.expire_time = Some(time);
        self
    }

    /// A W3C trace context; the webhook gets it as its `traceparent` header.
    pub fn traceparent(mut self, traceparent: impl Into<String>) -> Self {
        self.traceparent = traceparent.into();
        self
    }

    /// The W3C tracestate that belongs to the `traceparent`.
    pub fn tracestate(mut self, tracestate: impl Into<String>) -> Self {
        self.tracestate = tracestate.into();
        self
    }

    /// The id: the given one, or the new one.
    pub fn event_id(&self) -> &str {
        &self.id
    }
}

#[cfg(feature = "client")]
mod messages {
    use super::{Duration, Event};
    use crate::v1::{QueueRequest, TriggerSyncRequest};

    macro_rules! message {
        ($name:ident) => {
            impl $name {
                /// Returns the message for an event.
                pub(crate) fn of(event: Event, project: &str) -> Self {
                    Self {
                        project: project.to_owned(),
                        r#type: event.r#type,
                        data: event.data,
                        schedule_time: event.time.map(Into::into),
                        delay: event.delay.map(duration),
                        id: event.id,
                        options: event.options,
                        expire_time: event.expire_time.map(Into::into),
                        traceparent: event.traceparent,
                        tracestate: event.tracestate,
                        cloud_event: None,
                    }
                }
            }
        };
    }

    message!(QueueRequest);
    message!(TriggerSyncRequest);

    /// Returns a length of time; one that no message can hold is the longest, which the server refuses.
    fn duration(length: Duration) -> prost_types::Duration {
        prost_types::Duration {
            seconds: length.as_secs().try_into().unwrap_or(i64::MAX),
            nanos: length.subsec_nanos().try_into().unwrap_or_default(),
        }
    }
}
