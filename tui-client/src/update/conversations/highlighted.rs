//! Requests syntax highlighting for the code that is on the screen, and no other.

use crate::code::{Code, Tokens};
use crate::effect::Effect;
use crate::layout;
use crate::layout::markup::Markup;
use crate::layout::transcript::Transcript;
use crate::state::conversations::highlighted::MAX_REMEMBERED;
use crate::state::{Screen, State};

/// Requests highlighting for visible code that has not been requested before.
pub(crate) fn request_visible(state: &mut State, effects: &mut Vec<Effect>) {
    for code in code_in_view(state) {
        if state.account.highlighted.request(&code) {
            effects.push(Effect::Highlight(code));
        }
    }
}

/// Stores the tokens of a piece of code.
pub(crate) fn take_tokens(state: &mut State, code: &Code, tokens: Tokens) {
    state.account.highlighted.store(code, tokens);
}

/// Code blocks of the visible messages, at most as many as are remembered: more would evict those requested just before.
fn code_in_view(state: &State) -> Vec<Code> {
    let Some(open) = state.open_conversation().filter(|_| state.screen == Screen::Chat) else { return Vec::new() };
    let area = layout::chat(state).messages;
    let fenced_texts = Transcript::new(state, open, area.width).texts_in_view(area.height).filter(|text| has_fence(text));
    let code = fenced_texts.flat_map(|text| Markup::of(text).code().to_vec());
    code.filter(|code| !code.language.is_empty()).take(MAX_REMEMBERED).collect()
}

/// Whether the text may contain a code block; a cheap check before parsing it.
fn has_fence(text: &str) -> bool {
    text.contains("```") || text.contains("~~~")
}
