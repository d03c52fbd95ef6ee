//! Entries other than messages, and their outcomes.

use papo_shared::model::{ConversationId, Entry, EntryKind, GroupListing, GroupName, Seq, Timestamp, Visibility};

use crate::domain::account::{AccountId, AccountRef};
use crate::domain::change::Change;
use crate::domain::conversation::Audience;
use crate::domain::message::EntryId;
use crate::domain::outcome::{Outcome, Posted};

/// An entry to append.
pub(super) struct Post<'w> {
    pub(super) conversation: ConversationId,
    pub(super) seq: Seq,
    pub(super) author: &'w AccountRef,
    pub(super) at: Timestamp,
}

/// The listing of a group after an entry.
pub(super) struct ListedEntry<'f> {
    pub(super) name: &'f GroupName,
    pub(super) visibility: Visibility,
    pub(super) members: usize,
}

impl Post<'_> {
    /// The change that inserts the entry, and the outcome. `member` is the account that the kind refers to; `group` is given if
    /// the entry changes the name, the visibility or the number of members of the group.
    pub(super) fn entry<'a>(
        &self,
        kind: EntryKind,
        member: Option<AccountId>,
        audience: Audience,
        group: Option<ListedEntry<'_>>,
    ) -> (Change<'a>, Outcome) {
        let Post { conversation, seq, author, at } = *self;
        let id = EntryId { conversation, seq };
        let change = Change::InsertEntry { id, author: author.id, kind: kind.clone(), member, at };
        let entry = Entry { seq, at, author: author.username.clone(), kind };
        let group = group.map(|ListedEntry { name, visibility, members }| {
            let members = u32::try_from(members).unwrap_or(u32::MAX);
            GroupListing { conversation, name: name.clone(), members, member: false, visibility }
        });
        (change, Outcome::Posted(Posted { conversation, entry, audience, duplicate: false, group }))
    }
}
