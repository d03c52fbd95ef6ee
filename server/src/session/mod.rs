//! One connection: lines in, requests answered, lines out.
//!
//! Two tasks: this loop reads and asks, [`writer`] writes what waits in the send queue. Deliberately absent: what a request
//! means (see `requests`), and how a connection is accepted (see `listener`).

mod dispatch;
mod mistakes;
mod rate;
mod socket;
mod writer;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::BytesMut;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::model::Timestamp;
use papo_shared::protocol::limits::MAX_LINE_BYTES_BEFORE_SIGN_IN;
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason, Malformed, Refusal, Reply, ReplyFrame, RequestFrame, RequestId};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::codec::Decoder;

use self::mistakes::Mistakes;
use self::rate::{RequestRate, TypingRate};
use self::socket::Reader;
use crate::config::Config;
use crate::domain::SessionId;
use crate::requests::{Caller, Services};
use crate::send_queue::{Outgoing, SendQueue, line};
use crate::tls::Tls;
pub(crate) use rate::{Attempts, site};
pub(crate) use socket::Socket;

/// Messages of one session that wait for the disk at once. Enough to keep a batch full, few enough that one session
/// does not fill it.
const IN_FLIGHT: u32 = 64;

/// When a client that is told to come back should: within this many milliseconds, at random.
const COME_BACK_WITHIN_MS: u64 = 10_000;

/// What all sessions share.
pub(crate) struct Host {
    /// What requests work with.
    pub services: Arc<Services>,
    /// Attempts to sign in.
    pub attempts: Attempts,
    /// The certificate.
    pub tls: Arc<Tls>,
    /// How to behave.
    pub config: Config,
    /// Becomes true when the server stops.
    pub stopping: watch::Receiver<bool>,
}

/// One connection.
struct Session {
    id: SessionId,
    peer: IpAddr,
    host: Arc<Host>,
    queue: SendQueue,
    lines: LineCodec,
    stage: Stage,
    /// When the stage began.
    since: Instant,
    /// When the device was last used, as far as it is written down.
    last_used: Timestamp,
    /// When something came last.
    heard: Instant,
    /// Whether the peer was asked since.
    pinged: bool,
    /// One permit for each message that may be on its way to the disk.
    in_flight: Arc<Semaphore>,
    rate: RequestRate,
    typing: TypingRate,
    mistakes: Mistakes,
}

/// How far a connection got.
#[derive(Clone)]
enum Stage {
    /// Said nothing that counts.
    Connected,
    /// Said hello.
    Greeted,
    /// Somebody's.
    SignedIn(Caller),
}

/// What ended the waiting.
enum Woken {
    Read(io::Result<usize>),
    Closed,
    Stopping,
    Due,
}

/// Serves one connection to its end.
pub(crate) async fn serve(socket: Socket, peer: IpAddr, id: SessionId, host: Arc<Host>) {
    let queue = SendQueue::new(host.config.send_queue);
    let (mut reader, write_half) = socket.split();
    let mut writer = tokio::spawn(writer::run(write_half, queue.clone(), host.config.stuck_after));
    let mut session = Session::new(id, peer, host.clone(), queue.clone());
    session.run(&mut reader).await;
    drop(session);
    // What waits gets a grace; a peer that does not read is not waited for.
    let until = Instant::now() + host.config.closing_grace;
    if timeout_at(until, &mut writer).await.is_err() {
        writer.abort();
    } else {
        // Closing with bytes unread would take back the goodbye: read until the peer hangs up as well.
        // Boxed: its buffer would be part of every session for all of its life.
        let _ = timeout_at(until, Box::pin(reader.drain())).await;
    }
    tracing::debug!(session = id.0, reason = ?queue.why_closed(), "a connection ended");
}

impl Session {
    fn new(id: SessionId, peer: IpAddr, host: Arc<Host>, queue: SendQueue) -> Self {
        let now = Instant::now();
        Self {
            id,
            peer,
            queue,
            lines: LineCodec::new(MAX_LINE_BYTES_BEFORE_SIGN_IN),
            stage: Stage::Connected,
            since: now,
            last_used: Timestamp(0),
            heard: now,
            pinged: false,
            in_flight: Arc::new(Semaphore::new(IN_FLIGHT as usize)),
            rate: RequestRate::new(&host.config.limits),
            typing: TypingRate::default(),
            mistakes: Mistakes::default(),
            host,
        }
    }

