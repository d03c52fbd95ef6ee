//! The status line at the top of every screen, and the line of key hints and status messages at the bottom.

use ratatui::layout::Rect;

use super::paint::{Canvas, Piece, piece};
use super::theme::Role;
use crate::event::DisconnectReason;
use crate::keymap;
use crate::layout;
use crate::layout::TWO_PANES_WIDTH;
use crate::layout::selection;
use crate::layout::wrap::{width, wrap};
use crate::state::account::away::Away;
use crate::state::connection::link::Link;
use crate::state::conversations::count::shown_count;
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::translations::Translations;

/// The maximum width of an address together with the reason why it failed, in columns.
const MAX_ADDRESS_AND_REASON: usize = 58;

/// Draws the status line: user and unread counts at the left, server and connection at the right.
pub(super) fn draw(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations) {
    let mut left = vec![piece(" papo", Role::Accent)];
    if let Some(me) = state.me() {
        left.push(piece(format!(" · {}", state.account.people.name_of(me)), Role::Text));
    }
    if state.signed_in_as.is_some() && state.account.away != Away::No {
        left.push(piece(format!(" ◐ {}", translations.get("presence-away")), Role::Warning));
    }
    if state.unread_total() > 0 {
        let unread = Phrase::new("unread-total").count("count", state.unread_total());
        left.push(piece(format!(" · {}", translations.format(&unread)), Role::Unread));
    }
    if state.mentions_total() > 0 {
        left.push(piece(format!(" · @{}", shown_count(state.mentions_total())), Role::Mention));
    }
    let right = connection(state, translations);
    let right_width = right.iter().map(|(text, _)| width(text)).sum::<usize>();
    let left_width = usize::from(area.width).saturating_sub(right_width + 1);
    let left_area = Rect { width: u16::try_from(left_width).unwrap_or(area.width), ..area };
    canvas.row(left_area, 0, &left);
    canvas.row_right(area, 0, &right);
}

fn connection(state: &State, translations: &Translations) -> Vec<Piece> {
    let (mark, role, text) = match &state.link {
        Link::Live | Link::Greeted if state.is_server_unavailable => ("○", Role::Warning, translations.get("link-unavailable")),
        Link::Live | Link::Greeted => ("●", Role::Ok, translations.get("link-connected")),
        Link::Connecting | Link::Greeting => ("○", Role::Warning, translations.get("link-connecting")),
        Link::Lost { reason: why, retry_at } => {
            let seconds = u64::try_from(retry_at.ms_since(state.moment)).unwrap_or(0).div_ceil(1000);
            ("○", Role::Danger, translations.format(&Phrase::new(lost(why)).number("seconds", seconds)))
        }
    };
    let is_failing = state.account.send_pacing.failures > 0;
    let has_long_text = matches!(state.link, Link::Lost { .. }) || is_failing || state.is_server_unavailable;
    let address = match (&state.listed_address, state.server) {
        // In a narrow terminal, the unread counts are more important than the address.
        _ if state.size.width < TWO_PANES_WIDTH => String::new(),
        // Of several addresses, the user wants to know which one failed.
        (Some(address), _) if !has_long_text || width(address) + width(&text) <= MAX_ADDRESS_AND_REASON => address.clone(),
        // The reason of a lost connection or failed write is long, and more important than the address.
        _ if has_long_text => String::new(),
        (_, Some(server)) if server.is_hosted => translations.get("link-hosting"),
        (_, Some(server)) => server.address.to_string(),
        (_, None) => String::new(),
    };
    let mut pieces = vec![piece(address, Role::Dim), piece(format!(" {mark} "), role), piece(text, role)];
    let waiting = state.account.outbox.unacknowledged_count();
    if waiting > 0 && (!state.link.is_live() || is_failing || state.is_server_unavailable) {
        // Said once is enough.
        let key = if is_failing && !state.is_server_unavailable { "link-not-stored" } else { "link-waiting" };
        pieces.push(piece(format!(" {}", translations.format(&Phrase::new(key).number("count", waiting as u64))), Role::Warning));
    }
    pieces.push(piece(" ", Role::Text));
    pieces
}

