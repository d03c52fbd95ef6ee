//! Input boxes: text being typed, and where its cursor stands.

use ratatui::layout::{Position, Rect};

use super::paint::{Canvas, piece};
use super::theme::Role;
use crate::layout;
use crate::layout::input::{byte_of, cursor_position, drawn, rows, single_row};
use crate::layout::wrap::width;
use crate::state::text_input::TextInput;

/// Draws a box of one line, and says where its cursor stands.
pub(super) fn draw_line(canvas: &mut Canvas, area: Rect, input: &TextInput) -> Position {
    let (text, cursor) = single_row(input, area.width.into());
    canvas.row_clipped(area, 0, &[piece(text, Role::Text)]);
    place(area, 0, cursor)
}

/// Draws a box of several lines, as much of it as has room around the cursor, and says where that stands.
pub(super) fn draw_lines(canvas: &mut Canvas, area: Rect, input: &TextInput) -> Position {
    let lines = input.lines();
    let rows = rows(lines, area.width.into());
    let (cursor_row, column) = cursor_position(lines, &rows, input.cursor());
    let first = layout::first_visible(Some(cursor_row), rows.len(), area.height.into());
    let selection = input.selection();
    for (at, row) in rows.iter().enumerate().skip(first).take(area.height.into()) {
        let line = &lines[row.line];
        let y = u16::try_from(at - first).unwrap_or(u16::MAX);
        canvas.row_clipped(area, y, &[piece(drawn(&line[row.bytes.clone()]), Role::Text)]);
        if let Some((from, to)) = selection.filter(|(from, to)| from.0 <= row.line && row.line <= to.0) {
            let from = if from.0 == row.line { byte_of(line, from.1) } else { 0 };
            let to = if to.0 == row.line { byte_of(line, to.1) } else { line.len() };
            let (from, to) = (from.clamp(row.bytes.start, row.bytes.end), to.clamp(row.bytes.start, row.bytes.end));
            let left = width(&drawn(&line[row.bytes.start..from]));
            let right = width(&drawn(&line[row.bytes.start..to]));
            let (left, right) = (place(area, y, left).x, place(area, y, right).x);
            canvas.select_row(Rect { x: left, width: right - left, ..area }, y);
        }
    }
    place(area, u16::try_from(cursor_row - first).unwrap_or(u16::MAX), column)
}

fn place(area: Rect, row: u16, column: usize) -> Position {
    Position {
        x: area.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)).min(area.right().saturating_sub(1)),
        y: area.y.saturating_add(row).min(area.bottom().saturating_sub(1)),
    }
}
