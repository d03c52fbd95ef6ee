//! A signed-in session for one command: it asks, and waits for the answer.
//!
//! The connection comes back by itself, and everything that is asked here can be asked twice without being done twice: so what
//! was asked when the line was lost is asked again.

use std::collections::BTreeSet;
use std::time::Duration;

use papo_shared::model::{ConversationId, ServerId, Username};
use papo_shared::protocol::{
    EntryPosted, Event as ServerEvent, Hello, PROTOCOL_VERSION, Refusal, Reply, ReplyFrame, Request, RequestFrame, RequestId,
    ServerFrame, SignInWithToken,
};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout_at};

use super::failure::{Exit, Failure};
use super::sign_in::ScriptSignIn;
use crate::connection::{Command, Connection, Target};
use crate::event::{Event, Lost};
use crate::sign_ins::{StoredSignIns, SystemKeyring};
use crate::state::phrase::Phrase;

/// What a command calls itself in its hello.
const CLIENT_NAME: &str = concat!("papo ", env!("CARGO_PKG_VERSION"), " (command)");
/// Most events that wait for a command. While it is full the network is read more slowly, and nothing is lost.
const EVENT_QUEUE: usize = 64;
/// How long an answer is waited for, lost connections included.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait before asking again what the server failed to do.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Where the server asks for a longer wait, the refusal is told instead.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// A signed-in session for one command.
pub(super) struct Session {
    target: Target,
    connection: Connection,
    events: mpsc::Receiver<Event>,
    stored: ScriptSignIn,
    /// Which server it is.
    server: Option<ServerId>,
    you: Option<Username>,
    last_id: RequestId,
    /// Why the last connection was lost.
    lost: Option<Lost>,
    /// What the server said last to what is being asked, where that holds for a while only.
    refused_for_now: Option<Refusal>,
    /// How long an answer is waited for; without an end where there is none.
    patience: Option<Duration>,
    /// Whether there is a line, and whose session it is was said on it.
    is_signed_in: bool,
    missed: Missed,
}

/// Conversations of which something was told while nobody looked: it is in their logs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Missed {
    /// Whatever there is may have changed.
    pub(super) everything: bool,
    /// These have further entries.
    pub(super) conversations: BTreeSet<ConversationId>,
}

/// Something that was told unasked.
#[derive(Debug)]
pub(super) enum Told {
    /// A conversation has a new entry.
    Posted(Box<EntryPosted>),
    /// Something was missed: [`Session::take_missed`] says what.
    Missed,
    /// The connection is lost. [`Session::ask`] waits for the next one.
    LineLost,
}

/// What came over the line.
enum Heard {
    Reply(ReplyFrame),
    Event(ServerEvent),
    /// A connection is open, and nothing was said on it.
    Connected,
    Lost(Lost),
}

impl Session {
    /// Connects and signs in with what is stored, as this user if one is named.
    ///
    /// # Errors
    /// No server answers, it is not to be believed, no sign-in to it is stored, or it does not know the token.
    pub(super) async fn open(
        target: Target,
        stored: StoredSignIns<SystemKeyring>,
        user: Option<Username>,
    ) -> Result<Self, Failure> {
        let (sender, events) = mpsc::channel(EVENT_QUEUE);
        let mut session = Self {
            connection: Connection::start(target.clone(), sender),
            target,
            events,
            stored: ScriptSignIn::new(stored, user),
            server: None,
            you: None,
            last_id: 0,
            lost: None,
            refused_for_now: None,
            patience: Some(PATIENCE),
            is_signed_in: false,
            missed: Missed::default(),
        };
        let deadline = Instant::now() + PATIENCE;
        let signed_in = timeout_at(deadline, session.sign_in(Tries::Once)).await;
        signed_in.unwrap_or_else(|_| Err(Failure::lost(&Lost::Silent, &session.target)))?;
        Ok(session)
    }

    /// Whose session this is.
    pub(super) fn you(&self) -> Result<Username, Failure> {
        self.you.clone().ok_or_else(Failure::made_no_sense)
    }

    /// From now on waits for the server as long as it takes.
    pub(super) fn wait_for_ever(&mut self) {
        self.patience = None;
    }

    /// Asks, and asks again as long as it makes sense, also on the next connection.
    ///
    /// # Errors
    /// The server refused it for good, or did not answer in time.
    pub(super) async fn ask(&mut self, request: &Request) -> Result<Reply, Failure> {
        let Some(patience) = self.patience else { return self.ask_until_answered(request).await };
        let deadline = Instant::now() + patience;
        match timeout_at(deadline, self.ask_until_answered(request)).await {
            Ok(answer) => answer,
            // It answers, and cannot do it.
            Err(_) => Err(match self.refused_for_now.take() {
                Some(refusal) => Failure::refused(&refusal),
                None => Failure::lost(&Lost::Silent, &self.target),
            }),
        }
    }

