//! Searching for messages: the query and its results.

use papo_shared::model::search::{Query, QueryProblem};
use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{SearchHit, SearchHits};

use super::phrase::Phrase;
use super::text_input::TextInput;
use crate::clock::Moment;

/// The search shown over the screen, or the last one that was shown there.
#[derive(Clone, Debug)]
pub struct Search {
    /// The query as the user types it.
    pub query: TextInput,
    /// The conversation that was open when the search was opened, if any.
    pub here: Option<ConversationId>,
    /// Whether to search all conversations instead of only [`Self::here`].
    pub everywhere: bool,
    /// The terms that produced `hits`; `None` before the first reply.
    pub found: Option<SearchTerms>,
    /// The results so far, newest message first.
    pub hits: Vec<SearchHit>,
    /// The position from which the server continues, if there may be more results.
    pub next: Option<u64>,
    /// The selected hit; `None` means the first.
    pub selected: Option<(ConversationId, Seq)>,
    /// Why there are no results for the current query.
    pub error: Option<Phrase>,
    /// When to send the query again after the server refused it as too fast.
    pub retry_at: Option<Moment>,
}

/// The terms of one search request, to match a reply with the query that is typed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerms {
    /// The query, trimmed but not parsed.
    pub query: String,
    /// The only conversation to search; `None` searches all.
    pub within: Option<ConversationId>,
}

impl Search {
    /// Creates an empty search within this conversation, or within all for `None`.
    #[must_use]
    pub fn new(here: Option<ConversationId>) -> Self {
        Self {
            query: TextInput::single_line(),
            here,
            everywhere: here.is_none(),
            found: None,
            hits: Vec::new(),
            next: None,
            selected: None,
            error: None,
            retry_at: None,
        }
    }

    /// The terms that are typed now.
    #[must_use]
    pub fn terms(&self) -> SearchTerms {
        let within = if self.everywhere { None } else { self.here };
        SearchTerms { query: self.query.text().trim().to_owned(), within }
    }

    /// Parses the query as it is typed now.
    ///
    /// # Errors
    /// Returns why the server would refuse the query.
    pub fn parse_query(&self) -> Result<Query, QueryProblem> {
        Query::parse(&self.terms().query, 0)
    }

    /// Whether the results shown belong to the query that is typed now.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.found.as_ref() == Some(&self.terms())
    }

    /// The index of the selected hit; `None` without hits.
    #[must_use]
    pub fn selected_index(&self) -> Option<usize> {
        let is_selected = |hit: &SearchHit| self.selected == Some((hit.conversation, hit.entry.seq));
        self.hits.iter().position(is_selected).or_else(|| (!self.hits.is_empty()).then_some(0))
    }

    /// Adds a page of results. A first page replaces the previous results.
    pub fn take(&mut self, terms: SearchTerms, is_first: bool, page: SearchHits) {
        if is_first {
            self.hits.clear();
            self.selected = None;
        }
        self.found = Some(terms);
        self.error = None;
        self.hits.extend(page.hits);
        self.next = page.next;
    }

    /// Removes the results, because the query became empty.
    pub fn clear(&mut self) {
        self.hits.clear();
        self.found = None;
        self.next = None;
        self.selected = None;
        self.error = None;
        self.retry_at = None;
    }
}
