//! What is done with images, as it is told: one moving line on a terminal, plain lines elsewhere, JSON for programs.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    images::{Event, ImagesError, Listed, State},
    locales::{self, Locale, Value, text},
};

/// Bytes of a megabyte, as engines and registries count.
const MEGABYTE: f64 = 1_000_000.0;
/// Characters of a step's instruction that are shown.
const STEP_SHOWN: usize = 80;
/// Hexadecimal digits of a hash that are shown.
const HASH_SHOWN: usize = 12;

/// Where it is told.
pub(super) struct Show {
    locale: Locale,
    way: Way,
    /// Images with which there was nothing to do: they are named together at the end.
    idle: Mutex<Vec<String>>,
}

enum Way {
    Terminal(ProgressBar),
    Lines,
    Json,
}

impl Show {
    pub(super) fn new(locale: Locale, json: bool) -> anyhow::Result<Self> {
        let way = if json {
            Way::Json
        } else if io::stderr().is_terminal() {
            let bar = ProgressBar::new_spinner().with_style(ProgressStyle::with_template(
                "  {spinner} {wide_msg} {elapsed}",
            )?);
            bar.enable_steady_tick(Duration::from_millis(120));
            Way::Terminal(bar)
        } else {
            Way::Lines
        };
        Ok(Self {
            locale,
            way,
            idle: Mutex::default(),
        })
    }

    /// Tells what happened.
    pub(super) fn event(&self, event: &Event<'_>) {
        if let Way::Json = self.way {
            line(&serde_json::to_string(event).unwrap_or_default());
            return;
        }
        match event {
            Event::Waiting => self.say("images-waiting", &[]),
            Event::Unchanged { image } | Event::Present { image, .. } => {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                idle.push((*image).to_owned());
            }
            Event::Step {
                image,
                step,
                steps,
                text,
            } => {
                let words: Vec<&str> = text.split_whitespace().collect();
                let shown: String = words.join(" ").chars().take(STEP_SHOWN).collect();
                let values = [
                    ("image", Value::from(*image)),
                    ("step", (*step).into()),
                    ("steps", (*steps).into()),
                    ("text", shown.into()),
                ];
                self.moving("images-step", &values);
            }
            Event::Built {
                image,
                size,
                seconds,
                ..
            } => {
                let values = [
                    ("image", Value::from(*image)),
                    ("seconds", count(*seconds)),
                    ("size", megabytes(self.locale, *size).into()),
                ];
                self.say("images-built", &values);
            }
            Event::Transfer {
                image,
                bytes,
                total,
            } => {
                // Hundreds of these come; in a log only the end counts.
                if let Way::Terminal(_) = self.way {
                    let values = [
                        ("image", Value::from(*image)),
                        ("bytes", megabytes(self.locale, *bytes).into()),
                        ("total", megabytes(self.locale, *total).into()),
                    ];
                    self.moving("images-transfer", &values);
                }
            }
            Event::Pushed {
                image,
                digest,
                bytes,
                seconds,
            } => {
                self.transferred("images-pushed", image, digest, *bytes, *seconds);
            }
            Event::Pulled {
                image,
                digest,
                bytes,
                seconds,
            } => {
                self.transferred("images-pulled", image, digest, *bytes, *seconds);
            }
        }
    }

    /// Takes the moving line away and names what there was nothing to do with.
    pub(super) fn end(&self) {
        if let Way::Terminal(bar) = &self.way {
            bar.finish_and_clear();
        }
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        if !idle.is_empty() {
            let values = [
                ("count", idle.len().into()),
                ("images", idle.join(", ").into()),
            ];
            line(&text(self.locale, "images-unchanged", &values));
        }
    }

    /// Tells why it came to nothing, with the output that led to it.
    pub(super) fn failed(&self, error: &ImagesError) -> io::Result<()> {
        let said = error.say(self.locale);
        if let Way::Json = self.way {
            let told =
                serde_json::json!({ "event": "failed", "message": said, "log": error.log() });
            line(&told.to_string());
            return Ok(());
        }
        let mut out = io::stderr().lock();
        for line in error.log() {
            writeln!(out, "    {line}")?;
        }
        writeln!(out, "{said}")
    }

    fn transferred(&self, id: &str, image: &str, digest: &str, bytes: u64, seconds: u64) {
        let values = [
            ("image", Value::from(image)),
            ("digest", digest.into()),
            ("bytes", megabytes(self.locale, bytes).into()),
            ("seconds", count(seconds)),
        ];
        self.say(id, &values);
    }

    /// A line that stays.
    fn say(&self, id: &str, values: &[(&str, Value<'_>)]) {
        let said = text(self.locale, id, values);
        match &self.way {
            Way::Terminal(bar) => bar.suspend(|| line(&said)),
            Way::Lines | Way::Json => line(&said),
        }
    }

    /// What goes on just now.
    fn moving(&self, id: &str, values: &[(&str, Value<'_>)]) {
        let said = text(self.locale, id, values);
        match &self.way {
            Way::Terminal(bar) => bar.set_message(said),
            Way::Lines | Way::Json => line(&said),
        }
    }
}

/// The list for people.
pub(super) fn table(images: &[Listed], locale: Locale) -> String {
    let heads = [
        "images-head-image",
        "images-head-state",
        "images-head-content",
        "images-head-size",
        "images-head-own",
        "images-head-built",
        "images-head-scenarios",
    ];
    let mut rows = vec![heads.map(|id| text(locale, id, &[]))];
    rows.extend(images.iter().map(|it| row(it, locale)));
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut out = String::new();
    for row in &rows {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    let own: u64 = images.iter().filter_map(|it| it.own_size).sum();
    let values = [
        ("count", images.len().into()),
        ("size", megabytes(locale, own).into()),
    ];
    out.push_str(&text(locale, "images-list-total", &values));
    out.push('\n');
    out
}

fn row(image: &Listed, locale: Locale) -> [String; 7] {
    let state = match image.state {
        State::Current => "images-state-current",
        State::Stale => "images-state-stale",
        State::Missing => "images-state-missing",
        State::WithoutSources => "images-state-without-sources",
    };
    let size = |bytes: Option<u64>| {
        bytes
            .map(|bytes| megabytes(locale, bytes))
            .unwrap_or_default()
    };
    let scenarios: Vec<&str> = image.scenarios.iter().map(String::as_str).collect();
    [
        image.image.clone(),
        text(locale, state, &[]),
        image
            .content
            .iter()
            .flat_map(|hash| hash.chars().take(HASH_SHOWN))
            .collect(),
        size(image.size),
        size(image.own_size),
        image
            .built
            .map(|at| locales::date_time(locale, at))
            .unwrap_or_default(),
        scenarios.join(", "),
    ]
}

fn megabytes(locale: Locale, bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown to people, in megabytes")]
    let size = bytes as f64 / MEGABYTE;
    format!("{} MB", locales::decimal(locale, size, 1))
}

fn count(number: u64) -> Value<'static> {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

/// Whoever stopped listening has seen what they wanted to see.
fn line(said: &str) {
    let _ = writeln!(io::stdout().lock(), "{said}");
}
