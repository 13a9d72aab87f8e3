//! When to send an event again that may not have arrived; the same id makes this safe.

use std::time::Duration;

use tokio::time::Instant;

use crate::ids::random;
use crate::{Error, ErrorKind};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(1600);
const RETRIES: u32 = 5;
const JITTER: f64 = 0.5;

/// The tries of one call: how long each may take, and how long to wait before the next.
pub(crate) struct Tries {
    end: Instant,
    most: u32,
    failed: u32,
}

impl Tries {
    /// `timeout` is for all tries together; there are five besides the first one.
    pub(crate) fn within(timeout: Duration) -> Self {
        Self { end: Instant::now() + timeout, most: RETRIES, failed: 0 }
    }

    /// Only time limits these tries.
    pub(crate) fn unlimited(timeout: Duration) -> Self {
        Self { most: u32::MAX, ..Self::within(timeout) }
    }

    /// The call's deadline.
    pub(crate) fn end(&self) -> Instant {
        self.end
    }

    /// How long until the call's deadline.
    pub(crate) fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// Returns how long to wait before the next try, or `None` to give up.
    ///
    /// The pause doubles from 0.1 s to 1.6 s. A random part of up to a half is added, so that not all clients return
    /// at once to a server that is back.
    pub(crate) fn pause_after(&mut self, error: &Error) -> Option<Duration> {
        let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.failed));
        let pause = doubled.min(LONGEST_PAUSE).mul_f64(1.0 + JITTER * chance());
        self.failed = self.failed.saturating_add(1);
        let over = self.failed > self.most || pause >= self.left();
        (!over && error.kind() == ErrorKind::Unavailable).then_some(pause)
    }
}

/// Returns a random number from 0 to 1.
fn chance() -> f64 {
    (random() >> 96) as f64 / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Tries;
    use crate::{Error, ErrorKind};

    /// The pauses double from a tenth of a second, plus up to a half, and there are five.
    #[test]
    fn pauses_double_and_end() {
        let error = Error::new(ErrorKind::Unavailable, "");
        let mut tries = Tries::within(Duration::from_secs(60));
        for least in [0.1, 0.2, 0.4, 0.8, 1.6] {
            let pause = tries.pause_after(&error).unwrap().as_secs_f64();
            assert!((least..=least * 1.5).contains(&pause), "{pause}");
        }
        assert_eq!(None, tries.pause_after(&error));
    }

    /// Only an unavailable server is tried again, and only if the pause ends before the deadline.
    #[test]
    fn other_errors_are_final() {
        let mut tries = Tries::within(Duration::from_secs(60));
        assert_eq!(None, tries.pause_after(&Error::new(ErrorKind::Overloaded, "")));
        let mut short = Tries::unlimited(Duration::from_millis(50));
        assert_eq!(None, short.pause_after(&Error::new(ErrorKind::Unavailable, "")));
    }
}
