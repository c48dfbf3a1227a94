//! Chance as a value: the same seed draws the same numbers on every machine and in every version.

/// A SplitMix64 generator (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
///
/// It is written here, and not taken from a library, because a session's plan has to come out the same
/// from its seed for as long as old transcripts are kept.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Starts a stream of numbers that is fixed by the seed and the purpose it is drawn for.
    #[must_use]
    pub fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a keeps the streams of different purposes apart.
        let salt = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(seed ^ salt)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Draws a number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // Lemire's multiply-shift; the bias is below 2^-40 for the small bounds used here.
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// Draws one of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Shuffles in place (Fisher-Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_fixes_the_draws_for_good() {
        let mut chance = Chance::new(7, "plan");
        let draws: Vec<usize> = (0..6).map(|_| chance.below(100)).collect();
        assert_eq!(draws, [10, 16, 77, 72, 44, 79], "changing these breaks every recorded seed");
    }

    #[test]
    fn a_shuffle_is_fair_enough() {
        let mut counts = [[0_u32; 4]; 4];
        for seed in 0..4000 {
            let mut items = [0, 1, 2, 3];
            Chance::new(seed, "fair").shuffle(&mut items);
            for (place, item) in items.iter().enumerate() {
                counts[place][*item] += 1;
            }
        }
        assert!(counts.iter().flatten().all(|n| (880..1120).contains(n)), "{counts:?}");
    }
}
