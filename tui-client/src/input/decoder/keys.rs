//! The keys and modifiers encoded in control sequences.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::character;

/// The number of combinations of the eight modifier bits.
const MODIFIER_COMBINATIONS: u32 = 256;
const SHIFT: u32 = 1;
const ALT: u32 = 2;
const CONTROL: u32 = 4;
/// Super, Hyper and Meta: no key binding uses them, and a letter with them is not text.
const UNSUPPORTED_MODIFIERS: u32 = 8 | 16 | 32;
/// The event type of a key release in the kitty protocol.
const RELEASED: u32 = 3;
/// The first parameter of modifyOtherKeys sequences.
const MODIFY_OTHER_KEYS: u32 = 27;

/// The key of `ESC [` with these parameters and this final byte.
pub(super) fn csi(parameters: &[Vec<u32>], last: u8) -> Option<KeyEvent> {
    let first = |at: usize| parameters.get(at).and_then(|numbers| numbers.first()).copied();
    match (parameters, last) {
        ([], b'a'..=b'd') => Some(KeyEvent::new(arrow(last - b'a' + b'A')?, KeyModifiers::SHIFT)),
        ([], b'Z') => Some(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)),
        ([] | [_, _], b'A'..=b'D' | b'F' | b'H' | b'P'..=b'Q' | b'S') => modified(letter(last)?, parameters.get(1)),
        ([_] | [_, _], b'Z') => modified(KeyCode::BackTab, parameters.get(1)),
        ([_] | [_, _], b'~') => modified(numbered(first(0)?)?, parameters.get(1)),
        ([_], b'^') => Some(KeyEvent::new(numbered(first(0)?)?, KeyModifiers::CONTROL)),
        ([_], b'$') => Some(KeyEvent::new(numbered(first(0)?)?, KeyModifiers::SHIFT)),
        ([_], b'@') => Some(KeyEvent::new(numbered(first(0)?)?, KeyModifiers::CONTROL | KeyModifiers::SHIFT)),
        ([prefix, held, code], b'~') if prefix == &[MODIFY_OTHER_KEYS] => character_key(code, Some(held)),
        ([code] | [code, _] | [code, _, _], b'u') => character_key(code, parameters.get(1)),
        _ => None,
    }
}

/// The key of `ESC O` with these parameters and this final byte: arrows, F1 to F4 and the number pad in application mode.
pub(super) fn ss3(parameters: &[Vec<u32>], last: u8) -> Option<KeyEvent> {
    let held = parameters.last();
    match last {
        b'A'..=b'D' | b'F' | b'H' | b'P'..=b'S' => modified(letter(last)?, held),
        b'a'..=b'd' => Some(KeyEvent::new(arrow(last - b'a' + b'A')?, KeyModifiers::CONTROL)),
        b'M' => modified(KeyCode::Enter, held),
        b'I' => modified(KeyCode::Tab, held),
        b'X' => modified(KeyCode::Char('='), held),
        // The number pad sends each character plus 64.
        b'j'..=b'y' => modified(KeyCode::Char(char::from(last - 64)), held),
        _ => None,
    }
}

/// A function key of the Linux console: `ESC [ [` and a letter.
pub(super) fn linux_function_key(last: u8) -> Option<KeyEvent> {
    matches!(last, b'A'..=b'E').then(|| KeyCode::F(last - b'A' + 1).into())
}

fn letter(last: u8) -> Option<KeyCode> {
    match last {
        b'F' => Some(KeyCode::End),
        b'H' => Some(KeyCode::Home),
        b'P'..=b'S' => Some(KeyCode::F(last - b'P' + 1)),
        _ => arrow(last),
    }
}

fn arrow(last: u8) -> Option<KeyCode> {
    match last {
        b'A' => Some(KeyCode::Up),
        b'B' => Some(KeyCode::Down),
        b'C' => Some(KeyCode::Right),
        b'D' => Some(KeyCode::Left),
        _ => None,
    }
}

/// The key of `ESC [ NUMBER ~`.
fn numbered(number: u32) -> Option<KeyCode> {
    let function_key = |first: u8, from: u32| u8::try_from(number - from).ok().map(|above| KeyCode::F(first + above));
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function_key(1, 11),
        17..=21 => function_key(6, 17),
        23..=26 => function_key(11, 23),
        28..=29 => function_key(15, 28),
        31..=34 => function_key(17, 31),
        _ => None,
    }
}

/// The key with its modifiers; `None` for a release or an unsupported modifier.
fn modified(code: KeyCode, held: Option<&Vec<u32>>) -> Option<KeyEvent> {
    Some(KeyEvent::new(code, modifiers(held)?))
}

fn modifiers(held: Option<&Vec<u32>>) -> Option<KeyModifiers> {
    let Some(held) = held else { return Some(KeyModifiers::NONE) };
    let bits = held.first().copied().unwrap_or(0).saturating_sub(1);
    if bits >= MODIFIER_COMBINATIONS || bits & UNSUPPORTED_MODIFIERS != 0 || held.get(1) == Some(&RELEASED) {
        return None;
    }
    let flags = [(SHIFT, KeyModifiers::SHIFT), (ALT, KeyModifiers::ALT), (CONTROL, KeyModifiers::CONTROL)];
    Some(flags.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, flag)| flag).collect())
}

/// The key of a code point, as sent by CSI u and modifyOtherKeys. The second sub-parameter is the code point with Shift.
fn character_key(code: &[u32], held: Option<&Vec<u32>>) -> Option<KeyEvent> {
    let modifiers = modifiers(held)?;
    let shifted = code.get(1).copied().filter(|_| modifiers.contains(KeyModifiers::SHIFT));
    let number = shifted.filter(|shifted| *shifted != 0).or(code.first().copied())?;
    let code = match number {
        9 if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        57_399..=57_426 => number_pad(number)?,
        // Keys without a character, such as modifiers pressed alone and volume keys.
        57_344..=63_743 => return None,
        _ => return plain_character(char::from_u32(number)?, modifiers),
    };
    Some(KeyEvent::new(code, modifiers))
}

fn plain_character(c: char, modifiers: KeyModifiers) -> Option<KeyEvent> {
    if c.is_control() {
        return None;
    }
    let upper = c.to_uppercase().next().filter(|_| modifiers.contains(KeyModifiers::SHIFT));
    let mut key = character::key_of(upper.unwrap_or(c));
    key.modifiers |= modifiers;
    Some(key)
}

/// The number pad keys, by their numbers in the kitty protocol.
fn number_pad(number: u32) -> Option<KeyCode> {
    const CHARACTERS: &[u8] = b"0123456789./*-+\r=,";
    const NAVIGATION: [KeyCode; 10] = [
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
    ];
    let at = usize::try_from(number - 57_399).ok()?;
    match CHARACTERS.get(at) {
        Some(b'\r') => Some(KeyCode::Enter),
        Some(&byte) => Some(KeyCode::Char(byte.into())),
        None => NAVIGATION.get(at - CHARACTERS.len()).copied(),
    }
}
