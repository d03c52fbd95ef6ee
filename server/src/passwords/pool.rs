//! The threads that run long computations, and the queue of those that wait for a thread.

use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// Maximum number of waiting jobs per thread. At 0.3 s per hash, the longest wait is about five seconds.
const QUEUE_PER_THREAD: usize = 16;

/// Places per thread that only jobs of [`Precedence::High`] may take.
const RESERVED_PER_THREAD: usize = 4;

/// Handle to the pool. The threads end when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Pool {
    handle: Arc<Handle>,
}

/// Order in which waiting jobs run. Jobs of the same precedence run in the order of their arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precedence {
    /// For registrations, sign-ins from addresses without a recent sign-in to the account, and changes of passwords, which
    /// only the limit of each account bounds.
    Normal,
    /// For sign-ins from an address with a recent one to the account, and for the operator: runs before all normal jobs, and
    /// has places in the queue that normal jobs cannot take, so that a flood of them keeps no user out.
    High,
}

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy {
    /// Estimated time until a place is free.
    pub retry_after: Duration,
}

type Job = Box<dyn FnOnce() + Send>;

/// Ends the threads when it is dropped, so they do not hold it themselves.
struct Handle(Arc<Shared>);

struct Shared {
    queue: Mutex<Queue>,
    /// Signalled for each new job, and when the queue closes.
    changed: Condvar,
    threads: usize,
    /// Number of jobs queued or running.
    waiting: AtomicUsize,
    /// Duration of the last job, for estimating delays.
    last_millis: AtomicU64,
}

#[derive(Default)]
struct Queue {
    high: VecDeque<Job>,
    normal: VecDeque<Job>,
    closed: bool,
}

impl Pool {
    /// Starts one thread per core but one, and at least one.
    ///
    /// # Errors
    /// A thread could not be started.
    pub(super) fn start() -> std::io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self::with_threads(cores.saturating_sub(1).max(1))
    }

    pub(super) fn with_threads(threads: usize) -> std::io::Result<Self> {
        let shared = Shared {
            queue: Mutex::default(),
            changed: Condvar::new(),
            threads,
            waiting: AtomicUsize::new(0),
            last_millis: AtomicU64::new(100),
        };
        let handle = Handle(Arc::new(shared));
        for _ in 0..threads {
            let shared = handle.0.clone();
            thread::Builder::new().name("papo-passwords".to_owned()).spawn(move || {
                while let Some(job) = shared.next_job() {
                    job();
                }
            })?;
        }
        Ok(Self { handle: Arc::new(handle) })
    }

    /// Number of jobs queued or running.
    pub(super) fn waiting(&self) -> usize {
        self.shared().waiting.load(Ordering::Relaxed)
    }

    /// Runs `work` on one of the threads. It is skipped if the future is dropped before its turn.
    ///
    /// # Errors
    /// [`Busy`] if the queue is full.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        precedence: Precedence,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let shared = self.shared().clone();
        let job: Job = Box::new(move || {
            if !answer.is_closed() {
                let started = Instant::now();
                // A panic would end the thread. The caller then gets no result and reports `Busy`.
                if let Ok(result) = catch_unwind(AssertUnwindSafe(work)) {
                    let _ = answer.send(result);
                }
                shared.last_millis.store(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
            }
            shared.waiting.fetch_sub(1, Ordering::Relaxed);
        });
        if !self.shared().push(precedence, job) {
            return Err(self.busy());
        }
        answered.await.map_err(|_| self.busy())
    }

    fn busy(&self) -> Busy {
        let rounds = self.waiting().div_ceil(self.shared().threads).max(1);
        let millis = self.shared().last_millis.load(Ordering::Relaxed).max(1) * rounds as u64;
        Busy { retry_after: Duration::from_millis(millis) }
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.handle.0
    }
}

impl Shared {
    /// Appends a job. Returns false if there is no place for it.
    fn push(&self, precedence: Precedence, job: Job) -> bool {
        let mut queue = self.lock();
        let places = self.threads * QUEUE_PER_THREAD;
        let all = queue.high.len() + queue.normal.len();
        let (of_precedence, has_place) = match precedence {
            Precedence::High => (&mut queue.high, all < places),
            Precedence::Normal => {
                let has_place = all < places && queue.normal.len() < places - self.threads * RESERVED_PER_THREAD;
                (&mut queue.normal, has_place)
            }
        };
        if has_place {
            of_precedence.push_back(job);
            self.waiting.fetch_add(1, Ordering::Relaxed);
            self.changed.notify_one();
        }
        has_place
    }

