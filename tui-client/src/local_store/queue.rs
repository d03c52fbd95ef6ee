//! What waits for the disk. Changes are merged while they wait, so that their number is bounded by the conversations and the
//! unsent messages there are, however long the disk takes or fails.

use std::collections::VecDeque;

use papo_shared::model::{ClientId, ServerId, Username};

use crate::kept::Change;

/// Whose changes these are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) server: ServerId,
    pub(super) username: Username,
}

/// A piece of work for the thread that has the file.
#[derive(Debug)]
pub(super) enum Job {
    Read(Account),
    Keep(Account, Unkept),
}

/// Jobs in the order in which they were asked for.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) jobs: VecDeque<Job>,
    /// Whether a job was taken out and is not finished.
    pub(super) is_busy: bool,
    /// Whether nothing more will be asked.
    pub(super) is_stopping: bool,
    /// Whether the thread has finished what was asked.
    pub(super) has_ended: bool,
}

impl Queue {
    /// Adds changes; where such a job waits last for the same account, to that one.
    pub(super) fn keep(&mut self, account: &Account, changes: Vec<Change>) {
        if let Some(Job::Keep(last, unkept)) = self.jobs.back_mut()
            && last == account
        {
            unkept.merge(Unkept::of(changes));
        } else {
            self.jobs.push_back(Job::Keep(account.clone(), Unkept::of(changes)));
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.jobs.is_empty() && !self.is_busy
    }
}

/// Changes that are not on the disk. A later change of the same thing replaces the earlier one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Unkept {
    changes: Vec<Change>,
}

impl Unkept {
    pub(super) fn of(changes: Vec<Change>) -> Self {
        let mut unkept = Self::default();
        changes.into_iter().for_each(|change| unkept.add(change));
        unkept
    }

    fn add(&mut self, change: Change) {
        match &change {
            Change::Draft(id, _) => self.changes.retain(|earlier| !matches!(earlier, Change::Draft(other, _) if other == id)),
            Change::At(_) => self.changes.retain(|earlier| !matches!(earlier, Change::At(_))),
            Change::Waits(message) => self.remove_message(message.client_id),
            Change::Refused(client_id, refusal) => {
                for earlier in &mut self.changes {
                    if let Change::Waits(message) = earlier
                        && message.client_id == *client_id
                    {
                        message.refused.clone_from(refusal);
                        return;
                    }
                }
                self.remove_message(*client_id);
            }
            Change::Gone(client_id) => {
                let is_on_disk = !self.messages().contains(client_id);
                self.remove_message(*client_id);
                if !is_on_disk {
                    return;
                }
            }
        }
        self.changes.push(change);
    }

    /// Adds later changes.
    pub(super) fn merge(&mut self, later: Self) {
        later.changes.into_iter().for_each(|change| self.add(change));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }

    /// The messages that were added.
    pub(super) fn messages(&self) -> Vec<ClientId> {
        let added = self.changes.iter().filter(|change| matches!(change, Change::Waits(_)));
        added.filter_map(message_of).collect()
    }

    fn remove_message(&mut self, client_id: ClientId) {
        self.changes.retain(|earlier| message_of(earlier) != Some(client_id));
    }
}

fn message_of(change: &Change) -> Option<ClientId> {
    match change {
        Change::Waits(message) => Some(message.client_id),
        Change::Refused(client_id, _) | Change::Gone(client_id) => Some(*client_id),
        Change::Draft(..) | Change::At(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ConversationId, MessageText, Timestamp};
    use papo_shared::protocol::Refusal;

    use super::{Change, ClientId, Unkept};
    use crate::kept::{Draft, Place, UnsentMessage};

    fn merged(changes: Vec<Change>) -> Vec<Change> {
        Unkept::of(changes).changes
    }

    fn draft(conversation: u32, text: &str) -> Change {
        Change::Draft(ConversationId(conversation), Draft { text: text.to_owned(), ..Draft::default() })
    }

    fn waits(client_id: ClientId, refused: Option<Refusal>) -> Change {
        Change::Waits(UnsentMessage {
            client_id,
            conversation: ConversationId(1),
            text: MessageText::parse("oi").unwrap(),
            reply_to: None,
            at: Timestamp(0),
            refused,
        })
    }

    #[test]
    fn a_later_change_replaces_an_earlier_one_of_the_same_thing() {
        let at = |in_chat| Change::At(Place { in_chat, among_groups: false, direct: None, group: None });
        let changes = vec![draft(1, "a"), at(true), draft(2, "b"), draft(1, "ab"), at(false), draft(2, "")];
        assert_eq!(merged(changes), [draft(1, "ab"), at(false), draft(2, "")]);
    }

    #[test]
    fn a_message_leaves_one_change_whatever_becomes_of_it() {
        let (one, two) = (ClientId::new(), ClientId::new());
        let refusal = Some(Refusal::NotAMember);
        assert_eq!(
            merged(vec![waits(one, None), waits(two, None), Change::Refused(one, refusal.clone())]),
            [waits(one, refusal.clone()), waits(two, None)],
            "in the order in which they were written"
        );
        assert_eq!(merged(vec![waits(one, None), Change::Refused(one, refusal.clone()), Change::Gone(one)]), []);
        let on_disk = vec![Change::Refused(one, refusal), Change::Refused(one, None)];
        assert_eq!(merged(on_disk.clone()), [Change::Refused(one, None)]);
        assert_eq!(merged([on_disk, vec![Change::Gone(one)]].concat()), [Change::Gone(one)]);
    }
}
