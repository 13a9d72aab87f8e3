//! `queue_stream`: sends events and reads answers, and connects again if it must.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;

use futures_util::stream::{Stream, unfold};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{sleep, sleep_until};

use crate::calls::Calls;
use crate::status::{deadline_passed, unavailable};
use crate::v1::{Eventing, QueueStreamRequest, QueueStreamResponse};
use crate::window::Window;
use crate::{Error, Event, Items, Outcome};

/// A stream of events, and what became of them.
pub(crate) struct QueueStream<S> {
    eventing: Eventing,
    events: Pin<Box<S>>,
    /// Whether the end of `events` is still to come.
    more: bool,
    window: Window,
    connection: Option<Connection>,
    /// Outcomes that nobody has read yet.
    outcomes: VecDeque<Outcome>,
    /// Whether an error has ended the stream.
    failed: bool,
}

/// What happens next.
enum Step {
    Took(Option<Event>),
    Answered(QueueStreamResponse),
    Broke(Error),
}

impl<'a, S: Stream<Item = Event> + Send + 'a> QueueStream<S> {
    /// `window` must be new.
    pub(crate) fn new(calls: Calls, events: S, window: Window) -> Self {
        Self {
            eventing: Eventing::new(calls),
            events: Box::pin(events),
            more: true,
            window,
            connection: None,
            outcomes: VecDeque::new(),
            failed: false,
        }
    }

    /// Returns the outcome of each event, in order.
    pub(crate) fn outcomes(self) -> Items<'a, Outcome> {
        Items::from_steps(Box::new(self), async |mut stream| stream.next().await.map(|found| (found, stream)))
    }

    async fn next(&mut self) -> Option<Result<Outcome, Error>> {
        while !self.failed {
            if let Some(outcome) = self.outcomes.pop_front() {
                return Some(Ok(outcome));
            }
            if self.window.is_empty() && !self.more {
                return None;
            }
            if let Err(error) = self.turn().await {
                self.failed = true;
                return Some(Err(error));
            }
        }
        None
    }

    /// Takes an event, settles an answer, or connects again.
    async fn turn(&mut self) -> Result<(), Error> {
        match self.step().await {
            Step::Took(Some(event)) => {
                let message = self.window.add(event);
                match &self.connection {
                    Some(connection) => connection.send(message),
                    None => self.connect(),
                }
            }
            Step::Took(None) => {
                self.more = false;
                self.connection.iter_mut().for_each(Connection::end);
            }
            Step::Answered(answer) => self.window.settle(answer, &mut self.outcomes),
            Step::Broke(error) => {
                self.connection = None;
                if !self.window.is_empty() {
                    sleep(self.window.pause_after(error)?).await;
                    self.connect();
                }
            }
        }
        Ok(())
    }

    /// Waits for what comes first. Without anything to wait for from the server, it waits for an event only.
    async fn step(&mut self) -> Step {
        let Self { connection, events, window, .. } = self;
        let room = self.more && !window.is_full();
        let awaited = !window.is_empty();
        let patience_ends = window.patience_ends();
        let answer = async {
            match connection {
                Some(connection) => connection.answer().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            answer = answer => answer.map_or_else(Step::Broke, Step::Answered),
            event = poll_fn(|context| events.as_mut().poll_next(context)), if room => Step::Took(event),
            () = sleep_until(patience_ends), if awaited => Step::Broke(deadline_passed("The server does not answer.")),
        }
    }

    /// Opens a connection, and sends what has no outcome.
    fn connect(&mut self) {
        let mut connection = Connection::open(&self.eventing);
        self.window.messages().for_each(|message| connection.send(message));
        if !self.more {
            connection.end();
        }
        self.connection = Some(connection);
    }
}

/// One call of the RPC. It holds no more than the window does.
struct Connection {
    messages: Option<UnboundedSender<QueueStreamRequest>>,
    answers: Items<'static, QueueStreamResponse>,
}

impl Connection {
    fn open(eventing: &Eventing) -> Self {
        let (sender, receiver) = unbounded_channel();
        let sent =
            unfold(receiver, async |mut receiver| receiver.recv().await.map(|message| (message, receiver)));
        Self { messages: Some(sender), answers: eventing.queue_stream(sent) }
    }

    fn send(&self, message: QueueStreamRequest) {
        if let Some(messages) = &self.messages {
            let _ = messages.send(message); // if the call has ended, its answer says why
        }
    }

    /// Sends no more.
    fn end(&mut self) {
        self.messages = None;
    }

    async fn answer(&mut self) -> Result<QueueStreamResponse, Error> {
        match self.answers.next().await {
            Some(answer) => answer,
            None => Err(unavailable("The server ended the stream.")),
        }
    }
}
