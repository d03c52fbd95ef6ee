//! Changes to existing messages: edits, deletion and reactions.

use papo_shared::model::Emoji;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{
    AddReaction, DeleteMessage, EditMessage, ListReactions, ListRevisions, ReactionBy, ReactionPage, Refusal, RemoveReaction,
    Reply, RevisionPage,
};

use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services, commit, messages};
use crate::domain::{FoundReaction, rules};
use crate::store::Write;

/// Replaces the text of one of the caller's messages.
/// Refusals: `TextEmpty`, `TextTooLong`, `NotAMember`, `NoSuchMessage`, `NotYours`, `TooManyEdits`.
impl AccountRequest for EditMessage {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Messages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let text = messages::parse_text(&self.text)?;
        let (conversation, seq, by, at) = (self.conversation, self.seq, caller.who.clone(), services.clock.now());
        commit(services, caller, Write::EditMessage { conversation, by, seq, text, at }).await
    }
}

/// Deletes a message of the caller, or of a member whom the caller may remove. Refusals: `NotAMember`, `NoSuchMessage`,
/// `NotYours`, `NotAllowed`.
impl AccountRequest for DeleteMessage {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Messages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, seq, by, at) = (self.conversation, self.seq, caller.who.clone(), services.clock.now());
        commit(services, caller, Write::DeleteMessage { conversation, by, seq, at }).await
    }
}

/// Adds a reaction. Refusals: `EmojiInvalid`, `NotAMember`, `NoSuchMessage`, `TooManyReactions`, `ReactionsFull`.
impl AccountRequest for AddReaction {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Messages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let emoji = parse_emoji(&self.emoji)?;
        let (conversation, seq, by, at) = (self.conversation, self.seq, caller.who.clone(), services.clock.now());
        commit(services, caller, Write::AddReaction { conversation, by, seq, emoji, at }).await
    }
}

/// Withdraws one of the caller's reactions. Refusals: `EmojiInvalid`, `NotAMember`, `NoSuchMessage`.
impl AccountRequest for RemoveReaction {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Messages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let emoji = parse_emoji(&self.emoji)?;
        let (conversation, seq, by, at) = (self.conversation, self.seq, caller.who.clone(), services.clock.now());
        commit(services, caller, Write::RemoveReaction { conversation, by, seq, emoji, at }).await
    }
}

/// Lists a page of a message's texts, oldest first. Refusals: `NotAMember`, `NoSuchMessage`.
impl AccountRequest for ListRevisions {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let Self { conversation, seq, after, limit } = self;
        let (size, after) = (PageSize::of(limit), after.unwrap_or_default());
        let rows = size.rows_to_load();
        let found = services.store.revisions(caller.who.id, conversation, seq, after, rows, MAX_LINE_BYTES).await?;
        let revisions = rules::require_message(rules::require_member(found)?)?;
        let (revisions, next) = size.truncate(revisions, |_| ());
        let next = next.map(|()| after.saturating_add(u32::try_from(revisions.len()).unwrap_or(u32::MAX)));
        Ok(Reply::Revisions(RevisionPage { conversation, seq, revisions, next }))
    }
}

/// Lists a page of a message's reactions, oldest first. Refusals: `NotAMember`, `NoSuchMessage`.
impl AccountRequest for ListReactions {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let Self { conversation, seq, after, limit } = self;
        let size = PageSize::of(limit);
        let found = services.store.reactions(caller.who.id, conversation, seq, after, size.rows_to_load()).await?;
        let reactions = rules::require_message(rules::require_member(found)?)?;
        let row = |FoundReaction { seq, emoji, username }| (seq, ReactionBy { emoji, username });
        let (rows, next) = size.truncate(reactions.into_iter().map(row).collect(), |(seq, _)| *seq);
        let reactions = rows.into_iter().map(|(_, reaction)| reaction).collect();
        Ok(Reply::Reactions(ReactionPage { conversation, seq, reactions, next }))
    }
}

fn parse_emoji(typed: &str) -> Result<Emoji, Refusal> {
    Emoji::parse(typed).map_err(|_| Refusal::EmojiInvalid)
}
