//! Searching for messages, as one types. One search is on its way at a time: the next one asks for what is typed by then.

use crossterm::event::KeyEvent;
use papo_shared::model::search::QueryProblem;
use papo_shared::protocol::{Refusal, Request, SearchHits, SearchMessages};

use super::lists::next_index;
use super::navigation::jump;
use super::requests::send_request;
use super::screen::open_overlay;
use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::layout::transcript;
use crate::state::connection::pending::Asked;
use crate::state::phrase::Phrase;
use crate::state::search::{Search, Sought};
use crate::state::{Overlay, Screen, State, refusals};

/// Hits asked for at a time: more than the largest screen shows.
const PAGE: u32 = 50;
/// With fewer hits than this below the selected one, the next page is fetched.
const FETCH_AHEAD: usize = 15;

/// Begins to search: in the conversation that is open, or everywhere. What was looked for last stands there again.
pub(super) fn open(state: &mut State, effects: &mut Vec<Effect>) {
    let here = state.open_conversation().map(|open| open.id).filter(|_| state.screen == Screen::Chat);
    let search = match state.account.last_search.take() {
        Some(last) if last.here == here => last,
        Some(last) => Search { query: last.query, ..Search::new(here) },
        None => Search::new(here),
    };
    open_overlay(state, Overlay::Search(search));
    search_if_needed(state, effects);
}

/// Begins to search for this.
pub(super) fn open_with_query(state: &mut State, query: &str, effects: &mut Vec<Effect>) {
    open(state, effects);
    if let Some(search) = search_mut(state).filter(|_| !query.is_empty()) {
        search.query.set(query);
        search_if_needed(state, effects);
    }
}

/// Puts the search away; it stands there again when one searches next.
pub(super) fn close(state: &mut State) {
    if let Some(Overlay::Search(search)) = state.overlay.take() {
        state.account.last_search = Some(search);
    }
}

fn search_mut(state: &mut State) -> Option<&mut Search> {
    match &mut state.overlay {
        Some(Overlay::Search(search)) => Some(search),
        _ => None,
    }
}

pub(super) fn type_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    if search_mut(state).is_some_and(|search| search.query.edit(key)) {
        search_if_needed(state, effects);
    }
}

pub(super) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    if let Some(search) = search_mut(state) {
        search.query.insert(text);
        search_if_needed(state, effects);
    }
}

/// From this conversation to all, and back.
pub(super) fn toggle_scope(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(search) = search_mut(state).filter(|search| search.here.is_some()) {
        search.everywhere = !search.everywhere;
        search_if_needed(state, effects);
    }
}

/// Asks for what is typed, where it was not asked for and nothing else is on its way.
pub(super) fn search_if_needed(state: &mut State, effects: &mut Vec<Effect>) {
    let (is_live, now, zone_offset) = (state.link.is_live(), state.moment, utc_offset_s(state));
    let waits = state.pending.any(|asked| matches!(asked, Asked::Search { .. }));
    let Some(search) = search_mut(state) else { return };
    match search.understood() {
        Err(QueryProblem::Empty) => return search.clear(),
        Err(problem) => {
            search.trouble = Some(refusals::query_problem(problem));
            return;
        }
        Ok(_) => {}
    }
    if search.is_answered() {
        search.trouble = None;
        return;
    }
    if !is_live {
        search.trouble = Some(Phrase::new("search-offline"));
        return;
    }
    if waits || search.again_at.is_some_and(|at| at > now) {
        return;
    }
    search.again_at = None;
    search.trouble = None;
    let sought = search.sought();
    send_search(state, sought, None, zone_offset, effects);
}

fn send_search(state: &mut State, sought: Sought, before: Option<u64>, utc_offset_s: i32, effects: &mut Vec<Effect>) {
    let request = SearchMessages {
        query: sought.query.clone(),
        conversation: sought.within,
        limit: Some(PAGE),
        before,
        utc_offset_s: Some(utc_offset_s).filter(|offset| *offset != 0),
    };
    send_request(state, Asked::Search { sought, is_first: before.is_none() }, Request::SearchMessages(request), effects);
}

/// How far the person's clock is ahead of UTC.
fn utc_offset_s(state: &State) -> i32 {
    transcript::local_time(state, state.now).offset().seconds()
}

/// An answer came. One to something else than what is typed by now is not shown, and what is typed is asked for.
pub(super) fn take_hits(state: &mut State, sought: Sought, is_first: bool, page: SearchHits, effects: &mut Vec<Effect>) {
    if let Some(search) = search_mut(state)
        && search.sought() == sought
        && (is_first || search.found.as_ref() == Some(&sought))
    {
        search.take(sought, is_first, page);
        fetch_more_if_near_end(state, effects);
    }
    search_if_needed(state, effects);
}

/// The server did not search.
pub(super) fn handle_refusal(state: &mut State, sought: &Sought, refusal: &Refusal, effects: &mut Vec<Effect>) {
    let now = state.moment;
    if let Some(search) = search_mut(state) {
        if let Refusal::TooFast { retry_after_ms } | Refusal::Busy { retry_after_ms } = refusal {
            search.again_at = Some(now.after_wait_ms(*retry_after_ms));
            search.trouble = Some(refusals::words(refusal));
            return;
        }
        if search.sought() == *sought {
            search.trouble = Some(refusals::words(refusal));
            return;
        }
    }
    search_if_needed(state, effects);
}

/// It was too fast, and now is later.
pub(super) fn retry_when_due(state: &mut State, effects: &mut Vec<Effect>) {
    let now = state.moment;
    if let Some(search) = search_mut(state)
        && search.again_at.take_if(|at| *at <= now).is_some()
    {
        search_if_needed(state, effects);
        fetch_more_if_near_end(state, effects);
    }
}

pub(super) fn move_selection(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let page = layout::search_hits_in_view(state.size).max(1);
    let Some(search) = search_mut(state) else { return };
    let to = next_index(search.selected_index(), search.hits.len(), page, action);
    if let Some(hit) = search.hits.get(to) {
        search.selected = Some((hit.conversation, hit.entry.seq));
    }
    fetch_more_if_near_end(state, effects);
}

/// Fetches more hits, where the selection comes near the last one and the server may have some.
fn fetch_more_if_near_end(state: &mut State, effects: &mut Vec<Effect>) {
    let (is_live, now, zone_offset) = (state.link.is_live(), state.moment, utc_offset_s(state));
    let waits = state.pending.any(|asked| matches!(asked, Asked::Search { .. }));
    let Some(search) = search_mut(state) else { return };
    let is_near_the_end = search.selected_index().unwrap_or(0) + FETCH_AHEAD >= search.hits.len();
    let may_ask = is_live && !waits && search.is_answered() && search.again_at.is_none_or(|at| at <= now);
    if let Some(next) = search.next.filter(|_| is_near_the_end && may_ask) {
        let sought = search.sought();
        send_search(state, sought, Some(next), zone_offset, effects);
    }
}

/// Goes to the selected hit, in its conversation, with what is around it.
pub(super) fn go_to_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(search) = search_mut(state) else { return };
    let Some(hit) = search.selected_index().and_then(|at| search.hits.get(at)) else { return };
    let (id, seq) = (hit.conversation, hit.entry.seq);
    close(state);
    jump::jump_to_message(state, id, seq, effects);
}
