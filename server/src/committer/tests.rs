use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use papo_shared::model::{DeviceId, Timestamp};
use papo_shared::protocol::{GoodbyeReason, Refusal, Reply, ReplyFrame, RequestId};
use tokio::sync::Semaphore;

use super::batches::{one_per_write, publish};
use super::{
    Acknowledge, Arc, Bus, Committer, Instant, Metrics, Outcome, PendingAcknowledgement, ReplyTo, Requester, StoreError, Write,
    oneshot,
};
use crate::bus::{Delivery, Subscription};
use crate::config::SendQueueLimits;
use crate::domain::{AccountId, SessionId};
use crate::send_queue::{SendQueue, Taken, encode_reply};
use crate::session::JSON_LINES;
use crate::store::memory::MemoryStore;

/// The reply to a message that could not be stored.
fn failed(id: RequestId) -> Bytes {
    encode_reply(&JSON_LINES, &ReplyFrame { id, reply: Reply::Refused(Refusal::FAILED) })
}

fn queue() -> SendQueue {
    SendQueue::new(SendQueueLimits { soft_bytes: 9999, hard_bytes: 9999 }, &JSON_LINES)
}

/// A bus that delivers only replies, and records the number of free permits at that time.
struct RepliesOnly {
    in_flight: Arc<Semaphore>,
    free: AtomicUsize,
}

impl Bus for RepliesOnly {
    fn attach(&self, _: Subscription) {}
    fn detach(&self, _: SessionId) {}
    fn watch_directory(&self, _: SessionId, _: bool) {}
    fn end_sessions(&self, _: &[DeviceId], _: SessionId, _: GoodbyeReason) {}
    fn end_account(&self, _: AccountId, _: GoodbyeReason) {}
    fn publish(&self, batch: Vec<Delivery>) {
        self.free.store(self.in_flight.available_permits(), Ordering::SeqCst);
        for delivery in batch {
            let Delivery::Reply(reply) = delivery else { panic!("a failed batch has no events") };
            reply.queue.push_reply(&reply.reply);
        }
    }
}

#[tokio::test]
async fn every_requester_of_a_failed_batch_gets_a_reply_before_its_permit_is_released() {
    let in_flight = Arc::new(Semaphore::new(2));
    let bus = RepliesOnly { in_flight: in_flight.clone(), free: AtomicUsize::new(99) };
    let queue = queue();
    let (sender, result) = oneshot::channel();
    let requester = |reply_to| Requester { origin: SessionId(1).into(), reply_to, since: Instant::now() };
    let mut requesters = vec![requester(ReplyTo::Waiting(sender))];
    for request in [7, 8] {
        let in_flight = in_flight.clone().try_acquire_owned().unwrap();
        let acknowledge = Acknowledge { request, queue: queue.clone(), in_flight, share: None };
        requesters.push(requester(ReplyTo::Acknowledge(PendingAcknowledgement::new(acknowledge))));
    }
    let error = StoreError::new("the disk is full");
    publish(&bus, requesters, vec![Err(error.clone()), Err(error.clone()), Err(error)]);

    assert_eq!(queue.take().await, Taken::Chunks(vec![failed(7), failed(8)]));
    assert!(result.await.unwrap().is_err());
    // The session's next request is answered after these replies.
    assert_eq!((bus.free.into_inner(), in_flight.available_permits()), (0, 2));
}

#[test]
fn every_write_gets_a_result_even_if_the_number_of_outcomes_is_wrong() {
    assert!(one_per_write(Ok(vec![Outcome::Done, Outcome::Done]), 2).iter().all(Result::is_ok));
    for outcomes in [vec![], vec![Outcome::Done], vec![Outcome::Done; 3]] {
        let results = one_per_write(Ok(outcomes), 2);
        assert_eq!(results.len(), 2);
        assert!(results.iter().all(Result::is_err), "{results:?}");
    }
    assert_eq!(one_per_write(Err(StoreError::new("the disk is full")), 2).len(), 2);
}

/// A bus that panics on the first batch.
#[derive(Default)]
struct Panicking(AtomicUsize);

impl Bus for Panicking {
    fn attach(&self, _: Subscription) {}
    fn detach(&self, _: SessionId) {}
    fn watch_directory(&self, _: SessionId, _: bool) {}
    fn end_sessions(&self, _: &[DeviceId], _: SessionId, _: GoodbyeReason) {}
    fn end_account(&self, _: AccountId, _: GoodbyeReason) {}
    fn publish(&self, _: Vec<Delivery>) {
        assert!(self.0.fetch_add(1, Ordering::SeqCst) > 0, "deliberate panic in the first batch");
    }
}

#[tokio::test]
async fn a_panic_fails_the_batch_in_progress_and_the_next_batch_is_stored() {
    let metrics = Arc::new(Metrics::default());
    let committer = Committer::start(Arc::new(MemoryStore::default()), Arc::new(Panicking::default()), metrics.clone());
    let queue = queue();
    let in_flight = Arc::new(Semaphore::new(1));
    let write = || Write::SetLastSeen { account: AccountId(1), at: Timestamp(0) };
    let permit = in_flight.clone().try_acquire_owned().unwrap();
    let acknowledge = Acknowledge { request: 7, queue: queue.clone(), in_flight: permit, share: None };
    committer.append(SessionId(1), write(), acknowledge).await.unwrap();

    assert_eq!(queue.take().await, Taken::Chunks(vec![failed(7)]));
    drop(in_flight.acquire().await.unwrap());
    assert!(!metrics.is_last_batch_stored(), "it is not ready while the newest batch is not known to be stored");
    assert!(committer.commit(SessionId(1), write()).await.is_ok());
    assert!(metrics.is_last_batch_stored());
}