    /// Waits for the next job. `None` when the last handle was dropped.
    fn next_job(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return None;
            }
            let next = queue.high.pop_front();
            if let Some(job) = next.or_else(|| queue.normal.pop_front()) {
                return Some(job);
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::mpsc;

    use super::{Arc, Busy, Mutex, Pool, Precedence, QUEUE_PER_THREAD, RESERVED_PER_THREAD};

    type Waiting = Pin<Box<dyn Future<Output = Result<(), Busy>>>>;

    /// A pool whose only thread is occupied until the sender is dropped.
    struct OccupiedPool {
        pool: Pool,
        occupant: Waiting,
        free: mpsc::Sender<()>,
        waiting: Vec<Waiting>,
        finished: Arc<Mutex<Vec<&'static str>>>,
    }

    impl OccupiedPool {
        async fn new() -> Self {
            let pool = Pool::with_threads(1).unwrap();
            let (free, freed) = mpsc::channel::<()>();
            let (begin, begun) = tokio::sync::oneshot::channel();
            let work = move || {
                let _ = begin.send(());
                let _ = freed.recv();
            };
            let running = pool.clone();
            let mut occupant: Waiting = Box::pin(async move { running.run(Precedence::High, work).await });
            assert!(futures_util::poll!(occupant.as_mut()).is_pending());
            begun.await.unwrap();
            Self { pool, occupant, free, waiting: Vec::new(), finished: Arc::default() }
        }

        /// Queues a job. Returns whether there was a place for it.
        async fn queue(&mut self, precedence: Precedence, name: &'static str) -> bool {
            let (pool, finished) = (self.pool.clone(), self.finished.clone());
            let work = move || finished.lock().unwrap().push(name);
            let mut job: Waiting = Box::pin(async move { pool.run(precedence, work).await });
            let has_place = futures_util::poll!(job.as_mut()).is_pending();
            if has_place {
                self.waiting.push(job);
            }
            has_place
        }

        async fn queue_all(&mut self, precedence: Precedence) -> usize {
            let mut queued = 0;
            while self.queue(precedence, "").await {
                queued += 1;
            }
            queued
        }

        /// Lets all jobs finish, and returns their names in the order in which they ran.
        async fn finish(self) -> Vec<&'static str> {
            drop(self.free);
            self.occupant.await.unwrap();
            for job in self.waiting {
                job.await.unwrap();
            }
            let finished = self.finished.lock().unwrap();
            finished.clone()
        }
    }

    #[tokio::test]
    async fn a_panicking_job_does_not_end_its_thread() {
        let pool = Pool::with_threads(1).unwrap();
        for _ in 0..3 {
            assert!(pool.run::<()>(Precedence::Normal, || panic!("a fault in the work")).await.is_err());
        }
        assert_eq!(pool.run(Precedence::Normal, || 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_full_queue_returns_when_to_retry() {
        let mut occupied = OccupiedPool::new().await;
        occupied.queue_all(Precedence::Normal).await;
        let Err(Busy { retry_after }) = occupied.pool.run(Precedence::Normal, || ()).await else { panic!("the queue is full") };
        assert!(!retry_after.is_zero());
        occupied.finish().await;
    }

    #[tokio::test]
    async fn normal_jobs_leave_places_to_those_of_high_precedence() {
        let mut occupied = OccupiedPool::new().await;
        assert_eq!(occupied.queue_all(Precedence::Normal).await, QUEUE_PER_THREAD - RESERVED_PER_THREAD);
        assert_eq!(occupied.queue_all(Precedence::High).await, RESERVED_PER_THREAD);
        occupied.finish().await;
    }

    #[tokio::test]
    async fn the_queue_is_bounded_for_every_precedence() {
        let mut occupied = OccupiedPool::new().await;
        assert_eq!(occupied.queue_all(Precedence::High).await, QUEUE_PER_THREAD);
        assert_eq!(occupied.queue_all(Precedence::Normal).await, 0);
        occupied.finish().await;
    }

    #[tokio::test]
    async fn jobs_of_high_precedence_run_first() {
        let mut occupied = OccupiedPool::new().await;
        for (precedence, name) in [
            (Precedence::Normal, "first normal"),
            (Precedence::Normal, "second normal"),
            (Precedence::High, "first high"),
            (Precedence::High, "second high"),
        ] {
            assert!(occupied.queue(precedence, name).await);
        }
        assert_eq!(occupied.finish().await, ["first high", "second high", "first normal", "second normal"]);
    }
}
