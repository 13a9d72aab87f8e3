//! Ids for events. The client makes them, so that each retry has the same id.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

/// Of the random bits of an id, how many the next ids of a thread may still count on.
const COUNTED: u32 = 73;
const DIGITS: &[u8; 16] = b"0123456789abcdef";

thread_local! {
    /// The millisecond of the thread's last id, and its random bits.
    static LAST: Cell<(u128, u128)> = const { Cell::new((0, 0)) };
}

/// Returns a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 bits.
///
/// In each millisecond a thread takes 73 random bits from the operating system and counts on from there (RFC 9562,
/// 6.2, method 2): to ask the system for each id would cost more than to send an event in a stream.
pub(crate) fn uuid7() -> String {
    let milliseconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let bits = LAST.with(|last| {
        let bits = match last.get() {
            (then, bits) if then == milliseconds => bits + 1,
            _ => random() >> (u128::BITS - COUNTED),
        };
        last.set((milliseconds, bits));
        bits
    });
    let (high, low) = (bits >> 62 & 0xFFF, bits & (u128::MAX >> 66));
    written(milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
}

/// Writes a UUID as text.
fn written(id: u128) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in id.to_be_bytes().into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(DIGITS[usize::from(byte >> 4)].into());
        text.push(DIGITS[usize::from(byte & 0xF)].into());
    }
    text
}

/// Returns 128 random bits.
pub(crate) fn random() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("every operating system has random bytes");
    u128::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread::spawn;

    use super::uuid7;

    /// An id is a UUID of version 7, and each is another one.
    #[test]
    fn an_id_is_a_uuid_of_version_7() {
        let (one, other) = (uuid7(), uuid7());
        let parts: Vec<_> = one.split('-').map(str::len).collect();
        assert_eq!(vec![8, 4, 4, 4, 12], parts);
        assert_eq!("7", &one[14..15]);
        assert!("89ab".contains(&one[19..20]), "{one}");
        assert_ne!(one, other);
        assert_eq!(one[..11], other[..11], "the same hour");
    }

    /// The ids of a thread are different ones and in order, however fast they are made.
    #[test]
    fn ids_of_a_thread_are_in_order() {
        let ids: Vec<_> = (0..10_000).map(|_| uuid7()).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
    }

    /// Two threads make different ids in the same millisecond.
    #[test]
    fn threads_make_different_ids() {
        let threads: Vec<_> =
            (0..4).map(|_| spawn(|| (0..2_000).map(|_| uuid7()).collect::<Vec<_>>())).collect();
        let ids: HashSet<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(8_000, ids.len());
    }
}
