//! Random histories of one client at an address where two servers take turns, each with its own people and messages under the
//! same numbers. At the end, no token, message or draft was sent to the wrong server, and nothing is lost.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use papo::effect::Effect;
use papo::event::{DisconnectReason, Event, Privacy};
use papo::sign_ins::{Keyring, KeyringError, StoredSignIns};
use papo::state::account::local_data_sync::SAVE_DELAY_MS;
use papo_server::store::Store;
use papo_server::store::memory::MemoryStore;
use papo_server::{Config, Limits, Server};
use papo_shared::model::{ConversationId, EntryKind, Seq, ServerId};
use papo_shared::protocol::{History, OpenDirect, Reply, ReplyFrame, Request, RequestFrame, ServerFrame};
use proptest::prelude::*;
use tempfile::TempDir;

use super::wire::{PASSWORD, Wire};
use crate::driver::Driver;

/// The user of the client has the same name and password on both servers.
const PERSON: &str = "ana";
/// The peer on each server, in the conversation with the same number.
const PEERS: [&str; 2] = ["bia", "caio"];
const CONVERSATION: ConversationId = ConversationId(1);
/// The time after which the client has done everything that it delays, in milliseconds of its own clock.
const A_WHILE: i64 = 3_000;

#[derive(Clone, Debug)]
enum Step {
    /// The connection is lost, and this server accepts the next one.
    Connect(usize),
    /// The connection is lost.
    Cut,
    /// Everything in transit is delivered.
    Carry,
    /// Signs in if the form is shown.
    SignIn { stay: bool },
    /// Types a text in the open conversation, and sends it or leaves it as a draft.
    Write { send: bool },
    /// Ends the client once its draft is stored, and starts a new one.
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..PEERS.len()).prop_map(Step::Connect),
        2 => Just(Step::Cut),
        3 => Just(Step::Carry),
        5 => any::<bool>().prop_map(|stay| Step::SignIn { stay }),
        8 => any::<bool>().prop_map(|send| Step::Write { send }),
        2 => Just(Step::Restart),
    ]
}

/// A machine without a keyring.
struct NoKeyringHere;

impl Keyring for NoKeyringHere {
    fn get(&self, _: &str) -> Result<Option<String>, KeyringError> {
        Err(KeyringError("none".to_owned()))
    }

    fn set(&self, _: &str, _: &str) -> Result<(), KeyringError> {
        Err(KeyringError("none".to_owned()))
    }

    fn remove(&self, _: &str) -> Result<(), KeyringError> {
        Err(KeyringError("none".to_owned()))
    }
}

/// One of the servers, and the expected data of its account.
struct Site {
    server: Server,
    id: ServerId,
    peer: Wire,
    /// The tokens that it issued.
    tokens: Vec<String>,
    /// The texts that were sent to it.
    sent: Vec<String>,
    /// The draft that was typed there and not sent.
    draft: String,
}

impl Site {
    async fn start(dir: &Path, peer: &str) -> Self {
        let store = Arc::new(MemoryStore::default());
        let id = store.server_id();
        let limits =
            Limits { registrations_per_hour_by_address: 1_000, sign_ins_per_minute_by_address: 1_000, ..Limits::default() };
        let config = Config {
            password_cost: 4,
            limits,
            closing_grace: Duration::from_millis(50),
            ..Config::new("127.0.0.1:0".parse().unwrap(), dir.to_owned())
        };
        let server = Server::start_on(config, store).await.unwrap();
        drop(Wire::register(&server, PERSON).await);
        let mut peer = Wire::register(&server, peer).await;
        let opened = peer.reply(Request::OpenDirect(OpenDirect { username: PERSON.to_owned() })).await;
        assert!(matches!(opened, Reply::Conversation(summary) if summary.conversation == CONVERSATION));
        Self { server, id, peer, tokens: Vec::new(), sent: Vec::new(), draft: String::new() }
    }

    /// The texts of the stored messages.
    async fn texts(&mut self) -> Vec<String> {
        let history = History { conversation: CONVERSATION, after: Some(Seq(0)), before: None, limit: Some(200) };
        let Reply::Entries(page) = self.peer.reply(Request::History(history)).await else { panic!("no history") };
        let texts = page.entries.into_iter().filter_map(|entry| match entry.kind {
            EntryKind::Message(message) => Some(String::from(message.text)),
            _ => None,
        });
        texts.collect()
    }
}

