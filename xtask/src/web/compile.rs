//! Rust → wasm modules with their JavaScript glue, each with the flags it needs.

use super::shorten;
use crate::run::{Step, sha256_hex};
use crate::tools::{self, WebTools};
use anyhow::{Context, Result, anyhow};
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// What Chromium 89 can run, and every engine after it: bulk memory, sign extension and saturating conversion.
const FEATURES: [&str; 4] = ["mutable-globals", "sign-ext", "nontrapping-fptoint", "bulk-memory"];

/// The same, as wasm-opt calls them.
const WASM_OPT_FEATURES: [&str; 5] = [
    "--mvp-features",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
];

/// What makes a module small once it is compressed: function bodies stay apart, since a large one that was put into its
/// only caller repeats less of what came before. Nothing lies at the addresses that `low-memory-unused` speaks of: the
/// stack begins there and grows towards them. Control flow that is taken apart and built up again takes 0.7 % less.
const SMALL: [&str; 8] = [
    "-Oz",
    "--one-caller-inline-max-function-size=0",
    "--low-memory-unused",
    "--optimize-added-constants-propagate",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
];

/// Where finished modules are, from the root.
const MODULES: &str = "target/modules";

/// One module of the browser build.
struct Target {
    /// Name of the output: `<name>.js`, `<name>.wasm`.
    name: &'static str,
    package: &'static str,
    bin: &'static str,
    features: &'static str,
    profile: &'static str,
    simd: bool,
}

const TARGETS: [Target; 12] = [
    Target {
        name: "app",
        package: "app",
        bin: "lightbox-app",
        features: "ui",
        profile: "wasm-small",
        simd: false,
    },
    Target {
        name: "decoder-light-base",
        package: "app",
        bin: "lightbox-decoder",
        features: "decoder-light",
        profile: "wasm-light",
        simd: false,
    },
    Target {
        name: "decoder-light-simd",
        package: "app",
        bin: "lightbox-decoder",
        features: "decoder-light",
        profile: "wasm-light",
        simd: true,
    },
    Target {
        name: "decoder-base",
        package: "app",
        bin: "lightbox-decoder",
        features: "decoder-first",
        profile: "wasm-fast",
        simd: false,
    },
    Target {
        name: "decoder-simd",
        package: "app",
        bin: "lightbox-decoder",
        features: "decoder-first",
        profile: "wasm-fast",
        simd: true,
    },
    Target {
        name: "decoder-whole-base",
        package: "app",
        bin: "lightbox-decoder",
        features: "decoder-whole",
        profile: "wasm-fast",
        simd: false,
    },
    Target {
        name: "decoder-whole-simd",
        package: "app",
        bin: "lightbox-decoder",
        features: "decoder-whole",
        profile: "wasm-fast",
        simd: true,
    },
    Target {
        name: "decoder-jxl-base",
        package: "app",
        bin: "lightbox-decoder",
        features: "decoder-jxl",
        profile: "wasm-fast",
        simd: false,
    },
    Target {
        name: "decoder-jxl-simd",
        package: "app",
        bin: "lightbox-decoder",
        features: "decoder-jxl-simd",
        profile: "wasm-fast",
        simd: true,
    },
    Target {
        name: "presenter",
        package: "app",
        bin: "lightbox-presenter",
        features: "presenter",
        profile: "wasm-small",
        simd: false,
    },
    Target {
        name: "renderer-webgpu",
        package: "app",
        bin: "lightbox-renderer",
        features: "renderer-webgpu",
        profile: "wasm-small",
        simd: false,
    },
    Target {
        name: "renderer-webgl",
        package: "app",
        bin: "lightbox-renderer",
        features: "renderer-webgl",
        profile: "wasm-small",
        simd: false,
    },
];

/// The decoders as benchmarks call them, compiled as the whole decoder is.
const BENCH_TARGETS: [Target; 2] = [
    Target {
        name: "bench-decoders-base",
        package: "bench-decoders",
        bin: "bench-decoders",
        features: "",
        profile: "wasm-fast",
        simd: false,
    },
    Target {
        name: "bench-decoders-simd",
        package: "bench-decoders",
        bin: "bench-decoders",
        features: "",
        profile: "wasm-fast",
        simd: true,
    },
];

/// A finished module.
pub(super) struct Module {
    pub(super) name: &'static str,
    pub(super) js: PathBuf,
    pub(super) wasm: PathBuf,
}

