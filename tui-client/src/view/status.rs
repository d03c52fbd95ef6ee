//! The first line and the last line.

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
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::translations::Translations;

/// Who, where, and how the connection is.
pub(super) fn draw(canvas: &mut Canvas, area: Rect, state: &State, words: &Translations) {
    let mut left = vec![piece(" papo", Role::Accent)];
    if let Some(me) = state.me() {
        left.push(piece(format!(" · {}", state.account.people.name_of(me)), Role::Text));
    }
    if state.signed_in_as.is_some() && state.account.away != Away::No {
        left.push(piece(format!(" ◐ {}", words.get("presence-away")), Role::Warning));
    }
    if state.unread_total() > 0 {
        let unread = Phrase::new("unread-total").number("count", state.unread_total().into());
        left.push(piece(format!(" · {}", words.format(&unread)), Role::Unread));
    }
    if state.mentions_total() > 0 {
        left.push(piece(format!(" · @{}", state.mentions_total()), Role::Mention));
    }
    let right = connection(state, words);
    let right_width = right.iter().map(|(text, _)| width(text)).sum::<usize>();
    let left_width = usize::from(area.width).saturating_sub(right_width + 1);
    let left_area = Rect { width: u16::try_from(left_width).unwrap_or(area.width), ..area };
    canvas.row(left_area, 0, &left);
    canvas.row_right(area, 0, &right);
}

fn connection(state: &State, words: &Translations) -> Vec<Piece> {
    let place = match state.server {
        // Why it is gone, or cannot store, takes the room, and matters more than where it was.
        _ if matches!(state.link, Link::Lost { .. }) || state.account.send_pacing.failures > 0 => String::new(),
        // Where there is little room, what is unread matters more.
        _ if state.size.width < TWO_PANES_WIDTH => String::new(),
        Some(server) if server.hosting => words.get("link-hosting"),
        Some(server) => server.address.to_string(),
        None => String::new(),
    };
    let (mark, role, said) = match &state.link {
        Link::Live | Link::Greeted => ("●", Role::Ok, words.get("link-connected")),
        Link::Connecting | Link::Greeting => ("○", Role::Warning, words.get("link-connecting")),
        Link::Lost { why, retry_at } => {
            let seconds = u64::try_from(retry_at.ms_since(state.moment)).unwrap_or(0).div_ceil(1000);
            let said = words.format(&Phrase::new(lost(why)).number("seconds", seconds));
            ("○", Role::Danger, said)
        }
    };
    let mut pieces = vec![piece(place, Role::Dim), piece(format!(" {mark} "), role), piece(said, role)];
    let waiting = state.account.outbox.waiting();
    if waiting > 0 && (!state.link.is_live() || state.account.send_pacing.failures > 0) {
        let said = if state.account.send_pacing.failures > 0 { "link-not-stored" } else { "link-waiting" };
        pieces.push(piece(format!(" {}", words.format(&Phrase::new(said).number("count", waiting as u64))), Role::Warning));
    }
    pieces.push(piece(" ", Role::Text));
    pieces
}

fn lost(why: &DisconnectReason) -> &'static str {
    match why {
        DisconnectReason::Unreachable(_) => "link-unreachable",
        DisconnectReason::Closed => "link-closed",
        DisconnectReason::Silent => "link-silent",
        DisconnectReason::NoReply => "link-no-reply",
        DisconnectReason::NotPapo => "link-not-papo",
        DisconnectReason::NoTls(_) => "link-no-tls",
        DisconnectReason::CertificateUnknown { .. } => "link-certificate-unknown",
        DisconnectReason::CertificateChanged { .. } => "link-certificate-changed",
        DisconnectReason::HostingFailed(_) => "link-cannot-host",
        DisconnectReason::HostedServerFailed => "link-hosted-server-failed",
        DisconnectReason::ServerAway { .. } => "link-server-away",
        DisconnectReason::KnownServers(_) => "link-known-servers",
    }
}

/// The keys that matter where the focus is, or a word about what just happened.
pub(super) fn draw_hints(canvas: &mut Canvas, area: Rect, state: &State, words: &Translations) {
    if let Some(notice) = &state.account.status_message {
        let rows = notice_rows(&words.format_within(&notice.phrase, usize::from(area.width).saturating_sub(1)), area.width);
        if let [one] = rows.as_slice() {
            return canvas.row(area, 0, &[piece(" ", Role::Text), piece(one.as_str(), Role::Accent)]);
        }
    }
    let mut hints: Vec<[Piece; 2]> = keymap::bindings_in(state.focus())
        .filter(|binding| selection::offers(state, binding.action) && keymap::is_offered(state, binding.action))
        .filter_map(|binding| match binding.label {
            keymap::BindingLabel::HelpAndHint(_, hint) => {
                // The letter of yes is the one thing on the keyboard that depends on the language.
                let key = if binding.is_yes_letter() { words.get("letter-yes") } else { binding.keys[0].to_string() };
                let hint = keymap::hint_for(state, binding.action, hint);
                Some([piece(key, Role::Accent), piece(format!(" {}", words.get(hint)), Role::Dim)])
            }
            _ => None,
        })
        .collect();
    // Where there is little room the last ones stay, which lead out and to the help, and the first one.
    while hints_width(&hints) > usize::from(area.width) && hints.len() > LAST_HINTS_STAY {
        hints.remove(if hints.len() > LAST_HINTS_STAY + 1 { hints.len() - LAST_HINTS_STAY - 1 } else { 0 });
    }
    let mut pieces = Vec::new();
    for hint in hints {
        pieces.push(piece(if pieces.is_empty() { " " } else { SEPARATOR }, Role::Dim));
        pieces.extend(hint);
    }
    canvas.row(area, 0, &pieces);
}

/// A notice that does not fit into the last row, over what is above the composer: neither what is typed nor the end of what is
/// said is hidden by it.
pub(super) fn draw_long_notice(canvas: &mut Canvas, body: Rect, state: &State, words: &Translations) {
    let Some(notice) = &state.account.status_message else { return };
    let rows = notice_rows(&words.format_within(&notice.phrase, usize::from(body.width).saturating_sub(1)), body.width);
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

fn notice_rows(said: &str, columns: u16) -> Vec<String> {
    wrap(said, usize::from(columns).saturating_sub(1))
}

/// The ways out and to the help are the last bindings of every place.
const LAST_HINTS_STAY: usize = 2;
const SEPARATOR: &str = " · ";

fn hints_width(hints: &[[Piece; 2]]) -> usize {
    let texts: usize = hints.iter().flatten().map(|(text, _)| width(text)).sum();
    1 + texts + width(SEPARATOR) * hints.len().saturating_sub(1)
}
