//! Watches what happens, and connects again when the server is back.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::retries::Tries;
use crate::status::{deadline_passed, unavailable};
use crate::v1::{Deliveries, TailRequest, TailResponse};
use crate::{Error, ErrorKind, Items};

/// If the server does not say how long to wait.
const OVERLOADED_PAUSE: Duration = Duration::from_secs(1);
const FOREVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// A watch over one connection after another.
pub(crate) struct Tail {
    deliveries: Deliveries,
    request: TailRequest,
    tries: Tries,
    /// How long a connection may take to begin.
    patience: Duration,
    has_begun: bool,
    /// None after the end.
    connection: Option<Items<'static, TailResponse>>,
    /// Whether the connection has not given its first fact, which the server sends at once.
    is_new: bool,
}

impl Tail {
    /// `timeout` is how long to wait for a server at the start. Once it was there, there is no such limit.
    pub(crate) fn new(deliveries: Deliveries, request: TailRequest, timeout: Duration) -> Self {
        let connection = Some(deliveries.tail(request.clone()));
        let tries = Tries::within(timeout);
        Self { deliveries, request, tries, patience: timeout, has_begun: false, connection, is_new: true }
    }

    pub(crate) fn facts(self) -> Items<'static, TailResponse> {
        Items::from_steps(self, async |mut tail| tail.next().await.map(|fact| (fact, tail)))
    }

    async fn next(&mut self) -> Option<Result<TailResponse, Error>> {
        loop {
            let error = match self.fact().await? {
                Some(Ok(fact)) => {
                    self.is_new = false;
                    self.has_begun = true;
                    self.tries = Tries::unlimited(FOREVER);
                    return Some(Ok(fact));
                }
                Some(Err(error)) => error,
                None => unavailable("The server ended the stream."),
            };
            let Some(pause) = self.pause_after(&error) else {
                self.connection = None;
                return Some(Err(error));
            };
            sleep(pause).await;
            self.connection = Some(self.deliveries.tail(self.request.clone()));
            self.is_new = true;
        }
    }

    /// Waits for the next fact of the connection, but not for ever for the first one; returns `None` after the end.
    async fn fact(&mut self) -> Option<Option<Result<TailResponse, Error>>> {
        let next = self.connection.as_mut()?.next();
        if !self.is_new {
            return Some(next.await);
        }
        let silent = if self.has_begun { unavailable } else { deadline_passed };
        Some(
            timeout(self.patience, next)
                .await
                .unwrap_or_else(|_| Some(Err(silent("The server does not answer.")))),
        )
    }

    fn pause_after(&mut self, error: &Error) -> Option<Duration> {
        if self.has_begun && error.kind() == ErrorKind::Overloaded {
            return Some(error.retry_after().unwrap_or(OVERLOADED_PAUSE));
        }
        self.tries.pause_after(error)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::{Duration, Instant};

    use crate::{Client, ErrorKind};

    /// A server that takes connections and says nothing costs the timeout.
    #[tokio::test]
    async fn a_silent_server_costs_the_timeout() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = silent.local_addr().unwrap().to_string();
        let client = Client::builder().server(address).timeout(Duration::from_millis(300)).build().unwrap();
        let begun = Instant::now();
        let error = client.tail(Default::default()).try_next().await.unwrap_err();
        assert_eq!(ErrorKind::DeadlinePassed, error.kind());
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
