//! Dispatches papo's requests, one match arm each, and admits them: by the stage of the connection and the limits of accounts.
//!
//! What a request does and which limit counts it is described at its implementation in `requests`.

use papo_shared::protocol::{
    DeleteAccount, EditMessage, Goodbye, GoodbyeReason, Hello, Limits, PROTOCOL_VERSION, Refusal, Reply, Request, RequestFrame,
    RequestId, RevokeDevice, SendMessage, Typing, Welcome, limits,
};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::pace::Pace;
use super::stage::Stage;
use super::{IN_FLIGHT, Session};
use crate::bus::Subscription;
use crate::committer::Acknowledge;
use crate::domain::{LAST_USE_PRECISION, TokenHash, until_new_use};
use crate::requests::{
    AccountLimit, AccountRequest, Caller, RequestError, RequestResult, SignInRequest, SignInResult, accounts, devices,
    invitations, messages,
};

impl Session {
    /// Handles one request and sends its reply, if there is one and it is not sent later.
    pub(super) async fn handle(&mut self, RequestFrame { id, request }: RequestFrame) {
        match request {
            Request::Hello(request) => self.hello(id, &request).await,
            Request::Ping => self.ping(id).await,
            Request::Pong => {}

            Request::Register(request) => self.sign_in(id, request).await,
            Request::SignIn(request) => self.sign_in(id, request).await,
            Request::SignInWithToken(request) => self.sign_in(id, request).await,
            Request::SignOut => self.sign_out(id, None).await,
            Request::RevokeDevice(request) if self.is_own_device(&request) => self.sign_out(id, RevokeDevice::LIMIT).await,

            Request::DeleteAccount(request) => self.delete_account(id, request).await,

            Request::SendMessage(request) => self.send(id, request).await,
            Request::Typing(request) => self.typing(id, request).await,

            Request::AcceptInvitation(request) => self.answer(id, request).await,
            Request::AddMember(request) => self.answer(id, request).await,
            Request::AddReaction(request) => self.answer(id, request).await,
            Request::Block(request) => self.answer(id, request).await,
            Request::ChangePassword(request) => self.answer(id, request).await,
            Request::ConfirmTotp(request) => self.answer(id, request).await,
            Request::CreateGroup(request) => self.answer(id, request).await,
            Request::CreateGroupInvite(request) => self.answer(id, request).await,
            Request::DeclineInvitation(request) => self.answer(id, request).await,
            Request::DeleteMessage(request) => self.answer(id, request).await,
            Request::DisableTotp(request) => self.answer(id, request).await,
            Request::Dismiss(request) => self.answer(id, request).await,
            Request::EditMessage(request) => self.edit(id, request).await,
            Request::EnableTotp(request) => self.answer(id, request).await,
            Request::GetAccount(request) => self.answer(id, request).await,
            Request::GetConversation(request) => self.answer(id, request).await,
            Request::History(request) => self.answer(id, request).await,
            Request::JoinGroup(request) => self.answer(id, request).await,
            Request::JoinPublicGroup(request) => self.answer(id, request).await,
            Request::LeaveGroup(request) => self.answer(id, request).await,
            Request::ListBlocked(request) => self.answer(id, request).await,
            Request::ListConversations(request) => self.answer(id, request).await,
            Request::ListDevices(request) => self.answer(id, request).await,
            Request::ListGroupInvites(request) => self.answer(id, request).await,
            Request::ListGroups(request) => self.answer(id, request).await,
            Request::ListInbox(request) => self.answer(id, request).await,
            Request::ListInvitations => self.answer(id, invitations::ListInvitations).await,
            Request::ListMembers(request) => self.answer(id, request).await,
            Request::ListReactions(request) => self.answer(id, request).await,
            Request::ListReceipts(request) => self.answer(id, request).await,
            Request::ListRevisions(request) => self.answer(id, request).await,
            Request::ListUsers(request) => self.answer(id, request).await,
            Request::MarkDelivered(request) => self.answer(id, request).await,
            Request::MarkRead(request) => self.answer(id, request).await,
            Request::MarkUnread(request) => self.answer(id, request).await,
            Request::OpenDirect(request) => self.answer(id, request).await,
            Request::RemoveMember(request) => self.answer(id, request).await,
            Request::RemoveReaction(request) => self.answer(id, request).await,
            Request::RenameGroup(request) => self.answer(id, request).await,
            Request::ReplaceRecoveryCodes(request) => self.answer(id, request).await,
            Request::ReportMessage(request) => self.answer(id, request).await,
            Request::RevokeDevice(request) => self.answer(id, request).await,
            Request::RevokeGroupInvite(request) => self.answer(id, request).await,
            Request::SearchMessages(request) => self.answer(id, request).await,
            Request::SetAway(request) => self.answer(id, request).await,
            Request::SetNotify(request) => self.answer(id, request).await,
            Request::SetProfile(request) => self.answer(id, request).await,
            Request::SetRetention(request) => self.answer(id, request).await,
            Request::SetRole(request) => self.answer(id, request).await,
            Request::SetTopic(request) => self.answer(id, request).await,
            Request::SetVisibility(request) => self.answer(id, request).await,
            Request::Unblock(request) => self.answer(id, request).await,
            Request::WatchDirectory(request) => self.answer(id, request).await,

            // Refused earlier, when the line is decoded.
            Request::Unknown => self.reply_refused(id, Refusal::UnknownType),
        }
    }