    async fn run(&mut self, socket: &mut Reader) {
        let mut stopping = self.host.stopping.clone();
        let mut buffer = BytesMut::new();
        loop {
            match self.wait(socket, &mut buffer, &mut stopping).await {
                Woken::Read(Ok(0)) => break,
                Woken::Read(Ok(_)) => {
                    self.heard = Instant::now();
                    self.pinged = false;
                    self.take_lines(&mut buffer, &mut stopping).await;
                }
                Woken::Read(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                Woken::Read(Err(_)) | Woken::Closed => break,
                Woken::Stopping => self.say_that_it_stops(),
                Woken::Due => self.act_on_silence(),
            }
        }
        // Who sent and hung up still gets what they sent stored, and where they read on, acknowledged.
        self.finish_sends().await;
    }

    async fn wait(&self, socket: &mut Reader, buffer: &mut BytesMut, stopping: &mut watch::Receiver<bool>) -> Woken {
        tokio::select! {
            biased;
            () = self.queue.closed() => Woken::Closed,
            _ = stopping.wait_for(|stopping| *stopping) => Woken::Stopping,
            read = socket.read_into(buffer) => Woken::Read(read),
            () = sleep_until(self.due()) => Woken::Due,
        }
    }

    /// Handles the whole lines in the buffer. While the peer does not read its replies, nothing further is asked for it.
    async fn take_lines(&mut self, buffer: &mut BytesMut, stopping: &mut watch::Receiver<bool>) {
        while self.queue.why_closed().is_none() {
            tokio::select! {
                biased;
                () = self.queue.room() => {}
                _ = stopping.wait_for(|stopping| *stopping) => break,
            }
            match self.lines.decode(buffer) {
                Ok(Some(line)) => self.take_line(line).await,
                Ok(None) | Err(_) => break,
            }
        }
        if buffer.is_empty() {
            // An idle session keeps no buffer.
            *buffer = BytesMut::new();
        }
    }

    async fn take_line(&mut self, line: Line) {
        let one_too_many = match line {
            Line::TooLong { max_bytes } => {
                self.refuse(None, Refusal::LineTooLong { max_bytes });
                self.mistakes.too_long()
            }
            Line::Whole(line) => match RequestFrame::decode(&line) {
                Ok(frame) => {
                    self.handle(frame).await;
                    false
                }
                // A type from a newer client is no mistake, and costs as much as any other request.
                Err(Malformed { id, refusal: Refusal::UnknownType }) => {
                    self.refuse(id, self.rate.check().err().unwrap_or(Refusal::UnknownType));
                    false
                }
                Err(Malformed { id, refusal }) => {
                    self.refuse(id, refusal);
                    self.mistakes.malformed()
                }
            },
        };
        if one_too_many {
            self.queue.close(Goodbye { reason: GoodbyeReason::TooManyMistakes, come_back_ms: None });
        }
    }

    /// When silence has to be acted on next.
    fn due(&self) -> Instant {
        let config = &self.host.config;
        match self.stage {
            Stage::Connected => self.since + config.hello_timeout,
            Stage::Greeted => self.since + config.sign_in_timeout,
            Stage::SignedIn(_) if self.pinged => self.heard + config.silent_after,
            Stage::SignedIn(_) => self.heard + config.ping_after,
        }
    }

    fn act_on_silence(&mut self) {
        match self.stage {
            Stage::Connected | Stage::Greeted => {
                self.queue.close(Goodbye { reason: GoodbyeReason::SignInTooSlow, come_back_ms: None });
            }
            Stage::SignedIn(_) if self.pinged => {
                self.queue.close(Goodbye { reason: GoodbyeReason::Silent, come_back_ms: Some(0) });
            }
            Stage::SignedIn(_) => {
                self.pinged = true;
                // Who lags must hear it all the same: silence is what closes a session.
                self.queue.push([Outgoing::Reply(line(&Event::Ping))]);
            }
        }
    }

    fn say_that_it_stops(&self) {
        let come_back_ms = Some(rand::random_range(0..COME_BACK_WITHIN_MS));
        self.queue.close(Goodbye { reason: GoodbyeReason::Stopping, come_back_ms });
    }

    fn reply(&self, id: RequestId, reply: Reply) {
        self.queue.push([Outgoing::Reply(line(&ReplyFrame { id, reply }))]);
    }

    /// A refusal for a line whose id could be read, or for one whose could not.
    fn refuse(&self, id: Option<RequestId>, refusal: Refusal) {
        match id {
            Some(id) => self.reply(id, Reply::Refused(refusal)),
            None => self.queue.push([Outgoing::Reply(line(&Event::Refused(refusal)))]),
        }
    }
}

/// However a session ends, a panic included: nobody reaches it any more, the person is not here because of it, and its
/// writer ends.
impl Drop for Session {
    fn drop(&mut self) {
        self.queue.end();
        let Some(caller) = self.caller() else { return };
        let services = &self.host.services;
        services.bus.detach(self.id);
        services.presence.left(caller.who.id, caller.device, services.clock.now());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::Duration;

    use papo_shared::model::{DeviceId, Timestamp, Username};
    use papo_shared::protocol::{Register, Request, SignedIn};

    use super::{
        Arc, Attempts, Caller, Config, Event, GoodbyeReason, Host, Outgoing, RequestFrame, SendQueue, Services, Session,
        SessionId, Stage, Tls, line, watch,
    };
    use crate::bus::Seat;
    use crate::clock::{Clock, SystemClock};
    use crate::committer::Committer;
    use crate::config::SendQueueLimits;
    use crate::domain::{AccountId, Who};
    use crate::passwords::Passwords;
    use crate::presence::in_process::InProcessPresence;
    use crate::requests::accounts::Entered;
    use crate::send_queue::Taken;
    use crate::store::memory::MemoryStore;

    fn session(limits: SendQueueLimits) -> Session {
        let config = Config { send_queue: limits, ..Config::new(([127, 0, 0, 1], 0).into(), ".".into()) };
        let (store, bus) = (Arc::new(MemoryStore::default()), Arc::new(crate::bus::in_process::InProcessBus::default()));
        let services = Services {
            committer: Committer::start(store.clone(), bus.clone()),
            store,
            bus,
            presence: Arc::new(InProcessPresence::new(Duration::ZERO, Duration::ZERO)),
            passwords: Passwords::start(4).unwrap(),
            clock: Arc::new(SystemClock),
        };
        let attempts = Attempts::new(&config.limits);
        let dir = tempfile::tempdir().unwrap();
        let tls = Arc::new(Tls::load(None, dir.path()).unwrap());
        let host = Host { services: Arc::new(services), attempts, tls, config, stopping: watch::channel(false).1 };
        Session::new(SessionId(1), [127, 0, 0, 1].into(), Arc::new(host), SendQueue::new(limits))
    }

    fn caller() -> Caller {
        let who = Who { id: AccountId(1), username: Username::parse("ana").unwrap() };
        Caller { session: SessionId(1), who, device: DeviceId(1) }
    }

    /// Silence closes a session, so the question has to arrive even where events are dropped.
    #[tokio::test]
    async fn who_lags_is_asked_for_a_sign_of_life_all_the_same() {
        let mut session = session(SendQueueLimits { soft_bytes: 10, hard_bytes: 1000 });
        session.stage = Stage::SignedIn(caller());
        session.queue.push(["kept", "this is too long"].map(|text| Outgoing::Event(text.into())));
        session.act_on_silence();
        assert_eq!(session.queue.take().await, Taken::Lines(vec!["kept".into(), line(&Event::Ping)]));
    }

    /// Whether it returned or panicked.
    #[tokio::test]
    async fn a_session_that_is_gone_is_not_here_and_hears_nothing() {
        let mut session = session(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
        session.stage = Stage::SignedIn(caller());
        let (services, queue) = (session.host.services.clone(), session.queue.clone());
        // Not the session's own queue, which takes nothing once it ended.
        let seated = SendQueue::new(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
        let caller = caller();
        let (account, device) = (caller.who.id, caller.device);
        services.bus.attach(Seat { session: caller.session, account, device, queue: seated.clone() });
        services.presence.arrived(account, device);
        let panicked = tokio::spawn(async move {
            let _session = session;
            panic!("a test of what a panic leaves behind");
        });
        assert!(panicked.await.is_err());
        assert_eq!(queue.take().await, Taken::Over, "its writer has an end");
        let gone = services.presence.changes().await;
        assert!(gone[0].gone_since.is_some_and(|at| at > Timestamp(0)), "{gone:?}");
        services.bus.end_sessions(&[device], SessionId(0), GoodbyeReason::SignedOut);
        assert_eq!(seated.why_closed(), None, "the bus knows it no more");
    }

    /// Stands still until it is moved.
    #[derive(Debug)]
    struct OwnClock(AtomicI64);

    impl Clock for OwnClock {
        fn now(&self) -> Timestamp {
            Timestamp(self.0.load(Ordering::SeqCst))
        }
    }

    #[tokio::test]
    async fn a_use_of_the_device_is_written_down_once_an_hour_and_not_with_each_request() {
        let mut session = session(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
        let clock = Arc::new(OwnClock(AtomicI64::new(1000)));
        let services = Arc::get_mut(&mut Arc::get_mut(&mut session.host).unwrap().services).unwrap();
        services.clock = clock.clone();
        let services = session.host.services.clone();
        session.stage = Stage::Greeted;
        let device = Some("laptop".to_owned());
        let (username, password) = ("ana".to_owned(), "um cavalo come bananas".to_owned());
        let register = Register { username, password, display_name: None, device };
        session.handle(RequestFrame { id: 1, request: Request::Register(register) }).await;
        let hour = 60 * 60 * 1000;
        for (now, written) in [(1000 + hour - 1, 1000), (1000 + hour, 1000 + hour), (1000 + hour + 1, 1000 + hour)] {
            clock.0.store(now, Ordering::SeqCst);
            session.handle(RequestFrame { id: 2, request: Request::Ping }).await;
            let devices = services.store.devices(AccountId(1), None, 9).await.unwrap();
            assert_eq!(devices[0].last_used, Timestamp(written), "asked at {now}");
        }
    }

    /// Another session may sign a device out between the look at its token and the seat on the bus.
    #[tokio::test]
    async fn a_device_that_was_signed_out_while_it_signed_in_does_not_stay() {
        let mut session = session(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
        let you = crate::domain::Account {
            id: AccountId(1),
            username: Username::parse("ana").unwrap(),
            display_name: "Ana".to_owned().into(),
            last_seen: None,
        };
        let reply = SignedIn { you: you.into_person(true), token: String::new() };
        session.enter(7, Ok(Entered { caller: caller(), last_used: Timestamp(0), reply })).await;
        assert_eq!(session.queue.why_closed(), Some(GoodbyeReason::SignedOut));
    }
}
