//! Names: how they are kept, and how they are found by people who type without diacritics.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A text without diacritics, in lower case, with single spaces and nothing but letters and digits: `Đỗ  Thị Ái` and
/// `do thi ai` fold to the same. What is folded may stand in a search pattern.
#[must_use]
pub fn fold(text: &str) -> String {
    let bare: String = text
        .nfd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .map(|character| match character {
            'đ' => 'd',
            other if other.is_alphanumeric() => other,
            _ => ' ',
        })
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name as it is kept: composed, with single spaces.
pub(super) fn tidy(name: &str) -> String {
    let composed: String = name.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_without_its_marks() {
        assert_eq!(fold("Đỗ Thị Ái"), "do thi ai");
        assert_eq!(fold("  NGUYỄN\tVĂN  Ưng "), "nguyen van ung");
        assert_eq!(fold("Hoàng Thị Mỹ Lệ"), "hoang thi my le");
        assert_eq!(fold("Phạm Đức Hợp (PA05)"), "pham duc hop pa05");
    }

    #[test]
    fn both_ways_of_writing_a_letter_are_one() {
        let decomposed: String = "Trần Quốc Việt".nfd().collect();
        assert_eq!(fold(&decomposed), fold("Trần Quốc Việt"));
        assert_eq!(tidy(&decomposed), "Trần Quốc Việt");
    }

    #[test]
    fn nothing_that_a_pattern_knows_is_left() {
        assert_eq!(fold("%a_b\\c%"), "a b c");
    }
}
