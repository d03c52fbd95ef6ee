//! The bus of a single-node server: all sessions are in this process.

use std::sync::{PoisonError, RwLock};

use papo_shared::model::DeviceId;
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason};
use rustc_hash::{FxHashMap, FxHashSet};

use super::grouped::{Group, group_by_recipients};
use super::{Announcement, Bus, Delivery, LocalReply, Recipients, Subscription};
use crate::domain::{AccountId, SessionId};
use crate::send_queue::{Outgoing, SendQueue, encode_reply};

/// A [`Bus`] that writes to the sessions' send queues directly.
#[derive(Default)]
pub struct InProcessBus {
    subscriptions: RwLock<Subscriptions>,
}

#[derive(Default)]
struct Subscriptions {
    by_session: FxHashMap<SessionId, Subscription>,
    by_account: FxHashMap<AccountId, Vec<(SessionId, SendQueue)>>,
    watching: FxHashSet<SessionId>,
}

/// A session that receives events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AttachedSession {
    pub(crate) session: SessionId,
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
}

/// The chunks of one batch, per session and in order. Sessions named by a delivery are kept apart.
#[derive(Default)]
struct SortedBatch {
    named: Pushes,
    others: Pushes,
}

#[derive(Default)]
struct Pushes {
    by_session: FxHashMap<SessionId, (SendQueue, Vec<Outgoing>)>,
}

impl Pushes {
    fn add(&mut self, session: SessionId, queue: &SendQueue, chunks: impl IntoIterator<Item = Outgoing>) {
        self.by_session.entry(session).or_insert_with(|| (queue.clone(), Vec::new())).1.extend(chunks);
    }
}

/// A group of events, with the sessions that receive them one at a time.
struct InOrder<'a> {
    group: Group<'a>,
    sessions: Vec<(SessionId, &'a SendQueue)>,
    /// Number of the group's events that were added for these sessions.
    added: usize,
}

impl Subscriptions {
    /// The sessions that receive an event for `to`.
    fn of<'a>(&'a self, to: &'a Recipients) -> Box<dyn Iterator<Item = (SessionId, &'a SendQueue)> + 'a> {
        match to {
            Recipients::Accounts(accounts) => Box::new(self.of_accounts(accounts)),
            Recipients::AccountsNotWatching(accounts) => {
                Box::new(self.of_accounts(accounts).filter(|(session, _)| !self.watching.contains(session)))
            }
            Recipients::Watchers => Box::new(
                self.watching
                    .iter()
                    .filter_map(|session| self.by_session.get(session))
                    .map(|subscription| (subscription.session, &subscription.queue)),
            ),
        }
    }

    fn of_accounts<'a>(&'a self, accounts: &'a [AccountId]) -> impl Iterator<Item = (SessionId, &'a SendQueue)> {
        accounts.iter().filter_map(|account| self.by_account.get(account)).flatten().map(|(session, queue)| (*session, queue))
    }

    /// Encodes a batch and groups it by session, so that each session gets one push however many deliveries there are.
    ///
    /// Events for the same recipients are encoded into one buffer, which all sessions of a protocol share. Sessions named
    /// by a delivery are treated separately, event by event, because some events are replaced by a reply.
    fn sort(&self, batch: &[Delivery]) -> SortedBatch {
        let mut sorted = SortedBatch::default();
        let named: FxHashSet<SessionId> = batch.iter().filter_map(Delivery::named_session).collect();
        let mut groups_in_order = FxHashMap::default();
        for mut group in group_by_recipients(batch) {
            let mut sessions = Vec::new();
            for (session, queue) in self.of(group.to) {
                if named.contains(&session) {
                    sessions.push((session, queue));
                } else {
                    let joined = group.encoded(queue.encoder()).joined();
                    sorted.others.add(session, queue, joined.iter().cloned().map(Outgoing::Droppable));
                }
            }
            if !sessions.is_empty() {
                groups_in_order.insert(group.to.key(), InOrder { group, sessions, added: 0 });
            }
        }
        for delivery in batch {
            match delivery {
                Delivery::Event(Announcement { to, except, .. }) => {
                    if let Some(in_order) = groups_in_order.get_mut(&to.key()) {
                        in_order.add_next(*except, &mut sorted.named);
                    }
                }
                Delivery::Reply(LocalReply { session, queue, reply }) => {
                    let reply = encode_reply(queue.encoder(), reply);
                    sorted.named.add(*session, queue, [Outgoing::Required(reply)]);
                }
            }
        }
        sorted
    }
}

