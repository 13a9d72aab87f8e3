//! Streams of what the server sends.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt};

use crate::Error;

/// What comes one by one, each with the error that may come in its place.
///
/// It is a `Stream`, and it can be read without the traits of another crate:
///
/// ```no_run
/// # async fn example(client: bellrope::Client) -> Result<(), bellrope::Error> {
/// let mut triggers = client.triggers().list_triggers_by_item(Default::default());
/// while let Some(trigger) = triggers.try_next().await? {
///     println!("{}", trigger.name);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Nothing is sent before it is first read. When it is dropped, the call is cancelled.
#[must_use = "a stream does nothing until it is read"]
pub struct Items<'a, T>(Pin<Box<dyn Stream<Item = Result<T, Error>> + Send + 'a>>);

impl<'a, T> Items<'a, T> {
    pub(crate) fn of(stream: impl Stream<Item = Result<T, Error>> + Send + 'a) -> Self {
        Self(Box::pin(stream))
    }

    /// Makes a stream of what a function returns, until it returns `None`. It gets its state back each time.
    pub(crate) fn from_steps<S, F, Fut>(state: S, step: F) -> Self
    where
        S: Send + 'a,
        F: FnMut(S) -> Fut + Send + 'a,
        Fut: Future<Output = Option<(Result<T, Error>, S)>> + Send + 'a,
    {
        Self::of(unfold(state, step).fuse()) // unfold panics if it is read after its end
    }

    /// Waits for the next one; returns `None` at the end, as often as it is asked.
    ///
    /// Nothing is lost if the future is dropped before it is ready.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }

    pub(crate) async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.0.as_mut().poll_next(context)).await
    }
}

impl<T> Stream for Items<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for Items<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Items")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reading on after the end says the end again.
    #[tokio::test]
    async fn the_end_stays_the_end() {
        let mut items = Items::from_steps(1, async |left| (left > 0).then(|| (Ok(left), left - 1)));
        assert_eq!(items.try_next().await.unwrap(), Some(1));
        for _ in 0..3 {
            assert_eq!(items.try_next().await.unwrap(), None);
        }
    }
}
