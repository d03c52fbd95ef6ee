//! Searching for messages, as one types. One search is on its way at a time: the next one asks for what is typed by then.

use crossterm::event::KeyEvent;
use papo_shared::model::search::QueryProblem;
use papo_shared::protocol::{Refusal, Request, SearchHits, SearchMessages};

use super::lists::step;
use super::navigation::jump;
use super::requests::ask;
use super::screen::lay_over;
use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::layout::transcript;
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;
use crate::state::search::{Search, SearchTerms};
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
    lay_over(state, Overlay::Search(search));
    look(state, effects);
}

/// Begins to search for this.
pub(super) fn open_with(state: &mut State, query: &str, effects: &mut Vec<Effect>) {
    open(state, effects);
    if let Some(search) = current(state).filter(|_| !query.is_empty()) {
        search.query.set(query);
        look(state, effects);
    }
}

/// Puts the search away; it stands there again when one searches next.
pub(super) fn close(state: &mut State) {
    if let Some(Overlay::Search(search)) = state.overlay.take() {
        state.account.last_search = Some(search);
    }
}

fn current(state: &mut State) -> Option<&mut Search> {
    match &mut state.overlay {
        Some(Overlay::Search(search)) => Some(search),
        _ => None,
    }
}

pub(super) fn type_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    if current(state).is_some_and(|search| search.query.edit(key)) {
        look(state, effects);
    }
}

pub(super) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    if let Some(search) = current(state) {
        search.query.insert(text);
        look(state, effects);
    }
}

/// From this conversation to all, and back.
pub(super) fn widen(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(search) = current(state).filter(|search| search.here.is_some()) {
        search.everywhere = !search.everywhere;
        look(state, effects);
    }
}

/// Asks for what is typed, where it was not asked for and nothing else is on its way.
pub(super) fn look(state: &mut State, effects: &mut Vec<Effect>) {
    let (is_live, now, zone_offset) = (state.link.is_live(), state.moment, utc_offset_s(state));
    let waits = state.pending.any(|asked| matches!(asked, Purpose::Search { .. }));
    let Some(search) = current(state) else { return };
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
    if waits || search.retry_at.is_some_and(|at| at > now) {
        return;
    }
    search.retry_at = None;
    search.error = None;
    let terms = search.terms();
    ask_for(state, terms, None, zone_offset, effects);
}

fn ask_for(state: &mut State, terms: SearchTerms, before: Option<u64>, utc_offset_s: i32, effects: &mut Vec<Effect>) {
    let request = SearchMessages {
        query: terms.query.clone(),
        conversation: terms.within,
        limit: Some(PAGE),
        before,
        utc_offset_s: Some(utc_offset_s).filter(|offset| *offset != 0),
    };
    ask(state, Purpose::Search { terms, is_first: before.is_none() }, Request::SearchMessages(request), effects);
}

/// How far the person's clock is ahead of UTC.
fn utc_offset_s(state: &State) -> i32 {
    transcript::local_time(state, state.now).offset().seconds()
}

/// An answer came. One to something else than what is typed by now is not shown, and what is typed is asked for.
pub(super) fn take_hits(state: &mut State, terms: SearchTerms, is_first: bool, page: SearchHits, effects: &mut Vec<Effect>) {
    if let Some(search) = current(state)
        && search.terms() == terms
        && (is_first || search.found.as_ref() == Some(&terms))
    {
        search.take(terms, is_first, page);
        more(state, effects);
    }
    look(state, effects);
}

/// The server did not search.
pub(super) fn refused(state: &mut State, terms: &SearchTerms, refusal: &Refusal, effects: &mut Vec<Effect>) {
    let now = state.moment;
    if let Some(search) = current(state) {
        if let Refusal::TooFast { retry_after_ms } | Refusal::Busy { retry_after_ms } = refusal {
            search.retry_at = Some(now.after_wait_ms(*retry_after_ms));
            search.error = Some(refusals::explain(refusal));
            return;
        }
        if search.terms() == *terms {
            search.error = Some(refusals::explain(refusal));
            return;
        }
    }
    look(state, effects);
}

/// It was too fast, and now is later.
pub(super) fn look_again(state: &mut State, effects: &mut Vec<Effect>) {
    let now = state.moment;
    if let Some(search) = current(state)
        && search.retry_at.take_if(|at| *at <= now).is_some()
    {
        look(state, effects);
        more(state, effects);
    }
}

pub(super) fn move_selection(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let page = layout::search_hits_in_view(state.size).max(1);
    let Some(search) = current(state) else { return };
    let to = step(search.selected_index(), search.hits.len(), page, action);
    if let Some(hit) = search.hits.get(to) {
        search.selected = Some((hit.conversation, hit.entry.seq));
    }
    more(state, effects);
}

/// Fetches more hits, where the selection comes near the last one and the server may have some.
fn more(state: &mut State, effects: &mut Vec<Effect>) {
    let (is_live, now, zone_offset) = (state.link.is_live(), state.moment, utc_offset_s(state));
    let waits = state.pending.any(|asked| matches!(asked, Purpose::Search { .. }));
    let Some(search) = current(state) else { return };
    let is_near_the_end = search.selected_index().unwrap_or(0) + FETCH_AHEAD >= search.hits.len();
    let may_ask = is_live && !waits && search.is_current() && search.retry_at.is_none_or(|at| at <= now);
    if let Some(next) = search.next.filter(|_| is_near_the_end && may_ask) {
        let terms = search.terms();
        ask_for(state, terms, Some(next), zone_offset, effects);
    }
}

/// Goes to the selected hit, in its conversation, with what is around it.
pub(super) fn go_to_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(search) = current(state) else { return };
    let Some(hit) = search.selected_index().and_then(|at| search.hits.get(at)) else { return };
    let (id, seq) = (hit.conversation, hit.entry.seq);
    close(state);
    jump::to(state, id, seq, effects);
}
