//! `lightbox`: opens links, serves films.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use gateway::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
