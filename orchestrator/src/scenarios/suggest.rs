//! "Did you mean …?": the name nearest to what was written.

/// How alike two names must be before one is offered for the other (Damerau–Levenshtein, 1 is equal).
const LIKENESS: f64 = 0.6;

/// Longest name that is compared; nobody misspells a longer one by a slip.
const LONGEST: usize = 80;
/// Most names compared.
const MOST: usize = 1_000;

/// The candidate most like `written`, if any is like it at all.
pub fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if written.len() > LONGEST {
        return None;
    }
    let written = written.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .take(MOST)
        .map(|candidate| {
            (
                strsim::normalized_damerau_levenshtein(&written, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_slips_of_the_keyboard_and_nothing_else() {
        let nodes = ["portal", "attacker", "workstation"];
        assert_eq!(nearest("porta", nodes), Some("portal"));
        assert_eq!(nearest("attakcer", nodes), Some("attacker"));
        assert_eq!(nearest("Workstation", nodes), Some("workstation"));
        assert_eq!(nearest("database", nodes), None);
    }
}
