//! The gate before a server that has asked to wait: it holds back all calls, not only the one that was told.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::llm::ModelError;
use crate::llm::endpoint::patience::{Jitter, Patience};

/// Open, or closed for a while.
#[derive(Debug, Default)]
pub(super) struct Gate {
    closed: Cell<Option<Closed>>,
}

#[derive(Clone, Copy, Debug)]
struct Closed {
    until: Instant,
    /// The status that closed it.
    status: u16,
}

impl Gate {
    /// Closes the gate; it does not open earlier than an earlier call has it.
    pub(super) fn close(&self, wait: Duration, status: u16) {
        let Some(until) = Instant::now().checked_add(wait) else { return };
        if self.closed.get().is_none_or(|closed| closed.until < until) {
            self.closed.set(Some(Closed { until, status }));
        }
    }

    /// Waits until the gate is open, or fails at once where that takes too long for the call.
    pub(super) async fn pass(&self, patience: &mut Patience, jitter: &Jitter) -> Result<(), ModelError> {
        while let Some(closed) = self.closed.get() {
            let wait = closed.until.saturating_duration_since(Instant::now());
            if wait.is_zero() {
                self.closed.set(None);
                break;
            }
            if !patience.spend(wait) {
                return Err(ModelError::Busy { status: closed.status, retry_after: Some(wait) });
            }
            // They wait for the same moment, and would come all at once.
            sleep(wait.saturating_add(jitter.quarter(wait))).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::settings::Settings;

    fn patience() -> Patience {
        Patience::new(&Settings::new("http://localhost", "m"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_gate_holds_everyone_back() {
        let (gate, jitter) = (Gate::default(), Jitter::new());
        let start = Instant::now();
        gate.pass(&mut patience(), &jitter).await.unwrap();
        assert_eq!(start.elapsed(), Duration::ZERO);

        gate.close(Duration::from_secs(8), 429);
        gate.close(Duration::from_secs(2), 429);
        let calls = futures_util::future::join_all((0..20).map(|_| async {
            gate.pass(&mut patience(), &jitter).await.map(|()| start.elapsed().as_secs_f32())
        }));
        let passed: Vec<f32> = calls.await.into_iter().collect::<Result<_, _>>().unwrap();
        assert!(passed.iter().all(|at| (8.0..=10.1).contains(at)), "{passed:?}");
        assert!(passed.iter().any(|at| (at - passed[0]).abs() > 0.1), "they are spread: {passed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_longer_than_they_may() {
        let (gate, jitter) = (Gate::default(), Jitter::new());
        let start = Instant::now();
        gate.close(Duration::from_secs(45), 503);
        let error = gate.pass(&mut patience(), &jitter).await.unwrap_err();
        let retry_after = Some(Duration::from_secs(45));
        assert_eq!(error, ModelError::Busy { status: 503, retry_after });
        assert_eq!(start.elapsed(), Duration::ZERO, "it fails at once");
        gate.close(Duration::MAX, 429);
    }
}
