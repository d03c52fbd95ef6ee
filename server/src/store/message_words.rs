//! The words by which messages are found in the index of a backend.
//!
//! These are the folded words of a message, followed by artificial words for the other conditions of a query: author, conversation,
//! and whether there is a link. Every query is therefore a single index lookup. Words are folded by [`words`], as for marking
//! matches on the screen.

use papo_shared::model::ConversationId;
use papo_shared::model::search::{Query, Term, Word, fold_name, has_link, is_unspaced_word, words};

// First characters of the artificial words. Private-use characters never occur in folded words.
const LINK: char = '\u{E000}';
const AUTHOR: char = '\u{E001}';
const CONVERSATION: char = '\u{E002}';
const PAIR: char = '\u{E004}';

/// Replaces the separators of a username, at which a tokenizer would split it.
const NAME_SEPARATOR: &str = "\u{E003}";

/// A word that a message must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequiredWord {
    pub(crate) text: String,
    /// Whether a word that begins with it is sufficient.
    pub(crate) is_prefix: bool,
}

impl RequiredWord {
    fn whole(text: String) -> Self {
        Self { text, is_prefix: false }
    }
}

/// The words by which a message is found, separated by spaces.
pub(crate) fn document(conversation: ConversationId, author: &str, text: &str) -> String {
    let mut document = String::with_capacity(text.len() + 32);
    let mut before: Option<Word> = None;
    for word in words(text) {
        if let Some(before) = before.filter(|before| before.is_unspaced() && word.is_unspaced()) {
            document.push_str(&pair_word(&before.folded, &word.folded));
            document.push(' ');
        }
        document.push_str(&word.folded);
        document.push(' ');
        before = Some(word);
    }
    document.push_str(&author_word(&fold_name(author)));
    document.push(' ');
    document.push_str(&conversation_word(conversation));
    if has_link(text) {
        document.push(' ');
        document.push(LINK);
    }
    document
}

/// In scripts whose characters are indexed as words, nearly every text contains the common ones, but few contain a given
/// pair of adjacent ones.
fn pair_word(first: &str, second: &str) -> String {
    format!("{PAIR}{first}{second}")
}

fn author_word(folded: &str) -> String {
    format!("{AUTHOR}{}", folded.replace('-', NAME_SEPARATOR))
}

fn conversation_word(id: ConversationId) -> String {
    format!("{CONVERSATION}{}", id.0)
}

/// What the words of a message must be for a search in these conversations, or in all if `None`: of each list, it must have one.
/// Empty if the search has no condition that an index can answer.
pub(crate) fn required_words(query: &Query, conversations: Option<&[ConversationId]>) -> Vec<Vec<RequiredWord>> {
    let mut all: Vec<_> = query.terms.iter().flat_map(term).map(|word| vec![word]).collect();
    if !query.from.is_empty() {
        all.push(query.from.iter().map(|name| RequiredWord::whole(author_word(name))).collect());
    }
    if let Some(conversations) = conversations.filter(|conversations| !conversations.is_empty()) {
        all.push(conversations.iter().map(|id| RequiredWord::whole(conversation_word(*id))).collect());
    }
    if query.has_link {
        all.push(vec![RequiredWord::whole(LINK.to_string())]);
    }
    all
}

/// The words of a term, anywhere in the text. Adjacency is checked on the text itself.
fn term(term: &Term) -> Vec<RequiredWord> {
    let mut required = Vec::with_capacity(term.words.len());
    let mut is_paired = false;
    for (at, word) in term.words.iter().enumerate() {
        let next = term.words.get(at + 1).filter(|next| is_unspaced_word(word) && is_unspaced_word(next));
        match next {
            Some(next) => required.push(RequiredWord::whole(pair_word(word, next))),
            // A text with the pair contains both of its words.
            None if is_paired => {}
            None => required.push(RequiredWord::whole(word.clone())),
        }
        is_paired = next.is_some();
    }
    if let Some(last) = required.last_mut() {
        last.is_prefix = term.is_prefix;
    }
    required
}
