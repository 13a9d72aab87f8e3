//! The server's answers as values.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;

use crate::v1::trigger_sync_response::Result as TriggerResult;
use crate::v1::{QueueResponse, TriggerSyncResponse};
use crate::{Error, ErrorKind};

/// An event that is on the server's disk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Queued {
    /// The event's id.
    pub event_id: String,
    /// How many triggers matched; if 0, the event is stored, but no webhook will be called.
    pub delivery_count: u32,
    /// When the webhooks are first called.
    pub due_time: SystemTime,
    /// True if the id was already accepted, in an earlier call or in an earlier try of this call.
    pub duplicate: bool,
}

impl Queued {
    pub(crate) fn of(response: QueueResponse) -> Self {
        let due_time = response.due_time.unwrap_or_default();
        Self {
            event_id: response.event_id,
            delivery_count: response.delivery_count.try_into().unwrap_or_default(),
            due_time: due_time.try_into().unwrap_or(SystemTime::UNIX_EPOCH),
            duplicate: response.duplicate,
        }
    }
}

/// The answers of an event's webhooks; at least one webhook succeeded.
#[derive(Clone, Debug)]
pub struct Answer {
    event_id: String,
    raw: Bytes,
    is_text: bool,
    results: Vec<TriggerResult>,
}

impl Answer {
    pub(crate) fn of(response: TriggerSyncResponse) -> Result<Self, Error> {
        let TriggerSyncResponse { event_id, result, result_base64, results } = response;
        let raw = if result_base64 { bytes_in(&result)? } else { result };
        Ok(Self { event_id, raw, is_text: !result_base64, results })
    }

    /// The event's id.
    pub fn event_id(&self) -> &str {
        &self.event_id
    }

    /// Decodes the answer of the first trigger that succeeded, in the order of names.
    ///
    /// An answer that is other text than JSON is a string, and an empty one is `null`. A `serde_json::Value` holds
    /// integers of 64 bits; larger ones fit an `i128`, a `u128` or a `Box<RawValue>`. The error is
    /// [`ErrorKind::InvalidAnswer`] if the answer is of another type, or not text.
    pub fn result<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        if !self.is_text {
            return Err(invalid("it is not text; read `raw`"));
        }
        serde_json::from_slice(&self.raw).map_err(invalid)
    }

    /// The same answer as JSON text, byte for byte; or its bytes, if it is not text.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Whether the answer is text, so that `raw` is JSON.
    pub fn is_text(&self) -> bool {
        self.is_text
    }

    /// All triggers that matched, in the order of names, each with its last attempt.
    pub fn results(&self) -> &[TriggerResult] {
        &self.results
    }
}

fn bytes_in(result: &[u8]) -> Result<Bytes, Error> {
    let text: &str = serde_json::from_slice(result).map_err(invalid)?;
    Ok(STANDARD.decode(text).map_err(invalid)?.into())
}

fn invalid(why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidAnswer, format!("The webhook's answer is of another type: {why}."))
}

#[cfg(test)]
mod tests {
    use super::{Answer, TriggerSyncResponse};
    use crate::ErrorKind;

    fn answer(result: &'static str, result_base64: bool) -> Answer {
        let response = TriggerSyncResponse { result: result.into(), result_base64, ..Default::default() };
        Answer::of(response).unwrap()
    }

    /// An answer is decoded into the type that the program wants, with all digits.
    #[test]
    fn an_answer_is_decoded_into_a_type() {
        assert_eq!(u128::MAX, answer("340282366920938463463374607431768211455", false).result().unwrap());
        assert_eq!("fine", answer("\"fine\"", false).result::<&str>().unwrap());
        assert_eq!(None, answer("null", false).result::<Option<u8>>().unwrap());
        assert_eq!(b"[1.0]", answer("[1.0]", false).raw());
        assert_eq!(ErrorKind::InvalidAnswer, answer("[1.0]", false).result::<u8>().unwrap_err().kind());
    }

    /// An answer that is not text is its bytes.
    #[test]
    fn an_answer_that_is_not_text_is_bytes() {
        let bytes = answer("\"/wA=\"", true);
        assert_eq!((b"\xff\x00".as_slice(), false), (bytes.raw(), bytes.is_text()));
        assert_eq!(ErrorKind::InvalidAnswer, bytes.result::<String>().unwrap_err().kind());
    }
}
