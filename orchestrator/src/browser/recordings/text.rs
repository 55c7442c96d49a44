//! Bytes to text without losing a character that two chunks share.

/// The longest beginning of a character that a chunk can end with, in bytes.
const LONGEST_TAIL: usize = 3;

/// Puts characters together across chunks; what is no UTF-8 at all becomes U+FFFD.
#[derive(Debug, Default)]
pub struct Utf8 {
    tail: Vec<u8>,
}

impl Utf8 {
    /// The text of the chunk, as far as its last character is whole.
    pub fn take(&mut self, chunk: &[u8]) -> String {
        let mut bytes = std::mem::take(&mut self.tail);
        bytes.extend_from_slice(chunk);
        let whole = bytes.len() - unfinished(&bytes);
        self.tail = bytes.split_off(whole);
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

/// How many bytes at the end are the beginning of a character whose rest may still come.
fn unfinished(bytes: &[u8]) -> usize {
    let reach = bytes.len().min(LONGEST_TAIL);
    for back in 1..=reach {
        let byte = bytes[bytes.len() - back];
        let length = match byte {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            0x80..=0xBF => continue,
            _ => return 0,
        };
        return if back < length { back } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_survives_any_cutting(text: String, cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)) {
            let bytes = text.as_bytes();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            places.push(bytes.len());
            places.sort_unstable();
            let (mut utf8, mut out, mut from) = (Utf8::default(), String::new(), 0);
            for to in places {
                out.push_str(&utf8.take(&bytes[from..to]));
                from = to;
            }
            prop_assert_eq!(out, text);
        }

        #[test]
        fn at_most_three_bytes_wait(bytes in proptest::collection::vec(any::<u8>(), 0..50)) {
            let mut utf8 = Utf8::default();
            utf8.take(&bytes);
            prop_assert!(utf8.tail.len() <= 3);
        }
    }
}
