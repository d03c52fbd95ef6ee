//! Members of a conversation and their roles.

use papo_shared::model::{MemberListing, Role};
use papo_shared::protocol::{AddMember, ListMembers, MemberPage, Refusal, RemoveMember, Reply, SetRole};

use super::accounts::find_account;
use super::groups::post;
use super::{Caller, RequestError, RequestResult, Services, pages, presence};
use crate::domain::{self, AccountRef, Member, rules};
use crate::store::Write;

/// Adds a member.
///
/// # Errors
/// `NoSuchUser`, `NotAMember`, `NotAGroup`, `AlreadyAMember`, `GroupFull`, `TooManyConversations`.
pub(crate) async fn add_member(services: &Services, caller: &Caller, ask: AddMember) -> RequestResult {
    let member = find_account(services, &ask.username).await?.account_ref();
    let (conversation, by, at) = (ask.conversation, caller.who.clone(), services.clock.now());
    post(services, caller, Write::AddMember { conversation, by, member, at }).await
}

/// Removes a member other than the caller.
///
/// # Errors
/// `NotAMember`, `NotAGroup`, `NotAllowed`, `NoSuchMember`, `CannotTargetSelf`.
pub(crate) async fn remove_member(services: &Services, caller: &Caller, ask: RemoveMember) -> RequestResult {
    let member = find_member_account(services, &ask.username).await?;
    let (conversation, by, at) = (ask.conversation, caller.who.clone(), services.clock.now());
    post(services, caller, Write::RemoveMember { conversation, by, member, at }).await
}

/// Changes a member's role.
///
/// # Errors
/// `NotAMember`, `NotAGroup`, `NotAllowed`, `NoSuchMember`, `CannotTargetSelf`; `WrongFields` for an unknown role.
pub(crate) async fn set_role(services: &Services, caller: &Caller, ask: SetRole) -> RequestResult {
    if ask.role == Role::Other {
        return Err(Refusal::WrongFields { detail: "no role is called that".to_owned() }.into());
    }
    let member = find_member_account(services, &ask.username).await?;
    let (conversation, by, role, at) = (ask.conversation, caller.who.clone(), ask.role, services.clock.now());
    post(services, caller, Write::SetRole { conversation, by, member, role, at }).await
}

/// Lists a page of members, with presence.
///
/// # Errors
/// `NotAMember`.
pub(crate) async fn list_members(services: &Services, caller: &Caller, ask: ListMembers) -> RequestResult {
    let rows = domain::page_rows(ask.limit);
    let found = services.store.members(caller.who.id, ask.conversation, ask.after.as_ref(), rows + 1).await?;
    let listing = |member: Member| MemberListing { person: presence::person(services, member.account), role: member.role };
    let (members, more) = pages::truncate_page(rules::require_member(found)?.into_iter().map(listing).collect(), rows);
    let next = members.last().filter(|_| more).map(|member: &MemberListing| member.person.username.clone());
    Ok(Reply::Members(MemberPage { conversation: ask.conversation, members, next }))
}

/// Finds the account of a member. An unknown username is refused as `NoSuchMember`.
async fn find_member_account(services: &Services, typed: &str) -> RequestResult<AccountRef> {
    match find_account(services, typed).await {
        Err(RequestError::Refused(Refusal::NoSuchUser)) => Err(Refusal::NoSuchMember.into()),
        found => found.map(|account| account.account_ref()),
    }
}
