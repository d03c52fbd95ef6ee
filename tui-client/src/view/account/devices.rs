//! The devices screen: two rows a device.

use papo_shared::model::DeviceListing;
use ratatui::layout::Rect;

use crate::layout;
use crate::layout::{DEVICE_HEIGHT, DEVICES_HEADER_HEIGHT};
use crate::state::State;
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::paint::{Canvas, piece};
use crate::view::theme::Role;

/// Columns left free at the left.
const MARGIN: u16 = 2;
/// How wide a row is at most.
const WIDTH: u16 = 70;

pub(crate) fn draw(canvas: &mut Canvas, area: Rect, state: &State, words: &Translations) {
    let area = Rect { x: area.x + MARGIN, width: (area.width - 2 * MARGIN).min(WIDTH), ..area };
    canvas.row(area, 1, &[piece(words.get("devices-title"), Role::Dim)]);
    let below = Rect { y: area.y + DEVICES_HEADER_HEIGHT, height: area.height - DEVICES_HEADER_HEIGHT, ..area };
    let Some(list) = &state.account.devices.list else {
        return canvas.row(below, 0, &[piece(words.get("loading"), Role::Dim)]);
    };
    let (at, in_view) = (state.account.devices.at(), layout::devices_in_view(state.size));
    let first = layout::first_visible(Some(at), list.len(), in_view);
    for (row, (place, device)) in list.iter().enumerate().skip(first).take(in_view).enumerate() {
        let top = u16::try_from(row).unwrap_or(u16::MAX).saturating_mul(DEVICE_HEIGHT);
        draw_device(canvas, below, top, state, words, device, place == at);
    }
}

/// What to call a device.
pub(crate) fn name(words: &Translations, device: &DeviceListing) -> String {
    if device.name.as_str().is_empty() { words.get("device-unnamed") } else { device.name.to_string() }
}

fn draw_device(
    canvas: &mut Canvas,
    area: Rect,
    top: u16,
    state: &State,
    words: &Translations,
    device: &DeviceListing,
    chosen: bool,
) {
    let (mark, mark_role) = if device.connected { ("● ", Role::Ok) } else { ("○ ", Role::Dim) };
    let (said, said_role) = if device.this {
        (words.get("device-this"), Role::Ok)
    } else if device.connected {
        (words.get("device-connected"), Role::Ok)
    } else {
        let when = layout::day_and_time(state, device.last_used);
        (words.format(&Phrase::new("device-last-used").text("when", when)), Role::Dim)
    };
    let said_width = u16::try_from(layout::wrap::width(&said)).unwrap_or(u16::MAX);
    let left = Rect { width: area.width.saturating_sub(said_width + 2), ..area };
    let name = piece(name(words, device), if chosen { Role::Accent } else { Role::Text });
    canvas.row(left, top, &[piece(if chosen { "▸ " } else { "  " }, Role::Accent), piece(mark, mark_role), name]);
    canvas.row_right(area, top, &[piece(said, said_role)]);
    let since = Phrase::new("device-signed-in").text("when", layout::day_and_time(state, device.created_at));
    canvas.row(area, top + 1, &[piece(format!("    {}", words.format(&since)), Role::Dim)]);
}
