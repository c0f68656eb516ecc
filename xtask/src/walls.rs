//! The walls of ARCHITECTURE.md, checked by reading the sources: who may name what, and how large a file may grow.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// Words that may not stand in the sources of a room, and why.
struct Wall {
    /// Folder the wall stands around, from the root.
    room: &'static str,
    /// Folders inside it that the wall does not concern.
    except: &'static [&'static str],
    words: &'static [&'static str],
    because: &'static str,
}

const BROWSER: &[&str] = &["web_sys", "js_sys", "wasm_bindgen", "gloo", "leptos"];

const WALLS: &[Wall] = &[
    Wall {
        room: "viewer-core/src",
        except: &[],
        words: BROWSER,
        because: "viewer-core knows no browser: take what you need as an argument, or return an effect",
    },
    Wall {
        room: "viewer-core/src",
        except: &[],
        words: &[
            "std::time::Instant",
            "SystemTime",
            "std::thread",
            "std::fs",
            "std::net",
            "tokio",
            "block_on",
        ],
        because: "viewer-core reads no clock, does no I/O, never spawns and never blocks",
    },
    Wall {
        room: "viewer-core/src/cache",
        except: &[],
        words: &["wgpu"],
        because: "the cache decides over keys and byte counts; it knows no GPU",
    },
    Wall {
        room: "viewer-core/src/render",
        except: &[],
        words: &["crate::cache", "crate::session"],
        because: "the renderer draws what it is given; it does not decide what is kept",
    },
    Wall {
        room: "app/src",
        except: &["app/src/platform"],
        words: &["web_sys", "js_sys"],
        because: "only app/src/platform talks to the browser",
    },
    Wall {
        room: "app/src/ui",
        except: &[],
        words: &["fetch(", "codec::decode", "wgpu"],
        because: "views show the session's view and dispatch events; they never fetch, decode or draw",
    },
    Wall {
        room: "film-link/src",
        except: &[],
        words: &["web_sys", "js_sys", "axum", "rusqlite", "tokio"],
        because: "film-link is types and cryptography that both sides share; it does no I/O",
    },
    Wall { room: "gateway/src", except: &[], words: BROWSER, because: "the gateway is a server" },
];

/// Dependencies that a crate may not have, in any table of its manifest.
const BANNED: &[(&str, &[&str])] = &[
    ("viewer-core", &["web-sys", "js-sys", "wasm-bindgen", "gloo", "leptos", "tokio", "getrandom"]),
    ("film-link", &["web-sys", "js-sys", "axum", "tokio", "rusqlite", "viewer-core"]),
    ("gateway", &["leptos", "web-sys", "wgpu", "app"]),
    ("app", &["gateway", "tokio", "phantom"]),
];

/// A file past this holds two ideas.
const FILE_LINES: usize = 500;

/// A file past this is counted, so that the share of long files is seen to stay small.
const LONG_LINES: usize = 300;

/// Words that may not stand anywhere in tracked text. Written in two parts so that this file passes itself.
const UNFINISHED: &[&str] =
    &[concat!("to", "do!("), concat!("unimple", "mented!("), concat!("FIX", "ME"), concat!("XX", "X:")];

/// Checks every wall; prints each breach with its line.
///
/// # Errors
/// When any wall is broken.
pub(crate) fn check(root: &Path) -> Result<()> {
    let mut breaches = Vec::new();
    let sources = rust_sources(root)?;
    for (path, text) in &sources {
        for wall in WALLS {
            if path.starts_with(wall.room) && !wall.except.iter().any(|except| path.starts_with(except)) {
                find_words(path, text, wall.words, wall.because, &mut breaches);
            }
        }
        find_words(
            path,
            text,
            UNFINISHED,
            "finish it, or name who will and where it is written down",
            &mut breaches,
        );
        let lines = text.lines().count();
        if lines > FILE_LINES {
            breaches
                .push(format!("{}: {lines} lines; past {FILE_LINES} a file holds two ideas", path.display()));
        }
    }
    check_manifests(root, &mut breaches)?;
    check_origins(root, &mut breaches)?;
    let long = sources.iter().filter(|(_, text)| text.lines().count() > LONG_LINES).count();
    println!(
        "walls: {} files read, {long} over {LONG_LINES} lines, {} breaches",
        sources.len(),
        breaches.len()
    );
    if breaches.is_empty() {
        return Ok(());
    }
    bail!("{}", breaches.join("\n"))
}

fn find_words(path: &Path, text: &str, words: &[&str], because: &str, breaches: &mut Vec<String>) {
    for (number, line) in text.lines().enumerate() {
        let code = line.trim_start();
        if code.starts_with("//") {
            continue;
        }
        for word in words {
            if code.contains(word) {
                breaches.push(format!("{}:{}: `{word}`: {because}", path.display(), number + 1));
            }
        }
    }
}

/// Every Rust file of the members, with its path from the root.
fn rust_sources(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    for member in [
        "app",
        "bench",
        "film-link",
        "fuzz",
        "gateway",
        "phantom",
        "small-json",
        "tests",
        "viewer-core",
        "xtask",
    ] {
        collect(root, &root.join(member), "rs", &mut found)?;
    }
    Ok(found)
}

fn collect(root: &Path, folder: &Path, extension: &str, found: &mut Vec<(PathBuf, String)>) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules" | "corpus" | "artifacts") {
                collect(root, &path, extension, found)?;
            }
        } else if path.extension().is_some_and(|had| had == extension) {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            found.push((path.strip_prefix(root).unwrap_or(&path).to_path_buf(), text));
        }
    }
    Ok(())
}

fn check_manifests(root: &Path, breaches: &mut Vec<String>) -> Result<()> {
    for (member, banned) in BANNED {
        let path = root.join(member).join("Cargo.toml");
        let manifest: toml::Table =
            std::fs::read_to_string(&path).with_context(|| path.display().to_string())?.parse()?;
        if !manifest.contains_key("lints") {
            breaches.push(format!("{member}/Cargo.toml: no `[lints] workspace = true`"));
        }
        let Some(dependencies) = manifest.get("dependencies").and_then(toml::Value::as_table) else {
            continue;
        };
        for name in dependencies.keys().filter(|name| banned.contains(&name.as_str())) {
            breaches.push(format!("{member}/Cargo.toml: {member} may not depend on {name}"));
        }
    }
    Ok(())
}

/// No file of the browser build may come from another origin.
fn check_origins(root: &Path, breaches: &mut Vec<String>) -> Result<()> {
    let mut files = vec![(PathBuf::from("index.html"), std::fs::read_to_string(root.join("index.html"))?)];
    for extension in ["css", "js", "json", "svg"] {
        collect(root, &root.join("assets"), extension, &mut files)?;
        collect(root, &root.join("app/boot"), extension, &mut files)?;
    }
    for (path, text) in files {
        for (number, line) in text.lines().enumerate() {
            let foreign = line.match_indices("://").any(|(at, _)| {
                let after = &line[at + 3..];
                let address = after.starts_with(|first: char| first.is_ascii_alphanumeric());
                let web = line[..at].ends_with("http") || line[..at].ends_with("https");
                web && address && !after.starts_with("www.w3.org/")
            });
            if foreign {
                breaches.push(format!("{}:{}: an address of another origin", path.display(), number + 1));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_name_is_found_outside_comments() {
        let mut breaches = Vec::new();
        let text = "// web_sys is not for us\nuse web_sys::Window;\n";
        find_words(Path::new("a.rs"), text, &["web_sys"], "no", &mut breaches);
        assert_eq!(breaches, ["a.rs:2: `web_sys`: no"]);
    }
}
