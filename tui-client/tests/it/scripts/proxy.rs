//! A proxy between a client and the server that disturbs the connection at a given moment.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

/// The disturbance, triggered by a given line of the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// The connection is cut, but only at the first such line.
    CutOnce,
    /// The line is dropped.
    Swallow,
}

/// The port of a proxy that forwards lines in both directions until the server sends a line with this text.
pub(super) fn between(server: u16, said: &'static str, at: At) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut until = Some(said);
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
            let there = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || carry(there.0, there.1, None, at));
            let was_cut = carry(server, client, until, at);
            until = until.filter(|_| !was_cut);
        }
    });
    port
}

/// Forwards lines in one direction until the end. Returns whether it cut the connection.
fn carry(from: TcpStream, mut to: TcpStream, said: Option<&str>, at: At) -> bool {
    for line in BufReader::new(from.try_clone().unwrap()).split(b'\n').map_while(Result::ok) {
        if said.is_some_and(|said| String::from_utf8_lossy(&line).contains(said)) {
            if at == At::Swallow {
                continue;
            }
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            return true;
        }
        if to.write_all(&[line.as_slice(), b"\n"].concat()).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
    false
}
