//! Read cursors, the inbox, and receipts.

use papo_shared::protocol::{
    Dismiss, Event, Inbox, ListInbox, ListReceipts, MarkDelivered, MarkRead, MarkUnread, ReceiptPage, Reply,
};

use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestError, RequestResult, Services, commit};
use crate::announce;
use crate::bus::Delivery;
use crate::domain::rules;
use crate::store::{CursorPosition, Outcome, Write};

/// Moves the caller's read cursor forward. Refusals: `NotAMember`.
impl AccountRequest for MarkRead {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Marks);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, account, seq) = (self.conversation, caller.who.id, self.seq);
        commit_cursor(services, caller, Write::MoveReadCursor { conversation, account, seq }).await
    }
}

/// Moves the caller's read cursor back. Refusals: `NotAMember`.
impl AccountRequest for MarkUnread {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Marks);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, account, seq) = (self.conversation, caller.who.id, self.seq);
        commit_cursor(services, caller, Write::MoveReadCursorBack { conversation, account, seq }).await
    }
}

/// Lists the caller's inbox.
impl AccountRequest for ListInbox {
    /// Examines every conversation of the account.
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Searches);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let size = PageSize::of(self.limit);
        let (items, next) = size.truncate(services.store.inbox(caller.who.id, size.rows_to_load()).await?, |_| ());
        Ok(Reply::Inbox(Inbox { items, more: next.is_some() }))
    }
}

/// Removes a message from the caller's inbox. Refusals: `NotAMember`, `NoSuchMessage`.
impl AccountRequest for Dismiss {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Marks);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, account, seq) = (self.conversation, caller.who.id, self.seq);
        commit_cursor(services, caller, Write::Dismiss { conversation, account, seq }).await
    }
}

/// Records that entries arrived on one of the caller's devices. Refusals: `NotAMember`.
impl AccountRequest for MarkDelivered {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Marks);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, account, seq) = (self.conversation, caller.who.id, self.seq);
        commit(services, caller, Write::MarkDelivered { conversation, account, seq }).await
    }
}

/// Lists a page of the other members' receipts. Refusals: `NotAMember`.
impl AccountRequest for ListReceipts {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let Self { conversation, after, limit } = self;
        let size = PageSize::of(limit);
        let receipts = services.store.receipts(caller.who.id, conversation, after.as_ref(), size.rows_to_load()).await?;
        let (receipts, next) = size.truncate(rules::require_member(receipts)?, |receipt| receipt.username.clone());
        Ok(Reply::Receipts(ReceiptPage { conversation, receipts, next }))
    }
}

/// Commits a write that moves the caller's read cursor or changes the counts after it. Then counts, publishes the cursor to
/// the account's other sessions, and returns it. Counting is left to the store's readers, so that the writer does not wait.
async fn commit_cursor(services: &Services, caller: &Caller, write: Write) -> RequestResult {
    let CursorPosition { conversation, account, moved, .. } = match services.committer.commit(caller, write).await? {
        Outcome::CursorPosition(position) => position,
        other => return Err(RequestError::from_outcome(other)),
    };
    let order = services.cursor_order.lock(account).await;
    let cursor = rules::require_member(services.store.read_cursor(account, conversation).await?)?;
    if moved {
        let event = announce::for_other_sessions(account, Event::ReadCursor(cursor.clone()), caller.session);
        services.bus.publish(vec![Delivery::Event(event)]);
    }
    drop(order);
    Ok(Reply::ReadCursor(cursor))
}
