//! Who there is.

use std::collections::BTreeMap;

use papo_shared::model::{Person, Username};

/// Everybody this client has heard of.
#[derive(Clone, Debug, Default)]
pub struct People {
    known: BTreeMap<Username, Person>,
    /// Whether this is the whole directory. Where it is too large to be read, the panes show whom one talks with, and the
    /// rest is found by searching.
    pub is_complete: bool,
}

impl People {
    /// Takes people as they are now.
    pub fn learn(&mut self, people: impl IntoIterator<Item = Person>) {
        for person in people {
            self.known.insert(person.username.clone(), person);
        }
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, username: &Username) -> Option<&Person> {
        self.known.get(username)
    }

    /// All of them, ordered by username.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.known.values()
    }

    /// What to call somebody: the display name where it is known.
    #[must_use]
    pub fn name_of<'a>(&'a self, username: &'a Username) -> &'a str {
        self.known.get(username).map_or(username.as_str(), |person| person.display_name.as_str())
    }

    /// Whether they are away, of who is here.
    #[must_use]
    pub fn is_away(&self, username: &Username) -> bool {
        self.known.get(username).is_some_and(|person| person.online && person.away)
    }

    /// Whether a session of theirs is open.
    #[must_use]
    pub fn is_online(&self, username: &Username) -> bool {
        self.known.get(username).is_some_and(|person| person.online)
    }
}
