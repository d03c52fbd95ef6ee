//! A client without a network: the test is the person and the server.

use std::collections::{BTreeMap, VecDeque};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use papo::clock::{Moment, Now};
use papo::effect::Effect;
use papo::event::{Event, Privacy};
use papo::highlighter::highlight;
use papo::keymap::PALETTE_COMMANDS;
use papo::local_data::{LocalChange, LocalData, ScreenPosition};
use papo::state::State;
use papo::translations::{Language, Translations};
use papo::update::update_all;
use papo::view::draw;
use papo::view::theme::Theme;
use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, ConversationSummary, Entry, EntryKind, GroupName, MemberListing, Message,
    MessageText, Notify, Person, Role, Seq, ServerId, Timestamp, Username,
};
use papo_shared::protocol::{
    BlockedPage, ConversationPage, EntryPosted, Event as ServerEvent, Limits, PROTOCOL_VERSION, Registration, Reply, ReplyFrame,
    Request, RequestFrame, ServerFrame, SignedIn, UserPage, Welcome,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier, Style};

use crate::histories::same_files::ClientFile;

/// Friday 20 November 2026, 14:00 UTC.
pub(crate) const START: i64 = 1_795_183_200_000;
/// One minute.
pub(crate) const MINUTE: i64 = 60_000;

/// A client whose clock, terminal and server are the test's.
pub(crate) struct Driver {
    pub(crate) state: State,
    /// Everything asked of the world and not looked at yet.
    pub(crate) effects: Vec<Effect>,
    /// The wall clock. A test may set it at any time.
    pub(crate) now: Timestamp,
    /// The monotonic clock.
    pub(crate) moment: Moment,
    /// Which server answers.
    pub(crate) server_id: ServerId,
    /// What the machine keeps for ana. Another client that starts with it finds it there.
    pub(crate) disk: Disk,
    /// A real file in its place.
    pub(crate) file: Option<ClientFile>,
    words: Translations,
    theme: Theme,
}

/// What a machine keeps, without a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    kept: BTreeMap<(ServerId, Username), LocalData>,
    /// For whom changes are kept.
    owner: Option<(ServerId, Username)>,
    pub(crate) is_full: bool,
    /// What is kept is not read before [`Driver::finish_reading`].
    is_slow: bool,
    /// What was asked for and is not read yet.
    reading: Vec<Event>,
    /// What could not be kept and is kept once there is room.
    waiting: Vec<LocalChange>,
}

impl Disk {
    /// What is kept for this account. From now on it is kept for it.
    fn read(&mut self, server: ServerId, username: Username) -> Event {
        self.owner = Some((server, username.clone()));
        Event::LocalDataLoaded { server, username, found: Ok(self.owned().clone()) }
    }

    fn owned(&mut self) -> &mut LocalData {
        self.kept.entry(self.owner.clone().expect("something was read before")).or_default()
    }

    /// The same disk for another client, which reads slowly or at once.
    pub(crate) fn with_slowness(self, is_slow: bool) -> Self {
        Self { is_slow, reading: Vec::new(), ..self }
    }

    /// The place that is kept for the account that signed in last.
    pub(crate) fn place(&mut self) -> Option<ScreenPosition> {
        self.owned().place
    }

    /// There is room again, and what waited is kept.
    pub(crate) fn recover(&mut self) {
        self.is_full = false;
        for change in std::mem::take(&mut self.waiting) {
            self.apply(change);
        }
    }

    fn apply(&mut self, change: LocalChange) {
        let kept = self.owned();
        match change {
            LocalChange::MessageQueued(message) => {
                match kept.unsent.iter_mut().find(|kept| kept.client_id == message.client_id) {
                    Some(kept) => *kept = message,
                    None => kept.unsent.push(message),
                }
            }
            LocalChange::RefusalSet(client_id, refusal) => {
                if let Some(kept) = kept.unsent.iter_mut().find(|kept| kept.client_id == client_id) {
                    kept.refused = refusal;
                }
            }
            LocalChange::MessageRemoved(client_id) => kept.unsent.retain(|kept| kept.client_id != client_id),
            LocalChange::DraftSet(conversation, draft) if draft.is_empty() => {
                kept.drafts.remove(&conversation);
            }
            LocalChange::DraftSet(conversation, draft) => {
                kept.drafts.insert(conversation, draft);
            }
            LocalChange::PositionSet(place) => kept.place = Some(place),
        }
    }
}

