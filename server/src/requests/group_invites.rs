//! Creating, listing, revoking and using group invites.

use papo_shared::model::limits::MAX_GROUP_MEMBERS;
use papo_shared::model::{GroupInviteListing, Timestamp};
use papo_shared::protocol::{
    CreateGroupInvite, GroupInvite, GroupInvites, JoinGroup, ListGroupInvites, Refusal, Reply, RevokeGroupInvite,
};

use super::accounts::random;
use super::groups::{conversation, post};
use super::{Caller, RequestError, RequestResult, Services};
use crate::domain::{self, InviteCode};
use crate::store::{Outcome, Write};

/// Creates an invite. Its code is only included in this reply.
///
/// # Errors
/// `NotAMember`, `NotAGroup`, `NotAllowed`, `TooManyInvites`.
pub(crate) async fn create_group_invite(services: &Services, caller: &Caller, ask: &CreateGroupInvite) -> RequestResult {
    let code = InviteCode::new(random()?);
    let created_at = services.clock.now();
    let uses_left = ask.uses.map(|uses| uses.clamp(1, MAX_GROUP_MEMBERS as u32));
    let expires_at = ask.expires_in_s.map(|seconds| Timestamp(created_at.0.saturating_add(i64::from(seconds) * 1000)));
    let create = Write::CreateGroupInvite {
        conversation: ask.conversation,
        by: caller.who.id,
        code: code.hash(),
        uses: uses_left,
        expires_at,
        at: created_at,
    };
    match services.committer.commit(caller.session, create).await? {
        Outcome::GroupInviteCreated(invite) => {
            let created_by = caller.who.username.clone();
            let listing = GroupInviteListing { invite, created_by, created_at, uses_left, expires_at };
            Ok(Reply::GroupInvite(GroupInvite { conversation: ask.conversation, code: code.text(), listing }))
        }
        other => Err(RequestError::from_outcome(other)),
    }
}

/// Lists the usable invites.
///
/// # Errors
/// `NotAMember`, `NotAGroup`, `NotAllowed`.
pub(crate) async fn list_group_invites(services: &Services, caller: &Caller, ask: &ListGroupInvites) -> RequestResult {
    let conversation = ask.conversation;
    let found = services.store.group_invites(caller.who.id, conversation).await?;
    let invites = domain::GroupInvites::for_manager(found, services.clock.now())?;
    Ok(Reply::GroupInvites(GroupInvites { conversation, invites }))
}

/// Revokes an invite.
///
/// # Errors
/// `NotAMember`, `NotAGroup`, `NotAllowed`, `InviteInvalid`.
pub(crate) async fn revoke_group_invite(services: &Services, caller: &Caller, ask: &RevokeGroupInvite) -> RequestResult {
    let (conversation, by, invite) = (ask.conversation, caller.who.id, ask.invite);
    post(services, caller, Write::RevokeGroupInvite { conversation, by, invite }).await
}

/// Makes the caller a member by an invite. Returns the conversation, also if they are a member already.
///
/// # Errors
/// `InviteInvalid`, `GroupFull`, `TooManyConversations`.
pub(crate) async fn join_group(services: &Services, caller: &Caller, ask: &JoinGroup) -> RequestResult {
    let code = InviteCode::parse(&ask.code).ok_or(Refusal::InviteInvalid)?.hash();
    let join = Write::JoinGroup { code, member: caller.who.clone(), at: services.clock.now() };
    match services.committer.commit(caller.session, join).await? {
        Outcome::Posted(posted) => conversation(services, caller, posted.conversation).await,
        Outcome::AlreadyMember(id) => conversation(services, caller, id).await,
        other => Err(RequestError::from_outcome(other)),
    }
}
