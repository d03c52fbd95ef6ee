//! Finding, opening, creating, renaming and leaving conversations.

use papo_shared::model::{ConversationId, ConversationKind, ConversationSummary, GroupName, Topic, Visibility};
use papo_shared::protocol::{
    ConversationPage, CreateGroup, GetConversation, GroupPage, JoinPublicGroup, LeaveGroup, ListConversations, ListGroups,
    OpenDirect, Refusal, RenameGroup, Reply, SetTopic, SetVisibility,
};

use super::accounts::find_account;
use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestError, RequestResult, Services, commit, presence};
use crate::domain::{self, Conversation, ConversationShape, rules};
use crate::store::{Outcome, Write};

/// Returns the direct conversation with a user, creating it if necessary.
/// Refusals: `NoSuchUser`, `CannotTargetSelf`, `TooManyConversations`.
impl AccountRequest for OpenDirect {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::DirectConversations);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let other = find_account(services, &self.username).await?;
        let open = Write::OpenDirect { one: caller.who.id, other: other.id, at: services.clock.now() };
        match services.committer.commit(caller, open).await? {
            Outcome::DirectOpened(id) => reply_with_conversation(services, caller, id).await,
            other => Err(RequestError::from_outcome(other)),
        }
    }
}

/// Creates a group with the caller as owner and first member. Refusals: `GroupNameInvalid`, `GroupNameTaken`, `GroupNameTooAlike`,
/// `TooManyConversations`; `WrongFields` for an unknown visibility.
impl AccountRequest for CreateGroup {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Groups);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let name = parse_group_name(&self.name)?;
        let visibility = parse_visibility(self.visibility.unwrap_or_default())?;
        let create = Write::CreateGroup { creator: caller.who.clone(), name, visibility, at: services.clock.now() };
        match services.committer.commit(caller, create).await? {
            Outcome::Posted(posted) => reply_with_conversation(services, caller, posted.conversation).await,
            other => Err(RequestError::from_outcome(other)),
        }
    }
}

/// Removes the caller from a group. Refusals: `NotAMember`, `NotAGroup`.
impl AccountRequest for LeaveGroup {
    const LIMIT: Option<AccountLimit> = None;

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, member, at) = (self.conversation, caller.who.clone(), services.clock.now());
        commit(services, caller, Write::LeaveGroup { conversation, member, at }).await
    }
}

/// Renames a group. Refusals: `GroupNameInvalid`, `NotAMember`, `NotAGroup`, `NotAllowed`, `GroupNameTaken`, `GroupNameTooAlike`.
impl AccountRequest for RenameGroup {
    /// As visible as creating a group.
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Groups);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let name = parse_group_name(&self.name)?;
        let (conversation, by, at) = (self.conversation, caller.who.clone(), services.clock.now());
        commit(services, caller, Write::RenameGroup { conversation, by, name, at }).await
    }
}

/// Sets or removes a group's topic. Refusals: `TopicTooLong`, `NotAMember`, `NotAGroup`, `NotAllowed`.
impl AccountRequest for SetTopic {
    /// As visible as creating a group.
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Groups);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let topic = Topic::parse(&self.topic).map_err(|error| Refusal::TopicTooLong { max_chars: error.max_chars })?;
        let (conversation, by, at) = (self.conversation, caller.who.clone(), services.clock.now());
        commit(services, caller, Write::SetTopic { conversation, by, topic, at }).await
    }
}

/// Changes who finds and joins a group. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`; `WrongFields` for an unknown
/// visibility.
impl AccountRequest for SetVisibility {
    /// As visible as creating a group.
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Groups);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let visibility = parse_visibility(self.visibility)?;
        let (conversation, by, at) = (self.conversation, caller.who.clone(), services.clock.now());
        commit(services, caller, Write::SetVisibility { conversation, by, visibility, at }).await
    }
}

/// Makes the caller a member of a public group. Returns the conversation, also if they are a member already.
/// Refusals: `NotPublic`, `NotAllowed`, `GroupFull`, `TooManyConversations`.
impl AccountRequest for JoinPublicGroup {
    /// Adds an entry that is delivered to all members.
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::GroupInvites);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, member, at) = (self.conversation, caller.who.clone(), services.clock.now());
        join(services, caller, Write::JoinPublicGroup { conversation, member, at }).await
    }
}

/// Lists a page of the caller's conversations.
impl AccountRequest for ListConversations {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let size = PageSize::of(self.limit);
        let found = services.store.conversations(caller.who.id, self.after, size.rows_to_load()).await?;
        let last = found.rows.last().map(|conversation| conversation.id).filter(|_| found.ended_early);
        let summaries = found.rows.into_iter().map(|conversation| summary(services, conversation)).collect();
        let (conversations, next) = size.truncate(summaries, |summary: &ConversationSummary| summary.conversation);
        Ok(Reply::Conversations(ConversationPage { conversations, next: next.or(last) }))
    }
}

/// Returns one conversation. Refusals: `NotAMember`.
impl AccountRequest for GetConversation {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        reply_with_conversation(services, caller, self.conversation).await
    }
}

/// Lists a page of the groups that the caller finds.
impl AccountRequest for ListGroups {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    /// A search examines all names; a page, only its own rows.
    fn limit(&self) -> Option<AccountLimit> {
        if self.query.is_some() { Some(AccountLimit::Searches) } else { Self::LIMIT }
    }

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let size = PageSize::of(self.limit);
        let query = domain::fold_group(self.query.as_deref());
        let groups = services.store.groups(caller.who.id, query.as_deref(), self.after, size.rows_to_load()).await?;
        let (groups, next) = size.truncate(groups, |group| group.conversation);
        Ok(Reply::Groups(GroupPage { groups, next }))
    }
}

/// Replies with one conversation as the caller sees it. Refusals: `NotAMember`.
pub(super) async fn reply_with_conversation(services: &Services, caller: &Caller, id: ConversationId) -> RequestResult {
    let conversation = services.store.conversation(caller.who.id, id).await?;
    Ok(Reply::Conversation(summary(services, rules::require_member(conversation)?)))
}

/// Commits a write that makes the caller a member of a group, and replies with the conversation.
pub(super) async fn join(services: &Services, caller: &Caller, write: Write) -> RequestResult {
    match services.committer.commit(caller, write).await? {
        Outcome::Posted(posted) => reply_with_conversation(services, caller, posted.conversation).await,
        Outcome::AlreadyMember(id) => reply_with_conversation(services, caller, id).await,
        other => Err(RequestError::from_outcome(other)),
    }
}

fn parse_visibility(visibility: Visibility) -> Result<Visibility, Refusal> {
    match visibility {
        Visibility::Other => Err(Refusal::WrongFields { detail: "no visibility is called that".to_owned() }),
        known => Ok(known),
    }
}

fn parse_group_name(typed: &str) -> Result<GroupName, Refusal> {
    GroupName::parse(typed).map_err(|problem| Refusal::GroupNameInvalid { problem })
}

fn summary(services: &Services, conversation: Conversation) -> ConversationSummary {
    let kind = match conversation.shape {
        ConversationShape::Direct { peer } => ConversationKind::Direct { peer: presence::person(services, peer) },
        ConversationShape::Group { name, topic, members, role, visibility, retention_days } => {
            ConversationKind::Group { name, topic, members, role, visibility, retention_days }
        }
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
