//! Blocking and unblocking users.

use papo_shared::model::Username;
use papo_shared::model::limits::MAX_BLOCKED;
use papo_shared::protocol::{Block, BlockedPage, ListBlocked, Refusal, Reply, Unblock};

use super::accounts::find_account;
use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services, commit, presence};
use crate::domain::Account;
use crate::store::Write;

/// Blocks a user. Refusals: `NoSuchUser`, `CannotTargetSelf`, `TooManyBlocked`.
impl AccountRequest for Block {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let whom = find_account(services, &self.username).await?.account_ref();
        commit(services, caller, Write::Block { by: caller.who.id, whom, at: services.clock.now() }).await
    }
}

/// Unblocks a user, also one whose account was deleted. Refusals: `NoSuchUser`.
impl AccountRequest for Unblock {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let whom = find_account_to_unblock(services, caller, &self.username).await?.account_ref();
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

/// The account with this username, as typed. A deleted account is found only if the caller has blocked it.
///
/// # Errors
/// `NoSuchUser`, also if the text is not a username; a fault, if the store fails.
async fn find_account_to_unblock(services: &Services, caller: &Caller, typed: &str) -> RequestResult<Account> {
    let username = Username::parse(typed).map_err(|_| Refusal::NoSuchUser)?;
    if let Some(account) = services.store.account(&username).await? {
        return Ok(account);
    }
    let blocked = services.store.blocked(caller.who.id, None, MAX_BLOCKED).await?;
    Ok(blocked.into_iter().find(|account| account.username == username).ok_or(Refusal::NoSuchUser)?)
}
