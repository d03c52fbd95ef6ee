//! Presence and typing events.

use std::collections::BTreeMap;
use std::time::Duration;

use papo_shared::model::{Person, Timestamp};
use papo_shared::protocol::{Event, PresenceChanged, Reply, Typing, TypingStarted};
use tokio::time::timeout;

use super::{Caller, RequestResult, Services};
use crate::bus::{Delivery, Recipients};
use crate::domain::facts::ConversationFacts;
use crate::domain::{Account, AccountId, Audience, SessionId};
use crate::presence::Change;
use crate::send_queue::line;
use crate::store::{Outcome, StoreError, Write};

/// Most people in one event: with the longest names and statuses, some 900 bytes each, they fit a line.
const MAX_PEOPLE: usize = 50;

/// When what the store could not do is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Tells the other members that somebody is writing.
///
/// # Errors
/// `NotAMember`, `UnblockFirst`.
pub(crate) async fn typing(services: &Services, caller: &Caller, ask: &Typing) -> RequestResult {
    let found = services.store.conversation_facts(ask.conversation).await?;
    let members = &ConversationFacts::for_writer(found.as_ref(), caller.who.id)?.members;
    let others = members.iter().copied().filter(|account| *account != caller.who.id).collect();
    let event = TypingStarted { conversation: ask.conversation, username: caller.who.username.clone() };
    let delivery = Delivery { to: Recipients::Accounts(others), line: line(&Event::TypingStarted(event)), origin: None };
    services.bus.publish(vec![delivery]);
    Ok(Reply::Done)
}

/// Changes that wait for the store: what it could not read or write is tried again, and no change is lost.
#[derive(Default)]
struct Waiting {
    /// Of each account the newest change that nobody was told of.
    untold: BTreeMap<AccountId, Change>,
    /// When each account was last here, as far as it is not stored.
    unstored: BTreeMap<AccountId, Timestamp>,
}

/// Tells who came and went, and what else is new about whom, for as long as the server runs.
pub(crate) async fn announce_changes(services: &Services) {
    let mut waiting = Waiting::default();
    loop {
        let changes = services.presence.changes();
        let changes = if waiting.is_empty() {
            changes.await
        } else {
            // Giving up the wait loses no change.
            timeout(RETRY_AFTER, changes).await.unwrap_or_default()
        };
        waiting.add(changes, services.clock.now());
        waiting.settle(services).await;
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.untold.is_empty() && self.unstored.is_empty()
    }

    fn add(&mut self, changes: Vec<Change>, now: Timestamp) {
        for change in changes {
            // Who comes is remembered as well: after a crash nobody else tells that they were here.
            self.unstored.insert(change.account, change.gone_since.unwrap_or(now));
            self.untold.insert(change.account, change);
        }
    }

    /// Stores and tells what waits. What fails waits on; a full disk keeps nobody from being told.
    async fn settle(&mut self, services: &Services) {
        match remember(services, &self.unstored).await {
            Ok(()) => self.unstored.clear(),
            Err(error) => tracing::error!(%error, "it could not be stored when somebody was last here; it is tried again"),
        }
        match announce(services, &self.untold, &self.unstored).await {
            Ok(()) => self.untold.clear(),
            Err(error) => tracing::error!(%error, "a change of presence could not be told; it is tried again"),
        }
    }
}

/// Remembers when everybody who is here was here last: now.
pub(crate) async fn remember_everybody(services: &Services) {
    let at = services.clock.now();
    let everybody = services.presence.everybody().into_iter().map(|account| (account, at)).collect();
    if let Err(error) = remember(services, &everybody).await {
        tracing::error!(%error, "it could not be stored when those who are here were last here");
    }
}

/// An account as others see it now.
pub(super) fn person(services: &Services, account: Account) -> Person {
    let (online, away) = (services.presence.is_online(account.id), services.presence.is_away(account.id));
    account.into_person(online, away)
}

/// Tells these changes, of people of whom the store does not know yet when they were last here, where `unstored` does.
async fn announce(
    services: &Services,
    changes: &BTreeMap<AccountId, Change>,
    unstored: &BTreeMap<AccountId, Timestamp>,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let ids: Vec<AccountId> = changes.keys().copied().collect();
    let accounts = services.store.accounts(&ids).await?;
    let mut people = BTreeMap::new();
    for mut account in accounts {
        let Some(change) = changes.get(&account.id) else { continue };
        account.last_seen = unstored.get(&account.id).copied().or(account.last_seen);
        people.insert(account.id, account.into_person(change.gone_since.is_none(), change.away));
    }
    let mut deliveries = Vec::new();
    for told in chunks(people.values()) {
        deliveries.push(Delivery { to: Recipients::Watchers, line: told, origin: None });
    }
    for (whom, recipients) in group_by_changes(services, &ids).await? {
        for told in chunks(whom.iter().filter_map(|id| people.get(id))) {
            deliveries.push(Delivery { to: Recipients::AccountsNotWatching(recipients.clone()), line: told, origin: None });
        }
    }
    services.bus.publish(deliveries);
    Ok(())
}

/// Who is to hear of whom: those here who share a conversation with somebody who changed, grouped by of whom they hear, so
/// that each line is encoded once.
async fn group_by_changes(services: &Services, changed: &[AccountId]) -> Result<Vec<(Vec<AccountId>, Audience)>, StoreError> {
    let mut news: BTreeMap<AccountId, Vec<AccountId>> = BTreeMap::new();
    for &account in changed {
        // The person's own other sessions hear of it too.
        let contacts = services.store.contacts(account).await?.into_iter().chain([account]);
        for contact in contacts.filter(|contact| services.presence.is_online(*contact)) {
            news.entry(contact).or_default().push(account);
        }
    }
    let mut recipients: BTreeMap<Vec<AccountId>, Vec<AccountId>> = BTreeMap::new();
    for (contact, whom) in news {
        recipients.entry(whom).or_default().push(contact);
    }
    Ok(recipients.into_iter().map(|(whom, contacts)| (whom, contacts.into())).collect())
}

fn chunks<'a>(people: impl Iterator<Item = &'a Person>) -> Vec<bytes::Bytes> {
    let people: Vec<Person> = people.cloned().collect();
    people.chunks(MAX_PEOPLE).map(|some| line(&Event::PresenceChanged(PresenceChanged { people: some.to_vec() }))).collect()
}

async fn remember(services: &Services, seen: &BTreeMap<AccountId, Timestamp>) -> Result<(), StoreError> {
    let writes = seen.iter().map(|(&account, &at)| Write::SetLastSeen { account, at }).collect();
    let outcomes = services.committer.commit_all(SessionId::NONE, writes).await?;
    outcomes.into_iter().find_map(Outcome::into_fault).map_or(Ok(()), Err)
}
