//! The people on the server, as far as this client knows them.

use std::collections::BTreeMap;

use papo_shared::model::{Person, Username};

/// All people that the server has mentioned to this client.
#[derive(Clone, Debug, Default)]
pub struct People {
    known: BTreeMap<Username, Person>,
    /// Whether the whole directory is known. If it is too large to read, the list of people shows only those with a direct
    /// conversation, and the others are found by searching.
    pub is_complete: bool,
    /// The name shown for deleted accounts, in the user's language.
    pub name_of_deleted: String,
}

impl People {
    /// Adds people or replaces what is known of them.
    pub fn learn(&mut self, people: impl IntoIterator<Item = Person>) {
        for person in people {
            self.known.insert(person.username.clone(), person);
        }
    }

    /// Forgets a person whose account was deleted.
    pub fn forget(&mut self, username: &Username) {
        self.known.remove(username);
    }

    /// The person with this username, if known.
    #[must_use]
    pub fn get(&self, username: &Username) -> Option<&Person> {
        self.known.get(username)
    }

    /// All known people, ordered by username.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.known.values()
    }

    /// The display name of a person, or the username if the person is unknown. Deleted accounts share one name.
    #[must_use]
    pub fn name_of<'a>(&'a self, username: &'a Username) -> &'a str {
        match self.known.get(username) {
            Some(person) if !person.deleted => person.display_name.as_str(),
            None if !username.is_of_deleted_account() => username.as_str(),
            _ => &self.name_of_deleted,
        }
    }

    /// Whether a person is online but away.
    #[must_use]
    pub fn is_away(&self, username: &Username) -> bool {
        self.known.get(username).is_some_and(|person| person.online && person.away)
    }

    /// Whether a person has an open session.
    #[must_use]
    pub fn is_online(&self, username: &Username) -> bool {
        self.known.get(username).is_some_and(|person| person.online)
    }
}
