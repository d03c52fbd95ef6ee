//! Creating, listing, revoking and using group invites.

use papo_shared::model::limits::MAX_GROUP_MEMBERS;
use papo_shared::model::{GroupInviteListing, Timestamp};
use papo_shared::protocol::{
    CreateGroupInvite, GroupInvite, GroupInvites, JoinGroup, ListGroupInvites, Refusal, Reply, RevokeGroupInvite,
};

use super::accounts::random;
use super::{AccountLimit, AccountRequest, Caller, RequestError, RequestResult, Services, commit, groups};
use crate::domain::{self, InviteCode};
use crate::store::{Outcome, Write};

/// Creates an invite. Its code is only included in this reply.
/// Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`, `TooManyInvites`.
impl AccountRequest for CreateGroupInvite {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::GroupInvites);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let Self { conversation, uses, expires_in_s } = self;
        let code = InviteCode::new(random()?);
        let at = services.clock.now();
        let uses = uses.map(|uses| uses.clamp(1, MAX_GROUP_MEMBERS as u32));
        let expires_at = expires_in_s.map(|seconds| Timestamp(at.0.saturating_add(i64::from(seconds) * 1000)));
        let by = caller.who.id;
        let create = Write::CreateGroupInvite { conversation, by, code: code.hash(), uses, expires_at, at };
        match services.committer.commit(caller, create).await? {
            Outcome::GroupInviteCreated(invite) => {
                let created_by = caller.who.username.clone();
                let listing = GroupInviteListing { invite, created_by, created_at: at, uses_left: uses, expires_at };
                Ok(Reply::GroupInvite(GroupInvite { conversation, code: code.text(), listing }))
            }
            other => Err(RequestError::from_outcome(other)),
        }
    }
}

/// Lists the usable invites. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`.
impl AccountRequest for ListGroupInvites {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let conversation = self.conversation;
        let found = services.store.group_invites(caller.who.id, conversation).await?;
        let invites = domain::GroupInvites::for_manager(found, services.clock.now())?;
        Ok(Reply::GroupInvites(GroupInvites { conversation, invites }))
    }
}

/// Revokes an invite. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`, `InviteInvalid`.
impl AccountRequest for RevokeGroupInvite {
    const LIMIT: Option<AccountLimit> = None;

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, by, invite) = (self.conversation, caller.who.id, self.invite);
        commit(services, caller, Write::RevokeGroupInvite { conversation, by, invite }).await
    }
}

/// Makes the caller a member by an invite. Returns the conversation, also if they are a member already.
/// Refusals: `InviteInvalid`, `GroupFull`, `TooManyConversations`.
impl AccountRequest for JoinGroup {
    /// Also limits guessing of invite codes.
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::GroupInvites);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let code = InviteCode::parse(&self.code).ok_or(Refusal::InviteInvalid)?.hash();
        let join = Write::JoinGroup { code, member: caller.who.clone(), at: services.clock.now() };
        groups::join(services, caller, join).await
    }
}
