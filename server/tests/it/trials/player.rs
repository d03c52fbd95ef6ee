//! A simulated user who performs random actions without waiting for each reply.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use papo_shared::model::{ClientId, ConversationId, Emoji, EntryKind, Invitation, Seq, Username};
use papo_shared::protocol::{
    AcceptInvitation, AddReaction, DeleteMessage, EditMessage, EntryPosted, Event, LeaveGroup, ListConversations, MarkRead,
    OpenDirect, Refusal, RemoveMember, RenameGroup, Reply, Request, RequestId, ServerFrame, SignIn, SignInWithToken,
};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::history::{Observed, Witness};
use crate::client::{Client, PASSWORD, add, register, send};

/// Maximum number of requests in flight.
const IN_FLIGHT: usize = 8;

/// A long text needs more than one page of the file.
const LONG_TEXT_BYTES: usize = 4_500;

pub(crate) struct Player {
    pub(crate) name: String,
    address: SocketAddr,
    token: String,
    connection: Option<Client>,
    asked: VecDeque<(RequestId, PendingRequest)>,
    /// Messages without an acknowledgement when the connection was lost, and failed ones.
    unanswered: Vec<Message>,
    conversations: BTreeMap<ConversationId, KnownConversation>,
    /// Users to add to the player's own group.
    others: Vec<String>,
    /// Invitations to groups of others, which the player accepts at the next step.
    invitations: Vec<Invitation>,
    witness: Arc<Witness>,
    chance: StdRng,
    made: usize,
}

/// A conversation of the player.
#[derive(Default)]
struct KnownConversation {
    newest: Seq,
    /// The player's own messages that are not deleted.
    own_messages: Vec<Seq>,
    /// For the player's own group, which they never leave: users waiting to be added.
    former_members: Option<Vec<String>>,
}

#[derive(Clone)]
struct Message {
    conversation: ConversationId,
    client_id: ClientId,
    text: String,
    sent_again: bool,
}

enum PendingRequest {
    Message(Message),
    Membership(ConversationId, EntryKind),
    Joining(Invitation),
    Change(ConversationId, EntryKind),
    Cursor,
    Rename,
}

impl Player {
    /// Registers a new account.
    pub(crate) async fn register(name: &str, address: SocketAddr, witness: &Arc<Witness>, seed: u64) -> io::Result<Self> {
        let mut connection = Client::reach(address).await?;
        let token = signed_in(connection.try_ask(register(name)).await?)?;
        witness.saw(name, Observed::SignedIn { token: token.clone() });
        Ok(Self {
            name: name.to_owned(),
            address,
            token,
            connection: Some(connection),
            asked: VecDeque::new(),
            unanswered: Vec::new(),
            conversations: BTreeMap::new(),
            others: Vec::new(),
            invitations: Vec::new(),
            witness: witness.clone(),
            chance: StdRng::seed_from_u64(seed),
            made: 0,
        })
    }

    /// Records a conversation with another player.
    pub(crate) fn join(&mut self, conversation: ConversationId) {
        self.conversations.entry(conversation).or_default();
    }

    /// Records a group the player created, and the users to add to it.
    pub(crate) fn keep(&mut self, group: ConversationId, others: Vec<String>) {
        self.others.clone_from(&others);
        self.conversations.entry(group).or_default().former_members = Some(others);
    }

    /// Sends a request while nothing is in flight, and waits for the reply.
    pub(crate) async fn ask(&mut self, request: Request) -> io::Result<Reply> {
        let connection = self.connection.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        connection.try_ask(request).await
    }

    /// Performs this many actions and waits for their replies; ends early if the connection is lost.
    pub(crate) async fn play(&mut self, steps: usize, with_sign_ins: bool) {
        let played = async {
            for _ in 0..steps {
                self.step(with_sign_ins).await?;
            }
            self.hear_everything().await
        };
        if played.await.is_err() {
            self.lose_connection();
        }
    }

    /// Reconnects, and sends unacknowledged messages again.
    pub(crate) async fn come_back(&mut self, address: SocketAddr) -> io::Result<()> {
        self.lose_connection();
        self.address = address;
        let mut connection = Client::reach(address).await?;
        signed_in(connection.try_ask(Request::SignInWithToken(SignInWithToken { token: self.token.clone() })).await?)?;
        // Memberships that changed just before the connection was lost are unknown.
        let Reply::Conversations(page) = connection.try_ask(Request::ListConversations(ListConversations::default())).await?
        else {
            return Err(io::Error::other("no conversations"));
        };
        // So are invitations.
        if let Reply::Invitations(pending) = connection.try_ask(Request::ListInvitations).await? {
            self.invitations = pending.invitations;
        }
        self.connection = Some(connection);
        self.conversations.retain(|id, _| page.conversations.iter().any(|summary| summary.conversation == *id));
        for summary in page.conversations {
            let known = self.conversations.entry(summary.conversation).or_default();
            known.newest = summary.last_seq;
            if let Some(former_members) = &mut known.former_members {
                former_members.clone_from(&self.others);
            }
        }
        self.send_again().await
    }

