//! The conversations one is in, which of them is meant, and what stands in it.

use papo_shared::model::{ConversationId, ConversationKind, ConversationSummary, Entry, Seq};
use papo_shared::protocol::limits::MAX_PAGE_ROWS;
use papo_shared::protocol::{GetConversation, History, ListConversations, OpenDirect, Reply, Request};

use super::failure::{Exit, Failure};
use super::recipient::Recipient;
use super::session::Session;
use crate::state::phrase::Phrase;

/// All of them.
pub(super) async fn all(session: &mut Session) -> Result<Vec<ConversationSummary>, Failure> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = ListConversations { after, limit: Some(MAX_PAGE_ROWS) };
        let Reply::Conversations(page) = session.ask(&Request::ListConversations(page)).await? else {
            return Err(Failure::made_no_sense());
        };
        all.extend(page.conversations);
        match page.next {
            None => return Ok(all),
            // A server that leads round in a circle leads nowhere.
            Some(next) if after.is_none_or(|after| next > after) => after = Some(next),
            Some(_) => return Err(Failure::made_no_sense()),
        }
    }
}

/// One of them, by its number.
pub(super) async fn get(session: &mut Session, conversation: ConversationId) -> Result<ConversationSummary, Failure> {
    one(session, Request::GetConversation(GetConversation { conversation })).await
}

/// The one with this person, or of this group.
///
/// # Errors
/// Nobody has that name, or one is not in that group.
pub(super) async fn find(session: &mut Session, to: &Recipient) -> Result<ConversationSummary, Failure> {
    let known = all(session).await?.into_iter().find(|summary| match (&summary.kind, to) {
        (ConversationKind::Direct { peer }, Recipient::Person(name)) => peer.username == *name,
        (ConversationKind::Group { name, .. }, Recipient::Group(meant)) => name.uniqueness_key() == meant.uniqueness_key(),
        _ => false,
    });
    match (known, to) {
        (Some(known), _) => Ok(known),
        // Not asked before it has to be: it makes a conversation where there is none, and may not be asked often.
        (None, Recipient::Person(name)) => {
            one(session, Request::OpenDirect(OpenDirect { username: name.as_str().to_owned() })).await
        }
        (None, Recipient::Group(name)) => {
            Err(Failure::told(Exit::Failed, Phrase::new("script-no-such-group").text("group", name)))
        }
    }
}

async fn one(session: &mut Session, request: Request) -> Result<ConversationSummary, Failure> {
    match session.ask(&request).await? {
        Reply::Conversation(summary) => Ok(summary),
        _ => Err(Failure::made_no_sense()),
    }
}

/// How one writes to it: `@name` or `#name`.
pub(super) fn address(summary: &ConversationSummary) -> String {
    match &summary.kind {
        ConversationKind::Direct { peer } => format!("@{}", peer.username),
        ConversationKind::Group { name, .. } => format!("#{name}"),
        ConversationKind::Unknown => format!("?{}", summary.conversation.0),
    }
}

/// Part of a log, in ascending order, and whether there is more of it.
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    pub(super) more: bool,
}

/// The entries after this number, as many as come in one page.
pub(super) async fn page_after(session: &mut Session, conversation: ConversationId, after: Seq) -> Result<Page, Failure> {
    let page = page(session, History { conversation, after: Some(after), before: None, limit: Some(MAX_PAGE_ROWS) }).await?;
    // A server that says the same again and again would be listened to for ever.
    let goes_on = page.entries.first().is_none_or(|first| first.seq > after) && (!page.more || !page.entries.is_empty());
    if goes_on { Ok(page) } else { Err(Failure::made_no_sense()) }
}

/// The entries before this number, the highest of them; without one, the newest.
pub(super) async fn page_before(
    session: &mut Session,
    conversation: ConversationId,
    before: Option<Seq>,
    limit: u32,
) -> Result<Page, Failure> {
    let page = page(session, History { conversation, after: None, before, limit: Some(limit) }).await?;
    let goes_on = before.is_none_or(|before| page.entries.last().is_none_or(|last| last.seq < before));
    if goes_on && (!page.more || !page.entries.is_empty()) { Ok(page) } else { Err(Failure::made_no_sense()) }
}

/// The entry of this number, where one may see it.
pub(super) async fn entry(session: &mut Session, conversation: ConversationId, seq: Seq) -> Result<Option<Entry>, Failure> {
    let page = page_before(session, conversation, Some(seq.next()), 1).await?;
    Ok(page.entries.into_iter().find(|entry| entry.seq == seq))
}

async fn page(session: &mut Session, history: History) -> Result<Page, Failure> {
    match session.ask(&Request::History(history)).await? {
        Reply::Entries(page) if page.entries.is_sorted_by_key(|entry| entry.seq) => {
            Ok(Page { entries: page.entries, more: page.more })
        }
        _ => Err(Failure::made_no_sense()),
    }
}
