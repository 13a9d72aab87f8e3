//! Watches what happens, and connects again when the server is back.

use std::time::Duration;

use tokio::time::sleep;

use crate::retries::Tries;
use crate::status::unavailable;
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
    has_begun: bool,
    /// None after the end.
    connection: Option<Items<'static, TailResponse>>,
}

impl Tail {
    /// `timeout` is how long to wait for a server at the start. Once it was there, there is no such limit.
    pub(crate) fn new(deliveries: Deliveries, request: TailRequest, timeout: Duration) -> Self {
        let connection = Some(deliveries.tail(request.clone()));
        Self { deliveries, request, tries: Tries::within(timeout), has_begun: false, connection }
    }

    pub(crate) fn facts(self) -> Items<'static, TailResponse> {
        Items::from_steps(self, async |mut tail| tail.next().await.map(|fact| (fact, tail)))
    }

    async fn next(&mut self) -> Option<Result<TailResponse, Error>> {
        loop {
            let error = match self.connection.as_mut()?.next().await {
                Some(Ok(fact)) => {
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
        }
    }

    fn pause_after(&mut self, error: &Error) -> Option<Duration> {
        if self.has_begun && error.kind() == ErrorKind::Overloaded {
            return Some(error.retry_after().unwrap_or(OVERLOADED_PAUSE));
        }
        self.tries.pause_after(error)
    }
}
