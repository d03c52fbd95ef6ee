//! Dispatches requests, one match arm each. Permissions are in `domain::rules`, and the implementations in
//! `requests`.

use papo_shared::protocol::{
    Goodbye, GoodbyeReason, Hello, Limits, PROTOCOL_VERSION, Refusal, Reply, Request, RequestFrame, RequestId, SendMessage,
    Typing, Welcome, limits,
};
use tokio::time::Instant;

use super::{IN_FLIGHT, Session, Stage};
use crate::bus::Subscription;
use crate::committer::Acknowledge;
use crate::domain::{USED_EVERY, rules, until_new_use};
use crate::requests::accounts::SignInResult;
use crate::requests::{
    Caller, RequestResult, accounts, blocks, changes, contacts, devices, group_invites, groups, members, messages, notify,
    presence, profile, reading, search,
};

impl Session {
    /// Handles one request from a line of `bytes` bytes and sends its reply, if there is one and it is not sent
    /// later.
    pub(super) async fn handle(&mut self, RequestFrame { id, request }: RequestFrame, bytes: usize) {
        let wants_reply = !matches!(request, Request::Pong);
        if let Err(refusal) = self.check(&request, bytes) {
            return self.refuse(wants_reply.then_some(id), refusal);
        }
        if !wants_reply {
            return;
        }
        if !matches!(request, Request::SendMessage(_)) {
            self.wait_for_sends().await;
        }
        let caller = self.caller().cloned();
        if let Some(caller) = &caller {
            self.record_device_use(caller).await;
        }
        match (request, caller) {
            (Request::Hello(hello), _) => {
                let done = self.welcome(&hello);
                self.reply_done(id, done);
            }
            (Request::Ping, _) => self.reply(id, Reply::Pong),
            (Request::SendMessage(ask), Some(caller)) => self.send(&caller, id, ask).await,
            (Request::SignOut, Some(caller)) => self.sign_out(&caller, id).await,
            (Request::RevokeDevice(ask), Some(caller)) if ask.device == caller.device => self.sign_out(&caller, id).await,
            (request, Some(caller)) => {
                let done = self.signed_in(&caller, request).await;
                self.reply_done(id, done);
            }
            (request, None) => {
                let entered = self.sign_in(request).await;
                self.complete_sign_in(id, entered).await;
            }
        }
    }

    async fn sign_in(&self, request: Request) -> RequestResult<SignInResult> {
        let services = &*self.context.services;
        match request {
            Request::Register(ask) => accounts::register(services, self.id, ask).await,
            Request::SignIn(ask) => accounts::sign_in(services, self.id, ask).await,
            Request::SignInWithToken(ask) => accounts::sign_in_with_token(services, self.id, ask).await,
            // Other requests before sign-in were refused by `check`.
            _ => Err(Refusal::SignInFirst.into()),
        }
    }

