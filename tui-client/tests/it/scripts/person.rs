//! A user without papo, who sends lines over a socket.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use bytes::BytesMut;
use papo_shared::model::{ClientId, ConversationId, ConversationSummary, Entry, EntryKind, Seq, ServerId};
use papo_shared::protocol::{
    AcceptInvitation, AddMember, CreateGroup, GetConversation, Hello, History, OpenDirect, PROTOCOL_VERSION, Register, Reply,
    Request, RequestFrame, SendMessage, ServerFrame, SignInWithToken, encode_line,
};

use crate::pty::password;

/// A user without papo, connected to the server.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) token: String,
    /// The id of the server that replied last.
    pub(crate) server: Option<ServerId>,
    port: u16,
    lines: BufReader<TcpStream>,
    last_id: u64,
}

impl Person {
    pub(super) fn register(port: u16, name: &str) -> Self {
        let mut person =
            Self { name: name.to_owned(), token: String::new(), server: None, port, lines: connect(port), last_id: 0 };
        person.greet();
        let (username, password) = (name.to_owned(), password(name));
        let register = Register { username, password, display_name: None, device: None, invite: None };
        let Reply::SignedIn(signed_in) = person.ask(Request::Register(register)) else { panic!("{name} cannot register") };
        person.token = signed_in.token;
        person
    }

    /// Reconnects after a restart of the server.
    pub(crate) fn come_back(&mut self) {
        self.lines = connect(self.port);
        self.greet();
        let token = SignInWithToken { token: self.token.clone() };
        let Reply::SignedIn(_) = self.ask(Request::SignInWithToken(token)) else { panic!("the token is known") };
    }

    /// The id of the direct conversation with this user.
    pub(crate) fn open(&mut self, name: &str) -> ConversationId {
        self.summary(Request::OpenDirect(OpenDirect { username: name.to_owned() })).conversation
    }

    /// Creates a group of this user and these others, who accept.
    pub(crate) fn create_group(&mut self, name: &str, members: &mut [&mut Self]) -> ConversationId {
        let create = CreateGroup { name: name.to_owned(), visibility: None };
        let conversation = self.summary(Request::CreateGroup(create)).conversation;
        for member in members {
            let add = AddMember { conversation, username: member.name.clone() };
            if self.ask(Request::AddMember(add)) == Reply::Invited {
                member.summary(Request::AcceptInvitation(AcceptInvitation { conversation }));
            }
        }
        conversation
    }

    pub(crate) fn conversation(&mut self, conversation: ConversationId) -> ConversationSummary {
        self.summary(Request::GetConversation(GetConversation { conversation }))
    }

    pub(crate) fn say(&mut self, conversation: ConversationId, text: &str) -> Seq {
        let message = SendMessage { conversation, client_id: ClientId::new(), text: text.to_owned(), reply_to: None };
        match self.ask(Request::SendMessage(message)) {
            Reply::MessageStored(stored) => stored.seq,
            other => panic!("{text} is not stored: {other:?}"),
        }
    }

    /// The texts of all messages of a conversation.
    pub(crate) fn texts(&mut self, conversation: ConversationId) -> Vec<String> {
        let text = |entry: Entry| match entry.kind {
            EntryKind::Message(message) => Some(String::from(message.text)),
            _ => None,
        };
        let history = History { conversation, after: Some(Seq(0)), before: None, limit: Some(200) };
        match self.ask(Request::History(history)) {
            Reply::Entries(page) => page.entries.into_iter().filter_map(text).collect(),
            other => panic!("no history: {other:?}"),
        }
    }

    #[track_caller]
    fn summary(&mut self, request: Request) -> ConversationSummary {
        match self.ask(request) {
            Reply::Conversation(summary) => summary,
            other => panic!("no conversation: {other:?}"),
        }
    }

    fn greet(&mut self) {
        let hello = Hello { protocol: PROTOCOL_VERSION, client: "a test".to_owned() };
        let Reply::Welcome(welcome) = self.ask(Request::Hello(hello)) else { panic!("no welcome") };
        self.server = Some(welcome.server_id);
    }

    /// Sends a request, and waits for the reply.
    pub(crate) fn ask(&mut self, request: Request) -> Reply {
        self.last_id += 1;
        let mut line = BytesMut::new();
        encode_line(&RequestFrame { id: self.last_id, request }, &mut line);
        self.lines.get_mut().write_all(&line).unwrap();
        loop {
            let mut line = Vec::new();
            assert!(self.lines.read_until(b'\n', &mut line).unwrap() > 0, "the server replies");
            match ServerFrame::decode(&line).unwrap() {
                ServerFrame::Reply(frame) if frame.id == self.last_id => return frame.reply,
                _ => {}
            }
        }
    }
}

fn connect(port: u16) -> BufReader<TcpStream> {
    BufReader::new(TcpStream::connect(("127.0.0.1", port)).unwrap())
}
