//! Saying something, reading what was said, and how far one has read.

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{MessageText, Seq, TextProblem};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{Entries, History, MarkRead, Refusal, Reply, SendMessage};

use super::{Caller, Done, NotDone, Services, pages};
use crate::announce;
use crate::committer::Acknowledge;
use crate::domain::{self, Span, rules};
use crate::store::{Outcome, Write};

/// Hands a message in. The acknowledgement comes as a line of its own, once it is on disk.
///
/// # Errors
/// `TextEmpty`, `TextTooLong`; the acknowledgement may still be a refusal.
pub(crate) async fn send_message(services: &Services, caller: &Caller, ask: SendMessage, acknowledge: Acknowledge) -> Done<()> {
    let text = MessageText::parse(&ask.text).map_err(|problem| match problem {
        TextProblem::Empty => Refusal::TextEmpty,
        TextProblem::TooLong => Refusal::TextTooLong { max_bytes: MAX_MESSAGE_BYTES },
    })?;
    let (conversation, client_id) = (ask.conversation, ask.client_id);
    let (author, at) = (caller.who.clone(), services.clock.now());
    let append = Write::AppendMessage { conversation, author, client_id, text, at };
    Ok(services.committer.append(caller.session, append, acknowledge).await?)
}

/// Part of a log.
///
/// # Errors
/// `NotAMember`, `WrongFields` where both directions are asked for.
pub(crate) async fn history(services: &Services, caller: &Caller, ask: History) -> Done {
    let span = match (ask.after, ask.before) {
        (Some(after), None) => Span::After(after),
        (None, before) => Span::Before(before.unwrap_or(Seq(u64::MAX))),
        (Some(_), Some(_)) => {
            return Err(Refusal::WrongFields { detail: "`after` and `before` do not go together".to_owned() }.into());
        }
    };
    let rows = domain::rows(ask.limit);
    let found = services.store.entries(caller.who.id, ask.conversation, span, rows + 1, MAX_LINE_BYTES).await?;
    let (mut entries, more) = pages::fit(rules::as_member(found)?, rows);
    // The store gives them in the direction of the span, so that what is cut is at its far end.
    entries.sort_by_key(|entry| entry.seq);
    Ok(Reply::Entries(Entries { conversation: ask.conversation, entries, more }))
}

/// Moves the read cursor.
///
/// # Errors
/// `NotAMember`.
pub(crate) async fn mark_read(services: &Services, caller: &Caller, ask: MarkRead) -> Done {
    let move_it = Write::MoveReadCursor { conversation: ask.conversation, account: caller.who.id, seq: ask.seq };
    match services.committer.commit(caller.session, move_it).await? {
        Outcome::CursorMoved(cursor) => Ok(Reply::ReadCursor(announce::wire_cursor(cursor))),
        other => Err(NotDone::from_outcome(other)),
    }
}
