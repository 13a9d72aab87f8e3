//! What can go wrong, as one type for all calls.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What went wrong, as far as a program may want to act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is not valid; nothing was stored. `fields` says what is wrong.
    InvalidRequest,
    /// The request or a part of it is over a limit of the server; nothing was stored.
    TooLarge,
    /// The project, trigger, event or delivery does not exist.
    NotFound,
    /// No trigger matches the event of `trigger`; nothing was stored.
    NoTriggerMatched,
    /// The call conflicts with existing data: a used id, an existing name, or a state that forbids it.
    Conflict,
    /// Only paused triggers match the event of `trigger`; nothing was stored.
    TriggerPaused,
    /// The server needs a key, and this client has none or the wrong one.
    KeyRequired,
    /// The server is overloaded; nothing was stored. Wait for `retry_after`, then send it again.
    Overloaded,
    /// A quota of the project or a trigger is used up; nothing was stored. The message says how to make room.
    OverQuota,
    /// No webhook succeeded. `results` has the last attempts; SCHEDULED deliveries will be retried.
    WebhookFailed,
    /// The webhook succeeded, but its answer is too large to return.
    ResponseTooLarge,
    /// The timeout passed before the answer came. If the event was stored, its delivery continues.
    DeadlinePassed,
    /// The server has an error of its own; whether it stored is unknown. Its log says more.
    InternalError,
    /// The server cannot be reached, is stopping, or cannot store; whether it stored is unknown.
    ///
    /// So is a call that was reset on its way: a status of gRPC's such as INTERNAL or UNKNOWN without the details that
    /// the server's own errors have. As with the clients for other languages, it is sent again.
    Unavailable,
    /// The server's answer has another error.
    Other,
    /// The data cannot be JSON; nothing was sent.
    InvalidData,
    /// A setting is wrong; nothing was sent.
    InvalidSetting,
    /// The webhook's answer is not of the type that the program asked for.
    InvalidAnswer,
}

/// A field of the request that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldViolation {
    /// The field as the proto spells it, such as `delay` or `events[3].type`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

/// A call failed, or could not be made.
#[derive(Clone)]
pub struct Error(Box<Failure>);

/// What is known about an error.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
    pub(crate) fields: Vec<FieldViolation>,
    pub(crate) metadata: HashMap<String, String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) event_id: Option<String>,
    pub(crate) index: Option<usize>,
    #[cfg(feature = "client")]
    pub(crate) results: Vec<crate::v1::trigger_sync_response::Result>,
    pub(crate) kind: Option<ErrorKind>,
    pub(crate) source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn of(kind: ErrorKind, failure: Failure) -> Self {
        Self(Box::new(Failure { kind: Some(kind), ..failure }))
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::of(kind, Failure { message: message.into(), ..Failure::default() })
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind.unwrap_or(ErrorKind::Other)
    }

    /// What went wrong, and what to do about it, for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// gRPC's code, such as `NOT_FOUND`; none if nothing was sent.
    pub fn code(&self) -> Option<&'static str> {
        Some(self.0.code).filter(|code| !code.is_empty())
    }

    /// A name of the proto's `Error.Reason`, such as `TRIGGER_NOT_FOUND`; none if the error is not the server's.
    pub fn reason(&self) -> Option<&str> {
        Some(self.0.reason.as_str()).filter(|reason| !reason.is_empty())
    }

    /// The fields of the request that are wrong.
    pub fn fields(&self) -> &[FieldViolation] {
        &self.0.fields
    }

    /// What else the server says about the error, by name.
    pub fn metadata(&self) -> &HashMap<String, String> {
        &self.0.metadata
    }

    /// How long to wait before sending the request again, if the server says so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The id of the event, even if it was not stored: with it you can send the event again.
    pub fn event_id(&self) -> Option<&str> {
        self.0.event_id.as_deref()
    }

    /// The place, from 0, of the event at fault in a batch or a stream.
    pub fn index(&self) -> Option<usize> {
        self.0.index
    }

    /// The outcome of each trigger of a `trigger` call, with its last attempt.
    #[cfg(feature = "client")]
    pub fn results(&self) -> &[crate::v1::trigger_sync_response::Result] {
        &self.0.results
    }

    /// The same error with what the transport says.
    #[cfg(feature = "client")]
    pub(crate) fn because_of(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The same error about an event.
    #[cfg(feature = "client")]
    pub(crate) fn about(mut self, index: Option<usize>, event_id: Option<&str>) -> Self {
        self.0.index = index;
        self.0.event_id = event_id.map(str::to_owned);
        self
    }
}

/// Returns the error of a setting.
#[cfg(feature = "client")]
pub(crate) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidSetting, message)
}

/// The message, and in brackets the reason or the code.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason().or(self.code()) {
            Some(mark) => write!(formatter, "{} [{mark}]", self.message()),
            None => formatter.write_str(self.message()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The source is the error of the transport, if there was one.
impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
