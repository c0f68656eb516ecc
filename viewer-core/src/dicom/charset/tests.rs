use super::*;

/// Text, the declared terms and the encoded bytes: PS3.5 annexes H, I, J and K.
#[test]
fn examples_of_the_standard() {
    let cases: &[(&[&str], &[u8], &str)] = &[
        // H.3.1: Japanese, katakana and kanji through escapes.
        (
            &["", "ISO 2022 IR 87"],
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
            "Yamada^Tarou=山田^太郎=やまだ^たろう",
        ),
        // H.3.2: the first group in half-width katakana.
        (
            &["ISO 2022 IR 13", "ISO 2022 IR 87"],
            b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
            "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
        ),
        // I.2: Korean.
        (
            &["", "ISO 2022 IR 149"],
            b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
            "Hong^Gildong=洪^吉洞=홍^길동",
        ),
        // J.1 and J.3: Chinese in UTF-8 and GB18030.
        (&["ISO_IR 192"], b"Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1=", "Wang^XiaoDong=王^小東="),
        (&["GB18030"], b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=", "Wang^XiaoDong=王^小东="),
        // K.2: Chinese through escapes.
        (
            &["", "ISO 2022 IR 58"],
            b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
            "Zhang^XiaoDong=张^小东=",
        ),
        (&["ISO_IR 100"], b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
        (&["ISO_IR 144"], b"\xbb\xee\xda\xe1\xd5\xdc\xd1\xe3\xe0\xd3", "Люксембург"),
    ];
    for (terms, bytes, expected) in cases {
        assert_eq!(CharacterSet::declared(terms).decode(bytes, Vr::PN), *expected, "{terms:?}");
    }
}

/// A letter of each other term of PS3.3 tables C.12-2 and C.12-3 that is elsewhere or missing in its neighbours, as the registered
/// sets have it; and of ISO-IR 165, which no table has.
#[test]
fn every_term_has_its_letters() {
    let cases: &[(&[&str], &[u8], &str)] = &[
        (&["ISO_IR 101"], b"\xf5", "ő"),
        (&["ISO_IR 109"], b"\xa1", "Ħ"),
        (&["ISO_IR 110"], b"\xb3", "ŗ"),
        (&["ISO_IR 126"], b"\xc4", "Δ"),
        (&["ISO_IR 127"], b"\xe2", "ق"),
        (&["ISO_IR 138"], b"\xf9", "ש"),
        (&["ISO_IR 148"], b"\xfd", "ı"),
        (&["ISO_IR 166"], b"\xa1", "ก"),
        (&["ISO_IR 203"], b"\xa4", "€"),
        (&["ISO_IR 13"], b"\xd4\xcf\xc0\xde", "ﾔﾏﾀﾞ"),
        (&["", "ISO 2022 IR 159"], b"\x1b$(D\x30\x21\x1b(B.", "丂."),
        (&["", "ISO 2022 IR 203"], b"A\x1b-b\xa4", "A€"),
        (&["", "ISO 2022 IR 166"], b"A\x1b-T\xa1", "Aก"),
        (&["", "ISO 2022 IR 165"], b"Zhang=\x1b$)E\xd5\xc5^\x1b$)E\xd0\xa1", "Zhang=张^小"),
    ];
    for (terms, bytes, expected) in cases {
        assert_eq!(CharacterSet::declared(terms).decode(bytes, Vr::PN), *expected, "{terms:?}");
    }
}

#[test]
fn trail_bytes_are_no_delimiters() {
    // 乗 is 81 5C, whose second byte is a backslash.
    let text = CharacterSet::declared(&["GB18030"]).decode(b"\x81\x5c\\A", Vr::LO);
    assert_eq!(text, "乗\\A");
}

fn resolved(terms: &[&str], values: &[&[u8]]) -> CharacterSet {
    CharacterSet::resolve(terms, values.iter().copied())
}

const GBK: &[u8] = b"Zhang^San=\xd5\xc5^\xc8\xfd";

#[test]
fn wrong_labels_are_seen_through() {
    for terms in [&[][..], &["ISO_IR 6"], &["ISO_IR 100"], &["ISO_IR 192"]] {
        let set = resolved(terms, &[GBK]);
        assert!(set.guessed(), "{terms:?}");
        assert_eq!(set.decode(GBK, Vr::PN), "Zhang^San=张^三");
    }
    let utf8 = "张^三".as_bytes();
    assert!(resolved(&[], &[utf8]).guessed());
    assert_eq!(resolved(&["GB18030"], &[utf8]).decode(utf8, Vr::PN), "张^三");
}

#[test]
fn right_labels_are_believed() {
    let latin: &[&[u8]] =
        &[b"M\xfcller", b"Gr\xf6\xdfe", b"J\xe9r\xf4me", b"\xc5ngstr\xf6m", b"pr\xe9\xe9minent"];
    for value in latin {
        let set = resolved(&["ISO_IR 100"], &[value]);
        assert!(!set.guessed(), "{value:?}");
    }
    assert!(!resolved(&["GB18030"], &[GBK]).guessed());
    assert!(!resolved(&["ISO_IR 192"], &["张三".as_bytes()]).guessed());
    assert!(!resolved(&["ISO_IR 100"], &[b"plain"]).guessed());
}

#[test]
fn spelling_of_terms_is_taken_broadly() {
    for term in ["ISO_IR 192", "ISO IR 192", "ISO-IR 192", "iso_ir_192", "UTF-8"] {
        assert_eq!(CharacterSet::declared(&[term]), CharacterSet::UTF_8, "{term}");
    }
}
