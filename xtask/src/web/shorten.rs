//! A module made smaller after it has been optimised: short names between wasm and JavaScript, then minified glue.
//!
//! wasm-bindgen names each import after what it does and a hash, in both files, and neither compresses.

use super::compile::Module;
use crate::run::output;
use crate::tools::WebTools;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::Path;
use std::process::Command;

/// What wasm-opt has renamed.
#[derive(Deserialize)]
struct Renamed {
    /// Module, old name, new name.
    imports: Vec<[String; 3]>,
    /// Old name, new name.
    exports: Vec<[String; 2]>,
}

/// Renames what the two files of a module call each other, and minifies the glue.
pub(super) fn shorten(tools: &WebTools, features: &[&str], module: &Module) -> Result<()> {
    let smaller = module.wasm.with_extension("short");
    let mut command = Command::new("node");
    command.arg(&tools.wasm_opt).arg(&module.wasm).arg("-o").arg(&smaller);
    let said = output(command.args(features).arg("--minify-imports-and-exports-and-modules"))?;
    let renamed: Renamed = serde_json::from_str(&said).context("what wasm-opt says it has renamed")?;
    let glue = std::fs::read_to_string(&module.js).with_context(|| module.js.display().to_string())?;
    std::fs::write(&module.js, follow(&glue, &renamed))?;
    std::fs::rename(smaller, &module.wasm)?;
    let short = minified(tools, &module.js)?;
    std::fs::write(&module.js, short)?;
    Ok(())
}

/// A script of Chromium 89's language, minified.
pub(super) fn minified(tools: &WebTools, script: &Path) -> Result<String> {
    let mut command = Command::new("node");
    command.arg(&tools.esbuild).arg(script);
    output(command.args(["--minify", "--target=chrome89", "--log-level=warning"]))
}

/// The glue with the new names. Imports are called by no other name in it; exports are members of `wasm`.
fn follow(glue: &str, renamed: &Renamed) -> String {
    let words = glue.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$'));
    let mut out = String::with_capacity(glue.len());
    for word in words {
        let end =
            word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$')).unwrap_or(word.len());
        let (name, rest) = word.split_at(end);
        let of_wasm = out.ends_with("wasm.");
        let import = renamed.imports.iter().find(|[_, old, _]| old == name).map(|[.., new]| new);
        let export = renamed.exports.iter().find(|[old, _]| of_wasm && old == name).map(|[_, new]| new);
        out.push_str(export.or(import).map_or(name, String::as_str));
        out.push_str(rest);
    }
    for module in renamed.imports.iter().map(|[module, ..]| module).take(1) {
        out = out.replace(&format!("\"{module}\""), "\"a\"");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Renamed, follow};

    #[test]
    fn the_glue_follows_the_module() {
        let renamed = Renamed {
            imports: vec![["./app_bg.js".into(), "__wbg_log_0f24".into(), "$a".into()]],
            exports: vec![["memory".into(), "b".into()]],
        };
        let glue =
            "return { \"./app_bg.js\": { __wbg_log_0f24: function(memory) { wasm.memory.grow(memory) } } }";
        let expected = "return { \"a\": { $a: function(memory) { wasm.b.grow(memory) } } }";
        assert_eq!(follow(glue, &renamed), expected);
    }
}
