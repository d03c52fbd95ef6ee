//! Everything the client knows. Changed by `update` alone, drawn by `view`, which changes nothing.
//!
//! Deliberately absent: sockets, the terminal, the clock (`now` is told), and any language (see [`phrase`]).

pub mod account;
pub mod composer;
pub mod connection;
pub mod contacts;
pub mod conversations;
pub mod groups;
pub mod matching;
pub mod navigation;
pub mod overlays;

pub mod phrase;
pub mod refusals;
pub mod search;
pub mod text_input;
mod wake;

use jiff::tz::TimeZone;
use papo_shared::model::{ConversationId, GroupListing, Person, ServerId, Timestamp, Username};
use ratatui::layout::Size;
use std::collections::{BTreeMap, BTreeSet};

use self::account::away::{Attendance, Away};
use self::account::devices::Devices;
use self::account::keeping::Keeping;
use self::account::sign_in::{OtherSignIn, SignInForm};
use self::composer::completion::Completion;
use self::composer::outbox::Outbox;
use self::connection::link::{Link, Server};
use self::connection::pending::Pending;
use self::contacts::people::People;
use self::conversations::conversation::Conversation;
use self::conversations::highlighted::Highlighted;
use self::navigation::awaited::Opening;
use self::navigation::chat::Chat;
pub use self::navigation::focus::Focus;
use self::navigation::inbox::Inbox;
use self::navigation::menu::MenuItem;
pub use self::navigation::screen::Screen;
use self::navigation::way_back::WayBack;
pub use self::overlays::overlay::Overlay;
use self::phrase::Phrase;
use self::search::Search;
use crate::clock::{Moment, Now};
use crate::device_token::{DeviceToken, KeptIn};

/// Everything the client knows.
#[derive(Clone, Debug)]
pub struct State {
    /// The monotonic clock at the event being handled: every deadline is compared with it.
    pub moment: Moment,
    /// The wall clock at the event being handled: for display and for what is stored.
    pub now: Timestamp,
    /// The time zone times are shown in.
    pub zone: TimeZone,
    /// The size of the terminal.
    pub size: Size,
    /// Whether the terminal has the focus. Starts as true: many terminals never say.
    pub focused: bool,
    /// What can be done and found by its name, each in the person's language: see the keymap's table of deeds.
    pub deed_names: Vec<String>,
    /// How the connection is.
    pub link: Link,
    /// Which server said hello last.
    pub server_id: Option<ServerId>,
    /// The server we are, or last were, connected to.
    pub server: Option<Server>,
    /// What it calls itself: its name and version.
    pub server_version: Option<String>,
    /// Who is signed in, also while the connection is away.
    pub account: Option<Person>,
    /// What signs us in without asking the person: after a lost connection, and at the start where they stay signed in.
    pub token: Option<DeviceToken>,
    /// Whose token it is. `None` for the token of an older papo, until the server says.
    pub token_user: Option<Username>,
    /// Whether the token is kept for the next start.
    pub stays_signed_in: bool,
    /// Where it is kept, as far as that is known.
    pub kept_in: Option<KeptIn>,
    /// Whether a start without a name on the command line finds the token.
    pub is_default_sign_in: bool,
    /// Who is to sign in, if the command line names somebody.
    pub wanted_user: Option<Username>,
    /// The servers whose stored sign-ins were looked for since the start: it is done once for each, so that nobody who signed out is
    /// signed in as somebody else after a lost connection.
    pub looked_up: BTreeSet<ServerId>,
    /// The sign-ins to other servers that were at this address before, by server. None of them is offered to another one.
    pub other_sign_ins: BTreeMap<ServerId, OtherSignIn>,
    /// What this device is called in the list of devices.
    pub device_name: String,
    /// Who was signed in last: what is held is theirs.
    pub signed_in_before: Option<Username>,
    /// Which screen is shown.
    pub screen: Screen,
    /// What lies over the screen.
    pub overlay: Option<Overlay>,
    /// The sign-in screen.
    pub sign_in: SignInForm,
    /// The chosen item of the menu screen.
    pub menu: MenuItem,
    /// The devices screen.
    pub devices: Devices,
    /// The inbox screen.
    pub inbox: Inbox,
    /// Whether it was said once what waited when one came.
    pub summed_up: bool,
    /// The chat screen.
    pub chat: Chat,
    /// What the word being typed may become.
    pub completion: Completion,
    /// The conversation whose draft is in the person's editor, which has the terminal meanwhile.
    pub in_editor: Option<ConversationId>,
    /// The conversation somebody looks at, as of the last event.
    pub looked_at: Option<ConversationId>,
    /// Who there is.
    pub people: People,
    /// Of whom we want to hear nothing.
    pub blocked: BTreeSet<Username>,
    /// Whether we are at this terminal.
    pub attendance: Attendance,
    /// Our conversations.
    pub conversations: BTreeMap<ConversationId, Conversation>,
    /// All groups there are, where that was asked.
    pub group_listings: BTreeMap<ConversationId, GroupListing>,
    /// Those of our conversations that the server told of since the connection came back; the others are gone.
    pub listed: BTreeSet<ConversationId>,
    /// Conversations in which something arrived that the others were not told of.
    pub arrived_in: BTreeSet<ConversationId>,
    /// What we sent and is not acknowledged.
    pub outbox: Outbox,
    /// When the outbox may try again after the server was too busy.
    pub outbox_waits_until: Option<Moment>,
    /// How often in a row the server failed to store what the outbox sent.
    pub outbox_failures: u32,
    /// What this machine keeps for who is signed in.
    pub keeping: Keeping,
    /// When to sign in again after the server was too busy for it.
    pub sign_in_again_at: Option<Moment>,
    /// What is known to be highlighted in code.
    pub highlighted: Highlighted,
    /// Requests whose replies wait.
    pub pending: Pending,
    /// A word in the last line, for a few seconds.
    pub notice: Option<Notice>,
    /// When we last said that we are typing, and where.
    pub told_typing: Option<(ConversationId, Moment)>,
    /// A conversation that is to be opened when the server has told of it.
    pub opening: Option<Opening>,
    /// What was searched for last.
    pub last_search: Option<Search>,
    /// From what a search found to where one was before.
    pub way_back: Option<WayBack>,
    /// When Ctrl-C was last pressed: twice in a row quits.
    pub quit_asked_at: Option<Moment>,
    /// When the bell last rang.
    pub rang_at: Option<Moment>,
}

