//! The inbox screen: unread messages that mention the user, reply to the user, or are in a direct conversation.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, Entry, Seq};
use papo_shared::protocol::{Inbox as Page, InboxItem};

/// The message of an inbox item. It is identified independently of its index, so that a selection stays valid as the list
/// changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemId {
    /// The conversation that contains the message.
    pub conversation: ConversationId,
    /// The message's number in that conversation.
    pub seq: Seq,
}

impl From<&InboxItem> for ItemId {
    fn from(item: &InboxItem) -> Self {
        Self { conversation: item.conversation, seq: item.entry.seq }
    }
}

/// The list of the inbox screen.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    /// The items, newest first; `None` until the server has sent them.
    pub items: Option<Vec<InboxItem>>,
    /// Whether the server has older items that it did not send.
    pub more: bool,
    /// The selected item; `None` means the first.
    pub selected: Option<ItemId>,
    /// Whether messages arrived since the list was loaded. While an update would move the selected row, it is deferred.
    pub is_behind: bool,
    /// The messages before an item, as context, for the items that were selected.
    pub before: BTreeMap<ItemId, Vec<Entry>>,
}

impl Inbox {
    /// The index of the selected item; 0 if none is selected.
    #[must_use]
    pub fn selected_index(&self) -> usize {
        let index = |items: &Vec<InboxItem>| items.iter().position(|item| Some(ItemId::from(item)) == self.selected);
        self.items.as_ref().and_then(index).unwrap_or(0)
    }

    /// The selected item; `None` while the list is unknown or empty.
    #[must_use]
    pub fn selected(&self) -> Option<&InboxItem> {
        self.items.as_ref()?.get(self.selected_index())
    }

    /// Replaces the list by one that the server sent.
    pub fn take(&mut self, page: Page) {
        self.before.retain(|id, _| page.items.iter().any(|item| ItemId::from(item) == *id));
        self.items = Some(page.items);
        self.more = page.more;
        self.is_behind = false;
    }

    /// Removes an item and selects the one that moves to its index.
    pub fn forget(&mut self, id: ItemId) {
        let at = self.selected_index();
        if let Some(items) = &mut self.items {
            items.retain(|item| ItemId::from(item) != id);
            self.selected = items.get(at).or(items.last()).map(ItemId::from);
        }
        self.before.remove(&id);
    }
}
