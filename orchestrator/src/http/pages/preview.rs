//! Renders every page with invented data, so that a change of a template is checked without a server, and writes them to
//! `target/preview`, where `npm run look` takes pictures of them and runs axe-core.

mod drill;
mod machines;
mod office;

use std::path::PathBuf;

use axum::response::Html;

use super::{super::testing, *};
use crate::{
    accounts::{Actor, Role, Session},
    clock::Timestamp,
    ids::{AccountId, ProvinceId},
    locales::Locale,
};

/// 09:07 on 22 November 2026 in Vietnam.
const NOW: Timestamp = Timestamp(1_795_313_220_000_000);

fn minutes_ago(minutes: u64) -> Timestamp {
    NOW - Duration::from_secs(60 * minutes)
}

fn visitor(locale: Locale, name: &str, roles: &[Role]) -> Visitor {
    let actor = Actor {
        account: AccountId::new(),
        person: None,
        province: ProvinceId::new(),
        roles: roles.iter().copied().collect(),
        locale,
    };
    let session = Session {
        actor,
        csrf: "0123456789abcdef0123456789abcdef".into(),
        name: name.into(),
        province_name: "UBND tỉnh Quảng Trị".into(),
        token_hash: String::new(),
        expires_at: NOW,
    };
    Visitor {
        session: Some(session),
        ..testing::stranger(locale)
    }
}

fn state(kind: Tone, text: &str) -> State {
    State::new(kind, text)
}

fn choice(value: &str, title: &str, chosen: bool) -> Choice {
    Choice {
        value: value.into(),
        title: title.into(),
        chosen,
    }
}

/// Takes pages as they are rendered.
struct Sink {
    templates: Templates,
    folder: PathBuf,
}

impl Sink {
    fn keep(&self, name: &str, locale: Locale, page: Result<Html<String>, AppError>) {
        let Html(page) =
            page.unwrap_or_else(|error| panic!("{name}: {}", testing::sources(&error)));
        assert!(
            !page.contains("style=\""),
            "{name} has an inline style, which the policy forbids"
        );
        assert!(
            !page.contains("onclick="),
            "{name} has an inline script, which the policy forbids"
        );
        let path = self.folder.join(format!("{name}.{locale}.html"));
        std::fs::write(path, page).expect("written");
    }
}

#[test]
fn every_page_renders_in_both_languages() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/preview");
    std::fs::create_dir_all(&folder).expect("folder");
    let sink = Sink {
        templates: Templates::load().expect("templates"),
        folder,
    };
    for locale in Locale::ALL {
        drill::render(&sink, locale);
        machines::render(&sink, locale);
        office::render(&sink, locale);
    }
}
