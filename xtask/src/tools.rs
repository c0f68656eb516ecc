//! What a fresh machine lacks, installed under `target/tools` or through its package manager.

use crate::root;
use crate::run::{Step, exists, output};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Makes sure that rustc can compile for the browser.
///
/// # Errors
/// When rustup is missing or cannot fetch the target.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root()))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).exists() {
        return Ok(());
    }
    let step = Step::begin("rustup target wasm32-unknown-unknown");
    step.run(Command::new("rustup").args(["target", "add", WASM_TARGET]).current_dir(root())).context(
        "the browser side needs the Rust target wasm32-unknown-unknown; install rustup (https://rustup.rs), then run \
         this again",
    )?;
    step.done();
    Ok(())
}

/// The `node` program, where there is one.
pub(crate) fn node() -> Option<&'static str> {
    exists("node", "--version").then_some("node")
}

/// npm's programs that make the browser side smaller. Each is run by Node.
pub(crate) struct WebTools {
    /// binaryen's optimiser.
    pub(crate) wasm_opt: PathBuf,
    /// Minifies scripts.
    pub(crate) esbuild: PathBuf,
}

/// The programs at their locked versions; `None` where there is no Node.
///
/// # Errors
/// When Node is there and a package cannot be installed.
pub(crate) fn web_tools() -> Result<Option<WebTools>> {
    if node().is_none() {
        return Ok(None);
    }
    let modules = npm_packages(
        &root().join("xtask/npm"),
        &root().join("target/tools/npm"),
        "npm packages (wasm-opt, esbuild)",
    )?;
    Ok(Some(WebTools {
        wasm_opt: modules.join("binaryen/bin/wasm-opt"),
        esbuild: modules.join("esbuild/bin/esbuild"),
    }))
}

/// Installs the locked packages of a folder that holds package.json and package-lock.json; returns `node_modules`.
///
/// # Errors
/// When npm is missing or fails.
pub(crate) fn npm_packages(from: &Path, into: &Path, name: &str) -> Result<PathBuf> {
    std::fs::create_dir_all(into)?;
    let lock = std::fs::read(from.join("package-lock.json")).context("package-lock.json")?;
    let stamp = into.join("node_modules/.installed-lock");
    if std::fs::read(&stamp).is_ok_and(|had| had == lock) {
        return Ok(into.join("node_modules"));
    }
    let step = Step::begin(name);
    for file in ["package.json", "package-lock.json"].into_iter().filter(|_| from != into) {
        std::fs::copy(from.join(file), into.join(file)).with_context(|| file.to_owned())?;
    }
    step.run(
        Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(into),
    )?;
    std::fs::write(&stamp, lock)?;
    step.done();
    Ok(into.join("node_modules"))
}

/// A cargo program at a pinned version: the one on PATH where it is new enough, else installed to `target/tools`.
///
/// # Errors
/// When cargo cannot install it.
pub(crate) fn cargo_program(package: &str, program: &str, version: &str) -> Result<PathBuf> {
    if exists(program, "--version") {
        return Ok(PathBuf::from(program));
    }
    let into = root().join("target/tools");
    let path = into.join("bin").join(program);
    if path.exists() {
        return Ok(path);
    }
    let step = Step::begin(&format!("{package} {version}"));
    step.run(cargo().args(["install", "--locked", package, "--version", version, "--root"]).arg(&into))?;
    step.done();
    Ok(path)
}

/// Debian packages that the tests drive (browsers, DCMTK, Orthanc), installed where they are missing.
///
/// # Errors
/// When a package is missing and cannot be installed: the message says the command to type.
pub(crate) fn debian_packages(wanted: &[&str]) -> Result<()> {
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !debian_has(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("sudo apt-get install --no-install-recommends {}", missing.join(" "));
    if !exists("apt-get", "--version") {
        bail!("these programs are missing and this is not a Debian machine: {}", missing.join(", "));
    }
    let root_user = output(Command::new("id").arg("-u"))?.trim() == "0";
    let step = Step::begin(&format!("Debian packages: {}", missing.join(" ")));
    let apt = || {
        let mut command = if root_user { Command::new("apt-get") } else { Command::new("sudo") };
        if !root_user {
            command.args(["-n", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    step.run(apt().args(["update", "-q"])).with_context(|| format!("type: {by_hand}"))?;
    step.run(apt().args(["install", "-qy", "--no-install-recommends"]).args(&missing))
        .with_context(|| format!("type: {by_hand}"))?;
    step.done();
    Ok(())
}

fn debian_has(package: &str) -> bool {
    output(Command::new("dpkg-query").args(["-W", "-f", "${Status}", package]))
        .is_ok_and(|status| status.contains("install ok installed"))
}
