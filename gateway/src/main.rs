//! `lightbox`: opens links, serves films.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use gateway::cli::Cli;

/// Frames of some hundred kilobytes come and go on all threads: the system's allocator gives such pages back and
/// takes them again for each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    Cli::parse().run()
}
