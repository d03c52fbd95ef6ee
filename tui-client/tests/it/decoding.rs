//! Decoding of terminal input: each known sequence, sequences in any order and split at any byte, and bytes without a
//! meaning.

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use papo::event::Event;
use papo::input::bursts::Bursts;
use papo::input::decoder::{Decoder, ESCAPE_TIMEOUT, MAX_PASTE_BYTES, MAX_REPLY_BYTES, PASTE_SILENCE, SEQUENCE_TIMEOUT};
use papo::update::MAX_PASTE_BYTES as MOST_PASTED;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

pub(crate) const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
pub(crate) const ALT: KeyModifiers = KeyModifiers::ALT;
pub(crate) const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

pub(crate) fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

pub(crate) fn typed(c: char) -> Event {
    key(KeyCode::Char(c), if c.is_uppercase() { SHIFT } else { NONE })
}

pub(crate) fn esc() -> Event {
    key(KeyCode::Esc, NONE)
}

/// The events of these reads, without a pause between them.
fn decode(reads: &[&[u8]]) -> Vec<Event> {
    let now = Instant::now();
    let mut decoder = Decoder::new(now);
    let mut events = Vec::new();
    for read in reads {
        decoder.feed(now, read, &mut events);
    }
    events
}

/// The events of these bytes if nothing follows them.
fn decode_alone(bytes: &[u8]) -> Vec<Event> {
    let now = Instant::now();
    let mut decoder = Decoder::new(now);
    let mut events = Vec::new();
    decoder.feed(now, bytes, &mut events);
    decoder.expire(&mut events);
    assert_eq!(decoder.deadline(), None, "no further input is awaited after {bytes:?}");
    events
}

#[track_caller]
fn check(bytes: &str, expected: &[Event]) {
    assert_eq!(decode(&[bytes.as_bytes()]), expected, "{bytes:?}");
}

#[test]
fn keys_of_all_kinds_of_terminals_are_known() {
    let cases = [
        // xterm, with and without modifiers, and in application mode.
        ("\x1b[A", KeyCode::Up, NONE),
        ("\x1b[1;3B", KeyCode::Down, ALT),
        ("\x1b[1;6C", KeyCode::Right, CONTROL | SHIFT),
        ("\x1bOD", KeyCode::Left, NONE),
        ("\x1bOH", KeyCode::Home, NONE),
        ("\x1b[F", KeyCode::End, NONE),
        ("\x1b[5~", KeyCode::PageUp, NONE),
        ("\x1b[6;3~", KeyCode::PageDown, ALT),
        ("\x1b[3~", KeyCode::Delete, NONE),
        ("\x1b[Z", KeyCode::BackTab, SHIFT),
        ("\x1bOP", KeyCode::F(1), NONE),
        ("\x1bO5Q", KeyCode::F(2), CONTROL),
        ("\x1b[1;2S", KeyCode::F(4), SHIFT),
        ("\x1b[15~", KeyCode::F(5), NONE),
        ("\x1b[24;5~", KeyCode::F(12), CONTROL),
        ("\x1b[34~", KeyCode::F(20), NONE),
        ("\x1bOM", KeyCode::Enter, NONE),
        ("\x1bOw", KeyCode::Char('7'), NONE),
        // rxvt.
        ("\x1b[7~", KeyCode::Home, NONE),
        ("\x1b[5^", KeyCode::PageUp, CONTROL),
        ("\x1b[6$", KeyCode::PageDown, SHIFT),
        ("\x1b[3@", KeyCode::Delete, CONTROL | SHIFT),
        ("\x1b[a", KeyCode::Up, SHIFT),
        ("\x1bOb", KeyCode::Down, CONTROL),
        // The Linux console.
        ("\x1b[[A", KeyCode::F(1), NONE),
        ("\x1b[[E", KeyCode::F(5), NONE),
        // kitty and fixterms, and modifyOtherKeys.
        ("\x1b[13;2u", KeyCode::Enter, SHIFT),
        ("\x1b[27;2;13~", KeyCode::Enter, SHIFT),
        ("\x1b[106;5u", KeyCode::Char('j'), CONTROL),
        ("\x1b[27;5;106~", KeyCode::Char('j'), CONTROL),
        ("\x1b[97;2u", KeyCode::Char('A'), SHIFT),
        ("\x1b[50:64;2u", KeyCode::Char('@'), SHIFT),
        ("\x1b[9;2u", KeyCode::BackTab, SHIFT),
        ("\x1b[27u", KeyCode::Esc, NONE),
        ("\x1b[97;3:2u", KeyCode::Char('a'), ALT),
        ("\x1b[57414u", KeyCode::Enter, NONE),
        ("\x1b[57400u", KeyCode::Char('1'), NONE),
        ("\x1b[57426u", KeyCode::Delete, NONE),
        // A preceding Esc means Alt.
        ("\x1b\x1b[6~", KeyCode::PageDown, ALT),
        ("\x1b\x1b[A", KeyCode::Up, ALT),
        ("\x1b\x1bOP", KeyCode::F(1), ALT),
        ("\x1b\x1b[[B", KeyCode::F(2), ALT),
        ("\x1b\r", KeyCode::Enter, ALT),
        ("\x1be", KeyCode::Char('e'), ALT),
        ("\x1b6", KeyCode::Char('6'), ALT),
        ("\x1bç", KeyCode::Char('ç'), ALT),
        ("\x1b\x7f", KeyCode::Backspace, ALT),
        ("\x1b\x01", KeyCode::Char('a'), ALT | CONTROL),
        // Control characters.
        ("\r", KeyCode::Enter, NONE),
        ("\n", KeyCode::Char('j'), CONTROL),
        ("\t", KeyCode::Tab, NONE),
        ("\x7f", KeyCode::Backspace, NONE),
        ("\x00", KeyCode::Char(' '), CONTROL),
        ("\x11", KeyCode::Char('q'), CONTROL),
        ("\x1f", KeyCode::Char('7'), CONTROL),
        ("ã", KeyCode::Char('ã'), NONE),
        ("É", KeyCode::Char('É'), SHIFT),
        ("👍", KeyCode::Char('👍'), NONE),
    ];
    for (bytes, code, modifiers) in cases {
        check(bytes, &[key(code, modifiers)]);
        for at in 1..bytes.len() {
            let (first, second) = bytes.as_bytes().split_at(at);
            assert_eq!(decode(&[first, second]), [key(code, modifiers)], "{bytes:?} torn at {at}");
        }
    }
}