struct Address {
    sites: Vec<Site>,
    client: Driver,
    stored: StoredSignIns<NoKeyringHere>,
    wire: Option<(usize, Wire)>,
    typed: u32,
}

impl Address {
    async fn begin(dir: &Path) -> Self {
        let mut sites = Vec::new();
        for peer in PEERS {
            let data = dir.join(peer);
            std::fs::create_dir(&data).unwrap();
            sites.push(Site::start(&data, peer).await);
        }
        let stored = StoredSignIns::at(&["here:12345".to_owned()], None, NoKeyringHere, &dir.join("sign_ins"));
        Self { sites, client: Driver::start(80, 24), stored, wire: None, typed: 0 }
    }

    async fn end(self) {
        drop(self.wire);
        for Site { server, peer, .. } in self.sites {
            drop(peer);
            server.stop().await;
        }
    }

    async fn take(&mut self, step: &Step) -> Result<(), String> {
        match *step {
            Step::Connect(site) => {
                self.connect(site).await;
                self.settle().await
            }
            Step::Cut => {
                self.cut();
                Ok(())
            }
            Step::Carry => self.settle().await,
            Step::SignIn { stay } => self.sign_in(stay).await,
            Step::Write { send } => self.write(send),
            Step::Restart => {
                self.restart();
                Ok(())
            }
        }
    }

    fn cut(&mut self) {
        if self.wire.take().is_some() {
            self.client.happen(Event::Disconnected {
                reason: DisconnectReason::Closed,
                retry_in: Duration::from_millis(A_WHILE as u64),
            });
        }
    }

    async fn connect(&mut self, site: usize) {
        self.cut();
        // Requests that were queued for the lost connection are discarded.
        self.client.all_sent();
        self.wire = Some((site, Wire::open(&self.sites[site].server).await));
        let server = "127.0.0.1:12345".parse().unwrap();
        self.client.happen(Event::Connected { server, hosting: false, privacy: Privacy::OnThisMachine });
    }

    fn restart(&mut self) {
        self.cut();
        self.client.wait(SAVE_DELAY_MS);
        self.store_sign_ins();
        let mut client = Driver::start(80, 24);
        client.disk = self.client.disk.clone();
        client.now = self.client.now;
        self.client = client;
    }

    /// The server that the user is signed in to, also without a connection.
    fn here(&self) -> Option<usize> {
        let state = &self.client.state;
        state.signed_in_as.as_ref()?;
        self.sites.iter().position(|site| Some(site.id) == state.server_id)
    }

    fn write(&mut self, send: bool) -> Result<(), String> {
        let Some(here) = self.here() else { return Ok(()) };
        if !self.open_conversation(here) {
            return Ok(());
        }
        self.typed += 1;
        let text = format!("{}{}.", PEERS[here], self.typed);
        self.client.type_text(&text);
        let site = &mut self.sites[here];
        site.draft.push_str(&text);
        if send {
            self.client.keys("Enter");
            site.sent.push(std::mem::take(&mut site.draft));
        }
        Ok(())
    }

    /// Opens the conversation, once the server has announced it.
    fn open_conversation(&mut self, here: usize) -> bool {
        if !self.client.state.account.conversations.contains_key(&CONVERSATION) {
            return false;
        }
        self.client.keys("Ctrl-k");
        self.client.type_text(PEERS[here]);
        self.client.keys("Enter");
        self.client.state.account.chat.open_side().open == Some(CONVERSATION)
    }

    async fn sign_in(&mut self, stay: bool) -> Result<(), String> {
        if self.wire.is_none() {
            return Ok(());
        }
        self.settle().await?;
        if self.here().is_some() {
            return Ok(());
        }
        if self.client.state.sign_in.username.is_empty() {
            self.client.type_text(PERSON);
            self.client.keys("Tab");
        }
        self.client.type_text(PASSWORD);
        if stay {
            self.client.keys("Tab");
            self.client.type_text(" ");
        }
        self.client.keys("Enter");
        self.settle().await?;
        if self.here().is_some() { Ok(()) } else { Err(format!("nobody is signed in:\n{}", self.client.screen())) }
    }

