//! A client without a network: the test plays the user and the server.

mod client_file;
mod disk;
mod samples;

use std::collections::VecDeque;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use papo::clock::{Moment, Now};
use papo::effect::Effect;
use papo::event::{Event, Privacy};
use papo::highlighter::highlight;
use papo::keymap::PALETTE_COMMANDS;
use papo::local_data::LocalChange;
use papo::state::State;
use papo::translations::{Language, Translations};
use papo::update::update_all;
use papo::view::draw;
use papo::view::theme::Theme;
use papo_shared::model::{ConversationId, ConversationSummary, Entry, ServerId, Timestamp};
use papo_shared::protocol::{
    BlockedPage, ConversationPage, EntryPosted, Event as ServerEvent, Invitations, Limits, PROTOCOL_VERSION, Registration, Reply,
    ReplyFrame, Request, RequestFrame, ServerFrame, SignedIn, UserPage, Welcome,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier, Style};

pub(crate) use client_file::ClientFile;
pub(crate) use disk::Disk;
pub(crate) use samples::{MINUTE, START, direct, entry, group, member, message, name, person};

/// A client whose clock, terminal and server the test controls.
pub(crate) struct Driver {
    pub(crate) state: State,
    /// Effects that the test has not looked at yet.
    pub(crate) effects: Vec<Effect>,
    /// The wall clock. A test may set it at any time.
    pub(crate) now: Timestamp,
    /// The monotonic clock, which only [`Self::wait`] advances.
    pub(crate) moment: Moment,
    /// The id of the server that replies.
    pub(crate) server_id: ServerId,
    /// For how many days that server keeps messages.
    pub(crate) server_retention_days: Option<u32>,
    /// The local data. Another client can start with it.
    pub(crate) disk: Disk,
    /// A real file instead of `disk`.
    pub(crate) file: Option<ClientFile>,
    translations: Translations,
    theme: Theme,
}

impl Driver {
    /// Starts a client in a terminal of this size.
    pub(crate) fn start(width: u16, height: u16) -> Self {
        Self::start_in(Language::En, width, height)
    }

    pub(crate) fn start_in(language: Language, width: u16, height: u16) -> Self {
        let now = Timestamp(START);
        let translations = Translations::of(language);
        let moment = Moment(0);
        let mut state = State::new(Now { moment, wall: now }, TimeZone::UTC, Size { width, height }, None);
        state.palette_names = PALETTE_COMMANDS.iter().map(|command| translations.get(command.label)).collect();
        state.account.people.name_of_deleted = translations.get("deleted-account");
        let theme = Theme::of_environment(|name| (name == "TERM").then(|| "xterm-256color".to_owned()));
        Self {
            state,
            effects: Vec::new(),
            server_id: ServerId::from_bytes([7; 16]),
            server_retention_days: None,
            disk: Disk::default(),
            file: None,
            now,
            moment,
            translations,
            theme,
        }
    }

    /// Changes the language of the next frames.
    pub(crate) fn speak(&mut self, language: Language) {
        self.translations = Translations::of(language);
    }

    /// A client signed in as ana, who knows bia, caio and duda and has these conversations.
    pub(crate) fn signed_in(width: u16, height: u16, conversations: Vec<ConversationSummary>) -> Self {
        let mut client = Self::start(width, height);
        client.sign_in(conversations);
        // Notices about signing in are not part of the test.
        client.state.account.status_message = None;
        client
    }

    pub(crate) fn sign_in(&mut self, conversations: Vec<ConversationSummary>) {
        self.connect();
        self.type_text("ana");
        self.keys("Tab");
        self.type_text("um cavalo come");
        self.keys("Enter");
        self.answer(|request| match request {
            Request::SignIn(_) => Some(Reply::SignedIn(SignedIn { you: person("ana", true), token: "token".into() })),
            _ => None,
        });
        self.catch_up(conversations);
    }

    /// Opens the connection and answers the hello.
    pub(crate) fn connect(&mut self) {
        self.connect_to(Registration::Open);
    }

    /// Like [`Driver::connect`], to a server with this registration policy.
    pub(crate) fn connect_to(&mut self, registration: Registration) {
        self.happen(Event::Connected {
            server: "127.0.0.1:12345".parse().unwrap(),
            hosting: false,
            privacy: Privacy::OnThisMachine,
        });
        let (server_id, retention_days) = (self.server_id, self.server_retention_days);
        self.answer(|request| match request {
            Request::Hello(_) => Some(Reply::Welcome(Welcome {
                protocol: PROTOCOL_VERSION,
                server: "papo-server".into(),
                server_id,
                registration,
                retention_days,
                limits: Limits::default(),
            })),
            _ => None,
        });
    }

