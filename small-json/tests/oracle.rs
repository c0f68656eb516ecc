//! The reader and the writer against serde_json and the standard library.

use proptest::prelude::*;
use serde_json::{Map, Value};
use small_json::{
    Fault, JsonError, Kind, Limits, Member, Place, Reader, Stop, Writer, may, must, number, read,
};

/// A document as serde_json's tree, read by our reader.
fn tree(json: &mut Reader<'_>) -> Result<Value, Stop> {
    Ok(match json.kind()? {
        Kind::Null => {
            json.skip()?;
            Value::Null
        }
        Kind::Bool => Value::Bool(json.bool()?),
        Kind::Number => {
            let text = json.number()?;
            let whole = text.parse::<i64>().ok().filter(|_| text != "-0");
            match whole.map(Value::from).or_else(|| text.parse::<u64>().ok().map(Value::from)) {
                Some(value) => value,
                None => match number::parse(text) {
                    Some(value) => Value::from(value),
                    None => return Err(json.stop(Fault::Expected("a finite number"))),
                },
            }
        }
        Kind::Text => Value::String(json.text()?.into_owned()),
        Kind::Array => {
            json.array()?;
            let mut entries = Vec::new();
            while json.entry()? {
                entries.push(tree(json)?);
            }
            Value::Array(entries)
        }
        Kind::Object => {
            json.object()?;
            let mut members = Map::new();
            while let Some(name) = json.member()? {
                let name = name.into_owned();
                members.insert(name, tree(json)?);
            }
            Value::Object(members)
        }
    })
}

fn ours(text: &str) -> Result<Value, JsonError> {
    read(text, &Limits::default(), tree)
}

fn skipped(text: &str) -> Result<(), JsonError> {
    read(text, &Limits::default(), Reader::skip)
}

fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn documents_are_read_as_serde_json_wrote_them(document in documents(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
        prop_assert_eq!(ours(&text.unwrap()).unwrap(), document);
    }

    /// Damaged documents: both take it, with the same meaning, or neither does.
    #[test]
    fn what_serde_json_refuses_is_refused(document in documents(), at in any::<prop::sample::Index>(), with in "[\\[\\]{}\",:0-9eE.+\\\\u-]{0,3}") {
        let text = serde_json::to_string(&document).unwrap();
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let place = places[at.index(places.len())];
        let after = text[place..].chars().next().map_or(0, char::len_utf8);
        let text = format!("{}{with}{}", &text[..place], &text[place + after..]);
        let theirs = serde_json::from_str::<Value>(&text).ok();
        prop_assert_eq!(ours(&text).ok(), theirs.clone(), "{}", text);
        prop_assert!(theirs.is_none() || skipped(&text).is_ok(), "{}", text);
    }

    #[test]
    fn escapes_mean_what_serde_json_says(text in "(\\\\u[dD][89a-fA-F][0-9a-f]{2}|\\\\u[0-9a-f]{4}|\\\\[\"\\\\/bfnrtx]|é|微|[a-z]){0,8}") {
        let text = format!("\"{text}\"");
        prop_assert_eq!(ours(&text).ok(), serde_json::from_str(&text).ok(), "{}", text);
    }

    #[test]
    fn numbers_are_the_nearest(text in "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?") {
        let nearest = text.parse::<f64>().unwrap();
        prop_assert_eq!(number::parse(&text), Some(nearest).filter(|value| value.is_finite()), "{}", text);
    }

    /// Just at, below and above the middle between two neighbours.
    #[test]
    fn ties_go_to_even(mantissa in 1u128 << 52..1 << 53, scale in 0u32..70, off in -1i128..=1, more in "[0-9]{0,3}") {
        let middle = mantissa * 2 + 1;
        let whole = ((middle << scale) as i128 + off).to_string();
        let part = if off == 0 { more } else { String::new() };
        let places = scale % 31;
        for text in [
            format!("{whole}.{part}1"),
            format!("{whole}.{part}0"),
            // middle / 2^places = middle × 5^places / 10^places
            format!("{}e-{places}", (middle * 5u128.pow(places)) as i128 + off),
        ] {
            prop_assert_eq!(number::parse(&text), text.parse().ok(), "{}", text);
        }
    }

    /// Written out in full, from the smallest to the largest: up to 1 100 digits and a point are read.
    #[test]
    fn what_is_written_comes_back(bits in 0..0x7FF0_0000_0000_0000u64) {
        let value = f64::from_bits(bits);
        prop_assert_eq!(number::parse(&format!("{value:?}")), Some(value));
        let text = format!("{value:.1074}");
        prop_assert_eq!(number::parse(&text), Some(value).filter(|_| text.len() <= 1101));
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,40}|[\\[\\]{}\",:0-9eE.+\\\\ut \n-]{0,40}") {
        prop_assert_eq!(ours(&text).ok(), serde_json::from_str(&text).ok(), "{}", text);
        let _ = skipped(&text);
        let _ = number::parse(&text);
    }

    #[test]
    fn what_is_written_is_read_by_serde_json(name in any::<String>(), text in any::<String>(), value in any::<i64>()) {
        let mut object = Writer::new();
        object.text("a", &name);
        object.text(&text, &text);
        object.integer("€\u{1}", value);
        let mut expected = Map::new();
        expected.insert("a".to_owned(), name.into());
        expected.insert(text.clone(), text.into());
        expected.insert("€\u{1}".to_owned(), value.into());
        let found: Value = serde_json::from_str(&object.finish()).unwrap();
        prop_assert_eq!(found, Value::Object(expected));
    }
}

