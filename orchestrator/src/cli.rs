//! The command line: parse and dispatch.
//!
//! A command is a file below; it prints what it has to say and answers with an exit code: 0 done, 1 what was looked at
//! is wrong, 2 it could not be done. Nothing here decides anything that a page could also do.

mod content;
mod demo;
mod doctor;
mod environment;
mod image;
mod isolation;
mod platform;
mod printed;
mod rehearse;
mod scenario;
mod serve;

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::{
    config::{Config, EngineKind},
    environments::EnvironmentsError,
    exercises::ExerciseError,
    http::AppError,
    locales::{Locale, text},
};

/// Exit code when there was nothing to complain about.
const FINE: u8 = 0;
/// Exit code when what was looked at is wrong.
const WRONG: u8 = 1;
/// Exit code when nothing could be looked at.
const UNABLE: u8 = 2;
/// Exit code when nobody read on what was printed, as shells know it from programs that a closed pipe ends.
const UNREAD: u8 = 141;

#[derive(Parser)]
#[command(
    name = "thaotruong",
    version,
    about = "Thao trường mạng · a cyber range",
    arg_required_else_help = true
)]
struct Arguments {
    /// Ngôn ngữ · language: vi, en
    #[arg(
        long,
        global = true,
        env = "THAOTRUONG_LOCALE",
        default_value = "vi",
        hide_env_values = true
    )]
    locale: Locale,
    /// Tệp cấu hình, mặc định thaotruong.toml nếu có · configuration file, thaotruong.toml where it exists
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Hạ tầng, thay cho cấu hình · engine, in place of the configured one
    #[arg(long, global = true)]
    engine: Option<EngineKind>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Chạy thao trường · serve the range
    Serve(serve::Serve),
    /// Xem thao trường có sẵn sàng không, và cách sửa · look whether the range is fit, and how to mend it
    Doctor(doctor::Doctor),
    /// Thử cách ly phòng lab, từng đường một · try the isolation of labs, row by row
    Isolation(isolation::Isolation),
    /// Ảnh máy · machines' images
    #[command(subcommand)]
    Image(image::Image),
    /// Môi trường: mong muốn và thực tế · environments: desired and actual
    #[command(subcommand)]
    Environment(environment::Environment),
    /// Cuộc diễn tập · exercises
    #[command(subcommand)]
    Exercise(ExerciseCommand),
    /// Kịch bản · scenarios
    #[command(subcommand)]
    Scenario(scenario::Scenario),
    /// Khóa học · courses
    #[command(subcommand)]
    Course(content::Content),
    /// Kế hoạch của tỉnh và các chỉ tiêu · a province's plans and their indicators
    #[command(subcommand)]
    Plan(content::Content),
}

#[derive(Subcommand)]
enum ExerciseCommand {
    /// Diễn thử với đủ số đội: tiến hành được hay chưa · rehearse at full size: go or no-go
    Rehearse(rehearse::Rehearse),
}

/// Runs the command that the program was started with.
pub async fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("THAOTRUONG_LOG")
        .unwrap_or_else(|_| EnvFilter::new(arguments.command.log()));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    // Tokens and TLS use one provider of cryptography, named before anything needs it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let locale = arguments.locale;
    let command = arguments.command;
    let result = Box::pin(command.run(arguments.config, arguments.engine, locale)).await;
    ExitCode::from(result.unwrap_or_else(|error| {
        if is_unread(&error) {
            return UNREAD;
        }
        let reason = reason(error, locale);
        let said = text(locale, "cli-failed", &[]);
        let _ = writeln!(printed::err(), "{said}: {reason}");
        UNABLE
    }))
}

/// Whether nobody reads on what is printed, as `head` does after its lines: nothing went wrong. What breaks on the way to
/// an engine has errors of its own.
fn is_unread(error: &anyhow::Error) -> bool {
    let written = error.downcast_ref::<io::Error>().map(io::Error::kind);
    let json = error.downcast_ref::<serde_json::Error>();
    let json = json.and_then(serde_json::Error::io_error_kind);
    written.or(json) == Some(io::ErrorKind::BrokenPipe)
}

/// Why something could not be done, in the words of the pages where they have any.
fn reason(error: anyhow::Error, locale: Locale) -> String {
    let whole = format!("{error:#}");
    let about = error.to_string();
    let refused = error.downcast::<ExerciseError>();
    let (own, refused) = match refused.map_err(anyhow::Error::downcast::<EnvironmentsError>) {
        Ok(refused) => (refused.to_string(), AppError::from(refused)),
        Err(Ok(refused)) => (refused.to_string(), AppError::from(refused)),
        Err(Err(_)) => return whole,
    };
    if matches!(refused, AppError::Unexpected(_)) {
        return whole;
    }
    let said = refused.message().text(locale);
    if about == own {
        said
    } else {
        format!("{about}: {said}")
    }
}

impl Command {
    async fn run(
        self,
        config: Option<PathBuf>,
        engine: Option<EngineKind>,
        locale: Locale,
    ) -> anyhow::Result<u8> {
        let load = || {
            // One that was named and is not there must not mean another installation.
            if let Some(named) = config.as_ref().filter(|named| !named.is_file()) {
                let path = named.display().to_string();
                anyhow::bail!(text(locale, "cli-no-config", &[("path", path.into())]));
            }
            let config = config.as_deref().unwrap_or(Path::new("thaotruong.toml"));
            let mut loaded = Config::load(config).with_context(|| config.display().to_string())?;
            loaded.engine = engine.unwrap_or(loaded.engine);
            Ok::<_, anyhow::Error>(loaded)
        };
        match self {
            Self::Serve(serve) => serve.run(load()?).await,
            Self::Doctor(doctor) => doctor.run(&load()?, locale).await,
            Self::Isolation(isolation) => isolation.run(&load()?, locale).await,
            Self::Image(image) => image.run(&load()?, locale).await,
            Self::Environment(environment) => environment.run(&load()?, locale).await,
            Self::Exercise(ExerciseCommand::Rehearse(rehearse)) => {
                rehearse.run(&load()?, locale).await
            }
            Self::Scenario(scenario) => Box::pin(scenario.run(load, locale)).await,
            Self::Course(content) => content.run(content::Kind::Course, load, locale),
            Self::Plan(content) => content.run(content::Kind::Plan, load, locale),
        }
    }

    /// What is logged where nothing else is asked for: a server tells of itself, a tool only of trouble.
    const fn log(&self) -> &'static str {
        match self {
            Self::Serve(_) => "info,sqlx=warn,kube_client=error",
            Self::Scenario(_)
            | Self::Course(_)
            | Self::Plan(_)
            | Self::Doctor(_)
            | Self::Isolation(_)
            | Self::Image(_)
            | Self::Environment(_)
            | Self::Exercise(_) => "error,kube_client=off",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What nobody reads on.
    struct Closed;

    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_who_has_enough_is_no_failure() {
        let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_unread(&anyhow::Error::from(broken())));
        assert!(is_unread(&anyhow::Error::from(broken()).context("x")));
        let json = serde_json::to_writer(Closed, &1);
        assert!(json.is_err_and(|error| is_unread(&error.into())));
        assert!(!is_unread(&anyhow::Error::from(io::Error::from(
            io::ErrorKind::NotFound
        ))));
        assert!(!is_unread(&anyhow::anyhow!("Broken pipe")));
    }
}
