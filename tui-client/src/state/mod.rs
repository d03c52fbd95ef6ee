//! Everything the client knows. Changed by `update` alone, drawn by `view`, which changes nothing.
//!
//! Deliberately absent: sockets, the terminal, the clock (`now` is told), and any language (see [`phrase`]).

pub mod answer;
pub mod awaited;
pub mod away;
pub mod blocked;
pub mod changes;
pub mod chat;
pub mod completion;
pub mod conversation;
pub mod devices;
pub mod happening;
pub mod highlighted;
pub mod inbox;
pub mod invites;
pub mod keeping;
pub mod link;
pub mod log;
pub mod lost;
pub mod matching;
pub mod members;
pub mod menu;
pub mod notify;

pub mod outbox;
pub mod paste;
pub mod pending;
pub mod people;
pub mod phrase;
pub mod picker;
pub mod prompt;
pub mod quotes;
pub mod receipts;
pub mod refusals;
pub mod search;
pub mod sheet;
pub mod sign_in;
pub mod text_input;
pub mod way_back;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use papo_shared::model::{ConversationId, GroupListing, Person, ServerId, Timestamp, Username};
use ratatui::layout::Size;

use crate::clock::{Moment, Now};
use crate::device_token::{DeviceToken, TokenLocation};
use awaited::Opening;
use away::{Attendance, Away};
use chat::{Chat, ChatFocus};
use completion::Completion;
use conversation::Conversation;
use devices::Devices;
use highlighted::Highlighted;
use inbox::Inbox;
use invites::Invites;
use keeping::Keeping;
use link::{Link, Server};
use members::MemberList;
use menu::MenuItem;
use notify::NotifyList;

use outbox::Outbox;
use pending::Pending;
use people::People;
use phrase::Phrase;
use picker::Picker;
use prompt::Prompt;
use search::Search;
use sheet::Sheet;
use sign_in::{OtherSignIn, SignInForm};
use way_back::WayBack;

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
    pub palette_names: Vec<String>,
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
    pub token_location: Option<TokenLocation>,
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

/// Which screen is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Sign in or register.
    SignIn,
    /// The menu.
    Menu,
    /// Where one is signed in.
    Devices,
    /// What waits for one's eyes.
    Inbox,
    /// Lists, messages, composer.
    Chat,
}

/// What lies over a screen and gets the keys.
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is not moved about")]
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The keys, scrolled down by so many rows.
    Help(u16),
    /// What is known of the server.
    Server,
    /// A list to choose from.
    Picker(Picker),
    /// A small form.
    Prompt(Prompt),
    /// The question whether a long paste goes out.
    Paste,
    /// Searching for messages.
    Search(Search),
    /// The members of a group. Where they stand at the right of the chat, the list there gets the keys.
    Members(MemberList),
    /// The invites to a group.
    Invites(Invites),
    /// What of a conversation calls for one's attention.
    Notify(NotifyList),
    /// What became of a message, and who has it.
    Sheet(Sheet),
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
/// While something ends at a time of the wall clock (a mute), that clock is read at least this often, in milliseconds.
const WALL_CLOCK_CHECKED_EVERY_MS: i64 = 10 * 60_000;

