//! Random histories of two clients of one person on the same files, each of which may be killed at any moment: stored text
//! remains until a client that shows it sends or clears it, and every message that was sent arrives.
//!
//! The file and the thread that writes it are real; the server is simulated, and remembers the messages sent to it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo::state::account::local_data_sync::SAVE_DELAY_MS;
use papo_shared::model::{ClientId, ConversationSummary, Seq, Timestamp};
use papo_shared::protocol::{MessageStored, Reply, Request};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::driver::{ClientFile, Driver, START, direct, group};
use crate::stories::come_back;

/// The names of the two conversations.
const CONVERSATIONS: [&str; 2] = ["bia", "redes"];

/// One step of a history. Impossible steps are skipped.
#[derive(Clone, Debug)]
enum Step {
    Open {
        client: usize,
        at: usize,
    },
    /// Types a new word in the open conversation.
    Type {
        client: usize,
    },
    /// Advances the clock until the typed text is stored.
    Wait {
        client: usize,
    },
    Send {
        client: usize,
    },
    Clear {
        client: usize,
    },
    Cut {
        client: usize,
    },
    Mend {
        client: usize,
    },
    /// Kills the client, and starts another one at once.
    Kill {
        client: usize,
    },
    /// Quits the client, and starts another one.
    Quit {
        client: usize,
    },
    /// Sets the wall clock forward or back by this many days.
    SetClock {
        client: usize,
        days: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let client = || 0..2_usize;
    prop_oneof![
        3 => (client(), 0..CONVERSATIONS.len()).prop_map(|(client, at)| Step::Open { client, at }),
        6 => client().prop_map(|client| Step::Type { client }),
        4 => client().prop_map(|client| Step::Wait { client }),
        2 => client().prop_map(|client| Step::Send { client }),
        2 => client().prop_map(|client| Step::Clear { client }),
        1 => client().prop_map(|client| Step::Cut { client }),
        2 => client().prop_map(|client| Step::Mend { client }),
        2 => client().prop_map(|client| Step::Kill { client }),
        2 => client().prop_map(|client| Step::Quit { client }),
        1 => (client(), -400..400_i64).prop_map(|(client, days)| Step::SetClock { client, days }),
    ]
}

/// The texts that the server stored, by client id.
type Stored = BTreeMap<ClientId, String>;

struct Client {
    driver: Driver,
    is_connected: bool,
    /// Words that were typed and are not stored yet.
    unkept: BTreeSet<String>,
}

impl Client {
    fn start(path: &Path, stored: &RefCell<Stored>) -> Self {
        let mut driver = Driver::start(80, 24);
        driver.file = Some(ClientFile::open(path));
        driver.sign_in(conversations());
        let mut client = Self { driver, is_connected: true, unkept: BTreeSet::new() };
        client.carry(stored);
        client
    }

    /// The server replies to all requests.
    fn carry(&mut self, stored: &RefCell<Stored>) {
        if !self.is_connected {
            self.driver.all_sent();
            return;
        }
        self.driver.answer(|request| {
            let Request::SendMessage(send) = request else { return None };
            stored.borrow_mut().entry(send.client_id).or_insert_with(|| send.text.clone());
            let seq = Seq(stored.borrow().len() as u64);
            let (at, mentions) = (Timestamp(START), Vec::new());
            let (conversation, client_id) = (send.conversation, send.client_id);
            Some(Reply::MessageStored(MessageStored { conversation, client_id, seq, at, reply_to: None, mentions }))
        });
    }

    fn open(&mut self, at: usize) {
        self.driver.keys("Ctrl-k");
        self.driver.type_text(CONVERSATIONS[at]);
        self.driver.keys("Enter");
    }

