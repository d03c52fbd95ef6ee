//! Message search as the user types. Only one search request is pending at a time; when its reply arrives, the text
//! typed by then is searched for.

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
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;
use crate::state::search::{Search, SearchTerms};
use crate::state::{Overlay, Screen, State, refusals};

/// Hits requested per page: more than the largest screen shows.
const PAGE: u32 = 50;
/// The next page is fetched when fewer hits than this remain below the selected one.
const FETCH_AHEAD: usize = 15;

/// Opens the search, in the open conversation if there is one, otherwise in all of them. The last query is restored.
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

/// Opens the search with a query; an empty one restores the last query.
pub(super) fn open_with_query(state: &mut State, query: &str, effects: &mut Vec<Effect>) {
    open(state, effects);
    if let Some(search) = search_mut(state).filter(|_| !query.is_empty()) {
        search.query.set(query);
        search_if_needed(state, effects);
    }
}

/// Closes the search and keeps it for the next time it is opened.
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

/// Switches between searching the open conversation and searching all of them.
pub(super) fn toggle_scope(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(search) = search_mut(state).filter(|search| search.here.is_some()) {
        search.everywhere = !search.everywhere;
        search_if_needed(state, effects);
    }
}

/// Searches for the typed query, unless its hits are already shown or a search is pending.
pub(super) fn search_if_needed(state: &mut State, effects: &mut Vec<Effect>) {
    let (is_live, now, zone_offset) = (state.link.is_live(), state.moment, utc_offset_s(state));
    let is_pending = state.pending.any(|asked| matches!(asked, Purpose::Search { .. }));
    let Some(search) = search_mut(state) else { return };
    match search.parse_query() {
        Err(QueryProblem::Empty) => return search.clear(),
        Err(problem) => {
            search.error = Some(refusals::query_problem(problem));
            return;
        }
        Ok(_) => {}
    }
    if search.is_current() {
        search.error = None;
        return;
    }
    if !is_live {
        search.error = Some(Phrase::new("search-offline"));
        return;
    }
    if is_pending || search.retry_at.is_some_and(|at| at > now) {
        return;
    }
    search.retry_at = None;
    search.error = None;
    let terms = search.terms();
    send_search(state, terms, None, zone_offset, effects);
}

fn send_search(state: &mut State, terms: SearchTerms, before: Option<u64>, utc_offset_s: i32, effects: &mut Vec<Effect>) {
    let request = SearchMessages {
        query: terms.query.clone(),
        conversation: terms.within,
        limit: Some(PAGE),
        before,
        utc_offset_s: Some(utc_offset_s).filter(|offset| *offset != 0),
    };
    send_request(state, Purpose::Search { terms, is_first: before.is_none() }, Request::SearchMessages(request), effects);
}

/// The user's offset from UTC in seconds, positive to the east. The server needs it to interpret dates in the query.
fn utc_offset_s(state: &State) -> i32 {
    transcript::local_time(state, state.now).offset().seconds()
}

/// Takes a page of hits. A reply to an outdated query is dropped, and the current query is searched for.
pub(super) fn take_hits(state: &mut State, terms: SearchTerms, is_first: bool, page: SearchHits, effects: &mut Vec<Effect>) {
    if let Some(search) = search_mut(state)
        && search.terms() == terms
        && (is_first || search.found.as_ref() == Some(&terms))
    {
        search.take(terms, is_first, page);
        fetch_more_if_near_end(state, effects);
    }
    search_if_needed(state, effects);
}

/// Handles a refused search. If the server was busy, the search is repeated after the wait that it named.
pub(super) fn handle_refusal(state: &mut State, terms: &SearchTerms, refusal: &Refusal, effects: &mut Vec<Effect>) {
    let now = state.moment;
    if let Some(search) = search_mut(state) {
        if let Refusal::TooFast { retry_after_ms }
        | Refusal::Busy { retry_after_ms }
        | Refusal::Failed { retry_after_ms: Some(retry_after_ms) } = refusal
        {
            search.retry_at = Some(now.after_wait_ms(*retry_after_ms));
            search.error = Some(refusals::explain(refusal));
            return;
        }
        if search.terms() == *terms {
            search.error = Some(refusals::explain(refusal));
            return;
        }
    }
    search_if_needed(state, effects);
}

/// Repeats a search that the server refused as too early, once its wait is over.
pub(super) fn retry_when_due(state: &mut State, effects: &mut Vec<Effect>) {
    let now = state.moment;
    if let Some(search) = search_mut(state)
        && search.retry_at.take_if(|at| *at <= now).is_some()
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

/// Fetches the next page of hits if the selection is near the last one and the server may have more.
fn fetch_more_if_near_end(state: &mut State, effects: &mut Vec<Effect>) {
    let (is_live, now, zone_offset) = (state.link.is_live(), state.moment, utc_offset_s(state));
    let is_pending = state.pending.any(|asked| matches!(asked, Purpose::Search { .. }));
    let Some(search) = search_mut(state) else { return };
    let is_near_the_end = search.selected_index().unwrap_or(0) + FETCH_AHEAD >= search.hits.len();
    let may_ask = is_live && !is_pending && search.is_current() && search.retry_at.is_none_or(|at| at <= now);
    if let Some(next) = search.next.filter(|_| is_near_the_end && may_ask) {
        let terms = search.terms();
        send_search(state, terms, Some(next), zone_offset, effects);
    }
}

/// Jumps to the selected hit in its conversation.
pub(super) fn go_to_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(search) = search_mut(state) else { return };
    let Some(hit) = search.selected_index().and_then(|at| search.hits.get(at)) else { return };
    let (id, seq) = (hit.conversation, hit.entry.seq);
    close(state);
    jump::jump_to_message(state, id, seq, effects);
}