    /// Performs the client's effects that concern stored sign-ins. Returns whether there were any.
    fn store_sign_ins(&mut self) -> bool {
        let mut events = Vec::new();
        self.client.effects.retain(|effect| {
            match effect {
                Effect::FindSignIn(server) => {
                    let found = self.stored.find(*server).map_err(|error| error.to_string());
                    events.push(Event::SignInLookedUp(*server, found));
                }
                Effect::StoreSignIn(server, username, token) => {
                    events.push(Event::SignInStored(self.stored.store(*server, username, token)));
                }
                Effect::RemoveSignIn(server, username) => self.stored.remove(*server, username.as_ref()),
                _ => return true,
            }
            false
        });
        let anything = !events.is_empty();
        events.into_iter().for_each(|event| self.client.happen(event));
        anything
    }

    /// Delivers until nothing is in transit, including what the client delays.
    async fn settle(&mut self) -> Result<(), String> {
        self.carry_all().await?;
        self.client.wait(A_WHILE);
        self.carry_all().await
    }

    async fn carry_all(&mut self) -> Result<(), String> {
        loop {
            let stored = self.store_sign_ins();
            if !self.carry().await? && !stored {
                return Ok(());
            }
        }
    }

    async fn carry(&mut self) -> Result<bool, String> {
        let frames = self.client.all_sent();
        let Some((at, wire)) = &mut self.wire else { return Ok(false) };
        let site = &mut self.sites[*at];
        for frame in &frames {
            check(frame, site, PEERS[*at])?;
            wire.send(frame).await;
        }
        let came = wire.everything().await;
        for frame in &came {
            if let ServerFrame::Reply(ReplyFrame { reply: Reply::SignedIn(signed_in), .. }) = frame {
                site.tokens.push(signed_in.token.clone());
            }
        }
        let anything = !frames.is_empty() || !came.is_empty();
        self.client.happen_together(came.into_iter().map(Event::Received).collect());
        Ok(anything)
    }

    /// Checks that each server stores what was sent to it, and that each draft is unchanged.
    async fn compare(&mut self) -> Result<(), String> {
        for (at, peer) in PEERS.iter().enumerate() {
            self.connect(at).await;
            self.sign_in(false).await?;
            self.settle().await?;
            if !self.open_conversation(at) {
                return Err(format!("the conversation with {peer} is not there:\n{}", self.client.screen()));
            }
            let draft = self.client.state.open_conversation().unwrap().composer.text();
            let site = &mut self.sites[at];
            same("the draft", &draft, &site.draft)?;
            let texts = site.texts().await;
            same("what the server has", &texts, &site.sent)?;
        }
        Ok(())
    }
}

/// A line that leaves for a server holds nothing that is another's.
fn check(frame: &RequestFrame, site: &Site, peer: &str) -> Result<(), String> {
    let belongs_here = match &frame.request {
        Request::SignInWithToken(ask) => site.tokens.contains(&ask.token),
        Request::SendMessage(message) => message.text.starts_with(peer),
        _ => true,
    };
    // A token prints as nothing, also here.
    let what = if matches!(frame.request, Request::SignInWithToken(_)) { "a token".to_owned() } else { format!("{frame:?}") };
    if belongs_here { Ok(()) } else { Err(format!("{what} goes to the server of {peer}")) }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, expected: &T) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{what}:\n     got {got:?}\nexpected {expected:?}")) }
}

#[test]
fn no_data_are_sent_to_another_server_at_the_same_address_or_lost() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let result = super::runner().run(&prop::collection::vec(step(), 1..40), |steps| {
        runtime.block_on(async {
            let dir = TempDir::new().unwrap();
            let mut address = Address::begin(dir.path()).await;
            let mut end = Ok(());
            for step in &steps {
                end = address.take(step).await;
                if end.is_err() {
                    break;
                }
            }
            if end.is_ok() {
                end = address.compare().await;
            }
            Box::pin(address.end()).await;
            end.map_err(TestCaseError::fail)
        })
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}
