//! Measures the time from a key press to the displayed search hits among a million messages: `update` and drawing of the client,
//! and a server over a socket with its own store.
//!
//! `cargo bench -p papo --bench search_as_you_type`, optionally with the number of messages after `--`. The goal is
//! 50 ms at the 99th percentile.

#![allow(clippy::unwrap_used, reason = "a measurement should stop at anything unexpected")]
#![allow(clippy::print_stdout, reason = "the figures are printed for the person who runs the benchmark")]

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use papo::clock::{Moment, Now};
use papo::effect::Effect;
use papo::event::{Event, Privacy};
use papo::state::{Overlay, State};
use papo::translations::{Language, Translations};
use papo::update::update;
use papo::view::draw;
use papo::view::theme::Theme;
use papo_server::domain::{AccountRef, TokenHash};
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{NewDevice, Outcome, Store, Write};
use papo_server::{Config, Server};
use papo_shared::model::{ClientId, ConversationId, DisplayName, GroupName, MessageText, Timestamp, Username, Visibility};
use papo_shared::protocol::{ServerFrame, encode_line};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// The wall clock of the client, which stands still.
const NOW: Now = Now { moment: Moment(0), wall: Timestamp(0) };
const MESSAGES: usize = 1_000_000;
const WORDS: usize = 50_000;
const GROUPS: usize = 200;
const BATCH: usize = 512;
const TOKEN: &str = "a token of the measurement";
/// The queries, typed letter by letter.
const SEARCHES: usize = 60;
const SIZE: Size = Size { width: 120, height: 40 };

#[tokio::main]
async fn main() {
    let messages = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(MESSAGES);
    let dir = tempfile::tempdir().unwrap();
    let words = words();
    fill(dir.path(), messages, &words).await;
    let mut config = Config::new(SocketAddr::from(([127, 0, 0, 1], 0)), dir.path().to_owned());
    // The keys are pressed faster than the rate limit allows people to search.
    config.limits.searches_per_minute_by_account = 1_000_000;
    let server = Server::start(config).await.unwrap();
    let mut client = Client::signed_in(server.local_addr()).await;
    let mut took = Vec::new();
    for search in 0..SEARCHES {
        client.happen(key(KeyCode::Char('f'), KeyModifiers::CONTROL)).await;
        for number in [search * 3, 40 + search * 700] {
            for c in words[number].chars() {
                took.push(client.type_and_find(c).await);
            }
            took.push(client.type_and_find(' ').await);
        }
        client.happen(key(KeyCode::Esc, KeyModifiers::NONE)).await;
        client.state.account.last_search = None;
    }
    took.sort();
    let ms = |part: usize| took[(took.len() - 1) * part / 100].as_secs_f64() * 1000.0;
    println!(
        "{messages} messages, {} keys: from a key to its hits on the screen p50 {:.1} ms, p99 {:.1} ms, at most {:.1} ms",
        took.len(),
        ms(50),
        ms(99),
        ms(100)
    );
    drop(client);
    server.stop().await;
}

/// A client without a terminal, on a real socket.
struct Client {
    state: State,
    terminal: Terminal<TestBackend>,
    translations: Translations,
    theme: Theme,
    socket: BufReader<TcpStream>,
}

impl Client {
    async fn signed_in(server: SocketAddr) -> Self {
        let mut state = State::new(NOW, TimeZone::UTC, SIZE, Some("ana"));
        state.credentials.token = Some(papo::device_token::DeviceToken(TOKEN.to_owned()));
        let socket = BufReader::new(TcpStream::connect(server).await.unwrap());
        let terminal = Terminal::new(TestBackend::new(SIZE.width, SIZE.height)).unwrap();
        let (translations, theme) = (Translations::of(Language::En), Theme::of_environment(|_| None));
        let mut client = Self { state, terminal, translations, theme, socket };
        client.happen(Event::Connected { server, hosting: false, privacy: Privacy::OnThisMachine }).await;
        // Until the conversations are loaded.
        while client.state.account.conversations.len() < GROUPS {
            client.receive().await;
        }
        client
    }

