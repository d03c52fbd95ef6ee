//! Finding, opening, creating, renaming and leaving conversations.

use papo_shared::model::limits::MAX_TOPIC_CHARS;
use papo_shared::model::{ConversationId, ConversationKind, ConversationSummary, GroupName, Topic};
use papo_shared::protocol::{
    ConversationPage, CreateGroup, GetConversation, GroupPage, LeaveGroup, ListConversations, ListGroups, OpenDirect, Refusal,
    RenameGroup, Reply, SetTopic,
};

use super::accounts::find_account;
use super::{Caller, RequestError, RequestResult, Services, pages, presence};
use crate::domain::{self, Conversation, ConversationShape, rules};
use crate::store::{Outcome, Write};

/// Returns the direct conversation with a user, creating it if necessary.
///
/// # Errors
/// `NoSuchUser`, `CannotTargetSelf`, `TooManyConversations`.
pub(crate) async fn open_direct(services: &Services, caller: &Caller, ask: OpenDirect) -> RequestResult {
    let other = find_account(services, &ask.username).await?;
    let open = Write::OpenDirect { one: caller.who.id, other: other.id, at: services.clock.now() };
    match services.committer.commit(caller.session, open).await? {
        Outcome::DirectOpened(id) => conversation(services, caller, id).await,
        other => Err(RequestError::from_outcome(other)),
    }
}

/// Creates a group with the caller as owner and first member.
///
/// # Errors
/// `GroupNameInvalid`, `GroupNameTaken`.
pub(crate) async fn create_group(services: &Services, caller: &Caller, ask: CreateGroup) -> RequestResult {
    let name = group_name(&ask.name)?;
    let create = Write::CreateGroup { creator: caller.who.clone(), name, at: services.clock.now() };
    match services.committer.commit(caller.session, create).await? {
        Outcome::Posted(posted) => conversation(services, caller, posted.conversation).await,
        other => Err(RequestError::from_outcome(other)),
    }
}

/// Removes the caller from a group.
///
/// # Errors
/// `NotAMember`, `NotAGroup`.
pub(crate) async fn leave_group(services: &Services, caller: &Caller, ask: LeaveGroup) -> RequestResult {
    let (conversation, member, at) = (ask.conversation, caller.who.clone(), services.clock.now());
    post(services, caller, Write::LeaveGroup { conversation, member, at }).await
}

/// Renames a group.
///
/// # Errors
/// `GroupNameInvalid`, `NotAMember`, `NotAGroup`, `NotAllowed`, `GroupNameTaken`.
pub(crate) async fn rename_group(services: &Services, caller: &Caller, ask: RenameGroup) -> RequestResult {
    let name = group_name(&ask.name)?;
    let (conversation, by, at) = (ask.conversation, caller.who.clone(), services.clock.now());
    post(services, caller, Write::RenameGroup { conversation, by, name, at }).await
}

/// Sets or removes a group's topic.
///
/// # Errors
/// `TopicTooLong`, `NotAMember`, `NotAGroup`, `NotAllowed`.
pub(crate) async fn set_topic(services: &Services, caller: &Caller, ask: &SetTopic) -> RequestResult {
    let topic = Topic::parse(&ask.topic).map_err(|_| Refusal::TopicTooLong { max_chars: MAX_TOPIC_CHARS })?;
    let (conversation, by, at) = (ask.conversation, caller.who.clone(), services.clock.now());
    post(services, caller, Write::SetTopic { conversation, by, topic, at }).await
}

/// Lists a page of the caller's conversations.
///
/// # Errors
/// Store failures only.
pub(crate) async fn list_conversations(services: &Services, caller: &Caller, ask: ListConversations) -> RequestResult {
    let rows = domain::page_rows(ask.limit);
    let found = services.store.conversations(caller.who.id, ask.after, rows + 1).await?;
    let summaries = found.into_iter().map(|conversation| summary(services, conversation)).collect();
    let (conversations, more) = pages::truncate_page(summaries, rows);
    let next = conversations.last().filter(|_| more).map(|summary: &ConversationSummary| summary.conversation);
    Ok(Reply::Conversations(ConversationPage { conversations, next }))
}

/// Returns one conversation.
///
/// # Errors
/// `NotAMember`.
pub(crate) async fn get_conversation(services: &Services, caller: &Caller, ask: GetConversation) -> RequestResult {
    conversation(services, caller, ask.conversation).await
}

/// Lists a page of all groups.
///
/// # Errors
/// Store failures only.
pub(crate) async fn list_groups(services: &Services, caller: &Caller, ask: ListGroups) -> RequestResult {
    let rows = domain::page_rows(ask.limit);
    let query = domain::fold_group(ask.query.as_deref());
    let found = services.store.groups(caller.who.id, query.as_deref(), ask.after, rows + 1).await?;
    let (groups, more) = pages::truncate_page(found, rows);
    let next = groups.last().filter(|_| more).map(|group| group.conversation);
    Ok(Reply::Groups(GroupPage { groups, next }))
}

/// Commits a write that adds an entry or changes nothing.
pub(super) async fn post(services: &Services, caller: &Caller, write: Write) -> RequestResult {
    match services.committer.commit(caller.session, write).await? {
        Outcome::Posted(_) | Outcome::Done => Ok(Reply::Done),
        other => Err(RequestError::from_outcome(other)),
    }
}

/// One conversation as the caller sees it.
pub(super) async fn conversation(services: &Services, caller: &Caller, id: ConversationId) -> RequestResult {
    let found = services.store.conversation(caller.who.id, id).await?;
    Ok(Reply::Conversation(summary(services, rules::require_member(found)?)))
}

fn group_name(typed: &str) -> Result<GroupName, Refusal> {
    GroupName::parse(typed).map_err(|problem| Refusal::GroupNameInvalid { problem })
}

fn summary(services: &Services, conversation: Conversation) -> ConversationSummary {
    let kind = match conversation.shape {
        ConversationShape::Direct { peer } => ConversationKind::Direct { peer: presence::person(services, peer) },
        ConversationShape::Group { name, topic, members, role } => ConversationKind::Group { name, topic, members, role },
    };
    ConversationSummary {
        conversation: conversation.id,
        kind,
        first_seq: conversation.first_seq,
        last_seq: conversation.last_seq,
        read_seq: conversation.read_seq,
        unread: conversation.unread,
        notify: conversation.notify.at(services.clock.now()),
        mentions: conversation.mentions,
        latest: conversation.latest,
    }
}