/// A word in the last line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What is said.
    pub phrase: Phrase,
    /// When it goes.
    pub until: Moment,
}

/// How long a notice stands, in milliseconds: long enough to read two short sentences.
const NOTICE_LASTS_MS: i64 = 6_000;

impl State {
    /// A client that was just started.
    #[must_use]
    pub fn new(now: Now, zone: TimeZone, size: Size, username: Option<&str>) -> Self {
        let Now { moment, wall: now } = now;
        Self {
            moment,
            now,
            zone,
            size,
            focused: true,
            deed_names: Vec::new(),
            link: Link::Connecting,
            server_id: None,
            server: None,
            server_version: None,
            account: None,
            token: None,
            token_user: None,
            stays_signed_in: false,
            kept_in: None,
            is_default_sign_in: false,
            wanted_user: None,
            looked_up: BTreeSet::new(),
            other_sign_ins: BTreeMap::new(),
            device_name: String::new(),
            signed_in_before: None,
            screen: Screen::SignIn,
            overlay: None,
            sign_in: SignInForm::new(username),
            menu: MenuItem::Directory,
            devices: Devices::default(),
            inbox: Inbox::default(),
            summed_up: false,
            chat: Chat::default(),
            completion: Completion::default(),
            in_editor: None,
            looked_at: None,
            people: People::default(),
            blocked: BTreeSet::new(),
            attendance: Attendance { away: Away::No, active_at: moment },
            conversations: BTreeMap::new(),
            group_listings: BTreeMap::new(),
            listed: BTreeSet::new(),
            arrived_in: BTreeSet::new(),
            outbox: Outbox::default(),
            outbox_waits_until: None,
            outbox_failures: 0,
            keeping: Keeping::default(),
            sign_in_again_at: None,
            highlighted: Highlighted::default(),
            pending: Pending::default(),
            notice: None,
            told_typing: None,
            opening: None,
            last_search: None,
            way_back: None,
            quit_asked_at: None,
            rang_at: None,
        }
    }

    /// Our username.
    #[must_use]
    pub fn me(&self) -> Option<&Username> {
        self.account.as_ref().map(|person| &person.username)
    }

    /// Somebody else signs in: nothing of what is held is theirs.
    pub fn forget_everything(&mut self) {
        self.chat = Chat::default();
        self.completion = Completion::default();
        self.looked_at = None;
        self.opening = None;
        self.last_search = None;
        self.way_back = None;
        self.menu = MenuItem::Directory;
        self.devices = Devices::default();
        self.inbox = Inbox::default();
        self.summed_up = false;
        self.people = People::default();
        self.blocked.clear();
        self.attendance.away = Away::No;
        self.conversations.clear();
        self.group_listings.clear();
        self.arrived_in.clear();
        self.outbox = Outbox::default();
        self.outbox_waits_until = None;
        self.outbox_failures = 0;
        self.keeping = Keeping::default();
        self.highlighted = Highlighted::default();
    }

    /// Puts a word in the last line.
    pub fn say(&mut self, phrase: Phrase) {
        self.notice = Some(Notice { phrase, until: self.moment.after_ms(NOTICE_LASTS_MS) });
    }
}
