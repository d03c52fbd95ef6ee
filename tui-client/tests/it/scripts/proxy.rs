//! Something between a client and the server that does what a bad line does, at a moment of the test's choice.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

/// What becomes of what the server says at that moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// The line is cut, for the first time it is said only.
    CutOnce,
    /// It never arrives.
    Swallow,
}

/// The port of something that carries lines to the server and back, until the server says this.
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

/// Carries lines one way until there are no more. Returns whether it cut the line.
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
