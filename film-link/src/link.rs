//! `https://host/f/<id>#<key>`: writing it, and reading it back from whatever a person pasted.
//!
//! The id names the film and may be logged only hashed. The key proves the right to the film; it lives in the
//! fragment, which a browser never sends. Each is 16 random bytes as 22 characters of base64url without
//! padding (RFC 4648 section 5), canonical: the unused low bits of the last character are zero.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Longest link in bytes: a byte-mode QR code of version 6, level M (ISO/IEC 18004) holds 106 bytes.
pub const MAX_LINK_LEN: usize = 106;

/// Characters of an id and of a key.
pub const TOKEN_LEN: usize = 22;

/// Path before the id.
pub const FILM_PATH: &str = "/f/";

/// Longest text that [`FilmLink::find`] looks at: more is not a pasted link.
const MAX_PASTED_LEN: usize = 16 * 1024;

/// What keeps a text from being a film link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// There is no `/f/<id>` in the text.
    #[error("the text holds no film link: paste the whole link, it looks like https://…/f/…#…")]
    NoFilm,
    /// The id is there, the key is not. Messengers cut links at `#`.
    #[error("the link has lost the part after #: copy it again from the message or scan the code")]
    NoKey,
    /// An id or key that is not 22 characters of base64url.
    #[error("the {part} of the link is not {TOKEN_LEN} characters of base64url: copy the link again")]
    BadToken {
        /// "id" or "key".
        part: &'static str,
    },
    /// The host makes the link too long for the small QR code.
    #[error("the link would have {len} bytes, more than {MAX_LINK_LEN}: use a shorter host name")]
    TooLong {
        /// Bytes that the link would have.
        len: usize,
    },
    /// The origin is not `https://host[:port]` (or `http://` for a test on this machine).
    #[error("the origin must look like https://host or https://host:port, without a path")]
    BadOrigin,
}

macro_rules! token {
    ($(#[$doc:meta])* $name:ident, $part:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// From 16 bytes of the caller's cryptographic randomness.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// From exactly 22 characters.
            ///
            /// # Errors
            /// [`LinkError::BadToken`] for any other length, alphabet or a non-canonical last character.
            pub fn parse(text: &str) -> Result<Self, LinkError> {
                decode_16(text).map(Self).ok_or(LinkError::BadToken { part: $part })
            }

            /// The 22 characters that stand in the link.
            pub fn to_text(&self) -> String {
                URL_SAFE_NO_PAD.encode(self.0)
            }
        }
    };
}

token!(
    /// Names a film. Not a secret by itself, yet logged only hashed.
    FilmId,
    "id"
);
token!(
    /// Proves the right to a film. Never sent to a server: what is sent is derived from it (`keys`).
    FilmKey,
    "key"
);

impl fmt::Debug for FilmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FilmId(…)")
    }
}

impl fmt::Debug for FilmKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FilmKey(…)")
    }
}

