//! An export of `CTFd`, column by column.

use super::{challenges::plain_place, *};
use crate::scenarios::{Answer, By, Decay};
use Fate::{Changed, Lost, Taken};

/// A column of an export of `CTFd`, its fate and why.
const COLUMNS: &[(&str, Fate, &str)] = &[
    ("db/challenges.json: results[0].name", Taken, "import-taken"),
    (
        "db/challenges.json: results[0].description",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].attribution",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].connection_info",
        Changed,
        "import-connection-text",
    ),
    (
        "db/challenges.json: results[0].next_id",
        Lost,
        "import-next",
    ),
    (
        "db/challenges.json: results[0].max_attempts",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].value",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].category",
        Taken,
        "import-taken",
    ),
    ("db/challenges.json: results[0].type", Taken, "import-taken"),
    (
        "db/challenges.json: results[0].state",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].logic",
        Taken,
        "import-taken",
    ),
    ("db/challenges.json: results[1].type", Taken, "import-taken"),
    ("db/challenges.json: results[1].state", Lost, "import-state"),
    (
        "db/challenges.json: results[1].logic",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[1].requirements.prerequisites[0]",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[1].requirements.anonymize",
        Lost,
        "import-anonymize",
    ),
    (
        "db/dynamic_challenge.json: results[0].initial",
        Taken,
        "import-taken",
    ),
    (
        "db/dynamic_challenge.json: results[0].minimum",
        Taken,
        "import-taken",
    ),
    (
        "db/dynamic_challenge.json: results[0].decay",
        Taken,
        "import-taken",
    ),
    (
        "db/dynamic_challenge.json: results[0].function",
        Taken,
        "import-taken",
    ),
    ("db/flags.json: results[0].type", Taken, "import-taken"),
    (
        "db/flags.json: results[0].content",
        Changed,
        "import-flag-case",
    ),
    ("db/flags.json: results[1].data", Taken, "import-taken"),
    ("db/flags.json: results[2]", Lost, "import-ctfd-orphan"),
    ("db/hints.json: results[0].title", Taken, "import-taken"),
    ("db/hints.json: results[0].cost", Taken, "import-taken"),
    (
        "db/hints.json: results[1].requirements",
        Lost,
        "import-hint-order",
    ),
    ("db/tags.json: results[0].value", Taken, "import-taken"),
    ("db/topics.json: results[0].value", Taken, "import-taken"),
    (
        "db/files.json: results[0].location",
        Changed,
        "import-file-placed",
    ),
    (
        "db/files.json: results[1].location",
        Lost,
        "import-compose-absent",
    ),
    (
        "db/challenge_topics.json: results[0].topic_id",
        Taken,
        "import-taken",
    ),
    ("db/challenges.json: count", Lost, "import-ctfd-export"),
    ("db/challenges.json: meta", Lost, "import-ctfd-export"),
    ("uploads/4f2a/anh.bin", Taken, "import-taken"),
    ("db/users.json", Lost, "import-ctfd-table"),
    ("db/alembic_version.json", Lost, "import-ctfd-table"),
];

#[test]
fn each_column_of_a_ctfd_export_has_its_fate() {
    let (definition, report) = imported(Format::Ctfd, &example("ctfd"));
    fate_of_all(&report, COLUMNS);
    assert!(
        report.line("db/teams.json").is_none(),
        "an empty table loses nothing"
    );
    let tasks = &definition.scenario.tasks;
    assert_eq!((tasks[0].points, tasks[1].points), (50, 500));
    let decay = Decay {
        to: 100,
        solves: 15,
    };
    assert_eq!(tasks[1].worth.decay, Some(decay));
    assert_eq!((tasks[0].by, tasks[1].by), (By::Team, By::EveryMember));
    assert!(
        report
            .line("db/hints.json: results[0].requirements")
            .is_none(),
        "an empty requirement loses nothing"
    );
    assert_eq!(tasks[1].requires, [tasks[0].id.clone()]);
    let Answer::Pattern(pattern) = &tasks[1].answer else {
        panic!("{:?}", tasks[1].answer);
    };
    assert!(pattern.matches("GIAM_dan") && pattern.attempts == Some(3));
    assert_eq!(
        definition
            .bundle
            .file("files/chao-san/anh.bin")
            .unwrap()
            .bytes,
        b"flag{chao}\0"
    );
}

#[test]
fn no_part_of_an_export_lacks_its_row() {
    for used in [
        "db/challenges.json: count",
        "db/challenges.json: results.name",
        "db/challenges.json: meta",
        "db/alembic_version.json",
        "uploads/4f2a/anh.bin",
    ] {
        let mut rows = COLUMNS.iter();
        assert!(rows.any(|(place, ..)| plain_place(place) == used), "{used}");
    }
}
