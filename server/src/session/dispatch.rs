//! Who may ask what, and which function answers. One arm a request, one line an arm: what a request means is in `requests`.

use papo_shared::protocol::{
    Goodbye, GoodbyeReason, Hello, Limits, PROTOCOL_VERSION, Refusal, Reply, Request, RequestFrame, RequestId, SendMessage,
    Typing, Welcome, limits,
};
use tokio::time::Instant;

use super::{IN_FLIGHT, Session, Stage};
use crate::bus::Seat;
use crate::committer::Acknowledge;
use crate::domain::is_new_use;
use crate::requests::accounts::Entered;
use crate::requests::{Caller, Done, accounts, contacts, devices, groups, messages, presence};

impl Session {
    /// Answers one request, unless its answer comes later or there is none.
    pub(super) async fn handle(&mut self, RequestFrame { id, request }: RequestFrame) {
        let wants_reply = !matches!(request, Request::Pong);
        if let Err(refusal) = self.rate.check() {
            return self.refuse(wants_reply.then_some(id), refusal);
        }
        if !wants_reply {
            return;
        }
        if !matches!(request, Request::SendMessage(_)) {
            self.finish_sends().await;
        }
        if let Stage::SignedIn(caller) = self.stage.clone() {
            self.note_use(&caller).await;
        }
        let done = match self.stage.clone() {
            Stage::Connected => self.before_hello(request),
            Stage::Greeted => return self.before_sign_in(id, request).await,
            Stage::SignedIn(caller) => match request {
                Request::SendMessage(ask) => match self.send(&caller, id, ask).await {
                    Ok(()) => return,
                    Err(not_done) => Err(not_done),
                },
                Request::SignOut => return self.sign_out(&caller, id).await,
                Request::RevokeDevice(ask) if ask.device == caller.device => return self.sign_out(&caller, id).await,
                request => self.signed_in(&caller, request).await,
            },
        };
        self.reply_done(id, done);
    }

    fn before_hello(&mut self, request: Request) -> Done {
        match request {
            Request::Hello(hello) => self.greet(&hello),
            _ => Err(Refusal::HelloFirst.into()),
        }
    }

    async fn before_sign_in(&mut self, id: RequestId, request: Request) {
        let services = self.host.services.clone();
        if let Err(refusal) = self.check_attempt(&request) {
            return self.reply(id, Reply::Refused(refusal));
        }
        match request {
            Request::Hello(hello) => {
                let done = self.greet(&hello);
                self.reply_done(id, done);
            }
            Request::Ping => self.reply(id, Reply::Pong),
            Request::Register(ask) => self.enter(id, accounts::register(&services, self.id, ask).await).await,
            Request::SignIn(ask) => self.enter(id, accounts::sign_in(&services, self.id, ask).await).await,
            Request::SignInWithToken(ask) => self.enter(id, accounts::sign_in_with_token(&services, self.id, ask).await).await,
            _ => self.reply(id, Reply::Refused(Refusal::SignInFirst)),
        }
    }

    async fn signed_in(&mut self, caller: &Caller, request: Request) -> Done {
        let services = &*self.host.services.clone();
        self.check_attempt(&request)?;
        match request {
            Request::Hello(hello) => self.greet(&hello),
            Request::Ping => Ok(Reply::Pong),
            Request::Register(_) | Request::SignIn(_) | Request::SignInWithToken(_) => Err(Refusal::AlreadySignedIn.into()),
            Request::ChangePassword(ask) => accounts::change_password(services, caller, ask).await,
            Request::ListDevices(ask) => devices::list_devices(services, caller, ask).await,
            Request::RevokeDevice(ask) => devices::revoke_device(services, caller, &ask).await,
            Request::ListUsers(ask) => contacts::list_users(services, ask).await,
            Request::WatchDirectory(ask) => contacts::watch_directory(services, caller, &ask),
            Request::OpenDirect(ask) => groups::open_direct(services, caller, ask).await,
            Request::CreateGroup(ask) => groups::create_group(services, caller, ask).await,
            Request::AddMember(ask) => groups::add_member(services, caller, ask).await,
            Request::LeaveGroup(ask) => groups::leave_group(services, caller, ask).await,
            Request::RenameGroup(ask) => groups::rename_group(services, caller, ask).await,
            Request::ListConversations(ask) => groups::list_conversations(services, caller, ask).await,
            Request::GetConversation(ask) => groups::get_conversation(services, caller, ask).await,
            Request::ListGroups(ask) => groups::list_groups(services, caller, ask).await,
            Request::ListMembers(ask) => groups::list_members(services, caller, ask).await,
            Request::History(ask) => messages::history(services, caller, ask).await,
            Request::MarkRead(ask) => messages::mark_read(services, caller, ask).await,
            Request::Typing(ask) => self.typing(caller, ask).await,
            // Answered before they come here.
            Request::SendMessage(_) | Request::SignOut | Request::Pong | Request::Unknown => Err(Refusal::UnknownType.into()),
        }
    }

