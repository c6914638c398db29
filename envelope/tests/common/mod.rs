//! A generator that is the same for the same seed: SHA-256 of a counter. For tests only.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use vaekstspejl_envelope::receipt::sha256;

/// The generator.
pub struct Seeded {
    block: [u8; 32],
    used: usize,
}

impl Seeded {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            block: sha256(&seed.to_be_bytes()),
            used: 32,
        }
    }
}

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        for byte in into {
            if self.used == 32 {
                self.block = sha256(&self.block);
                self.used = 0;
            }
            *byte = self.block[self.used];
            self.used += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}
