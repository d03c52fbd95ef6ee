//! A client in use: its whole state and update, on a real connection.

use std::collections::BTreeSet;
use std::time::Duration;

use papo::event::{DisconnectReason, Event, Privacy};
use papo::layout;
use papo::state::Screen;
use papo::state::conversations::conversation::Conversation;
use papo_server::Server;
use papo_shared::model::ConversationId;
use ratatui::layout::Size;

use super::wire::{PASSWORD, Wire};
use crate::driver::Driver;

/// The time after which a client has done everything that it delays, in milliseconds of its own clock.
const A_WHILE: i64 = 3_000;

/// A client on one of a person's devices.
pub(super) struct Device {
    pub(super) driver: Driver,
    wire: Option<Wire>,
    /// Messages typed while there was no connection, with their conversations.
    pub(super) waits: Vec<(ConversationId, String)>,
    /// The numbers of the texts that were on the screen while the terminal had the focus.
    pub(super) seen: BTreeSet<u32>,
}

/// The numbers of the texts in this one, each as in `m7.`.
pub(super) fn numbers(text: &str) -> Vec<u32> {
    text.split('m').skip(1).filter_map(|rest| rest.split_once('.')?.0.parse().ok()).collect()
}

impl Device {
    /// Signs in by the form. Requests that follow the sign-in may still be in transit.
    pub(super) async fn sign_in(server: &Server, username: &str) -> Self {
        let mut device = Self { driver: Driver::start(80, 24), wire: None, waits: Vec::new(), seen: BTreeSet::new() };
        device.connect(server).await;
        device.settle().await;
        device.driver.type_text(username);
        device.driver.keys("Tab");
        device.driver.type_text(PASSWORD);
        device.driver.keys("Enter");
        device.settle().await;
        assert_eq!(device.driver.state.signed_in_as.as_ref().map(|me| me.username.as_str()), Some(username));
        device
    }

    pub(super) async fn connect(&mut self, server: &Server) {
        self.wire = Some(Wire::open(server).await);
        let server = server.local_addr();
        self.driver.happen(Event::Connected { server, hosting: false, privacy: Privacy::OnThisMachine });
    }

    /// Cuts the connection; everything in transit is lost.
    pub(super) fn cut(&mut self) {
        self.wire = None;
        self.driver.happen(Event::Disconnected {
            reason: DisconnectReason::Closed,
            retry_in: Duration::from_millis(A_WHILE.unsigned_abs()),
        });
        self.look();
    }

    /// Resizes the window. One frame is drawn before the client receives the event, and one after it.
    pub(super) fn resize(&mut self, (width, height): (u16, u16)) {
        let size = Size { width, height };
        self.driver.drawn_at(size);
        self.driver.happen(Event::Resized(size));
        self.driver.drawn_at(size);
        self.look();
    }

    pub(super) fn focus(&mut self, focused: bool) {
        self.driver.happen(Event::Focused(focused));
        self.look();
    }

    pub(super) fn press(&mut self, key: &str) {
        self.driver.keys(key);
        self.look();
    }

    /// Advances the clocks of the device.
    pub(super) fn wait(&mut self, milliseconds: i64) {
        self.driver.wait(milliseconds);
        self.look();
    }

    /// The conversation whose messages are on the screen of a terminal that has the focus.
    pub(super) fn looked_at(&self) -> Option<&Conversation> {
        let state = &self.driver.state;
        let is_seen = state.focused && state.screen == Screen::Chat && state.overlay.is_none() && layout::has_room(state.size);
        state.open_conversation().filter(|_| is_seen)
    }

    /// Records which texts are on the screen.
    fn look(&mut self) {
        if self.looked_at().is_none() {
            return;
        }
        let area = layout::chat(&self.driver.state).messages;
        let buffer = self.driver.drawn();
        for y in area.top()..area.bottom() {
            let row: String = (area.left()..area.right()).map(|x| buffer[(x, y)].symbol()).collect();
            // A quoted message does not count as seen.
            if !row.contains('↪') {
                self.seen.extend(numbers(&row));
            }
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.wire.is_some()
    }

    /// Delivers everything in transit in both directions. Returns whether there was anything.
    pub(super) async fn carry(&mut self) -> bool {
        let sent = self.driver.sent();
        let Some(wire) = &mut self.wire else { return false };
        for frame in &sent {
            wire.send(frame).await;
        }
        let came = wire.everything().await;
        let anything = !sent.is_empty() || !came.is_empty();
        self.driver.happen_together(came.into_iter().map(Event::Received).collect());
        if anything {
            self.look();
        }
        anything
    }

    /// Delivers until nothing is in transit.
    pub(super) async fn settle(&mut self) {
        self.wait(A_WHILE);
        while self.carry().await {}
    }

    /// Opens a known conversation by its name.
    pub(super) fn open(&mut self, name: &str) {
        self.driver.keys("Ctrl-k");
        self.driver.type_text(name);
        self.press("Enter");
    }

    /// The conversation that typed text is sent to.
    pub(super) fn open_conversation(&self) -> Option<ConversationId> {
        let state = &self.driver.state;
        state.account.chat.open_side().open.filter(|_| state.screen == Screen::Chat && state.overlay.is_none())
    }

    /// Types and sends a message in the open conversation.
    pub(super) fn say(&mut self, text: &str) {
        self.driver.type_text(text);
        self.press("Enter");
    }

    pub(super) fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.driver.state.account.conversations.values()
    }
}