#[test]
fn the_mouse_is_known_in_each_encoding() {
    for (bytes, event) in [
        ("\x1b[<64;10;10M", Event::Scrolled(-1)),
        ("\x1b[<65;10;10M", Event::Scrolled(1)),
        ("\x1b[<0;3;2M", Event::Clicked(2, 1)),
        ("\x1b[<4;3;2M", Event::Clicked(2, 1)),
        ("\x1b[96;10;10M", Event::Scrolled(-1)),
        ("\x1b[32;3;2M", Event::Clicked(2, 1)),
        ("\x1b[M`**", Event::Scrolled(-1)),
        ("\x1b[M #\"", Event::Clicked(2, 1)),
        ("\x1b[I", Event::Focused(true)),
        ("\x1b[O", Event::Focused(false)),
        ("\x1b[200~oi\rtudo\x1b[A bem\x1b[201~", Event::Pasted("oi\rtudo\x1b[A bem".to_owned())),
        ("\x1b[200~\x1b[20\x1b[201~", Event::Pasted("\x1b[20".to_owned())),
    ] {
        check(bytes, std::slice::from_ref(&event));
        // An Esc followed by a report is two events.
        check(&format!("\x1b{bytes}"), &[esc(), event]);
    }
    // Releases, other buttons and movements are ignored.
    for nothing in
        ["\x1b[<0;3;2m", "\x1b[<1;3;2M", "\x1b[<2;3;2M", "\x1b[<32;3;2M", "\x1b[<66;3;2M", "\x1b[<0;0;2M", "\x1b[<0;99999;2M"]
    {
        check(nothing, &[]);
    }
}

