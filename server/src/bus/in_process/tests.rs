use std::io::{self, IoSlice};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::BytesMut;
use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Message, MessageText, Seq, Timestamp, Username};
use papo_shared::protocol::{EntryPosted, Event, Goodbye, GoodbyeReason, Refusal, Reply, ReplyFrame};

use super::{
    AccountId, Announcement, Bus, Delivery, DeviceId, InProcessBus, LocalReply, Recipients, SendQueue, SessionId, Subscription,
};
use crate::config::SendQueueLimits;
use crate::send_queue::{Encoder, Taken, TryWrite};
use crate::session::JsonLines;

/// A protocol for the tests: an event is its text, and a reply its id.
struct Plain;

impl Encoder for Plain {
    fn protocol(&self) -> &'static str {
        "plain"
    }

    fn encode_event(&self, event: &Event, buffer: &mut BytesMut) {
        if let Event::Refused(Refusal::NotJson { detail }) = event {
            buffer.extend_from_slice(detail.as_bytes());
        }
    }

    fn encode_reply(&self, reply: &ReplyFrame, buffer: &mut BytesMut) {
        buffer.extend_from_slice(reply.id.to_string().as_bytes());
    }
}

fn attach(bus: &InProcessBus, session: u128, account: u32, limits: SendQueueLimits, encoder: &'static dyn Encoder) -> SendQueue {
    let queue = SendQueue::new(limits, encoder);
    bus.attach(Subscription {
        session: SessionId(session),
        account: AccountId(account),
        device: DeviceId(i64::from(account)),
        queue: queue.clone(),
    });
    queue
}

fn subscription(bus: &InProcessBus, session: u128, account: u32) -> SendQueue {
    attach(bus, session, account, SendQueueLimits { soft_bytes: 99, hard_bytes: 99 }, &Plain)
}

fn event(text: &str) -> Event {
    Event::Refused(Refusal::NotJson { detail: text.to_owned() })
}

fn announce(to: Recipients, text: &str) -> Delivery {
    Delivery::event(event(text), to)
}

/// An event for all recipients except the session, which gets the reply with this id instead.
fn replaced(to: Recipients, text: &str, session: u128, queue: &SendQueue, id: u64) -> [Delivery; 2] {
    let session = SessionId(session);
    [Delivery::Event(Announcement { event: event(text), to, except: Some(session) }), reply(session, queue, id)]
}

fn reply(session: SessionId, queue: &SendQueue, id: u64) -> Delivery {
    Delivery::Reply(LocalReply { session, queue: queue.clone(), reply: ReplyFrame { id, reply: Reply::Done } })
}

fn accounts(ids: &[u32]) -> Arc<[AccountId]> {
    ids.iter().copied().map(AccountId).collect()
}

/// Takes what is queued, without waiting.
fn taken(queue: &SendQueue) -> Vec<String> {
    let mut taken = std::pin::pin!(queue.take());
    let polled = taken.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    let std::task::Poll::Ready(Taken::Chunks(chunks)) = polled else { return Vec::new() };
    chunks.iter().map(|chunk| String::from_utf8(chunk.to_vec()).unwrap()).collect()
}

#[track_caller]
fn check(queue: &SendQueue, expected: &[&str]) {
    assert_eq!(taken(queue), expected);
}

#[test]
fn all_sessions_of_the_recipients_receive_events_in_order() {
    let bus = InProcessBus::default();
    let (ana, ana_again, rui, eva) =
        (subscription(&bus, 1, 1), subscription(&bus, 2, 1), subscription(&bus, 3, 2), subscription(&bus, 4, 3));
    bus.publish(vec![
        announce(Recipients::Accounts(accounts(&[1, 2])), "a"),
        announce(Recipients::Accounts(accounts(&[1])), "b"),
    ]);
    check(&ana, &["a", "b"]);
    check(&ana_again, &["a", "b"]);
    check(&rui, &["a"]);
    check(&eva, &[]);
}

#[test]
fn a_reply_replaces_the_event_for_the_session_that_caused_it() {
    let bus = InProcessBus::default();
    let (ana, rui) = (subscription(&bus, 1, 1), subscription(&bus, 2, 2));
    let both = accounts(&[1, 2]);
    let both = || Recipients::Accounts(both.clone());
    let [event, reply] = replaced(both(), "b", 1, &ana, 7);
    bus.publish(vec![announce(both(), "a"), event, reply, announce(both(), "c")]);
    check(&ana, &["a", "7", "c"]);
    check(&rui, &["abc"]);
}

