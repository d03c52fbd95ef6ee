//! The directory of accounts.

use papo_shared::protocol::{ListUsers, Reply, UserPage, WatchDirectory};

use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services, presence};
use crate::domain;

/// Lists a page of the directory, with presence.
impl AccountRequest for ListUsers {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    /// A search examines all names; a page, only its own rows.
    fn limit(&self) -> Option<AccountLimit> {
        if self.query.is_some() { Some(AccountLimit::Searches) } else { Self::LIMIT }
    }

    async fn handle(self, services: &Services, _: &Caller) -> RequestResult {
        let size = PageSize::of(self.limit);
        let query = domain::normalise_query(self.query.as_deref());
        let accounts = services.store.users(query.as_deref(), self.after.as_ref(), size.rows_to_load()).await?;
        let people = accounts.into_iter().map(|account| presence::person(services, account)).collect();
        let (users, next) = size.truncate(people, |person| person.username.clone());
        Ok(Reply::Users(UserPage { users, next }))
    }
}

/// Starts or stops directory events for the caller's session.
impl AccountRequest for WatchDirectory {
    const LIMIT: Option<AccountLimit> = None;

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        services.bus.watch_directory(caller.session, self.watch);
        Ok(Reply::Done)
    }
}
