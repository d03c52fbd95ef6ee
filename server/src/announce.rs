//! What an outcome of the store means for whom: outcomes in, notices out. No waiting, no state.

use std::sync::Arc;

use bytes::Bytes;
use papo_shared::protocol::{BlockChanged, EntryPosted, Event, NotifyChanged, ReadCursor};

use crate::bus::{Notice, Origin, Recipients};
use crate::domain::{AccountId, SessionId};
use crate::send_queue::line;
use crate::store::{BlockSet, CursorMoved, NotifySet, Outcome, Posted};

/// The notices of one outcome. `origin` is the session that asked.
#[must_use]
pub(crate) fn notices(outcome: &Outcome, origin: SessionId) -> Vec<Notice> {
    match outcome {
        Outcome::Posted(posted) => entry_posted(posted),
        Outcome::CursorMoved(cursor) if cursor.moved => {
            vec![elsewhere(cursor.account, &Event::ReadCursor(wire_cursor(*cursor)), origin)]
        }
        Outcome::NotifyChanged(NotifySet { conversation, account, notify }) => {
            let changed = NotifyChanged { conversation: *conversation, notify: *notify };
            vec![elsewhere(*account, &Event::NotifyChanged(changed), origin)]
        }
        Outcome::BlockChanged(BlockSet { by, username, blocked }) => {
            let changed = BlockChanged { username: username.clone(), blocked: *blocked };
            vec![elsewhere(*by, &Event::BlockChanged(changed), origin)]
        }
        _ => Vec::new(),
    }
}

/// The new entry for all members; for who watches the directory, the group it changed.
fn entry_posted(posted: &Posted) -> Vec<Notice> {
    if posted.duplicate {
        return Vec::new();
    }
    let entry = EntryPosted { conversation: posted.conversation, entry: posted.entry.clone() };
    let to = Recipients::Accounts(posted.audience.clone());
    let mut notices = vec![Notice { to, line: line(&Event::EntryPosted(entry)), origin: None }];
    if let Some(group) = &posted.group {
        let line = line(&Event::GroupChanged(group.clone()));
        notices.push(Notice { to: Recipients::Watchers, line, origin: None });
    }
    notices
}

/// Something of one's own, for the person's other sessions.
fn elsewhere(account: AccountId, event: &Event, origin: SessionId) -> Notice {
    Notice {
        to: Recipients::Accounts(Arc::new([account])),
        line: line(event),
        origin: Some(Origin { session: origin, instead: None }),
    }
}

/// The cursor as it travels.
#[must_use]
pub(crate) fn wire_cursor(cursor: CursorMoved) -> ReadCursor {
    let CursorMoved { conversation, read_seq, unread, last_seq, .. } = cursor;
    ReadCursor { conversation, read_seq, unread, mentions: 0, last_seq }
}

/// Nothing but a line for the session that asked.
#[must_use]
pub(crate) fn only_origin(origin: Origin) -> Notice {
    Notice { to: Recipients::Nobody, line: Bytes::new(), origin: Some(origin) }
}
