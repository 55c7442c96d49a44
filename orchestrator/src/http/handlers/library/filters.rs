//! What the library is asked for: all of it stands in the address, so that a list can be kept and passed on.

use std::fmt::Write as _;

use serde::Deserialize;

use super::{
    super::super::pages::{Choice, library as page},
    kind_name, known, length_name, level_name, words,
};
use crate::{
    library::{Card, Stage},
    locales::Locale,
    organisation::fold,
    scenarios::{Audience, Sector, attack, nice},
};

/// Filters, sorting and words as the form and addresses name them.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::http) struct Filters {
    #[serde(default)]
    q: String,
    #[serde(default)]
    stage: Vec<String>,
    #[serde(default)]
    sector: Vec<String>,
    #[serde(default)]
    attack: Vec<String>,
    #[serde(default)]
    level: Vec<String>,
    #[serde(default)]
    audience: Vec<String>,
    #[serde(default)]
    length: Vec<String>,
    #[serde(default)]
    kind: Vec<String>,
    #[serde(default)]
    sort: String,
}

/// A usable scenario of the library.
pub(super) struct Found<'a> {
    pub(super) id: &'a str,
    pub(super) card: &'a Card,
    pub(super) used: usize,
    /// How far it is; nothing where the installation brings it.
    pub(super) stage: Option<Stage>,
    /// Its page.
    pub(super) href: &'a str,
}

/// A property by which the list is narrowed.
struct Facet {
    name: &'static str,
    title: &'static str,
    /// What the messages of its values begin with; without one a value stands for itself.
    prefix: &'static str,
    /// All values in their order; where there are none, those that scenarios have.
    values: &'static [&'static str],
    of: fn(&Found<'_>) -> Vec<String>,
    chosen: fn(&mut Filters) -> &mut Vec<String>,
}

/// The facet by which archived versions are found, which are left out where nobody asks for them.
const STAGE: &str = "stage";

/// In the order of the page.
const FACETS: [Facet; 7] = [
    Facet {
        name: STAGE,
        title: "library-stage",
        prefix: "stage-",
        values: &["shipped", "released", "draft", "archived"],
        of: |it| vec![it.stage.map_or("shipped", Stage::as_str).to_owned()],
        chosen: |filters| &mut filters.stage,
    },
    Facet {
        name: "level",
        title: "library-level",
        prefix: "level-",
        values: &["basic", "intermediate", "advanced"],
        of: |it| vec![level_name(it.card.level).to_owned()],
        chosen: |filters| &mut filters.level,
    },
    Facet {
        name: "sector",
        title: "library-sectors",
        prefix: "sector-",
        values: &Sector::NAMES,
        of: |it| {
            let sectors = it.card.sectors.iter();
            sectors.map(|sector| sector.as_str().to_owned()).collect()
        },
        chosen: |filters| &mut filters.sector,
    },
    Facet {
        name: "audience",
        title: "library-audience",
        prefix: "audience-",
        values: &Audience::NAMES,
        of: |it| {
            let audience = it.card.audience.iter();
            audience.map(|one| one.as_str().to_owned()).collect()
        },
        chosen: |filters| &mut filters.audience,
    },
    Facet {
        name: "length",
        title: "library-length",
        prefix: "length-",
        values: &["short", "medium", "long"],
        of: |it| vec![length_name(it.card.minutes).to_owned()],
        chosen: |filters| &mut filters.length,
    },
    Facet {
        name: "kind",
        title: "library-kind",
        prefix: "kind-",
        values: &["simulation", "tabletop"],
        of: |it| vec![kind_name(it.card.kind).to_owned()],
        chosen: |filters| &mut filters.kind,
    },
    Facet {
        name: "attack",
        title: "library-attack",
        prefix: "",
        values: &[],
        of: |it| it.card.attack.clone(),
        chosen: |filters| &mut filters.attack,
    },
];

/// So many values are always offered; of more, those that scenarios have.
const FEW: usize = 5;
/// Ways to sort; the first is the usual one.
const SORTS: [&str; 4] = ["title", "used", "level", "length"];