    /// Sends failed and unacknowledged messages again, and waits for the replies.
    pub(crate) async fn send_again(&mut self) -> io::Result<()> {
        for message in std::mem::take(&mut self.unanswered) {
            self.send(Message { sent_again: true, ..message }).await?;
        }
        self.hear_everything().await
    }

    /// Number of messages sent but not acknowledged.
    pub(crate) fn unacknowledged(&self) -> usize {
        self.unanswered.len()
    }

    fn lose_connection(&mut self) {
        self.connection = None;
        let unanswered = self.asked.drain(..).filter_map(|(_, asked)| match asked {
            PendingRequest::Message(message) => Some(message),
            _ => None,
        });
        self.unanswered.extend(unanswered);
    }

    async fn step(&mut self, with_sign_ins: bool) -> io::Result<()> {
        while let Some(invitation) = self.invitations.pop() {
            let accept = AcceptInvitation { conversation: invitation.conversation };
            self.begin(Request::AcceptInvitation(accept), PendingRequest::Joining(invitation)).await?;
        }
        let kinds = if with_sign_ins { 24 } else { 22 };
        match self.chance.random_range(0..kinds) {
            0..13 => self.say_something().await,
            13..15 => self.read_something().await,
            15 => self.leave_somewhere().await,
            16 => self.add_former_member().await,
            17 => self.rename_something().await,
            18 => self.remove_member().await,
            19..22 => self.change_something().await,
            22 => self.bring_a_guest().await,
            _ => self.sign_in_elsewhere().await,
        }
    }

    fn pick_conversation(&mut self, fits: impl Fn(&KnownConversation) -> bool) -> Option<ConversationId> {
        let fitting: Vec<_> = self.conversations.iter().filter(|(_, known)| fits(known)).map(|(id, _)| *id).collect();
        (!fitting.is_empty()).then(|| fitting[self.chance.random_range(0..fitting.len())])
    }

    async fn say_something(&mut self) -> io::Result<()> {
        let Some(conversation) = self.pick_conversation(|_| true) else { return Ok(()) };
        self.made += 1;
        let mut text = format!("{} {}", self.name, self.made);
        if self.chance.random_bool(0.02) {
            text.push_str(&"x".repeat(LONG_TEXT_BYTES));
        }
        self.send(Message { conversation, client_id: ClientId::new(), text, sent_again: false }).await
    }

    async fn send(&mut self, message: Message) -> io::Result<()> {
        let Message { conversation, client_id, text, .. } = message.clone();
        let request = send(conversation, client_id, &text);
        self.witness.saw(&self.name, Observed::Sent { conversation, client_id, text });
        self.begin(request, PendingRequest::Message(message)).await
    }

    async fn read_something(&mut self) -> io::Result<()> {
        let Some(conversation) = self.pick_conversation(|known| known.newest > Seq(0)) else { return Ok(()) };
        let newest = self.conversations[&conversation].newest.0;
        let seq = Seq(self.chance.random_range(newest / 2..=newest));
        self.begin(Request::MarkRead(MarkRead { conversation, seq }), PendingRequest::Cursor).await
    }

    async fn leave_somewhere(&mut self) -> io::Result<()> {
        // Leaving a direct conversation is refused, so no event follows.
        let Some(conversation) = self.pick_conversation(|known| known.former_members.is_none()) else { return Ok(()) };
        let asked = PendingRequest::Membership(conversation, EntryKind::MemberLeft { new_owner: None });
        self.begin(Request::LeaveGroup(LeaveGroup { conversation }), asked).await
    }

    async fn add_former_member(&mut self) -> io::Result<()> {
        let has_former_member =
            |known: &KnownConversation| known.former_members.as_ref().is_some_and(|former_members| !former_members.is_empty());
        let Some(conversation) = self.pick_conversation(has_former_member) else { return Ok(()) };
        let former_members = self.conversations.get_mut(&conversation).and_then(|known| known.former_members.as_mut());
        let Some(username) = former_members.and_then(Vec::pop) else { return Ok(()) };
        let kind = EntryKind::MemberAdded { member: Username::parse(&username).unwrap() };
        self.begin(add(conversation, &username), PendingRequest::Membership(conversation, kind)).await
    }

