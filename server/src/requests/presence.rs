//! Presence and typing events.

use std::collections::BTreeMap;
use std::time::Duration;

use papo_shared::model::{Person, Timestamp};
use papo_shared::protocol::{Event, PresenceChanged, Reply, Typing, TypingStarted};
use tokio::time::timeout;

use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services};
use crate::bus::{Delivery, Recipients};
use crate::domain::facts::ConversationFacts;
use crate::domain::{Account, AccountId, Audience, SessionId};
use crate::presence::Change;
use crate::store::{Outcome, StoreError, Write};

/// Maximum number of people per event. With the longest names and statuses, about 900 bytes each, they fit one line.
const MAX_PEOPLE: usize = 50;

/// Delay before retrying what the store could not do.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Tells the other members that the caller is typing. Refusals: `NotAMember`, `UnblockFirst`.
impl AccountRequest for Typing {
    /// Throttled by the session.
    const LIMIT: Option<AccountLimit> = None;

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let found = services.store.conversation_facts(self.conversation).await?;
        let members = &ConversationFacts::for_writer(found.as_ref(), caller.who.id)?.members;
        let others = members.iter().copied().filter(|account| *account != caller.who.id).collect();
        let typing = TypingStarted { conversation: self.conversation, username: caller.who.username.clone() };
        services.bus.publish(vec![Delivery::event(Event::TypingStarted(typing), Recipients::Accounts(others))]);
        Ok(Reply::Done)
    }
}

/// Changes still to be stored or announced. They are kept while the store fails, so that none is lost.
#[derive(Default)]
struct Pending {
    /// The latest change per account that was not announced.
    unannounced: BTreeMap<AccountId, Change>,
    /// The time at which each account was last online, if it is not stored yet.
    unstored: BTreeMap<AccountId, Timestamp>,
}

/// Stores and announces changes of presence for as long as the server runs.
pub(crate) async fn announce_changes(services: &Services) {
    let mut pending = Pending::default();
    loop {
        let changes = services.presence.changes();
        let changes = if pending.is_empty() {
            changes.await
        } else {
            // A timeout loses no change: `changes` returns it on the next call.
            timeout(RETRY_AFTER, changes).await.unwrap_or_default()
        };
        pending.add(changes, services.clock.now());
        pending.process(services).await;
    }
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.unannounced.is_empty() && self.unstored.is_empty()
    }

    fn add(&mut self, changes: Vec<Change>, now: Timestamp) {
        for change in changes {
            // Also stored for users who come online, because after a crash there is no other record of it.
            self.unstored.insert(change.account, change.gone_since.unwrap_or(now));
            self.unannounced.insert(change.account, change);
        }
    }

    /// Stores and announces the pending changes, and keeps those that fail. A write that fails, such as on a full disk, does
    /// not prevent the announcement.
    async fn process(&mut self, services: &Services) {
        match store_last_seen(services, &self.unstored).await {
            Ok(()) => self.unstored.clear(),
            // Logged by the store.
            Err(error) if error.is_unavailable() => {}
            Err(error) => tracing::error!(%error, "last-seen times could not be stored; trying again"),
        }
        match announce(services, &self.unannounced, &self.unstored).await {
            Ok(()) => self.unannounced.clear(),
            Err(error) if error.is_unavailable() => {}
            Err(error) => tracing::error!(%error, "a change of presence could not be announced; trying again"),
        }
    }
}

/// Stores the current time as the last-seen time of all users who are online, when the server stops.
pub(crate) async fn remember_everybody(services: &Services) {
    let at = services.clock.now();
    let online = services.presence.online_accounts().into_iter().map(|account| (account, at)).collect();
    if let Err(error) = store_last_seen(services, &online).await {
        tracing::error!(%error, "the last-seen times of the users online could not be stored");
    }
}

/// An account as other users see it now.
pub(super) fn person(services: &Services, account: Account) -> Person {
    let (online, away) = (services.presence.is_online(account.id), services.presence.is_away(account.id));
    account.into_person(online, away)
}

/// Announces these changes. The last-seen times in `unstored` take precedence over those in the store.
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
    for event in presence_events(people.values()) {
        deliveries.push(Delivery::event(event, Recipients::Watchers));
    }
    for (changed, recipients) in group_by_changes(services, &ids).await? {
        for event in presence_events(changed.iter().filter_map(|id| people.get(id))) {
            deliveries.push(Delivery::event(event, Recipients::AccountsNotWatching(recipients.clone())));
        }
    }
    services.bus.publish(deliveries);
    Ok(())
}

/// The online users who share a conversation with an account that changed, grouped by the changed accounts that concern them, so
/// that each group gets the same events.
async fn group_by_changes(services: &Services, changed: &[AccountId]) -> Result<Vec<(Vec<AccountId>, Audience)>, StoreError> {
    let mut changes_by_contact: BTreeMap<AccountId, Vec<AccountId>> = BTreeMap::new();
    for &account in changed {
        // The account's own other sessions are informed as well.
        let contacts = services.store.contacts(account).await?.into_iter().chain([account]);
        for contact in contacts.filter(|contact| services.presence.is_online(*contact)) {
            changes_by_contact.entry(contact).or_default().push(account);
        }
    }
    let mut contacts_by_changes: BTreeMap<Vec<AccountId>, Vec<AccountId>> = BTreeMap::new();
    for (contact, changes) in changes_by_contact {
        contacts_by_changes.entry(changes).or_default().push(contact);
    }
    Ok(contacts_by_changes.into_iter().map(|(changes, contacts)| (changes, contacts.into())).collect())
}

/// Events about these people, at most [`MAX_PEOPLE`] each.
fn presence_events<'a>(people: impl Iterator<Item = &'a Person>) -> Vec<Event> {
    let people: Vec<Person> = people.cloned().collect();
    people.chunks(MAX_PEOPLE).map(|some| Event::PresenceChanged(PresenceChanged { people: some.to_vec() })).collect()
}

async fn store_last_seen(services: &Services, seen: &BTreeMap<AccountId, Timestamp>) -> Result<(), StoreError> {
    let writes = seen.iter().map(|(&account, &at)| Write::SetLastSeen { account, at }).collect();
    let outcomes = services.committer.commit_all(SessionId::NONE, writes).await?;
    outcomes.into_iter().find_map(Outcome::into_fault).map_or(Ok(()), Err)
}
