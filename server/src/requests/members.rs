//! Members of a conversation and their roles.

use papo_shared::model::{MemberListing, Role};
use papo_shared::protocol::{AddMember, ListMembers, MemberPage, Refusal, RemoveMember, Reply, SetRole};

use super::accounts::find_account;
use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestError, RequestResult, Services, commit, presence};
use crate::domain::{AccountRef, Member, rules};
use crate::store::{Outcome, Write};

/// Adds a member, or invites a user who shares nothing with the caller. Refusals: `NoSuchUser`, `NotAMember`, `NotAGroup`,
/// `AlreadyAMember`, `GroupFull`, `TooManyConversations`, `InvitationDeclined`, `InvitationsFull`, `TooManyInvitations`.
impl AccountRequest for AddMember {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Members);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let member = find_account(services, &self.username).await?.account_ref();
        let (conversation, by, at) = (self.conversation, caller.who.clone(), services.clock.now());
        let add = Write::AddMember { conversation, by, member, at };
        match services.committer.commit(caller, add).await? {
            Outcome::Posted(_) => Ok(Reply::Done),
            Outcome::Invited(..) | Outcome::AlreadyInvited => Ok(Reply::Invited),
            other => Err(RequestError::from_outcome(other)),
        }
    }
}

/// Removes a member other than the caller. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`, `NoSuchMember`, `CannotTargetSelf`.
impl AccountRequest for RemoveMember {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Members);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let member = find_member_account(services, &self.username).await?;
        let (conversation, by, at) = (self.conversation, caller.who.clone(), services.clock.now());
        commit(services, caller, Write::RemoveMember { conversation, by, member, at }).await
    }
}

/// Changes a member's role. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`, `NoSuchMember`, `CannotTargetSelf`;
/// `WrongFields` for an unknown role.
impl AccountRequest for SetRole {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Members);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        if self.role == Role::Other {
            return Err(Refusal::WrongFields { detail: "no role is called that".to_owned() }.into());
        }
        let member = find_member_account(services, &self.username).await?;
        let (conversation, by, role, at) = (self.conversation, caller.who.clone(), self.role, services.clock.now());
        commit(services, caller, Write::SetRole { conversation, by, member, role, at }).await
    }
}

/// Lists a page of members, with presence. Refusals: `NotAMember`.
impl AccountRequest for ListMembers {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let Self { conversation, after, limit } = self;
        let size = PageSize::of(limit);
        let members = services.store.members(caller.who.id, conversation, after.as_ref(), size.rows_to_load()).await?;
        let listing = |member: Member| MemberListing { person: presence::person(services, member.account), role: member.role };
        let listings = rules::require_member(members)?.into_iter().map(listing).collect();
        let (members, next) = size.truncate(listings, |member: &MemberListing| member.person.username.clone());
        Ok(Reply::Members(MemberPage { conversation, members, next }))
    }
}

/// Finds the account of a member. An unknown username is refused as `NoSuchMember`.
async fn find_member_account(services: &Services, typed: &str) -> RequestResult<AccountRef> {
    match find_account(services, typed).await {
        Err(RequestError::Refused(Refusal::NoSuchUser)) => Err(Refusal::NoSuchMember.into()),
        result => result.map(|account| account.account_ref()),
    }
}
