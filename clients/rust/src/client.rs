//! The client.

use std::future::Future;
use std::time::Duration;

use futures_util::Stream;
use tokio::time::sleep;

use crate::calls::Calls;
use crate::connection::Connection;
use crate::retries::Tries;
use crate::settings::{TRIGGER_TIMEOUT, clamped};
use crate::stream::QueueStream;
use crate::tail::Tail;
use crate::v1::{self, Deliveries, Eventing, Projects, Server, Triggers};
use crate::window::Window;
use crate::{Answer, ClientBuilder, Error, ErrorKind, Event, Items, Outcome, Queued};

/// If a last try gets less time than this, its end says less than the error before it.
const TELLING: Duration = Duration::from_millis(500);

/// Sends events to a bellrope server.
///
/// A clone shares the connection, and is cheap. To cancel a call, drop its future; what is stored by then is still
/// delivered.
///
/// Every event has an id before it is sent. While the server is unavailable, `queue`, `queue_batch` and `trigger`
/// send it again under that id, up to five times within the timeout. So a lost reply calls no webhook twice.
#[derive(Clone, Debug)]
pub struct Client {
    calls: Calls,
    trigger_timeout: Duration,
}

impl ClientBuilder {
    /// Makes a client, which connects when it is first used. The error is [`ErrorKind::InvalidSetting`].
    pub fn build(self) -> Result<Client, Error> {
        let (settings, ca_certificate) = self.resolved()?;
        let connection = Connection::to(&settings.server, ca_certificate)?;
        Ok(Client { calls: Calls::new(connection, settings), trigger_timeout: TRIGGER_TIMEOUT })
    }

    /// Makes a client that is connected.
    pub async fn connect(self) -> Result<Client, Error> {
        let client = self.build()?;
        client.reach().await?;
        Ok(client)
    }
}

impl Client {
    /// Returns the settings of a client, to make one with `build`.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Connects to a server. The other settings are those of [`Client::builder`].
    ///
    /// `server` is `HOST:PORT` or `http://HOST:PORT` without TLS, or `https://HOST` with TLS.
    pub async fn connect(server: impl Into<String>) -> Result<Self, Error> {
        Self::builder().server(server).connect().await
    }

    async fn reach(&self) -> Result<(), Error> {
        let calls = &self.calls;
        again(calls.timeout(), |left| async move { calls.within(left).reach().await }).await
    }

    /// Returns a client whose calls, `trigger` included, may take so long, all retries together.
    ///
    /// The server limits a `trigger` to five minutes. The timeout ends only the wait; set an `expire_time` to also
    /// stop calling webhooks.
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { calls: self.calls.within(timeout), trigger_timeout: clamped(timeout) }
    }

    /// Stores an event. When this returns, it is on disk; the server calls its webhooks in the background.
    pub async fn queue(&self, event: Event) -> Result<Queued, Error> {
        let request = v1::QueueRequest::of(event, self.calls.project());
        let call = |eventing: Eventing| {
            let request = request.clone();
            async move { eventing.queue(request).await }
        };
        match self.send(self.calls.timeout(), call).await {
            Ok(response) => Ok(Queued::of(response)),
            Err(error) => Err(error.about(None, Some(&request.id))),
        }
    }

    /// Stores an event and waits for the answers of its webhooks, at most 30 seconds; see
    /// [`with_timeout`](Self::with_timeout).
    pub async fn trigger(&self, event: Event) -> Result<Answer, Error> {
        let request = v1::TriggerSyncRequest::of(event, self.calls.project());
        let call = |eventing: Eventing| {
            let request = request.clone();
            async move { eventing.trigger_sync(request).await }
        };
        let answer = self.send(self.trigger_timeout, call).await.and_then(Answer::of);
        answer.map_err(|error| error.about(None, Some(&request.id)))
    }

    /// Stores up to 1,000 events in one commit, all or none; returns for each what `queue` would return.
    ///
    /// If one event is refused, none is stored; the error's `index` and `event_id` say which one.
    pub async fn queue_batch(&self, events: impl IntoIterator<Item = Event>) -> Result<Vec<Queued>, Error> {
        let events = events.into_iter().map(|event| v1::QueueRequest::of(event, "")).collect();
        let request = v1::QueueBatchRequest { project: self.calls.project().to_owned(), events };
        let call = |eventing: Eventing| {
            let request = request.clone();
            async move { eventing.queue_batch(request).await }
        };
        match self.send(self.calls.timeout(), call).await {
            Ok(response) => Ok(response.results.into_iter().map(Queued::of).collect()),
            Err(error) => {
                let index = error.index();
                let event = index.and_then(|index| request.events.get(index));
                Err(error.about(index, event.map(|event| event.id.as_str())))
            }
        }
    }

    /// Stores the events of a stream of any length, and returns the outcome of each, in order.
    ///
    /// A refused event is an outcome, too; the stream continues after it. Events are taken and sent while you read
    /// outcomes, at most 1,024 events or 16 MiB ahead of them, so read to the end. If the server goes away, the
    /// client connects again and sends the events without an outcome again. If no answer comes for the client's
    /// timeout, the stream ends with the connection's error, whose `index` and `event_id` name the first event
    /// without an outcome.
    ///
    /// ```no_run
    /// # async fn example(client: bellrope::Client) -> Result<(), bellrope::Error> {
    /// use bellrope::{Event, Outcome};
    ///
    /// let rows = (0..5000).map(|row| Event::bare("imported").id(format!("import-7-{row}")));
    /// let mut outcomes = client.queue_stream(tokio_stream::iter(rows));
    /// while let Some(outcome) = outcomes.try_next().await? {
    ///     if let Outcome::Refused(error) = outcome {
    ///         eprintln!("{error}");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn queue_stream<'a>(&self, events: impl Stream<Item = Event> + Send + 'a) -> Items<'a, Outcome> {
        let window = Window::new(self.calls.project(), self.calls.timeout());
        QueueStream::new(self.calls.clone(), events, window).outcomes()
    }

    /// Returns what happens from now on.
    ///
    /// The first fact has no kind, and says that the stream has begun. If the server goes away, the client waits for
    /// it; such a fact then comes again, and what happened meanwhile is not shown. `dropped_count` says how many
    /// facts were lost just before one because you read too slowly. For a complete record, read the lists.
    pub fn tail(&self, request: v1::TailRequest) -> Items<'static, v1::TailResponse> {
        Tail::new(self.deliveries(), request, self.calls.timeout()).facts()
    }

    /// Triggers: which webhooks are called for which events.
    pub fn triggers(&self) -> Triggers {
        Triggers::new(self.calls.clone())
    }

    /// The log: events, deliveries and attempts; and what can be done about them.
    pub fn deliveries(&self) -> Deliveries {
        Deliveries::new(self.calls.clone())
    }

    /// Projects, and their types of events.
    pub fn projects(&self) -> Projects {
        Projects::new(self.calls.clone())
    }

    /// The server itself.
    pub fn server(&self) -> Server {
        Server::new(self.calls.clone())
    }

    /// The address of the server: `HOST:PORT`.
    pub fn address(&self) -> &str {
        self.calls.connection().address()
    }

    /// Whether the connection is encrypted.
    pub fn uses_tls(&self) -> bool {
        self.calls.connection().uses_tls()
    }

    /// The project of events, and of requests that name none.
    pub fn project(&self) -> &str {
        self.calls.project()
    }

    async fn send<R, F, Fut>(&self, timeout: Duration, call: F) -> Result<R, Error>
    where
        F: Fn(Eventing) -> Fut,
        Fut: Future<Output = Result<R, Error>>,
    {
        again(timeout, |left| call(Eventing::new(self.calls.within(left)))).await
    }
}

