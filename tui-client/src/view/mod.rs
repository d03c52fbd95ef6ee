//! Draws the screen from the state, without changing the state.

mod account;
mod composer;
mod conversations;
mod groups;
mod links;
mod lists;
mod navigation;
mod overlays;
mod paint;
mod search;
mod status;
mod text_input;
pub mod theme;

use self::account::{devices, recovery_codes, sign_in};
use self::composer::paste;
use self::conversations::notify;
use self::groups::{invitations, invites, members};
use self::navigation::{chat, inbox, menu};
use self::overlays::{help, picker, prompt, server, sheet};
use ratatui::Frame;
use ratatui::layout::Position;

use crate::layout;
use crate::state::{Overlay, Screen, State};
use crate::translations::Translations;
use paint::{Canvas, piece};
use theme::{Role, Theme};

/// Draws the whole screen. The area of the frame takes precedence over the size in the state: the terminal may have been resized
/// since the last event.
pub fn draw(frame: &mut Frame, state: &State, translations: &Translations, theme: Theme) {
    let size = frame.area().as_size();
    if size != state.size {
        let resized = State { size, ..state.clone() };
        return draw(frame, &resized, translations, theme);
    }
    let mut canvas = Canvas { buffer: frame.buffer_mut(), theme, links: Vec::new() };
    let cursor = draw_into(&mut canvas, state, translations);
    if theme.links {
        links::attach(canvas.buffer, &canvas.links);
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// Draws the whole screen. Returns the position of the cursor; `None` hides it.
fn draw_into(canvas: &mut Canvas, state: &State, translations: &Translations) -> Option<Position> {
    if !layout::has_room(state.size) {
        let area = canvas.buffer.area;
        canvas.row_centred(area, area.height / 2, &[piece(translations.get("too-small"), Role::Text)]);
        return None;
    }
    let parts = layout::frame(state.size);
    status::draw(canvas, parts.status, state, translations);
    status::draw_hints(canvas, parts.hint, state, translations);
    let cursor = match state.screen {
        Screen::SignIn => sign_in::draw(canvas, parts.body, state, translations),
        Screen::Menu => {
            menu::draw(canvas, parts.body, state, translations);
            None
        }
        Screen::Devices => {
            devices::draw(canvas, parts.body, state, translations);
            None
        }
        Screen::Inbox => {
            inbox::draw(canvas, state, translations);
            None
        }
        Screen::Chat => chat::draw(canvas, parts.body, state, translations),
    };
    let cursor = match &state.overlay {
        None => cursor,
        Some(Overlay::Help(top)) => {
            help::draw(canvas, state, translations, *top);
            None
        }
        Some(Overlay::Server) => {
            server::draw(canvas, state, translations);
            None
        }
        Some(Overlay::Sheet(sheet)) => {
            sheet::draw(canvas, state, translations, sheet);
            None
        }
        Some(Overlay::Picker(picker)) => picker::draw(canvas, state, translations, picker),
        Some(Overlay::Paste) => {
            paste::draw_dialog(canvas, state, translations);
            None
        }
        Some(Overlay::Search(search)) => Some(search::draw(canvas, state, translations, search)),
        Some(Overlay::Prompt(prompt)) => prompt::draw(canvas, state, translations, prompt),
        Some(Overlay::Members(list)) => {
            members::draw_overlay(canvas, state, translations, list);
            None
        }
        Some(Overlay::Invites(invites)) => {
            invites::draw(canvas, state, translations, invites);
            None
        }
        Some(Overlay::RecoveryCodes(codes)) => {
            recovery_codes::draw(canvas, state, translations, codes);
            None
        }
        Some(Overlay::Invitations(_)) => {
            invitations::draw(canvas, state, translations);
            None
        }
        Some(Overlay::Notify(list)) => {
            notify::draw(canvas, state, translations, *list);
            None
        }
    };
    status::draw_long_message(canvas, parts.body, state, translations);
    cursor
}
