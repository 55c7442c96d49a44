//! `image`: the images that machines are made of, built, pushed, pulled and listed.

mod show;

use std::io::{self, Write as _};

use clap::{Args, Subcommand};

use crate::{
    config::Config,
    images::{Event, Images, ImagesError, State},
    locales::{Locale, text},
};

use show::{Show, table};

/// What can be done with images.
#[derive(Subcommand)]
pub(super) enum Image {
    /// Dựng ảnh đã đổi, theo thứ tự · build what has changed, in order
    Build(Build),
    /// Đẩy ảnh lên kho trong cấu hình · push images to the configured registry
    Push(Transfer),
    /// Lấy ảnh từ kho trong cấu hình · pull images from the configured registry
    Pull(Transfer),
    /// Liệt kê ảnh · list images
    #[command(
        after_help = "Mã thoát · exit code: 0 mọi ảnh đều mới · all are up to date, 1 có ảnh thiếu hoặc cũ · some are missing or stale, 2 không xem được · they could not be looked at"
    )]
    List(List),
}

/// Options of `image build`.
#[derive(Args)]
pub(super) struct Build {
    /// Tên ảnh; không ghi thì dựng tất cả · images, all where none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Dựng lại từ đầu dù không đổi, để lấy gói mới · build again from the start, for fresh packages
    #[arg(long)]
    force: bool,
    /// Mỗi dòng một JSON · JSON lines
    #[arg(long)]
    json: bool,
}

/// Options of `image push` and `image pull`.
#[derive(Args)]
pub(super) struct Transfer {
    /// Tên ảnh; không ghi thì mọi ảnh cần dùng · images, all that are needed where none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Mỗi dòng một JSON · JSON lines
    #[arg(long)]
    json: bool,
}

/// Options of `image list`.
#[derive(Args)]
pub(super) struct List {
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

impl Image {
    /// Does it; what happens is told on standard output, what went wrong on standard error.
    ///
    /// # Errors
    /// When nothing can be written to standard output.
    pub(super) async fn run(self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let json = match &self {
            Self::Build(build) => build.json,
            Self::Push(transfer) | Self::Pull(transfer) => transfer.json,
            Self::List(list) => list.json,
        };
        let show = Show::new(locale, json)?;
        // Dropping what goes on ends it at the engine too: an interrupted build leaves the tags as they were.
        let done = tokio::select! {
            done = self.perform(config, locale, &show) => done,
            interrupted = tokio::signal::ctrl_c() => {
                interrupted?;
                show.end();
                writeln!(io::stderr(), "{}", text(locale, "images-stopped", &[]))?;
                return Ok(super::UNABLE);
            }
        };
        show.end();
        match done {
            Ok(code) => Ok(code),
            Err(Problem::Images(error)) => {
                show.failed(&error)?;
                Ok(super::UNABLE)
            }
            Err(Problem::Output(error)) => Err(error.into()),
        }
    }

    async fn perform(self, config: &Config, locale: Locale, show: &Show) -> Result<u8, Problem> {
        let images = Images::open(config).await?;
        let watch = |event: &Event<'_>| show.event(event);
        match self {
            Self::Build(build) => images.build(&build.names, build.force, &watch).await?,
            Self::Push(push) => images.push(&push.names, &watch).await?,
            Self::Pull(pull) => images.pull(&pull.names, &watch).await?,
            Self::List(list) => {
                let listed = images.list().await?;
                let mut out = io::stdout().lock();
                if list.json {
                    serde_json::to_writer_pretty(&mut out, &listed).map_err(io::Error::from)?;
                    writeln!(out)?;
                } else {
                    write!(out, "{}", table(&listed, locale))?;
                }
                let wanting = listed
                    .iter()
                    .any(|it| matches!(it.state, State::Missing | State::Stale));
                return Ok(if wanting { super::WRONG } else { super::FINE });
            }
        }
        Ok(super::FINE)
    }
}

/// Why a command did not come to its end.
enum Problem {
    Images(ImagesError),
    Output(io::Error),
}

impl From<ImagesError> for Problem {
    fn from(error: ImagesError) -> Self {
        Self::Images(error)
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
