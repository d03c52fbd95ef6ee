//! The bare relay: the least that any chat server does. One thread copies lines from each member of a group to the
//! others, using one write per receiver for everything that arrived at once. It parses and stores nothing.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use crate::child::Role;
use crate::dialect::{Dialect, Received, first_line};
use crate::process::Process;

/// Argument that selects this role.
pub(crate) const ROLE: &str = "relay";

const READ_BYTES: usize = 64 * 1024;

/// Connections that the kernel queues until they are accepted.
const BACKLOG: i32 = 1024;

pub(crate) struct Relay {
    role: Role,
    pub(crate) address: SocketAddr,
}

impl Relay {
    pub(crate) fn start() -> Self {
        let mut role = Role::start(ROLE, &[]);
        let address = role.read_line().parse().unwrap();
        Self { role, address }
    }

    pub(crate) fn process(&self) -> Process {
        self.role.process()
    }
}

/// A connection first sends the number of its group; from then on, each line is a message.
pub(crate) struct RelayDialect {
    /// Number of members of each group.
    pub(crate) members: usize,
}

const SIGNED_IN: &[u8] = b"entered";

impl Dialect for RelayDialect {
    fn acknowledges(&self) -> bool {
        false
    }

    fn sign_in_bytes(&self, connection: usize) -> Vec<u8> {
        format!("{}\n", connection / self.members).into_bytes()
    }

    fn encode_message(&self, _group: usize, _number: usize, body: &str) -> Vec<u8> {
        format!("{body}\n").into_bytes()
    }

    fn classify(&self, bytes: &[u8], _answer: &mut Vec<u8>) -> Option<(usize, Received)> {
        let line = first_line(bytes)?;
        Some((line.len() + 1, if line == SIGNED_IN { Received::SignedIn } else { Received::Delivered }))
    }
}

struct Member {
    stream: TcpStream,
    group: Option<usize>,
    /// Received data of an incomplete line.
    partial: Vec<u8>,
    /// Data that the kernel has not accepted yet.
    unsent: Vec<u8>,
}

/// Relays until the parent process closes its end of stdin.
pub(crate) fn run() -> io::Result<()> {
    std::thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0).into())?;
    // The same as the server's backlog. With the usual 128, a sign-in storm would take a second.
    rustix::net::listen(&listener, BACKLOG)?;
    let listening = Token(usize::MAX);
    poll.registry().register(&mut listener, listening, Interest::READABLE)?;
    println!("{}", listener.local_addr()?);
    let mut events = Events::with_capacity(1024);
    let mut members: Vec<Member> = Vec::new();
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == listening {
                while let Ok((mut stream, _)) = listener.accept() {
                    stream.set_nodelay(true)?;
                    poll.registry().register(&mut stream, Token(members.len()), Interest::READABLE | Interest::WRITABLE)?;
                    members.push(Member { stream, group: None, partial: Vec::new(), unsent: Vec::new() });
                }
                continue;
            }
            let from = event.token().0;
            if event.is_writable() {
                members[from].flush();
            }
            if event.is_readable() {
                read(from, &mut members, &mut groups, &mut buffer);
            }
        }
    }
}

fn read(from: usize, members: &mut [Member], groups: &mut HashMap<usize, Vec<usize>>, buffer: &mut [u8]) {
    loop {
        // A disconnected peer is ignored.
        let Ok(bytes @ 1..) = members[from].stream.read(buffer) else { return };
        let Some(end) = memchr::memrchr(b'\n', &buffer[..bytes]).map(|last| last + 1) else {
            members[from].partial.extend_from_slice(&buffer[..bytes]);
            continue;
        };
        let mut lines = std::mem::take(&mut members[from].partial);
        members[from].partial.extend_from_slice(&buffer[end..bytes]);
        let lines = if lines.is_empty() {
            &buffer[..end]
        } else {
            lines.extend_from_slice(&buffer[..end]);
            &lines[..]
        };
        match members[from].group {
            Some(group) => {
                for &to in groups[&group].iter().filter(|to| **to != from) {
                    members[to].write(lines);
                }
            }
            None => {
                let group = std::str::from_utf8(lines).ok().and_then(|line| line.trim_end().parse().ok());
                members[from].group = group;
                groups.entry(group.unwrap_or_default()).or_default().push(from);
                members[from].write(&[SIGNED_IN, b"\n"].concat());
            }
        }
        if bytes < buffer.len() {
            // Everything available was read; the poll reports further data.
            return;
        }
    }
}

impl Member {
    fn write(&mut self, lines: &[u8]) {
        let mut taken = 0;
        while self.unsent.is_empty() && taken < lines.len() {
            match self.stream.write(&lines[taken..]) {
                Ok(bytes) => taken += bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return,
            }
        }
        self.unsent.extend_from_slice(&lines[taken..]);
    }

    fn flush(&mut self) {
        let unsent = std::mem::take(&mut self.unsent);
        if !unsent.is_empty() {
            self.write(&unsent);
        }
    }
}