    fn greet(&mut self, hello: &Hello) -> Done {
        if hello.protocol != PROTOCOL_VERSION {
            return Err(Refusal::UnsupportedProtocol { supported: PROTOCOL_VERSION }.into());
        }
        if matches!(self.stage, Stage::Connected) {
            self.stage = Stage::Greeted;
            self.since = Instant::now();
        }
        let server = concat!("papo-server ", env!("CARGO_PKG_VERSION")).to_owned();
        Ok(Reply::Welcome(Welcome { protocol: PROTOCOL_VERSION, server, limits: Limits::default() }))
    }

    /// Attempts that cost a password hash are counted before it.
    fn check_attempt(&self, request: &Request) -> Result<(), Refusal> {
        match request {
            Request::Register(_) if self.caller().is_none() => self.host.attempts.check_address(self.peer),
            Request::SignIn(ask) if self.caller().is_none() => {
                self.host.attempts.check_address(self.peer)?;
                self.host.attempts.check_username(&ask.username)
            }
            Request::ChangePassword(_) => match self.caller() {
                Some(caller) => self.host.attempts.check_username(caller.who.username.as_str()),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// From here on the session is somebody's.
    pub(super) async fn enter(&mut self, id: RequestId, entered: Done<Entered>) {
        let Entered { caller, last_used, reply } = match entered {
            Ok(entered) => entered,
            Err(not_done) => return self.reply(id, Reply::Refused(not_done.into_refusal())),
        };
        self.lines.set_max_bytes(limits::MAX_LINE_BYTES);
        self.stage = Stage::SignedIn(caller.clone());
        self.reply(id, Reply::SignedIn(reply));
        let (session, account, device) = (self.id, caller.who.id, caller.device);
        // After the reply, so that no event comes before it; before the next request, so that none is missed after it.
        self.host.services.bus.attach(Seat { session, account, device, queue: self.queue.clone() });
        self.host.services.presence.arrived(account, device);
        self.last_used = last_used;
        self.note_use(&caller).await;
        match accounts::still_signed_in(&self.host.services, &caller).await {
            Ok(true) => {}
            Ok(false) => self.queue.close(Goodbye { reason: GoodbyeReason::SignedOut, come_back_ms: None }),
            // The next request will find out.
            Err(not_done) => drop(not_done.into_refusal()),
        }
    }

    /// Writes down now and then that the device is used. A fault is in the log, and nobody's request fails for it.
    async fn note_use(&mut self, caller: &Caller) {
        let now = self.host.services.clock.now();
        if is_new_use(self.last_used, now) {
            self.last_used = now;
            if let Err(not_done) = devices::touch(&self.host.services, caller, now).await {
                drop(not_done.into_refusal());
            }
        }
    }

    async fn sign_out(&mut self, caller: &Caller, id: RequestId) {
        let done = accounts::sign_out(&self.host.services, caller).await;
        let is_done = done.is_ok();
        self.reply_done(id, done);
        if is_done {
            self.queue.close(Goodbye { reason: GoodbyeReason::SignedOut, come_back_ms: None });
        }
    }

    /// Hands a message in and goes on: its acknowledgement comes by itself. Only a bounded number is on its way.
    async fn send(&mut self, caller: &Caller, request: RequestId, ask: SendMessage) -> Done<()> {
        let Ok(in_flight) = self.in_flight.clone().acquire_owned().await else {
            return Err(Refusal::Failed.into());
        };
        let acknowledge = Acknowledge { request, queue: self.queue.clone(), in_flight };
        messages::send_message(&self.host.services, caller, ask, acknowledge).await
    }

    /// Waits until what was sent is answered: the requests of one connection are handled in their order.
    pub(super) async fn finish_sends(&self) {
        let all = self.in_flight.acquire_many(IN_FLIGHT).await;
        drop(all);
    }

    /// Passed on now and then; in between it is nothing new.
    async fn typing(&mut self, caller: &Caller, ask: Typing) -> Done {
        if self.typing.is_due(ask.conversation) {
            presence::typing(&self.host.services, caller, &ask).await
        } else {
            Ok(Reply::Done)
        }
    }

    fn reply_done(&self, id: RequestId, done: Done) {
        self.reply(id, done.unwrap_or_else(|not_done| Reply::Refused(not_done.into_refusal())));
    }
}

impl Session {
    /// Who is signed in here.
    pub(super) fn caller(&self) -> Option<&Caller> {
        match &self.stage {
            Stage::SignedIn(caller) => Some(caller),
            Stage::Connected | Stage::Greeted => None,
        }
    }
}