    async fn remove_member(&mut self) -> io::Result<()> {
        let Some(conversation) = self.pick_conversation(|known| known.former_members.is_some()) else { return Ok(()) };
        let former_members = self.conversations[&conversation].former_members.clone().unwrap_or_default();
        let there: Vec<_> = self.others.iter().filter(|other| !former_members.contains(other)).cloned().collect();
        let Some(username) = there.get(self.chance.random_range(0..there.len().max(1))) else { return Ok(()) };
        let kind = EntryKind::MemberRemoved { member: Username::parse(username).unwrap() };
        let remove = RemoveMember { conversation, username: username.clone() };
        self.begin(Request::RemoveMember(remove), PendingRequest::Membership(conversation, kind)).await
    }

    /// Edits or deletes one of the player's messages, or reacts to it.
    async fn change_something(&mut self) -> io::Result<()> {
        let Some(conversation) = self.pick_conversation(|known| !known.own_messages.is_empty()) else { return Ok(()) };
        let own_messages = self.conversations.get_mut(&conversation).map(|known| &mut known.own_messages).unwrap();
        let index = self.chance.random_range(0..own_messages.len());
        let seq = own_messages[index];
        self.made += 1;
        let (request, kind) = match self.chance.random_range(0..4) {
            0 => {
                own_messages.swap_remove(index);
                (Request::DeleteMessage(DeleteMessage { conversation, seq }), EntryKind::MessageDeleted { target: seq })
            }
            1 => {
                let face = ('😀'..='🙏').nth(self.made % 80).unwrap();
                let emoji = Emoji::parse(&face.to_string()).unwrap();
                let request = AddReaction { conversation, seq, emoji: emoji.to_string() };
                (Request::AddReaction(request), EntryKind::ReactionAdded { target: seq, emoji })
            }
            _ => {
                let text = format!("{} {} again", self.name, self.made);
                (Request::EditMessage(EditMessage { conversation, seq, text }), EntryKind::MessageEdited { target: seq })
            }
        };
        let text = match &request {
            Request::EditMessage(edit) => Some(edit.text.clone()),
            _ => None,
        };
        if !matches!(kind, EntryKind::ReactionAdded { .. }) {
            self.witness.saw(&self.name, Observed::Changing { conversation, target: seq, text });
        }
        self.begin(request, PendingRequest::Change(conversation, kind)).await
    }

    async fn rename_something(&mut self) -> io::Result<()> {
        let Some(conversation) = self.pick_conversation(|known| known.former_members.is_some()) else { return Ok(()) };
        self.made += 1;
        let name = format!("{} {}", self.name, self.made);
        self.begin(Request::RenameGroup(RenameGroup { conversation, name }), PendingRequest::Rename).await
    }

    /// Registers a new user, who may be added to a group later without being asked.
    async fn bring_a_guest(&mut self) -> io::Result<()> {
        let Some(group) = self.pick_conversation(|known| known.former_members.is_some()) else { return Ok(()) };
        self.made += 1;
        let name = format!("{}.{}", self.name, self.made);
        let mut guest = Client::reach(self.address).await?;
        let Reply::SignedIn(you) = guest.try_ask(register(&name)).await? else { return Ok(()) };
        self.witness.saw(&name, Observed::SignedIn { token: you.token });
        guest.try_ask(Request::OpenDirect(OpenDirect { username: self.name.clone() })).await?;
        self.is_gone(group, name);
        Ok(())
    }

    /// Signs in on another device, and sometimes out again.
    async fn sign_in_elsewhere(&mut self) -> io::Result<()> {
        let mut device = Client::reach(self.address).await?;
        let (username, password) = (self.name.clone(), PASSWORD.to_owned());
        let Reply::SignedIn(you) =
            device.try_ask(Request::SignIn(SignIn { username, password, device: None, code: None })).await?
        else {
            return Ok(());
        };
        let token = you.token;
        self.witness.saw(&self.name, Observed::SignedIn { token: token.clone() });
        if self.chance.random_bool(0.5) {
            self.witness.saw(&self.name, Observed::SigningOut { token: token.clone() });
            if device.try_ask(Request::SignOut).await? == Reply::Done {
                self.witness.saw(&self.name, Observed::SignedOut { token });
            }
        }
        Ok(())
    }

