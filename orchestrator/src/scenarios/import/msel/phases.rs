//! The moves of a list, where they divide the drill's time as phases do.

use std::time::Duration;

use crate::scenarios::{
    LocalText, Phase, PhaseId,
    import::{
        draft::{Draft, literal},
        names::Names,
    },
};

/// Most moves that are parts of the time; more are a numbering.
const MOST: usize = 30;

/// The moves in their order and when each begins, if one follows the other: every row that happens at a time has one, and
/// none goes on behind the beginning of the next. Nothing where they do not; then a move is only part of a title.
pub(super) fn of(rows: &[(Duration, Option<&str>)]) -> Vec<(String, Duration)> {
    let mut rows: Vec<_> = rows.to_vec();
    rows.sort_by_key(|(at, _)| *at);
    let mut moves: Vec<(String, Duration)> = Vec::new();
    for (at, name) in rows {
        let Some(name) = name else {
            return Vec::new();
        };
        match moves.last() {
            Some((last, _)) if last == name => {}
            // It comes back, or it begins with the one before it.
            Some((_, begins)) if *begins == at || moves.iter().any(|(known, _)| known == name) => {
                return Vec::new();
            }
            Some(_) => moves.push((name.to_owned(), at)),
            // What lies before its first row belongs to the first.
            None => moves.push((name.to_owned(), Duration::ZERO)),
        }
        if moves.len() > MOST {
            return Vec::new();
        }
    }
    moves
}

/// The parts of the scenario's time; the last one goes on to its end.
pub(super) fn put(moves: &[(String, Duration)], draft: &mut Draft) {
    let mut names = Names::new("phase");
    let ends = moves.iter().skip(1).map(|(_, begins)| *begins);
    let ends = ends.chain(std::iter::once(draft.scenario.duration));
    for ((name, begins), end) in moves.iter().zip(ends) {
        let duration = end.saturating_sub(*begins);
        // A list that is longer than a scenario may be ends before its last moves.
        if duration.is_zero() {
            break;
        }
        let title = literal(name);
        draft.scenario.phases.push(Phase {
            id: PhaseId::from(names.make(name)),
            title: LocalText {
                vi: title.clone(),
                en: title,
            },
            duration,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves(rows: &[(u64, &str)]) -> Vec<(String, u64)> {
        let rows: Vec<_> = rows
            .iter()
            .map(|(at, name)| {
                (
                    Duration::from_secs(*at),
                    Some(*name).filter(|it| !it.is_empty()),
                )
            })
            .collect();
        let found = of(&rows).into_iter();
        found.map(|(name, at)| (name, at.as_secs())).collect()
    }

    #[test]
    fn moves_are_phases_where_one_follows_the_other() {
        let found = moves(&[(60, "1"), (300, "2"), (120, "1"), (400, "2")]);
        assert_eq!(found, [("1".to_owned(), 0), ("2".to_owned(), 300)]);
        for rows in [
            &[(0, "1"), (60, "2"), (120, "1")][..],
            &[(0, "1"), (60, "")],
            &[(0, "1"), (0, "2")],
            &[],
        ] {
            assert_eq!(moves(rows), [], "{rows:?}");
        }
    }
}
