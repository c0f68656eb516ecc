//! `cargo xtask test`: everything that has to hold before a change lands, cheapest first.

use crate::run::Step;
use crate::{root, serve, tools, walls, web};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Programs of Debian's that the tests drive as oracles and as browsers.
const PACKAGES: &[&str] = &[
    "chromium",
    "firefox-esr",
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "mesa-vulkan-drivers",
    "dcmtk",
    "orthanc",
    "orthanc-dicomweb",
    "fonts-noto-cjk",
    "g++",
];

const NEXTEST: (&str, &str, &str) = ("cargo-nextest", "cargo-nextest", "0.9.143");

/// Features that tests need beyond the defaults.
const FEATURES: &str = "viewer-core/render-native,viewer-core/dictionary";

/// Feature sets of the browser programs, each with its program.
const PROGRAMS: [(&str, &str); 8] = [
    ("lightbox-app", "ui"),
    ("lightbox-decoder", "decoder-light"),
    ("lightbox-decoder", "decoder-first"),
    ("lightbox-decoder", "decoder-whole"),
    ("lightbox-decoder", "decoder-jxl"),
    ("lightbox-presenter", "presenter"),
    ("lightbox-renderer", "renderer-webgpu"),
    ("lightbox-renderer", "renderer-webgl"),
];

/// Workspaces of their own that hold crates of this one: nothing else notices when a dependency is missing from their lock files.
const APART: [&str; 2] = ["bench/decoders/native", "fuzz"];

/// Which steps to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these steps, by name; may be repeated.
    #[arg(long, value_enum)]
    only: Vec<Name>,
    /// All but these steps; may be repeated.
    #[arg(long, value_enum)]
    skip: Vec<Name>,
    /// Seconds that each fuzz target runs.
    #[arg(long, default_value_t = 15, value_name = "SECONDS")]
    fuzz_seconds: u32,
    /// Only browser tests whose name matches this.
    #[arg(long, value_name = "PATTERN")]
    browser_tests: Option<String>,
}

/// A step of the tests.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Name {
    /// rustfmt.
    Format,
    /// The walls of ARCHITECTURE.md.
    Walls,
    /// clippy, native and wasm32.
    Lint,
    /// Unit, property, golden and server tests.
    Unit,
    /// Fuzz targets for a bounded time.
    Fuzz,
    /// Five browser engines against the real gateway and the real build.
    Browsers,
}

type Action = fn(&Options) -> Result<()>;

const STEPS: [(Name, &str, Action); 6] = [
    (Name::Format, "format", |_| format()),
    (Name::Walls, "walls", |_| walls::check(&root())),
    (Name::Lint, "lint", |_| lint()),
    (Name::Unit, "unit", |_| unit()),
    (Name::Fuzz, "fuzz", |options| fuzz(options.fuzz_seconds)),
    (Name::Browsers, "browsers", browsers),
];

/// Runs the steps; stops at the first that fails.
///
/// # Errors
/// When a tool cannot be had or a step fails.
pub(crate) fn test(options: &Options) -> Result<()> {
    tools::debian_packages(PACKAGES)?;
    tools::wasm_target()?;
    for (name, title, action) in STEPS {
        let wanted = options.only.is_empty() || options.only.contains(&name);
        if !wanted || options.skip.contains(&name) {
            continue;
        }
        eprintln!("== {title}");
        let begun = Instant::now();
        action(options).with_context(|| format!("step {title}"))?;
        eprintln!("== {title}: {:.0} s", begun.elapsed().as_secs_f64());
    }
    Ok(())
}

fn format() -> Result<()> {
    let step = Step::begin("rustfmt");
    step.run(tools::cargo().args(["fmt", "--all", "--check"]))?;
    step.done();
    Ok(())
}

fn lint() -> Result<()> {
    let step = Step::begin("lock files of the workspaces apart");
    for folder in APART {
        let manifest = root().join(folder).join("Cargo.toml");
        let update = ["update", "--quiet", "--workspace", "--locked", "--manifest-path"];
        step.run(tools::cargo().args(update).arg(manifest))?;
    }
    step.done();
    let step = Step::begin("clippy, native");
    step.run(tools::cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        FEATURES,
        "--",
        "-D",
        "warnings",
    ]))?;
    step.done();
    for (program, features) in PROGRAMS {
        let step = Step::begin(&format!("clippy, wasm32, {features}"));
        step.run(
            tools::cargo()
                .args(["clippy", "-p", "app", "--target", "wasm32-unknown-unknown", "--no-default-features"])
                .args(["--features", features, "--bin", program, "--", "-D", "warnings"]),
        )?;
        step.done();
    }
    Ok(())
}