    async fn ask_until_answered(&mut self, request: &Request) -> Result<Reply, Failure> {
        loop {
            if !self.is_signed_in {
                self.sign_in(Tries::UntilItWorks).await?;
            }
            if let Some(reply) = self.ask_here(request).await? {
                return Ok(reply);
            }
        }
    }

    /// Waits for something to be told unasked.
    ///
    /// # Errors
    /// The connection is lost for a reason that does not go away by itself.
    pub(super) async fn next(&mut self) -> Result<Told, Failure> {
        if self.missed != Missed::default() {
            return Ok(Told::Missed);
        }
        loop {
            if !self.is_signed_in {
                self.sign_in(Tries::UntilItWorks).await?;
                return Ok(Told::Missed);
            }
            match self.hear().await? {
                Heard::Event(ServerEvent::EntryPosted(posted)) => return Ok(Told::Posted(Box::new(posted))),
                Heard::Lost(_) => return Ok(Told::LineLost),
                heard => {
                    self.miss(&heard);
                    if self.missed != Missed::default() {
                        return Ok(Told::Missed);
                    }
                }
            }
        }
    }

    /// What was missed since this was last asked.
    pub(super) fn take_missed(&mut self) -> Missed {
        std::mem::take(&mut self.missed)
    }

    /// This conversation has entries that were not looked at.
    pub(super) fn missed(&mut self, conversation: ConversationId) {
        self.missed.conversations.insert(conversation);
    }

    /// Waits for a connection, and signs in on it.
    async fn sign_in(&mut self, tries: Tries) -> Result<(), Failure> {
        loop {
            match self.hear().await? {
                Heard::Connected => {
                    self.lost = None;
                    if self.greet().await? {
                        return Ok(());
                    }
                    // Another connection would be left as long without a word.
                    if tries == Tries::Once && self.lost == Some(Lost::NoReply) {
                        return Err(Failure::lost(&Lost::NoReply, &self.target));
                    }
                }
                // Who just started the command wants to know; who is in the middle of something wants it finished.
                Heard::Lost(why) if tries == Tries::Once => return Err(Failure::lost(&why, &self.target)),
                Heard::Event(ServerEvent::Refused(refusal)) => return Err(Failure::refused(&refusal)),
                Heard::Lost(_) | Heard::Reply(_) | Heard::Event(_) => {}
            }
        }
    }

