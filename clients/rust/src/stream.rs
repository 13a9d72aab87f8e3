//! `queue_stream`: sends events and reads answers, and connects again if it must.

use std::collections::VecDeque;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use futures_util::stream::{Stream, poll_fn};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use crate::calls::Calls;
use crate::status::{deadline_passed, unavailable};
use crate::v1::{Eventing, QueueStreamRequest, QueueStreamResponse};
use crate::window::Window;
use crate::written::Written;
use crate::{Error, Event, Items, Outcome};

/// How many events are taken before the next look for an answer, which costs as much as an event.
const EVENTS_AT_ONCE: u32 = 64;
/// How many steps a task makes before other tasks get a turn.
const TURN: u32 = 512;

/// A stream of events, and what became of them.
///
/// It is polled by hand: an async block for each event would cost more than to send the event.
pub(crate) struct QueueStream<S> {
    eventing: Eventing,
    events: Pin<Box<S>>,
    /// Whether the end of `events` is still to come.
    more: bool,
    window: Window,
    link: Link,
    /// Ends at some time before the patience for an answer does.
    timer: Option<Pin<Box<Sleep>>>,
    /// Outcomes that nobody has read yet.
    outcomes: VecDeque<Outcome>,
    /// Whether an error has ended the stream.
    failed: bool,
    /// What is left of the turn.
    turn: u32,
}

/// The way to the server.
enum Link {
    /// There is none, because nothing is to be sent.
    Idle,
    Connected(Connection),
    /// It broke, and is made again after a pause.
    Broken(Pin<Box<Sleep>>),
}

impl<'a, S: Stream<Item = Event> + Send + 'a> QueueStream<S> {
    /// `window` must be new.
    pub(crate) fn new(calls: Calls, events: S, window: Window) -> Self {
        Self {
            eventing: Eventing::new(calls),
            events: Box::pin(events),
            more: true,
            window,
            link: Link::Idle,
            timer: None,
            outcomes: VecDeque::new(),
            failed: false,
            turn: TURN,
        }
    }

    /// Returns the outcome of each event, in order.
    pub(crate) fn outcomes(self) -> Items<'a, Outcome> {
        Items::of(self)
    }
}

impl<S: Stream<Item = Event>> QueueStream<S> {
    /// Settles an answer, takes events, or connects again. Without anything to wait for from the server, it waits for
    /// an event only.
    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if let Link::Broken(pause) = &mut self.link {
            ready!(pause.as_mut().poll(context));
            self.connect();
        }
        if let Link::Connected(connection) = &mut self.link
            && let Poll::Ready(answer) = Pin::new(&mut connection.answers).poll_next(context)
        {
            return Poll::Ready(self.answered(answer));
        }
        if self.poll_events(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_patience(context));
        Poll::Ready(self.broke(deadline_passed("The server does not answer.")))
    }

    /// Takes a few events, as far as they are there and have room.
    fn poll_events(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut some = Poll::Pending;
        for _ in 0..EVENTS_AT_ONCE {
            if !self.more || self.window.is_full() {
                break;
            }
            let Poll::Ready(event) = self.events.as_mut().poll_next(context) else {
                break;
            };
            self.given(event);
            some = Poll::Ready(());
        }
        some
    }

    /// Sends an event, or nothing more after the last one.
    fn given(&mut self, event: Option<Event>) {
        let Some(event) = event else {
            self.more = false;
            if let Link::Connected(connection) = &mut self.link {
                connection.end();
            }
            return;
        };
        let message = self.window.add(event);
        match &self.link {
            Link::Connected(connection) => connection.send(message),
            _ => self.connect(),
        }
    }

    fn answered(&mut self, answer: Option<Result<QueueStreamResponse, Error>>) -> Result<(), Error> {
        match answer {
            Some(Ok(answer)) => {
                self.window.settle(answer, &mut self.outcomes);
                Ok(())
            }
            Some(Err(error)) => self.broke(error),
            None => self.broke(unavailable("The server ended the stream.")),
        }
    }

    /// Returns the error if it ends the stream.
    fn broke(&mut self, error: Error) -> Result<(), Error> {
        self.link = Link::Idle;
        if !self.window.is_empty() {
            self.link = Link::Broken(Box::pin(sleep(self.window.pause_after(error)?)));
        }
        Ok(())
    }

    /// Waits until the patience for an answer ends, if one is awaited.
    ///
    /// Each answer begins it again. The timer is left alone until then, because to set it costs more than an event.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.window.is_empty() {
            return Poll::Pending;
        }
        let end = self.window.patience_ends();
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if timer.deadline() > end {
            timer.as_mut().reset(end);
        }
        while timer.as_mut().poll(context).is_ready() {
            if Instant::now() >= end {
                return Poll::Ready(());
            }
            timer.as_mut().reset(end);
        }
        Poll::Pending
    }

    /// Opens a connection, and sends what has no outcome.
    fn connect(&mut self) {
        let connection = Connection::open(&self.eventing);
        self.window.messages().for_each(|message| connection.send(message));
        if !self.more {
            connection.end();
        }
        self.link = Link::Connected(connection);
    }
}

impl<S: Stream<Item = Event>> Stream for QueueStream<S> {
    type Item = Result<Outcome, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.failed {
            if let Some(outcome) = self.outcomes.pop_front() {
                return Poll::Ready(Some(Ok(outcome)));
            }
            if self.window.is_empty() && !self.more {
                return Poll::Ready(None);
            }
            if self.turn == 0 {
                self.turn = TURN;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.turn -= 1;
            if let Err(error) = ready!(self.poll_step(context)) {
                self.failed = true;
                return Poll::Ready(Some(Err(error)));
            }
        }
        Poll::Ready(None)
    }
}

/// One call of the RPC. It holds no more than the window does.
struct Connection {
    outbox: Arc<Mutex<Outbox>>,
    answers: Items<'static, QueueStreamResponse>,
}

/// What the call has not taken yet. A channel would wake the call for each message.
#[derive(Default)]
struct Outbox {
    messages: VecDeque<Written<QueueStreamRequest>>,
    has_ended: bool,
    /// Set while the call waits for a message.
    waker: Option<Waker>,
}

impl Connection {
    fn open(eventing: &Eventing) -> Self {
        let outbox = Arc::new(Mutex::new(Outbox::default()));
        let (source, mut taken) = (outbox.clone(), VecDeque::new());
        let sent = poll_fn(move |context| {
            if taken.is_empty() {
                ready!(locked(&source).poll_take(&mut taken, context));
            }
            Poll::Ready(taken.pop_front())
        });
        Self { outbox, answers: eventing.queue_stream(sent) }
    }

    /// If the call has ended, its answer says why.
    fn send(&self, message: Written<QueueStreamRequest>) {
        let mut outbox = locked(&self.outbox);
        outbox.messages.push_back(message);
        outbox.wake();
    }

    /// Sends no more.
    fn end(&self) {
        let mut outbox = locked(&self.outbox);
        outbox.has_ended = true;
        outbox.wake();
    }
}

impl Outbox {
    /// Gives all messages at once, or none at the end.
    fn poll_take(
        &mut self,
        taken: &mut VecDeque<Written<QueueStreamRequest>>,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        if self.messages.is_empty() && !self.has_ended {
            self.waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        mem::swap(&mut self.messages, taken);
        Poll::Ready(())
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

fn locked(outbox: &Mutex<Outbox>) -> MutexGuard<'_, Outbox> {
    outbox.lock().unwrap_or_else(PoisonError::into_inner)
}