/// Makes a call, and again a few times while the server is unavailable. It gets the time that is left.
async fn again<R, F, Fut>(timeout: Duration, call: F) -> Result<R, Error>
where
    F: Fn(Duration) -> Fut,
    Fut: Future<Output = Result<R, Error>>,
{
    let mut tries = Tries::within(timeout);
    let mut before = None;
    loop {
        let left = tries.left();
        let error = match call(left).await {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        if error.kind() == ErrorKind::DeadlinePassed && left < TELLING {
            return Err(before.unwrap_or(error));
        }
        let Some(pause) = tries.pause_after(&error) else {
            return Err(error);
        };
        before = Some(error);
        sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::net::TcpListener;
    use std::time::Duration;

    use super::again;
    use crate::{Client, Error, ErrorKind, Event};

    const SHORT: Duration = Duration::from_millis(300);

    fn nowhere() -> String {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        taken.local_addr().unwrap().to_string()
    }

    /// A client that cannot connect says so, with the cause, and does not show gRPC's inside.
    #[tokio::test]
    async fn a_server_that_is_not_there_is_unavailable() {
        let builder = Client::builder().server(nowhere()).timeout(SHORT);
        let error = builder.clone().connect().await.unwrap_err();
        assert_eq!((ErrorKind::Unavailable, Some("UNAVAILABLE")), (error.kind(), error.code()));
        assert!(error.source().is_some(), "the transport's error is behind it");
        assert!(error.message().contains("Connection refused"), "{error}");
        let event = Event::bare("a").id("mine");
        let error = builder.build().unwrap().queue(event).await.unwrap_err();
        assert_eq!((ErrorKind::Unavailable, Some("mine")), (error.kind(), error.event_id()));
    }

    /// A client can be made before there is a runtime.
    #[test]
    fn a_client_needs_no_runtime_until_it_is_used() {
        assert_eq!("localhost:1", Client::builder().server("localhost:1").build().unwrap().address());
    }

    /// A last try that is too short to say anything leaves the error before it.
    #[tokio::test]
    async fn a_try_cut_short_does_not_hide_the_error_before_it() {
        let kinds = std::cell::RefCell::new(vec![ErrorKind::DeadlinePassed, ErrorKind::Unavailable]);
        let call = |_| async { Err::<(), _>(Error::new(kinds.borrow_mut().pop().unwrap(), "")) };
        assert_eq!(ErrorKind::Unavailable, again(SHORT, call).await.unwrap_err().kind());
    }
}
