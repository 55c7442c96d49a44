//! How far a bundle is, and what became of it: a bar on a terminal, a few lines elsewhere.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    cli::printed::{err, out},
    images::{Event, ImageOutcome, Imported, Meter, Placed, Progress, Stage},
    locales::{self, Locale, text},
};

/// Bytes of a megabyte, as engines count.
const MEGABYTE: f64 = 1_000_000.0;
/// After so many hundredths a log gets its next line.
const LINE_EVERY: u64 = 25;

/// Where it is told.
pub(super) struct Show {
    locale: Locale,
    bar: Option<ProgressBar>,
}

impl Show {
    pub(super) fn new(locale: Locale) -> anyhow::Result<Self> {
        let bar = if io::stderr().is_terminal() {
            let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
                "  {spinner} {wide_msg} {decimal_bytes}/{decimal_total_bytes} {bar:20} {elapsed}",
            )?);
            bar.enable_steady_tick(Duration::from_millis(120));
            Some(bar)
        } else {
            None
        };
        Ok(Self { locale, bar })
    }

    /// What is told of bytes.
    pub(super) fn meter(&self) -> Meter {
        let (locale, bar) = (self.locale, self.bar.clone());
        let last = Mutex::new((String::new(), u64::MAX));
        Arc::new(move |progress: Progress<'_>| {
            let about = about(&progress, locale);
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(bar) = &bar {
                bar.set_length(progress.total.max(progress.done));
                bar.set_position(progress.done);
                if last.0 != about {
                    bar.set_message(about.clone());
                    last.0 = about;
                }
                return;
            }
            let share = progress.done.saturating_mul(100) / progress.total.max(1);
            let step = share.min(100) / LINE_EVERY;
            if last.0 != about || last.1 != step {
                let values = [
                    ("about", about.as_str().into()),
                    ("done", megabytes(locale, progress.done).into()),
                    ("total", megabytes(locale, progress.total).into()),
                ];
                line(&text(locale, "portable-progress", &values));
                *last = (about, step);
            }
        })
    }

    /// What is told of images beside bytes.
    pub(super) fn event(&self, event: &Event<'_>) {
        let said = match event {
            Event::Waiting => text(self.locale, "images-waiting", &[]),
            Event::Pushed {
                image,
                digest,
                bytes,
                seconds,
            } => {
                let seconds = i64::try_from(*seconds).unwrap_or(i64::MAX);
                let values = [
                    ("image", (*image).into()),
                    ("digest", (*digest).into()),
                    ("bytes", megabytes(self.locale, *bytes).into()),
                    ("seconds", seconds.into()),
                ];
                text(self.locale, "images-pushed", &values)
            }
            Event::Transfer { image, .. } => {
                if let Some(bar) = &self.bar {
                    bar.set_message((*image).to_owned());
                }
                return;
            }
            _ => return,
        };
        match &self.bar {
            Some(bar) => bar.suspend(|| line(&said)),
            None => line(&said),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Says what was taken in.
pub(super) fn imported(imported: &Imported, locale: Locale) -> io::Result<()> {
    let mut out = out();
    for image in &imported.images {
        let id = match image.outcome {
            ImageOutcome::Present => "portable-image-present",
            ImageOutcome::Named => "portable-image-named",
            ImageOutcome::Loaded => "portable-image-loaded",
            ImageOutcome::Kept => "portable-image-kept",
        };
        let values = [("image", image.reference.as_str().into())];
        writeln!(out, "{}", text(locale, id, &values))?;
    }
    let id = match imported.placed {
        Placed::New => "portable-placed-new",
        Placed::Unchanged => "portable-placed-unchanged",
        Placed::Replaced => "portable-placed-replaced",
    };
    let values = [
        ("scenario", imported.scenario.as_str().into()),
        ("version", imported.version.to_string().into()),
        ("path", imported.path.display().to_string().into()),
    ];
    writeln!(out, "{}", text(locale, id, &values))?;
    if let Some(aside) = &imported.aside {
        let values = [("path", aside.display().to_string().into())];
        writeln!(out, "{}", text(locale, "portable-aside", &values))?;
    }
    Ok(())
}

fn about(progress: &Progress<'_>, locale: Locale) -> String {
    let image = progress.image.unwrap_or_default();
    match progress.stage {
        Stage::Saving => text(locale, "portable-saving", &[]),
        Stage::Verifying => text(locale, "portable-verifying", &[]),
        Stage::Loading => text(locale, "portable-loading", &[("image", image.into())]),
    }
}

pub(super) fn megabytes(locale: Locale, bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown to people, in megabytes")]
    let size = bytes as f64 / MEGABYTE;
    format!("{} MB", locales::decimal(locale, size, 1))
}

fn line(said: &str) {
    let _ = writeln!(err(), "{said}");
}