#[test]
fn numbers_that_parsers_get_wrong() {
    // Middles between neighbours, the edges of the range, and long texts (Paxson 1991, and known bugs of parsers).
    for text in [
        "9007199254740993",
        "9007199254740993.0000000000000000001",
        "9007199254740992.9999999999999999999",
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "179769313486231580793728971405301e276",
        "0.500000000000000166533453693773481063544750213623046875",
        "6.631236846766476e-316",
        "3.2378839133029012895883524125015321748630094210727e-310",
        "5e-324",
        "1e-400",
        "0e999",
        "-0",
        "-0.0",
        "1e22",
        "1e23",
        "8.5e-44",
        "100000000000000016777215",
        "100000000000000016777216",
    ] {
        let nearest: f64 = text.parse().unwrap();
        let found = number::parse(text).unwrap();
        assert_eq!(found.to_bits(), nearest.to_bits(), "{text}");
    }
    for beyond in ["1.7976931348623159e308", "1e309", "1e99999999999999999999", ""] {
        assert_eq!(number::parse(beyond), None, "{beyond}");
    }
}

type Found = (String, u32, Option<i32>, Option<f64>, Vec<u64>);

/// A table with every kind of place.
fn table(text: &str) -> Result<Found, JsonError> {
    let (mut name, mut count, mut offset, mut value, mut list) = (String::new(), 0, None, None, Vec::new());
    read(text, &Limits::default(), |json| {
        json.members(&mut [
            must("name", Place::Text(&mut name)),
            may("count", Place::U32(&mut count)),
            may("offset", Place::MaybeI32(&mut offset)),
            may("value", Place::MaybeF64(&mut value)),
            may(
                "list",
                Place::Read(&mut |json| {
                    json.array()?;
                    while json.entry()? {
                        let mut one = 0;
                        json.members(&mut [must("n", Place::U64(&mut one))])?;
                        list.push(one);
                    }
                    Ok(())
                }),
            ),
        ])
    })?;
    Ok((name, count, offset, value, list))
}

#[test]
fn members_come_in_any_order_and_unknown_ones_are_passed_over() {
    let text = r#"{"list":[{"n":1,"later":[{}]},{"n":2}],"new":{"a":[1,"]"]},"value":-1.5e1,"offset":null,"name":"x"}"#;
    assert_eq!(table(text), Ok(("x".into(), 0, None, Some(-15.0), vec![1, 2])));
}

#[test]
fn an_error_says_what_and_where() {
    let said = |text: &str| table(text).unwrap_err().to_string();
    assert_eq!(said("{}"), "the member \"name\" is missing (line 1, column 3)");
    assert_eq!(
        said("{\"name\":\"x\",\n \"count\":-1}"),
        "count: a whole number within its range is expected (line 2, column 12)"
    );
    assert_eq!(
        said(r#"{"name":"x","count":4294967296}"#),
        "count: a whole number within its range is expected (line 1, column 31)"
    );
    assert_eq!(said(r#"{"name":null}"#), "name: a text is expected (line 1, column 9)");
    assert_eq!(
        said(r#"{"list":[{"n":1},{"m":2}]}"#),
        "list[1]: the member \"n\" is missing (line 1, column 25)"
    );
    assert_eq!(
        said(r#"{"list":[{"n":1},{"n":1.5}]}"#),
        "list[1].n: a whole number within its range is expected (line 1, column 26)"
    );
    assert_eq!(said("<html>"), "an object is expected (line 1, column 1)");
    assert_eq!(said(r#"{"name":"x"} 5"#), "the end of the text is expected (line 1, column 14)");
}

#[test]
fn limits_hold() {
    let deep = "[".repeat(129) + &"]".repeat(129);
    assert!(ours(&deep[1..258 - 1]).is_ok());
    let error = ours(&deep).unwrap_err();
    assert_eq!(error.fault, Fault::Limit { what: "levels inside each other", most: 128 });
    assert!(ours(&"[".repeat(1 << 20)).is_err() && skipped(&"{\"a\":".repeat(1 << 20)).is_err());
    let short = Limits { bytes: 3, depth: 128 };
    assert!(read("1234", &short, Reader::skip).is_err());
    assert!(read("123", &short, Reader::skip).is_ok());
}

#[test]
fn a_member_is_a_plain_value() {
    // A table may be made in a function and filled in another.
    let mut name = String::new();
    let mut members: [Member<'_>; 1] = [must("a", Place::Text(&mut name))];
    assert_eq!(read(r#"{"a":"b"}"#, &Limits::default(), |json| json.members(&mut members)), Ok(()));
    assert_eq!(name, "b");
}
