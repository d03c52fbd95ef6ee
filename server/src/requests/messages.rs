//! Posting messages and reading a conversation's log.

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{MessageText, Seq, TextProblem};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{Entries, History, Refusal, Reply, SendMessage};

use super::{Caller, RequestResult, Services, pages};
use crate::committer::Acknowledge;
use crate::domain::{self, EntryRange, rules};
use crate::store::Write;

/// Submits a message. The acknowledgement, which may be a refusal, is sent separately once the message is on disk.
///
/// # Errors
/// `TextEmpty`, `TextTooLong`.
pub(crate) async fn send_message(
    services: &Services,
    caller: &Caller,
    ask: SendMessage,
    acknowledge: Acknowledge,
) -> RequestResult<()> {
    let text = parse_text(&ask.text)?;
    let SendMessage { conversation, client_id, reply_to, .. } = ask;
    let (author, at) = (caller.who.clone(), services.clock.now());
    let append = Write::AppendMessage { conversation, author, client_id, text, reply_to, at };
    Ok(services.committer.append(caller.session, append, acknowledge).await?)
}

/// Returns a range of a conversation's log.
///
/// # Errors
/// `NotAMember`; `WrongFields` if both `after` and `before` are given.
pub(crate) async fn history(services: &Services, caller: &Caller, ask: History) -> RequestResult {
    let span = match (ask.after, ask.before) {
        (Some(after), None) => EntryRange::After(after),
        (None, before) => EntryRange::Before(before.unwrap_or(Seq(u64::MAX))),
        (Some(_), Some(_)) => {
            return Err(Refusal::WrongFields { detail: "`after` and `before` do not go together".to_owned() }.into());
        }
    };
    let rows = domain::page_rows(ask.limit);
    let found = services.store.entries(caller.who.id, ask.conversation, span, rows + 1, MAX_LINE_BYTES).await?;
    let (mut entries, more) = pages::truncate_page(rules::require_member(found)?, rows);
    // The store returns entries in the direction of the span, so that truncation cuts the far end.
    entries.sort_by_key(|entry| entry.seq);
    Ok(Reply::Entries(Entries { conversation: ask.conversation, entries, more }))
}

/// Cleans and validates a message text.
///
/// # Errors
/// `TextEmpty`, `TextTooLong`.
pub(super) fn parse_text(typed: &str) -> Result<MessageText, Refusal> {
    MessageText::parse(typed).map_err(|problem| match problem {
        TextProblem::Empty => Refusal::TextEmpty,
        TextProblem::TooLong => Refusal::TextTooLong { max_bytes: MAX_MESSAGE_BYTES },
    })
}
