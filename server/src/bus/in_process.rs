//! The bus of a single-node server: all sessions are in this process.

use std::sync::{PoisonError, RwLock};

use papo_shared::model::DeviceId;
use papo_shared::protocol::{Goodbye, GoodbyeReason};
use rustc_hash::{FxHashMap, FxHashSet};

use super::joined::{group_by_recipients, join_lines};
use super::{Bus, Delivery, Recipients, Subscription};
use crate::domain::{AccountId, SessionId};
use crate::send_queue::{Outgoing, SendQueue};

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

/// The lines of one batch, per session and in order. Sessions that caused a delivery are kept apart.
#[derive(Default)]
struct SortedBatch {
    origins: Pushes,
    others: Pushes,
}

#[derive(Default)]
struct Pushes {
    by_session: FxHashMap<SessionId, (SendQueue, Vec<Outgoing>)>,
}

impl Pushes {
    fn add(&mut self, session: SessionId, queue: &SendQueue, lines: impl IntoIterator<Item = Outgoing>) {
        self.by_session.entry(session).or_insert_with(|| (queue.clone(), Vec::new())).1.extend(lines);
    }
}

impl Subscriptions {
    /// The sessions that receive a delivery for `to`.
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
            Recipients::OriginOnly => Box::new(std::iter::empty()),
        }
    }

    fn of_accounts<'a>(&'a self, accounts: &'a [AccountId]) -> impl Iterator<Item = (SessionId, &'a SendQueue)> {
        accounts.iter().filter_map(|account| self.by_account.get(account)).flatten().map(|(session, queue)| (*session, queue))
    }

    /// Groups a batch by session, so that each session gets one push however many deliveries there are.
    ///
    /// Lines for the same recipients are joined once and shared. Sessions that are an origin in this batch are
    /// treated separately, delivery by delivery, because their own reply takes the place of the event.
    fn sort(&self, batch: &[Delivery]) -> SortedBatch {
        let mut sorted = SortedBatch::default();
        let origins: FxHashSet<SessionId> =
            batch.iter().filter_map(|delivery| delivery.origin.as_ref()).map(|origin| origin.session).collect();
        let mut recipients_by_key = FxHashMap::default();
        for (to, told) in group_by_recipients(batch) {
            let join_lines = join_lines(told.iter().map(|delivery| &delivery.line));
            let mut origins_among_them = Vec::new();
            for (session, queue) in told.first().into_iter().flat_map(|delivery| self.of(&delivery.to)) {
                if origins.contains(&session) {
                    origins_among_them.push((session, queue));
                } else {
                    sorted.others.add(session, queue, join_lines.iter().cloned().map(Outgoing::Event));
                }
            }
            recipients_by_key.insert(to, origins_among_them);
        }
        for delivery in batch {
            let origin = delivery.origin.as_ref().map(|origin| origin.session);
            for (session, queue) in recipients_by_key.get(&delivery.to.key()).into_iter().flatten() {
                if Some(*session) != origin {
                    sorted.origins.add(*session, queue, [Outgoing::Event(delivery.line.clone())]);
                }
            }
            if let Some(origin) = &delivery.origin
                && let Some((queue, line)) = &origin.instead
            {
                sorted.origins.add(origin.session, queue, [Outgoing::Reply(line.clone())]);
            }
        }
        sorted
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
    let SortedBatch { origins, others } = sorted;
    for (queue, lines) in origins.by_session.into_values().chain(others.by_session.into_values()) {
        queue.push(lines);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, IoSlice};
    use std::sync::{Arc, Mutex};

    use bytes::Bytes;

    use super::{AccountId, Bus, Delivery, DeviceId, InProcessBus, Recipients, SendQueue, SessionId, Subscription};
    use crate::bus::Origin;
    use crate::config::SendQueueLimits;
    use crate::send_queue::{Taken, TryWrite};

    fn subscription(bus: &InProcessBus, session: u64, account: u32) -> SendQueue {
        let queue = SendQueue::new(SendQueueLimits { soft_bytes: 99, hard_bytes: 99 });
        bus.attach(Subscription {
            session: SessionId(session),
            account: AccountId(account),
            device: DeviceId(i64::from(account)),
            queue: queue.clone(),
        });
        queue
    }

    fn tell(to: Recipients, line: &'static str) -> Delivery {
        Delivery { to, line: Bytes::from_static(line.as_bytes()), origin: None }
    }

    fn accounts(ids: &[u32]) -> Arc<[AccountId]> {
        ids.iter().copied().map(AccountId).collect()
    }

    #[track_caller]
    fn check(queue: &SendQueue, expected: &[&str]) {
        let mut taken = std::pin::pin!(queue.take());
        let polled = taken.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        let lines = match polled {
            std::task::Poll::Ready(Taken::Lines(lines)) => lines,
            _ => Vec::new(),
        };
        assert_eq!(lines, expected);
    }

    #[test]
    fn all_sessions_of_the_recipients_receive_deliveries_in_order() {
        let bus = InProcessBus::default();
        let (ana, ana_again, rui, eva) =
            (subscription(&bus, 1, 1), subscription(&bus, 2, 1), subscription(&bus, 3, 2), subscription(&bus, 4, 3));
        bus.publish(vec![tell(Recipients::Accounts(accounts(&[1, 2])), "a"), tell(Recipients::Accounts(accounts(&[1])), "b")]);
        check(&ana, &["a", "b"]);
        check(&ana_again, &["a", "b"]);
        check(&rui, &["a"]);
        check(&eva, &[]);
    }

    #[test]
    fn the_origin_gets_its_own_line_in_place_of_the_event() {
        let bus = InProcessBus::default();
        let (ana, rui) = (subscription(&bus, 1, 1), subscription(&bus, 2, 2));
        let both = accounts(&[1, 2]);
        let instead = Some((ana.clone(), Bytes::from_static(b"done")));
        let origin = Some(Origin { session: SessionId(1), instead });
        bus.publish(vec![
            tell(Recipients::Accounts(both.clone()), "a"),
            Delivery { origin, ..tell(Recipients::Accounts(both.clone()), "b") },
            tell(Recipients::Accounts(both), "c"),
        ]);
        check(&ana, &["a", "done", "c"]);
        check(&rui, &["abc"]);
    }

    /// Also if the deliveries in between are for other recipients than the origin's own deliveries.
    #[test]
    fn an_origin_receives_the_whole_batch_in_order() {
        let bus = InProcessBus::default();
        let (ana, rui) = (subscription(&bus, 1, 1), subscription(&bus, 2, 2));
        let (both, alone) = (accounts(&[1, 2]), accounts(&[1]));
        let done = |line: &'static str| {
            let instead = Some((ana.clone(), Bytes::from_static(line.as_bytes())));
            Some(Origin { session: SessionId(1), instead })
        };
        bus.publish(vec![
            tell(Recipients::Accounts(both.clone()), "a"),
            Delivery { origin: done("1"), ..tell(Recipients::OriginOnly, "") },
            tell(Recipients::Accounts(alone), "b"),
            Delivery { origin: done("2"), ..tell(Recipients::Accounts(both.clone()), "c") },
            tell(Recipients::Accounts(both), "d"),
        ]);
        check(&ana, &["a", "1", "b", "2", "d"]);
        check(&rui, &["acd"]);
    }

    /// A socket that accepts all bytes and records the order of writes by session.
    struct Noting(u64, Arc<Mutex<Vec<u64>>>);

    impl TryWrite for Noting {
        fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
            self.1.lock().unwrap().push(self.0);
            Ok(slices.iter().map(|slice| slice.len()).sum())
        }
    }

    #[test]
    fn senders_are_served_before_the_others() {
        let (bus, order) = (InProcessBus::default(), Arc::default());
        let queues: Vec<SendQueue> = (1..=20).map(|id| subscription(&bus, id, id as u32)).collect();
        for (queue, id) in queues.iter().zip(1..) {
            queue.write_directly_to(Arc::new(Noting(id, Arc::clone(&order))));
        }
        let all = accounts(&(1..=20).collect::<Vec<_>>());
        let said = [7, 13].map(|id: u64| {
            let instead = Some((queues[id as usize - 1].clone(), Bytes::from_static(b"done")));
            Delivery { origin: Some(Origin { session: SessionId(id), instead }), ..tell(Recipients::Accounts(all.clone()), "a") }
        });
        bus.publish(said.into());
        let mut order = order.lock().unwrap().clone();
        order[..2].sort_unstable();
        assert_eq!((&order[..2], order.len()), (&[7, 13][..], 20));
    }

    #[test]
    fn a_session_watching_the_directory_receives_each_change_once() {
        let bus = InProcessBus::default();
        let (ana, rui) = (subscription(&bus, 1, 1), subscription(&bus, 2, 2));
        bus.watch_directory(SessionId(1), true);
        let news = || vec![tell(Recipients::Watchers, "w"), tell(Recipients::AccountsNotWatching(accounts(&[1, 2])), "n")];
        bus.publish(news());
        check(&ana, &["w"]);
        check(&rui, &["n"]);
        bus.watch_directory(SessionId(1), false);
        bus.publish(news());
        check(&ana, &["n"]);
    }

    #[test]
    fn a_detached_session_receives_nothing_and_an_ended_one_is_closed() {
        let bus = InProcessBus::default();
        let (ana, rui) = (subscription(&bus, 1, 1), subscription(&bus, 2, 2));
        bus.watch_directory(SessionId(1), true);
        bus.detach(SessionId(1));
        bus.publish(vec![tell(Recipients::Accounts(accounts(&[1])), "a"), tell(Recipients::Watchers, "w")]);
        check(&ana, &[]);
        bus.end_sessions(&[DeviceId(2)], SessionId(2), papo_shared::protocol::GoodbyeReason::SignedOut);
        assert!(rui.why_closed().is_none(), "the excepted session stays open");
        bus.end_sessions(&[DeviceId(2)], SessionId(1), papo_shared::protocol::GoodbyeReason::SignedOut);
        assert!(rui.why_closed().is_some());
    }
}