    /// The words in the composer, if a conversation is open.
    fn composed(&self) -> Option<Vec<String>> {
        let open = self.driver.state.open_conversation()?;
        Some(open.composer.text().split_whitespace().map(str::to_owned).collect())
    }
}

fn conversations() -> Vec<ConversationSummary> {
    vec![direct(1, CONVERSATIONS[0], 0, 0, 0), group(2, CONVERSATIONS[1], 0, 0, 0)]
}

struct World {
    path: PathBuf,
    clients: [Client; 2],
    stored: RefCell<Stored>,
    /// The number of words typed so far.
    typed: u32,
    /// Words that are stored, and were neither sent nor cleared by a client that showed them.
    kept: BTreeSet<String>,
    /// The client ids of all messages sent.
    sent: BTreeSet<ClientId>,
}

impl World {
    fn new(path: PathBuf) -> Self {
        let stored = RefCell::default();
        let clients = [Client::start(&path, &stored), Client::start(&path, &stored)];
        Self { path, clients, stored, typed: 0, kept: BTreeSet::new(), sent: BTreeSet::new() }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Open { client, at } => {
                // Drafts of other conversations are unchanged.
                self.clients[client].open(at);
            }
            Step::Type { client } => {
                if self.clients[client].composed().is_some() {
                    self.typed += 1;
                    let word = format!("w{}", self.typed);
                    self.clients[client].driver.type_text(&format!("{word} "));
                    self.clients[client].unkept.insert(word);
                }
            }
            Step::Wait { client } => {
                self.clients[client].driver.wait(SAVE_DELAY_MS);
                self.all_is_kept(client);
            }
            Step::Send { client } => self.send(client),
            Step::Clear { client } => {
                self.forget_composed(client);
                if self.clients[client].composed().is_some() {
                    self.clients[client].driver.keys("Ctrl-u");
                }
            }
            Step::Cut { client } => {
                self.clients[client].is_connected = false;
                let retry_in = Duration::from_secs(4);
                self.clients[client].driver.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in });
            }
            Step::Mend { client } => {
                let client = &mut self.clients[client];
                if !std::mem::replace(&mut client.is_connected, true) {
                    come_back(&mut client.driver);
                    client.driver.catch_up(conversations());
                }
            }
            Step::Kill { client } => self.clients[client] = Client::start(&self.path, &self.stored),
            Step::Quit { client } => {
                self.quit(client);
                self.clients[client] = Client::start(&self.path, &self.stored);
            }
            Step::SetClock { client, days } => self.clients[client].driver.step_wall_clock(days * 24 * 60 * 60 * 1000),
        }
        for client in &mut self.clients {
            client.carry(&self.stored);
        }
    }

    /// Removes words that were sent or cleared.
    fn forget_composed(&mut self, client: usize) {
        for word in self.clients[client].composed().unwrap_or_default() {
            self.kept.remove(&word);
            self.clients[client].unkept.remove(&word);
        }
    }

    fn all_is_kept(&mut self, client: usize) {
        self.kept.append(&mut self.clients[client].unkept);
    }

    fn send(&mut self, client: usize) {
        if self.clients[client].composed().is_none_or(|words| words.is_empty()) {
            return;
        }
        self.forget_composed(client);
        self.clients[client].driver.keys("Enter");
        self.sent.extend(self.clients[client].driver.state.account.outbox.iter().map(|message| message.client_id));
        // A sent message is stored at once, together with all drafts.
        self.all_is_kept(client);
    }

    fn quit(&mut self, client: usize) {
        // Twice, because the first request asks for confirmation if messages are waiting.
        self.clients[client].driver.keys("Ctrl-q Ctrl-q");
        self.all_is_kept(client);
    }

    /// Checks that the server stored every sent message, and that every stored word is restored.
    fn check(mut self) -> Result<(), String> {
        for client in 0..2 {
            self.take(&Step::Mend { client });
            self.quit(client);
        }
        let mut found = BTreeSet::new();
        loop {
            let mut client = Client::start(&self.path, &self.stored);
            let mut is_anything = false;
            for at in 0..CONVERSATIONS.len() {
                client.open(at);
                let words = client.composed().ok_or("a conversation does not open")?;
                is_anything |= !words.is_empty();
                found.extend(words);
                client.driver.keys("Enter");
                client.carry(&self.stored);
            }
            client.driver.keys("Ctrl-q Ctrl-q");
            if !is_anything {
                break;
            }
        }
        let lost: Vec<_> = self.kept.difference(&found).collect();
        let unsent: Vec<_> = self.sent.iter().filter(|id| !self.stored.borrow().contains_key(id)).collect();
        if lost.is_empty() && unsent.is_empty() { Ok(()) } else { Err(format!("lost: {lost:?}, not sent: {unsent:?}")) }
    }
}

#[test]
fn two_clients_on_the_same_files_preserve_the_data_of_each_other() {
    let cases = std::env::var("PAPO_HISTORIES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24);
    let mut runner = TestRunner::new(Config { cases, max_shrink_iters: 200, failure_persistence: None, ..Config::default() });
    let result = runner.run(&prop::collection::vec(step(), 1..60), |steps| {
        let folder = tempfile::tempdir().unwrap();
        let mut world = World::new(folder.path().join("client.db"));
        for step in &steps {
            world.take(step);
        }
        world.check().map_err(TestCaseError::fail)
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}
