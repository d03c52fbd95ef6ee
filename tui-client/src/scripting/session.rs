//! A signed-in session for one command: sends a request, and waits for the reply.
//!
//! The connection reconnects automatically. All requests of commands are idempotent, so a request whose reply was lost with the
//! connection is sent again.

use std::collections::BTreeSet;
use std::time::Duration;

use papo_shared::model::{ConversationId, ServerId, Username};
use papo_shared::protocol::{
    EntryPosted, Event as ServerEvent, Hello, PROTOCOL_VERSION, Refusal, Reply, ReplyFrame, Request, RequestFrame, RequestId,
    ServerFrame, SignInWithToken,
};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout_at};

use super::failure::{Exit, Failure, ScriptAddress};
use super::sign_in::ScriptSignIn;
use crate::connection::{Command, Connection, Target, UNTIL_USER_DECIDES};
use crate::event::{DisconnectReason, Event};
use crate::known_servers::KnownServers;
use crate::sign_ins::{StoredSignIns, SystemKeyring};
use crate::state::phrase::Phrase;

/// The client name in the hello request.
const CLIENT_NAME: &str = concat!("papo ", env!("CARGO_PKG_VERSION"), " (command)");
/// Capacity of the event channel. While it is full, the network is read more slowly, and nothing is lost.
const EVENT_QUEUE: usize = 64;
/// How long a reply is waited for, including reconnects.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// The wait before repeating a request after an internal error of the server.
const RETRY_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// If the server requests a longer wait, the refusal is reported instead.
const MAX_RETRY_WAIT: Duration = Duration::from_secs(20);

/// A signed-in session for one command.
pub(super) struct Session {
    /// The number of addresses, which are all tried before the connection counts as failed.
    address_count: usize,
    /// The address in use.
    address: ScriptAddress,
    connection: Connection,
    events: mpsc::Receiver<Event>,
    stored: ScriptSignIn,
    /// The id of the server, after the first welcome.
    server: Option<ServerId>,
    you: Option<Username>,
    last_id: RequestId,
    /// Why the last connection ended; cleared when a new one opens.
    lost: Option<DisconnectReason>,
    /// The last temporary refusal of the current request.
    refused_for_now: Option<Refusal>,
    /// How long a reply is waited for; `None` for no limit.
    timeout: Option<Duration>,
    /// Whether the connection is open and signed in.
    is_signed_in: bool,
    missed: Missed,
}

/// Conversations with events that were not processed. Their logs contain the entries.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Missed {
    /// Any conversation may have changed.
    pub(super) everything: bool,
    /// The conversations known to have new entries.
    pub(super) conversations: BTreeSet<ConversationId>,
}

/// An event of the session that is not a reply.
#[derive(Debug)]
pub(super) enum SessionEvent {
    /// A conversation has a new entry.
    Posted(Box<EntryPosted>),
    /// Events were missed; see [`Session::take_missed`].
    Missed,
    /// The connection was lost. [`Session::request`] waits for the next one.
    ConnectionLost,
}

/// An input from the connection task.
enum Incoming {
    Reply(ReplyFrame),
    Event(ServerEvent),
    /// A connection was opened.
    Connected,
    Disconnected(DisconnectReason),
}

impl Session {
    /// Connects, and signs in with the stored sign-in of `user`, or else of the user who signed in last.
    ///
    /// # Errors
    /// No server answers, its certificate is not trusted, no sign-in is stored, or the token is not valid any more.
    pub(super) async fn open(
        target: Target,
        known: KnownServers,
        stored: StoredSignIns<SystemKeyring>,
        user: Option<Username>,
    ) -> Result<Self, Failure> {
        let (sender, events) = mpsc::channel(EVENT_QUEUE);
        let connection = Connection::start(target.clone(), known, sender);
        let mut session = Self::new(&target, connection, events, ScriptSignIn::new(stored, user));
        let deadline = Instant::now() + REQUEST_TIMEOUT;
        let signed_in = timeout_at(deadline, session.sign_in(ConnectPolicy::Once)).await;
        signed_in.unwrap_or_else(|_| Err(Failure::lost(&DisconnectReason::Silent, &session.address)))?;
        Ok(session)
    }

