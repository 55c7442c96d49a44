//! A text that a regular expression matches, so that a solution has an answer to give.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Longest sample, in bytes.
const LONGEST: usize = 2_000;
/// Most parts of a pattern that are written: repetitions of nothing would take for ever.
const MOST_PARTS: usize = 20_000;

/// The plainest text of this form; nothing where it has none that is short.
pub(super) fn of(pattern: &str) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut text = String::new();
    let mut parts = MOST_PARTS;
    write(&hir, &mut text, &mut parts)?;
    Some(text)
}

fn write(hir: &Hir, text: &mut String, parts: &mut usize) -> Option<()> {
    *parts = parts.checked_sub(1)?;
    if text.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            // A letter or digit where one fits, for people read it.
            let plain = ('a'..='z').chain('0'..='9').chain('A'..='Z').find(|c| {
                ranges
                    .iter()
                    .any(|range| (range.start()..=range.end()).contains(c))
            });
            text.push(plain.or_else(|| {
                ranges
                    .first()
                    .map(regex_syntax::hir::ClassUnicodeRange::start)
            })?);
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) => {
            let least = usize::try_from(repetition.min).ok()?;
            // Once where nothing would do: an answer of nothing is none.
            let times = if repetition.max == Some(0) {
                0
            } else {
                least.max(1)
            };
            for _ in 0..times.min(LONGEST) {
                write(&repetition.sub, text, parts)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, text, parts)?,
        HirKind::Concat(all) => {
            for part in all {
                write(part, text, parts)?;
            }
        }
        HirKind::Alternation(all) => write(all.first()?, text, parts)?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::of;

    #[test]
    fn a_sample_matches_its_pattern() {
        for pattern in [
            r"TT\{[0-9a-f]{32}\}",
            r"(?i)flag\{(one|two)_\d+\}",
            r"[^a-z]+x?y*.*",
            r"\s\w\S(?:a|b){2,}",
            r"(?i:abc)|x",
        ] {
            let sample = of(pattern).unwrap();
            assert!(
                Regex::new(&format!(r"\A(?:{pattern})\z"))
                    .unwrap()
                    .is_match(&sample),
                "{pattern}: {sample}"
            );
        }
        assert_eq!(of("(?=x)"), None);
    }
}
