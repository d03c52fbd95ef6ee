//! Checks that a terminal receives only the sequences that papo itself writes, and none from message texts or names.
//!
//! A frame is written between the marks of a synchronised update, and contains all text. Modes, the title and the bell are only
//! written outside of frames. Therefore a foreign sequence is detected even if it looks like one of papo's.

use papo::link_target::LinkTarget;

use super::payloads::is_foreign;

/// The start of a synchronised update.
const BEGIN: &str = "\x1b[?2026h";
/// The end of a synchronised update.
const END: &str = "\x1b[?2026l";
/// The first sequences written when the terminal is restored.
const GIVE_BACK: &str = "\x1b[?2026l\x1b[?1006l";
/// The sequences that take over the terminal and restore it, without `ESC [`.
const MODES: [&str; 13] = [
    "22;0t", "23;0t", "?1049h", "?1049l", "?2004h", "?2004l", "?1004h", "?1004l", "?1000h", "?1000l", "?1006h", "?1006l", "?25h",
];

/// The foreground colours of the theme on the tests' terminal.
const COLOURS: [&str; 11] = ["37", "166", "71", "136", "160", "33", "99", "133", "168", "65", "62"];

/// Checks the output to a terminal of this size. The error quotes the first sequence that is not papo's, with its surroundings.
pub(super) fn check(output: &[u8], columns: u16, rows: u16) -> Result<(), String> {
    let text = std::str::from_utf8(output).map_err(|error| format!("not UTF-8: {error}"))?;
    let mut rest = text;
    let mut in_frame = false;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '\x1b' if rest.starts_with(BEGIN) => (!std::mem::replace(&mut in_frame, true)).then_some(BEGIN.len()),
            // Restoring the terminal ends a frame, even if none has begun.
            '\x1b' if rest.starts_with(GIVE_BACK) && !in_frame => Some(GIVE_BACK.len()),
            '\x1b' if rest.starts_with(END) => std::mem::replace(&mut in_frame, false).then_some(END.len()),
            '\x1b' if in_frame => drawing(rest, columns, rows),
            '\x1b' => mode(rest).or_else(|| title(rest)),
            '\x07' => (!in_frame).then_some(1),
            c => (in_frame && !is_foreign(c)).then_some(c.len_utf8()),
        };
        let Some(taken) = taken else {
            let at = text.len() - rest.len();
            let before: String = text[..at].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
            let after: String = rest.chars().take(40).collect();
            return Err(format!("{after:?} after {before:?}"));
        };
        rest = &rest[taken..];
    }
    Ok(())
}

/// The parameters, the final letter and the length in bytes of a control sequence.
fn control_sequence(text: &str) -> Option<(&str, char, usize)> {
    let body = text.strip_prefix("\x1b[")?;
    let end = body.find(|c: char| !matches!(c, '0'..='9' | ';' | '?'))?;
    let last = body[end..].chars().next()?;
    Some((&body[..end], last, 2 + end + last.len_utf8()))
}

/// The length of a sequence that is allowed in a frame: it moves to a cell, sets a style, or shows or hides the cursor.
fn drawing(text: &str, columns: u16, rows: u16) -> Option<usize> {
    let Some((parameters, last, length)) = control_sequence(text) else { return link(text) };
    let is_ours = match last {
        'H' => parameters.split_once(';').is_some_and(|(row, column)| is_within(row, rows) && is_within(column, columns)),
        'm' => is_style(parameters),
        'h' | 'l' => parameters == "?25",
        _ => false,
    };
    is_ours.then_some(length)
}

/// The length of a link whose text is its address or a part of it. A link from a message text could show another one.
fn link(text: &str) -> Option<usize> {
    let (address, after) = text.strip_prefix("\x1b]8;;")?.split_once("\x1b\\")?;
    let (shown, _) = after.split_once("\x1b]8;;\x1b\\")?;
    let in_ascii = LinkTarget::parse(&format!("https://x{shown}"))?.to_ascii();
    let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic()) && LinkTarget::parse(address).is_some();
    let is_ours = is_plain && address.contains(in_ascii.strip_prefix("https://x")?);
    is_ours.then_some(text.len() - after.len() + shown.len() + "\x1b]8;;\x1b\\".len())
}

fn is_within(number: &str, most: u16) -> bool {
    number.parse().is_ok_and(|number: u16| (1..=most).contains(&number))
}

fn is_style(parameters: &str) -> bool {
    let mut rest = parameters;
    while !rest.is_empty() {
        let (style, after) = match rest.strip_prefix("38;5;") {
            Some(colour) => {
                let (colour, after) = colour.split_once(';').unwrap_or((colour, ""));
                if !COLOURS.contains(&colour) {
                    return false;
                }
                ("0", after)
            }
            None => rest.split_once(';').unwrap_or((rest, "")),
        };
        // Reset, bold, dim, italic, underlined, reverse, and back.
        if !matches!(style, "0" | "1" | "2" | "3" | "4" | "7" | "22" | "23" | "24" | "27" | "39" | "49" | "59") {
            return false;
        }
        rest = after;
    }
    true
}

fn mode(text: &str) -> Option<usize> {
    let (_, _, length) = control_sequence(text)?;
    (MODES.contains(&&text[2..length]) || &text[2..length] == "2J").then_some(length)
}

/// The window title: `papo`, and the number of unread messages.
fn title(text: &str) -> Option<usize> {
    let title = text.strip_prefix("\x1b]0;")?;
    let end = title.find('\x07')?;
    let unread = title[..end].strip_prefix("papo")?;
    let is_count = |count: &str| count.strip_prefix(" (")?.strip_suffix(')')?.parse::<u32>().ok();
    (unread.is_empty() || is_count(unread).is_some()).then_some(4 + end + 1)
}

#[test]
fn own_sequences_are_accepted_and_foreign_ones_are_detected() {
    let frame = |drawn: &str| format!("\x1b[?2026h{drawn}\x1b[?2026l");
    let is_fine = |output: &str| check(output.as_bytes(), 80, 24).is_ok();
    assert!(is_fine("\x1b[22;0t\x1b[?1049h\x1b]0;papo\x07\x1b[2J\x07\x1b]0;papo (12)\x07\x1b[?1049l\x1b[23;0t"));
    assert!(is_fine(&frame("\x1b[24;80Hoi, João 👍\x1b[38;5;37;49m\x1b[1m\x1b[39m\x1b[0m\x1b[?25h")));
    assert!(is_fine(&frame("\x1b]8;;https://example.org/a%C3%A7\x1b\\org/aç\x1b]8;;\x1b\\")));
    for foreign in super::payloads::all() {
        assert!(!is_fine(&frame(&foreign)), "{foreign:?} in a frame");
        assert!(!is_fine(&format!("\x1b]0;{foreign}papo\x07")), "{foreign:?} in the title");
    }
    for foreign in ["\x1b[25;80H", "\x1b[24;81H", "\x1b[38;5;201m", "\x1b[5m", "\x07", "\x1b[?1049l"] {
        assert!(!is_fine(&frame(foreign)), "{foreign:?}");
    }
    assert!(!is_fine("text outside"));
    assert!(check(b"\x9b2J", 80, 24).is_err(), "eight bits");
}
