//! Mouse reports: the wheel and the left button. Everything else of a mouse is nothing to us.

use crate::event::Event;

const LEFT_BUTTON: u32 = 0;
const WHEEL_UP: u32 = 64;
const WHEEL_DOWN: u32 = 65;
/// The bits of Shift, Alt and Ctrl in a button's number.
const MODIFIERS: u32 = 4 | 8 | 16;
/// The older encodings add this to every number.
const OFFSET: u32 = 32;

/// `ESC [ < button ; column ; row M`, with `m` where the button was released.
pub(super) fn sgr(numbers: &[u32], released: bool) -> Option<Event> {
    match *numbers {
        [button, column, row] if !released => report(button, column, row),
        _ => None,
    }
}

/// `ESC [ button ; column ; row M`.
pub(super) fn rxvt(numbers: &[u32]) -> Option<Event> {
    match *numbers {
        [button, column, row] => report(button.checked_sub(OFFSET)?, column, row),
        _ => None,
    }
}

/// `ESC [ M` and a byte for each number.
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
