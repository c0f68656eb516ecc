//! `phantom OUT_DIR`: writes the demo films.

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use phantom::{Film, Size, write_some};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(version, about = "Writes the demo films: made-up patients, DICOM files, reports.")]
struct Arguments {
    /// Folder for the films; made if it is missing.
    out_dir: PathBuf,
    /// The same number gives the same films.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One film only.
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// Few, coarse pictures, for tests.
    #[arg(long)]
    small: bool,
    /// The CT in 500 slices of 0.8 mm.
    #[arg(long, conflicts_with = "small")]
    thin: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Only {
    Ct,
    Mr,
    Dx,
    Us,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let films = match arguments.only {
        None => Film::ALL.to_vec(),
        Some(Only::Ct) => vec![Film::Ct],
        Some(Only::Mr) => vec![Film::Mr],
        Some(Only::Dx) => vec![Film::Dx],
        Some(Only::Us) => vec![Film::Us],
    };
    let size = match (arguments.small, arguments.thin) {
        (true, _) => Size::Small,
        (false, true) => Size::Thin,
        (false, false) => Size::Full,
    };
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    let progress = |done: usize, total: usize, what: &str| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(what.to_owned());
    };
    match write_some(&arguments.out_dir, arguments.seed, size, &films, &progress) {
        Ok(films) => {
            bar.finish_and_clear();
            for film in films {
                println!("{}\t{}\t{}", film.name, film.study_uid, film.dir.display());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            bar.abandon();
            eprintln!("phantom: {error}");
            ExitCode::FAILURE
        }
    }
}