impl Driver {
    /// A client just started in a terminal of this size.
    pub(crate) fn start(width: u16, height: u16) -> Self {
        Self::start_in(Language::En, width, height)
    }

    pub(crate) fn start_in(language: Language, width: u16, height: u16) -> Self {
        let now = Timestamp(START);
        let words = Translations::of(language);
        let moment = Moment(0);
        let mut state = State::new(Now { moment, wall: now }, TimeZone::UTC, Size { width, height }, None);
        state.palette_names = PALETTE_COMMANDS.iter().map(|command| words.get(command.label)).collect();
        let theme = Theme::of_environment(|name| (name == "TERM").then(|| "xterm-256color".to_owned()));
        Self {
            state,
            effects: Vec::new(),
            server_id: ServerId::from_bytes([7; 16]),
            disk: Disk::default(),
            file: None,
            now,
            moment,
            words,
            theme,
        }
    }

    /// Says everything in this language from now on.
    pub(crate) fn speak(&mut self, language: Language) {
        self.words = Translations::of(language);
    }

    /// A client of somebody who is signed in, knows bia, caio and duda, and has these conversations.
    pub(crate) fn signed_in(width: u16, height: u16, conversations: Vec<ConversationSummary>) -> Self {
        let mut client = Self::start(width, height);
        client.sign_in(conversations);
        // What waited was said, and heard.
        client.state.notice = None;
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

    /// The connection opens and the server says hello.
    pub(crate) fn connect(&mut self) {
        self.connect_to(Registration::Open);
    }

    /// As [`Driver::connect`], to a server where these may register.
    pub(crate) fn connect_to(&mut self, registration: Registration) {
        self.happen(Event::Connected {
            server: "127.0.0.1:12345".parse().unwrap(),
            hosting: false,
            privacy: Privacy::OnThisMachine,
        });
        let server_id = self.server_id;
        self.answer(|request| match request {
            Request::Hello(_) => Some(Reply::Welcome(Welcome {
                protocol: PROTOCOL_VERSION,
                server: "papo-server".into(),
                server_id,
                registration,
                limits: Limits::default(),
            })),
            _ => None,
        });
    }

    /// The server answers everything a client asks when it has signed in.
    pub(crate) fn catch_up(&mut self, conversations: Vec<ConversationSummary>) {
        self.answer(|request| match request {
            Request::ListConversations(_) => {
                Some(Reply::Conversations(ConversationPage { conversations: conversations.clone(), next: None }))
            }
            Request::WatchDirectory(_) => Some(Reply::Done),
            Request::ListBlocked(_) => Some(Reply::Blocked(BlockedPage { people: Vec::new(), next: None })),
            Request::ListUsers(_) => {
                let users = vec![person("ana", true), person("bia", true), person("caio", true), person("duda", false)];
                Some(Reply::Users(UserPage { users, next: None }))
            }
            _ => None,
        });
    }

    /// The disk has read everything that was asked of it.
    pub(crate) fn finish_reading(&mut self) {
        for found in std::mem::take(&mut self.disk.reading) {
            self.happen(found);
        }
    }

    /// Something happens.
    pub(crate) fn happen(&mut self, event: Event) {
        self.happen_together(vec![event]);
    }

    /// Things happen that are taken into account together, as what the connection tells at a time.
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

    /// Time passes.
    pub(crate) fn wait(&mut self, milliseconds: i64) {
        self.now = Timestamp(self.now.0 + milliseconds);
        self.moment = self.moment.after_ms(milliseconds);
        self.happen(Event::Ticked);
    }

    /// The wall clock is set forward, or (a negative number) back.
    pub(crate) fn step_wall_clock(&mut self, milliseconds: i64) {
        self.now = Timestamp(self.now.0 + milliseconds);
    }

    /// Presses keys, named as the help names them, with spaces between.
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

    /// Types text, a key a character.
    pub(crate) fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.happen(Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
    }

    /// Takes the requests that were sent since the last look, but for those about receipts, which a client sends all the time
    /// and which have stories of their own.
    pub(crate) fn sent(&mut self) -> Vec<RequestFrame> {
        let mut frames = self.all_sent();
        frames.retain(|frame| !matches!(frame.request, Request::ListReceipts(_) | Request::MarkDelivered(_)));
        frames
    }

    /// Takes the requests that were sent since the last look.
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

    /// Answers what was asked and what that leads to; what gets no answer is left as sent.
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

    /// The server tells something unasked.
    pub(crate) fn tell(&mut self, event: ServerEvent) {
        self.happen(Event::Received(ServerFrame::Event(event)));
    }

    /// An entry of a conversation comes.
    pub(crate) fn post(&mut self, conversation: u32, entry: Entry) {
        self.tell(ServerEvent::EntryPosted(EntryPosted { conversation: ConversationId(conversation), entry }));
    }

    /// What the screen shows, line by line, without the spaces at the ends.
    pub(crate) fn screen(&self) -> String {
        text_of(&self.drawn()).join("\n")
    }

    /// What the screen shows but for the last line, which speaks of what can be done.
    pub(crate) fn above_the_hints(&self) -> String {
        let screen = self.screen();
        screen.rsplit_once('\n').map_or(String::new(), |(above, _)| above.to_owned())
    }

    /// What the screen shows and how: the text, and below it a letter a cell for its style.
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

    /// What a terminal of this size shows, whatever size the state knows of.
    pub(crate) fn drawn_at(&self, size: Size) -> ratatui::buffer::Buffer {
        let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
        terminal.draw(|frame| draw(frame, &self.state, &self.words, self.theme)).unwrap();
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

pub(crate) fn name(name: &str) -> Username {
    Username::parse(name).unwrap()
}

pub(crate) fn person(username: &str, online: bool) -> Person {
    let last_seen = (!online).then_some(Timestamp(START - 90 * MINUTE));
    let display_name = username.to_owned().into();
    Person { username: name(username), display_name, status: None, online, away: false, last_seen }
}

/// Somebody who may in a group what every member may.
pub(crate) fn member(username: &str, online: bool) -> MemberListing {
    MemberListing { person: person(username, online), role: Role::Member }
}

pub(crate) fn direct(id: u32, peer: &str, last: u64, read: u64, unread: u32) -> ConversationSummary {
    let kind = ConversationKind::Direct { peer: person(peer, true) };
    summary(id, kind, last, read, unread)
}

pub(crate) fn group(id: u32, group: &str, last: u64, read: u64, unread: u32) -> ConversationSummary {
    let kind = ConversationKind::Group { name: GroupName::parse(group).unwrap(), topic: None, members: 3, role: Role::Member };
    summary(id, kind, last, read, unread)
}

fn summary(id: u32, kind: ConversationKind, last: u64, read: u64, unread: u32) -> ConversationSummary {
    ConversationSummary {
        conversation: ConversationId(id),
        kind,
        first_seq: Seq(1),
        last_seq: Seq(last),
        read_seq: Seq(read),
        unread,
        notify: Notify::default(),
        mentions: 0,
        latest: None,
    }
}

/// A message said so many minutes after the start.
pub(crate) fn message(seq: u64, author: &str, minutes: i64, text: &str) -> Entry {
    let kind = EntryKind::Message(Message::new(ClientId::new(), MessageText::parse(text).unwrap()));
    entry(seq, author, minutes, kind)
}

pub(crate) fn entry(seq: u64, author: &str, minutes: i64, kind: EntryKind) -> Entry {
    Entry { seq: Seq(seq), at: Timestamp(START + minutes * MINUTE), author: name(author), kind }
}