    /// A session that is not signed in yet.
    fn new(target: &Target, connection: Connection, events: mpsc::Receiver<Event>, stored: ScriptSignIn) -> Self {
        Self {
            address_count: target.addresses().len(),
            address: ScriptAddress::of(target),
            connection,
            events,
            stored,
            server: None,
            you: None,
            last_id: 0,
            lost: None,
            refused_for_now: None,
            timeout: Some(REQUEST_TIMEOUT),
            is_signed_in: false,
            missed: Missed::default(),
        }
    }

    /// The username of the signed-in account.
    pub(super) fn you(&self) -> Result<Username, Failure> {
        self.you.clone().ok_or_else(Failure::unexpected_reply)
    }

    /// Lets requests wait for the server without a limit from now on.
    pub(super) fn disable_timeout(&mut self) {
        self.timeout = None;
    }

    /// Sends a request and returns its reply. Repeats the request after temporary refusals and reconnects.
    ///
    /// # Errors
    /// The server refused the request permanently, or did not reply in time.
    pub(super) async fn request(&mut self, request: &Request) -> Result<Reply, Failure> {
        let Some(timeout) = self.timeout else { return self.request_until_answered(request).await };
        let deadline = Instant::now() + timeout;
        match timeout_at(deadline, self.request_until_answered(request)).await {
            Ok(reply) => reply,
            // The server replies, but refuses the request temporarily.
            Err(_) => Err(match self.refused_for_now.take() {
                Some(refusal) => Failure::refused(&refusal),
                None => Failure::lost(&DisconnectReason::Silent, &self.address),
            }),
        }
    }

