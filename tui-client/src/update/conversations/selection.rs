//! Actions on the selected message: opening and copying its links, code and text, after which a notice names what was opened or
//! copied, and the questions before it is deleted or reported.

use papo_shared::protocol::Refusal;

use crate::effect::Effect;
use crate::layout::selection;
use crate::link_target::LinkTarget;
use crate::state::overlays::picker::{Choice, Picker};
use crate::state::overlays::prompt::Question;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::{Overlay, State};
use crate::update::overlays::prompt::ask_confirmation;
use crate::update::screen::open_overlay;

/// Copies the text of the selected message to the clipboard.
pub(crate) fn copy_message(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(text) = selection::text(state).map(str::to_owned) else { return };
    effects.push(Effect::Copy(text));
    state.show_status(Phrase::new("notice-copied"));
}

/// Copies the reference of the selected message, which the operator's command `message delete` takes, and shows it.
pub(crate) fn copy_reference(state: &mut State, effects: &mut Vec<Effect>) {
    let selected = state.open_conversation().and_then(|open| open.selected_message().map(|(seq, ..)| (open.id, seq)));
    let Some((conversation, seq)) = selected else { return state.show_status(Phrase::new("notice-no-message")) };
    let reference = format!("{}/{}", conversation.0, seq.0);
    state.show_status(Phrase::new("notice-reference-copied").text("reference", &reference));
    effects.push(Effect::Copy(reference));
}

/// Opens the link in the selected message, or asks which one if there are several.
pub(crate) fn open_link(state: &mut State, effects: &mut Vec<Effect>) {
    let links = selection::links(state);
    apply_or_ask(state, "notice-no-link", links.len(), Choice::LinkToOpen(links), effects);
}

/// Copies the link in the selected message, or asks which one if there are several.
pub(crate) fn copy_link(state: &mut State, effects: &mut Vec<Effect>) {
    let links = selection::links(state);
    apply_or_ask(state, "notice-no-link", links.len(), Choice::LinkToCopy(links), effects);
}

/// Copies the code block in the selected message, or asks which one if there are several.
pub(crate) fn copy_code(state: &mut State, effects: &mut Vec<Effect>) {
    let blocks = selection::code(state);
    apply_or_ask(state, "notice-no-code", blocks.len(), Choice::CodeToCopy(blocks), effects);
}

/// Acts on the only candidate, opens a picker if there are several, or shows the notice `none`.
fn apply_or_ask(state: &mut State, none: &'static str, count: usize, choice: Choice, effects: &mut Vec<Effect>) {
    match count {
        0 => state.show_status(Phrase::new(none)),
        1 => apply_choice(state, &choice, 0, effects),
        _ => open_overlay(state, Overlay::Picker(Picker::new(choice))),
    }
}

/// Opens or copies the candidate with index `at`.
pub(crate) fn apply_choice(state: &mut State, choice: &Choice, at: usize, effects: &mut Vec<Effect>) {
    state.overlay = None;
    match choice {
        Choice::LinkToOpen(links) => {
            if let Some(link) = links.get(at) {
                state.show_status(Phrase::new("notice-link-opened").text("link", link));
                effects.push(Effect::Open(link.clone()));
            }
        }
        Choice::LinkToCopy(links) => {
            if let Some(link) = links.get(at) {
                state.show_status(Phrase::new("notice-link-copied").text("link", link));
                effects.push(Effect::Copy(link.to_string()));
            }
        }
        Choice::CodeToCopy(blocks) => {
            if let Some(code) = blocks.get(at) {
                state.show_status(Phrase::new("notice-code-copied").number("lines", code.text.split('\n').count() as u64));
                effects.push(Effect::Copy(code.text.clone()));
            }
        }
        _ => {}
    }
}

/// Copies a link that could not be opened to the clipboard.
pub(crate) fn copy_unopened_link(state: &mut State, link: LinkTarget, effects: &mut Vec<Effect>) {
    state.show_status(Phrase::new("notice-link-copied-instead").text("link", &link));
    effects.push(Effect::Copy(link.to_string()));
}

/// Asks for confirmation to delete the selected message, which must be the user's own or of a member with a lower role.
pub(crate) fn ask_to_delete(state: &mut State) {
    let Some(open) = state.open_conversation() else { return };
    match open.changeable_message() {
        Err(notice) => state.show_status(notice),
        Ok((_, author, _)) if !state.may_delete_message_of(open.id, author) => state.show_status(explain(&Refusal::NotYours)),
        Ok((seq, ..)) => {
            let question = Question::ConfirmDelete(open.id, seq);
            ask_confirmation(state, question);
        }
    }
}

/// Asks for a reason to report the selected message, which must be of another user.
pub(crate) fn ask_to_report(state: &mut State) {
    let Some(open) = state.open_conversation() else { return state.show_status(Phrase::new("notice-no-message")) };
    match open.selected_message() {
        None => state.show_status(Phrase::new("notice-no-message")),
        Some((_, author, _)) if Some(author) == state.me() => state.show_status(Phrase::new("notice-report-own")),
        Some((_, _, message)) if message.deleted => state.show_status(Phrase::new("notice-is-deleted")),
        Some((seq, _, _)) => {
            let question = Question::ReportMessage(open.id, seq);
            ask_confirmation(state, question);
        }
    }
}
