//! The program `thaotruong`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    thaotruong::cli::run().await
}