    async fn request_until_answered(&mut self, request: &Request) -> Result<Reply, Failure> {
        loop {
            if !self.is_signed_in {
                self.sign_in(ConnectPolicy::RetryUntilConnected).await?;
            }
            if let Some(reply) = self.request_once(request).await? {
                return Ok(reply);
            }
        }
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// The connection was lost for a permanent reason.
    pub(super) async fn next(&mut self) -> Result<SessionEvent, Failure> {
        if self.missed != Missed::default() {
            return Ok(SessionEvent::Missed);
        }
        loop {
            if !self.is_signed_in {
                self.sign_in(ConnectPolicy::RetryUntilConnected).await?;
                return Ok(SessionEvent::Missed);
            }
            match self.next_incoming().await? {
                Incoming::Event(ServerEvent::EntryPosted(posted)) => return Ok(SessionEvent::Posted(Box::new(posted))),
                Incoming::Disconnected(_) => return Ok(SessionEvent::ConnectionLost),
                incoming => {
                    self.note_missed(&incoming);
                    if self.missed != Missed::default() {
                        return Ok(SessionEvent::Missed);
                    }
                }
            }
        }
    }

    /// Returns what was missed since the last call.
    pub(super) fn take_missed(&mut self) -> Missed {
        std::mem::take(&mut self.missed)
    }

    /// Records that a conversation has unprocessed entries.
    pub(super) fn mark_missed(&mut self, conversation: ConversationId) {
        self.missed.conversations.insert(conversation);
    }

    /// Waits for a connection and signs in on it.
    async fn sign_in(&mut self, policy: ConnectPolicy) -> Result<(), Failure> {
        let mut failures = Vec::new();
        loop {
            let lost = match self.next_incoming().await? {
                Incoming::Connected => {
                    self.lost = None;
                    if self.authenticate().await? {
                        return Ok(());
                    }
                    self.lost.take().filter(would_recur)
                }
                Incoming::Disconnected(why) => Some(why),
                Incoming::Event(ServerEvent::Refused(refusal)) => return Err(Failure::refused(&refusal)),
                Incoming::Reply(_) | Incoming::Event(_) => None,
            };
            // A failure at the start is reported once all addresses were tried; a command in progress should be completed.
            if policy == ConnectPolicy::Once
                && let Some(why) = lost
            {
                failures.push(Failure::lost(&why, &self.address));
                if failures.len() >= self.address_count {
                    return Err(most_important(failures));
                }
            }
        }
    }

    /// Sends the hello request and signs in. Returns false if the connection was lost meanwhile.
    async fn authenticate(&mut self) -> Result<bool, Failure> {
        let hello = Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: CLIENT_NAME.to_owned() });
        let Some(welcome) = self.request_once(&hello).await? else { return Ok(false) };
        let Reply::Welcome(welcome) = welcome else { return Err(Failure::unexpected_reply()) };
        if self.server.is_some_and(|server| server != welcome.server_id) {
            return Err(Failure::new(Exit::Failed, Phrase::new("notice-server-replaced")));
        }
        self.server = Some(welcome.server_id);
        let token = self.stored.token(welcome.server_id, &self.address.to_string()).await?;
        let signed_in = match self.request_once(&Request::SignInWithToken(SignInWithToken { token: token.0 })).await {
            Ok(None) => return Ok(false),
            Ok(Some(Reply::SignedIn(signed_in))) => signed_in,
            Ok(Some(_)) => return Err(Failure::unexpected_reply()),
            Err(failure) => {
                if matches!(failure, Failure::Reported { exit: Exit::NotSignedIn, .. }) {
                    self.stored.handle_rejection().await;
                }
                return Err(failure);
            }
        };
        self.stored.handle_acceptance(&signed_in.you.username).await?;
        self.you = Some(signed_in.you.username);
        self.is_signed_in = true;
        // Events during the time without a connection were missed.
        self.missed.everything = true;
        Ok(true)
    }

    /// Sends a request on the open connection, and repeats it after temporary refusals. Returns `None` if the connection is
    /// lost before the reply.
    async fn request_once(&mut self, request: &Request) -> Result<Option<Reply>, Failure> {
        self.refused_for_now = None;
        loop {
            self.last_id += 1;
            let frame = RequestFrame { id: self.last_id, request: request.clone() };
            self.connection.send(Command::Send(frame));
            let Some(reply) = self.wait_for_reply(self.last_id).await? else { return Ok(None) };
            match reply {
                Reply::Refused(refusal) => match retry_after(&refusal) {
                    Some(wait) if wait <= MAX_RETRY_WAIT => {
                        self.refused_for_now = Some(refusal);
                        sleep(wait).await;
                    }
                    _ => return Err(Failure::refused(&refusal)),
                },
                reply => return Ok(Some(reply)),
            }
        }
    }

    /// Waits for the reply to a request; `None` if the connection is lost before.
    async fn wait_for_reply(&mut self, id: RequestId) -> Result<Option<Reply>, Failure> {
        loop {
            match self.next_incoming().await? {
                Incoming::Reply(frame) if frame.id == id => return Ok(Some(frame.reply)),
                Incoming::Disconnected(_) => return Ok(None),
                Incoming::Event(ServerEvent::Refused(refusal)) => return Err(Failure::refused(&refusal)),
                incoming => self.note_missed(&incoming),
            }
        }
    }

    /// Records an event that arrives while it cannot be processed.
    fn note_missed(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Event(ServerEvent::EntryPosted(posted)) => self.mark_missed(posted.conversation),
            Incoming::Event(ServerEvent::Lagged) => self.missed.everything = true,
            Incoming::Event(_) | Incoming::Reply(_) | Incoming::Connected | Incoming::Disconnected(_) => {}
        }
    }

    async fn next_incoming(&mut self) -> Result<Incoming, Failure> {
        loop {
            match self.events.recv().await {
                Some(Event::Received(ServerFrame::Reply(frame))) => return Ok(Incoming::Reply(frame)),
                Some(Event::Received(ServerFrame::Event(event))) => return Ok(Incoming::Event(event)),
                Some(Event::Connected { .. }) => return Ok(Incoming::Connected),
                Some(Event::Disconnected { reason, retry_in }) => {
                    self.is_signed_in = false;
                    self.refused_for_now = None;
                    self.lost = Some(reason.clone());
                    // Only the user can decide about a certificate or an identity, and commands do not ask.
                    if retry_in >= UNTIL_USER_DECIDES {
                        return Err(Failure::lost(&reason, &self.address));
                    }
                    return Ok(Incoming::Disconnected(reason));
                }
                Some(Event::AddressChosen(address)) => self.address = ScriptAddress::Remote(address),
                // Other events report connection attempts.
                Some(_) => {}
                None => return Err(Failure::lost(&DisconnectReason::Closed, &self.address)),
            }
        }
    }
}