/// Also if the deliveries in between are for other recipients than the session's own.
#[test]
fn a_session_with_a_reply_receives_the_whole_batch_in_order() {
    let bus = InProcessBus::default();
    let (ana, rui) = (subscription(&bus, 1, 1), subscription(&bus, 2, 2));
    let (both, alone) = (accounts(&[1, 2]), accounts(&[1]));
    let both = || Recipients::Accounts(both.clone());
    let [event, second_reply] = replaced(both(), "c", 1, &ana, 2);
    bus.publish(vec![
        announce(both(), "a"),
        reply(SessionId(1), &ana, 1),
        announce(Recipients::Accounts(alone), "b"),
        event,
        second_reply,
        announce(both(), "d"),
    ]);
    check(&ana, &["a", "1", "b", "2", "d"]);
    check(&rui, &["acd"]);
}

/// Session numbers repeat on every node; ids do not.
#[test]
fn an_exception_on_another_node_does_not_concern_a_session_with_the_same_number() {
    let bus = InProcessBus::default();
    let ana = subscription(&bus, (5 << 64) | 1, 1);
    let to = Recipients::Accounts(accounts(&[1]));
    bus.publish(vec![Delivery::Event(Announcement { event: event("a"), to, except: Some(SessionId((6 << 64) | 1)) })]);
    check(&ana, &["a"]);
    bus.end_sessions(&[DeviceId(1)], SessionId((6 << 64) | 1), GoodbyeReason::SignedOut);
    assert_eq!(ana.why_closed(), Some(GoodbyeReason::SignedOut));
}

/// A socket that accepts all bytes and records the order of writes by session.
struct RecordsWrites(u128, Arc<Mutex<Vec<u128>>>);

impl TryWrite for RecordsWrites {
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
        queue.write_directly_to(Arc::new(RecordsWrites(id, Arc::clone(&order))));
    }
    let all = accounts(&(1..=20).collect::<Vec<_>>());
    let sent = [7, 13].map(|id| replaced(Recipients::Accounts(all.clone()), "a", id, &queues[id as usize - 1], 1));
    bus.publish(sent.into_iter().flatten().collect());
    let mut order = order.lock().unwrap().clone();
    order[..2].sort_unstable();
    assert_eq!((&order[..2], order.len()), (&[7, 13][..], 20));
}

#[test]
fn a_session_watching_the_directory_receives_each_change_once() {
    let bus = InProcessBus::default();
    let (ana, rui) = (subscription(&bus, 1, 1), subscription(&bus, 2, 2));
    bus.watch_directory(SessionId(1), true);
    let changes = || vec![announce(Recipients::Watchers, "w"), announce(Recipients::AccountsNotWatching(accounts(&[1, 2])), "n")];
    bus.publish(changes());
    check(&ana, &["w"]);
    check(&rui, &["n"]);
    bus.watch_directory(SessionId(1), false);
    bus.publish(changes());
    check(&ana, &["n"]);
}

#[test]
fn a_detached_session_receives_nothing_and_an_ended_one_is_closed() {
    let bus = InProcessBus::default();
    let (ana, rui) = (subscription(&bus, 1, 1), subscription(&bus, 2, 2));
    bus.watch_directory(SessionId(1), true);
    bus.detach(SessionId(1));
    bus.publish(vec![announce(Recipients::Accounts(accounts(&[1])), "a"), announce(Recipients::Watchers, "w")]);
    check(&ana, &[]);
    bus.end_sessions(&[DeviceId(2)], SessionId(2), GoodbyeReason::SignedOut);
    assert!(rui.why_closed().is_none(), "the excepted session stays open");
    bus.end_sessions(&[DeviceId(2)], SessionId(1), GoodbyeReason::SignedOut);
    assert!(rui.why_closed().is_some());
}

/// Counts what an encoder encodes.
struct Counting<E> {
    encoder: E,
    events: AtomicUsize,
}

impl<E: Encoder> Encoder for Counting<E> {
    fn protocol(&self) -> &'static str {
        self.encoder.protocol()
    }

    fn encode_event(&self, event: &Event, buffer: &mut BytesMut) {
        self.events.fetch_add(1, Ordering::SeqCst);
        self.encoder.encode_event(event, buffer);
    }

    fn encode_reply(&self, reply: &ReplyFrame, buffer: &mut BytesMut) {
        self.encoder.encode_reply(reply, buffer);
    }
}

impl<E> Counting<E> {
    const fn new(encoder: E) -> Self {
        Self { encoder, events: AtomicUsize::new(0) }
    }

    /// Number of events encoded since the last call.
    fn count(&self) -> usize {
        self.events.swap(0, Ordering::SeqCst)
    }
}

/// A second wire protocol, similar to IRC. It cannot express presence and device lists.
struct IrcLike;

