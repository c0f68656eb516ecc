//! `cargo xtask bench`: the same work done by us and by a peer, side by side. Prints; asserts nothing.

use crate::run::Step;
use crate::{demo, root, serve, tools, web};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

const NAMES: [&str; 8] =
    ["sizes", "first-picture", "reading", "scrolling", "phone-memory", "frames", "peers", "decoders"];

/// Which benchmarks to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Names, as in bench/README.md [default: all]
    names: Vec<String>,
    /// Leave wasm-opt out: quicker to build, while a decoder is being worked on.
    #[arg(long)]
    no_wasm_opt: bool,
}

/// Runs benchmarks, one after the other.
///
/// # Errors
/// When a name is unknown, something cannot be built, or a benchmark breaks off.
pub(crate) fn bench(options: &Options) -> Result<()> {
    ensure!(tools::node().is_some(), "the benchmarks need Node 20 or newer");
    let wanted: Vec<&str> = if options.names.is_empty() {
        NAMES.to_vec()
    } else {
        options.names.iter().map(String::as_str).collect()
    };
    for name in &wanted {
        ensure!(NAMES.contains(name), "there is no benchmark {name:?}; there are {}", NAMES.join(", "));
    }
    if wanted.contains(&"frames") {
        tools::debian_packages(&["nginx-light", "wrk"])?;
    }
    if wanted.contains(&"peers") {
        tools::debian_packages(&["chromium", "orthanc", "orthanc-dicomweb"])?;
    }
    let web = web::Options { no_wasm_opt: options.no_wasm_opt };
    let (decoders, whole): (Vec<&str>, Vec<&str>) = wanted.into_iter().partition(|name| *name == "decoders");
    let browsers = root().join("tests/e2e");
    tools::npm_packages(&browsers, &browsers, "npm packages (browsers)")?;
    if !whole.is_empty() {
        let (gateway, phantom, web_root) = serve::build(&web)?;
        let films = demo::generate(&phantom)?;
        for name in whole {
            let thin = if name == "phone-memory" { Some(demo::generate_thin(&phantom)?) } else { None };
            let films = thin.as_ref().unwrap_or(&films);
            let mut built: Vec<(&str, &Path)> =
                vec![("LIGHTBOX_GATEWAY", &gateway), ("LIGHTBOX_WEB", &web_root), ("LIGHTBOX_FILMS", films)];
            let (ohif, esbuild) = if name == "peers" { served_ohif()? } else { Default::default() };
            if name == "peers" {
                built.extend([("LIGHTBOX_OHIF", ohif.as_path()), ("LIGHTBOX_ESBUILD", &esbuild)]);
            }
            run(name, &built)?;
        }
    }
    for name in decoders {
        let peers = root().join("bench/decoders");
        tools::npm_packages(&peers, &peers, "npm packages (decoders of others)")?;
        let modules = web::bench_decoders(&web)?;
        // The script runs nothing natively unless it is asked to, and its crates of others take minutes to compile.
        let native = match std::env::var("LIGHTBOX_ENGINES") {
            Ok(engines) if !engines.contains("native") => PathBuf::new(),
            _ => native_decoders()?,
        };
        run(name, &[("LIGHTBOX_MODULES", &modules), ("LIGHTBOX_NATIVE", &native)])?;
    }
    Ok(())
}

/// Installs OHIF as npm has it; returns the folder where it is made ready to be served, and the minifier for that.
fn served_ohif() -> Result<(PathBuf, PathBuf)> {
    let peers = root().join("bench/peers");
    tools::npm_packages(&peers, &peers, "npm packages (OHIF)")?;
    let esbuild = tools::web_tools()?.context("the benchmarks need Node 20 or newer")?.esbuild;
    Ok((root().join("target/bench-peers"), esbuild))
}

/// Builds the program that measures decoders natively: a workspace of its own, for it needs decoders of others.
fn native_decoders() -> Result<PathBuf> {
    let target = root().join("target/bench-native");
    let step = Step::begin("native decoders, ours and of others");
    let manifest = root().join("bench/decoders/native/Cargo.toml");
    let mut cargo = tools::cargo();
    step.run(
        cargo
            .args(["build", "--release", "--locked", "--manifest-path"])
            .arg(manifest)
            .arg("--target-dir")
            .arg(&target),
    )?;
    step.done();
    Ok(target.join("release/bench-native"))
}

/// Runs one benchmark's script, which finds in its environment what was built for it.
fn run(name: &str, built: &[(&str, &Path)]) -> Result<()> {
    println!("-- {name}");
    let status = Command::new("node")
        .arg(root().join("bench").join(format!("{name}.mjs")))
        .envs(built.iter().copied())
        .status()
        .context("cannot start node")?;
    if !status.success() {
        bail!("benchmark {name} broke off ({status})");
    }
    Ok(())
}
