//! Whom a command is about: `name` or `@name` for a person, `#name` for a group.

use papo_shared::model::{GroupName, Username};

use super::failure::{Exit, Failure};
use crate::state::refusals::{group_name_problem, name_problem};

/// Whom a command is about. A word without a sign is always a person: that a group of the same name is founded some day must
/// not send anything elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    /// Somebody.
    Person(Username),
    /// A group.
    Group(GroupName),
}

/// Reads it as it was typed.
///
/// # Errors
/// Where that is no name.
pub(super) fn parse(typed: &str) -> Result<Recipient, Failure> {
    let parsed = if typed.starts_with('#') {
        GroupName::parse(typed).map(Recipient::Group).map_err(group_name_problem)
    } else {
        Username::parse(typed.strip_prefix('@').unwrap_or(typed)).map(Recipient::Person).map_err(name_problem)
    };
    parsed.map_err(|words| Failure::told(Exit::Usage, words))
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{GroupName, Username};

    use super::{Recipient, parse};

    #[track_caller]
    fn check(typed: &str, expected: Option<Recipient>) {
        assert_eq!(parse(typed).ok(), expected, "{typed:?}");
    }

    #[test]
    fn the_sign_tells_a_group_from_a_person() {
        let person = |name: &str| Some(Recipient::Person(Username::parse(name).unwrap()));
        check("Bia", person("bia"));
        check("@joão", person("joão"));
        check("#Redes 2", Some(Recipient::Group(GroupName::parse("Redes 2").unwrap())));
    }

    #[test]
    fn what_names_nobody_is_said_to() {
        for typed in ["", "@", "#", "a b", "@@bia", "/quit"] {
            check(typed, None);
        }
    }
}
