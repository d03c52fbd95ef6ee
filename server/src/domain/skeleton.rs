//! Detection of usernames that look alike.

use papo_shared::model::Username;

/// Confusability skeleton of Unicode Technical Standard 39: names with the same skeleton look alike. For example,
/// Cyrillic `а` maps to the Latin letter, and `m` to `rn`.
#[must_use]
pub fn skeleton(username: &Username) -> String {
    unicode_security::skeleton(username.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Username, skeleton};

    #[track_caller]
    fn check(one: &str, other: &str, alike: bool) {
        let skeleton = |name: &str| skeleton(&Username::parse(name).unwrap());
        assert_eq!(skeleton(one) == skeleton(other), alike, "{one:?} and {other:?}");
    }

    #[test]
    fn names_that_look_alike_have_the_same_skeleton() {
        check("paypal", "p\u{430}yp\u{430}l", true);
        check("maria", "rnaria", true);
        check("joão", "joa\u{303}o", true);
        check("paul", "pau1", true);
    }

    #[test]
    fn names_that_look_different_have_different_skeletons() {
        check("ana", "anna", false);
        check("joão", "joao", false);
        check("ольга", "olga", false);
    }
}
