//! IRC: groups are channels, and pairs send private messages.

use crate::dialect::{Dialect, Received, first_line};

/// Nicks and channels are numbered.
pub(crate) struct IrcDialect {
    /// Members per channel. With 2, they send private messages instead.
    pub(crate) members: usize,
}

impl Dialect for IrcDialect {
    fn acknowledges(&self) -> bool {
        false
    }

    fn sign_in_bytes(&self, connection: usize) -> Vec<u8> {
        format!("NICK p{connection}\r\nUSER p{connection} 0 * :p\r\n").into_bytes()
    }

    fn encode_message(&self, group: usize, _number: usize, body: &str) -> Vec<u8> {
        let to = if self.members == 2 { format!("p{}", group * 2 + 1) } else { format!("#g{group}") };
        format!("PRIVMSG {to} :{body}\r\n").into_bytes()
    }

    fn classify(&self, bytes: &[u8], answer: &mut Vec<u8>) -> Option<(usize, Received)> {
        let line = first_line(bytes)?;
        // `:source COMMAND …`, or a command without a source.
        let mut words = line.splitn(4, |byte| *byte == b' ');
        let source = words.next().unwrap_or_default();
        let received = match (source, words.next().unwrap_or_default()) {
            (b"PING", token) => {
                answer.extend([b"PONG ", token.trim_ascii_end(), b"\r\n"].concat());
                Received::Nothing
            }
            (b"ERROR", _) => Received::Trouble,
            (_, b"PRIVMSG") => Received::Delivered,
            // Welcome. Channels can only be joined from here on.
            (_, b"001") if self.members == 2 => Received::SignedIn,
            (_, b"001") => {
                let nick = words.next().and_then(|nick| std::str::from_utf8(nick).ok()?.strip_prefix('p')?.parse::<usize>().ok());
                answer.extend(format!("JOIN #g{}\r\n", nick? / self.members).into_bytes());
                Received::Nothing
            }
            // End of a channel's list of names.
            (_, b"366") => Received::SignedIn,
            // No message of the day.
            (_, b"422") => Received::Nothing,
            (_, [b'4' | b'5', _, _]) => Received::Trouble,
            _ => Received::Nothing,
        };
        Some((line.len() + 1, received))
    }
}
