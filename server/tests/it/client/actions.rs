//! What users do with a client, one call each.

use papo_shared::model::{ClientId, ConversationId, ConversationSummary, Entry, Seq, Visibility};
use papo_shared::protocol::{
    AcceptInvitation, CreateGroup, CreateGroupInvite, Entries, Event, GetConversation, MessageStored, OpenDirect, Reply, Request,
    SignInWithToken, SignedIn,
};

use super::{Client, add, history, register, send, text};

impl Client {
    pub(crate) async fn register(&mut self, username: &str) -> SignedIn {
        let reply = self.ask(register(username)).await;
        self.signed_in(reply)
    }

    /// Returns once all further events will be received. A session is attached to the bus after the reply to its
    /// sign-in and before its next request; on a busy machine another client's request can come in between.
    pub(crate) async fn wait_until_attached(&mut self) {
        assert_eq!(self.ask(Request::Ping).await, Reply::Pong);
    }

    pub(crate) async fn sign_in_with(&mut self, token: &str) -> SignedIn {
        let reply = self.ask(Request::SignInWithToken(SignInWithToken { token: token.to_owned() })).await;
        self.signed_in(reply)
    }

    #[track_caller]
    pub(crate) fn signed_in(&mut self, reply: Reply) -> SignedIn {
        let Reply::SignedIn(signed_in) = reply else { panic!("expected a sign-in, got {reply:?}") };
        self.token.clone_from(&signed_in.token);
        self.username = signed_in.you.username.to_string();
        signed_in
    }

    /// Creates an unlimited group invite and returns its code.
    pub(crate) async fn invite_to(&mut self, conversation: ConversationId) -> String {
        let ask = CreateGroupInvite { conversation, uses: None, expires_in_s: None };
        match self.ask(Request::CreateGroupInvite(ask)).await {
            Reply::GroupInvite(invite) => invite.code,
            reply => panic!("expected an invite, got {reply:?}"),
        }
    }

    pub(crate) async fn summary(&mut self, request: Request) -> ConversationSummary {
        match self.ask(request).await {
            Reply::Conversation(summary) => summary,
            reply => panic!("expected a conversation, got {reply:?}"),
        }
    }

    pub(crate) async fn direct(&mut self, username: &str) -> ConversationId {
        self.summary(Request::OpenDirect(OpenDirect { username: username.to_owned() })).await.conversation
    }

    /// Creates a listed group of this user and these others, who accept.
    pub(crate) async fn group(&mut self, name: &str, others: &mut [&mut Self]) -> ConversationId {
        let create = CreateGroup { name: name.to_owned(), visibility: Some(Visibility::Listed) };
        let conversation = self.summary(Request::CreateGroup(create)).await.conversation;
        for other in others {
            self.add(conversation, other).await;
        }
        conversation
    }

    /// Adds a member, who accepts if they are only invited.
    pub(crate) async fn add(&mut self, conversation: ConversationId, member: &mut Self) {
        match self.ask(add(conversation, &member.username)).await {
            Reply::Done => {}
            Reply::Invited => {
                member.summary(Request::AcceptInvitation(AcceptInvitation { conversation })).await;
            }
            reply => panic!("expected a new member or an invitation, got {reply:?}"),
        }
    }

    pub(crate) async fn see(&mut self, conversation: ConversationId) -> ConversationSummary {
        self.summary(Request::GetConversation(GetConversation { conversation })).await
    }

    pub(crate) async fn say(&mut self, conversation: ConversationId, text: &str) -> MessageStored {
        self.stored(send(conversation, ClientId::new(), text)).await
    }

    pub(crate) async fn stored(&mut self, request: Request) -> MessageStored {
        match self.ask(request).await {
            Reply::MessageStored(stored) => stored,
            reply => panic!("expected an acknowledgement, got {reply:?}"),
        }
    }

    pub(crate) async fn page(&mut self, request: Request) -> Entries {
        match self.ask(request).await {
            Reply::Entries(entries) => entries,
            reply => panic!("expected entries, got {reply:?}"),
        }
    }

    /// The whole log visible to this account, page by page.
    pub(crate) async fn log(&mut self, conversation: ConversationId) -> Vec<Entry> {
        let mut log: Vec<Entry> = Vec::new();
        loop {
            let after = log.last().map_or(Seq(0), |entry| entry.seq);
            let page = self.page(history(conversation, Some(after), None)).await;
            log.extend(page.entries);
            if !page.more {
                return log;
            }
        }
    }

    /// The texts of all visible messages, in order.
    pub(crate) async fn texts(&mut self, conversation: ConversationId) -> Vec<String> {
        self.log(conversation).await.iter().filter_map(text).collect()
    }

    /// Waits until another account is deleted, and returns its new name.
    pub(crate) async fn deleted_account(&mut self) -> String {
        self.event(|event| match event {
            Event::AccountDeleted(deleted) => Some(deleted.now.to_string()),
            _ => None,
        })
        .await
    }

    /// Waits for an entry in this conversation.
    pub(crate) async fn entry(&mut self, conversation: ConversationId) -> Entry {
        self.event(|event| match event {
            Event::EntryPosted(posted) if posted.conversation == conversation => Some(posted.entry.clone()),
            _ => None,
        })
        .await
    }
}