    async fn signed_in(&mut self, caller: &Caller, request: Request) -> RequestResult {
        let services = &*self.context.services.clone();
        match request {
            Request::ChangePassword(ask) => accounts::change_password(services, caller, ask).await,
            Request::ListDevices(ask) => devices::list_devices(services, caller, ask).await,
            Request::RevokeDevice(ask) => devices::revoke_device(services, caller, &ask).await,
            Request::SetProfile(ask) => profile::set_profile(services, caller, ask).await,
            Request::SetAway(ask) => profile::set_away(services, caller, &ask),
            Request::Block(ask) => blocks::block(services, caller, &ask).await,
            Request::Unblock(ask) => blocks::unblock(services, caller, &ask).await,
            Request::ListBlocked(ask) => blocks::list_blocked(services, caller, ask).await,
            Request::ListUsers(ask) => contacts::list_users(services, ask).await,
            Request::WatchDirectory(ask) => contacts::watch_directory(services, caller, &ask),
            Request::OpenDirect(ask) => groups::open_direct(services, caller, ask).await,
            Request::CreateGroup(ask) => groups::create_group(services, caller, ask).await,
            Request::AddMember(ask) => members::add_member(services, caller, ask).await,
            Request::RemoveMember(ask) => members::remove_member(services, caller, ask).await,
            Request::SetRole(ask) => members::set_role(services, caller, ask).await,
            Request::LeaveGroup(ask) => groups::leave_group(services, caller, ask).await,
            Request::RenameGroup(ask) => groups::rename_group(services, caller, ask).await,
            Request::SetTopic(ask) => groups::set_topic(services, caller, &ask).await,
            Request::SetNotify(ask) => notify::set_notify(services, caller, &ask).await,
            Request::CreateGroupInvite(ask) => group_invites::create_group_invite(services, caller, &ask).await,
            Request::ListGroupInvites(ask) => group_invites::list_group_invites(services, caller, &ask).await,
            Request::RevokeGroupInvite(ask) => group_invites::revoke_group_invite(services, caller, &ask).await,
            Request::JoinGroup(ask) => group_invites::join_group(services, caller, &ask).await,
            Request::ListConversations(ask) => groups::list_conversations(services, caller, ask).await,
            Request::GetConversation(ask) => groups::get_conversation(services, caller, ask).await,
            Request::ListGroups(ask) => groups::list_groups(services, caller, ask).await,
            Request::ListMembers(ask) => members::list_members(services, caller, ask).await,
            Request::History(ask) => messages::history(services, caller, ask).await,
            Request::SearchMessages(ask) => search::search_messages(services, caller, &ask).await,
            Request::EditMessage(ask) => changes::edit_message(services, caller, ask).await,
            Request::DeleteMessage(ask) => changes::delete_message(services, caller, ask).await,
            Request::AddReaction(ask) => changes::add_reaction(services, caller, ask).await,
            Request::RemoveReaction(ask) => changes::remove_reaction(services, caller, ask).await,
            Request::ListRevisions(ask) => changes::list_revisions(services, caller, ask).await,
            Request::ListReactions(ask) => changes::list_reactions(services, caller, ask).await,
            Request::MarkRead(ask) => reading::mark_read(services, caller, ask).await,
            Request::MarkUnread(ask) => reading::mark_unread(services, caller, ask).await,
            Request::ListInbox(ask) => reading::list_inbox(services, caller, ask).await,
            Request::Dismiss(ask) => reading::dismiss(services, caller, ask).await,
            Request::MarkDelivered(ask) => reading::mark_delivered(services, caller, ask).await,
            Request::ListReceipts(ask) => reading::list_receipts(services, caller, ask).await,
            Request::Typing(ask) => self.typing(caller, ask).await,
            // Handled or refused before this point.
            Request::Hello(_)
            | Request::Ping
            | Request::Pong
            | Request::Register(_)
            | Request::SignIn(_)
            | Request::SignInWithToken(_)
            | Request::SignOut
            | Request::SendMessage(_)
            | Request::Unknown => Err(Refusal::UnknownType.into()),
        }
    }

    fn welcome(&mut self, hello: &Hello) -> RequestResult {
        if hello.protocol != PROTOCOL_VERSION {
            return Err(Refusal::UnsupportedProtocol { supported: PROTOCOL_VERSION }.into());
        }
        if matches!(self.stage, Stage::Connected) {
            self.stage = Stage::Greeted;
            self.since = Instant::now();
        }
        let server = concat!("papo-server ", env!("CARGO_PKG_VERSION")).to_owned();
        Ok(Reply::Welcome(Welcome {
            protocol: PROTOCOL_VERSION,
            server,
            server_id: self.context.services.server_id,
            registration: self.context.services.registration,
            limits: Limits::default(),
        }))
    }

    /// Checks permission and rate limits. Requests refused by permission only count against the session's own rate.
    fn check(&self, request: &Request, bytes: usize) -> Result<(), Refusal> {
        self.rate.check(bytes)?;
        rules::may_ask(self.stage.progress(), request)?;
        let account = self.caller().map(|caller| caller.who.id);
        self.context.attempts.check(request, self.peer, account)?;
        account.map_or(Ok(()), |account| self.context.allowances.check(account, request))
    }