impl InOrder<'_> {
    /// Adds the group's next event for all its sessions except one.
    fn add_next(&mut self, except: Option<SessionId>, pushes: &mut Pushes) {
        for (session, queue) in self.sessions.iter().filter(|(session, _)| Some(*session) != except) {
            let event = self.group.encoded(queue.encoder()).get(self.added);
            pushes.add(*session, queue, event.map(Outgoing::Droppable));
        }
        self.added += 1;
    }
}

impl InProcessBus {
    /// The sessions that receive events, in any order.
    pub(crate) fn sessions(&self) -> Vec<AttachedSession> {
        let subscriptions = self.subscriptions.read().unwrap_or_else(PoisonError::into_inner);
        let attached = |Subscription { session, account, device, .. }: &Subscription| AttachedSession {
            session: *session,
            account: *account,
            device: *device,
        };
        subscriptions.by_session.values().map(attached).collect()
    }

    /// Tells these sessions that they may have missed events.
    pub(crate) fn tell_lagged(&self, sessions: &[SessionId]) {
        let subscriptions = self.subscriptions.read().unwrap_or_else(PoisonError::into_inner);
        for subscription in sessions.iter().filter_map(|session| subscriptions.by_session.get(session)) {
            subscription.queue.push_notice(&Event::Lagged);
        }
    }

    /// Tells the sessions of these accounts that they may have missed events.
    pub(crate) fn tell_accounts_lagged(&self, accounts: &[AccountId]) {
        let subscriptions = self.subscriptions.read().unwrap_or_else(PoisonError::into_inner);
        subscriptions.of_accounts(accounts).for_each(|(_, queue)| queue.push_notice(&Event::Lagged));
    }
}

impl Bus for InProcessBus {
    fn attach(&self, subscription: Subscription) {
        let mut subscriptions = self.subscriptions.write().unwrap_or_else(PoisonError::into_inner);
        subscriptions
            .by_account
            .entry(subscription.account)
            .or_default()
            .push((subscription.session, subscription.queue.clone()));
        subscriptions.by_session.insert(subscription.session, subscription);
    }

    fn detach(&self, session: SessionId) {
        let mut subscriptions = self.subscriptions.write().unwrap_or_else(PoisonError::into_inner);
        subscriptions.watching.remove(&session);
        let Some(subscription) = subscriptions.by_session.remove(&session) else { return };
        if let Some(sessions) = subscriptions.by_account.get_mut(&subscription.account) {
            sessions.retain(|(other, _)| *other != session);
            if sessions.is_empty() {
                subscriptions.by_account.remove(&subscription.account);
            }
        }
    }

    fn watch_directory(&self, session: SessionId, watch: bool) {
        let mut subscriptions = self.subscriptions.write().unwrap_or_else(PoisonError::into_inner);
        if watch && subscriptions.by_session.contains_key(&session) {
            subscriptions.watching.insert(session);
        } else {
            subscriptions.watching.remove(&session);
        }
    }

    fn publish(&self, batch: Vec<Delivery>) {
        let sorted = self.subscriptions.read().unwrap_or_else(PoisonError::into_inner).sort(&batch);
        deliver(sorted);
    }

    fn end_sessions(&self, devices: &[DeviceId], except: SessionId, reason: GoodbyeReason) {
        let subscriptions = self.subscriptions.read().unwrap_or_else(PoisonError::into_inner);
        for subscription in subscriptions.by_session.values() {
            if subscription.session != except && devices.contains(&subscription.device) {
                subscription.queue.close(Goodbye { reason, come_back_ms: None });
            }
        }
    }

    fn end_account(&self, account: AccountId, reason: GoodbyeReason) {
        let subscriptions = self.subscriptions.read().unwrap_or_else(PoisonError::into_inner);
        for (_, queue) in subscriptions.of_accounts(&[account]) {
            queue.close(Goodbye { reason, come_back_ms: None });
        }
    }
}

/// Pushes a batch to the sessions' send queues. A queue with nothing waiting writes to its socket at once, so this is
/// where the bus spends its time.
///
/// Senders are served first, so that under load their next requests arrive while the other sessions are being served
/// and join a larger batch. That makes for fewer and larger writes, which are most of the work.
fn deliver(sorted: SortedBatch) {
    let SortedBatch { named, others } = sorted;
    for (queue, chunks) in named.by_session.into_values().chain(others.by_session.into_values()) {
        queue.push(chunks);
    }
}

#[cfg(test)]
mod tests;
