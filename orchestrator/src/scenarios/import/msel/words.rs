//! The words of lists of events for cells and means of delivery, in both languages, as [`plain`] writes them.

use crate::scenarios::{
    Channel,
    msel::{both, plain},
};

/// Whether it names those who hold the drill.
pub(super) fn is_white(name: &str) -> bool {
    let words = [
        "white",
        "ban to chuc",
        "ban dieu hanh",
        "controller",
        "evaluator",
        "giam khao",
        "facilitator",
    ];
    words.iter().any(|word| name.contains(word))
}

/// Whether it names a cell, or everybody, and no organisation of the drill's world.
pub(super) fn is_cell(name: &str) -> bool {
    let all = [
        "blue",
        "blue team",
        "blue cell",
        "players",
        "all",
        "all players",
        "trainees",
        "team",
        "teams",
        "doi phong thu",
        "doi xanh",
        "nhom xanh",
        "tat ca",
        "cac doi",
        "nguoi choi",
        "hoc vien",
        "defending team",
        "white",
        "white team",
        "white cell",
        "ban to chuc",
        "ban dieu hanh",
        "nhom trang",
    ];
    all.contains(&name)
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
