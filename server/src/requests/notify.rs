//! Notification settings.

use papo_shared::model::Notify;
use papo_shared::protocol::SetNotify;

use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services, commit};
use crate::store::Write;

/// Sets which messages of a conversation notify the caller. Refusals: `NotAMember`.
impl AccountRequest for SetNotify {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let notify = Notify { level: self.level, until: self.until }.at(services.clock.now());
        let (conversation, account) = (self.conversation, caller.who.id);
        commit(services, caller, Write::SetNotify { conversation, account, notify }).await
    }
}