fn decode_16(text: &str) -> Option<[u8; 16]> {
    if text.len() != TOKEN_LEN {
        return None;
    }
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// Encodes derived bytes as they travel in JSON: base64url without padding.
pub fn to_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads 32 bytes (an access proof) from 43 characters of base64url; `None` for anything else.
pub fn decode_32(text: &str) -> Option<[u8; 32]> {
    if text.len() != 43 {
        return None;
    }
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// A film's id and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilmLink {
    /// Names the film.
    pub id: FilmId,
    /// Proves the right to it.
    pub key: FilmKey,
}

impl FilmLink {
    /// Writes the link for an origin such as `https://film.example.cn`.
    ///
    /// # Errors
    /// [`LinkError::BadOrigin`], or [`LinkError::TooLong`] where it would not fit the small QR code.
    pub fn format(&self, origin: &str) -> Result<String, LinkError> {
        let origin = origin.strip_suffix('/').unwrap_or(origin);
        let host =
            origin.strip_prefix("https://").or(origin.strip_prefix("http://")).ok_or(LinkError::BadOrigin)?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if host.is_empty() || !host.chars().all(allowed) {
            return Err(LinkError::BadOrigin);
        }
        let link = format!("{origin}{}", self.path());
        if link.len() >= MAX_LINK_LEN {
            return Err(LinkError::TooLong { len: link.len() });
        }
        Ok(link)
    }

    /// `/f/<id>#<key>`: the link without its origin.
    pub fn path(&self) -> String {
        format!("{FILM_PATH}{}#{}", self.id.to_text(), self.key.to_text())
    }

    /// Reads a path and a fragment, as a page finds them in its own address.
    /// What follows the key in the fragment is view state and comes back as text.
    ///
    /// # Errors
    /// Any [`LinkError`] but `TooLong` and `BadOrigin`.
    pub fn from_parts<'a>(path: &str, fragment: &'a str) -> Result<(Self, &'a str), LinkError> {
        let after = path.rsplit_once(FILM_PATH).ok_or(LinkError::NoFilm)?.1;
        let id = FilmId::parse(after.strip_suffix('/').unwrap_or(after))?;
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let (key, state) = fragment.split_once('&').unwrap_or((fragment, ""));
        if key.is_empty() {
            return Err(LinkError::NoKey);
        }
        Ok((Self { id, key: FilmKey::parse(key)? }, state))
    }

    /// Finds the link in pasted text: an SMS with words around it, a link broken over lines, `#` written as
    /// `%23` or `＃`, view state after the key. The first complete link counts.
    ///
    /// # Errors
    /// The failure of the most promising candidate, so that the page can say what is missing.
    pub fn find(text: &str) -> Result<(Self, String), LinkError> {
        if text.len() > MAX_PASTED_LEN {
            return Err(LinkError::NoFilm);
        }
        let normal = text.replace("%23", "#").replace('＃', "#");
        let unbroken: String = normal.chars().filter(|c| !c.is_whitespace()).collect();
        // As it stands first: joining lines could glue a following word to the key.
        Self::find_in(&normal).or_else(|first| Self::find_in(&unbroken).map_err(|_| first))
    }

    fn find_in(text: &str) -> Result<(Self, String), LinkError> {
        let mut failure = LinkError::NoFilm;
        for (at, _) in text.match_indices(FILM_PATH) {
            match Self::find_at(&text[at + FILM_PATH.len()..]) {
                Ok(found) => return Ok(found),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    fn find_at(after: &str) -> Result<(Self, String), LinkError> {
        let (id, rest) = split_token(after);
        let id = FilmId::parse(id)?;
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        // A messenger may add its own query (`?from=timeline`) before the fragment.
        let fragment = match rest.chars().next() {
            Some('#') => &rest[1..],
            Some('?') => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                rest[..end].split_once('#').map(|(_, fragment)| fragment).ok_or(LinkError::NoKey)?
            }
            _ => return Err(LinkError::NoKey),
        };
        let (key, rest) = split_token(fragment);
        if key.is_empty() {
            return Err(LinkError::NoKey);
        }
        let key = FilmKey::parse(key)?;
        let state = rest.strip_prefix('&').map_or("", |state| {
            let end = state.find(|c: char| c.is_whitespace() || !c.is_ascii()).unwrap_or(state.len());
            &state[..end]
        });
        Ok((Self { id, key }, state.to_owned()))
    }
}

/// Splits off the leading run of base64url characters.
fn split_token(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://film.example.cn/f/AAECAwQFBgcICQoLDA0ODw#EBESExQVFhcYGRobHB0eHw";

    fn link() -> FilmLink {
        let id: [u8; 16] = std::array::from_fn(|i| i as u8);
        let key: [u8; 16] = std::array::from_fn(|i| i as u8 + 16);
        FilmLink { id: FilmId::from_bytes(id), key: FilmKey::from_bytes(key) }
    }

    #[test]
    fn writes_and_reads_itself() {
        let text = link().format("https://film.example.cn").unwrap();
        assert_eq!(text, LINK);
        assert_eq!(FilmLink::find(&text), Ok((link(), String::new())));
        assert_eq!(link().format("https://film.example.cn/").unwrap(), LINK);
    }

    #[test]
    fn realistic_hosts_fit_the_small_qr_code() {
        for origin in
            ["https://yingxiang.guangyuan.gov.cn", "https://film.wjw.sc.gov.cn:8443", "http://127.0.0.1:8080"]
        {
            assert!(link().format(origin).unwrap().len() < MAX_LINK_LEN, "{origin}");
        }
        let long = format!("https://{}.cn", "x".repeat(60));
        assert!(matches!(link().format(&long), Err(LinkError::TooLong { .. })));
    }

    #[test]
    fn refuses_origins_that_are_more_than_an_origin() {
        for origin in ["film.example.cn", "https://", "https://a.cn/b", "https://a.cn#", "ftp://a.cn"] {
            assert_eq!(link().format(origin), Err(LinkError::BadOrigin), "{origin}");
        }
    }

    #[test]
    fn finds_the_link_in_what_people_paste() {
        for text in [
            format!("【市中心医院】您的影像:{LINK} 七日内有效"),
            format!("您的影像:{LINK}。请勿转发"),
            LINK.replace('#', "%23"),
            LINK.replace('#', "＃"),
            LINK.replace("/f/", "/f/\n"),
            LINK.replace("CQoL", "CQ\r\n oL"),
            LINK.replace('#', "/#"),
            LINK.replace('#', "?from=timeline&isappinstalled=0#"),
            format!("https://other.example/f/short#x and {LINK}"),
        ] {
            assert_eq!(FilmLink::find(&text).map(|found| found.0), Ok(link()), "{text}");
        }
    }

    #[test]
    fn keeps_the_view_state_and_nothing_after_it() {
        let (found, state) = FilmLink::find(&format!("{LINK}&s=2&i=40&w=40,400 看第40层")).unwrap();
        assert_eq!((found, state.as_str()), (link(), "s=2&i=40&w=40,400"));
        let (id, key) = LINK.split_once('#').unwrap();
        let path = id.strip_prefix("https://film.example.cn").unwrap();
        assert_eq!(FilmLink::from_parts(path, &format!("#{key}&s=1")), Ok((link(), "s=1")));
    }

    #[test]
    fn says_what_is_missing() {
        let cut = LINK.split('#').next().unwrap();
        assert_eq!(FilmLink::find(cut), Err(LinkError::NoKey));
        assert_eq!(FilmLink::find("您好"), Err(LinkError::NoFilm));
        assert_eq!(FilmLink::find(&LINK[..LINK.len() - 1]), Err(LinkError::BadToken { part: "key" }));
        assert_eq!(FilmLink::find(&"/f/".repeat(100_000)), Err(LinkError::NoFilm));
        assert_eq!(FilmLink::from_parts("/", ""), Err(LinkError::NoFilm));
    }

    #[test]
    fn only_the_canonical_spelling_is_a_token() {
        assert!(FilmId::parse("AAECAwQFBgcICQoLDA0ODw").is_ok());
        for text in
            ["AAECAwQFBgcICQoLDA0ODx", "AAECAwQFBgcICQoLDA0OD", "AAECAwQFBgcICQoLDA0OD+", "观片灯观片灯观片"]
        {
            assert_eq!(FilmId::parse(text), Err(LinkError::BadToken { part: "id" }), "{text}");
        }
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let text = format!("{:?}", link());
        assert!(!text.contains("AAEC") && !text.contains("EBES"));
    }
}
