//! Changes to existing messages: edits, deletion and reactions.

use papo_shared::model::Emoji;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{
    AddReaction, DeleteMessage, EditMessage, ListReactions, ListRevisions, ReactionBy, ReactionPage, Refusal, RemoveReaction,
    Reply, RevisionPage,
};

use super::{Caller, RequestError, RequestResult, Services, messages, pages};
use crate::domain::{self, rules};
use crate::store::{Outcome, Write};

/// Replaces the text of one of the caller's messages.
///
/// # Errors
/// `TextEmpty`, `TextTooLong`, `NotAMember`, `NoSuchMessage`, `NotYours`, `TooManyEdits`.
pub(crate) async fn edit_message(services: &Services, caller: &Caller, ask: EditMessage) -> RequestResult {
    let text = messages::parse_text(&ask.text)?;
    let (conversation, seq, by, at) = (ask.conversation, ask.seq, caller.who.clone(), services.clock.now());
    change(services, caller, Write::EditMessage { conversation, by, seq, text, at }).await
}

/// Deletes one of the caller's messages.
///
/// # Errors
/// `NotAMember`, `NoSuchMessage`, `NotYours`.
pub(crate) async fn delete_message(services: &Services, caller: &Caller, ask: DeleteMessage) -> RequestResult {
    let (conversation, seq, by, at) = (ask.conversation, ask.seq, caller.who.clone(), services.clock.now());
    change(services, caller, Write::DeleteMessage { conversation, by, seq, at }).await
}

/// Adds a reaction.
///
/// # Errors
/// `EmojiInvalid`, `NotAMember`, `NoSuchMessage`, `TooManyReactions`.
pub(crate) async fn add_reaction(services: &Services, caller: &Caller, ask: AddReaction) -> RequestResult {
    let emoji = parse_emoji(&ask.emoji)?;
    let (conversation, seq, by, at) = (ask.conversation, ask.seq, caller.who.clone(), services.clock.now());
    change(services, caller, Write::AddReaction { conversation, by, seq, emoji, at }).await
}

/// Withdraws one of the caller's reactions.
///
/// # Errors
/// `EmojiInvalid`, `NotAMember`, `NoSuchMessage`.
pub(crate) async fn remove_reaction(services: &Services, caller: &Caller, ask: RemoveReaction) -> RequestResult {
    let emoji = parse_emoji(&ask.emoji)?;
    let (conversation, seq, by, at) = (ask.conversation, ask.seq, caller.who.clone(), services.clock.now());
    change(services, caller, Write::RemoveReaction { conversation, by, seq, emoji, at }).await
}

/// Lists a page of a message's texts, oldest first.
///
/// # Errors
/// `NotAMember`, `NoSuchMessage`.
pub(crate) async fn list_revisions(services: &Services, caller: &Caller, ask: ListRevisions) -> RequestResult {
    let ListRevisions { conversation, seq, after, limit } = ask;
    let (rows, after) = (domain::page_rows(limit), after.unwrap_or_default());
    let found = services.store.revisions(caller.who.id, conversation, seq, after, rows + 1, MAX_LINE_BYTES).await?;
    let found = rules::require_message(rules::require_member(found)?)?;
    let (revisions, more) = pages::truncate_page(found, rows);
    let next = more.then(|| after.saturating_add(u32::try_from(revisions.len()).unwrap_or(u32::MAX)));
    Ok(Reply::Revisions(RevisionPage { conversation, seq, revisions, next }))
}

/// Lists a page of a message's reactions, oldest first.
///
/// # Errors
/// `NotAMember`, `NoSuchMessage`.
pub(crate) async fn list_reactions(services: &Services, caller: &Caller, ask: ListReactions) -> RequestResult {
    let ListReactions { conversation, seq, after, limit } = ask;
    let rows = domain::page_rows(limit);
    let found = services.store.reactions(caller.who.id, conversation, seq, after, rows + 1).await?;
    let mut found = rules::require_message(rules::require_member(found)?)?;
    // A row is at most about 200 bytes, so limiting the rows also limits the page to one line.
    let more = found.len() > rows;
    found.truncate(rows);
    let next = found.last().filter(|_| more).map(|reaction| reaction.seq);
    let reactions = found.into_iter().map(|found| ReactionBy { emoji: found.emoji, username: found.username }).collect();
    Ok(Reply::Reactions(ReactionPage { conversation, seq, reactions, next }))
}

fn parse_emoji(typed: &str) -> Result<Emoji, Refusal> {
    Emoji::parse(typed).map_err(|_| Refusal::EmojiInvalid)
}

async fn change(services: &Services, caller: &Caller, write: Write) -> RequestResult {
    match services.committer.commit(caller.session, write).await? {
        Outcome::Posted(_) | Outcome::Done => Ok(Reply::Done),
        other => Err(RequestError::from_outcome(other)),
    }
}
