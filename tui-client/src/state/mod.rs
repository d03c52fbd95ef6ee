//! The state of the client. Only `update` changes it; `view` draws it and changes nothing.
//!
//! Deliberately absent: sockets, the terminal, the clock (each event carries its time), and any language (see [`phrase`]).

pub mod account;
pub mod account_state;
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

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use papo_shared::model::{Person, ServerId, Timestamp, Username};
use ratatui::layout::Size;

use self::account::credentials::Credentials;
use self::account::sign_in::SignInForm;
use self::account_state::{AccountState, StatusMessage};
use self::connection::link::{Link, Server};
use self::connection::pending::Pending;
pub use self::navigation::focus::{Focus, TextTarget};
pub use self::navigation::screen::Screen;
pub use self::overlays::overlay::Overlay;
use self::phrase::Phrase;
use crate::clock::{Moment, Now};

/// The state of the client.
#[derive(Clone, Debug)]
pub struct State {
    /// The monotonic time of the event being handled. Every deadline is compared with it.
    pub moment: Moment,
    /// The wall-clock time of the event being handled, for display and for stored times.
    pub now: Timestamp,
    /// The time zone in which times are shown.
    pub zone: TimeZone,
    /// The size of the terminal.
    pub size: Size,
    /// Whether the terminal has the focus. Initially true, because many terminals do not report the focus.
    pub focused: bool,
    /// The time of the last key press, or of the last time the terminal got the focus.
    pub active_at: Moment,
    /// The names of the palette's commands in the user's language, in the order of the keymap's table.
    pub palette_names: Vec<String>,
    /// The stage of the connection.
    pub link: Link,
    /// Whether the server has refused a request because it cannot reach its database, and has answered none since that needs it.
    pub is_server_unavailable: bool,
    /// The identity of the server that greeted this client last.
    pub server_id: Option<ServerId>,
    /// The address of the current or last connection.
    pub server: Option<Server>,
    /// The address in use, as `HOST:PORT`. `None` if there is only one.
    pub listed_address: Option<String>,
    /// The name and version of the server.
    pub server_version: Option<String>,
    /// For how many days the server keeps messages; `None`: without a limit, or unknown.
    pub server_retention_days: Option<u32>,
    /// Requests whose replies have not arrived.
    pub pending: Pending,
    /// The account that is signed in. It stays set while the connection is lost.
    pub signed_in_as: Option<Person>,
    /// The token that signs in after a reconnection, and at the next start if it is stored.
    pub credentials: Credentials,
    /// The username given on the command line.
    pub wanted_user: Option<Username>,
    /// The servers whose stored sign-ins were looked up since the start. Each is looked up once, so that a user who signed out is
    /// not signed in as someone else after a lost connection.
    pub servers_looked_up: BTreeSet<ServerId>,
    /// The credentials of other servers that were at this address before. They are never offered to the current one.
    pub other_sign_ins: BTreeMap<ServerId, Credentials>,
    /// When to retry signing in after the server was too busy.
    pub sign_in_again_at: Option<Moment>,
    /// The name of this device in the list of devices.
    pub device_name: String,
    /// The screen that is shown.
    pub screen: Screen,
    /// The dialog shown over the screen, if any.
    pub overlay: Option<Overlay>,
    /// The form of the sign-in screen.
    pub sign_in: SignInForm,
    /// Whether the user's own editor is running in the terminal.
    pub editor_is_open: bool,
    /// Until when an interrupt is still the one that ended the editor. It reaches both programs, in any order.
    pub interrupts_end_editor_until: Option<Moment>,
    /// When Ctrl-C was last pressed. Pressing it twice in a row quits.
    pub quit_pressed_at: Option<Moment>,
    /// When the bell last rang.
    pub last_bell_at: Option<Moment>,
    /// The part that belongs to one account. Replaced as a whole when another account signs in.
    pub account: AccountState,
}

/// How long a status message is shown, in milliseconds: enough to read two short sentences.
const STATUS_MESSAGE_MS: i64 = 6_000;

impl State {
    /// Creates the state of a client that has just started. `username` is the one given on the command line.
    #[must_use]
    pub fn new(now: Now, zone: TimeZone, size: Size, username: Option<&str>) -> Self {
        let Now { moment, wall: now } = now;
        Self {
            moment,
            now,
            zone,
            size,
            focused: true,
            active_at: moment,
            palette_names: Vec::new(),
            link: Link::Connecting,
            is_server_unavailable: false,
            server_id: None,
            server: None,
            listed_address: None,
            server_version: None,
            server_retention_days: None,
            pending: Pending::default(),
            signed_in_as: None,
            credentials: Credentials::default(),
            wanted_user: None,
            servers_looked_up: BTreeSet::new(),
            other_sign_ins: BTreeMap::new(),
            sign_in_again_at: None,
            device_name: String::new(),
            screen: Screen::SignIn,
            overlay: None,
            sign_in: SignInForm::new(username),
            editor_is_open: false,
            interrupts_end_editor_until: None,
            quit_pressed_at: None,
            last_bell_at: None,
            account: AccountState::default(),
        }
    }

    /// The username of the signed-in account.
    #[must_use]
    pub fn me(&self) -> Option<&Username> {
        self.signed_in_as.as_ref().map(|person| &person.username)
    }

    /// Forgets everything that belongs to the account.
    pub fn forget_account(&mut self) {
        let name_of_deleted = std::mem::take(&mut self.account.people.name_of_deleted);
        self.account = AccountState::default();
        self.account.people.name_of_deleted = name_of_deleted;
    }

    /// Shows a message in the last line for a few seconds. It replaces the message shown before.
    pub fn show_status(&mut self, phrase: Phrase) {
        self.account.status_message = Some(StatusMessage { phrase, until: self.moment.after_ms(STATUS_MESSAGE_MS) });
    }
}