    /// Completes a sign-in.
    pub(super) async fn complete_sign_in(&mut self, id: RequestId, entered: RequestResult<SignInResult>) {
        let SignInResult { caller, last_used, reply } = match entered {
            Ok(entered) => entered,
            Err(not_done) => return self.reply(id, Reply::Refused(not_done.into_refusal())),
        };
        self.lines.set_max_bytes(limits::MAX_LINE_BYTES);
        self.context.attempts.succeeded(&caller.who.username, self.peer);
        self.listed.signed_in(caller.who.username.clone());
        self.span.record("account", caller.who.username.as_str());
        tracing::debug!("signed in");
        self.stage = Stage::SignedIn(caller.clone());
        self.reply(id, Reply::SignedIn(reply));
        let (session, account, device) = (self.id, caller.who.id, caller.device);
        // After the reply, so that no event precedes it, and before the next request, so that no event is missed.
        self.context.services.bus.attach(Subscription { session, account, device, queue: self.queue.clone() });
        self.context.services.presence.arrived(account, session, device);
        devices::tell_changed(&self.context.services, account, session);
        self.note_use_from = Instant::now() + until_new_use(last_used, self.context.services.clock.now());
        self.record_device_use(&caller).await;
        match accounts::eviction_reason(&self.context.services, &caller).await {
            Ok(None) => {}
            Ok(Some(reason)) => self.queue.close(Goodbye { reason, come_back_ms: None }),
            // The next request will detect it.
            Err(not_done) => drop(not_done.into_refusal()),
        }
    }

    /// Records the use of the device about once an hour. A failure is logged and does not affect the request.
    async fn record_device_use(&mut self, caller: &Caller) {
        if Instant::now() >= self.note_use_from {
            self.note_use_from = Instant::now() + USED_EVERY;
            let now = self.context.services.clock.now();
            if let Err(not_done) = devices::touch(&self.context.services, caller, now).await {
                drop(not_done.into_refusal());
            }
        }
    }

    async fn sign_out(&mut self, caller: &Caller, id: RequestId) {
        let done = accounts::sign_out(&self.context.services, caller).await;
        let is_done = done.is_ok();
        self.reply_done(id, done);
        if is_done {
            self.queue.close(Goodbye { reason: GoodbyeReason::SignedOut, come_back_ms: None });
        }
    }

    /// Submits a message without waiting for its acknowledgement. The number of messages in flight is bounded.
    async fn send(&self, caller: &Caller, request: RequestId, ask: SendMessage) {
        let Ok(in_flight) = self.in_flight.clone().acquire_owned().await else {
            return self.reply(request, Reply::Refused(Refusal::Failed));
        };
        let acknowledge = Acknowledge { request, queue: self.queue.clone(), in_flight };
        if let Err(not_done) = messages::send_message(&self.context.services, caller, ask, acknowledge).await {
            self.reply(request, Reply::Refused(not_done.into_refusal()));
        }
    }

    /// Waits for the replies to all messages in flight, since the requests of a connection are handled in order.
    pub(super) async fn wait_for_sends(&self) {
        let all = self.in_flight.acquire_many(IN_FLIGHT).await;
        drop(all);
    }

    /// Forwards a typing notice, unless one was sent within the last few seconds.
    async fn typing(&mut self, caller: &Caller, ask: Typing) -> RequestResult {
        if self.typing.is_due(ask.conversation) {
            presence::typing(&self.context.services, caller, &ask).await
        } else {
            Ok(Reply::Done)
        }
    }

    fn reply_done(&self, id: RequestId, done: RequestResult) {
        self.reply(id, done.unwrap_or_else(|not_done| Reply::Refused(not_done.into_refusal())));
    }
}

impl Session {
    /// The account signed in on this session.
    pub(super) fn caller(&self) -> Option<&Caller> {
        match &self.stage {
            Stage::SignedIn(caller) => Some(caller),
            Stage::Connected | Stage::Greeted => None,
        }
    }
}
