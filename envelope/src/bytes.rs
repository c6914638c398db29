//! Taking pieces off the front of bytes from outside; what is not there is never invented.

/// The next `N` bytes, or nothing when there are fewer.
pub(crate) fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

/// The next `count` bytes, or nothing when there are fewer.
#[cfg(feature = "open")]
pub(crate) fn take_slice<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head)
}
