//! Recovers what the network lost from the store: new entries, and the end of devices.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use papo_shared::model::{ConversationId, Entry, Seq};
use papo_shared::protocol::{EntryPosted, Event, GoodbyeReason};
use tokio::time::{sleep, timeout};

use super::node::Node;
use crate::bus::{Bus, Delivery, Recipients};
use crate::domain::{AccountId, Audience, EntryRange, SessionId};
use crate::store::StoreError;
use crate::store::shared::{DeviceEnd, NewsPosition, SharedStore};

/// How often the store is asked for entries that other nodes wrote.
const NEWS_EVERY: Duration = Duration::from_secs(2);

/// How long entries may be on their way over the network before they are read from the store.
const ON_THE_WAY: Duration = Duration::from_millis(300);

/// Minimum time between two questions to the store, however many losses there are.
const PAUSE: Duration = Duration::from_millis(500);

/// How often the store is asked which devices of this node's sessions are signed out.
const DEVICES_EVERY: Duration = Duration::from_secs(30);

/// Delivers entries that other nodes wrote and this node did not receive, for as long as the server runs.
pub(super) async fn recover_entries(node: &Node, store: &dyn SharedStore, mut position: NewsPosition) {
    let mut losses = node.losses();
    // Conversations with new entries, and the newest of them.
    let mut news: BTreeMap<ConversationId, Seq> = BTreeMap::new();
    loop {
        sleep(PAUSE).await;
        // After a loss at once.
        let _ = timeout(NEWS_EVERY - PAUSE, losses.changed()).await;
        let accounts: BTreeSet<AccountId> = node.local.sessions().into_iter().map(|attached| attached.account).collect();
        match store.news(&position, &accounts.into_iter().collect::<Vec<_>>()).await {
            Ok(found) => {
                position = found.next;
                news.extend(found.conversations.into_iter().map(|new| (new.conversation, new.last)));
            }
            // Logged by the store.
            Err(error) if error.is_unavailable() => continue,
            Err(error) => {
                tracing::warn!(%error, "the store cannot be asked for new entries; trying again");
                continue;
            }
        }
        news.retain(|conversation, last| node.window().is_ahead(*conversation, *last));
        if node.is_connected() && !news.is_empty() {
            sleep(ON_THE_WAY).await;
            news.retain(|conversation, last| node.window().is_ahead(*conversation, *last));
        }
        let mut failed = BTreeMap::new();
        for (conversation, last) in std::mem::take(&mut news) {
            match newest_entry(store, conversation).await {
                Ok(Some((entry, members))) => {
                    node.figures.recovered_entries.increase();
                    let event = Event::EntryPosted(EntryPosted { conversation, entry });
                    node.deliver(vec![Delivery::event(event, Recipients::Accounts(members))], false);
                }
                // It changed meanwhile, or has no members any more.
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "an entry that was not received cannot be read; trying again");
                    failed.insert(conversation, last);
                }
            }
        }
        news = failed;
    }
}

/// The newest entry of a conversation, with the members who may see it: those at the time when it was the newest one, since every
/// change of members is an entry.
async fn newest_entry(store: &dyn SharedStore, conversation: ConversationId) -> Result<Option<(Entry, Audience)>, StoreError> {
    let Some(facts) = store.conversation_facts(conversation).await? else { return Ok(None) };
    let Some(reader) = facts.members.first() else { return Ok(None) };
    let range = EntryRange::Before(Seq(facts.last_seq.0 + 1));
    let found = store.entries(*reader, conversation, range, 1, usize::MAX).await?;
    let entry = found.and_then(|mut entries| entries.pop()).filter(|entry| entry.seq == facts.last_seq);
    Ok(entry.map(|entry| (entry, facts.members)))
}

/// Closes the sessions whose devices were signed out or whose accounts were suspended, if this node was not told, for as long as
/// the server runs.
pub(super) async fn end_sessions(node: &Node, store: &dyn SharedStore) {
    let mut losses = node.losses();
    loop {
        sleep(PAUSE).await;
        // After a loss at once.
        let _ = timeout(DEVICES_EVERY - PAUSE, losses.changed()).await;
        let devices: BTreeSet<_> =
            node.local.sessions().into_iter().map(|attached| (attached.account, attached.device)).collect();
        if devices.is_empty() {
            continue;
        }
        match store.ended_devices(&devices.into_iter().collect::<Vec<_>>()).await {
            Ok(ended) => {
                for (device, end) in ended {
                    node.local.end_sessions(&[device], SessionId::NONE, goodbye_reason(end));
                }
            }
            Err(error) if error.is_unavailable() => {}
            Err(error) => tracing::warn!(%error, "the store cannot be asked which devices are signed out; trying again"),
        }
    }
}

fn goodbye_reason(end: DeviceEnd) -> GoodbyeReason {
    match end {
        DeviceEnd::SignedOut => GoodbyeReason::SignedOut,
        DeviceEnd::AccountSuspended => GoodbyeReason::Suspended,
        DeviceEnd::AccountDeleted => GoodbyeReason::AccountDeleted,
    }
}
