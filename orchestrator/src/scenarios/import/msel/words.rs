//! The words of lists of events for cells and means of delivery, in both languages, as [`plain`] writes them.

use crate::scenarios::{
    Channel, Recipient,
    msel::{both, plain},
};

/// Words within the names of those who hold the drill.
const HOLDERS: [&str; 7] = [
    "white",
    "ban to chuc",
    "ban dieu hanh",
    "controller",
    "evaluator",
    "giam khao",
    "facilitator",
];
/// Names of those who hold the drill, and of no organisation of its world.
const WHITE: [&str; 6] = [
    "white",
    "white team",
    "white cell",
    "ban to chuc",
    "ban dieu hanh",
    "nhom trang",
];
/// Names of those who defend, and of players where only they play.
const BLUE: [&str; 14] = [
    "blue",
    "blue team",
    "blue cell",
    "players",
    "trainees",
    "team",
    "teams",
    "doi phong thu",
    "doi xanh",
    "nhom xanh",
    "nguoi choi",
    "hoc vien",
    "defending team",
    "defenders",
];
/// Names of those who attack.
const RED: [&str; 8] = [
    "red",
    "red team",
    "red cell",
    "attacking team",
    "attackers",
    "doi tan cong",
    "doi do",
    "nhom do",
];
/// Names of everybody who plays.
const EVERYBODY: [&str; 8] = [
    "all",
    "all players",
    "all teams",
    "everyone",
    "everybody",
    "tat ca",
    "cac doi",
    "tat ca cac doi",
];

/// The side that a name stands for; nothing where it is an organisation of the drill's world.
pub(super) fn recipient_of(name: &str) -> Option<Recipient> {
    if HOLDERS.iter().any(|word| name.contains(word)) || WHITE.contains(&name) {
        return Some(Recipient::White);
    }
    let sides: [(&[&str], Recipient); 3] = [
        (&BLUE, Recipient::Blue),
        (&RED, Recipient::Red),
        (&EVERYBODY, Recipient::All),
    ];
    let found = sides.iter().find(|(names, _)| names.contains(&name));
    found.map(|(_, recipient)| *recipient)
}

/// Whether it names a side, or everybody, and no more: an evaluator of an office is somebody.
pub(super) fn is_cell(name: &str) -> bool {
    let white = recipient_of(name) == Some(Recipient::White);
    WHITE.contains(&name) || (!white && recipient_of(name).is_some())
}

/// Whether it says that somebody decides on the moment.
pub(super) fn is_manual(said: &str) -> bool {
    let own = both("msel-manual");
    [plain(&own.vi), plain(&own.en)]
        .iter()
        .any(|own| own == said)
        || [
            "manual",
            "by hand",
            "on order",
            "tbd",
            "thu cong",
            "theo lenh",
        ]
        .contains(&said)
}

/// By what means a message arrives.
pub(super) enum Method {
    /// A channel of ours by its name.
    Known(Channel),
    /// Another way, and the channel that is most like it.
    Like(Channel),
    /// No message: something that somebody does.
    Action,
}

/// The channel that a word for a means of delivery stands for.
pub(super) fn method_of(name: &str) -> Method {
    let exact: [(Channel, &[&str]); 5] = [
        (
            Channel::Mail,
            &["mail", "email", "e mail", "thu dien tu", "thu"],
        ),
        (
            Channel::Phone,
            &[
                "phone",
                "telephone",
                "call",
                "phone call",
                "dien thoai",
                "goi dien",
            ],
        ),
        (Channel::News, &["news", "tin tuc", "ban tin"]),
        (
            Channel::Chat,
            &["chat", "sms", "message", "tin nhan", "nhan tin"],
        ),
        (
            Channel::Document,
            &[
                "document",
                "letter",
                "official letter",
                "van ban",
                "cong van",
            ],
        ),
    ];
    if let Some((channel, _)) = exact.iter().find(|(_, names)| names.contains(&name)) {
        return Method::Known(*channel);
    }
    let like: [(Channel, &[&str]); 5] = [
        (Channel::Mail, &["mail", "thu"]),
        (
            Channel::Phone,
            &[
                "phone",
                "call",
                "dien thoai",
                "radio",
                "bo dam",
                "verbal",
                "face",
                "person",
                "truc tiep",
            ],
        ),
        (
            Channel::News,
            &[
                "news",
                "media",
                "press",
                "tv",
                "social",
                "bao",
                "tin",
                "web",
                "truyen thong",
                "mang xa hoi",
            ],
        ),
        (
            Channel::Chat,
            &["chat", "sms", "text", "zalo", "teams", "slack"],
        ),
        (
            Channel::Document,
            &[
                "doc", "letter", "fax", "paper", "handout", "van ban", "giay", "report", "bao cao",
            ],
        ),
    ];
    let own = both("msel-action");
    if [plain(&own.vi), plain(&own.en)]
        .iter()
        .any(|own| own == name)
        || ["action", "technical", "hanh dong", "thao tac", "ky thuat"].contains(&name)
    {
        return Method::Action;
    }
    let words: Vec<&str> = name.split(' ').collect();
    let fits = |names: &[&str]| {
        names
            .iter()
            .any(|like| words.contains(like) || (like.contains(' ') && name.contains(like)))
    };
    let found = like.iter().find(|(_, names)| fits(names));
    Method::Like(found.map_or(Channel::Mail, |(channel, _)| *channel))
}
