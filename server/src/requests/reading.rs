//! Read cursors, the inbox, and receipts.

use papo_shared::protocol::{
    Dismiss, Inbox, ListInbox, ListReceipts, MarkDelivered, MarkRead, MarkUnread, Receipt, ReceiptPage, Reply,
};

use super::{Caller, RequestError, RequestResult, Services, pages};
use crate::announce;
use crate::domain::{self, rules};
use crate::store::{Outcome, Write};

/// Moves the caller's read cursor forward.
///
/// # Errors
/// `NotAMember`.
pub(crate) async fn mark_read(services: &Services, caller: &Caller, ask: MarkRead) -> RequestResult {
    let (conversation, account, seq) = (ask.conversation, caller.who.id, ask.seq);
    cursor(services, caller, Write::MoveReadCursor { conversation, account, seq }).await
}

/// Moves the caller's read cursor back.
///
/// # Errors
/// `NotAMember`.
pub(crate) async fn mark_unread(services: &Services, caller: &Caller, ask: MarkUnread) -> RequestResult {
    let (conversation, account, seq) = (ask.conversation, caller.who.id, ask.seq);
    cursor(services, caller, Write::MoveReadCursorBack { conversation, account, seq }).await
}

/// Lists the caller's inbox.
///
/// # Errors
/// Store failures only.
pub(crate) async fn list_inbox(services: &Services, caller: &Caller, ask: ListInbox) -> RequestResult {
    let rows = domain::page_rows(ask.limit);
    let found = services.store.inbox(caller.who.id, rows + 1).await?;
    let (items, more) = pages::truncate_page(found, rows);
    Ok(Reply::Inbox(Inbox { items, more }))
}

/// Removes a message from the caller's inbox.
///
/// # Errors
/// `NotAMember`, `NoSuchMessage`.
pub(crate) async fn dismiss(services: &Services, caller: &Caller, ask: Dismiss) -> RequestResult {
    let (conversation, account, seq) = (ask.conversation, caller.who.id, ask.seq);
    cursor(services, caller, Write::Dismiss { conversation, account, seq }).await
}

/// Records that entries arrived on one of the caller's devices.
///
/// # Errors
/// `NotAMember`.
pub(crate) async fn mark_delivered(services: &Services, caller: &Caller, ask: MarkDelivered) -> RequestResult {
    let (conversation, account, seq) = (ask.conversation, caller.who.id, ask.seq);
    match services.committer.commit(caller.session, Write::MarkDelivered { conversation, account, seq }).await? {
        Outcome::Delivered(_) | Outcome::Done => Ok(Reply::Done),
        other => Err(RequestError::from_outcome(other)),
    }
}

/// Lists a page of the other members' receipts.
///
/// # Errors
/// `NotAMember`.
pub(crate) async fn list_receipts(services: &Services, caller: &Caller, ask: ListReceipts) -> RequestResult {
    let ListReceipts { conversation, after, limit } = ask;
    let rows = domain::page_rows(limit);
    let found = services.store.receipts(caller.who.id, conversation, after.as_ref(), rows + 1).await?;
    let (receipts, more) = pages::truncate_page(rules::require_member(found)?, rows);
    let next = receipts.last().filter(|_| more).map(|receipt: &Receipt| receipt.username.clone());
    Ok(Reply::Receipts(ReceiptPage { conversation, receipts, next }))
}

async fn cursor(services: &Services, caller: &Caller, write: Write) -> RequestResult {
    match services.committer.commit(caller.session, write).await? {
        Outcome::CursorPosition(cursor) => Ok(Reply::ReadCursor(announce::wire_cursor(&cursor))),
        other => Err(RequestError::from_outcome(other)),
    }
}
