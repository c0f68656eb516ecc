//! Words in the reader's language, from the locale files. No sentence stands in the views.
//!
//! Chinese is in the program; English is a file of the build that the page fetches for those who read it.

use std::sync::OnceLock;

/// A language that the page speaks whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 简体中文.
    Chinese,
    /// English.
    English,
}

/// Keys with their words, in the order of the keys.
type Words = Vec<(&'static str, &'static str)>;

const CHINESE: &str = include_str!("../../../assets/locales/zh-CN.json");

static CHINESE_WORDS: OnceLock<Words> = OnceLock::new();
static ENGLISH_WORDS: OnceLock<Words> = OnceLock::new();

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

    /// The file of the build that has its words, where they are not here yet.
    pub fn file(self) -> Option<&'static str> {
        (self == Self::English && ENGLISH_WORDS.get().is_none()).then_some("en.json")
    }

    /// Takes in the words of [`Self::file`]. They stay as long as the page.
    pub fn learn(self, text: String) {
        if self.file().is_some() {
            ENGLISH_WORDS.get_or_init(|| read(text.leak()));
        }
    }

    /// Words for a key: Chinese ones until others are learnt, the key itself where a locale file lacks it (a test proves
    /// that none does).
    pub fn say(self, key: &'static str) -> &'static str {
        let learnt = if self == Self::English { ENGLISH_WORDS.get() } else { None };
        let words = learnt.unwrap_or_else(|| CHINESE_WORDS.get_or_init(|| read(CHINESE)));
        let found = words.binary_search_by(|(one, _)| (*one).cmp(key));
        found.ok().and_then(|index| words.get(index)).map_or(key, |(_, words)| words)
    }
}

/// Locale files are flat objects of strings without escapes, a key and its words on each line, in the order of the keys
/// (a test proves it): no reader of JSON is needed, and words can be borrowed.
fn read(text: &'static str) -> Words {
    let entry = |line: &'static str| {
        let line = line.trim().trim_end_matches(',');
        line.strip_prefix('"')?.strip_suffix('"')?.split_once("\": \"")
    };
    text.lines().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const ENGLISH: &str = include_str!("../../../assets/locales/en.json");

    #[test]
    fn locale_files_are_read_as_json_reads_them() {
        for text in [CHINESE, ENGLISH] {
            let expected: BTreeMap<&str, &str> = serde_json::from_str(text).unwrap();
            assert!(expected.len() > 50);
            assert_eq!(read(text), expected.into_iter().collect::<Words>());
        }
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        let keys = |text| read(text).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(keys(CHINESE), keys(ENGLISH));
        assert_eq!(Language::English.say("action.close"), Language::Chinese.say("action.close"));
        assert_eq!(Language::English.file(), Some("en.json"));
        Language::English.learn(ENGLISH.to_owned());
        assert_eq!((Language::English.say("action.close"), Language::English.file()), ("Close", None));
        assert_eq!(Language::English.say("no.such.key"), "no.such.key");
    }

    #[test]
    fn placeholders_agree() {
        for ((key, chinese), (_, english)) in read(CHINESE).into_iter().zip(read(ENGLISH)) {
            for mark in ["{0}", "{1}", "{2}"] {
                assert_eq!(chinese.contains(mark), english.contains(mark), "{key}");
            }
        }
    }
}
