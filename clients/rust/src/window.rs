//! The events of a stream that have no outcome yet, and when to send them again.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::BytesMut;
use tokio::time::Instant;

use crate::retries::Tries;
use crate::status::refusal;
use crate::v1::queue_stream_response::result::Outcome as Settled;
use crate::v1::{QueueRequest, QueueStreamRequest, QueueStreamResponse, queue_stream_response};
use crate::written::Written;
use crate::{Error, ErrorKind, Event, Queued};

const MOST_EVENTS: usize = 1024;
/// Of messages; beyond it, no event is taken until others are settled.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// A full window takes events again when it is this part of full, so that they are sent many at once.
const REFILLED_AT: f64 = 0.75;

/// What became of an event of a stream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It is on the server's disk.
    Stored(Queued),
    /// It was refused; `index` and `event_id` say which event it is.
    Refused(Error),
}

impl Outcome {
    /// Returns the same as a result.
    pub fn into_result(self) -> Result<Queued, Error> {
        match self {
            Self::Stored(queued) => Ok(queued),
            Self::Refused(error) => Err(error),
        }
    }
}

/// Holds each event from the time it is taken from the caller until it is on disk or refused.
pub(crate) struct Window {
    project: String,
    timeout: Duration,
    unsettled: VecDeque<Written<QueueStreamRequest>>,
    bytes: usize,
    /// Where the next message is written.
    block: BytesMut,
    /// Whether it was full, and has not been emptied enough since.
    is_full: bool,
    settled_count: usize,
    /// Since when an answer is awaited; none if nobody has waited since the last one.
    waiting_since: Option<Instant>,
    /// The tries since the last answer.
    tries: Option<Tries>,
}

impl Window {
    /// `timeout` is how long to wait for an answer, and how long to retry without one. Only time limits the retries:
    /// a caller that gives up a stream loses its place in it.
    pub(crate) fn new(project: &str, timeout: Duration) -> Self {
        Self {
            project: project.to_owned(),
            timeout,
            unsettled: VecDeque::new(),
            bytes: 0,
            block: BytesMut::new(),
            is_full: false,
            settled_count: 0,
            waiting_since: None,
            tries: None,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.unsettled.is_empty()
    }

    /// Whether another event must be settled before the next is taken.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }

    /// The messages that a new connection must send, in order.
    pub(crate) fn messages(&self) -> impl Iterator<Item = Written<QueueStreamRequest>> {
        self.unsettled.iter().cloned()
    }

    /// When to stop waiting for the next answer.
    pub(crate) fn patience_ends(&mut self) -> Instant {
        match &self.tries {
            Some(tries) => tries.end(),
            None => *self.waiting_since.get_or_insert_with(Instant::now) + self.timeout,
        }
    }

    /// Holds an event, and returns the message to send.
    pub(crate) fn add(&mut self, event: Event) -> Written<QueueStreamRequest> {
        let request = QueueRequest::of(event, &self.project);
        let message = Written::at_end_of(&mut self.block, &QueueStreamRequest { event: Some(request) });
        self.bytes += message.len();
        self.unsettled.push_back(message.clone());
        self.is_full = self.is_filled(1.0);
        message
    }

    /// Adds the outcomes in an answer to `outcomes`, and drops their events.
    pub(crate) fn settle(&mut self, answer: QueueStreamResponse, outcomes: &mut VecDeque<Outcome>) {
        self.tries = None;
        self.waiting_since = None;
        outcomes.extend(answer.results.into_iter().map_while(|result| self.outcome(result)));
        self.is_full = self.is_full && self.is_filled(REFILLED_AT);
    }

    /// Whether it holds this part of the most that it may.
    fn is_filled(&self, part: f64) -> bool {
        self.unsettled.len() as f64 >= MOST_EVENTS as f64 * part
            || self.bytes as f64 >= MOST_BYTES as f64 * part
    }

    fn outcome(&mut self, result: queue_stream_response::Result) -> Option<Outcome> {
        let message = self.unsettled.pop_front()?;
        self.bytes -= message.len();
        self.settled_count += 1;
        let error = match result.outcome {
            Some(Settled::Accepted(response)) => return Some(Outcome::Stored(Queued::of(response))),
            Some(Settled::Error(status)) => refusal(&status),
            None => Error::new(ErrorKind::Other, "The server's answer has no outcome."),
        };
        Some(Outcome::Refused(error.about(Some(self.settled_count - 1), id(&message).as_deref())))
    }

    /// Returns how long to wait before sending the rest again, or the error to end with, which names the first event
    /// without an outcome.
    pub(crate) fn pause_after(&mut self, error: Error) -> Result<Duration, Error> {
        let tries = self.tries.get_or_insert_with(|| Tries::unlimited(self.timeout));
        tries.pause_after(&error).ok_or_else(|| {
            error.about(Some(self.settled_count), self.unsettled.front().and_then(id).as_deref())
        })
    }
}

/// Returns the id of an event.
fn id(message: &Written<QueueStreamRequest>) -> Option<String> {
    message.read().ok()?.event.map(|event| event.id)
}
