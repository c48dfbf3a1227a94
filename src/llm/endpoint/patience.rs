//! How often, and after which waits, one call is tried.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::domain::chance::Chance;
use crate::llm::settings::Settings;

/// The longest wait that is our own choice: doubling ends here, as in openai-python.
const LONGEST_OF_OURS: Duration = Duration::from_secs(8);

/// Spreads calls that would otherwise be made at the same moment.
#[derive(Debug)]
pub(super) struct Jitter(RefCell<Chance>);

impl Jitter {
    pub(super) fn new() -> Self {
        Self(RefCell::new(Chance::new(RandomState::new().hash_one(()), "jitter")))
    }

    /// Returns a time that is a quarter shorter to a quarter longer.
    fn around(&self, wait: Duration) -> Duration {
        wait.saturating_mul(self.draw(750..=1250)) / 1000
    }

    /// Returns up to a quarter of a time.
    pub(super) fn quarter(&self, wait: Duration) -> Duration {
        wait.saturating_mul(self.draw(0..=250)) / 1000
    }

    fn draw(&self, of: std::ops::RangeInclusive<u32>) -> u32 {
        let bound = of.end() - of.start() + 1;
        of.start() + u32::try_from(self.0.borrow_mut().below(bound as usize)).unwrap_or_default()
    }
}

/// What one call may still do.
#[derive(Debug)]
pub(super) struct Patience {
    /// Tries after this one.
    more: u32,
    next_wait: Duration,
    longest: Duration,
    left: Duration,
}

impl Patience {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            more: settings.tries.saturating_sub(1),
            next_wait: settings.first_wait,
            longest: settings.longest_wait,
            left: settings.total_wait,
        }
    }

    /// Returns the wait before the next try: what the server asks for, or a longer one each time.
    pub(super) fn next_wait(&mut self, asked: Option<Duration>, jitter: &Jitter) -> Duration {
        let ours = jitter.around(self.next_wait.min(LONGEST_OF_OURS));
        self.next_wait = self.next_wait.saturating_mul(2);
        asked.unwrap_or(ours)
    }

    /// Takes one of the tries that are left, to be made after a wait; `false` where there is none or it is too long.
    pub(super) fn try_after(&mut self, wait: Duration) -> bool {
        let may = self.more > 0 && self.fits(wait);
        self.more = self.more.saturating_sub(u32::from(may));
        may
    }

    /// Takes a wait from the time that may be waited; `false` where it is too long.
    pub(super) fn spend(&mut self, wait: Duration) -> bool {
        let fits = self.fits(wait);
        if fits {
            self.left -= wait;
        }
        fits
    }

    fn fits(&self, wait: Duration) -> bool {
        wait <= self.longest && wait <= self.left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_waits_double_up_to_a_bound_and_differ() {
        let jitter = Jitter::new();
        let mut seen = Vec::new();
        for _ in 0..50 {
            let mut patience = Patience::new(&Settings::new("http://localhost", "m"));
            for middle in [500, 1000, 2000, 4000, 8000, 8000] {
                let wait = patience.next_wait(None, &jitter);
                let middle = Duration::from_millis(middle);
                assert!(wait >= middle * 3 / 4 && wait <= middle * 5 / 4, "{wait:?} for {middle:?}");
                seen.push(wait * 1000 / u32::try_from(middle.as_millis()).unwrap());
            }
        }
        seen.sort();
        assert!(seen[seen.len() - 1] - seen[0] > Duration::from_millis(300), "jitter is wide");
        assert!(jitter.quarter(Duration::from_secs(4)) <= Duration::from_secs(1));
    }

    #[test]
    fn tries_and_waits_are_bounded() {
        let mut patience = Patience::new(&Settings::new("http://localhost", "m"));
        let seconds = Duration::from_secs;
        assert!(!patience.try_after(seconds(31)), "longer than one wait may be");
        let further =
            std::iter::repeat_with(|| patience.try_after(seconds(1))).take_while(|more| *more).count();
        assert_eq!(further, 2);
        assert!(!patience.spend(seconds(31)), "longer than one wait may be");
        assert!(patience.spend(seconds(30)) && patience.spend(seconds(29)));
        assert!(!patience.spend(seconds(2)) && patience.spend(seconds(1)), "60 s in all");
        assert!(!patience.spend(Duration::MAX));
    }
}
