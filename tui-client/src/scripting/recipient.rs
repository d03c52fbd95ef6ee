//! Parses the recipient of a command: `name` or `@name` for a person, `#name` for a group.

use papo_shared::model::{GroupName, Username};

use super::failure::{Exit, Failure};
use crate::state::refusals::{group_name_problem, name_problem};

/// The recipient of a command. A name without a prefix is always a person, so that a group created later under the same name
/// does not redirect messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    /// The user of a direct conversation.
    Person(Username),
    /// A group of which the user is a member.
    Group(GroupName),
}

/// Parses a recipient from the command line.
///
/// # Errors
/// It is not a valid name.
pub(super) fn parse(typed: &str) -> Result<Recipient, Failure> {
    let parsed = if typed.starts_with('#') {
        GroupName::parse(typed).map(Recipient::Group).map_err(group_name_problem)
    } else {
        Username::parse(typed.strip_prefix('@').unwrap_or(typed)).map(Recipient::Person).map_err(name_problem)
    };
    parsed.map_err(|message| Failure::new(Exit::Usage, message))
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
    fn the_prefix_distinguishes_groups_from_people() {
        let person = |name: &str| Some(Recipient::Person(Username::parse(name).unwrap()));
        check("Bia", person("bia"));
        check("@joão", person("joão"));
        check("#Redes 2", Some(Recipient::Group(GroupName::parse("Redes 2").unwrap())));
    }

    #[test]
    fn invalid_names_are_refused() {
        for typed in ["", "@", "#", "a b", "@@bia", "/quit"] {
            check(typed, None);
        }
    }
}
