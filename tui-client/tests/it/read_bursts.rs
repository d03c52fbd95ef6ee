//! Text that arrives in one read, or in reads without a pause between them, is one event.

use std::time::{Duration, Instant};

use crossterm::event::KeyCode;
use papo::event::Event;
use papo::input::bursts::Bursts;
use papo::input::decoder::{Decoder, MAX_PASTE_BYTES};

use crate::decoding::{ALT, CONTROL, NONE, esc, key, typed};

/// The events of these reads, each of which follows the previous one without a pause.
fn collect(reads: &[&str]) -> Vec<Event> {
    let now = Instant::now();
    let (mut decoder, mut bursts) = (Decoder::new(now), Bursts::default());
    let mut events = Vec::new();
    for read in reads {
        let mut decoded = Vec::new();
        decoder.feed(now, read.as_bytes(), &mut decoded);
        bursts.take_read(decoded, &mut events);
    }
    if bursts.wait().is_some() {
        bursts.pause(&mut events);
    }
    events
}

#[test]
fn text_keys_in_one_read_are_a_paste_and_a_single_one_is_a_key() {
    let burst = |text: &str| Event::TextBurst(text.to_owned());
    let (up, enter) = (|| key(KeyCode::Up, NONE), || key(KeyCode::Enter, NONE));
    for (reads, expected) in [
        (&["x"][..], vec![typed('x')]),
        (&["\r"], vec![enter()]),
        (&["\n"], vec![key(KeyCode::Char('j'), CONTROL)]),
        (&["oi"], vec![burst("oi")]),
        (&["oi\r"], vec![burst("oi\r")]),
        (&["o", "i", "\r"], vec![burst("oi\r")]),
        (&["oi", "\r"], vec![burst("oi\r")]),
        (&["a\tb\nc"], vec![burst("a\tb\nc")]),
        (&["\r\r"], vec![burst("\r\r")]),
        (&["\t\t"], vec![key(KeyCode::Tab, NONE), key(KeyCode::Tab, NONE)]),
        (&["\x1b[A"], vec![up()]),
        (&["\x1b[Ad"], vec![up(), typed('d')]),
        (&["\x1b[Ade nada\r"], vec![up(), burst("de nada\r")]),
        (&["\x1b[Ad", "\x1b[A", "y"], vec![up(), burst("d"), up(), burst("y")]),
        (&["ab\x11c"], vec![burst("ab"), key(KeyCode::Char('q'), CONTROL), burst("c")]),
        (&["ab", "\x1b[<64;1;1M", "\r"], vec![burst("ab"), Event::Scrolled(-1), burst("\r")]),
        // What stands behind an Esc was not meant for what the Esc leads to.
        (&["\x1b\x1b[<64;1;1M6"], vec![esc(), Event::Scrolled(-1), burst("6")]),
        (&["\x1b\x1b[<64;1;1M", "6"], vec![esc(), Event::Scrolled(-1), burst("6")]),
        // Nor does an Esc end text that goes on behind it.
        (&["y", "\x1b\x1b[<64;1;1M", "aa"], vec![burst("y"), esc(), Event::Scrolled(-1), burst("aa")]),
        (&["y", "\x1b\x1b[<64;1;1M"], vec![typed('y'), esc(), Event::Scrolled(-1)]),
        (&["\x1b6"], vec![key(KeyCode::Char('6'), ALT)]),
        // A paste whose text closes the brackets itself sends nothing either.
        (&["\x1b[200~oi\x1b[201~\r"], vec![Event::Pasted("oi".to_owned()), burst("\r")]),
    ] {
        assert_eq!(collect(reads), expected, "{reads:?}");
    }
}

#[test]
fn a_single_key_is_delivered_at_once_and_a_burst_after_a_short_wait() {
    let read = |bursts: &mut Bursts, events: Vec<Event>| {
        let mut out = Vec::new();
        bursts.take_read(events, &mut out);
        out
    };
    let mut bursts = Bursts::default();
    assert_eq!(bursts.wait(), None);
    assert_eq!(read(&mut bursts, vec![key(KeyCode::Up, NONE)]).len(), 1);
    assert_eq!(bursts.wait(), None, "no text, nothing to wait for");
    assert_eq!(read(&mut bursts, vec![typed('x')]), []);
    assert_eq!(bursts.wait(), Some(Duration::ZERO));
    let mut events = Vec::new();
    bursts.pause(&mut events);
    assert_eq!((events, bursts.wait()), (vec![typed('x')], None));
    read(&mut bursts, vec![typed('o'), typed('i')]);
    assert_eq!(bursts.wait(), Some(papo::input::bursts::BURST_GAP));
}

/// A slow reader may find the next key right after it waited for the rest of a sequence.
#[test]
fn a_key_after_an_escape_that_was_waited_for_is_a_key() {
    let mut now = Instant::now();
    let (mut decoder, mut bursts) = (Decoder::new(now), Bursts::default());
    let (mut decoded, mut events) = (Vec::new(), Vec::new());
    decoder.feed(now, b"\x1b", &mut decoded);
    bursts.take_read(decoded, &mut events);
    assert_eq!((&events[..], bursts.wait()), (&[][..], None));

    now = decoder.deadline().unwrap();
    let mut overdue = Vec::new();
    decoder.expire(&mut overdue);
    bursts.take_overdue(overdue, &mut events);
    assert_eq!(events, [esc()]);

    let mut decoded = Vec::new();
    decoder.feed(now, b"4", &mut decoded);
    bursts.take_read(decoded, &mut events);
    bursts.pause(&mut events);
    assert_eq!(events, [esc(), typed('4')]);
}

#[test]
fn a_burst_has_the_size_limit_of_a_paste() {
    let text = "x".repeat(MAX_PASTE_BYTES + 1);
    let events = collect(&[&text]);
    let [Event::TextBurst(text)] = &events[..] else { panic!("{} events", events.len()) };
    assert_eq!(text.len(), MAX_PASTE_BYTES);
}
