//! `cargo xtask bench`: the same work done by us and by a peer, side by side. Prints; asserts nothing.

use crate::{demo, root, serve, tools, web};
use anyhow::{Context, Result, bail, ensure};
use std::process::Command;

const NAMES: [&str; 4] = ["sizes", "first-picture", "reading", "frames"];

/// Which benchmarks to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Names, as in bench/README.md [default: all]
    names: Vec<String>,
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
    let (gateway, phantom, web_root) = serve::build(&web::Options::default())?;
    let films = demo::generate(&phantom)?;
    let folder = root().join("tests/e2e");
    tools::npm_packages(&folder, &folder, "npm packages (browsers)")?;
    for name in wanted {
        println!("-- {name}");
        let status = Command::new("node")
            .arg(root().join("bench").join(format!("{name}.mjs")))
            .env("LIGHTBOX_GATEWAY", &gateway)
            .env("LIGHTBOX_WEB", &web_root)
            .env("LIGHTBOX_FILMS", &films)
            .status()
            .context("cannot start node")?;
        if !status.success() {
            bail!("benchmark {name} broke off ({status})");
        }
    }
    Ok(())
}