impl Encoder for IrcLike {
    fn protocol(&self) -> &'static str {
        "irc"
    }

    fn encode_event(&self, event: &Event, buffer: &mut BytesMut) {
        let line = match event {
            Event::EntryPosted(EntryPosted { conversation, entry: Entry { author, kind: EntryKind::Message(message), .. } }) => {
                format!(":{author} PRIVMSG #{} :{}\r\n", conversation.0, message.text.as_str())
            }
            Event::Lagged => ":papo NOTICE * :you read too slowly, and missed messages\r\n".to_owned(),
            Event::Goodbye(goodbye) => format!("ERROR :Closing link ({:?})\r\n", goodbye.reason),
            _ => return,
        };
        buffer.extend_from_slice(line.as_bytes());
    }

    fn encode_reply(&self, reply: &ReplyFrame, buffer: &mut BytesMut) {
        if let Reply::Refused(refusal) = &reply.reply {
            buffer.extend_from_slice(format!(":papo NOTICE * :{refusal}\r\n").as_bytes());
        }
    }
}

fn message(text: &str) -> Event {
    let message = Message::new(ClientId::new(), MessageText::parse(text).unwrap());
    let author = Username::parse("rui").unwrap();
    let entry = Entry { seq: Seq(1), at: Timestamp(0), author, kind: EntryKind::Message(message) };
    Event::EntryPosted(EntryPosted { conversation: ConversationId(7), entry })
}

/// The events in chunks of JSON lines.
fn decoded(chunks: &[String]) -> Vec<Event> {
    chunks.iter().flat_map(|chunk| chunk.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn sessions_of_two_protocols_share_a_bus_and_each_event_is_encoded_once_per_protocol() {
    static PAPO: Counting<JsonLines> = Counting::new(JsonLines);
    static IRC: Counting<IrcLike> = Counting::new(IrcLike);
    let bus = InProcessBus::default();
    let limits = SendQueueLimits { soft_bytes: 2000, hard_bytes: 9999 };
    let papo: Vec<SendQueue> = (1..=3).map(|id| attach(&bus, id, id as u32, limits, &PAPO)).collect();
    let irc: Vec<SendQueue> = (4..=6).map(|id| attach(&bus, id, id as u32, limits, &IRC)).collect();
    let all = accounts(&[1, 2, 3, 4, 5, 6]);
    let to_all = |event: Event| Delivery::event(event, Recipients::Accounts(all.clone()));

    // The sender is among the recipients and gets the events one at a time.
    let events = [message("bom dia"), message("até logo")];
    bus.publish(vec![to_all(events[0].clone()), to_all(events[1].clone()), reply(SessionId(1), &papo[0], 3)]);
    assert_eq!((PAPO.count(), IRC.count()), (2, 2));
    for queue in &papo[1..] {
        let chunks = taken(queue);
        assert_eq!((chunks.len(), decoded(&chunks)), (1, events.to_vec()));
    }
    assert_eq!(decoded(&taken(&papo[0])[..2]), events);
    for queue in &irc {
        check(queue, &[":rui PRIVMSG #7 :bom dia\r\n:rui PRIVMSG #7 :até logo\r\n"]);
    }

    // Nothing is encoded for a protocol without recipients, and nothing is sent that a protocol cannot express.
    bus.publish(vec![Delivery::event(Event::DevicesChanged, Recipients::Accounts(accounts(&[9])))]);
    assert_eq!((PAPO.count(), IRC.count()), (0, 0));
    bus.publish(vec![Delivery::event(Event::DevicesChanged, Recipients::Accounts(accounts(&[4])))]);
    assert_eq!((PAPO.count(), IRC.count(), taken(&irc[0])), (0, 1, vec![]));

    // Notices about a session's own queue.
    for queue in [&papo[1], &irc[1]] {
        queue.written(queue.waiting().bytes);
    }
    let long = "x".repeat(1500);
    bus.publish(vec![to_all(message(&long))]);
    bus.publish(vec![to_all(message(&long))]);
    let pending = [&papo[1], &irc[1]].map(|queue| (queue.waiting().lagging, taken(queue).len()));
    assert_eq!(pending, [(true, 1); 2], "the second message must be dropped");
    for queue in [&papo[1], &irc[1]] {
        queue.written(queue.waiting().bytes);
        bus.end_account(AccountId(if queue.encoder().protocol() == "irc" { 5 } else { 2 }), GoodbyeReason::Suspended);
    }
    let goodbye = Goodbye { reason: GoodbyeReason::Suspended, come_back_ms: None };
    assert_eq!(decoded(&taken(&papo[1])), [Event::Lagged, Event::Goodbye(goodbye)]);
    check(&irc[1], &[":papo NOTICE * :you read too slowly, and missed messages\r\n", "ERROR :Closing link (Suspended)\r\n"]);
}