    /// Answers all requests that a client sends after signing in.
    pub(crate) fn catch_up(&mut self, conversations: Vec<ConversationSummary>) {
        self.answer(|request| match request {
            Request::ListConversations(_) => {
                Some(Reply::Conversations(ConversationPage { conversations: conversations.clone(), next: None }))
            }
            Request::WatchDirectory(_) => Some(Reply::Done),
            Request::ListBlocked(_) => Some(Reply::Blocked(BlockedPage { people: Vec::new(), next: None })),
            Request::ListInvitations => Some(Reply::Invitations(Invitations { invitations: Vec::new() })),
            Request::ListUsers(_) => {
                let users = vec![person("ana", true), person("bia", true), person("caio", true), person("duda", false)];
                Some(Reply::Users(UserPage { users, next: None }))
            }
            _ => None,
        });
    }

    /// Completes all reads of the disk.
    pub(crate) fn finish_reading(&mut self) {
        for found in std::mem::take(&mut self.disk.reading) {
            self.happen(found);
        }
    }

    /// Passes an event to the client.
    pub(crate) fn happen(&mut self, event: Event) {
        self.happen_together(vec![event]);
    }

    /// Passes events to the client in one batch, like those that the connection delivers together.
    pub(crate) fn happen_together(&mut self, events: Vec<Event>) {
        let mut happened = VecDeque::from([events]);
        while let Some(together) = happened.pop_front() {
            let mut events = Vec::new();
            for effect in update_all(&mut self.state, Now { moment: self.moment, wall: self.now }, together) {
                match effect {
                    Effect::LoadLocalData(server, username) if let Some(file) = &mut self.file => {
                        events.push(file.read(server, username));
                    }
                    Effect::SaveLocalData(changes) if let Some(file) = &mut self.file => events.push(file.keep(changes)),
                    Effect::LoadLocalData(server, username) => {
                        let found = self.disk.read(server, username);
                        if self.disk.is_slow { self.disk.reading.push(found) } else { events.push(found) }
                    }
                    Effect::SaveLocalData(changes) => {
                        let messages = changes.iter().filter_map(|change| match change {
                            LocalChange::MessageQueued(message) => Some(message.client_id),
                            _ => None,
                        });
                        let trouble = self.disk.is_full.then(|| "the disk is full".to_owned());
                        events.push(Event::LocalDataSaved { messages: messages.collect(), error: trouble });
                        if self.disk.is_full {
                            self.disk.waiting.extend(changes);
                            continue;
                        }
                        changes.into_iter().for_each(|change| self.disk.apply(change));
                    }
                    Effect::Highlight(code) => {
                        let tokens = highlight(&code);
                        events.push(Event::Highlighted(code, tokens));
                    }
                    effect => self.effects.push(effect),
                }
            }
            happened.extend(events.into_iter().map(|event| vec![event]));
        }
    }

    /// Advances both clocks, and sends a tick.
    pub(crate) fn wait(&mut self, milliseconds: i64) {
        self.now = Timestamp(self.now.0 + milliseconds);
        self.moment = self.moment.after_ms(milliseconds);
        self.happen(Event::Ticked);
    }

    /// Sets the wall clock forward, or back by a negative number.
    pub(crate) fn step_wall_clock(&mut self, milliseconds: i64) {
        self.now = Timestamp(self.now.0 + milliseconds);
    }

    /// Presses keys, given by their names in the help and separated by spaces.
    pub(crate) fn keys(&mut self, names: &str) {
        for name in names.split(' ') {
            let (modifiers, name) = match name.split_once('-') {
                Some(("Ctrl", rest)) => (KeyModifiers::CONTROL, rest),
                Some(("Alt", rest)) => (KeyModifiers::ALT, rest),
                _ => (KeyModifiers::NONE, name),
            };
            let code = match name {
                "Enter" => KeyCode::Enter,
                "Esc" => KeyCode::Esc,
                "Tab" => KeyCode::Tab,
                "Up" => KeyCode::Up,
                "Down" => KeyCode::Down,
                "Left" => KeyCode::Left,
                "Right" => KeyCode::Right,
                "PgUp" => KeyCode::PageUp,
                "PgDn" => KeyCode::PageDown,
                "Home" => KeyCode::Home,
                "End" => KeyCode::End,
                "F1" => KeyCode::F(1),
                "F2" => KeyCode::F(2),
                "Backspace" => KeyCode::Backspace,
                "Del" => KeyCode::Delete,
                one if one.chars().count() == 1 => KeyCode::Char(one.chars().next().unwrap()),
                other => panic!("no key is named {other}"),
            };
            self.happen(Event::Key(KeyEvent::new(code, modifiers)));
        }
    }

