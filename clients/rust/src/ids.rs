//! Ids for events. The client makes them, so that each retry has the same id.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits of the operating system.
pub(crate) fn uuid7() -> String {
    let milliseconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let id = milliseconds << 80 | random() >> 48 & !(0xF << 76 | 0b11 << 62) | 0x7 << 76 | 0b10 << 62;
    let hex = format!("{id:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Returns 128 random bits.
pub(crate) fn random() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("every operating system has random bytes");
    u128::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
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
}
