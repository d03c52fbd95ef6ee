//! Converts outcomes of the store into events for the sessions concerned. Pure functions: no waiting, no state.

use std::collections::BTreeMap;
use std::sync::Arc;

use papo_shared::model::{ConversationId, EntryKind, GroupListing};
use papo_shared::protocol::{
    self, BlockChanged, EntryPosted, Event, GroupDeleted, GroupUnlisted, InvitationDeclined, NotifyChanged, Receipt,
    ReceiptsChanged,
};

use crate::bus::{Announcement, Recipients};
use crate::domain::{AccountId, Audience, SessionId};
use crate::domain::{GroupDeletion, MessagesErased, Removal};
use crate::store::{BlockChange, CursorPosition, NotifyChange, Outcome, Posted, ReceiptMoved};

/// The announcements that follow from one outcome. `origin` is the session that made the request.
#[must_use]
pub(crate) fn announcements(outcome: &Outcome, origin: SessionId) -> Vec<Announcement> {
    match outcome {
        Outcome::Posted(posted) => entry_posted(posted),
        Outcome::Invited(account, invitation) => {
            let to = Recipients::Accounts(Arc::new([*account]));
            vec![Announcement { event: Event::InvitationReceived(invitation.clone()), to, except: None }]
        }
        Outcome::InvitationDeclined(account, conversation) => {
            let declined = InvitationDeclined { conversation: *conversation };
            vec![for_other_sessions(*account, Event::InvitationDeclined(declined), origin)]
        }
        Outcome::NotifyChanged(NotifyChange { conversation, account, notify }) => {
            let changed = NotifyChanged { conversation: *conversation, notify: *notify };
            vec![for_other_sessions(*account, Event::NotifyChanged(changed), origin)]
        }
        Outcome::BlockChanged(BlockChange { by, username, blocked }) => {
            let changed = BlockChanged { username: username.clone(), blocked: *blocked };
            vec![for_other_sessions(*by, Event::BlockChanged(changed), origin)]
        }
        Outcome::GroupDeleted(GroupDeletion { conversation, audience }) => {
            let event = Event::GroupDeleted(GroupDeleted { conversation: *conversation });
            // Members learn of it, and everybody who watches the directory.
            let members = Recipients::AccountsNotWatching(audience.clone());
            [members, Recipients::Watchers].map(|to| Announcement { event: event.clone(), to, except: None }).into()
        }
        Outcome::ErasureContinued(erased) | Outcome::Expired(erased, _) => messages_erased(erased).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The messages that a step erased, for the members of their conversation.
fn messages_erased(erased: &MessagesErased) -> Option<Announcement> {
    let conversation = erased.messages.first()?.conversation;
    let seqs = erased.messages.iter().map(|message| message.seq).collect();
    let (expired, by_operator) = (erased.removal == Removal::Expiry, erased.removal == Removal::Operator);
    let event = Event::MessagesErased(protocol::MessagesErased { conversation, seqs, expired, by_operator });
    Some(Announcement { event, to: Recipients::Accounts(erased.audience.clone()), except: None })
}

/// The new entry for all members, and the change to the directory for sessions watching it.
fn entry_posted(posted: &Posted) -> Vec<Announcement> {
    if posted.duplicate {
        return Vec::new();
    }
    let entry = EntryPosted { conversation: posted.conversation, entry: posted.entry.clone() };
    let to = Recipients::Accounts(posted.audience.clone());
    let mut announcements = vec![Announcement { event: Event::EntryPosted(entry), to, except: None }];
    let changed = posted.group.as_ref().and_then(|group| directory_change(group, &posted.entry.kind));
    announcements.extend(changed.map(|event| Announcement { event, to: Recipients::Watchers, except: None }));
    announcements
}

/// The change to the directory that an entry of this group makes. The directory does not contain private groups.
fn directory_change(group: &GroupListing, kind: &EntryKind) -> Option<Event> {
    if group.visibility.is_in_directory() {
        return Some(Event::GroupChanged(group.clone()));
    }
    let became_private = matches!(kind, EntryKind::VisibilityChanged { .. });
    became_private.then_some(Event::GroupUnlisted(GroupUnlisted { conversation: group.conversation }))
}

/// An event about the requester's own account, for the account's other sessions.
pub(crate) fn for_other_sessions(account: AccountId, event: Event, origin: SessionId) -> Announcement {
    Announcement { event, to: Recipients::Accounts(Arc::new([account])), except: Some(origin) }
}

/// Receipts changed by one batch, merged so that each conversation gets a single event.
#[derive(Default)]
pub(crate) struct Receipts {
    by_conversation: BTreeMap<ConversationId, ConversationReceipts>,
}

/// The event for one conversation.
#[derive(Default)]
struct ConversationReceipts {
    audience: Audience,
    receipts: BTreeMap<AccountId, Receipt>,
}

impl Receipts {
    /// Adds the receipt of an outcome, if it has one. Later calls override earlier ones for the same member.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        let (Outcome::Delivered(moved) | Outcome::CursorPosition(CursorPosition { receipt: Some(moved), .. })) = outcome else {
            return;
        };
        let ReceiptMoved { conversation, account, receipt, audience } = moved;
        let changed = self.by_conversation.entry(*conversation).or_default();
        changed.audience.clone_from(audience);
        changed.receipts.insert(*account, receipt.clone());
    }

    /// The announcements of the batch. A member whose receipt is the only one in an event does not receive it.
    pub(crate) fn announcements(self) -> impl Iterator<Item = Announcement> {
        self.by_conversation.into_iter().filter_map(|(conversation, ConversationReceipts { mut audience, receipts })| {
            if let [only] = receipts.keys().collect::<Vec<_>>()[..] {
                audience = audience.iter().copied().filter(|account| account != only).collect();
            }
            if audience.is_empty() {
                return None;
            }
            let receipts = receipts.into_values().collect();
            let event = Event::ReceiptsChanged(ReceiptsChanged { conversation, receipts });
            Some(Announcement { event, to: Recipients::Accounts(audience), except: None })
        })
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{Seq, Username};

    use super::{AccountId, Audience, ConversationId, Event, Outcome, Receipt, ReceiptMoved, Receipts, Recipients};

    fn receipt(account: u32, read: u64) -> Receipt {
        let username = Username::parse(&format!("p{account}")).unwrap();
        Receipt { username, first_seq: Seq(1), delivered_seq: Seq(read), read_seq: Seq(read) }
    }

    fn moved(conversation: u32, account: u32, read: u64, audience: &[u32]) -> Outcome {
        Outcome::Delivered(ReceiptMoved {
            conversation: ConversationId(conversation),
            account: AccountId(account),
            receipt: receipt(account, read),
            audience: audience.iter().copied().map(AccountId).collect::<Audience>(),
        })
    }

    /// For each announcement of a batch: its recipients, its conversation and its receipts.
    fn announced(batch: &[Outcome]) -> Vec<(Vec<u32>, u32, Vec<Receipt>)> {
        let mut receipts = Receipts::default();
        batch.iter().for_each(|outcome| receipts.add(outcome));
        let announcements = receipts.announcements().map(|announcement| {
            let Recipients::Accounts(to) = announcement.to else { panic!("receipts are sent to accounts") };
            let Event::ReceiptsChanged(changed) = announcement.event else { panic!("{:?}", announcement.event) };
            (to.iter().map(|account| account.0).collect(), changed.conversation.0, changed.receipts)
        });
        announcements.collect()
    }

    #[test]
    fn the_receipts_of_a_batch_are_merged_per_conversation() {
        let all = [1, 2, 3];
        let batch = [moved(7, 1, 4, &all), moved(7, 2, 5, &all), moved(8, 2, 9, &[2, 3]), moved(7, 1, 6, &all)];
        let expected = [(vec![1, 2, 3], 7, vec![receipt(1, 6), receipt(2, 5)]), (vec![3], 8, vec![receipt(2, 9)])];
        assert_eq!(announced(&batch), expected);
    }

    #[test]
    fn no_event_goes_to_its_only_subject_or_to_an_empty_audience() {
        assert_eq!(announced(&[moved(7, 1, 4, &[1])]), []);
        assert_eq!(announced(&[moved(7, 1, 4, &[]), Outcome::Done]), []);
    }
}
