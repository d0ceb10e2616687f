//! Every decision of a simulation: drawn from one seed, so that it can be made again.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

pub(super) struct Dice(SmallRng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(SmallRng::seed_from_u64(seed))
    }

    /// Dice of their own for another part, so that its draws do not shift those of this one.
    pub(super) fn fork(&mut self) -> Self {
        Self(SmallRng::from_rng(&mut self.0))
    }

    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.0.random_range(0..1000) < per_mille
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end.max(1))
    }

    pub(super) fn within(&mut self, from: i64, to: i64) -> i64 {
        self.0.random_range(from..=to)
    }

    /// One of a few; the list must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// One of a few, by weight; the list must not be empty.
    pub(super) fn weighed<T: Copy>(&mut self, choices: &[(u32, T)]) -> T {
        let total = choices.iter().map(|(weight, _)| weight).sum();
        let mut drawn = self.0.random_range(0..total);
        for &(weight, choice) in choices {
            if drawn < weight {
                return choice;
            }
            drawn -= weight;
        }
        choices[0].1
    }
}
