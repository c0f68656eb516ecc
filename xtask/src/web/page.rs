//! index.html with the boot script, the first styles and the map of assets inside it: one request before the first
//! picture is asked for.

use super::shorten;
use crate::tools::WebTools;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::path::Path;

/// The boot script as served may not be larger than this, in bytes.
const BOOT_LIMIT: usize = 4096;

/// Fills the template: `<!--BOOT-->` → boot script, `<!--CSS-->` → the shell's styles, `%ASSETS%` → name → URL.
pub(super) fn index(
    root: &Path,
    urls: &BTreeMap<String, String>,
    web_tools: Option<&WebTools>,
) -> Result<String> {
    let read = |name: &str| std::fs::read_to_string(root.join(name)).with_context(|| name.to_owned());
    let boot = match web_tools {
        Some(tools) => shorten::minified(tools, &root.join("app/boot/boot.js"))?,
        None => shorten_js(&read("app/boot/boot.js")?),
    };
    ensure!(
        web_tools.is_none() || boot.len() <= BOOT_LIMIT,
        "app/boot/boot.js is {} bytes as served; at most {BOOT_LIMIT} keep the first preview fast",
        boot.len()
    );
    let mut page = read("index.html")?;
    let shell = root.join("assets/shell/shell.css");
    let style = if shell.exists() { shorten_css(&std::fs::read_to_string(shell)?) } else { String::new() };
    for (mark, text) in [
        ("<!--CSS-->", format!("<style>{style}</style>")),
        ("<!--BOOT-->", format!("<script>{boot}</script>")),
        ("%ASSETS%", serde_json::to_string(urls)?),
    ] {
        ensure!(page.contains(mark), "index.html has no {mark}");
        page = page.replace(mark, &text);
    }
    Ok(page)
}

/// Takes indentation, empty lines and comments that stand on a line of their own out of a script of ours. Nothing
/// inside a line is touched, so it cannot change what the script means (template literals there span no lines).
pub(super) fn shorten_js(text: &str) -> String {
    let mut short = String::with_capacity(text.len());
    for line in text.lines().map(str::trim) {
        if !line.is_empty() && !line.starts_with("//") {
            short.push_str(line);
            short.push('\n');
        }
    }
    short
}

/// The same for styles, and `/* … */` comments anywhere.
pub(super) fn shorten_css(text: &str) -> String {
    let mut short = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find("/*") {
        short.push_str(&rest[..begin]);
        rest = rest[begin..].find("*/").map_or("", |end| &rest[begin + end + 2..]);
    }
    short.push_str(rest);
    let lines: Vec<&str> = short.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_lose_only_whole_line_comments() {
        assert_eq!(shorten_js("  // why\n  a('//x'); // kept\n\n"), "a('//x'); // kept\n");
    }

    #[test]
    fn styles_lose_comments() {
        assert_eq!(shorten_css("/* a */\n p { /* b */ color: red }\n"), "p {  color: red }");
    }
}
