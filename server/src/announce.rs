//! What an outcome of the store means for whom: outcomes in, notices out. No waiting, no state.

use std::sync::Arc;

use bytes::Bytes;
use papo_shared::protocol::{EntryPosted, Event, ReadCursor};

use crate::bus::{Notice, Origin, Recipients};
use crate::domain::SessionId;
use crate::send_queue::line;
use crate::store::{CursorMoved, Outcome, Posted};

/// The notices of one outcome. `origin` is the session that asked.
#[must_use]
pub(crate) fn notices(outcome: &Outcome, origin: SessionId) -> Vec<Notice> {
    match outcome {
        Outcome::Posted(posted) => entry_posted(posted),
        Outcome::CursorMoved(cursor) if cursor.moved => vec![read_cursor(*cursor, origin)],
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

/// The cursor, for the person's other sessions.
fn read_cursor(cursor: CursorMoved, origin: SessionId) -> Notice {
    Notice {
        to: Recipients::Accounts(Arc::new([cursor.account])),
        line: line(&Event::ReadCursor(wire_cursor(cursor))),
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
