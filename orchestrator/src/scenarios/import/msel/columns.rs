//! What becomes of each column of a list.

use crate::scenarios::{
    LocalText, Message,
    import::{Fate, draft::literal},
    msel::Field,
};

/// The fate of a known column.
pub(super) fn becomes(field: Field, has_phases: bool) -> (Fate, Message) {
    let taken = |to| (Fate::Taken, Message::new("import-taken").with("to", to));
    let changed = |id| (Fate::Changed, Message::new(id));
    match field {
        Field::Control => taken("timeline[].id"),
        Field::Move if has_phases => changed("import-msel-phases"),
        Field::Move => changed("import-msel-move"),
        Field::Group => taken("timeline[].message.to"),
        Field::Method => taken("timeline[].message.channel"),
        Field::From => taken("timeline[].message.from"),
        Field::To => changed("import-msel-recipient"),
        Field::Time => taken("timeline[].at"),
        Field::Title => taken("timeline[].title"),
        Field::Subject => taken("timeline[].message.subject"),
        Field::Text => taken("timeline[].message.text"),
        Field::Details => changed("import-msel-details"),
        Field::Expected => taken("timeline[].expected"),
        Field::Due => taken("timeline[].respond.due"),
        Field::Points => taken("timeline[].respond.points"),
        Field::Notes => taken("timeline[].notes"),
    }
}

/// `[2] Title`, as the export takes it apart again.
pub(super) fn numbered(number: Option<&str>, title: Option<LocalText>) -> Option<LocalText> {
    let Some(number) = number.map(|number| literal(number).replace(['[', ']'], "")) else {
        return title;
    };
    let title = title.unwrap_or_default();
    let with = |title: &str| format!("[{number}] {title}").trim_end().to_owned();
    Some(LocalText {
        vi: with(&title.vi),
        en: with(&title.en),
    })
}
