//! A node of a community: a port that forwards connections to a server, and can be killed.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A port that forwards connections to a server on this machine until it is killed.
pub(crate) struct Forwarder {
    port: u16,
    shared: Arc<Shared>,
    accepting: Option<std::thread::JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    is_killed: AtomicBool,
    /// Both ends of all connections.
    streams: Mutex<Vec<TcpStream>>,
    /// All bytes that clients sent.
    sent: Mutex<Vec<u8>>,
}

impl Forwarder {
    pub(crate) fn to(server: u16) -> Self {
        Self::start(server, None)
    }

    /// A node that dies before it forwards this text of the server. The connections must not be encrypted.
    pub(crate) fn that_dies_before(server: u16, text: &'static str) -> Self {
        Self::start(server, Some(text))
    }

    fn start(server: u16, dies_before: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let accepted = shared.clone();
        let accepting = std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if accepted.is_killed.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let ends = [&client, &server].map(|stream| stream.try_clone().unwrap());
                accepted.streams.lock().unwrap().extend(ends);
                let (from_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let recorded = accepted.clone();
                std::thread::spawn(move || {
                    carry(from_client, to_server, |bytes| {
                        recorded.sent.lock().unwrap().extend_from_slice(bytes);
                        Flow::Forward
                    });
                });
                let (dying, mut received) = (accepted.clone(), Vec::new());
                std::thread::spawn(move || {
                    carry(server, client, |bytes| {
                        received.extend_from_slice(bytes);
                        let is_dying = dies_before.is_some_and(|text| String::from_utf8_lossy(&received).contains(text));
                        dying.is_killed.fetch_or(is_dying, Ordering::SeqCst);
                        if is_dying { Flow::Cut } else { Flow::Forward }
                    });
                });
            }
        });
        Self { port, shared, accepting: Some(accepting) }
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What clients sent through this node, if they use no encryption.
    pub(crate) fn sent(&self) -> String {
        String::from_utf8_lossy(&self.shared.sent.lock().unwrap()).into_owned()
    }

    /// Cuts all connections and refuses new ones.
    pub(crate) fn kill(&mut self) {
        self.shared.is_killed.store(true, Ordering::SeqCst);
        // Wakes the thread, which then closes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(accepting) = self.accepting.take() {
            accepting.join().unwrap();
        }
        for stream in self.shared.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whether bytes are forwarded.
#[derive(PartialEq, Eq)]
enum Flow {
    Forward,
    Cut,
}

/// Forwards bytes in one direction until the end, or until `inspect` cuts the connection.
fn carry(mut from: TcpStream, mut to: TcpStream, mut inspect: impl FnMut(&[u8]) -> Flow) {
    let mut bytes = [0; 4096];
    loop {
        let read = match from.read(&mut bytes) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        if inspect(&bytes[..read]) == Flow::Cut || to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
