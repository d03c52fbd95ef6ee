//! Rules for usernames and display names that users choose from now on. Existing ones stay valid.

use papo_shared::model::{DisplayName, NameProblem, Username};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection};

use super::reserved_names::{ReservedNames, is_for_deleted_account};

/// Maximum number of combining marks in a row (Unicode Technical Standard 39, section 5.4). Living languages use fewer.
const MAX_MARKS: usize = 4;

/// Checks a username for a new account, by Unicode Technical Standard 39: characters in common modern use, of one script or of
/// scripts that are written together, such as Han and Kana. `reserved` is `None` for the operator, who may create accounts
/// with reserved names.
///
/// # Errors
/// `Characters`, `MixedScripts`, `Reserved`.
pub fn check_username(username: &Username, reserved: Option<&ReservedNames>) -> Result<(), NameProblem> {
    let name = username.as_str();
    if !name.chars().all(GeneralSecurityProfile::identifier_allowed) || has_misleading_marks(name) {
        Err(NameProblem::Characters)
    } else if !name.check_restriction_level(RestrictionLevel::HighlyRestrictive) {
        Err(NameProblem::MixedScripts)
    } else if is_for_deleted_account(name) || reserved.is_some_and(|reserved| reserved.include(name)) {
        Err(NameProblem::Reserved)
    } else {
        Ok(())
    }
}

/// Checks a display name for the account with this username. An account whose username is reserved, which the operator has
/// created, may also be called so.
///
/// # Errors
/// `Reserved`.
pub fn check_display_name(name: &DisplayName, username: &Username, reserved: &ReservedNames) -> Result<(), NameProblem> {
    if reserved.include(name.as_str()) && !reserved.include(username.as_str()) { Err(NameProblem::Reserved) } else { Ok(()) }
}