    /// Types text, one key per character.
    pub(crate) fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.happen(Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
    }

    /// Takes the requests sent since the last call, except those about receipts, which a client sends all the time and which
    /// have tests of their own.
    pub(crate) fn sent(&mut self) -> Vec<RequestFrame> {
        let mut frames = self.all_sent();
        frames.retain(|frame| !matches!(frame.request, Request::ListReceipts(_) | Request::MarkDelivered(_)));
        frames
    }

    /// Takes the requests sent since the last call.
    pub(crate) fn all_sent(&mut self) -> Vec<RequestFrame> {
        let mut frames = Vec::new();
        self.effects.retain(|effect| match effect {
            Effect::Send(frame) => {
                frames.push(frame.clone());
                false
            }
            _ => true,
        });
        frames
    }

    /// Answers requests, including those that follow from the replies. Requests without a reply remain sent.
    pub(crate) fn answer(&mut self, answer: impl Fn(&Request) -> Option<Reply>) {
        loop {
            let sent = self.all_sent();
            let mut answered = false;
            for frame in sent {
                match answer(&frame.request) {
                    Some(reply) => {
                        answered = true;
                        self.happen(Event::Received(ServerFrame::Reply(ReplyFrame { id: frame.id, reply })));
                    }
                    None => self.effects.push(Effect::Send(frame)),
                }
            }
            if !answered {
                return;
            }
        }
    }

    /// Passes an event of the server to the client.
    pub(crate) fn tell(&mut self, event: ServerEvent) {
        self.happen(Event::Received(ServerFrame::Event(event)));
    }

    /// Delivers an entry of a conversation.
    pub(crate) fn post(&mut self, conversation: u32, entry: Entry) {
        self.tell(ServerEvent::EntryPosted(EntryPosted { conversation: ConversationId(conversation), entry }));
    }

    /// The text on the screen, without trailing spaces.
    pub(crate) fn screen(&self) -> String {
        text_of(&self.drawn()).join("\n")
    }

    /// The text on the screen without the last line, which shows key hints.
    pub(crate) fn above_the_hints(&self) -> String {
        let screen = self.screen();
        screen.rsplit_once('\n').map_or(String::new(), |(above, _)| above.to_owned())
    }

    /// The text on the screen and, below it, one letter per cell for its style.
    pub(crate) fn screen_with_styles(&self) -> String {
        let buffer = self.drawn();
        let mut legend: Vec<Style> = Vec::new();
        let mut map = Vec::new();
        for y in 0..buffer.area.height {
            let row: String = (0..buffer.area.width)
                .map(|x| {
                    let cell = &buffer[(x, y)];
                    let style = Style { underline_color: None, ..cell.style() };
                    if style.fg == Some(Color::Reset) && style.bg == Some(Color::Reset) && style.add_modifier == Modifier::empty()
                    {
                        return ' ';
                    }
                    let at = legend.iter().position(|known| *known == style).unwrap_or_else(|| {
                        legend.push(style);
                        legend.len() - 1
                    });
                    char::from(b'a' + u8::try_from(at).unwrap())
                })
                .collect();
            map.push(row.trim_end().to_owned());
        }
        let legend = legend.iter().enumerate().map(|(at, style)| {
            let letter = char::from(b'a' + u8::try_from(at).unwrap());
            format!("{letter}: {:?} on {:?} {:?}", style.fg.unwrap(), style.bg.unwrap(), style.add_modifier)
        });
        let parts = [text_of(&buffer).join("\n"), map.join("\n"), legend.collect::<Vec<_>>().join("\n")];
        parts.join("\n--------\n")
    }

    pub(crate) fn drawn(&self) -> ratatui::buffer::Buffer {
        self.drawn_at(self.state.size)
    }

    /// The frame in a terminal of this size, regardless of the size that the state knows.
    pub(crate) fn drawn_at(&self, size: Size) -> ratatui::buffer::Buffer {
        let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
        terminal.draw(|frame| draw(frame, &self.state, &self.translations, self.theme)).unwrap();
        terminal.backend().buffer().clone()
    }
}

fn text_of(buffer: &ratatui::buffer::Buffer) -> Vec<String> {
    use unicode_width::UnicodeWidthStr;
    (0..buffer.area.height)
        .map(|y| {
            let mut row = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                row.push_str(symbol);
                x += u16::try_from(symbol.width().max(1)).unwrap();
            }
            row.trim_end().to_owned()
        })
        .collect()
}
