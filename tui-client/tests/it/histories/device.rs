//! A client that somebody uses: the whole state and update of it, on a real connection.

use std::time::Duration;

use papo::event::{Event, Lost, Privacy};
use papo::state::Screen;
use papo::state::conversation::Conversation;
use papo_server::Server;
use papo_shared::model::ConversationId;
use ratatui::layout::Size;

use super::wire::{PASSWORD, Wire};
use crate::driver::Driver;

/// How long a client is given for what it does only after a while, in milliseconds of its own clock.
const A_WHILE: i64 = 3_000;

/// One client of somebody.
pub(super) struct Device {
    pub(super) driver: Driver,
    wire: Option<Wire>,
    /// What was typed while there was no connection: where, and what.
    pub(super) waits: Vec<(ConversationId, String)>,
}

impl Device {
    /// Signs in by the form. What that leads to has not come yet.
    pub(super) async fn sign_in(server: &Server, username: &str) -> Self {
        let mut device = Self { driver: Driver::start(80, 24), wire: None, waits: Vec::new() };
        device.connect(server).await;
        device.settle().await;
        device.driver.type_text(username);
        device.driver.keys("Tab");
        device.driver.type_text(PASSWORD);
        device.driver.keys("Enter");
        device.settle().await;
        assert_eq!(device.driver.state.account.as_ref().map(|me| me.username.as_str()), Some(username));
        device
    }

    pub(super) async fn connect(&mut self, server: &Server) {
        self.wire = Some(Wire::open(server).await);
        let server = server.local_addr();
        self.driver.happen(Event::Connected { server, hosting: false, privacy: Privacy::OnThisMachine });
    }

    /// The line is cut, with whatever is on it.
    pub(super) fn cut(&mut self) {
        self.wire = None;
        self.driver.happen(Event::Disconnected { why: Lost::Closed, retry_in: Duration::from_millis(A_WHILE.unsigned_abs()) });
    }

    /// The window gets another size; a frame is drawn before the client hears of it, and one after.
    pub(super) fn resize(&mut self, (width, height): (u16, u16)) {
        let size = Size { width, height };
        self.driver.drawn_at(size);
        self.driver.happen(Event::Resized(size));
        self.driver.drawn_at(size);
    }

    pub(super) fn is_connected(&self) -> bool {
        self.wire.is_some()
    }

    /// Carries what both sides have for each other by now. Says whether there was anything.
    pub(super) async fn carry(&mut self) -> bool {
        let sent = self.driver.sent();
        let Some(wire) = &mut self.wire else { return false };
        for frame in &sent {
            wire.send(frame).await;
        }
        let came = wire.everything().await;
        let anything = !sent.is_empty() || !came.is_empty();
        self.driver.happen_together(came.into_iter().map(Event::Received).collect());
        anything
    }

    /// Carries until neither side has anything more.
    pub(super) async fn settle(&mut self) {
        self.driver.wait(A_WHILE);
        while self.carry().await {}
    }

    /// Opens a conversation that this client knows, as a person does who knows its name.
    pub(super) fn open(&mut self, name: &str) {
        self.driver.keys("Ctrl-k");
        self.driver.type_text(name);
        self.driver.keys("Enter");
    }

    /// What is typed goes there.
    pub(super) fn open_conversation(&self) -> Option<ConversationId> {
        let state = &self.driver.state;
        state.chat.here().open.filter(|_| state.screen == Screen::Chat && state.overlay.is_none())
    }

    /// Types and sends, in the conversation that is open.
    pub(super) fn say(&mut self, text: &str) {
        self.driver.type_text(text);
        self.driver.keys("Enter");
    }

    pub(super) fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.driver.state.conversations.values()
    }
}
