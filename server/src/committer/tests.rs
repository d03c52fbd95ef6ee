use std::sync::atomic::{AtomicUsize, Ordering};

use papo_shared::model::{DeviceId, Timestamp};
use papo_shared::protocol::{GoodbyeReason, Refusal};
use tokio::sync::Semaphore;

use super::{
    Acknowledge, Arc, Bus, Committer, Delivery, Instant, Metrics, Outcome, PendingAcknowledgement, Reply, ReplyFrame, ReplyTo,
    Requester, SendQueue, SessionId, StoreError, Write, line, one_for_each, oneshot, tell,
};
use crate::bus::{Recipients, Subscription};
use crate::config::SendQueueLimits;
use crate::domain::AccountId;
use crate::send_queue::Taken;
use crate::store::memory::MemoryStore;

/// A bus that tells nobody but the origin, and notes what was still in flight then.
struct Noting {
    in_flight: Arc<Semaphore>,
    free: AtomicUsize,
}

impl Bus for Noting {
    fn attach(&self, _: Subscription) {}
    fn detach(&self, _: SessionId) {}
    fn watch_directory(&self, _: SessionId, _: bool) {}
    fn end_sessions(&self, _: &[DeviceId], _: SessionId, _: GoodbyeReason) {}
    fn end_account(&self, _: AccountId, _: GoodbyeReason) {}
    fn publish(&self, batch: Vec<Delivery>) {
        self.free.store(self.in_flight.available_permits(), Ordering::SeqCst);
        for delivery in batch {
            assert!(matches!(delivery.to, Recipients::OriginOnly), "nothing happened, so there is nothing to tell");
            let Some((queue, line)) = delivery.origin.and_then(|origin| origin.instead) else { continue };
            queue.push([super::Outgoing::Reply(line)]);
        }
    }
}

#[tokio::test]
async fn where_a_batch_fails_each_hears_it_and_only_then_counts_as_answered() {
    let in_flight = Arc::new(Semaphore::new(2));
    let bus = Noting { in_flight: in_flight.clone(), free: AtomicUsize::new(99) };
    let queue = SendQueue::new(SendQueueLimits { soft_bytes: 9999, hard_bytes: 9999 });
    let (answer, answered) = oneshot::channel();
    let asker = |answer| Requester { session: SessionId(1), answer, since: Instant::now() };
    let mut askers = vec![asker(ReplyTo::Waiting(answer))];
    for request in [7, 8] {
        let in_flight = in_flight.clone().try_acquire_owned().unwrap();
        let acknowledge = Acknowledge { request, queue: queue.clone(), in_flight };
        askers.push(asker(ReplyTo::Acknowledge(PendingAcknowledgement(Some(acknowledge)))));
    }
    let error = StoreError::new("the disk is full");
    tell(&bus, askers, vec![Err(error.clone()), Err(error.clone()), Err(error)]);

    let failed = |id| line(&ReplyFrame { id, reply: Reply::Refused(Refusal::Failed) });
    assert_eq!(queue.take().await, Taken::Lines(vec![failed(7), failed(8)]));
    assert!(answered.await.unwrap().is_err());
    // What the session asks next is answered behind these lines.
    assert_eq!((bus.free.into_inner(), in_flight.available_permits()), (0, 2));
}

#[test]
fn every_write_has_a_result_however_many_outcomes_the_store_gives() {
    assert!(one_for_each(Ok(vec![Outcome::Done, Outcome::Done]), 2).iter().all(Result::is_ok));
    for outcomes in [vec![], vec![Outcome::Done], vec![Outcome::Done; 3]] {
        let results = one_for_each(Ok(outcomes), 2);
        assert_eq!(results.len(), 2);
        assert!(results.iter().all(Result::is_err), "{results:?}");
    }
    assert_eq!(one_for_each(Err(StoreError::new("the disk is full")), 2).len(), 2);
}

/// A bus that panics with the first batch.
#[derive(Default)]
struct Panicking(AtomicUsize);

impl Bus for Panicking {
    fn attach(&self, _: Subscription) {}
    fn detach(&self, _: SessionId) {}
    fn watch_directory(&self, _: SessionId, _: bool) {}
    fn end_sessions(&self, _: &[DeviceId], _: SessionId, _: GoodbyeReason) {}
    fn end_account(&self, _: AccountId, _: GoodbyeReason) {}
    fn publish(&self, _: Vec<Delivery>) {
        assert!(self.0.fetch_add(1, Ordering::SeqCst) > 0, "a fault in the first batch");
    }
}

#[tokio::test]
async fn a_panic_answers_what_was_in_hand_and_the_next_batch_is_stored() {
    let metrics = Arc::new(Metrics::default());
    let committer = Committer::start(Arc::new(MemoryStore::default()), Arc::new(Panicking::default()), metrics.clone());
    let queue = SendQueue::new(SendQueueLimits { soft_bytes: 9999, hard_bytes: 9999 });
    let in_flight = Arc::new(Semaphore::new(1));
    let write = || Write::SetLastSeen { account: AccountId(1), at: Timestamp(0) };
    let permit = in_flight.clone().try_acquire_owned().unwrap();
    let acknowledge = Acknowledge { request: 7, queue: queue.clone(), in_flight: permit };
    committer.append(SessionId(1), write(), acknowledge).await.unwrap();

    let failed = line(&ReplyFrame { id: 7, reply: Reply::Refused(Refusal::Failed) });
    assert_eq!(queue.take().await, Taken::Lines(vec![failed]));
    drop(in_flight.acquire().await.unwrap());
    assert!(!metrics.stores(), "it is not ready while the newest batch is not known to be stored");
    assert!(committer.commit(SessionId(1), write()).await.is_ok());
    assert!(metrics.stores());
}
