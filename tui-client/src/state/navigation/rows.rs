//! The rows of the lists of people and groups, and their conversations.

use papo_shared::model::{ConversationId, Username};

use super::chat::{Row, Side};
use crate::state::State;
use crate::state::conversations::conversation::Conversation;

impl State {
    /// The rows of a list, ordered by name, so that rows do not move when people come online or write.
    #[must_use]
    pub fn rows(&self, side: Side) -> Vec<Row> {
        match side {
            Side::Users => self.user_rows(),
            Side::Groups => {
                let mut groups: Vec<_> = self
                    .account
                    .conversations
                    .values()
                    .filter_map(|c| c.group_name().map(|name| (name.uniqueness_key(), c.id)))
                    .collect();
                groups.sort_unstable();
                groups.into_iter().map(|(_, id)| Row::Group(id)).collect()
            }
        }
    }

    fn user_rows(&self) -> Vec<Row> {
        let peers: Vec<&Username> =
            self.account.conversations.values().filter_map(|c| c.peer().map(|peer| &peer.username)).collect();
        let mut names: Vec<&Username> = if self.account.people.is_complete {
            self.account.people.iter().map(|person| &person.username).filter(|name| Some(*name) != self.me()).collect()
        } else {
            peers
        };
        names.sort_unstable_by_key(|name| (self.account.people.name_of(name).to_lowercase(), *name));
        names.into_iter().cloned().map(Row::Person).collect()
    }

    /// The conversation of a row, if there is one.
    #[must_use]
    pub fn conversation_of(&self, row: &Row) -> Option<&Conversation> {
        match row {
            Row::Person(username) => self.direct_with(username),
            Row::Group(id) => self.account.conversations.get(id),
        }
    }

    /// The row that stands for a conversation.
    #[must_use]
    pub fn row_of(&self, id: ConversationId) -> Option<Row> {
        let conversation = self.account.conversations.get(&id)?;
        Some(conversation.peer().map_or(Row::Group(id), |peer| Row::Person(peer.username.clone())))
    }

    /// The direct conversation with a person, if there is one.
    #[must_use]
    pub fn direct_with(&self, username: &Username) -> Option<&Conversation> {
        self.account.conversations.values().find(|c| c.peer().is_some_and(|peer| peer.username == *username))
    }
}
