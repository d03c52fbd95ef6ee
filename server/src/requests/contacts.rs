//! The directory of accounts.

use papo_shared::protocol::{ListUsers, Reply, UserPage, WatchDirectory};

use super::{Caller, RequestResult, Services, pages};
use crate::domain;

/// Lists a page of the directory, with presence.
///
/// # Errors
/// Store failures only.
pub(crate) async fn list_users(services: &Services, ask: ListUsers) -> RequestResult {
    let rows = domain::page_rows(ask.limit);
    let query = domain::normalise_query(ask.query.as_deref());
    let found = services.store.users(query.as_deref(), ask.after.as_ref(), rows + 1).await?;
    let people = found.into_iter().map(|account| super::presence::person(services, account)).collect();
    let (users, more) = pages::truncate_page(people, rows);
    let next = users.last().filter(|_| more).map(|person| person.username.clone());
    Ok(Reply::Users(UserPage { users, next }))
}

/// Starts or stops directory events for the caller's session.
///
/// # Errors
/// Never fails.
pub(crate) fn watch_directory(services: &Services, caller: &Caller, ask: &WatchDirectory) -> RequestResult {
    services.bus.watch_directory(caller.session, ask.watch);
    Ok(Reply::Done)
}