/// Whether combining marks are hard to see: the same mark twice in a row, more than [`MAX_MARKS`] of them, or a dot above a
/// letter that has one.
fn has_misleading_marks(name: &str) -> bool {
    let (mut base, mut marks) = (None, Vec::new());
    for c in name.nfd() {
        if !is_combining_mark(c) {
            (base, marks) = (Some(c), Vec::new());
            continue;
        }
        let is_second_dot = c == '\u{307}' && matches!(base, Some('i' | 'j' | 'ı' | 'ȷ' | 'і' | 'ј'));
        if is_second_dot || marks.last() == Some(&c) || marks.len() == MAX_MARKS {
            return true;
        }
        marks.push(c);
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DisplayName, NameProblem, ReservedNames, Username, check_display_name, check_username};

    #[track_caller]
    fn check(typed: &str, expected: Result<&str, NameProblem>) {
        let username = Username::parse(typed);
        let checked = username.and_then(|username| {
            check_username(&username, Some(&ReservedNames::with(&[])))?;
            Ok(username)
        });
        assert_eq!(checked.as_ref().map(Username::as_str).map_err(|problem| *problem), expected, "{typed:?}");
    }

    #[test]
    fn names_in_all_common_scripts_are_accepted() {
        for name in [
            "maria",
            "joão",
            "zoë",
            "françois",
            "straße",
            "nguyễn",
            "łukasz",
            "þórður",
            "ẹ\u{301}bùn",
            "ольга",
            "їжак",
            "νίκος",
            "李小龙",
            "さくら",
            "サクラ",
            "桜さくら",
            "김민준",
            "محمد",
            "אברהם",
            "देवी",
            "สมชาย",
            "ana-2",
            "a.b_c",
            "col·lega",
            "maria.clara_2-b",
            "김小龙",
            "ali",
        ] {
            check(name, Ok(name));
        }
        check("João", Ok("joão"));
        check("İbrahim", Ok("ibrahim"));
        check("I\u{307}brahim", Ok("ibrahim"));
        check("IRMAK", Ok("irmak"));
    }

    #[test]
    fn misleading_characters_are_refused() {
        for name in
            ["ꓟaria", "ꓟꓮ", "mari\u{307}a", "mari\u{328}\u{307}a", "ma\u{325}\u{325}ria", "ᏒᎾᎾᎢ", "ⲙⲁⲣⲓⲁ", "ɑna", "ⅿaria", "ǀana"]
        {
            check(name, Err(NameProblem::Characters));
        }
    }

    #[test]
    fn marks_are_limited_in_number_and_not_repeated() {
        let with_marks = |marks: &str| Username::from(format!("x{marks}ana"));
        let check = |marks: &str, expected| assert_eq!(check_username(&with_marks(marks), None), expected, "{marks:?}");
        check("\u{300}\u{301}\u{302}\u{303}", Ok(()));
        check("\u{300}\u{301}\u{302}\u{303}\u{304}", Err(NameProblem::Characters));
        check("\u{300}\u{301}\u{300}", Ok(()));
        check("\u{300}\u{300}", Err(NameProblem::Characters));
    }

    #[test]
    fn mixed_scripts_are_refused() {
        for name in ["pаypal", "аdmin", "ana\u{3bf}", "мaria", "ольгa", "devदेव", "joão\u{430}", "Ω2b"] {
            check(name, Err(NameProblem::MixedScripts));
        }
    }

    #[test]
    fn reserved_names_are_refused_except_from_the_operator() {
        for name in ["Admin", "server", "everyone", "sistema", "todos", "adm1n", "a-d-m-i-n", "ádmin"] {
            check(name, Err(NameProblem::Reserved));
            assert_eq!(check_username(&Username::parse(name).unwrap(), None), Ok(()), "{name:?} by the operator");
        }
        for name in ["deleted-1", "deleted.22", "deleted_3", "de1eted4"] {
            check(name, Err(NameProblem::Reserved));
            assert_eq!(check_username(&Username::parse(name).unwrap(), None), Err(NameProblem::Reserved), "{name:?}");
        }
    }

    #[test]
    fn only_accounts_with_reserved_usernames_have_reserved_display_names() {
        let reserved = ReservedNames::with(&[]);
        let check = |name: &str, username: &str, expected| {
            let (name, username) = (DisplayName::parse(name).unwrap(), Username::parse(username).unwrap());
            assert_eq!(check_display_name(&name, &username, &reserved), expected, "{name} as {username}");
        };
        for name in ["Admin", "Suporte", "★ Server ★", "Sеrver", "Papo", "deleted 3", "Conta excluída"] {
            check(name, "maria", Err(NameProblem::Reserved));
            check(name, "admin", Ok(()));
        }
        for name in ["Maria", "Maria (admin)", "João da Silva", "Аня", "★", "Ali"] {
            check(name, "maria", Ok(()));
        }
    }

    proptest! {
        /// Whatever is accepted is in one script, so a name with an ASCII letter has no Cyrillic or Greek one.
        #[test]
        fn accepted_names_mix_no_confusable_scripts(name in "[a-zà-ÿα-ωа-яꓐ-ꓽ0-9.]{1,12}") {
            let Ok(username) = Username::parse(&name) else { return Ok(()) };
            if check_username(&username, None).is_ok() {
                let has = |low: char, high: char| username.as_str().chars().any(|c| (low..=high).contains(&c));
                let scripts = [has('a', 'ÿ'), has('α', 'ω'), has('а', 'я')].iter().filter(|found| **found).count();
                prop_assert!(scripts <= 1, "{username}");
                prop_assert!(!has('ꓐ', 'ꓽ'), "{username}");
            }
        }

        #[test]
        fn no_look_alike_of_a_reserved_name_is_accepted(
            separators in proptest::collection::vec(proptest::sample::select(vec!["", ".", "-", "_"]), 4),
            letters in ("[aáàâãäAÁ]", "[dDď]", "[mMḿ]", "[iíI1ìï]", "[nNñń]"),
        ) {
            let (a, d, m, i, n) = letters;
            let typed = [a, d, m, i, n].into_iter().zip(separators.into_iter().chain([""])).map(|(letter, gap)| letter + gap);
            let typed: String = typed.collect();
            let username = Username::parse(&typed).unwrap();
            prop_assert_eq!(check_username(&username, Some(&ReservedNames::with(&[]))), Err(NameProblem::Reserved), "{}", typed);
        }
    }
}
