//! Decodes mouse reports: the wheel and the left button. All others are ignored.

use crate::event::Event;

const LEFT_BUTTON: u32 = 0;
const WHEEL_UP: u32 = 64;
const WHEEL_DOWN: u32 = 65;
/// The bits of Shift, Alt and Ctrl in the button number.
const MODIFIERS: u32 = 4 | 8 | 16;
/// The X10 and rxvt encodings add this to the numbers.
const OFFSET: u32 = 32;

/// `ESC [ < BUTTON ; COLUMN ; ROW M`, with `m` for a release.
pub(super) fn sgr(numbers: &[u32], released: bool) -> Option<Event> {
    match *numbers {
        [button, column, row] if !released => report(button, column, row),
        _ => None,
    }
}

/// `ESC [ BUTTON ; COLUMN ; ROW M`.
pub(super) fn rxvt(numbers: &[u32]) -> Option<Event> {
    match *numbers {
        [button, column, row] => report(button.checked_sub(OFFSET)?, column, row),
        _ => None,
    }
}

/// `ESC [ M` and one byte per number.
pub(super) fn x10(button: u8, column: u8, row: u8) -> Option<Event> {
    let number = |byte: u8| u32::from(byte).checked_sub(OFFSET);
    report(number(button)?, number(column)?, number(row)?)
}

fn report(button: u32, column: u32, row: u32) -> Option<Event> {
    match button & !MODIFIERS {
        WHEEL_UP => Some(Event::Scrolled(-1)),
        WHEEL_DOWN => Some(Event::Scrolled(1)),
        LEFT_BUTTON => {
            let cell = |number: u32| u16::try_from(number.checked_sub(1)?).ok();
            Some(Event::Clicked(cell(column)?, cell(row)?))
        }
        _ => None,
    }
}
