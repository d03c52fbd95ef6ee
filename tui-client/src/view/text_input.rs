//! Draws input boxes, and computes the position of the cursor.

use ratatui::layout::{Position, Rect};

use super::paint::{Canvas, piece};
use super::theme::Role;
use crate::layout;
use crate::layout::input::{byte_of, cursor_position, drawn, rows, single_row};
use crate::layout::wrap::width;
use crate::state::text_input::TextInput;

/// Draws a single-line box, and returns the position of its cursor.
pub(super) fn draw_line(canvas: &mut Canvas, area: Rect, input: &TextInput) -> Position {
    let (text, cursor) = single_row(input, area.width.into());
    canvas.row_clipped(area, 0, &[piece(text, Role::Text)]);
    screen_position(area, 0, cursor)
}

/// Draws the rows of a multi-line box that fit around the cursor, and returns the position of the cursor.
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
            let (left, right) = (screen_position(area, y, left).x, screen_position(area, y, right).x);
            canvas.select_row(Rect { x: left, width: right - left, ..area }, y);
        }
    }
    screen_position(area, u16::try_from(cursor_row - first).unwrap_or(u16::MAX), column)
}

/// The position of a cell of an area, limited to the area.
fn screen_position(area: Rect, row: u16, column: usize) -> Position {
    Position {
        x: area.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)).min(area.right().saturating_sub(1)),
        y: area.y.saturating_add(row).min(area.bottom().saturating_sub(1)),
    }
}
