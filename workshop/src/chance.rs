//! Randomness from a seed: the same numbers from the same seed on every machine and in every later
//! version of the program.
//!
//! The generator is SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number
//! generators*, OOPSLA 2014). It chooses where a search looks next; nothing secret rests on it.

/// A sequence of numbers that a seed decides.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The sequence of this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any.
    pub const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// The next number from 0 to one less than `end`; 0 if `end` is 0. Smaller numbers are more
    /// likely by at most `end` in 2³², which no search can notice.
    pub const fn below(&mut self, end: usize) -> usize {
        (((self.draw() >> 32) * (end as u64 & 0xffff_ffff)) >> 32) as usize
    }

    /// Puts these into any order.
    pub fn shuffle<T>(&mut self, these: &mut [T]) {
        for end in (1..these.len()).rev() {
            these.swap(end, self.below(end + 1));
        }
    }
}
