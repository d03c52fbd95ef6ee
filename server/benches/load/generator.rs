//! Load generator: many connections on one thread that send messages and count what they receive.
//!
//! It competes with the server for CPU, so it examines no more of each line than is needed to classify it.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};
use rustls::ClientConfig;

use crate::dialect::{Dialect, Heard};
use crate::wire::Wire;

const READ_BYTES: usize = 256 * 1024;

/// Longest time without receiving anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server to connect to.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// Certificates to trust; `None` for plain text.
    pub(crate) tls: Option<Arc<ClientConfig>>,
}

/// The messages of one sender, and their receivers.
pub(crate) struct Talk {
    pub(crate) sender: usize,
    /// The receiver whose delivery times are recorded.
    pub(crate) witness: usize,
    pub(crate) receivers: usize,
    pub(crate) messages: Vec<Vec<u8>>,
    /// Maximum number of messages in flight.
    pub(crate) window: usize,
}

#[derive(Default)]
pub(crate) struct Took {
    pub(crate) wall: Duration,
    /// From sending each message to its acknowledgement.
    pub(crate) acknowledged: Vec<Duration>,
    /// From sending each message to its arrival at the witness.
    pub(crate) delivered: Vec<Duration>,
}

/// All connections of the load.
pub(crate) struct Generator {
    dialect: Rc<dyn Dialect>,
    poll: Poll,
    connections: Vec<Connection>,
    buffer: Vec<u8>,
}

struct Connection {
    wire: Wire,
    /// The incomplete item at the end of the data received so far.
    partial: Vec<u8>,
    unsent: Vec<u8>,
    /// Messages received from others.
    delivered: usize,
    talk: Option<usize>,
    witnesses: Option<usize>,
}

/// A talk in progress.
struct Talking {
    talk: Talk,
    /// Send time of each message.
    sent: Vec<Instant>,
    took: Took,
}

impl Generator {
    /// Opens connections, at most `at_once` of them signing in at a time, and waits until all are signed in.
    pub(crate) fn enter(dialect: Rc<dyn Dialect>, target: &Target, connections: usize, at_once: usize) -> Self {
        let poll = Poll::new().unwrap();
        let mut this = Self { dialect, poll, connections: Vec::with_capacity(connections), buffer: vec![0; READ_BYTES] };
        let mut entered = 0;
        while entered < connections {
            while this.connections.len() < connections.min(entered + at_once) {
                this.connect(target);
            }
            this.wait(|heard, _| entered += usize::from(heard == Heard::Entered));
        }
        this
    }

    fn connect(&mut self, target: &Target) {
        let number = self.connections.len();
        let mut wire = Wire::connect(target.address, target.tls.as_ref());
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(wire.stream(), Token(number), interest).unwrap();
        self.connections.push(Connection {
            wire,
            partial: Vec::new(),
            unsent: self.dialect.enter(number),
            delivered: 0,
            talk: None,
            witnesses: None,
        });
    }

    /// Sends all messages and waits until all receivers have them.
    pub(crate) fn talk(&mut self, talks: Vec<Talk>) -> Took {
        for connection in &mut self.connections {
            (connection.delivered, connection.talk, connection.witnesses) = (0, None, None);
        }
        let expected: usize = talks.iter().map(|talk| talk.receivers * talk.messages.len()).sum();
        let all_messages: usize = talks.iter().map(|talk| talk.messages.len()).sum();
        let acknowledges = self.dialect.acknowledges();
        let mut talking: Vec<Talking> = talks.into_iter().map(Talking::new).collect();
        for (number, Talking { talk, .. }) in talking.iter().enumerate() {
            self.connections[talk.sender].talk = Some(number);
            if talk.receivers > 0 {
                self.connections[talk.witness].witnesses = Some(number);
            }
        }
        let began = Instant::now();
        for talking in &mut talking {
            talking.go_on(&mut self.connections, acknowledges);
        }
        let (mut delivered, mut acknowledged) = (0, 0);
        let mut goes_on = Vec::new();
        while delivered < expected || acknowledged < all_messages {
            self.wait(|heard, connection| match heard {
                Heard::Delivered => {
                    delivered += 1;
                    connection.delivered += 1;
                    if let Some(number) = connection.witnesses {
                        talking[number].delivered();
                        if !acknowledges {
                            acknowledged += 1;
                            goes_on.push(number);
                        }
                    }
                }
                Heard::Acknowledged => {
                    let number = connection.talk.expect("only senders receive acknowledgements");
                    acknowledged += 1;
                    talking[number].acknowledged();
                    goes_on.push(number);
                }
                Heard::Entered | Heard::Nothing | Heard::Trouble => {}
            });
            // Everything that became possible at once is sent at once.
            goes_on.dedup();
            for number in goes_on.drain(..) {
                talking[number].go_on(&mut self.connections, acknowledges);
            }
        }
        let mut all = Took { wall: began.elapsed(), ..Took::default() };
        assert_eq!((delivered, acknowledged), (expected, all_messages), "no message may be lost or duplicated");
        for Talking { talk, took, .. } in talking {
            if talk.receivers > 0 {
                assert_eq!(
                    self.connections[talk.witness].delivered,
                    talk.messages.len(),
                    "each receiver must have every message"
                );
            }
            all.acknowledged.extend(took.acknowledged);
            all.delivered.extend(took.delivered);
        }
        all
    }