/// The translation key for a lost connection.
fn lost(reason: &DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::Unreachable(_) => "link-unreachable",
        DisconnectReason::Closed => "link-closed",
        DisconnectReason::Silent => "link-silent",
        DisconnectReason::NoReply => "link-no-reply",
        DisconnectReason::NotPapo => "link-not-papo",
        DisconnectReason::NoTls(_) => "link-no-tls",
        DisconnectReason::CertificateUnknown { .. } => "link-certificate-unknown",
        DisconnectReason::CertificateChanged { .. } => "link-certificate-changed",
        DisconnectReason::OtherCommunity { .. } => "link-other-community",
        DisconnectReason::CommunityUnproven { .. } => "link-community-unproven",
        DisconnectReason::HostingFailed(_) => "link-cannot-host",
        DisconnectReason::HostedServerFailed => "link-hosted-server-failed",
        DisconnectReason::ServerAway { .. } => "link-server-away",
        DisconnectReason::KnownServers(_) => "link-known-servers",
    }
}

/// Draws the last line: the status message if there is one that fits, or else the keys that apply at the focus.
pub(super) fn draw_hints(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations) {
    if let Some(message) = &state.account.status_message {
        let rows =
            message_rows(&translations.format_within(&message.phrase, usize::from(area.width).saturating_sub(1)), area.width);
        if let [one] = rows.as_slice() {
            return canvas.row(area, 0, &[piece(" ", Role::Text), piece(one.as_str(), Role::Accent)]);
        }
    }
    let mut hints: Vec<[Piece; 2]> = keymap::bindings_in(state.focus())
        .filter(|binding| selection::offers(state, binding.action) && keymap::is_offered(state, binding.action))
        .filter_map(|binding| match binding.label {
            keymap::BindingLabel::HelpAndHint(_, hint) => {
                // The letter for yes is the only key that depends on the language.
                let key = if binding.is_yes_letter() { translations.get("letter-yes") } else { binding.keys[0].to_string() };
                let hint = keymap::hint_for(state, binding.action, hint);
                Some([piece(key, Role::Accent), piece(format!(" {}", translations.get(hint)), Role::Dim)])
            }
            _ => None,
        })
        .collect();
    // In a narrow terminal hints are removed from the middle: the first one and the last ones are kept.
    while hints_width(&hints) > usize::from(area.width) && hints.len() > LAST_HINTS_KEPT {
        hints.remove(if hints.len() > LAST_HINTS_KEPT + 1 { hints.len() - LAST_HINTS_KEPT - 1 } else { 0 });
    }
    let mut pieces = Vec::new();
    for hint in hints {
        pieces.push(piece(if pieces.is_empty() { " " } else { SEPARATOR }, Role::Dim));
        pieces.extend(hint);
    }
    canvas.row(area, 0, &pieces);
}

/// Draws a status message that does not fit into the last row. It is placed above the composer, so that neither the typed text
/// nor the end of the message is hidden.
pub(super) fn draw_long_message(canvas: &mut Canvas, body: Rect, state: &State, translations: &Translations) {
    let Some(message) = &state.account.status_message else { return };
    let rows = message_rows(&translations.format_within(&message.phrase, usize::from(body.width).saturating_sub(1)), body.width);
    if rows.len() < 2 {
        return;
    }
    let typing = if state.screen == Screen::Chat { layout::chat(state).typing } else { Rect::default() };
    let bottom = if typing.is_empty() { body.bottom() } else { typing.bottom() };
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(bottom.saturating_sub(body.y));
    let area = Rect { y: bottom - height, height, ..body };
    canvas.clear(area);
    for (at, row) in rows.iter().enumerate() {
        let row = [piece(" ", Role::Text), piece(row.as_str(), Role::Accent)];
        canvas.row(area, u16::try_from(at).unwrap_or(u16::MAX), &row);
    }
}

/// The rows of a status message; one column is for the space before it.
fn message_rows(text: &str, columns: u16) -> Vec<String> {
    wrap(text, usize::from(columns).saturating_sub(1))
}

/// The last bindings of every focus are the ones that leave it and that open the help.
const LAST_HINTS_KEPT: usize = 2;
const SEPARATOR: &str = " · ";

fn hints_width(hints: &[[Piece; 2]]) -> usize {
    let texts: usize = hints.iter().flatten().map(|(text, _)| width(text)).sum();
    1 + texts + width(SEPARATOR) * hints.len().saturating_sub(1)
}
