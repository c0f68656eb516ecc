//! The headers that every answer carries.
//!
//! The policy lies on scripts as well as on pages: a worker lives under the policy of its own script's answer.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::csp::{self, Policy};

/// The headers, ready to be sent.
#[derive(Debug)]
pub struct HeaderPolicy {
    /// The same for everybody.
    fixed: Vec<(HeaderName, HeaderValue)>,
    /// Content-Security-Policy for everybody.
    csp: HeaderValue,
    /// The same for Chromium below 97.
    csp_of_old_chromium: HeaderValue,
}

/// A `--frame-ancestors` value that is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("--frame-ancestors takes origins such as https://his.example.cn, not \"{0}\"")]
pub struct AncestorError(String);

impl HeaderPolicy {
    /// `tls`: whether this process speaks TLS itself and may ask browsers to stay with it.
    ///
    /// # Errors
    /// [`AncestorError`] for a text that could smuggle another directive into the policy.
    pub fn new(index_html: &str, frame_ancestors: &[String], tls: bool) -> Result<Self, AncestorError> {
        let origin = |text: &str| {
            let host = text.strip_prefix("https://").or(text.strip_prefix("http://"));
            host.is_some_and(|host| {
                !host.is_empty()
                    && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '*'))
            })
        };
        if let Some(bad) = frame_ancestors.iter().find(|text| !origin(text)) {
            return Err(AncestorError(bad.clone()));
        }
        let policy = Policy::new(index_html, frame_ancestors);
        let header =
            |text: &str| HeaderValue::from_str(text).map_err(|_| AncestorError(frame_ancestors.join(" ")));
        Ok(Self {
            fixed: fixed(!frame_ancestors.is_empty(), tls),
            csp: header(&policy.modern)?,
            csp_of_old_chromium: header(&policy.old_chromium)?,
        })
    }

    /// Adds them to an answer. `user_agent` is the header of that name, where the request had one.
    pub fn write(&self, user_agent: Option<&HeaderValue>, headers: &mut HeaderMap) {
        // Some browsers of telephones write their name in Chinese.
        let user_agent = user_agent.map_or("".into(), |value| String::from_utf8_lossy(value.as_bytes()));
        headers.reserve(self.fixed.len() + 2);
        for (name, value) in &self.fixed {
            headers.insert(name.clone(), value.clone());
        }
        let csp = if csp::is_old_chromium(&user_agent) { &self.csp_of_old_chromium } else { &self.csp };
        headers.insert(header::CONTENT_SECURITY_POLICY, csp.clone());
        headers.append(header::VARY, HeaderValue::from_static("user-agent"));
    }
}

fn fixed(embedded: bool, tls: bool) -> Vec<(HeaderName, HeaderValue)> {
    let permissions = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), \
                       fullscreen=(self), clipboard-write=(self), screen-wake-lock=(self)";
    let mut fixed = vec![
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("permissions-policy"), permissions),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    if !embedded {
        fixed.push((header::X_FRAME_OPTIONS, "DENY"));
    }
    if tls {
        fixed.push((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"));
    }
    fixed.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestors_cannot_smuggle_directives() {
        for text in ["*", "https://a.cn; script-src *", "https://", "his.example.cn", "https://a.cn/x"] {
            assert!(HeaderPolicy::new("", &[text.to_owned()], false).is_err(), "{text}");
        }
        assert!(HeaderPolicy::new("", &["https://*.example.cn:8443".to_owned()], false).is_ok());
    }
}