    async fn begin(&mut self, request: Request, asked: PendingRequest) -> io::Result<()> {
        while self.asked.len() >= IN_FLIGHT {
            self.hear().await?;
        }
        let connection = self.connection.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        // Counts as sent even if the connection breaks, since it may have arrived.
        let sent = connection.try_request(request).await;
        self.asked.push_back((sent.as_ref().copied().unwrap_or_default(), asked));
        sent.map(drop)
    }

    async fn hear_everything(&mut self) -> io::Result<()> {
        while !self.asked.is_empty() {
            self.hear().await?;
        }
        Ok(())
    }

    async fn hear(&mut self) -> io::Result<()> {
        let connection = self.connection.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        match connection.frame().await.ok_or(io::ErrorKind::UnexpectedEof)? {
            ServerFrame::Event(Event::EntryPosted(posted)) => self.note_entry(posted),
            ServerFrame::Event(Event::InvitationReceived(invitation)) => self.invitations.push(invitation),
            ServerFrame::Event(_) => {}
            ServerFrame::Reply(frame) => {
                let (id, asked) = self.asked.pop_front().expect("a reply must answer a request");
                assert_eq!(frame.id, id, "replies must arrive in order");
                self.answered(asked, frame.reply);
            }
        }
        Ok(())
    }

    fn note_entry(&mut self, EntryPosted { conversation, entry }: EntryPosted) {
        let me = entry.author.as_str() == self.name;
        match &entry.kind {
            EntryKind::MemberLeft { .. } if me => drop(self.conversations.remove(&conversation)),
            EntryKind::MemberLeft { .. } => self.is_gone(conversation, entry.author.to_string()),
            EntryKind::MemberRemoved { member } if member.as_str() == self.name => drop(self.conversations.remove(&conversation)),
            EntryKind::MemberRemoved { member } => self.is_gone(conversation, member.to_string()),
            _ => self.conversations.entry(conversation).or_default().newest = entry.seq,
        }
        self.witness.saw(&self.name, Observed::Received { conversation, entry });
    }

    /// Remembers to add a user to the player's own group again.
    fn is_gone(&mut self, group: ConversationId, username: String) {
        if let Some(former_members) = self.conversations.get_mut(&group).and_then(|known| known.former_members.as_mut()) {
            former_members.push(username);
        }
    }

    fn answered(&mut self, asked: PendingRequest, reply: Reply) {
        let what = match (asked, reply) {
            (PendingRequest::Message(message), Reply::MessageStored(stored)) => {
                if let Some(known) = self.conversations.get_mut(&stored.conversation) {
                    known.own_messages.push(stored.seq);
                }
                Observed::Stored {
                    conversation: stored.conversation,
                    client_id: stored.client_id,
                    seq: stored.seq,
                    sent_again: message.sent_again,
                }
            }
            (PendingRequest::Message(message), Reply::Refused(Refusal::Failed { .. })) => {
                self.unanswered.push(message);
                return;
            }
            (
                PendingRequest::Membership(group, EntryKind::MemberAdded { member }),
                Reply::Refused(Refusal::Failed { .. } | Refusal::OutcomeUnknown),
            ) => {
                self.is_gone(group, member.to_string());
                return;
            }
            (PendingRequest::Joining(invitation), Reply::Refused(Refusal::Failed { .. } | Refusal::OutcomeUnknown)) => {
                self.invitations.push(invitation);
                return;
            }
            (PendingRequest::Joining(Invitation { conversation, invited_by, .. }), Reply::Conversation(_)) => {
                // The entry is by the inviter.
                let kind = EntryKind::MemberAdded { member: Username::parse(&self.name).unwrap() };
                return self.witness.saw(invited_by.as_str(), Observed::MembershipDone { conversation, kind });
            }
            (PendingRequest::Membership(conversation, kind), Reply::Done) => Observed::MembershipDone { conversation, kind },
            (PendingRequest::Change(conversation, kind), Reply::Done) => Observed::ChangeDone { conversation, kind },
            (PendingRequest::Cursor, Reply::ReadCursor(cursor)) => {
                Observed::CursorMoved { conversation: cursor.conversation, read_seq: cursor.read_seq }
            }
            // The user had left in the meantime, or was already a member.
            _ => return,
        };
        self.witness.saw(&self.name, what);
    }
}

fn signed_in(reply: Reply) -> io::Result<String> {
    match reply {
        Reply::SignedIn(you) => Ok(you.token),
        other => Err(io::Error::other(format!("not signed in but {other:?}"))),
    }
}
