//! The Content-Security-Policy of the application, with the hashes of the scripts and styles that stand in
//! index.html itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// First Chromium that knows `'wasm-unsafe-eval'`; older ones compile WebAssembly only under `'unsafe-eval'`.
const KNOWS_WASM_UNSAFE_EVAL: u32 = 97;

/// The two spellings of the policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// For everybody.
    pub modern: String,
    /// For Chromium below 97.
    pub old_chromium: String,
}

impl Policy {
    /// `frame_ancestors`: sources that may embed the page, `'none'` where empty.
    pub fn new(index_html: &str, frame_ancestors: &[String]) -> Self {
        let scripts = hashes(index_html, "script");
        let styles = hashes(index_html, "style");
        let ancestors =
            if frame_ancestors.is_empty() { "'none'".to_owned() } else { frame_ancestors.join(" ") };
        let write = |eval: &str| {
            format!(
                "default-src 'none'; script-src 'self' {eval}{scripts}; style-src 'self'{styles}; \
                 img-src 'self' blob: data:; media-src blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
                 base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
            )
        };
        Self { modern: write("'wasm-unsafe-eval'"), old_chromium: write("'wasm-unsafe-eval' 'unsafe-eval'") }
    }
}

/// Whether this browser needs the spelling for old Chromium.
pub fn is_old_chromium(user_agent: &str) -> bool {
    chromium_version(user_agent).is_some_and(|version| version < KNOWS_WASM_UNSAFE_EVAL)
}

/// `89` of `… Chrome/89.0.4389.82 Safari/537.36`.
fn chromium_version(user_agent: &str) -> Option<u32> {
    let after = user_agent.split_once("Chrome/")?.1;
    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    after[..digits].parse().ok()
}

/// ` 'sha256-…'` for each element of that name that holds its text itself. Reads HTML as far as our own
/// index.html goes: element names in any case, a closing tag as in the HTML standard's script data state.
fn hashes(html: &str, element: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let (open, close) = (format!("<{element}"), format!("</{element}"));
    let mut out = String::new();
    let mut at = 0;
    while let Some(start) = lower[at..].find(&open).map(|found| at + found) {
        let after_name = start + open.len();
        let Some(end_of_tag) = lower[after_name..].find('>').map(|found| after_name + found) else { break };
        at = end_of_tag + 1;
        let attributes = &lower[after_name..end_of_tag];
        if !attributes.is_empty() && !attributes.starts_with(|c: char| c.is_ascii_whitespace()) {
            continue;
        }
        let Some(end) = lower[at..].find(&close).map(|found| at + found) else { break };
        let has_source = attributes.split_ascii_whitespace().any(|attribute| attribute.starts_with("src="));
        if !has_source {
            // The hash is over the text with line ends as the parser sees them.
            let text = html[at..end].replace("\r\n", "\n");
            out.push_str(&format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(text))));
        }
        at = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_and_styles_are_hashed() {
        // The hash is the one of CSP Level 3, section "script-src": alert('Hello, world.');
        let html = "<!doctype html><STYLE>b{}</STYLE><script type=\"module\">alert('Hello, world.');</script>\
                    <script src=\"/assets/a.js\"></script><scripture>x</scripture>";
        let policy = Policy::new(html, &[]);
        assert!(
            policy.modern.contains(
                "script-src 'self' 'wasm-unsafe-eval' 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; "
            ),
            "{}",
            policy.modern
        );
        assert_eq!(policy.modern.matches("'sha256-").count(), 2);
        assert!(policy.modern.ends_with("frame-ancestors 'none'"));
        assert!(!policy.modern.contains("'unsafe-eval'") && !policy.modern.contains("'unsafe-inline'"));
    }

    #[test]
    fn only_old_chromium_gets_unsafe_eval() {
        let policy = Policy::new("", &["https://his.example.cn".into()]);
        assert!(policy.old_chromium.contains(" 'unsafe-eval'") && !policy.modern.contains(" 'unsafe-eval'"));
        let eval = is_old_chromium;
        assert!(eval(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/89.0.4389.82 Safari/537.36"
        ));
        assert!(eval("… Version/4.0 Chrome/96.0.1.2 Mobile Safari/537.36 MicroMessenger/8.0"));
        assert!(!eval("… Chrome/97.0.4692.71 Safari/537.36"));
        assert!(!eval("… Chrome/109.0.0.0 Safari/537.36"));
        assert!(!eval("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"));
        assert!(!eval("") && !eval("Chrome/") && !eval("Chrome/99999999999"));
        assert!(policy.modern.ends_with("frame-ancestors https://his.example.cn"));
    }

    #[test]
    fn broken_html_ends_the_search() {
        for html in ["<script", "<script>", "<script>x", "<script >x</script", "<style></style"] {
            let _ = Policy::new(html, &[]);
        }
    }
}
