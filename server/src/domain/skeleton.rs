//! Detection of names that look alike.

use papo_shared::model::GroupName;
use unicode_normalization::UnicodeNormalization;

/// Confusability skeleton of Unicode Technical Standard 39, regardless of case: names with the same skeleton look alike. For
/// example, Cyrillic `а` maps to the Latin letter, and `m` to `rn`. Invisible characters are removed; accents are kept.
#[must_use]
pub fn skeleton(text: &str) -> String {
    // Capitals of other scripts first: Greek `Β` looks like a Latin letter, and its lower case `β` does not.
    let latin: String = text.nfd().map(as_ascii).collect();
    // The prototype of the digit 0 is a capital O.
    unicode_security::skeleton(&GroupName::fold(&latin)).map(|c| c.to_ascii_lowercase()).collect()
}

/// Maps a character outside ASCII, unless it is in lower case, to the ASCII character that it looks like, if there is one.
fn as_ascii(c: char) -> char {
    let mut bytes = [0; 4];
    let mut prototype = unicode_security::skeleton(c.encode_utf8(&mut bytes));
    match (prototype.next(), prototype.next()) {
        // The prototype of all capitals that look like I is a lower-case L.
        (Some('l'), None) if c.is_uppercase() => 'I',
        (Some(other), None) if !c.is_lowercase() && !c.is_ascii() && other.is_ascii() => other,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::skeleton;

    #[track_caller]
    fn check(one: &str, other: &str, alike: bool) {
        assert_eq!(skeleton(one) == skeleton(other), alike, "{one:?} and {other:?}");
    }

    #[test]
    fn names_that_look_alike_have_the_same_skeleton() {
        for (one, other) in [
            ("paypal", "p\u{430}yp\u{430}l"),
            ("maria", "rnaria"),
            ("maria", "ꓟaria"),
            ("maria", "marıa"),
            ("joão", "joa\u{303}o"),
            ("paul", "pau1"),
            ("joao", "joa0"),
            ("Redes", "R\u{435}d\u{435}s"),
            ("BETA", "ΒΕΤΑ"),
            ("beta", "ΒΕΤΑ"),
            ("Internet", "\u{406}nternet"),
            ("redes", "re\u{200b}des"),
            ("redes", "re\u{ad}des"),
            ("redes", "re\u{3164}des"),
            ("νίκος", "νίκοσ"),
        ] {
            check(one, other, true);
        }
    }

    #[test]
    fn names_that_look_different_have_different_skeletons() {
        for (one, other) in [("ana", "anna"), ("joão", "joao"), ("ольга", "olga"), ("IA", "LA"), ("ALI", "ALL"), ("zoë", "zoe")]
        {
            check(one, other, false);
        }
    }

    #[test]
    fn case_makes_no_difference() {
        for name in ["Redes", "STRASSE", "İbrahim", "Ольга", "ILHA", "AllI1"] {
            check(name, &name.to_lowercase(), true);
        }
    }
}