    /// Waits for data and passes each received item to `told`.
    fn wait(&mut self, mut told: impl FnMut(Heard, &mut Connection)) {
        let mut events = Events::with_capacity(1024);
        self.poll.poll(&mut events, Some(PATIENCE)).unwrap();
        assert!(!events.is_empty(), "nothing received for {PATIENCE:?}");
        for event in &events {
            let connection = &mut self.connections[event.token().0];
            if event.is_writable() {
                connection.flush();
            }
            if event.is_readable() {
                read(&*self.dialect, &mut self.buffer, connection, &mut told);
            }
        }
    }
}

fn read(dialect: &dyn Dialect, buffer: &mut [u8], connection: &mut Connection, told: &mut impl FnMut(Heard, &mut Connection)) {
    let mut answer = Vec::new();
    loop {
        let bytes = match connection.wire.read(buffer) {
            Ok(0) => panic!("the server closed the connection"),
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("the connection broke: {error}"),
        };
        let mut partial = std::mem::take(&mut connection.partial);
        let mut rest = if partial.is_empty() {
            &buffer[..bytes]
        } else {
            partial.extend_from_slice(&buffer[..bytes]);
            &partial[..]
        };
        while let Some((bytes, heard)) = dialect.hear(rest, &mut answer) {
            let (first, others) = rest.split_at(bytes);
            assert_ne!(heard, Heard::Trouble, "{}", String::from_utf8_lossy(first));
            told(heard, connection);
            rest = others;
        }
        connection.partial = rest.to_vec();
    }
    connection.unsent.append(&mut answer);
    // A TLS handshake may have data to send.
    connection.flush();
}

impl Connection {
    fn flush(&mut self) {
        if !self.unsent.is_empty() || matches!(self.wire, Wire::Tls(_)) {
            self.wire.write(&mut self.unsent).unwrap();
        }
    }
}

impl Talking {
    fn new(talk: Talk) -> Self {
        let messages = talk.messages.len();
        let [acknowledged, delivered] = [(); 2].map(|()| Vec::with_capacity(messages));
        Self { talk, sent: Vec::with_capacity(messages), took: Took { wall: Duration::ZERO, acknowledged, delivered } }
    }

    fn delivered(&mut self) {
        self.took.delivered.push(self.sent[self.took.delivered.len()].elapsed());
    }

    fn acknowledged(&mut self) {
        self.took.acknowledged.push(self.sent[self.took.acknowledged.len()].elapsed());
    }

    /// Sends as many messages as the window permits, in one write.
    fn go_on(&mut self, connections: &mut [Connection], acknowledges: bool) {
        let accepted = if acknowledges { self.took.acknowledged.len() } else { self.took.delivered.len() };
        let until = self.talk.messages.len().min(accepted + self.talk.window);
        let from = self.sent.len();
        if from >= until {
            return;
        }
        let sender = &mut connections[self.talk.sender];
        for message in &self.talk.messages[from..until] {
            sender.unsent.extend_from_slice(message);
        }
        self.sent.resize(until, Instant::now());
        sender.flush();
    }
}
