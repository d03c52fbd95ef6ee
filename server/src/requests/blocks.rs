//! Blocking and unblocking users.

use papo_shared::model::Person;
use papo_shared::protocol::{Block, BlockedPage, ListBlocked, Reply, Unblock};

use super::accounts::find_account;
use super::{Caller, RequestError, RequestResult, Services, pages, presence};
use crate::domain;
use crate::store::{Outcome, Write};

/// Blocks a user.
///
/// # Errors
/// `NoSuchUser`, `CannotTargetSelf`, `TooManyBlocked`.
pub(crate) async fn block(services: &Services, caller: &Caller, ask: &Block) -> RequestResult {
    let whom = find_account(services, &ask.username).await?.account_ref();
    change(services, caller, Write::Block { by: caller.who.id, whom, at: services.clock.now() }).await
}

/// Unblocks a user.
///
/// # Errors
/// `NoSuchUser`.
pub(crate) async fn unblock(services: &Services, caller: &Caller, ask: &Unblock) -> RequestResult {
    let whom = find_account(services, &ask.username).await?.account_ref();
    change(services, caller, Write::Unblock { by: caller.who.id, whom }).await
}

/// Lists a page of the users the caller has blocked.
///
/// # Errors
/// Store failures only.
pub(crate) async fn list_blocked(services: &Services, caller: &Caller, ask: ListBlocked) -> RequestResult {
    let rows = domain::page_rows(ask.limit);
    let found = services.store.blocked(caller.who.id, ask.after.as_ref(), rows + 1).await?;
    let people = found.into_iter().map(|account| presence::person(services, account)).collect();
    let (people, more) = pages::truncate_page(people, rows);
    let next = people.last().filter(|_| more).map(|person: &Person| person.username.clone());
    Ok(Reply::Blocked(BlockedPage { people, next }))
}

async fn change(services: &Services, caller: &Caller, write: Write) -> RequestResult {
    match services.committer.commit(caller.session, write).await? {
        Outcome::BlockChanged(_) | Outcome::Done => Ok(Reply::Done),
        other => Err(RequestError::from_outcome(other)),
    }
}
