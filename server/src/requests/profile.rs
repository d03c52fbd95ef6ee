//! Display name, status text and away state.

use papo_shared::model::{DisplayName, StatusText};
use papo_shared::protocol::{Refusal, Reply, SetAway, SetProfile};

use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services, commit};
use crate::domain::new_names;
use crate::store::Write;

/// Changes the caller's display name, status text or both. Refusals: `DisplayNameInvalid`, `StatusTooLong`.
impl AccountRequest for SetProfile {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let display_name = self.display_name.as_deref().map(DisplayName::parse).transpose();
        let display_name = display_name.map_err(|problem| Refusal::DisplayNameInvalid { problem })?;
        if let Some(name) = &display_name {
            new_names::check_display_name(name, &caller.who.username, &services.reserved_names)
                .map_err(|problem| Refusal::DisplayNameInvalid { problem })?;
        }
        let status = self.status.as_deref().map(StatusText::parse).transpose();
        let status = status.map_err(|error| Refusal::StatusTooLong { max_chars: error.max_chars })?;
        let reply = commit(services, caller, Write::SetProfile { account: caller.who.id, display_name, status }).await?;
        services.presence.renewed(caller.who.id);
        Ok(reply)
    }
}

/// Marks the caller's session as away or back.
impl AccountRequest for SetAway {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        services.presence.set_away(caller.who.id, caller.session, self.away);
        Ok(Reply::Done)
    }
}