    /// Says hello and signs in. Returns whether the line held.
    async fn greet(&mut self) -> Result<bool, Failure> {
        let hello = Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: CLIENT_NAME.to_owned() });
        let Some(welcome) = self.ask_here(&hello).await? else { return Ok(false) };
        let Reply::Welcome(welcome) = welcome else { return Err(Failure::made_no_sense()) };
        if self.server.is_some_and(|server| server != welcome.server_id) {
            return Err(Failure::told(Exit::Failed, Phrase::new("notice-server-replaced")));
        }
        self.server = Some(welcome.server_id);
        let token = self.stored.token(welcome.server_id, &self.target).await?;
        let signed_in = match self.ask_here(&Request::SignInWithToken(SignInWithToken { token: token.0 })).await {
            Ok(None) => return Ok(false),
            Ok(Some(Reply::SignedIn(signed_in))) => signed_in,
            Ok(Some(_)) => return Err(Failure::made_no_sense()),
            Err(failure) => {
                if matches!(failure, Failure::Told { exit: Exit::NotSignedIn, .. }) {
                    self.stored.refused().await;
                }
                return Err(failure);
            }
        };
        self.stored.accepted(&signed_in.you.username).await?;
        self.you = Some(signed_in.you.username);
        self.is_signed_in = true;
        // Whatever happened while the line was away was told to nobody.
        self.missed.everything = true;
        Ok(true)
    }

    /// Asks on the connection that is open, and asks again where the server could not do it just now. No answer, where the
    /// line is lost before it comes.
    async fn ask_here(&mut self, request: &Request) -> Result<Option<Reply>, Failure> {
        self.refused_for_now = None;
        loop {
            self.last_id += 1;
            let frame = RequestFrame { id: self.last_id, request: request.clone() };
            self.connection.command(Command::Send(frame));
            let Some(reply) = self.answer(self.last_id).await? else { return Ok(None) };
            match reply {
                Reply::Refused(refusal) => match retry_after(&refusal) {
                    Some(wait) if wait <= LONGEST_WAIT => {
                        self.refused_for_now = Some(refusal);
                        sleep(wait).await;
                    }
                    _ => return Err(Failure::refused(&refusal)),
                },
                reply => return Ok(Some(reply)),
            }
        }
    }

    /// Waits for the answer to this; none, where the line is lost before.
    async fn answer(&mut self, id: RequestId) -> Result<Option<Reply>, Failure> {
        loop {
            match self.hear().await? {
                Heard::Reply(frame) if frame.id == id => return Ok(Some(frame.reply)),
                Heard::Lost(_) => return Ok(None),
                Heard::Event(ServerEvent::Refused(refusal)) => return Err(Failure::refused(&refusal)),
                heard => self.miss(&heard),
            }
        }
    }

    /// What is told while nobody looks is looked up later.
    fn miss(&mut self, heard: &Heard) {
        match heard {
            Heard::Event(ServerEvent::EntryPosted(posted)) => self.missed(posted.conversation),
            Heard::Event(ServerEvent::Lagged) => self.missed.everything = true,
            Heard::Event(_) | Heard::Reply(_) | Heard::Connected | Heard::Lost(_) => {}
        }
    }

    async fn hear(&mut self) -> Result<Heard, Failure> {
        loop {
            match self.events.recv().await {
                Some(Event::Received(ServerFrame::Reply(frame))) => return Ok(Heard::Reply(frame)),
                Some(Event::Received(ServerFrame::Event(event))) => return Ok(Heard::Event(event)),
                Some(Event::Connected { .. }) => return Ok(Heard::Connected),
                Some(Event::Disconnected { why, .. }) => {
                    self.is_signed_in = false;
                    self.refused_for_now = None;
                    self.lost = Some(why.clone());
                    return match why {
                        // Only a person can tell what to believe, and none is asked here.
                        Lost::CertificateUnknown { .. } | Lost::CertificateChanged { .. } => {
                            Err(Failure::lost(&why, &self.target))
                        }
                        why => Ok(Heard::Lost(why)),
                    };
                }
                // The connection's other events are about trying.
                Some(_) => {}
                None => return Err(Failure::lost(&Lost::Closed, &self.target)),
            }
        }
    }
}

/// How often to try to connect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tries {
    Once,
    UntilItWorks,
}

/// When to ask again what was refused for now only.
fn retry_after(refusal: &Refusal) -> Option<Duration> {
    match refusal {
        Refusal::TooFast { retry_after_ms } | Refusal::Busy { retry_after_ms } => Some(Duration::from_millis(*retry_after_ms)),
        Refusal::Failed => Some(AFTER_FAILURE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::protocol::{ListConversations, Refusal, Reply, ReplyFrame, Request, ServerFrame};
    use tokio::sync::mpsc;
    use tokio::time::{Instant, sleep};

    use super::super::failure::{Exit, Failure};
    use super::{AFTER_FAILURE, Connection, EVENT_QUEUE, Event, Missed, PATIENCE, ScriptSignIn, Session, Target};
    use crate::sign_ins::{StoredSignIns, SystemKeyring};

    #[tokio::test(start_paused = true)]
    async fn a_server_that_fails_all_the_time_is_asked_for_as_long_as_patience_lasts_and_then_told_to_have_failed() {
        let target = Target::Local { data: None, port: 0 };
        let (sender, events) = mpsc::channel(EVENT_QUEUE);
        let mut session = Session {
            connection: Connection::start(target.clone(), mpsc::channel(EVENT_QUEUE).0),
            target,
            events,
            stored: ScriptSignIn::new(StoredSignIns::at("unused", None, SystemKeyring, std::path::Path::new("unused")), None),
            server: None,
            you: None,
            last_id: 0,
            lost: None,
            refused_for_now: None,
            patience: Some(PATIENCE),
            is_signed_in: true,
            missed: Missed::default(),
        };
        tokio::spawn(async move {
            for id in 1.. {
                let reply = ReplyFrame { id, reply: Reply::Refused(Refusal::Failed) };
                if sender.send(Event::Received(ServerFrame::Reply(reply))).await.is_err() {
                    return;
                }
                sleep(AFTER_FAILURE).await;
            }
        });
        let start = Instant::now();
        let asked = session.ask(&Request::ListConversations(ListConversations { after: None, limit: None })).await;
        assert!(matches!(asked, Err(Failure::Told { exit: Exit::Failed, .. })), "{asked:?}");
        assert_eq!(start.elapsed(), PATIENCE);
    }
}
