//! Hostile contents of text fields.

/// Control sequences of terminals, in their seven-bit and eight-bit forms.
const SEQUENCES: [&str; 30] = [
    "\x1b[2J",
    "\x1b[H",
    "\x1b[99;99H",
    "\x1b[31m",
    "\x1b[5;8;41m",
    "\x1b[38;5;201m",
    "\x1b[6n",
    "\x1b[>c",
    "\x1b[?1049l",
    "\x1b[?25l\x1b[8m",
    "\x1b[?2026l",
    "\x1b[?1003h",
    "\x1b[?2004l",
    "\x1b[20t",
    "\x1b[r",
    "\x1bc",
    "\x1b#8",
    "\x1b(0",
    "\x1b7\x1b8",
    "\x1b]0;owned\x07",
    "\x1b]2;owned\x1b\\",
    "\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\",
    "\x1b]52;c;b3duZWQ=\x07",
    "\x1b]9;owned\x07",
    "\x1bP$q\"p\x1b\\",
    "\x1b_Gi=1\x1b\\",
    "\x1b^owned\x1b\\",
    "\u{9b}2J",
    "\u{9d}0;owned\u{9c}",
    "\u{90}owned\u{9c}",
];

/// Incomplete and nested sequences, which could form a new sequence when a part is removed.
const NESTED: [&str; 12] = [
    "\x1b\x1b[2J",
    "\x1b\u{200b}[2J",
    "\x1b\u{202e}[31m",
    "\u{200b}\x1b\u{200d}[2J",
    "\x1b[\x1b[2J2J",
    "\r\n\x1b[A",
    "\x08\x08\x08owned",
    "\u{2066}\x1b[2J\u{2069}",
    "\u{2067}\u{2067}\u{2069}",
    "\u{2069}\u{202c}",
    "\u{202a}\u{2067}x\u{202c}\u{2069}",
    "e\u{200d}\u{301}\u{202e}\u{301}",
];

/// Bidirectional controls, unclosed and closed.
const DIRECTIONS: &[char] = &[
    '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}',
    '\u{2068}', '\u{2069}',
];

/// Characters without a visible glyph.
const UNSEEN: &[char] = &[
    '\u{ad}',
    '\u{34f}',
    '\u{115f}',
    '\u{1160}',
    '\u{17b4}',
    '\u{17b5}',
    '\u{180b}',
    '\u{180e}',
    '\u{180f}',
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{2028}',
    '\u{2029}',
    '\u{2060}',
    '\u{2061}',
    '\u{2062}',
    '\u{2063}',
    '\u{2064}',
    '\u{2065}',
    '\u{206a}',
    '\u{206f}',
    '\u{3164}',
    '\u{fe00}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{ffa0}',
    '\u{fff0}',
    '\u{fff9}',
    '\u{fffa}',
    '\u{fffb}',
    '\u{1bca0}',
    '\u{1d173}',
    '\u{1d17a}',
    '\u{e0001}',
    '\u{e0020}',
    '\u{e0041}',
    '\u{e007f}',
    '\u{e0100}',
];

/// All payloads, at least 200 of them, each once.
pub(super) fn all() -> Vec<String> {
    let controls = (0..=0x1f).chain(0x7f..=0x9f).filter_map(char::from_u32);
    let opened_and_closed = DIRECTIONS[3..].iter().map(|opener| {
        let closer = if *opener < '\u{2066}' { '\u{202c}' } else { '\u{2069}' };
        format!("{opener}x{closer}")
    });
    let mut all: Vec<String> = SEQUENCES.iter().chain(&NESTED).map(|text| (*text).to_owned()).collect();
    all.extend(controls.chain(DIRECTIONS.iter().copied()).chain(UNSEEN.iter().copied()).map(String::from));
    all.extend(opened_and_closed);
    all.extend(UNSEEN.iter().map(|c| format!("{c}{c}{c}")));
    assert!(all.len() >= 200, "only {} payloads", all.len());
    all
}

/// Whether a character must never be written to the terminal as text.
pub(super) fn is_foreign(c: char) -> bool {
    c.is_control() || DIRECTIONS.contains(&c) || UNSEEN.contains(&c)
}

/// The payloads for one kind of field. Each begins with a visible mark, by which its display is recognised.
pub(super) fn marked(field: char) -> Vec<String> {
    all().into_iter().enumerate().map(|(at, payload)| format!("{}{payload}z", mark(field, at))).collect()
}

/// The mark at the start of the payload with this number in this kind of field.
pub(super) fn mark(field: char, at: usize) -> String {
    format!("{field}{at:03}x")
}
