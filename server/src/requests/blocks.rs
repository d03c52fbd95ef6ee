//! Blocking and unblocking users.

use papo_shared::protocol::{Block, BlockedPage, ListBlocked, Reply, Unblock};

use super::accounts::find_account;
use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services, commit, presence};
use crate::store::Write;

/// Blocks a user. Refusals: `NoSuchUser`, `CannotTargetSelf`, `TooManyBlocked`.
impl AccountRequest for Block {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let whom = find_account(services, &self.username).await?.account_ref();
        commit(services, caller, Write::Block { by: caller.who.id, whom, at: services.clock.now() }).await
    }
}

/// Unblocks a user. Refusals: `NoSuchUser`.
impl AccountRequest for Unblock {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let whom = find_account(services, &self.username).await?.account_ref();
        commit(services, caller, Write::Unblock { by: caller.who.id, whom }).await
    }
}

/// Lists a page of the users the caller has blocked.
impl AccountRequest for ListBlocked {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let size = PageSize::of(self.limit);
        let accounts = services.store.blocked(caller.who.id, self.after.as_ref(), size.rows_to_load()).await?;
        let people = accounts.into_iter().map(|account| presence::person(services, account)).collect();
        let (people, next) = size.truncate(people, |person| person.username.clone());
        Ok(Reply::Blocked(BlockedPage { people, next }))
    }
}
