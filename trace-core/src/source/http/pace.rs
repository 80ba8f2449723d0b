//! When a server may be asked next.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// A limit on the rate, and a time until which the server is left alone.
pub(super) struct Pace {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<std::time::Instant>>,
    resting_until: Mutex<Instant>,
}

/// Tokio's clock, so that tests can stop it.
#[derive(Clone, Debug)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = std::time::Instant;

    fn now(&self) -> std::time::Instant {
        Instant::now().into_std()
    }
}

impl Pace {
    pub(super) fn new(requests_per_second: u32) -> Self {
        let rate = NonZeroU32::new(requests_per_second).unwrap_or(NonZeroU32::MIN);
        // Timers are good to a millisecond; without a small burst, fast rates would suffer.
        let burst = NonZeroU32::new(rate.get() / 20).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(rate).allow_burst(burst);
        Self {
            limiter: RateLimiter::direct_with_clock(quota, TokioClock),
            resting_until: Mutex::new(Instant::now()),
        }
    }

    /// Waits for a turn.
    pub(super) async fn turn(&self) {
        while let Err(not_yet) = self.limiter.check() {
            tokio::time::sleep(not_yet.wait_time_from(TokioClock.now())).await;
        }
    }

    /// Leaves the server alone for a while from now on, or longer if that was agreed before.
    pub(super) fn rest(&self, pause: Duration) {
        let mut until = self.lock();
        *until = (*until).max(Instant::now() + pause);
    }

    /// Until when the server is left alone.
    pub(super) fn resting_until(&self) -> Instant {
        *self.lock()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Instant> {
        self.resting_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn turns_are_spread_over_the_second() {
        let pace = Pace::new(20);
        let start = Instant::now();
        for _ in 0..=40 {
            pace.turn().await;
        }
        let took = start.elapsed();
        assert!(took >= Duration::from_secs(2), "{took:?}");
        assert!(took < Duration::from_millis(2_100), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_longer_rest_counts() {
        let pace = Pace::new(1);
        let now = Instant::now();
        assert!(pace.resting_until() <= now);
        pace.rest(Duration::from_secs(9));
        pace.rest(Duration::from_secs(3));
        assert_eq!(pace.resting_until(), now + Duration::from_secs(9));
    }
}
