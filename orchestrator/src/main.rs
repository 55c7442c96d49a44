//! The program `thaotruong`.

use std::process::ExitCode;

fn main() -> ExitCode {
    thaotruong::cli::run()
}
