//! The text values (names, texts, emoji) in each form in which they are used: the parsed value, the `&str`, the
//! displayed text, the wire format, and the plain `String`.

use std::fmt::{Debug, Display};

use papo_shared::model::{DeviceName, DisplayName, Emoji, GroupName, MessageText, Seq, ServerId, StatusText, Topic, Username};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Checks that a value has the expected text in every form, and that it is read back from the wire unchanged.
#[track_caller]
fn check<T>(value: &T, as_str: fn(&T) -> &str, expected: &str)
where
    T: Clone + Debug + PartialEq + Serialize + DeserializeOwned + From<String> + Into<String>,
{
    assert_eq!(as_str(value), expected);
    assert_eq!(value.clone().into(), expected);
    assert_eq!(T::from(expected.to_owned()), *value);
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(json, serde_json::to_string(expected).unwrap());
    assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value);
}

#[test]
fn a_text_value_has_the_same_text_in_every_form() {
    check(&Username::parse(" Ana ").unwrap(), Username::as_str, "ana");
    check(&DisplayName::parse(" Ana  Lima ").unwrap(), DisplayName::as_str, "Ana Lima");
    check(&GroupName::parse("#Redes").unwrap(), GroupName::as_str, "Redes");
    check(&Topic::parse("prova\nna sexta").unwrap().unwrap(), Topic::as_str, "prova na sexta");
    check(&StatusText::parse(" almoço ").unwrap().unwrap(), StatusText::as_str, "almoço");
    check(&DeviceName::from("laptop\n".to_owned()), DeviceName::as_str, "laptop");
    check(&Emoji::parse("❤").unwrap(), Emoji::as_str, "❤️");
    check(&MessageText::parse("\noi\r\ntudo bem? ").unwrap(), MessageText::as_str, "oi\ntudo bem?");
    check(&MessageText::deleted(), MessageText::as_str, "");
}

#[test]
fn a_text_value_is_displayed_as_its_text() {
    let shown: [(&dyn Display, &str); 9] = [
        (&Username::parse("ana").unwrap(), "ana"),
        (&DisplayName::parse("Ana Lima").unwrap(), "Ana Lima"),
        (&GroupName::parse("redes").unwrap(), "redes"),
        (&Topic::parse("prova").unwrap().unwrap(), "prova"),
        (&StatusText::parse("almoço").unwrap().unwrap(), "almoço"),
        (&DeviceName::from("laptop".to_owned()), "laptop"),
        (&Emoji::parse("👍").unwrap(), "👍"),
        (&Seq(42), "42"),
        (&ServerId::from_bytes([0xab; 16]), "abababab-abab-abab-abab-abababababab"),
    ];
    for (value, expected) in shown {
        assert_eq!(value.to_string(), expected);
    }
}
