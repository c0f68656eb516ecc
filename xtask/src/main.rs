//! The project's own commands. `cargo xtask serve` and `cargo xtask test` are all that a newcomer needs; the
//! others are the steps those two are made of.
#![allow(clippy::print_stdout, reason = "a command line program speaks on standard output")]

mod bench;
mod demo;
mod run;
mod serve;
mod test;
mod tools;
mod walls;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Commands of the Lightbox project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything, start the gateway with demo films (or yours), print one link per film.
    Serve(serve::Options),
    /// Run everything that has to hold: format, walls, lints, tests, fuzzing, five browsers.
    Test(test::Options),
    /// Measure: sizes, first picture, reading, frames, decoders.
    Bench(bench::Options),
    /// Build the browser side into target/web.
    Build(web::Options),
    /// Check the walls: forbidden names and dependencies, file sizes, words.
    Walls,
}

/// The root of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf()
}

fn execute() -> Result<()> {
    match Arguments::parse().command {
        Command::Serve(options) => serve::serve(&options),
        Command::Test(options) => test::test(&options),
        Command::Bench(options) => bench::bench(&options),
        Command::Build(options) => web::build(&options).map(|_| ()),
        Command::Walls => walls::check(&root()),
    }
}

fn main() -> ExitCode {
    match execute() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