    /// Handles a request of the signed-in account, and sends its reply.
    async fn answer(&mut self, id: RequestId, request: impl AccountRequest) {
        let result = match self.admit_in_order(request.limit()).await {
            Ok(caller) => request.handle(&self.context.services, &caller).await,
            Err(refusal) => Err(refusal.into()),
        };
        self.reply_result(id, result);
    }

    /// Admits a request of the signed-in account: checks that one is signed in, and counts the request.
    ///
    /// # Errors
    /// `HelloFirst`, `SignInFirst`, `TooFast`. The first two are not counted by limits of accounts.
    fn admit(&self, limit: Option<AccountLimit>) -> Result<Caller, Refusal> {
        let caller = self.stage.caller()?;
        limit.map_or(Ok(()), |limit| self.context.allowances.check(caller.who.id, limit))?;
        Ok(caller.clone())
    }

    /// Like [`Self::admit`], for a request that is handled after all messages sent before it.
    async fn admit_in_order(&mut self, limit: Option<AccountLimit>) -> Result<Caller, Refusal> {
        let caller = self.admit(limit)?;
        self.finish_earlier_requests().await;
        Ok(caller)
    }

    /// Waits for the messages sent before a request, and records the use of the device.
    async fn finish_earlier_requests(&mut self) {
        self.wait_for_sends().await;
        self.record_device_use().await;
    }

    async fn hello(&mut self, id: RequestId, hello: &Hello) {
        self.finish_earlier_requests().await;
        if hello.protocol != PROTOCOL_VERSION {
            return self.reply_refused(id, Refusal::UnsupportedProtocol { supported: PROTOCOL_VERSION });
        }
        if matches!(self.stage, Stage::Connected) {
            self.stage = Stage::Greeted;
            self.since = Instant::now();
        }
        let services = &self.context.services;
        self.reply(
            id,
            Reply::Welcome(Welcome {
                protocol: PROTOCOL_VERSION,
                server: concat!("papo-server ", env!("CARGO_PKG_VERSION")).to_owned(),
                server_id: services.server_id,
                registration: services.registration,
                retention_days: services.retention_days,
                limits: Limits::default(),
            }),
        );
    }

    async fn ping(&mut self, id: RequestId) {
        if let Err(refusal) = self.stage.require_hello() {
            return self.reply_refused(id, refusal);
        }
        self.finish_earlier_requests().await;
        self.reply(id, Reply::Pong);
    }

    async fn sign_in(&mut self, id: RequestId, request: impl SignInRequest) {
        let admitted = self.stage.require_signed_out().and_then(|()| self.context.attempts.check(request.attempt(), self.peer));
        let precedence = match admitted {
            Ok(precedence) => precedence,
            Err(refusal) => return self.reply_refused(id, refusal),
        };
        let result = request.handle(&self.context.services, self.id, precedence).await;
        self.complete_sign_in(id, result).await;
    }

    /// Replies to a sign-in request. After a successful one, the session receives the events of the account.
    pub(super) async fn complete_sign_in(&mut self, id: RequestId, result: RequestResult<SignInResult>) {
        let SignInResult { caller, last_used, reply } = match result {
            Ok(signed_in) => signed_in,
            Err(error) => {
                let refusal = error.into_refusal();
                if refusal == Refusal::TokenUnknown {
                    self.context.attempts.failed_by_token(self.peer);
                }
                return self.reply_refused(id, refusal);
            }
        };
        self.lines.set_max_bytes(limits::MAX_LINE_BYTES);
        self.pace = Pace::signed_in(&self.context.config.limits);
        self.context.attempts.succeeded(&caller.who.username, TokenHash::of(&reply.token), self.peer);
        self.listed.signed_in(caller.who.username.clone());
        self.span.record("account", caller.who.username.as_str());
        tracing::debug!("signed in");
        self.stage = Stage::SignedIn(caller.clone());
        self.share = Some(self.context.shares.of(caller.who.id));
        self.reply(id, Reply::SignedIn(reply));
        let (session, account, device) = (self.id, caller.who.id, caller.device);
        // After the reply, so that no event precedes it, and before the next request, so that no event is missed.
        self.context.services.bus.attach(Subscription { session, account, device, queue: self.queue.clone() });
        self.context.services.presence.arrived(account, session, device);
        devices::announce_change(&self.context.services, account, session);
        self.note_use_from = Instant::now() + until_new_use(last_used, self.context.services.clock.now());
        self.record_device_use().await;
        match accounts::eviction_reason(&self.context.services, &caller).await {
            Ok(None) => {}
            Ok(Some(reason)) => self.queue.close(Goodbye { reason, come_back_ms: None }),
            // The next request will detect it.
            Err(error) => drop(error.into_refusal()),
        }
    }

