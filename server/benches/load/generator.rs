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

use crate::dialect::{Dialect, Received};
use crate::wire::Wire;

const READ_BYTES: usize = 256 * 1024;

/// Longest time without receiving anything.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The server to connect to.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// Certificates to trust; `None` for plain text.
    pub(crate) tls: Option<Arc<ClientConfig>>,
}

/// The messages of one sender, and their receivers.
pub(crate) struct SenderLoad {
    pub(crate) sender: usize,
    /// The receiver whose delivery times are recorded.
    pub(crate) witness: usize,
    pub(crate) receivers: usize,
    pub(crate) messages: Vec<Vec<u8>>,
    /// Maximum number of messages in flight.
    pub(crate) window: usize,
}

#[derive(Default)]
pub(crate) struct Timings {
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
    load: Option<usize>,
    witnesses: Option<usize>,
}

/// A load that is being sent.
struct SenderProgress {
    load: SenderLoad,
    /// Send time of each message.
    sent: Vec<Instant>,
    timings: Timings,
}

impl Generator {
    /// Opens connections, at most `at_once` of them signing in at a time, and waits until all are signed in.
    pub(crate) fn sign_in(dialect: Rc<dyn Dialect>, target: &Target, connections: usize, at_once: usize) -> Self {
        let poll = Poll::new().unwrap();
        let mut this = Self { dialect, poll, connections: Vec::with_capacity(connections), buffer: vec![0; READ_BYTES] };
        let mut signed_in = 0;
        while signed_in < connections {
            while this.connections.len() < connections.min(signed_in + at_once) {
                this.connect(target);
            }
            this.wait(|received, _| signed_in += usize::from(received == Received::SignedIn));
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
            unsent: self.dialect.sign_in_bytes(number),
            delivered: 0,
            load: None,
            witnesses: None,
        });
    }

    /// Sends all messages and waits until all receivers have them.
    pub(crate) fn run(&mut self, loads: Vec<SenderLoad>) -> Timings {
        for connection in &mut self.connections {
            (connection.delivered, connection.load, connection.witnesses) = (0, None, None);
        }
        let expected: usize = loads.iter().map(|load| load.receivers * load.messages.len()).sum();
        let all_messages: usize = loads.iter().map(|load| load.messages.len()).sum();
        let acknowledges = self.dialect.acknowledges();
        let mut progress: Vec<SenderProgress> = loads.into_iter().map(SenderProgress::new).collect();
        for (number, SenderProgress { load, .. }) in progress.iter().enumerate() {
            self.connections[load.sender].load = Some(number);
            if load.receivers > 0 {
                self.connections[load.witness].witnesses = Some(number);
            }
        }
        let began = Instant::now();
        for progress in &mut progress {
            progress.send_next(&mut self.connections, acknowledges);
        }
        let (mut delivered, mut acknowledged) = (0, 0);
        let mut resumed = Vec::new();
        while delivered < expected || acknowledged < all_messages {
            self.wait(|received, connection| match received {
                Received::Delivered => {
                    delivered += 1;
                    connection.delivered += 1;
                    if let Some(number) = connection.witnesses {
                        progress[number].delivered();
                        if !acknowledges {
                            acknowledged += 1;
                            resumed.push(number);
                        }
                    }
                }
                Received::Acknowledged => {
                    let number = connection.load.expect("only senders receive acknowledgements");
                    acknowledged += 1;
                    progress[number].acknowledged();
                    resumed.push(number);
                }
                Received::SignedIn | Received::Nothing | Received::Trouble => {}
            });
            // Everything that became possible at once is sent at once.
            resumed.dedup();
            for number in resumed.drain(..) {
                progress[number].send_next(&mut self.connections, acknowledges);
            }
        }
        let mut all = Timings { wall: began.elapsed(), ..Timings::default() };
        assert_eq!((delivered, acknowledged), (expected, all_messages), "no message may be lost or duplicated");
        for SenderProgress { load, timings, .. } in progress {
            if load.receivers > 0 {
                assert_eq!(
                    self.connections[load.witness].delivered,
                    load.messages.len(),
                    "each receiver must have every message"
                );
            }
            all.acknowledged.extend(timings.acknowledged);
            all.delivered.extend(timings.delivered);
        }
        all
    }

    /// Waits for data and passes each received item to `on_received`.
    fn wait(&mut self, mut on_received: impl FnMut(Received, &mut Connection)) {
        let mut events = Events::with_capacity(1024);
        self.poll.poll(&mut events, Some(TIMEOUT)).unwrap();
        assert!(!events.is_empty(), "nothing received for {TIMEOUT:?}");
        for event in &events {
            let connection = &mut self.connections[event.token().0];
            if event.is_writable() {
                connection.flush();
            }
            if event.is_readable() {
                read(&*self.dialect, &mut self.buffer, connection, &mut on_received);
            }
        }
    }
}

fn read(
    dialect: &dyn Dialect,
    buffer: &mut [u8],
    connection: &mut Connection,
    on_received: &mut impl FnMut(Received, &mut Connection),
) {
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
        while let Some((bytes, received)) = dialect.classify(rest, &mut answer) {
            let (first, others) = rest.split_at(bytes);
            assert_ne!(received, Received::Trouble, "{}", String::from_utf8_lossy(first));
            on_received(received, connection);
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

impl SenderProgress {
    fn new(load: SenderLoad) -> Self {
        let messages = load.messages.len();
        let [acknowledged, delivered] = [(); 2].map(|()| Vec::with_capacity(messages));
        Self { load, sent: Vec::with_capacity(messages), timings: Timings { wall: Duration::ZERO, acknowledged, delivered } }
    }

    fn delivered(&mut self) {
        self.timings.delivered.push(self.sent[self.timings.delivered.len()].elapsed());
    }

    fn acknowledged(&mut self) {
        self.timings.acknowledged.push(self.sent[self.timings.acknowledged.len()].elapsed());
    }

    /// Sends as many messages as the window permits, in one write.
    fn send_next(&mut self, connections: &mut [Connection], acknowledges: bool) {
        let accepted = if acknowledges { self.timings.acknowledged.len() } else { self.timings.delivered.len() };
        let until = self.load.messages.len().min(accepted + self.load.window);
        let from = self.sent.len();
        if from >= until {
            return;
        }
        let sender = &mut connections[self.load.sender];
        for message in &self.load.messages[from..until] {
            sender.unsent.extend_from_slice(message);
        }
        self.sent.resize(until, Instant::now());
        sender.flush();
    }
}
