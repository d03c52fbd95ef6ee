//! Asks for the colours of the code that is on the screen, and of no other.

use crate::code::{Code, Tokens};
use crate::effect::Effect;
use crate::layout;
use crate::layout::markup::Markup;
use crate::layout::transcript::Transcript;
use crate::state::conversations::highlighted::MAX_REMEMBERED;
use crate::state::{Screen, State};

/// Asks for what is not known yet.
pub(crate) fn ask_for_what_is_seen(state: &mut State, effects: &mut Vec<Effect>) {
    for code in code_in_view(state) {
        if state.account.highlighted.request(&code) {
            effects.push(Effect::Highlight(code));
        }
    }
}

/// Takes what was found.
pub(crate) fn found(state: &mut State, code: &Code, tokens: Tokens) {
    state.account.highlighted.store(code, tokens);
}

/// The code in the messages that may be in view, as much of it as is remembered: asking for more would forget what was
/// asked for just before.
fn code_in_view(state: &State) -> Vec<Code> {
    let Some(open) = state.open_conversation().filter(|_| state.screen == Screen::Chat) else { return Vec::new() };
    let area = layout::chat(state).messages;
    let fenced = Transcript::new(state, open, area.width).texts_in_view(area.height).filter(|text| has_fence(text));
    let code = fenced.flat_map(|text| Markup::of(text).code().to_vec());
    code.filter(|code| !code.language.is_empty()).take(MAX_REMEMBERED).collect()
}

/// Whether there can be a block of code, found out without understanding all of it.
fn has_fence(text: &str) -> bool {
    text.contains("```") || text.contains("~~~")
}