impl Facet {
    /// Whether a scenario has the value. A technique stands for its sub-techniques too.
    fn has(&self, found: &Found<'_>, wanted: &str) -> bool {
        (self.of)(found).iter().any(|own| {
            own == wanted
                || self.name == "attack"
                    && own
                        .strip_prefix(wanted)
                        .is_some_and(|rest| rest.starts_with('.'))
        })
    }

    fn chosen(&self, filters: &Filters) -> Vec<String> {
        (self.chosen)(&mut filters.clone()).clone()
    }

    fn title_of(&self, value: &str, locale: Locale) -> String {
        match self.prefix {
            "" => attack::name(value)
                .map_or_else(|| value.to_owned(), |name| format!("{value} {name}")),
            prefix => known(locale, prefix, value),
        }
    }

    /// What can be chosen: what scenarios have, and what is chosen although none has it.
    fn offered(&self, all: &[Found<'_>], chosen: &[String]) -> Vec<String> {
        if !self.values.is_empty() {
            let few = self.values.len() <= FEW;
            let wanted = |value: &str| {
                let is_chosen = chosen.iter().any(|one| one == value);
                few || is_chosen || all.iter().any(|found| self.has(found, value))
            };
            let values = self.values.iter().filter(|value| wanted(value));
            return values.map(|&value| value.to_owned()).collect();
        }
        let mut values: Vec<String> = all
            .iter()
            .flat_map(|found| (self.of)(found))
            .chain(chosen.iter().cloned())
            .collect();
        values.sort();
        values.dedup();
        values
    }
}

impl Filters {
    pub(super) fn query(&self) -> &str {
        &self.q
    }

    /// Whether a scenario is wanted: one value of each facet that is narrowed, and all words.
    pub(super) fn pass(&self, found: &Found<'_>, locale: Locale) -> bool {
        let narrowed = |facet: &Facet| {
            let chosen = facet.chosen(self);
            if chosen.is_empty() {
                return facet.name != STAGE || found.stage != Some(Stage::Archived);
            }
            chosen.iter().any(|wanted| facet.has(found, wanted))
        };
        let words = searched(found, locale);
        FACETS.iter().all(narrowed) && holds(&words, &self.q)
    }

