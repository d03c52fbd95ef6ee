//! Searching for messages: what is looked for, and what was found.

use papo_shared::model::search::{Query, QueryProblem};
use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{SearchHit, SearchHits};

use super::phrase::Phrase;
use super::text_input::TextInput;
use crate::clock::Moment;

/// The search that lies over the screen, or the last one that did.
#[derive(Clone, Debug)]
pub struct Search {
    /// What is typed.
    pub query: TextInput,
    /// The conversation that was open when it began, where one was.
    pub here: Option<ConversationId>,
    /// Whether every conversation is looked through, and not that one alone.
    pub everywhere: bool,
    /// What `hits` were found by; none before there was an answer.
    pub found: Option<SearchTerms>,
    /// The newest first.
    pub hits: Vec<SearchHit>,
    /// Where the server goes on, where there may be more.
    pub next: Option<u64>,
    /// The selected hit; none means the first.
    pub selected: Option<(ConversationId, Seq)>,
    /// Why there is no answer to what is typed.
    pub error: Option<Phrase>,
    /// When to ask again, where the server said that it was too fast.
    pub retry_at: Option<Moment>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerms {
    /// As typed.
    pub query: String,
    /// Only in this one.
    pub within: Option<ConversationId>,
}

impl Search {
    /// An empty one: in this conversation, or in all.
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

    /// What is looked for now.
    #[must_use]
    pub fn terms(&self) -> SearchTerms {
        let within = if self.everywhere { None } else { self.here };
        SearchTerms { query: self.query.text().trim().to_owned(), within }
    }

    /// What is typed, understood.
    ///
    /// # Errors
    /// Why it cannot be searched for.
    pub fn parse_query(&self) -> Result<Query, QueryProblem> {
        Query::parse(&self.terms().query, 0)
    }

    /// Whether what is shown is the answer to what is typed.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.found.as_ref() == Some(&self.terms())
    }

    /// The place of the selected hit among the hits.
    #[must_use]
    pub fn selected_index(&self) -> Option<usize> {
        let is_selected = |hit: &SearchHit| self.selected == Some((hit.conversation, hit.entry.seq));
        self.hits.iter().position(is_selected).or_else(|| (!self.hits.is_empty()).then_some(0))
    }

    /// Takes an answer. The first page of another search takes the place of what was found before.
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

    /// Nothing is looked for: nothing is found.
    pub fn clear(&mut self) {
        self.hits.clear();
        self.found = None;
        self.next = None;
        self.selected = None;
        self.error = None;
        self.retry_at = None;
    }
}
