//! Who is here, and who is writing.

use std::collections::{BTreeMap, HashMap};

use papo_shared::model::{Person, Timestamp};
use papo_shared::protocol::{Event, PresenceChanged, Reply, Typing, TypingStarted};

use super::{Caller, Done, Services};
use crate::bus::{Notice, Recipients};
use crate::domain::{Account, AccountId, Audience, SessionId};
use crate::presence::Change;
use crate::send_queue::line;
use crate::store::{StoreError, Write};

/// Most people in one event: with the longest names and statuses, some 900 bytes each, they fit a line.
const MAX_PEOPLE: usize = 50;

/// Tells the other members that somebody is writing.
///
/// # Errors
/// `NotAMember`, `UnblockFirst`.
pub(crate) async fn typing(services: &Services, caller: &Caller, ask: &Typing) -> Done {
    let members = services.store.may_write(caller.who.id, ask.conversation).await??;
    let others = members.iter().copied().filter(|account| *account != caller.who.id).collect();
    let event = TypingStarted { conversation: ask.conversation, username: caller.who.username.clone() };
    let notice = Notice { to: Recipients::Accounts(others), line: line(&Event::TypingStarted(event)), origin: None };
    services.bus.publish(vec![notice]);
    Ok(Reply::Done)
}

/// Tells who came and went, and what else is new about whom, for as long as the server runs.
pub(crate) async fn announce_changes(services: &Services) {
    loop {
        let changes = services.presence.changes().await;
        if let Err(error) = announce(services, &changes).await {
            tracing::error!(%error, "a change of presence could not be told");
        }
    }
}

/// Remembers when everybody who is here was here last: now.
pub(crate) async fn remember_everybody(services: &Services) {
    let at = services.clock.now();
    let everybody = services.presence.everybody().into_iter();
    remember(services, everybody.map(|account| (account, at))).await;
}

/// An account as others see it now.
pub(super) fn person(services: &Services, account: Account) -> Person {
    let (online, away) = (services.presence.is_online(account.id), services.presence.is_away(account.id));
    account.into_person(online, away)
}

async fn announce(services: &Services, changes: &[Change]) -> Result<(), StoreError> {
    // Who comes is remembered as well: after a crash nobody else tells that they were here.
    let now = services.clock.now();
    remember(services, changes.iter().map(|change| (change.account, change.gone_since.unwrap_or(now)))).await;
    let ids: Vec<AccountId> = changes.iter().map(|change| change.account).collect();
    let told: HashMap<AccountId, &Change> = changes.iter().map(|change| (change.account, change)).collect();
    let accounts = services.store.accounts(&ids).await?;
    let mut people = BTreeMap::new();
    for account in accounts {
        let Some(change) = told.get(&account.id) else { continue };
        people.insert(account.id, account.into_person(change.gone_since.is_none(), change.away));
    }
    let mut notices = Vec::new();
    for told in chunks(people.values()) {
        notices.push(Notice { to: Recipients::Watchers, line: told, origin: None });
    }
    for (whom, recipients) in by_news(services, &ids).await? {
        for told in chunks(whom.iter().filter_map(|id| people.get(id))) {
            notices.push(Notice { to: Recipients::NotWatching(recipients.clone()), line: told, origin: None });
        }
    }
    services.bus.publish(notices);
    Ok(())
}

/// Who is to hear of whom: those here who share a conversation with somebody who changed, grouped by of whom they hear, so
/// that each line is encoded once.
async fn by_news(services: &Services, changed: &[AccountId]) -> Result<Vec<(Vec<AccountId>, Audience)>, StoreError> {
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

async fn remember(services: &Services, seen: impl Iterator<Item = (AccountId, Timestamp)>) {
    let writes = seen.map(|(account, at)| Write::TouchSeen { account, at }).collect();
    if let Err(error) = services.committer.commit_all(SessionId::NONE, writes).await {
        tracing::error!(%error, "it could not be stored when somebody was last here");
    }
}