/// The tests' own output is passed on: their closing line says how many ran.
fn unit() -> Result<()> {
    let (package, program, version) = NEXTEST;
    let nextest = tools::cargo_program(package, program, version)?;
    passed_on(
        Command::new(nextest)
            .args(["nextest", "run", "--workspace", "--features", FEATURES, "--no-fail-fast"])
            .args(["--status-level", "fail", "--final-status-level", "fail", "--cargo-quiet"])
            .current_dir(root()),
    )
}

fn fuzz(seconds: u32) -> Result<()> {
    let folder = root().join("fuzz");
    // What cargo-fuzz would pass, without its nightly sanitiser: coverage feedback from a stable compiler.
    let flags = [
        "-Cpasses=sancov-module",
        "-Cllvm-args=-sanitizer-coverage-level=4",
        "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
        "-Cllvm-args=-sanitizer-coverage-pc-table",
        "-Cllvm-args=-sanitizer-coverage-trace-compares",
        "-Cdebug-assertions",
        "-Ccodegen-units=1",
        "--cfg=fuzzing",
    ];
    // Naming the host as target keeps these flags away from build scripts.
    let host = host_triple()?;
    let step = Step::begin("fuzz targets");
    step.run(
        tools::cargo()
            .args(["build", "--release", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .args(["--target", &host, "--target-dir"])
            .arg(root().join("target/fuzz"))
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")),
    )?;
    step.done();
    let built = root().join("target/fuzz").join(&host).join("release");
    for target in fuzz_targets(&folder)? {
        let corpus = root().join("target/fuzz/corpus").join(&target);
        std::fs::create_dir_all(&corpus)?;
        let step = Step::begin(&format!("fuzz {target}, {seconds} s"));
        let mut command = Command::new(built.join(&target));
        command.arg(format!("-max_total_time={seconds}")).args([
            "-timeout=10",
            "-rss_limit_mb=3000",
            "-max_len=65536",
            "-print_final_stats=1",
        ]);
        command.arg(format!("-artifact_prefix={}/", folder.join("artifacts").display()));
        command.arg(&corpus);
        // Inputs that once broke something, and small valid ones to start from, are kept with the project.
        let seeds = folder.join("seeds").join(&target);
        if seeds.is_dir() {
            command.arg(seeds);
        }
        std::fs::create_dir_all(folder.join("artifacts"))?;
        step.run(&mut command)?;
        step.done();
    }
    Ok(())
}

fn fuzz_targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder.join("targets")).context("fuzz/targets")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(name) = path.file_stem().and_then(|name| name.to_str())
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn host_triple() -> Result<String> {
    let version = crate::run::output(Command::new("rustc").arg("-vV"))?;
    let host =
        version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV names no host")?;
    Ok(host.to_owned())
}

fn browsers(options: &Options) -> Result<()> {
    if tools::node().is_none() {
        bail!("the browser tests need Node 20 or newer: install it from your distribution or nodejs.org");
    }
    let (gateway, phantom, web_root) = serve::build(&web::Options::default())?;
    let films = crate::demo::generate(&phantom)?;
    let folder = root().join("tests/e2e");
    tools::npm_packages(&folder, &folder, "npm packages (browsers)")?;
    let step = Step::begin("reference renderer and native decoder");
    for (package, example) in [("viewer-core", "render_png"), ("app", "decoder_requests")] {
        step.run(tools::cargo().args(["build", "--release", "-p", package, "--example", example]))?;
    }
    step.done();
    let mut command = Command::new("node");
    command.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]);
    if let Some(pattern) = &options.browser_tests {
        command.arg(format!("--test-name-pattern={pattern}"));
    }
    let mut files: Vec<_> = std::fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    command.args(files).current_dir(&folder);
    command.env("LIGHTBOX_GATEWAY", gateway).env("LIGHTBOX_WEB", web_root).env("LIGHTBOX_FILMS", films);
    command.env("LIGHTBOX_RENDER_PNG", root().join("target/release/examples/render_png"));
    command.env("LIGHTBOX_DECODER_REQUESTS", root().join("target/release/examples/decoder_requests"));
    passed_on(&mut command)
}

/// Runs a program whose own output the reader wants to see.
fn passed_on(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {:?}", command.get_program()))?;
    if !status.success() {
        bail!("{:?} failed ({status})", command.get_program());
    }
    Ok(())
}