/// Compiles all modules: those without SIMD in one target folder, the SIMD one in another beside it, since a change of
/// flags in one folder would compile everything again.
pub(super) fn compile_all(root: &Path, web_tools: Option<&WebTools>) -> Result<Vec<Module>> {
    std::thread::scope(|scope| {
        let lanes: Vec<_> = [false, true]
            .into_iter()
            .map(|simd| {
                scope.spawn(move || {
                    TARGETS
                        .iter()
                        .filter(|target| target.simd == simd)
                        .map(|target| compile(root, target, web_tools).with_context(|| target.name))
                        .collect::<Result<Vec<_>>>()
                })
            })
            .collect();
        let mut modules = Vec::new();
        for lane in lanes {
            modules.extend(lane.join().map_err(|_| anyhow!("a build thread stopped"))??);
        }
        Ok(modules)
    })
}

/// Compiles the modules that only benchmarks load; returns the folder that holds one folder for each.
pub(super) fn compile_bench(root: &Path, web_tools: Option<&WebTools>) -> Result<PathBuf> {
    for target in &BENCH_TARGETS {
        compile(root, target, web_tools).with_context(|| target.name)?;
    }
    Ok(root.join(MODULES))
}

/// Where cargo unpacks the crates that we use.
fn registry_sources() -> String {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cargo_home = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    format!("{}/", cargo_home.join("registry/src").display())
}

fn rustflags(simd: bool) -> String {
    let mut features: Vec<&str> = FEATURES.to_vec();
    if simd {
        features.push("simd128");
    }
    let plus = features.iter().map(|feature| format!("+{feature}")).collect::<Vec<_>>().join(",");
    [
        // Messages of panics name sources by place in the project, not on the machine that built them.
        format!("--remap-path-prefix={}=", registry_sources()),
        "-Ctarget-cpu=mvp".to_owned(),
        format!("-Ctarget-feature={plus}"),
        format!("-Clink-arg=--features={}", features.join(",")),
        "-Clink-arg=--no-check-features".to_owned(),
    ]
    .join("\u{1f}")
}

fn compile(root: &Path, target: &Target, web_tools: Option<&WebTools>) -> Result<Module> {
    let folder = root.join("target").join(if target.simd { "wasm-simd" } else { "wasm-base" });
    let step = Step::begin(&format!("wasm module {}", target.name));
    step.run(
        tools::cargo()
            .args([
                "build",
                "--package",
                target.package,
                "--target",
                "wasm32-unknown-unknown",
                "--no-default-features",
            ])
            .args(["--bin", target.bin, "--features", target.features, "--profile", target.profile])
            .arg("--target-dir")
            .arg(&folder)
            .env("CARGO_ENCODED_RUSTFLAGS", rustflags(target.simd)),
    )?;
    let built =
        folder.join("wasm32-unknown-unknown").join(target.profile).join(format!("{}.wasm", target.bin));
    let bytes = std::fs::read(&built).with_context(|| built.display().to_string())?;
    let out = root.join(MODULES).join(target.name);
    let module = Module {
        name: target.name,
        js: out.join(format!("{}.js", target.name)),
        wasm: out.join(format!("{}_bg.wasm", target.name)),
    };
    let stamp = out.join("built-from");
    let source = format!("{} made-smaller={}", sha256_hex(&bytes), web_tools.is_some());
    if std::fs::read_to_string(&stamp).is_ok_and(|had| had == source) {
        step.done();
        return Ok(module);
    }
    std::fs::create_dir_all(&out)?;
    // A build that is stopped on the way must not leave another source's module under this stamp.
    std::fs::write(&stamp, "")?;
    step.say("wasm-bindgen");
    Bindgen::new()
        .input_path(&built)
        .out_name(target.name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&out)?;
    if let Some(web_tools) = web_tools {
        step.say("wasm-opt");
        let mut features = WASM_OPT_FEATURES.to_vec();
        if target.simd {
            features.push("--enable-simd");
        }
        optimise(&step, web_tools, target, &features, &module.wasm)?;
        shorten::shorten(web_tools, &features, &module)?;
    }
    std::fs::write(&stamp, source)?;
    step.done();
    Ok(module)
}

fn optimise(step: &Step, tools: &WebTools, target: &Target, features: &[&str], wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("opt");
    let passes: &[&str] = match target.profile {
        // In JPEG XL's functions wasm-opt finds 2 % to take away, and takes minutes to find it.
        _ if target.features.starts_with("decoder-jxl") => return Ok(()),
        // Passes of a decoder stay functions of their own: no slower, smaller, and a profile says which of them it is.
        "wasm-fast" => &["-O3", "--one-caller-inline-max-function-size=0"],
        _ => &SMALL,
    };
    let mut command = Command::new("node");
    command.arg(&tools.wasm_opt).arg(wasm).arg("-o").arg(&smaller).args(passes).args(features);
    step.run(&mut command)?;
    std::fs::rename(smaller, wasm)?;
    Ok(())
}