    /// Records the use of the signed-in device about once an hour. A failure is logged and does not affect the request.
    async fn record_device_use(&mut self) {
        let Ok(caller) = self.stage.caller() else { return };
        if Instant::now() >= self.note_use_from {
            self.note_use_from = Instant::now() + LAST_USE_PRECISION;
            let services = &self.context.services;
            if let Err(error) = devices::record_use(services, caller, services.clock.now()).await {
                drop(error.into_refusal());
            }
        }
    }

    /// Whether the request revokes the device of this session, which signs it out.
    fn is_own_device(&self, request: &RevokeDevice) -> bool {
        self.stage.caller().is_ok_and(|caller| caller.device == request.device)
    }

    /// Signs out this session's device, and closes the session after the reply.
    async fn sign_out(&mut self, id: RequestId, limit: Option<AccountLimit>) {
        let caller = match self.admit_in_order(limit).await {
            Ok(caller) => caller,
            Err(refusal) => return self.reply_refused(id, refusal),
        };
        let result = accounts::sign_out(&self.context.services, &caller).await;
        self.reply_last(id, result, GoodbyeReason::SignedOut);
    }

    /// Deletes the account, and closes the session after the reply.
    async fn delete_account(&mut self, id: RequestId, request: DeleteAccount) {
        let result = match self.admit_in_order(request.limit()).await {
            Ok(caller) => request.handle(&self.context.services, &caller).await,
            Err(refusal) => Err(refusal.into()),
        };
        self.reply_last(id, result, GoodbyeReason::AccountDeleted);
    }

    /// Submits a message without waiting for its acknowledgement. The number of messages in flight is bounded.
    async fn send(&mut self, id: RequestId, request: SendMessage) {
        let caller = match self.admit(Some(messages::SEND_LIMIT)) {
            Ok(caller) => caller,
            Err(refusal) => return self.reply_refused(id, refusal),
        };
        self.record_device_use().await;
        let Ok(in_flight) = self.in_flight.clone().acquire_owned().await else {
            return self.reply_refused(id, Refusal::FAILED);
        };
        let share = self.take_share(request.text.len()).await;
        let acknowledge = Acknowledge { request: id, queue: self.queue.clone(), in_flight, share };
        if let Err(error) = messages::send_message(&self.context.services, &caller, request, acknowledge).await {
            self.reply_refused(id, error.into_refusal());
        }
    }

    /// Changes a message, which costs as much as a new one.
    async fn edit(&mut self, id: RequestId, request: EditMessage) {
        let share = self.take_share(request.text.len()).await;
        self.answer(id, request).await;
        drop(share);
    }

    /// Waits until the account may queue a text of this many bytes. `None` if no account is signed in.
    async fn take_share(&self, text_bytes: usize) -> Option<OwnedSemaphorePermit> {
        self.share.clone()?.take(text_bytes).await
    }

    /// Waits for the replies to all messages in flight, since the requests of a connection are handled in order.
    pub(super) async fn wait_for_sends(&self) {
        let all = self.in_flight.acquire_many(IN_FLIGHT).await;
        drop(all);
    }

    async fn typing(&mut self, id: RequestId, request: Typing) {
        let result = match self.admit_in_order(Typing::LIMIT).await {
            Ok(caller) => self.forward_typing(&caller, request).await,
            Err(refusal) => Err(refusal.into()),
        };
        self.reply_result(id, result);
    }

    /// Forwards a typing notice, unless one was sent within the last few seconds.
    async fn forward_typing(&mut self, caller: &Caller, request: Typing) -> RequestResult {
        let conversation = request.conversation;
        if let Some(answer) = self.typing.answer_early(conversation) {
            return answer.map(|()| Reply::Done).map_err(RequestError::Refused);
        }
        let result = request.handle(&self.context.services, caller).await;
        match &result {
            Ok(_) => self.typing.record(conversation, Ok(())),
            Err(RequestError::Refused(refusal)) => self.typing.record(conversation, Err(refusal.clone())),
            Err(RequestError::Fault(_)) => {}
        }
        result
    }

    fn reply_result(&self, id: RequestId, result: RequestResult) {
        self.reply(id, result.unwrap_or_else(|error| Reply::Refused(error.into_refusal())));
    }

    /// Replies, and closes the session unless the request failed.
    fn reply_last(&self, id: RequestId, result: RequestResult, reason: GoodbyeReason) {
        let is_done = result.is_ok();
        self.reply_result(id, result);
        if is_done {
            self.queue.close(Goodbye { reason, come_back_ms: None });
        }
    }

    fn reply_refused(&self, id: RequestId, refusal: Refusal) {
        self.reply(id, Reply::Refused(refusal));
    }
}
