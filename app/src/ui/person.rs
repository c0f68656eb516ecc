//! Names, ages and dates as a reader expects them.

use super::words::Language;
use film_link::manifest::{Patient, PersonName};

/// The name in the reader's script: ideographic for Chinese where there is one, else the letters.
pub fn full_name(name: &PersonName, language: Language) -> String {
    fn plain(group: &str) -> Vec<&str> {
        group.split('^').filter(|part| !part.is_empty()).collect()
    }
    let ideographic = plain(&name.ideographic);
    if language == Language::Chinese && !ideographic.is_empty() {
        return ideographic.concat();
    }
    let letters = plain(&name.alphabetic);
    if letters.is_empty() { ideographic.concat() } else { letters.join(" ") }
}

/// For a screen that others can see: 张三 → 张*, 张小三 → 张*三; of letters, the first of each word stays.
pub fn masked_name(name: &PersonName, language: Language) -> String {
    let full = full_name(name, language);
    if full.is_ascii() {
        let hide = |word: &str| {
            let mut letters = word.chars();
            letters.next().map(|first| format!("{first}***")).unwrap_or_default()
        };
        return full.split(' ').map(hide).collect::<Vec<_>>().join(" ");
    }
    let count = full.chars().count();
    let hidden = |index: usize| index > 0 && (index + 1 < count || count == 2);
    full.chars().enumerate().map(|(index, letter)| if hidden(index) { '*' } else { letter }).collect()
}

/// Patient's Age (0010,1010) such as `052Y`: number and the key of its unit.
pub fn age(patient: &Patient) -> Option<(u32, &'static str)> {
    let age = patient.age.as_deref()?;
    let number = age.get(..3)?.parse().ok()?;
    let unit = match age.get(3..)? {
        "Y" => "age.years",
        "M" => "age.months",
        "W" => "age.weeks",
        "D" => "age.days",
        _ => return None,
    };
    Some((number, unit))
}

/// `20260301` → `2026-03-01`; `20260301093000` → `2026-03-01 09:30`.
pub fn date(digits: &str) -> Option<String> {
    let part = |from: usize, to: usize| {
        digits.get(from..to).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let day = format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?);
    Some(match (part(8, 10), part(10, 12)) {
        (Some(hour), Some(minute)) => format!("{day} {hour}:{minute}"),
        _ => day,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(ideographic: &str, alphabetic: &str) -> PersonName {
        PersonName {
            ideographic: ideographic.to_owned(),
            alphabetic: alphabetic.to_owned(),
            phonetic: String::new(),
        }
    }

    #[test]
    fn names_are_masked_in_either_script() {
        let check = |ideographic, alphabetic, language, expected: &str| {
            assert_eq!(masked_name(&name(ideographic, alphabetic), language), expected);
        };
        check("测^试", "Ce^Shi", Language::Chinese, "测*");
        check("测试^甲", "Ceshi^Jia", Language::Chinese, "测*甲");
        check("欧阳^测试", "Ouyang^Ceshi", Language::Chinese, "欧**试");
        check("测试^甲", "Ceshi^Jia", Language::English, "C*** J***");
        check("", "DOE^JANE", Language::Chinese, "D*** J***");
        check("", "", Language::Chinese, "");
    }

    #[test]
    fn dates_that_are_no_dates_are_left_out() {
        assert_eq!(date("20260301").as_deref(), Some("2026-03-01"));
        assert_eq!(date("20260301093000").as_deref(), Some("2026-03-01 09:30"));
        assert_eq!(date("***"), None);
        assert_eq!(date(""), None);
    }

    #[test]
    fn ages_have_a_unit() {
        let of = |text: &str| age(&Patient { age: Some(text.to_owned()), ..Patient::default() });
        assert_eq!(of("052Y"), Some((52, "age.years")));
        assert_eq!(of("003M"), Some((3, "age.months")));
        assert_eq!(of("52"), None);
    }
}
