//! Session behaviour that cannot be observed through a client.

mod pacing;
mod sharing;

use std::time::Duration;

use papo_shared::model::{ClientId, ConversationId, DeviceId, Timestamp, Username};
use papo_shared::protocol::{
    Hello, PROTOCOL_VERSION, Refusal, Register, Registration, Reply, ReplyFrame, Request, SendMessage, SetProfile, SignedIn,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

use super::{
    AccountLimits, AccountShares, Arc, Event, GoodbyeReason, JSON_LINES, RequestFrame, SendQueue, ServerContext, Session,
    SessionId, SignInLimits, Socket, Stage, watch,
};
use crate::bans::Bans;
use crate::bus::{Bus, Delivery, Subscription};
use crate::clock::{StoppedClock, SystemClock};
use crate::committer::Committer;
use crate::config::{Config, SendQueueLimits};
use crate::domain::{AccountId, AccountRef, BannedNetwork, NodeId, ReservedNames};
use crate::open_sessions::OpenSessions;
use crate::passwords::{Passwords, Precedence};
use crate::presence::in_process::InProcessPresence;
use crate::requests::{Caller, CursorOrder, Services, SignInRequest, SignInResult};
use crate::send_queue::{Outgoing, Taken, encode_event, encode_reply};
use crate::store::memory::MemoryStore;
use crate::store::{Store, Write};
use crate::tls::Tls;

/// A queue that takes all that a test sends.
pub(crate) fn send_queue() -> SendQueue {
    SendQueue::new(SendQueueLimits { soft_bytes: 9999, hard_bytes: 9999 }, &JSON_LINES)
}

/// State of a server with an in-memory store.
pub(crate) fn context(config: Config) -> ServerContext {
    let (store, bus) = (Arc::new(MemoryStore::default()), Arc::new(crate::bus::in_process::InProcessBus::default()));
    let services = Services {
        server_id: store.server_id(),
        committer: Committer::start(store.clone(), bus.clone(), Arc::default()),
        store,
        bus,
        cursor_order: CursorOrder::default(),
        presence: Arc::new(InProcessPresence::new(Duration::ZERO, Duration::ZERO)),
        passwords: Passwords::start(4).unwrap(),
        registration: Registration::Open,
        erasing: tokio::sync::Notify::new(),
        expiring: tokio::sync::Notify::new(),
        retention_days: None,
        reports_changed: tokio::sync::Notify::new(),
        bans: Bans::default(),
        reserved_names: ReservedNames::with(&[]),
        clock: Arc::new(SystemClock),
    };
    let (attempts, allowances) = (SignInLimits::new(&config.limits), AccountLimits::new(&config.limits));
    let (stop, stopping) = watch::channel(false);
    // Keeps `stopping` false.
    std::mem::forget(stop);
    let dir = tempfile::tempdir().unwrap();
    let tls = Arc::new(Tls::load(None, dir.path()).unwrap());
    let (shares, open, metrics) = (AccountShares::default(), OpenSessions::default(), Arc::default());
    let node = NodeId::random();
    ServerContext { services: Arc::new(services), attempts, allowances, shares, tls, open, metrics, config, node, stopping }
}

fn session(limits: SendQueueLimits) -> Session {
    let context = context(Config { send_queue: limits, ..Config::default() });
    let queue = SendQueue::new(limits, &JSON_LINES);
    let listed = context.open.list(SessionId(1), [127, 0, 0, 1].into(), Timestamp(0), queue.clone());
    Session::new(SessionId(1), [127, 0, 0, 1].into(), Arc::new(context), queue, listed)
}

fn caller() -> Caller {
    let who = AccountRef { id: AccountId(1), username: Username::parse("ana").unwrap() };
    Caller { session: SessionId(1), who, device: DeviceId(1) }
}

/// A silent session is closed, so the ping must arrive even while events are dropped.
#[tokio::test]
async fn a_lagging_session_is_pinged_nevertheless() {
    let mut session = session(SendQueueLimits { soft_bytes: 10, hard_bytes: 1000 });
    session.stage = Stage::SignedIn(caller());
    session.queue.push(["kept", "this is too long"].map(|text| Outgoing::Droppable(text.into())));
    session.act_on_silence();
    assert_eq!(session.queue.take().await, Taken::Chunks(vec!["kept".into(), encode_event(&JSON_LINES, &Event::Ping)]));
}

/// Also if its task panics.
#[tokio::test]
async fn an_ended_session_leaves_presence_and_the_bus() {
    let mut session = session(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
    session.stage = Stage::SignedIn(caller());
    let (services, queue) = (session.context.services.clone(), session.queue.clone());
    // Not the session's own queue, which accepts nothing once the session has ended.
    let attached = SendQueue::new(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 }, &JSON_LINES);
    let caller = caller();
    let (account, device) = (caller.who.id, caller.device);
    services.bus.attach(Subscription { session: caller.session, account, device, queue: attached.clone() });
    services.presence.arrived(account, caller.session, device);
    let panicked = tokio::spawn(async move {
        let _session = session;
        panic!("deliberate panic of the session's task");
    });
    assert!(panicked.await.is_err());
    assert_eq!(queue.take().await, Taken::Finished, "the writer task must end");
    let gone = services.presence.changes().await;
    assert!(gone[0].gone_since.is_some_and(|at| at > Timestamp(0)), "{gone:?}");
    services.bus.end_sessions(&[device], SessionId(0), GoodbyeReason::SignedOut);
    assert_eq!(attached.why_closed(), None, "the bus must no longer know the session");
}

#[tokio::test]
async fn the_use_of_a_device_is_recorded_once_an_hour() {
    let mut session = session(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
    let clock = Arc::new(StoppedClock::at(Timestamp(1000)));
    let services = Arc::get_mut(&mut Arc::get_mut(&mut session.context).unwrap().services).unwrap();
    services.clock = clock.clone();
    let services = session.context.services.clone();
    session.stage = Stage::Greeted;
    let device = Some("laptop".to_owned());
    let (username, password) = ("ana".to_owned(), "um cavalo come bananas".to_owned());
    let register = Register { username, password, display_name: None, device, invite: None };
    session.handle(RequestFrame { id: 1, request: Request::Register(register) }).await;
    tokio::time::pause();
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    // The recorded time is that of the server clock, which may be set; the interval is measured by a monotonic clock.
    for (passed, now, written) in [(minutes(59), 9_000, 1000), (minutes(1), 500, 500), (minutes(59), i64::MAX, 500)] {
        tokio::time::advance(passed).await;
        clock.set(Timestamp(now));
        session.handle(RequestFrame { id: 2, request: Request::Ping }).await;
        let devices = services.store.devices(AccountId(1), None, 9).await.unwrap();
        assert_eq!(devices[0].last_used, Timestamp(written), "{passed:?} later, at {now}");
    }
}

/// A user who disconnected while the store was failing used to stay online in everyone's list.
#[tokio::test(start_paused = true)]
async fn a_change_of_presence_waits_for_a_store_that_fails() {
    let mut context = context(Config::default());
    let store = Arc::new(MemoryStore::default());
    let services = Arc::get_mut(&mut context.services).unwrap();
    services.committer = Committer::start(store.clone(), services.bus.clone(), Arc::default());
    services.store = store.clone();
    let services = context.services.clone();
    let ask = |username: &str| {
        let (username, password) = (username.to_owned(), "um cavalo come bananas".to_owned());
        Register { username, password, display_name: None, device: None, invite: None }
    };
    let ana = ask("ana").handle(&services, SessionId(1), Precedence::Normal).await.unwrap().caller;
    let queue = send_queue();
    let (session, account, device) = (SessionId(1), ana.who.id, ana.device);
    services.bus.attach(Subscription { session, account, device, queue: queue.clone() });
    let announcing = {
        let services = services.clone();
        tokio::spawn(async move { crate::requests::presence::announce_changes(&services).await })
    };
    store.set_failing(true);
    services.presence.arrived(account, session, device);
    // Long enough for a failed attempt, on the test's paused clock.
    sleep(Duration::from_secs(60)).await;
    assert_eq!(queue.waiting().bytes, 0, "nothing can be announced while the store fails");
    store.set_failing(false);
    let taken = tokio::time::timeout(Duration::from_secs(60), queue.take())
        .await
        .expect("should be announced once the store works again");
    let Taken::Chunks(lines) = taken else { panic!("{taken:?}") };
    assert!(String::from_utf8_lossy(&lines[0]).contains("\"presence_changed\""), "{lines:?}");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(queue.waiting().bytes, lines[0].len(), "must be announced only once");
    let stored = services.store.accounts(&[account]).await.unwrap();
    assert!(stored[0].last_seen.is_some(), "must be stored as well");
    announcing.abort();
}

/// A bus that panics after each batch is stored, so that its requesters do not learn the outcome.
struct PanickingBus;

impl Bus for PanickingBus {
    fn attach(&self, _: Subscription) {}
    fn detach(&self, _: SessionId) {}
    fn watch_directory(&self, _: SessionId, _: bool) {}
    fn end_sessions(&self, _: &[DeviceId], _: SessionId, _: GoodbyeReason) {}
    fn end_account(&self, _: AccountId, _: GoodbyeReason) {}
    fn publish(&self, _: Vec<Delivery>) {
        panic!("deliberate panic after a batch is stored");
    }
}

/// A message gets `failed`, because sending it again with its client id reveals the outcome.
#[tokio::test]
async fn an_unknown_outcome_is_reported_as_such_if_there_is_no_client_id() {
    let mut session = session(SendQueueLimits { soft_bytes: 9999, hard_bytes: 9999 });
    session.stage = Stage::SignedIn(caller());
    let services = Arc::get_mut(&mut Arc::get_mut(&mut session.context).unwrap().services).unwrap();
    services.committer = Committer::start(services.store.clone(), Arc::new(PanickingBus), Arc::default());
    let profile = SetProfile { display_name: None, status: Some("back soon".to_owned()) };
    session.handle(RequestFrame { id: 1, request: Request::SetProfile(profile) }).await;
    let (conversation, client_id, text) = (ConversationId(1), ClientId::new(), "bom dia".to_owned());
    let message = SendMessage { conversation, client_id, text, reply_to: None };
    session.handle(RequestFrame { id: 2, request: Request::SendMessage(message) }).await;
    session.wait_for_sends().await;
    let refused = |id, refusal| encode_reply(&JSON_LINES, &ReplyFrame { id, reply: Reply::Refused(refusal) });
    let expected = vec![refused(1, Refusal::OutcomeUnknown), refused(2, Refusal::FAILED)];
    assert_eq!(session.queue.take().await, Taken::Chunks(expected));
}

/// The operator may suspend the account after its credentials are checked and before the session is attached to the bus.
#[tokio::test]
async fn an_account_suspended_during_sign_in_is_disconnected() {
    let mut session = session(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
    let services = session.context.services.clone();
    let (username, password) = ("ana".to_owned(), "um cavalo come bananas".to_owned());
    let ask = papo_shared::protocol::Register { username, password, display_name: None, device: None, invite: None };
    let entered = ask.handle(&services, SessionId(1), Precedence::Normal).await;
    crate::operator::Operator::new(services, OpenSessions::default(), "host").suspend("ana").await.unwrap();
    session.complete_sign_in(7, entered).await;
    assert_eq!(session.queue.why_closed(), Some(GoodbyeReason::Suspended));
}

/// Another session may revoke the device after its token is checked and before the session is attached to the bus.
#[tokio::test]
async fn a_device_revoked_during_sign_in_is_disconnected() {
    let mut session = session(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
    let you = crate::domain::Account {
        id: AccountId(1),
        username: Username::parse("ana").unwrap(),
        display_name: "Ana".to_owned().into(),
        status: None,
        last_seen: None,
        created_at: Timestamp(0),
        suspended_at: None,
        is_deleted: false,
    };
    let reply = SignedIn { you: you.into_person(true, false), token: String::new() };
    session.complete_sign_in(7, Ok(SignInResult { caller: caller(), last_used: Timestamp(0), reply })).await;
    assert_eq!(session.queue.why_closed(), Some(GoodbyeReason::SignedOut));
}

/// A session that has not learned that its device was signed out, for example on another node.
#[tokio::test]
async fn a_session_whose_device_is_signed_out_ends_with_its_next_write() {
    let mut session = session(SendQueueLimits { soft_bytes: 9999, hard_bytes: 9999 });
    session.stage = Stage::Greeted;
    let services = session.context.services.clone();
    let (username, password) = ("ana".to_owned(), "um cavalo come bananas".to_owned());
    let register = Register { username, password, display_name: None, device: None, invite: None };
    session.handle(RequestFrame { id: 1, request: Request::Register(register) }).await;
    let device = session.stage.caller().unwrap().device;
    // Not through the committer, which ends the session at once.
    services.store.commit(vec![Write::RemoveDevice { device }]).await.unwrap();
    let profile = SetProfile { display_name: None, status: Some("still here".to_owned()) };
    session.handle(RequestFrame { id: 2, request: Request::SetProfile(profile) }).await;
    assert_eq!(session.queue.why_closed(), Some(GoodbyeReason::SignedOut));
    assert_eq!(services.store.accounts(&[AccountId(1)]).await.unwrap()[0].status, None);
}

/// A loopback connection: the server's end and the client's end.
pub(crate) async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (here, there) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
    (there.unwrap().0, here.unwrap())
}

/// Runs a session whose client sends a line after each of these silences, and then nothing. Returns how long the
/// session lasted and why it was closed.
async fn ends_after(stage: Stage, silences: &'static [Duration]) -> (Duration, Option<GoodbyeReason>) {
    let mut session = session(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
    session.stage = stage;
    let (stream, mut peer) = connection().await;
    let mut reader = Socket::Plain(stream).split().reader;
    let began = Instant::now();
    let talking = tokio::spawn(async move {
        for silence in silences {
            sleep(*silence).await;
            peer.write_all(b"{\"type\":\"pong\",\"id\":1}\n").await.unwrap();
        }
        peer
    });
    session.run(&mut reader).await;
    let _still_open = talking.await;
    (began.elapsed(), session.queue.why_closed())
}

#[track_caller]
fn check_ended((took, reason): (Duration, Option<GoodbyeReason>), expected: Duration, why: GoodbyeReason) {
    assert_eq!(reason, Some(why));
    // The runtime's clock has a resolution of one millisecond.
    assert!(took >= expected && took < expected + Duration::from_millis(5), "after {took:?}");
}

const ALMOST_SILENT: Duration = Duration::from_millis(75_000 - 1);

/// A half-open connection looks the same: nothing reports that the peer is gone.
#[tokio::test(start_paused = true)]
async fn a_silent_session_ends_exactly_after_its_timeout() {
    let silent_after = Config::default().silent_after;
    check_ended(ends_after(Stage::SignedIn(caller()), &[]).await, silent_after, GoodbyeReason::Silent);
    let awake = ends_after(Stage::SignedIn(caller()), &[ALMOST_SILENT, ALMOST_SILENT]).await;
    check_ended(awake, 2 * ALMOST_SILENT + silent_after, GoodbyeReason::Silent);
}

#[tokio::test(start_paused = true)]
async fn the_time_to_sign_in_is_not_extended_by_other_lines() {
    let Config { hello_timeout, sign_in_timeout, .. } = Config::default();
    check_ended(ends_after(Stage::Connected, &[]).await, hello_timeout, GoodbyeReason::SignInTooSlow);
    let talking = ends_after(Stage::Greeted, &[ALMOST_SILENT, ALMOST_SILENT]).await;
    check_ended(talking, sign_in_timeout, GoodbyeReason::SignInTooSlow);
}

#[tokio::test]
async fn hello_starts_the_time_to_sign_in() {
    let mut session = session(SendQueueLimits { soft_bytes: 1000, hard_bytes: 1000 });
    let before = session.due();
    let hello = Hello { protocol: PROTOCOL_VERSION, client: String::new() };
    session.handle(RequestFrame { id: 1, request: Request::Hello(hello) }).await;
    assert!(session.due() >= before + (Config::default().sign_in_timeout - Config::default().hello_timeout));
}

#[tokio::test]
async fn a_banned_address_is_refused_and_its_open_sessions_end() {
    let context = Arc::new(context(Config::default()));
    let operator = crate::operator::Operator::new(context.services.clone(), context.open.clone(), "host");
    let connect = async |number: u128, peer: &str| {
        let (stream, client) = connection().await;
        tokio::spawn(super::serve(Socket::Plain(stream), peer.parse().unwrap(), SessionId(number), context.clone()));
        BufReader::new(client)
    };
    let greet = async |client: &mut BufReader<TcpStream>| {
        client.write_all(b"{\"id\":1,\"type\":\"hello\",\"protocol\":1,\"client\":\"\"}\n").await.unwrap();
        let mut line = String::new();
        client.read_line(&mut line).await.unwrap();
        line
    };
    let check_refused = async |client: &mut BufReader<TcpStream>| {
        let mut lines = String::new();
        client.read_to_string(&mut lines).await.unwrap();
        let lines: Vec<_> = lines.lines().collect();
        assert!(lines[0].starts_with("{\"type\":\"refused\",\"code\":\"address_banned\",\"retry_after_ms\":"), "{lines:?}");
        assert!(lines[1].contains("\"type\":\"goodbye\"") && lines.len() == 2, "{lines:?}");
    };
    let mut open = connect(1, "::ffff:192.0.2.7").await;
    let mut neighbour = connect(2, "192.0.3.7").await;
    for client in [&mut open, &mut neighbour] {
        assert!(greet(client).await.contains("welcome"));
    }
    let network = BannedNetwork::parse("192.0.2.0/24").unwrap();
    assert_eq!(operator.ban(network, 60_000, String::new()).await.unwrap().closed_sessions, 1);
    check_refused(&mut open).await;
    check_refused(&mut connect(3, "192.0.2.8").await).await;
    assert!(greet(&mut neighbour).await.contains("welcome"), "other networks are not affected");

    assert_eq!(operator.remove_ban(network).await, Ok(true));
    assert!(greet(&mut connect(4, "192.0.2.8").await).await.contains("welcome"));
    operator.ban(network, 0, String::new()).await.unwrap();
    assert!(greet(&mut connect(5, "192.0.2.8").await).await.contains("welcome"), "the ban has expired");
}
