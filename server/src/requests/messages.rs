//! Posting messages and reading a conversation's log.

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{MessageText, Seq, TextProblem};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{Entries, History, Refusal, Reply, SendMessage};

use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services};
use crate::committer::Acknowledge;
use crate::domain::{EntryRange, rules};
use crate::store::Write;

/// The limit that counts [`send_message`].
pub(crate) const SEND_LIMIT: AccountLimit = AccountLimit::Messages;

/// Submits a message. The acknowledgement, which may be a refusal, is sent separately once the message is on disk. Unlike
/// other requests, several messages of a session may be in progress at once.
///
/// # Errors
/// `TextEmpty`, `TextTooLong`; a fault, if the committer has stopped.
pub(crate) async fn send_message(
    services: &Services,
    caller: &Caller,
    request: SendMessage,
    acknowledge: Acknowledge,
) -> RequestResult<()> {
    let text = parse_text(&request.text)?;
    let SendMessage { conversation, client_id, reply_to, .. } = request;
    let (author, at) = (caller.who.clone(), services.clock.now());
    let append = Write::AppendMessage { conversation, author, client_id, text, reply_to, at };
    Ok(services.committer.append(caller, append, acknowledge).await?)
}

/// Returns a range of a conversation's log. Refusals: `NotAMember`; `WrongFields` if both `after` and `before` are given.
impl AccountRequest for History {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let range = match (self.after, self.before) {
            (Some(after), None) => EntryRange::After(after),
            (None, before) => EntryRange::Before(before.unwrap_or(Seq(u64::MAX))),
            (Some(_), Some(_)) => {
                return Err(Refusal::WrongFields { detail: "`after` and `before` do not go together".to_owned() }.into());
            }
        };
        let (conversation, size) = (self.conversation, PageSize::of(self.limit));
        let rows = size.rows_to_load();
        let entries = services.store.entries(caller.who.id, conversation, range, rows, MAX_LINE_BYTES).await?;
        let (mut entries, next) = size.truncate(rules::require_member(entries)?, |_| ());
        // The store returns entries in the direction of the range, so that truncation cuts the far end.
        entries.sort_by_key(|entry| entry.seq);
        Ok(Reply::Entries(Entries { conversation, entries, more: next.is_some() }))
    }
}

/// Cleans and validates a message text.
///
/// # Errors
/// `TextEmpty` if nothing is left after cleaning; `TextTooLong` above [`MAX_MESSAGE_BYTES`].
pub(super) fn parse_text(typed: &str) -> Result<MessageText, Refusal> {
    MessageText::parse(typed).map_err(|problem| match problem {
        TextProblem::Empty => Refusal::TextEmpty,
        TextProblem::TooLong => Refusal::TextTooLong { max_bytes: MAX_MESSAGE_BYTES },
    })
}
