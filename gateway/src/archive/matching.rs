//! Attribute matching, PS3.4 C.2.2.2, over data sets in the DICOM JSON Model.

use serde_json::Value;

use crate::source::{Filter, JsonDataset};

/// Whether the data set meets the filter. An empty filter value meets everything (universal matching); an absent
/// attribute meets nothing else.
pub fn matches(dataset: &JsonDataset, filter: &Filter) -> bool {
    if filter.value.is_empty() {
        return true;
    }
    let Some(element) = dataset.get(&filter.tag) else { return false };
    let vr = element.get("vr").and_then(Value::as_str).unwrap_or("UN");
    let values = element.get("Value").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let any = |test: &dyn Fn(&Value) -> bool| values.iter().any(test);
    match vr {
        "UI" | "CS" => filter
            .value
            .split([',', '\\'])
            .any(|wanted| any(&|v| v.as_str().is_some_and(|v| wildcard(wanted.trim(), v, false)))),
        "DA" | "TM" | "DT" => any(&|v| v.as_str().is_some_and(|v| in_range(&filter.value, v))),
        "PN" => any(&|v| name_matches(&filter.value, v)),
        "IS" | "DS" | "US" | "SS" | "UL" | "SL" | "FL" | "FD" | "UV" | "SV" => {
            let wanted = filter.value.trim().parse::<f64>().ok();
            any(&|v| wanted.is_some() && v.as_f64() == wanted)
        }
        _ => any(&|v| v.as_str().is_some_and(|v| wildcard(&filter.value, v, false))),
    }
}

/// Any of the three groups, case not minding (PS3.4 C.2.2.2.1 lets names be matched so).
fn name_matches(pattern: &str, value: &Value) -> bool {
    ["Alphabetic", "Ideographic", "Phonetic"]
        .iter()
        .filter_map(|group| value.get(group).and_then(Value::as_str))
        .any(|group| wildcard(pattern, group, true) || wildcard(pattern, group.trim_end_matches('^'), true))
}

/// `*` any number of characters, `?` exactly one; without them equality. Linear in practice: only the last `*`
/// is ever tried again.
fn wildcard(pattern: &str, text: &str, ignore_case: bool) -> bool {
    let fold = |text: &str| -> Vec<char> {
        if ignore_case { text.to_lowercase().chars().collect() } else { text.chars().collect() }
    };
    let (pattern, text) = (fold(pattern), fold(text));
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((star_at, eaten)) => {
                    star = Some((star_at, eaten + 1));
                    p = star_at + 1;
                    t = eaten + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// `a-b`, `a-`, `-b` or a single value, PS3.4 C.2.2.2.5. Compared at the precision that the bound has, so that
/// the day `20200131` includes what happened within it.
fn in_range(wanted: &str, value: &str) -> bool {
    let upto = |bound: &str| value.get(..bound.len().min(value.len())).unwrap_or(value) <= bound;
    match wanted.split_once('-') {
        Some((from, to)) => (from.is_empty() || value >= from) && (to.is_empty() || upto(to)),
        None => value == wanted || (value.len() > wanted.len() && value.starts_with(wanted)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(tag: &str, wanted: &str) -> bool {
        let Value::Object(dataset) = json!({
            "00080020": {"vr": "DA", "Value": ["20200131"]},
            "00080030": {"vr": "TM", "Value": ["101530.5"]},
            "00080050": {"vr": "SH"},
            "00080060": {"vr": "CS", "Value": ["CT"]},
            "0020000D": {"vr": "UI", "Value": ["1.2.3"]},
            "00200013": {"vr": "IS", "Value": [7]},
            "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Zhang^San", "Ideographic": "张^三"}]},
            "00100020": {"vr": "LO", "Value": ["P-001"]},
        }) else {
            unreachable!()
        };
        matches(&dataset, &Filter { tag: tag.into(), value: wanted.into() })
    }

    #[test]
    fn single_value_and_list() {
        assert!(check("0020000D", "9.9,1.2.3") && check("0020000D", "9.9\\1.2.3"));
        assert!(!check("0020000D", "1.2") && !check("0020000D", "1.2.3.4"));
        assert!(check("00200013", "7") && check("00200013", "07") && !check("00200013", "8"));
        assert!(check("00100020", "P-001") && !check("00100020", "p-001"));
        assert!(check("00080060", "MR,CT"));
    }

    #[test]
    fn wildcards() {
        assert!(check("00100010", "zhang*") && check("00100010", "*SAN") && check("00100010", "张*"));
        assert!(check("00100010", "Zh?ng^S*n") && check("00100010", "*") && check("00100010", "Zhang^San"));
        assert!(!check("00100010", "Zhang") && !check("00100010", "Li*"));
        assert!(check("00100020", "P-*1") && check("00100020", "**P**"));
    }

    #[test]
    fn ranges() {
        assert!(check("00080020", "20200101-20200131") && check("00080020", "-20200131"));
        assert!(check("00080020", "20200131-") && check("00080020", "20200131"));
        assert!(!check("00080020", "20200201-") && !check("00080020", "-20200130"));
        assert!(check("00080030", "10-1015") && check("00080030", "101530") && !check("00080030", "11-"));
    }

    #[test]
    fn universal_and_absent() {
        assert!(check("00080050", "") && check("00080090", ""));
        assert!(!check("00080050", "A") && !check("00080090", "*"));
    }
}
