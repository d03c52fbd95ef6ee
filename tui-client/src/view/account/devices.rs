//! The devices screen, with two rows per device.

use papo_shared::model::DeviceListing;
use ratatui::layout::Rect;

use crate::layout;
use crate::layout::{DEVICE_HEIGHT, DEVICES_HEADER_HEIGHT};
use crate::state::State;
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::paint::{Canvas, piece};
use crate::view::theme::Role;

/// Empty columns at the left of the list.
const MARGIN: u16 = 2;
/// Maximum width of a row, in columns.
const WIDTH: u16 = 70;

pub(crate) fn draw(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations) {
    let area = Rect { x: area.x + MARGIN, width: (area.width - 2 * MARGIN).min(WIDTH), ..area };
    canvas.row(area, 1, &[piece(translations.get("devices-title"), Role::Dim)]);
    let below = Rect { y: area.y + DEVICES_HEADER_HEIGHT, height: area.height - DEVICES_HEADER_HEIGHT, ..area };
    let Some(list) = &state.account.devices.list else {
        return canvas.row(below, 0, &[piece(translations.get("loading"), Role::Dim)]);
    };
    let (selected, in_view) = (state.account.devices.selected_index(), layout::devices_in_view(state.size));
    let first = layout::first_visible(Some(selected), list.len(), in_view);
    for (row, (index, device)) in list.iter().enumerate().skip(first).take(in_view).enumerate() {
        let top = u16::try_from(row).unwrap_or(u16::MAX).saturating_mul(DEVICE_HEIGHT);
        draw_device(canvas, below, top, state, translations, device, index == selected);
    }
}

/// The name of a device, or a placeholder if it has none.
pub(crate) fn name(translations: &Translations, device: &DeviceListing) -> String {
    if device.name.as_str().is_empty() { translations.get("device-unnamed") } else { device.name.to_string() }
}

fn draw_device(
    canvas: &mut Canvas,
    area: Rect,
    top: u16,
    state: &State,
    translations: &Translations,
    device: &DeviceListing,
    is_selected: bool,
) {
    let (mark, mark_role) = if device.connected { ("● ", Role::Ok) } else { ("○ ", Role::Dim) };
    let (usage, usage_role) = if device.this {
        (translations.get("device-this"), Role::Ok)
    } else if device.connected {
        (translations.get("device-connected"), Role::Ok)
    } else {
        let when = layout::day_and_time(state, device.last_used);
        (translations.format(&Phrase::new("device-last-used").text("when", when)), Role::Dim)
    };
    let usage_width = u16::try_from(layout::wrap::width(&usage)).unwrap_or(u16::MAX);
    let left = Rect { width: area.width.saturating_sub(usage_width + 2), ..area };
    let name = piece(name(translations, device), if is_selected { Role::Accent } else { Role::Text });
    canvas.row(left, top, &[piece(if is_selected { "▸ " } else { "  " }, Role::Accent), piece(mark, mark_role), name]);
    canvas.row_right(area, top, &[piece(usage, usage_role)]);
    let since = Phrase::new("device-signed-in").text("when", layout::day_and_time(state, device.created_at));
    canvas.row(area, top + 1, &[piece(format!("    {}", translations.format(&since)), Role::Dim)]);
}