    /// Processes an event, and sends the resulting requests.
    async fn happen(&mut self, event: Event) {
        let mut lines = BytesMut::new();
        for effect in update(&mut self.state, NOW, event) {
            if let Effect::Send(frame) = effect {
                encode_line(&frame, &mut lines);
            }
        }
        self.socket.get_mut().write_all(&lines).await.unwrap();
    }

    async fn receive(&mut self) {
        let mut line = Vec::new();
        self.socket.read_until(b'\n', &mut line).await.unwrap();
        self.happen(Event::Received(ServerFrame::decode(&line).unwrap())).await;
    }

    /// Types a letter, and waits until the hits of the whole query are drawn.
    async fn type_and_find(&mut self, c: char) -> Duration {
        let began = Instant::now();
        self.happen(key(KeyCode::Char(c), KeyModifiers::NONE)).await;
        while !self.is_answered() {
            self.receive().await;
        }
        self.terminal.draw(|frame| draw(frame, &self.state, &self.translations, self.theme)).unwrap();
        began.elapsed()
    }

    fn is_answered(&self) -> bool {
        match &self.state.overlay {
            Some(Overlay::Search(search)) => search.is_current() && (!search.hits.is_empty() || search.next.is_none()),
            _ => panic!("no search lies over the screen"),
        }
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

/// Distinct words, the most frequent first.
fn words() -> Vec<String> {
    const SYLLABLES: [&str; 16] =
        ["ca", "de", "ri", "mo", "ção", "ba", "es", "tra", "lu", "pe", "que", "si", "ta", "no", "nha", "com"];
    let word = |mut number: usize| {
        let mut word = String::new();
        loop {
            word.push_str(SYLLABLES[number % SYLLABLES.len()]);
            number /= SYLLABLES.len();
            if number == 0 {
                return word;
            }
        }
    };
    // An odd multiplier, so that each word occurs once and neighbours differ.
    (0..WORDS).map(|number| word(16 + number * 26_171 % 1_000_003)).collect()
}

/// Fills the store with messages of one account in all groups.
async fn fill(dir: &Path, messages: usize, words: &[String]) {
    let store = SqliteStore::open(dir).unwrap();
    let username = Username::parse("ana").unwrap();
    let account = Write::CreateAccount {
        username: username.clone(),
        display_name: DisplayName::parse("Ana").unwrap(),
        password_hash: String::new(),
        device: Some(NewDevice { token: TokenHash::of(TOKEN), name: String::new().into() }),
        invite: None,
        at: Timestamp(0),
    };
    let Outcome::AccountCreated(id, _) = store.commit(vec![account]).await.unwrap().remove(0) else { panic!("no account") };
    let author = AccountRef { id, username };
    let groups = (0..GROUPS).map(|number| Write::CreateGroup {
        creator: author.clone(),
        name: GroupName::parse(&format!("group {number}")).unwrap(),
        visibility: Visibility::Listed,
        at: Timestamp(0),
    });
    let groups: Vec<ConversationId> = store.commit(groups.collect()).await.unwrap().iter().map(conversation).collect();
    for first in (0..messages).step_by(BATCH) {
        let batch = (first..messages.min(first + BATCH)).map(|number| {
            // Zipf distribution: the nth word has a frequency proportional to 1/n.
            let rank = |_| ((WORDS as f64).powf(rand::random::<f64>()) as usize).min(WORDS) - 1;
            let text: Vec<&str> = (0..10).map(|n: usize| &*words[rank(n)]).collect();
            let (conversation, text) = (groups[number % GROUPS], MessageText::parse(&text.join(" ")).unwrap());
            let (author, client_id) = (author.clone(), ClientId::new());
            Write::AppendMessage { conversation, author, client_id, text, reply_to: None, at: Timestamp(0) }
        });
        store.commit(batch.collect()).await.unwrap();
    }
    while store.index_lag() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    store.close().await;
}

fn conversation(outcome: &Outcome) -> ConversationId {
    match outcome {
        Outcome::Posted(posted) => posted.conversation,
        other => panic!("no group but {other:?}"),
    }
}
