//! The inbox screen: what waits for one's eyes in all conversations, the newest first.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, Entry, Seq};
use papo_shared::protocol::{Inbox as Page, InboxItem};

/// Which message an item is about. An identity, so that the selection survives whatever the list does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemId {
    /// Where it was said.
    pub conversation: ConversationId,
    /// Its number there.
    pub seq: Seq,
}

impl From<&InboxItem> for ItemId {
    fn from(item: &InboxItem) -> Self {
        Self { conversation: item.conversation, seq: item.entry.seq }
    }
}

/// The inbox screen.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    /// The newest first; none until the server told.
    pub items: Option<Vec<InboxItem>>,
    /// Whether there are older ones that it did not tell.
    pub more: bool,
    /// The selected one; none means the first.
    pub selected: Option<ItemId>,
    /// Whether something came since the list was told. It waits where it would move the list under the cursor.
    pub is_behind: bool,
    /// What was said before a message, for those that were looked at.
    pub before: BTreeMap<ItemId, Vec<Entry>>,
}

impl Inbox {
    /// The place of the selected item in the list.
    #[must_use]
    pub fn selected_index(&self) -> usize {
        let place = |items: &Vec<InboxItem>| items.iter().position(|item| Some(ItemId::from(item)) == self.selected);
        self.items.as_ref().and_then(place).unwrap_or(0)
    }

    /// The selected item.
    #[must_use]
    pub fn selected(&self) -> Option<&InboxItem> {
        self.items.as_ref()?.get(self.selected_index())
    }

    /// Takes the list as the server has it now.
    pub fn take(&mut self, page: Page) {
        self.before.retain(|id, _| page.items.iter().any(|item| ItemId::from(item) == *id));
        self.items = Some(page.items);
        self.more = page.more;
        self.is_behind = false;
    }

    /// An item is done. The one that takes its place is selected.
    pub fn forget(&mut self, id: ItemId) {
        let at = self.selected_index();
        if let Some(items) = &mut self.items {
            items.retain(|item| ItemId::from(item) != id);
            self.selected = items.get(at).or(items.last()).map(ItemId::from);
        }
        self.before.remove(&id);
    }
}
