//! Looks up the user's conversations and their entries.

use papo_shared::model::{ConversationId, ConversationKind, ConversationSummary, Entry, Seq};
use papo_shared::protocol::limits::MAX_PAGE_ROWS;
use papo_shared::protocol::{GetConversation, History, ListConversations, OpenDirect, Reply, Request};

use super::failure::{Exit, Failure};
use super::recipient::Recipient;
use super::session::Session;
use crate::state::phrase::Phrase;

/// All conversations of the user.
pub(super) async fn all(session: &mut Session) -> Result<Vec<ConversationSummary>, Failure> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = ListConversations { after, limit: Some(MAX_PAGE_ROWS) };
        let Reply::Conversations(page) = session.request(&Request::ListConversations(page)).await? else {
            return Err(Failure::unexpected_reply());
        };
        all.extend(page.conversations);
        match page.next {
            None => return Ok(all),
            // The cursor must increase, or a faulty server could keep the client in a loop.
            Some(next) if after.is_none_or(|after| next > after) => after = Some(next),
            Some(_) => return Err(Failure::unexpected_reply()),
        }
    }
}

/// A conversation by its id.
pub(super) async fn get(session: &mut Session, conversation: ConversationId) -> Result<ConversationSummary, Failure> {
    one(session, Request::GetConversation(GetConversation { conversation })).await
}

/// The conversation with a person or of a group.
///
/// # Errors
/// There is no such user, or the user is not a member of the group.
pub(super) async fn find(session: &mut Session, to: &Recipient) -> Result<ConversationSummary, Failure> {
    let known = all(session).await?.into_iter().find(|summary| match (&summary.kind, to) {
        (ConversationKind::Direct { peer }, Recipient::Person(name)) => peer.username == *name,
        (ConversationKind::Group { name, .. }, Recipient::Group(meant)) => name.uniqueness_key() == meant.uniqueness_key(),
        _ => false,
    });
    match (known, to) {
        (Some(known), _) => Ok(known),
        // The last resort, because it creates a missing conversation and is rate-limited.
        (None, Recipient::Person(name)) => {
            one(session, Request::OpenDirect(OpenDirect { username: name.as_str().to_owned() })).await
        }
        (None, Recipient::Group(name)) => {
            Err(Failure::new(Exit::Failed, Phrase::new("script-no-such-group").text("group", name)))
        }
    }
}

async fn one(session: &mut Session, request: Request) -> Result<ConversationSummary, Failure> {
    match session.request(&request).await? {
        Reply::Conversation(summary) => Ok(summary),
        _ => Err(Failure::unexpected_reply()),
    }
}

/// The address of a conversation on the command line: `@name` or `#name`.
pub(super) fn address(summary: &ConversationSummary) -> String {
    match &summary.kind {
        ConversationKind::Direct { peer } => format!("@{}", peer.username),
        ConversationKind::Group { name, .. } => format!("#{name}"),
        ConversationKind::Unknown => format!("?{}", summary.conversation.0),
    }
}

/// A page of a log, in ascending order.
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    /// Whether further entries exist in the direction of the request.
    pub(super) more: bool,
}

/// The page of entries after this number.
pub(super) async fn page_after(session: &mut Session, conversation: ConversationId, after: Seq) -> Result<Page, Failure> {
    let page = page(session, History { conversation, after: Some(after), before: None, limit: Some(MAX_PAGE_ROWS) }).await?;
    // The page must advance, or a faulty server could keep the client in a loop.
    let advances = page.entries.first().is_none_or(|first| first.seq > after) && (!page.more || !page.entries.is_empty());
    if advances { Ok(page) } else { Err(Failure::unexpected_reply()) }
}

/// The last `limit` entries before this number; without a number, the newest ones.
pub(super) async fn page_before(
    session: &mut Session,
    conversation: ConversationId,
    before: Option<Seq>,
    limit: u32,
) -> Result<Page, Failure> {
    let page = page(session, History { conversation, after: None, before, limit: Some(limit) }).await?;
    let advances = before.is_none_or(|before| page.entries.last().is_none_or(|last| last.seq < before));
    if advances && (!page.more || !page.entries.is_empty()) { Ok(page) } else { Err(Failure::unexpected_reply()) }
}

/// The entry with this number, if the user may see it.
pub(super) async fn entry(session: &mut Session, conversation: ConversationId, seq: Seq) -> Result<Option<Entry>, Failure> {
    let page = page_before(session, conversation, Some(seq.next()), 1).await?;
    Ok(page.entries.into_iter().find(|entry| entry.seq == seq))
}

async fn page(session: &mut Session, history: History) -> Result<Page, Failure> {
    match session.request(&Request::History(history)).await? {
        Reply::Entries(page) if page.entries.is_sorted_by_key(|entry| entry.seq) => {
            Ok(Page { entries: page.entries, more: page.more })
        }
        _ => Err(Failure::unexpected_reply()),
    }
}
