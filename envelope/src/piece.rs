//! What the relay may know of what a room tells one phone: its one size, and whose it is. Making
//! and opening a piece is `place.rs`; this part needs no cryptography.

use crate::id::Tag;

/// Bytes of a piece, whatever it says.
pub const PIECE_BYTES: usize = 512;

/// Whose a piece is: its first bytes. `None`: not a piece by its length.
pub fn tag(piece: &[u8]) -> Option<Tag> {
    let whole = piece.len() == PIECE_BYTES;
    let first = piece.first_chunk().filter(|_| whole)?;
    Some(Tag(*first))
}