/// Whether another connection to the same server would probably be lost for the same reason.
fn would_recur(why: &DisconnectReason) -> bool {
    use DisconnectReason::{CommunityUnproven, NoReply, OtherCommunity};
    matches!(why, NoReply | OtherCommunity { .. } | CommunityUnproven { .. })
}

/// The failure to report of those of several addresses: one that the user can do something about, or else the last one.
fn most_important(mut failures: Vec<Failure>) -> Failure {
    let is_about_trust =
        |failure: &Failure| matches!(failure, Failure::Reported { exit: Exit::CertificateNotTrusted | Exit::Failed, .. });
    let at = failures.iter().position(is_about_trust).unwrap_or(failures.len().saturating_sub(1));
    failures.swap_remove(at)
}

/// Whether to repeat failed connection attempts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ConnectPolicy {
    Once,
    RetryUntilConnected,
}

/// The wait before repeating a refused request; `None` for a permanent refusal.
fn retry_after(refusal: &Refusal) -> Option<Duration> {
    match refusal {
        Refusal::TooFast { retry_after_ms }
        | Refusal::Busy { retry_after_ms }
        | Refusal::Failed { retry_after_ms: Some(retry_after_ms) } => Some(Duration::from_millis(*retry_after_ms)),
        Refusal::Failed { retry_after_ms: None } => Some(RETRY_AFTER_FAILURE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::protocol::{ListConversations, Refusal, Reply, ReplyFrame, Request, ServerFrame};
    use tokio::sync::mpsc;
    use tokio::time::{Instant, sleep};

    use super::super::failure::{Exit, Failure};
    use super::{
        Connection, EVENT_QUEUE, Event, KnownServers, REQUEST_TIMEOUT, RETRY_AFTER_FAILURE, ScriptSignIn, Session, Target,
    };
    use crate::sign_ins::{StoredSignIns, SystemKeyring};

    #[tokio::test(start_paused = true)]
    async fn requests_to_a_failing_server_are_repeated_until_the_timeout() {
        let target = Target::Local { data: None, port: 0 };
        let (sender, events) = mpsc::channel(EVENT_QUEUE);
        let folder = tempfile::tempdir().unwrap();
        let known = KnownServers::in_folder(folder.path());
        let connection = Connection::start(target.clone(), known, mpsc::channel(EVENT_QUEUE).0);
        let stored = StoredSignIns::at(&[], None, SystemKeyring, &folder.path().join("sign_ins"));
        let mut session = Session::new(&target, connection, events, ScriptSignIn::new(stored, None));
        session.is_signed_in = true;
        tokio::spawn(async move {
            for id in 1.. {
                let reply = ReplyFrame { id, reply: Reply::Refused(Refusal::FAILED) };
                if sender.send(Event::Received(ServerFrame::Reply(reply))).await.is_err() {
                    return;
                }
                sleep(RETRY_AFTER_FAILURE).await;
            }
        });
        let start = Instant::now();
        let result = session.request(&Request::ListConversations(ListConversations { after: None, limit: None })).await;
        assert!(matches!(result, Err(Failure::Reported { exit: Exit::Failed, .. })), "{result:?}");
        assert_eq!(start.elapsed(), REQUEST_TIMEOUT);
    }
}
