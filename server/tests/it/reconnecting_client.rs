//! A client of one conversation that survives lost connections. Implements only what `PROTOCOL.md` describes about
//! sending exactly once and catching up.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;

use papo_shared::model::{ClientId, ConversationId, Seq};
use papo_shared::protocol::{Event, Hello, PROTOCOL_VERSION, Reply, Request, ServerFrame, SignInWithToken};

use crate::client::{Client, history, send, text};

/// The text of each entry of a log, if it is a message; the first entry is number 1.
pub(crate) type Transcript = Vec<Option<String>>;

/// The state kept across connections.
pub(crate) struct ReconnectingClient {
    server: SocketAddr,
    token: String,
    conversation: ConversationId,
    log: Transcript,
    /// Unacknowledged messages, in order.
    outbox: VecDeque<(ClientId, String)>,
    connection: Option<Client>,
}

impl ReconnectingClient {
    pub(crate) fn new(server: SocketAddr, token: &str, conversation: ConversationId) -> Self {
        Self { server, token: token.to_owned(), conversation, log: Vec::new(), outbox: VecDeque::new(), connection: None }
    }

    /// The known part of the conversation, without gaps.
    pub(crate) fn log(&self) -> &Transcript {
        &self.log
    }

    /// Sends all of these messages, over as many connections as necessary.
    pub(crate) async fn say(&mut self, texts: &[&str]) {
        for text in texts {
            let message = (ClientId::new(), (*text).to_owned());
            self.outbox.push_back(message.clone());
            if let Some(connection) = &mut self.connection
                && connection.try_request(send(self.conversation, message.0, &message.1)).await.is_err()
            {
                self.connection = None;
            }
        }
        self.live_until(|this| this.outbox.is_empty()).await;
    }

    /// Continues until it has this many entries.
    pub(crate) async fn have(&mut self, entries: usize) {
        self.live_until(|this| this.log.len() >= entries).await;
    }

    async fn live_until(&mut self, is_reached: impl Fn(&Self) -> bool) {
        while !is_reached(self) {
            if self.go_on().await.is_err() {
                self.connection = None;
            }
        }
    }

    /// Processes one frame, or connects if there is no connection.
    async fn go_on(&mut self) -> io::Result<()> {
        let Some(connection) = &mut self.connection else {
            let hello = Hello { protocol: PROTOCOL_VERSION, client: "test".to_owned() };
            return self.connection.insert(Client::silent(self.server).await).try_request(Request::Hello(hello)).await.map(drop);
        };
        match connection.frame().await.ok_or(io::ErrorKind::UnexpectedEof)? {
            ServerFrame::Reply(frame) => match frame.reply {
                Reply::Welcome(_) => {
                    self.ask(Request::SignInWithToken(SignInWithToken { token: self.token.clone() })).await?;
                }
                Reply::SignedIn(_) => self.resume().await?,
                Reply::Entries(page) => {
                    for entry in page.entries {
                        self.add(entry.seq, text(&entry)).await?;
                    }
                    if page.more {
                        self.fetch().await?;
                    }
                }
                Reply::MessageStored(stored) => {
                    let message = self.outbox.iter().position(|(id, _)| *id == stored.client_id);
                    let (_, text) =
                        message.and_then(|at| self.outbox.remove(at)).expect("acknowledged at most once per connection");
                    self.add(stored.seq, Some(text)).await?;
                }
                reply => panic!("unexpected reply: {reply:?}"),
            },
            ServerFrame::Event(Event::EntryPosted(posted)) if posted.conversation == self.conversation => {
                self.add(posted.entry.seq, text(&posted.entry)).await?;
            }
            ServerFrame::Event(_) => {}
        }
        Ok(())
    }

    /// Fetches what it missed, and sends unacknowledged messages again.
    async fn resume(&mut self) -> io::Result<()> {
        self.fetch().await?;
        for (client_id, text) in self.outbox.clone() {
            self.ask(send(self.conversation, client_id, &text)).await?;
        }
        Ok(())
    }

    /// Adds the next entry, checks a known one, and fetches from the last known entry if there is a gap.
    async fn add(&mut self, seq: Seq, text: Option<String>) -> io::Result<()> {
        let at = usize::try_from(seq.0).unwrap() - 1;
        match self.log.get(at) {
            Some(known) => assert_eq!(*known, text, "entry {seq:?} differs from the known one"),
            None if at == self.log.len() => self.log.push(text),
            None => self.fetch().await?,
        }
        Ok(())
    }

    async fn fetch(&mut self) -> io::Result<()> {
        let after = Seq(self.log.len() as u64);
        self.ask(history(self.conversation, Some(after), None)).await
    }

    async fn ask(&mut self, request: Request) -> io::Result<()> {
        let connection = self.connection.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        connection.try_request(request).await.map(drop)
    }
}