/// Where the keys go. Together with a key it says what is meant: see the keymap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Focus {
    /// The sign-in screen, in one of its text fields.
    SignIn,
    /// The menu screen.
    Menu,
    /// The devices screen.
    Devices,
    /// The inbox screen.
    Inbox,
    /// The list at the left of the chat screen.
    List,
    /// The messages.
    Messages,
    /// The messages, gone to from elsewhere: as [`Focus::Messages`], but for the way back.
    Found,
    /// The messages, at one that is folded.
    FoldedMessage,
    /// The messages, at one of one's own that failed.
    FailedMessage,
    /// The composer, with something in it.
    Composer,
    /// The composer, with nothing in it: the arrows lead elsewhere.
    EmptyComposer,
    /// The composer, with a list over it of what the word being typed may become.
    Completion,
    /// The composer, for an answer or for another text of a message.
    Answer,
    /// A picker.
    Picker,
    /// The reactions there are to choose from, before anything was typed.
    Reactions,
    /// A prompt.
    Prompt,
    /// A question before something that cannot be undone, over the screen.
    Confirmation,
    /// The question whether a long paste goes out.
    Paste,
    /// Searching for messages.
    Search,
    /// The members of a group.
    Members,
    /// The invites to a group.
    Invites,
    /// What of a conversation calls for one's attention.
    Notify,
    /// The keys.
    Help,
    /// What is known of the server.
    Server,
    /// What became of a message, and who has it.
    Sheet,
}

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
            palette_names: Vec::new(),
            link: Link::Connecting,
            server_id: None,
            server: None,
            server_version: None,
            account: None,
            token: None,
            token_user: None,
            stays_signed_in: false,
            token_location: None,
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

    /// Where the keys go.
    #[must_use]
    pub fn focus(&self) -> Focus {
        match &self.overlay {
            Some(Overlay::Help(_)) => Focus::Help,
            Some(Overlay::Server) => Focus::Server,
            Some(Overlay::Picker(picker)) if picker.offers_usual_reactions() => Focus::Reactions,
            Some(Overlay::Picker(_)) => Focus::Picker,
            Some(Overlay::Prompt(prompt)) if prompt.is_confirmation() => Focus::Confirmation,
            Some(Overlay::Prompt(_)) => Focus::Prompt,
            Some(Overlay::Paste) => Focus::Paste,
            Some(Overlay::Search(_)) => Focus::Search,
            Some(Overlay::Members(_)) => Focus::Members,
            Some(Overlay::Invites(_)) => Focus::Invites,
            Some(Overlay::Notify(_)) => Focus::Notify,
            Some(Overlay::Sheet(_)) => Focus::Sheet,
            None => self.focus_below(),
        }
    }

    /// Where the keys go when nothing lies over the screen.
    #[must_use]
    pub fn focus_below(&self) -> Focus {
        match self.screen {
            Screen::SignIn => Focus::SignIn,
            Screen::Menu => Focus::Menu,
            Screen::Devices => Focus::Devices,
            Screen::Inbox => Focus::Inbox,
            Screen::Chat => match self.chat.focus {
                ChatFocus::List => Focus::List,
                ChatFocus::Messages if self.selected_is_folded() => Focus::FoldedMessage,
                ChatFocus::Messages if self.selected_failed().is_some() => Focus::FailedMessage,
                ChatFocus::Messages if self.shows_what_was_gone_to() => Focus::Found,
                ChatFocus::Messages => Focus::Messages,
                ChatFocus::Composer if self.completion.pop_up.is_some() => Focus::Completion,
                ChatFocus::Composer if self.open_conversation().is_some_and(Conversation::is_answering) => Focus::Answer,
                ChatFocus::Composer if self.open_conversation().is_none_or(|open| open.composer.is_empty()) => {
                    Focus::EmptyComposer
                }
                ChatFocus::Composer => Focus::Composer,
            },
        }
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

    /// When something changes by itself: the loop wakes then, and not before.
    #[must_use]
    pub fn wake_at(&self) -> Option<Moment> {
        let retry = match &self.link {
            // The countdown is shown in seconds.
            Link::Lost { retry_at, .. } if *retry_at > self.moment => {
                let left = retry_at.ms_since(self.moment);
                Some(self.moment.after_ms(if left % 1000 == 0 { 1000 } else { left % 1000 }))
            }
            _ => None,
        };
        let notice = self.notice.as_ref().map(|notice| notice.until);
        let typing = self.open_conversation().and_then(|open| open.typing_ends(self.moment));
        let search = match &self.overlay {
            Some(Overlay::Search(search)) => search.again_at,
            _ => None,
        };
        // The wall clock may be set meanwhile: so it is looked at again before long.
        let mute = self.first_mute_ends().map(|until| {
            let left = until.0.saturating_sub(self.now.0).clamp(0, WALL_CLOCK_CHECKED_EVERY_MS);
            self.moment.after_ms(left)
        });
        let repeat = self.pending.next_repeat();
        [
            retry,
            notice,
            typing,
            search,
            mute,
            repeat,
            self.idle_at(),
            self.outbox_waits_until,
            self.sign_in_again_at,
            self.keeping.due,
        ]
        .into_iter()
        .flatten()
        .min()
    }
}