#[test]
fn unknown_sequences_are_dropped_as_a_whole() {
    for answer in [
        "\x1b[>41;354;0c",
        "\x1b[?62;22c",
        "\x1b[12;40R",
        "\x1b[0n",
        "\x1b[?2026;2$y",
        "\x1b[?0u",
        "\x1b[8;24;80t",
        "\x1b[201~",
        "\x1b[99~",
        "\x1b[97;1:3u",
        "\x1b[97;9u",
        "\x1b[57441u",
        "\x1b[1;2;3;4;5;6;7;8;9A",
        "\x1bOz",
        "\x1b[[Z",
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1b]11;rgb:ffff/ffff/ffff\x07",
        "\x1b]52;c;b2k=\x1b\\",
        "\x1bP1+r544e=787465726d\x1b\\",
        "\x1bP>|kitty(0.40)\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
    ] {
        check(&format!("{answer}x"), &[typed('x')]);
        check(&format!("\x1b{answer}x"), &[esc(), typed('x')]);
    }
    let longest_number = "1".repeat(100_000);
    check(&format!("\x1b[{longest_number}Ax"), &[typed('x')]);
    let longest_answer = "1".repeat(MAX_REPLY_BYTES);
    check(&format!("\x1b]{longest_answer}\x07x"), &[typed('x')]);
    assert_eq!(decode(&[format!("\x1b]{longest_answer}1x").as_bytes()]), [typed('x')], "one byte more exceeds the limit");
}

#[test]
fn an_interrupted_sequence_does_not_affect_the_next_one() {
    for (bytes, expected) in [
        ("\x1b[1;\x1b[A", vec![key(KeyCode::Up, NONE)]),
        ("\x1bO\x1b[A", vec![key(KeyCode::Up, NONE)]),
        ("\x1b[M \x1b[A", vec![key(KeyCode::Up, NONE)]),
        ("\x1b]11;rgb\x1b[A", vec![key(KeyCode::Up, NONE)]),
        ("\x1b[12\x03", vec![key(KeyCode::Char('c'), CONTROL)]),
        ("\x1b]11\x03", vec![key(KeyCode::Char('c'), CONTROL)]),
        ("\x1b[1ç", vec![typed('ç')]),
        ("\x1b\x1b[1;\x1b[A", vec![esc(), key(KeyCode::Up, NONE)]),
        ("\x1b\x1b\x1b[A", vec![esc(), key(KeyCode::Up, ALT)]),
    ] {
        check(bytes, &expected);
    }
}

#[test]
fn invalid_utf_8_is_replaced_and_does_not_affect_other_bytes() {
    let broken = || typed('\u{fffd}');
    for (bytes, expected) in [
        (&b"\xe7a"[..], vec![broken(), typed('a')]),
        (b"\xc3\xc3\xa7", vec![broken(), typed('ç')]),
        (b"\xff\x80x", vec![broken(), broken(), typed('x')]),
        (b"\xed\xa0\x80", vec![broken()]),
        (b"\xc3\x1b[A", vec![broken(), key(KeyCode::Up, NONE)]),
        // Control characters of eight bits, in UTF-8.
        (b"\xc2\x9bx", vec![typed('x')]),
    ] {
        assert_eq!(decode(&[bytes]), expected, "{bytes:?}");
    }
    assert_eq!(decode_alone(b"\xe2\x9c"), [broken()]);
}

#[test]
fn incomplete_sequences_become_keys_or_are_dropped_after_a_timeout() {
    for (bytes, expected) in [
        ("\x1b", vec![esc()]),
        ("\x1b\x1b", vec![esc(), esc()]),
        ("\x1b[", vec![key(KeyCode::Char('['), ALT)]),
        ("\x1bO", vec![key(KeyCode::Char('O'), ALT | SHIFT)]),
        ("\x1b]", vec![key(KeyCode::Char(']'), ALT)]),
        ("\x1b\x1b[", vec![esc(), key(KeyCode::Char('['), ALT)]),
        ("\x1b[1;", vec![]),
        ("\x1b]11;rgb", vec![]),
        ("\x1b[M !", vec![]),
        ("\x1b[200~oi", vec![Event::Pasted("oi".to_owned())]),
    ] {
        assert_eq!(decode_alone(bytes.as_bytes()), expected, "{bytes:?}");
    }
}

