//! Sheets about one message: its earlier texts, or who reacted to it and who received it.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{ListReactions, ListRevisions, ReactionPage, Request, RevisionPage};

use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::connection::pending::Purpose;
use crate::state::overlays::sheet::{About, MAX_ROWS, Sheet};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, State};
use crate::update::conversations::receipts;
use crate::update::requests::send_request;
use crate::update::screen::open_overlay;

/// Shows the earlier texts of the selected message.
pub(crate) fn show_revisions(state: &mut State, effects: &mut Vec<Effect>) {
    let Some((id, seq)) = selected_message(state) else { return };
    open_overlay(state, Overlay::Sheet(Sheet::new(id, seq, About::Revisions(Vec::new()))));
    request_revisions(state, id, seq, None, effects);
}

/// Shows who reacted to the selected message, and who received and read it.
pub(crate) fn show_people(state: &mut State, effects: &mut Vec<Effect>) {
    let Some((id, seq)) = selected_message(state) else { return };
    open_overlay(state, Overlay::Sheet(Sheet::new(id, seq, About::People(Vec::new()))));
    let request = ListReactions { conversation: id, seq, after: None, limit: None };
    send_request(state, Purpose::Reactions(id, seq), Request::ListReactions(request), effects);
    receipts::request_page(state, id, None, effects);
}

pub(crate) fn take_revisions(state: &mut State, id: ConversationId, seq: Seq, page: RevisionPage, effects: &mut Vec<Effect>) {
    let Some(sheet) = sheet_about(state, id, seq) else { return };
    let About::Revisions(known) = &mut sheet.about else { return };
    known.extend(page.revisions);
    known.truncate(MAX_ROWS);
    sheet.is_complete = page.next.is_none() || known.len() == MAX_ROWS;
    if !sheet.is_complete {
        request_revisions(state, id, seq, page.next, effects);
    }
}

pub(crate) fn take_reactions(state: &mut State, id: ConversationId, seq: Seq, page: ReactionPage, effects: &mut Vec<Effect>) {
    let Some(sheet) = sheet_about(state, id, seq) else { return };
    let About::People(known) = &mut sheet.about else { return };
    known.extend(page.reactions);
    known.truncate(MAX_ROWS);
    sheet.is_complete = page.next.is_none() || known.len() == MAX_ROWS;
    if !sheet.is_complete {
        let request = ListReactions { conversation: id, seq, after: page.next, limit: None };
        send_request(state, Purpose::Reactions(id, seq), Request::ListReactions(request), effects);
    }
}

/// Shows why the server refused the sheet's request.
pub(crate) fn report_problem(state: &mut State, reason: Phrase) {
    if let Some(Overlay::Sheet(sheet)) = &mut state.overlay {
        sheet.problem = Some(reason);
    }
}

pub(crate) fn scroll(state: &mut State, action: Action) {
    let Some(Overlay::Sheet(sheet)) = &state.overlay else { return };
    let (last, page) = layout::sheet::scroll_limits(state, sheet);
    let top = match action {
        Action::Up => sheet.top.saturating_sub(1),
        Action::PageUp => sheet.top.saturating_sub(page),
        Action::First => 0,
        Action::Down => sheet.top.saturating_add(1),
        Action::PageDown => sheet.top.saturating_add(page),
        _ => last,
    };
    if let Some(Overlay::Sheet(sheet)) = &mut state.overlay {
        sheet.top = top.min(last);
    }
}

fn request_revisions(state: &mut State, id: ConversationId, seq: Seq, after: Option<u32>, effects: &mut Vec<Effect>) {
    let request = ListRevisions { conversation: id, seq, after, limit: None };
    send_request(state, Purpose::Revisions(id, seq), Request::ListRevisions(request), effects);
}

/// The open sheet, if it is about this message.
fn sheet_about(state: &mut State, id: ConversationId, seq: Seq) -> Option<&mut Sheet> {
    match &mut state.overlay {
        Some(Overlay::Sheet(sheet)) if (sheet.conversation, sheet.seq) == (id, seq) => Some(sheet),
        _ => None,
    }
}

/// The selected message, if its sheet can be opened; otherwise a notice says why not.
fn selected_message(state: &mut State) -> Option<(ConversationId, Seq)> {
    let open = state.open_conversation()?;
    let is_deleted = open.selected_message().map(|(_, _, message)| message.deleted);
    let selected = open.selected_message().map(|(seq, _, _)| (open.id, seq));
    match is_deleted {
        None => state.show_status(Phrase::new("notice-no-message")),
        Some(true) => state.show_status(Phrase::new("notice-is-deleted")),
        Some(false) if !state.link.is_live() => state.show_status(Phrase::new("notice-needs-connection")),
        Some(false) => return selected,
    }
    None
}
