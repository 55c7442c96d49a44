//! The frame around every page: who is signed in, where one can go, language and theme.

use serde::Serialize;

use super::super::{
    Visitor,
    context::{Flash, Theme},
};
use crate::{
    accounts::{Action, Actor, Object, authorise},
    locales,
};

/// What the layouts show.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    /// The page's language.
    pub locale: &'static str,
    /// The other language.
    pub other_locale: &'static str,
    /// The chosen theme.
    pub theme: Option<Theme>,
    /// What forms must bring along.
    pub csrf: String,
    /// Where forms of the frame lead back to.
    pub path: String,
    /// The name of who is signed in; `None` for a visitor.
    pub name: Option<String>,
    /// The province's name.
    pub province: Option<String>,
    /// Where one can go.
    pub nav: Vec<NavGroup>,
    /// A message from the page before.
    pub flash: Option<Flash>,
}

/// Entries of the navigation under one heading.
#[derive(Clone, Debug, Serialize)]
pub struct NavGroup {
    /// The heading.
    pub title: String,
    /// The entries.
    pub items: Vec<NavItem>,
}

/// One entry of the navigation.
#[derive(Clone, Debug, Serialize)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// Its drawing.
    pub icon: &'static str,
    /// Its name.
    pub title: String,
    /// Whether this page is it.
    pub current: bool,
}

/// Groups of entries: name, address, icon, and what one must be allowed to do to see it.
type Entries = &'static [(&'static str, &'static str, &'static str, Action)];

const NAV: &[(&str, Entries)] = &[
    (
        "nav-drills",
        &[
            ("nav-home", "/", "target", Action::UseOwnAccount),
            ("nav-exercises", "/exercises", "bolt", Action::ListExercises),
            ("nav-scenarios", "/scenarios", "book", Action::ReadLibrary),
        ],
    ),
    (
        "nav-workforce",
        &[
            ("nav-people", "/people", "users", Action::ReadPeople),
            (
                "nav-attendance",
                "/attendance",
                "edit",
                Action::RecordAttendance,
            ),
            (
                "nav-completions",
                "/completions",
                "seal",
                Action::ReadPeople,
            ),
            (
                "nav-indicators",
                "/indicators",
                "chart",
                Action::ReadIndicators,
            ),
        ],
    ),
    (
        "nav-documents",
        &[("nav-reports", "/reports", "report", Action::ReadReport)],
    ),
    (
        "nav-administration",
        &[
            (
                "nav-accounts",
                "/admin/accounts",
                "lock",
                Action::ManageAccounts,
            ),
            ("nav-issuer", "/admin/issuer", "report", Action::EditIssuer),
            ("nav-audit", "/admin/audit", "clock", Action::ReadAudit),
            ("nav-health", "/admin/health", "server", Action::ReadHealth),
            (
                "nav-environments",
                "/admin/environments",
                "memory",
                Action::ReadHealth,
            ),
        ],
    ),
];

impl Frame {
    /// The frame for `visitor` around a page that belongs to the entry `place`.
    #[must_use]
    pub fn new(visitor: &Visitor, place: &str) -> Self {
        let session = visitor.session.as_ref();
        Self {
            locale: visitor.locale.tag(),
            other_locale: visitor.locale.other().tag(),
            theme: visitor.theme,
            csrf: visitor.csrf.clone(),
            path: visitor.path.clone(),
            name: session.map(|session| session.name.clone()),
            province: session.map(|session| session.province_name.clone()),
            nav: session
                .map(|session| navigation(&session.actor, visitor.locale, place))
                .unwrap_or_default(),
            flash: visitor.flash.clone(),
        }
    }
}

fn navigation(actor: &Actor, locale: locales::Locale, place: &str) -> Vec<NavGroup> {
    let group = |(title, entries): &(&'static str, Entries)| NavGroup {
        title: locales::text(locale, title, &[]),
        items: entries
            .iter()
            .filter(|(.., action)| authorise(actor, *action, &Object::Platform).is_ok())
            .map(|(id, href, icon, _)| NavItem {
                href,
                icon,
                title: locales::text(locale, id, &[]),
                current: *id == place,
            })
            .collect(),
    };
    NAV.iter()
        .map(group)
        .filter(|group| !group.items.is_empty())
        .collect()
}