#[test]
fn each_kind_of_incomplete_input_has_its_own_timeout() {
    let start = Instant::now();
    for (bytes, wait) in [
        ("\x1b", ESCAPE_TIMEOUT),
        ("\x1b\x1b", ESCAPE_TIMEOUT),
        ("\x1b[", ESCAPE_TIMEOUT),
        ("\x1b]", ESCAPE_TIMEOUT),
        ("\x1b[1", SEQUENCE_TIMEOUT),
        ("\x1b]1", SEQUENCE_TIMEOUT),
        ("\x1b[M", SEQUENCE_TIMEOUT),
        ("\u{e7}", Duration::MAX),
        ("\x1b[200~", PASTE_SILENCE),
    ] {
        let mut decoder = Decoder::new(start);
        decoder.feed(start, bytes.as_bytes(), &mut Vec::new());
        let expected = (wait != Duration::MAX).then(|| start + wait);
        assert_eq!(decoder.deadline(), expected, "{bytes:?}");
    }
    // Keys typed after an unterminated reply are recognised again.
    let mut decoder = Decoder::new(start);
    let mut events = Vec::new();
    decoder.feed(start, b"\x1b]11", &mut events);
    decoder.feed(start + SEQUENCE_TIMEOUT - Duration::from_millis(1), b"x", &mut events);
    assert_eq!(events, []);
    decoder.feed(start + SEQUENCE_TIMEOUT, b"y", &mut events);
    assert_eq!(events, [typed('y')]);
    // A paste has no time limit while further bytes arrive.
    let mut decoder = Decoder::new(start);
    decoder.feed(start, b"\x1b[200~a", &mut Vec::new());
    let later = start + 2 * PASTE_SILENCE;
    decoder.feed(later, b"b", &mut Vec::new());
    assert_eq!(decoder.deadline(), Some(later + PASTE_SILENCE));
}

#[test]
fn ctrl_c_ends_an_unterminated_paste_and_keeps_its_text() {
    let pasted = |text: &str| Event::Pasted(text.to_owned());
    assert_eq!(decode(&[b"\x1b[200~pela metade", b"\x03", b"x"]), [pasted("pela metade"), typed('x')]);
    assert_eq!(decode(&[b"\x1b[200~pela metade\x03"]), [pasted("pela metade")]);
    assert_eq!(decode(&[b"\x1b[200~pela metade\x1b[20", b"\x03"]), [pasted("pela metade\x1b[20")]);
    assert_eq!(decode(&[b"\x1b[200~um \x03 dois\x1b[201~"]), [pasted("um \x03 dois")], "inside a paste it is text");
}

#[test]
fn a_paste_over_the_limit_is_refused_and_not_truncated() {
    const { assert!(MAX_PASTE_BYTES > MOST_PASTED) };
    let longer = "x".repeat(MAX_PASTE_BYTES + 1);
    let events = decode(&[format!("\x1b[200~{longer}\x1b[201~y").as_bytes()]);
    let [Event::Pasted(text), rest] = &events[..] else { panic!("{} events", events.len()) };
    assert_eq!((text.len(), rest), (MAX_PASTE_BYTES, &typed('y')));
}

/// A sequence of a terminal, and the events that it stands for.
fn sent_by_a_terminal() -> impl Strategy<Value = (Vec<u8>, Vec<Event>)> {
    let fixed = |cases: Vec<(&'static str, Vec<Event>)>| {
        select(cases).prop_map(|(bytes, events): (&str, Vec<Event>)| (bytes.as_bytes().to_vec(), events))
    };
    let keys = fixed(vec![
        ("\x1b[A", vec![key(KeyCode::Up, NONE)]),
        ("\x1b\x1b[6~", vec![key(KeyCode::PageDown, ALT)]),
        ("\x1b[1;5C", vec![key(KeyCode::Right, CONTROL)]),
        ("\x1bOP", vec![key(KeyCode::F(1), NONE)]),
        ("\x1b[[A", vec![key(KeyCode::F(1), NONE)]),
        ("\x1b[5$", vec![key(KeyCode::PageUp, SHIFT)]),
        ("\x1b[13;2u", vec![key(KeyCode::Enter, SHIFT)]),
        ("\x1b[27;5;106~", vec![key(KeyCode::Char('j'), CONTROL)]),
        ("\x1be", vec![key(KeyCode::Char('e'), ALT)]),
        ("\r", vec![key(KeyCode::Enter, NONE)]),
        ("\x03", vec![key(KeyCode::Char('c'), CONTROL)]),
        ("\x1b[<64;10;10M", vec![Event::Scrolled(-1)]),
        ("\x1b\x1b[<65;10;10M", vec![esc(), Event::Scrolled(1)]),
        ("\x1b[M #\"", vec![Event::Clicked(2, 1)]),
        ("\x1b[I", vec![Event::Focused(true)]),
        ("\x1b[>41;354;0c", vec![]),
        ("\x1b\x1b[?1;2c", vec![esc()]),
        ("\x1b]11;rgb:0000/0000/0000\x1b\\", vec![]),
        ("\x1b]11;rgb:0000/0000/0000\x07", vec![]),
        ("\x1bP1+r544e\x1b\\", vec![]),
    ]);
    let character = any::<char>().prop_filter("no control character", |c| !c.is_control());
    let character = character.prop_map(|c| (c.to_string().into_bytes(), vec![typed(c)]));
    let paste =
        "[^\x03\x1b]{0,20}".prop_map(|text| (format!("\x1b[200~{text}\x1b[201~").into_bytes(), vec![Event::Pasted(text)]));
    prop_oneof![3 => keys, 2 => character, 1 => paste, 1 => foreign_sequence().prop_map(|bytes| (bytes, vec![]))]
}

