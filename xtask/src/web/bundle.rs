//! Modules, styles, words and icons → files named by their hash, each also compressed once for all.

use super::compile::Module;
use super::page;
use crate::run::{Step, sha256_hex};
use crate::tools::WebTools;
use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where hashed files are served from.
const ASSETS: &str = "assets";

/// Below this size a compressed twin gains nothing.
const COMPRESS_FROM: usize = 600;

/// Writes `target/web` and returns it. Files of earlier builds stay: pages that are open still ask for them.
pub(super) fn bundle(root: &Path, modules: &[Module], web_tools: Option<&WebTools>) -> Result<PathBuf> {
    let step = Step::begin("page, styles, words");
    let web = root.join("target/web");
    let assets = web.join(ASSETS);
    std::fs::create_dir_all(&assets)?;
    let mut urls = BTreeMap::new();
    let mut written = BTreeSet::new();
    let mut add = |name: &str, bytes: &[u8]| -> Result<()> {
        let file = hashed_name(name, bytes);
        write_with_twins(&assets.join(&file), bytes, false)?;
        urls.insert(name.to_owned(), format!("/{ASSETS}/{file}"));
        written.insert(file);
        Ok(())
    };
    for module in modules {
        let read = |path: &Path| std::fs::read(path).with_context(|| path.display().to_string());
        add(&format!("{}.wasm", module.name), &read(&module.wasm)?)?;
        add(&format!("{}.js", module.name), &read(&module.js)?)?;
    }
    for (name, path) in plain_assets(root)? {
        let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
        let bytes = match path.extension().and_then(|extension| extension.to_str()) {
            Some("css") => page::shorten_css(&String::from_utf8(bytes)?).into_bytes(),
            Some("js") => page::shorten_js(&String::from_utf8(bytes)?).into_bytes(),
            _ => bytes,
        };
        add(&name, &bytes)?;
    }
    std::fs::write(web.join("assets.json"), serde_json::to_vec_pretty(&urls)?)?;
    // The boot script sees by it how much of the application has arrived: what is on the way is compressed.
    if let Some(app) = modules.iter().find(|module| module.name == "app") {
        urls.insert("app.wasm.bytes".to_owned(), std::fs::metadata(&app.wasm)?.len().to_string());
    }
    let index = page::index(root, &urls, web_tools)?;
    write_with_twins(&web.join("index.html"), index.as_bytes(), true)?;
    // Its address may not change: a browser looks there for a newer one.
    let worker =
        page::shorten_js(&std::fs::read_to_string(root.join("app/boot/sw.js")).context("app/boot/sw.js")?);
    write_with_twins(&web.join("sw.js"), worker.as_bytes(), true)?;
    step.done();
    Ok(web)
}

/// Everything under `assets/` and the worker scripts of `app/boot`, by file name; `assets/css` is joined into `app.css`
/// by `@import`-free concatenation in name order. The words of other languages than Chinese.
fn plain_assets(root: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for folder in ["assets", "app/boot"] {
        let folder = root.join(folder);
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
            .with_context(|| folder.display().to_string())?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| {
                path.is_file() && path.file_name().is_some_and(|name| name != "boot.js" && name != "sw.js")
            })
            .collect();
        files.sort();
        for path in files {
            if let Some(name) = path.file_name().and_then(|name| name.to_str())
                && !name.ends_with(".md")
            {
                found.push((name.to_owned(), path.clone()));
            }
        }
    }
    // Chinese is in the program itself.
    found.push(("en.json".to_owned(), root.join("assets/locales/en.json")));
    let styles = root.join("assets/css");
    if styles.is_dir() {
        let mut parts: Vec<PathBuf> =
            std::fs::read_dir(&styles)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        parts.sort();
        let mut joined = String::new();
        for part in parts {
            joined.push_str(&std::fs::read_to_string(&part)?);
        }
        let path = root.join("target/modules/app.css");
        std::fs::write(&path, joined)?;
        found.push(("app.css".to_owned(), path));
    }
    Ok(found)
}

fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let hash = &sha256_hex(bytes)[..16];
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    }
}

/// Writes a file and, where it gains, its `.br` and `.gz` twins. A file that is named by its hash is written once.
fn write_with_twins(path: &Path, bytes: &[u8], always: bool) -> Result<()> {
    if !always && path.exists() {
        return Ok(());
    }
    let twin = |extension: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(extension);
        PathBuf::from(name)
    };
    if bytes.len() >= COMPRESS_FROM {
        let mut brotli = Vec::new();
        let mut parameters =
            brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
        parameters.size_hint = bytes.len();
        brotli::BrotliCompress(&mut &*bytes, &mut brotli, &parameters)?;
        std::fs::write(twin(".br"), brotli)?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes)?;
        std::fs::write(twin(".gz"), gzip.finish()?)?;
    }
    std::fs::write(path, bytes).with_context(|| path.display().to_string())
}
