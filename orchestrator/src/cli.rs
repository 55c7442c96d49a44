//! The command line: parse and dispatch.
//!
//! A command is a file below; it prints what it has to say and answers with an exit code. Nothing here decides anything
//! that a page could also do.

mod scenario_check;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::locales::{Locale, text};

/// Exit code when there was nothing to complain about.
const FINE: u8 = 0;
/// Exit code when what was looked at is wrong.
const WRONG: u8 = 1;
/// Exit code when nothing could be looked at.
const UNABLE: u8 = 2;

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
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Kịch bản · scenarios
    #[command(subcommand)]
    Scenario(ScenarioCommand),
}

#[derive(Subcommand)]
enum ScenarioCommand {
    /// Kiểm tra kịch bản, báo mọi lỗi cùng lúc · check scenarios, all mistakes at once
    Check(scenario_check::Check),
}

/// Runs the command that the program was started with.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let locale = arguments.locale;
    let result = match arguments.command {
        Command::Scenario(ScenarioCommand::Check(check)) => check.run(locale),
    };
    ExitCode::from(result.unwrap_or_else(|error| {
        eprintln!("{}: {error:#}", text(locale, "cli-failed", &[]));
        UNABLE
    }))
}