/// A well-formed sequence that papo does not know: a private one, or one that no current terminal sends.
fn foreign_sequence() -> impl Strategy<Value = Vec<u8>> {
    let private = (select(vec!["?", ">", "=", "?1;"]), "[0-9;]{0,12}", "[ -#%-/]{0,2}", "[@-Z^-~]");
    let private = private.prop_map(|(mark, numbers, between, last)| format!("\x1b[{mark}{numbers}{between}{last}"));
    let answer = (select(vec!["]", "P", "_"]), "[ -~]{1,40}").prop_map(|(kind, text)| format!("\x1b{kind}{text}\x1b\\"));
    prop_oneof![private, answer].prop_map(String::into_bytes)
}

/// The bytes, split into reads at random positions.
fn tear<'a>(bytes: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    ends.push(bytes.len());
    ends.sort_unstable();
    let mut start = 0;
    ends.into_iter().map(|end| &bytes[std::mem::replace(&mut start, end)..end]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn decoding_does_not_depend_on_how_input_is_split_into_reads(
        sent in vec(sent_by_a_terminal(), 1..12),
        cuts in vec(any::<Index>(), 0..8),
    ) {
        let bytes: Vec<u8> = sent.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let expected: Vec<Event> = sent.into_iter().flat_map(|(_, events)| events).collect();
        prop_assert_eq!(decode(&tear(&bytes, &cuts)), expected);
    }

    #[test]
    fn no_part_of_a_foreign_sequence_is_typed(bytes in foreign_sequence(), cuts in vec(any::<Index>(), 0..4)) {
        prop_assert_eq!(decode(&tear(&bytes, &cuts)), []);
    }

    #[test]
    fn no_bytes_do_harm_and_the_keyboard_always_comes_back(
        bytes in vec(prop_oneof![any::<u8>(), select(b"\x1b[]OPM;0123456789~$<?\\\x07".to_vec())], 0..200),
        cuts in vec(any::<Index>(), 0..8),
    ) {
        let now = Instant::now();
        let (mut decoder, mut bursts) = (Decoder::new(now), Bursts::default());
        let (mut decoded, mut events) = (Vec::new(), Vec::new());
        for read in tear(&bytes, &cuts) {
            let before = decoded.len();
            decoder.feed(now, read, &mut decoded);
            bursts.take_read(decoded[before..].to_vec(), &mut events);
        }
        bursts.pause(&mut events);
        for event in decoded.iter().chain(&events) {
            match event {
                Event::Key(KeyEvent { code: KeyCode::Char(c), .. }) => prop_assert!(!c.is_control(), "{:?}", c),
                Event::TextBurst(text) => {
                    prop_assert!(text.chars().all(|c| !c.is_control() || "\r\n\t".contains(c)), "{:?}", text);
                }
                _ => {}
            }
        }
        decoder.expire(&mut decoded);
        prop_assert_eq!(decoder.deadline(), None);
        let mut after = Vec::new();
        decoder.feed(now, b"x", &mut after);
        prop_assert_eq!(after, [typed('x')]);
    }
}
