//! What the sessions of one account share.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{ClientId, ConversationId, Seq, Timestamp};
use papo_shared::protocol::{EditMessage, Request, RequestFrame, SendMessage};
use tokio::time::Instant;

use super::{JSON_LINES, SendQueue, SendQueueLimits, Session, SessionId, Stage, Taken, caller, session};
use crate::domain::AccountId;

/// The runtime has one thread, so the committer does not begin before the test waits for something.
#[tokio::test]
async fn the_sessions_of_an_account_share_what_waits_for_the_disk() {
    let limits = SendQueueLimits { soft_bytes: 100_000, hard_bytes: 100_000 };
    let mut first = session(limits);
    let mut others = [AccountId(1), AccountId(1), AccountId(2)].map(|account| {
        let queue = SendQueue::new(limits, &JSON_LINES);
        let listed = first.context.open.list(SessionId(2), [127, 0, 0, 1].into(), Timestamp(0), queue.clone());
        let mut other = Session::new(SessionId(2), [127, 0, 0, 1].into(), first.context.clone(), queue, listed);
        other.share = Some(other.context.shares.of(account));
        other
    });
    first.share = Some(first.context.shares.of(AccountId(1)));
    let [second, third, stranger] = &mut others;
    for session in [&mut first, &mut *second, &mut *third, &mut *stranger] {
        session.stage = Stage::SignedIn(caller());
        session.note_use_from = Instant::now() + Duration::from_secs(3600);
    }
    let text = "a".repeat(MAX_MESSAGE_BYTES);
    let message = || {
        let (conversation, client_id) = (ConversationId(1), ClientId::new());
        Request::SendMessage(SendMessage { conversation, client_id, text: text.clone(), reply_to: None })
    };
    let edit = || Request::EditMessage(EditMessage { conversation: ConversationId(1), seq: Seq(1), text: text.clone() });
    assert!(first.handle(RequestFrame { id: 1, request: message() }).now_or_never().is_some());
    assert!(second.handle(RequestFrame { id: 2, request: message() }).now_or_never().is_some());
    assert!(stranger.handle(RequestFrame { id: 3, request: message() }).now_or_never().is_some(), "of another account");
    {
        let mut sending = std::pin::pin!(third.handle(RequestFrame { id: 4, request: message() }));
        assert!(sending.as_mut().now_or_never().is_none(), "two of the longest messages of the account are waiting");
        sending.await;
    }
    let share = first.share.clone().expect("is signed in").take(usize::MAX).await;
    let editing = std::pin::pin!(first.handle(RequestFrame { id: 5, request: edit() }));
    let edits_of_another_account = std::pin::pin!(async {
        for id in 6..10 {
            stranger.handle(RequestFrame { id, request: edit() }).await;
        }
    });
    let Either::Right(((), editing)) = select(editing, edits_of_another_account).await else { panic!("the share is taken") };
    drop(share);
    editing.await;
    let Taken::Chunks(replies) = third.queue.take().await else { panic!("the session stays open") };
    assert!(replies.iter().any(|reply| reply.starts_with(b"{\"id\":4,")), "{replies:?}");
}