    /// Puts scenarios in the order that is asked for; those that are alike by title.
    pub(super) fn sort(&self, found: &mut [&Found<'_>], locale: Locale) {
        found.sort_by_cached_key(|one| fold(one.card.title.get(locale)));
        match self.sort.as_str() {
            "used" => found.sort_by_key(|one| std::cmp::Reverse(one.used)),
            "level" => found.sort_by_key(|one| one.card.level),
            "length" => found.sort_by_key(|one| one.card.minutes),
            _ => {}
        }
    }

    pub(super) fn sorts(&self, locale: Locale) -> Vec<Choice> {
        let sorts = SORTS.iter().enumerate().map(|(place, name)| Choice {
            value: (*name).to_owned(),
            title: words::say(locale, &format!("library-sort-{name}")),
            chosen: self.sort == *name || place == 0 && !SORTS.contains(&self.sort.as_str()),
        });
        sorts.collect()
    }

    pub(super) fn facets(&self, all: &[Found<'_>], locale: Locale) -> Vec<page::Facet> {
        let facet = |facet: &Facet| {
            let chosen = facet.chosen(self);
            let options = facet.offered(all, &chosen).into_iter();
            page::Facet {
                name: facet.name,
                title: words::say(locale, facet.title),
                options: options
                    .map(|value| page::FacetOption {
                        count: all.iter().filter(|found| facet.has(found, &value)).count(),
                        choice: Choice {
                            chosen: chosen.contains(&value),
                            title: facet.title_of(&value, locale),
                            value,
                        },
                    })
                    .collect(),
            }
        };
        let mut facets: Vec<page::Facet> = FACETS.iter().map(facet).collect();
        facets.retain(|facet| !facet.options.is_empty());
        facets
    }

    /// What narrows the list, each with the way to the list without it.
    pub(super) fn active(&self, locale: Locale) -> Vec<page::ActiveFilter> {
        let mut active = Vec::new();
        if !self.q.trim().is_empty() {
            let mut without = self.clone();
            without.q.clear();
            active.push(page::ActiveFilter {
                title: format!("“{}”", self.q.trim()),
                href: without.address(),
            });
        }
        for facet in &FACETS {
            for value in facet.chosen(self) {
                let mut without = self.clone();
                (facet.chosen)(&mut without).retain(|one| *one != value);
                active.push(page::ActiveFilter {
                    title: facet.title_of(&value, locale),
                    href: without.address(),
                });
            }
        }
        active
    }

    /// The address of the list.
    fn address(&self) -> String {
        let mut pairs = Vec::new();
        if !self.q.trim().is_empty() {
            pairs.push(("q", self.q.trim().to_owned()));
        }
        for facet in &FACETS {
            let chosen = facet.chosen(self).into_iter();
            pairs.extend(chosen.map(|value| (facet.name, value)));
        }
        if SORTS[1..].contains(&self.sort.as_str()) {
            pairs.push(("sort", self.sort.clone()));
        }
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        if pairs.is_empty() {
            return "/scenarios".to_owned();
        }
        format!("/scenarios?{}", pairs.join("&"))
    }
}

/// Everything by which a scenario is found, folded: title and summary in both languages, since people know either, and
/// techniques and work roles by code and by name.
fn searched(found: &Found<'_>, locale: Locale) -> String {
    let card = found.card;
    let texts = [&card.title, &card.summary];
    let mut all = vec![found.id.to_owned()];
    for text in texts {
        all.extend([text.vi.clone(), text.en.clone()]);
    }
    let sectors = card.sectors.iter();
    all.extend(sectors.map(|sector| known(locale, "sector-", sector.as_str())));
    let audience = card.audience.iter();
    all.extend(audience.map(|audience| known(locale, "audience-", audience.as_str())));
    all.extend(card.attack.iter().chain(&card.skills).cloned());
    all.extend(card.attack.iter().filter_map(|code| attack::name(code)));
    let roles = card.skills.iter().filter_map(|code| nice::name(code));
    all.extend(roles.map(str::to_owned));
    fold(&all.join(" "))
}

/// Whether a folded text has a word that begins with each word of a query.
fn holds(text: &str, query: &str) -> bool {
    let text = format!(" {text}");
    let words = query.split_whitespace().map(fold);
    words
        .filter(|word| !word.is_empty())
        .all(|word| text.contains(&format!(" {word}")))
}

/// A value as it stands in an address.
fn encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                encoded.push(char::from(byte));
            }
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_beginnings_without_marks() {
        let text = fold("Cổng thông tin điện tử bị thay đổi giao diện T1505.003");
        for query in [
            "",
            "cong THONG tin",
            "diện giao",
            "dien tu",
            "T1505.003",
            "t1505",
            "đổi",
            "  ",
        ] {
            assert!(holds(&text, query), "{query}");
        }
        for query in ["ong", "T1505.004", "cổng email"] {
            assert!(!holds(&text, query), "{query}");
        }
    }

    #[test]
    fn an_address_keeps_what_is_asked_for() {
        let filters = Filters {
            q: " điện tử&x ".into(),
            sector: vec!["information".into()],
            attack: vec!["T1190".into(), "T1505.003".into()],
            sort: "used".into(),
            ..Filters::default()
        };
        assert_eq!(
            filters.address(),
            "/scenarios?q=%C4%91i%E1%BB%87n%20t%E1%BB%AD%26x&sector=information&attack=T1190&attack=T1505.003&sort=used"
        );
        assert_eq!(Filters::default().address(), "/scenarios");
        let active = filters.active(Locale::En);
        let titles: Vec<&str> = active.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "“điện tử&x”",
                "Information",
                "T1190 Exploit Public-Facing Application",
                "T1505.003 Server Software Component: Web Shell"
            ]
        );
        assert!(!active[2].href.contains("T1190"), "{}", active[2].href);
        assert!(active[2].href.contains("T1505.003"), "{}", active[2].href);
    }
}
