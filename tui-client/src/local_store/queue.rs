//! The queue of the storage thread. Waiting changes are merged, so that their number is bounded by the number of conversations
//! and unsent messages, however long the disk is slow or failing.

use std::collections::VecDeque;

use papo_shared::model::{ClientId, ServerId, Username};

use crate::local_data::LocalChange;

/// The account that changes belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) server: ServerId,
    pub(super) username: Username,
}

/// A job for the storage thread.
#[derive(Debug)]
pub(super) enum Job {
    Load(Account),
    Save(Account, PendingChanges),
}

/// Jobs in the order of the requests.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) jobs: VecDeque<Job>,
    /// Whether the thread is working on a job.
    pub(super) is_busy: bool,
    /// Whether no more jobs will be added.
    pub(super) is_stopping: bool,
    /// Whether the thread has ended.
    pub(super) has_ended: bool,
}

impl Queue {
    /// Adds changes, merged into the last job if that saves changes of the same account.
    pub(super) fn save(&mut self, account: &Account, changes: Vec<LocalChange>) {
        if let Some(Job::Save(last, pending)) = self.jobs.back_mut()
            && last == account
        {
            pending.merge(PendingChanges::from_changes(changes));
        } else {
            self.jobs.push_back(Job::Save(account.clone(), PendingChanges::from_changes(changes)));
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.jobs.is_empty() && !self.is_busy
    }
}

/// Changes that are not on disk yet. A change replaces an earlier one of the same draft, message or position.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PendingChanges {
    changes: Vec<LocalChange>,
}

impl PendingChanges {
    pub(super) fn from_changes(changes: Vec<LocalChange>) -> Self {
        let mut pending = Self::default();
        changes.into_iter().for_each(|change| pending.add(change));
        pending
    }

    fn add(&mut self, change: LocalChange) {
        match &change {
            LocalChange::DraftSet(id, _) => {
                self.changes.retain(|earlier| !matches!(earlier, LocalChange::DraftSet(other, _) if other == id))
            }
            LocalChange::AllRemoved => self.changes.clear(),
            LocalChange::PositionSet(_) => self.changes.retain(|earlier| !matches!(earlier, LocalChange::PositionSet(_))),
            LocalChange::MessageQueued(message) => self.remove_message(message.client_id),
            LocalChange::RefusalSet(client_id, refusal) => {
                for earlier in &mut self.changes {
                    if let LocalChange::MessageQueued(message) = earlier
                        && message.client_id == *client_id
                    {
                        message.refused.clone_from(refusal);
                        return;
                    }
                }
                self.remove_message(*client_id);
            }
            LocalChange::MessageRemoved(client_id) => {
                let is_on_disk = !self.messages().contains(client_id);
                self.remove_message(*client_id);
                if !is_on_disk {
                    return;
                }
            }
        }
        self.changes.push(change);
    }

    /// Adds changes that were requested later.
    pub(super) fn merge(&mut self, later: Self) {
        later.changes.into_iter().for_each(|change| self.add(change));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &LocalChange> {
        self.changes.iter()
    }

    /// The ids of the added messages.
    pub(super) fn messages(&self) -> Vec<ClientId> {
        let added = self.changes.iter().filter(|change| matches!(change, LocalChange::MessageQueued(_)));
        added.filter_map(message_of).collect()
    }

    fn remove_message(&mut self, client_id: ClientId) {
        self.changes.retain(|earlier| message_of(earlier) != Some(client_id));
    }
}

fn message_of(change: &LocalChange) -> Option<ClientId> {
    match change {
        LocalChange::MessageQueued(message) => Some(message.client_id),
        LocalChange::RefusalSet(client_id, _) | LocalChange::MessageRemoved(client_id) => Some(*client_id),
        LocalChange::DraftSet(..) | LocalChange::PositionSet(_) | LocalChange::AllRemoved => None,
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ConversationId, MessageText, Timestamp};
    use papo_shared::protocol::Refusal;

    use super::{ClientId, LocalChange, PendingChanges};
    use crate::local_data::{Draft, ScreenPosition, UnsentMessage};

    fn merged(changes: Vec<LocalChange>) -> Vec<LocalChange> {
        PendingChanges::from_changes(changes).changes
    }

    fn draft(conversation: u32, text: &str) -> LocalChange {
        LocalChange::DraftSet(ConversationId(conversation), Draft { text: text.to_owned(), ..Draft::default() })
    }

    fn queued(client_id: ClientId, refused: Option<Refusal>) -> LocalChange {
        LocalChange::MessageQueued(UnsentMessage {
            client_id,
            conversation: ConversationId(1),
            text: MessageText::parse("oi").unwrap(),
            reply_to: None,
            at: Timestamp(0),
            refused,
        })
    }

    #[test]
    fn a_change_replaces_an_earlier_one_of_the_same_subject() {
        let at = |in_chat| LocalChange::PositionSet(ScreenPosition { in_chat, among_groups: false, direct: None, group: None });
        let changes = vec![draft(1, "a"), at(true), draft(2, "b"), draft(1, "ab"), at(false), draft(2, "")];
        assert_eq!(merged(changes), [draft(1, "ab"), at(false), draft(2, "")]);
    }

    #[test]
    fn changes_of_a_message_are_merged_into_one() {
        let (one, two) = (ClientId::new(), ClientId::new());
        let refusal = Some(Refusal::NotAMember);
        assert_eq!(
            merged(vec![queued(one, None), queued(two, None), LocalChange::RefusalSet(one, refusal.clone())]),
            [queued(one, refusal.clone()), queued(two, None)],
            "the order of the messages is kept"
        );
        assert_eq!(
            merged(vec![queued(one, None), LocalChange::RefusalSet(one, refusal.clone()), LocalChange::MessageRemoved(one)]),
            []
        );
        let on_disk = vec![LocalChange::RefusalSet(one, refusal), LocalChange::RefusalSet(one, None)];
        assert_eq!(merged(on_disk.clone()), [LocalChange::RefusalSet(one, None)]);
        assert_eq!(merged([on_disk, vec![LocalChange::MessageRemoved(one)]].concat()), [LocalChange::MessageRemoved(one)]);
    }
}
