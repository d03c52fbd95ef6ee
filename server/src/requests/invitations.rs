//! Listing, accepting and declining invitations to groups.

use papo_shared::protocol::{AcceptInvitation, DeclineInvitation, Invitations, Reply};

use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services, commit, groups};
use crate::domain::rules;
use crate::store::Write;

/// Lists the caller's pending invitations. They fit on one page.
pub(crate) struct ListInvitations;

impl AccountRequest for ListInvitations {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let mut invitations = services.store.invitations(caller.who.id).await?;
        let now = services.clock.now();
        invitations.retain(|invitation| rules::is_invitation_pending(invitation.at, now));
        Ok(Reply::Invitations(Invitations { invitations }))
    }
}

/// Makes the caller a member of the group. Refusals: `NoSuchInvitation`, `GroupFull`, `TooManyConversations`.
impl AccountRequest for AcceptInvitation {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, member, at) = (self.conversation, caller.who.id, services.clock.now());
        groups::join(services, caller, Write::AcceptInvitation { conversation, member, at }).await
    }
}

/// Declines an invitation. Refusals: `NoSuchInvitation`.
impl AccountRequest for DeclineInvitation {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (conversation, account, at) = (self.conversation, caller.who.id, services.clock.now());
        commit(services, caller, Write::DeclineInvitation { conversation, account, at }).await
    }
}
