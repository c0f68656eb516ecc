//! Words in the reader's language, from the locale files. No sentence stands in the views.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A language that the page speaks whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 简体中文.
    Chinese,
    /// English.
    English,
}

type Words = HashMap<&'static str, &'static str>;

const CHINESE: &str = include_str!("../../../assets/locales/zh-CN.json");
const ENGLISH: &str = include_str!("../../../assets/locales/en.json");

impl Language {
    /// From a BCP 47 tag; Chinese for any kind of Chinese, English for the rest.
    pub fn from_tag(tag: &str) -> Self {
        if tag.get(..2).is_some_and(|two| two.eq_ignore_ascii_case("zh")) {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// Words for a key; the key itself where a locale file lacks it (a test proves that none does).
    pub fn say(self, key: &'static str) -> &'static str {
        static CHINESE_WORDS: OnceLock<Words> = OnceLock::new();
        static ENGLISH_WORDS: OnceLock<Words> = OnceLock::new();
        let words = match self {
            Self::Chinese => CHINESE_WORDS.get_or_init(|| read(CHINESE)),
            Self::English => ENGLISH_WORDS.get_or_init(|| read(ENGLISH)),
        };
        words.get(key).copied().unwrap_or(key)
    }
}

/// Locale files are flat objects of strings without escapes, so that words can be borrowed from them.
fn read(text: &'static str) -> Words {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn both_languages_have_the_same_keys() {
        let keys = |text| read(text).into_keys().collect::<BTreeSet<_>>();
        assert!(keys(CHINESE).len() > 50);
        assert_eq!(keys(CHINESE), keys(ENGLISH));
    }

    #[test]
    fn placeholders_agree() {
        let english = read(ENGLISH);
        for (key, words) in read(CHINESE) {
            for mark in ["{0}", "{1}", "{2}"] {
                assert_eq!(words.contains(mark), english[key].contains(mark), "{key}");
            }
        }
    }
}
