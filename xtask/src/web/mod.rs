//! The browser build: four programs, ten modules, one page, into `target/web`.
//!
//! Trunk is not used: it cannot give each module rustc flags of its own (SIMD and baseline decoders, WebGPU and WebGL2
//! renderers), and installing it takes longer than building all of them.

mod bundle;
mod compile;
mod page;
mod shorten;

use crate::{root, tools};
use anyhow::Result;
use std::path::PathBuf;

/// How the browser side is built.
#[derive(clap::Args, Default)]
#[group(skip)]
pub(crate) struct Options {
    /// Leave wasm-opt out: faster to build, larger to download, no Chromium below 96.
    #[arg(long)]
    pub(crate) no_wasm_opt: bool,
}

/// Builds what has changed; returns the folder to serve.
///
/// # Errors
/// When a tool is missing, or the compiler or a later step fails.
pub(crate) fn build(options: &Options) -> Result<PathBuf> {
    let root = root();
    tools::wasm_target()?;
    let web_tools = if options.no_wasm_opt { None } else { tools::web_tools()? };
    if web_tools.is_none() {
        eprintln!(
            "  ! without wasm-opt and esbuild (they need Node): downloads are about a fifth larger and browsers older than \
             Chromium 96 cannot open films"
        );
    }
    let modules = compile::compile_all(&root, web_tools.as_ref())?;
    bundle::bundle(&root, &modules, web_tools.as_ref())
}

/// Builds the decoders for benchmarks; returns the folder that holds `bench-decoders-base` and `bench-decoders-simd`.
///
/// # Errors
/// As [`build`].
pub(crate) fn bench_decoders(options: &Options) -> Result<PathBuf> {
    tools::wasm_target()?;
    let web_tools = if options.no_wasm_opt { None } else { tools::web_tools()? };
    compile::compile_bench(&root(), web_tools.as_ref())
}
