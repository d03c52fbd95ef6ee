//! A hostile user with their own client, on a real server.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};

use papo_server::{Config, Server};
use papo_shared::model::{ClientId, ConversationId};
use papo_shared::protocol::{
    AcceptInvitation, AddMember, CreateGroup, Hello, OpenDirect, PROTOCOL_VERSION, Refusal, Register, Reply, Request,
    RequestFrame, SendMessage, ServerFrame, SetProfile, SetTopic, SignIn, Typing, encode_line,
};
use tempfile::TempDir;

use super::payloads::{all, mark, marked};
use super::{COLUMNS, END_KEY, ENTER, ESC, ROWS, TAB, check_all_that_was_written, see_all};
use crate::pty::PersonAtTerminal;

/// The maximum number of other devices of an account.
const DEVICES: usize = 63;

/// A client that sends raw requests.
struct Client {
    reader: BufReader<TcpStream>,
    last_id: u64,
}

impl Client {
    fn connect(address: SocketAddr) -> Self {
        let mut client = Self { reader: BufReader::new(TcpStream::connect(address).unwrap()), last_id: 0 };
        client.ask(Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: all().concat() }));
        client
    }

    fn ask(&mut self, request: Request) -> Reply {
        self.last_id += 1;
        let mut line = bytes::BytesMut::new();
        encode_line(&RequestFrame { id: self.last_id, request }, &mut line);
        self.reader.get_mut().write_all(&line).unwrap();
        loop {
            let mut line = String::new();
            assert!(self.reader.read_line(&mut line).unwrap() > 0, "the server hung up");
            if let ServerFrame::Reply(reply) = ServerFrame::decode(line.as_bytes()).unwrap() {
                return reply.reply;
            }
        }
    }

    fn register(&mut self, username: &str, display_name: Option<String>) -> Reply {
        let (username, password) = (username.to_owned(), "sete girafas dançam tango".to_owned());
        self.ask(Request::Register(Register { username, password, display_name, device: None, invite: None }))
    }

    fn sign_in_as_ana(&mut self, device: Option<String>) {
        let (username, password) = ("ana".to_owned(), "um cavalo come ana".to_owned());
        let reply = self.ask(Request::SignIn(SignIn { username, password, device, code: None }));
        assert!(matches!(reply, Reply::SignedIn(_)), "{reply:?}");
    }

    fn conversation(&mut self, request: Request) -> ConversationId {
        match self.ask(request) {
            Reply::Conversation(summary) => summary.conversation,
            reply => panic!("no conversation but {reply:?}"),
        }
    }
}

#[test]
fn text_of_a_hostile_user_cannot_control_the_terminal() {
    let data = TempDir::new().unwrap();
    let mut config = Config::new(([127, 0, 0, 1], 0).into(), data.path().to_owned());
    config.password_cost = 4;
    // All requests come from one address, so the limits are raised.
    config.limits.sign_ins_per_minute_by_address = 10_000;
    config.limits.sign_ins_per_minute_by_username = 10_000;
    config.limits.registrations_per_hour_by_address = 10_000;
    config.limits.groups_per_hour_by_account = 10_000;
    config.limits.settings_per_minute_by_account = 10_000;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(config)).unwrap();
    let address = server.local_addr();

    let home = TempDir::new().unwrap();
    let place = address.to_string();
    let mut ana = PersonAtTerminal::start_sized(home.path(), &["--server", &place, "--plaintext"], COLUMNS, ROWS);
    ana.register("ana");
    let count = all().len();

    // Names: a username with a payload is refused or cleaned, and a display name is cleaned.
    for name in marked('u') {
        let reply = Client::connect(address).register(&name, None);
        assert!(matches!(reply, Reply::Refused(Refusal::UsernameInvalid { .. })), "{name:?}: {reply:?}");
    }
    for (at, name) in marked('d').into_iter().enumerate() {
        let reply = Client::connect(address).register(&format!("person{at}"), Some(name));
        assert!(matches!(reply, Reply::SignedIn(_)), "{reply:?}");
    }
    let mut eva = Client::connect(address);
    eva.register("eva", None);
    let mut phone = Client::connect(address);
    phone.sign_in_as_ana(None);

    // Messages, names and topics of groups, a status text, and typing notices.
    let chat = eva.conversation(Request::OpenDirect(OpenDirect { username: "ana".to_owned() }));
    for text in marked('m') {
        let reply =
            eva.ask(Request::SendMessage(SendMessage { conversation: chat, client_id: ClientId::new(), text, reply_to: None }));
        assert!(matches!(reply, Reply::MessageStored(_)), "{reply:?}");
    }
    for (name, topic) in marked('g').into_iter().zip(marked('c')) {
        let conversation = eva.conversation(Request::CreateGroup(CreateGroup { name, visibility: None }));
        // Once ana has accepted the first invitation, they share a group.
        if eva.ask(Request::AddMember(AddMember { conversation, username: "ana".to_owned() })) == Reply::Invited {
            assert_eq!(phone.conversation(Request::AcceptInvitation(AcceptInvitation { conversation })), conversation);
        }
        let reply = eva.ask(Request::SetTopic(SetTopic { conversation, topic }));
        assert!(matches!(reply, Reply::Done), "{reply:?}");
    }
    // The account keeps as many devices as there are payloads for them below.
    assert_eq!(phone.ask(Request::SignOut), Reply::Done);
    for status in marked('s') {
        let reply = eva.ask(Request::SetProfile(SetProfile { display_name: None, status: Some(status) }));
        assert!(matches!(reply, Reply::Done), "{reply:?}");
    }
    ana.press("2");
    ana.see("type part of a name");
    ana.enter("eva");
    // The view starts at the first unread message.
    see_all(&ana, 'm', 0..count / 2);
    ana.press(END_KEY);
    see_all(&ana, 'm', count / 2..count);
    see_all(&ana, 'd', 0..count);
    eva.ask(Request::Typing(Typing { conversation: chat }));
    ana.see("eva is typing…");
    let last = format!("· {}", mark('s', count - 1));
    ana.see_that("what she is up to", |screen| screen.lines().nth(1).is_some_and(|line| line.contains(&last)));
    ana.press(TAB);
    see_all(&ana, 'g', 0..count);
    ana.press(ENTER);
    ana.see_that("what the group is about", |screen| screen.lines().nth(1).is_some_and(|line| line.contains("· c0")));

    // Device names, set by someone who knows the password.
    let devices: Vec<String> = marked('v').into_iter().take(DEVICES).collect();
    for device in &devices {
        Client::connect(address).sign_in_as_ana(Some(device.clone()));
    }
    ana.press(ESC);
    ana.see("Create a group");
    ana.press("d");
    see_all(&ana, 'v', 0..DEVICES);
    check_all_that_was_written(ana);
    runtime.block_on(server.stop());
}
