//! Fuzzy matching of names. The only file that uses the matcher's crate.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Returns the candidates whose name contains the letters of `typed` in the same order, best match first. Case and accents are
/// ignored. An empty `typed` keeps every candidate in its original order.
#[must_use]
pub fn filter_by_name<T>(candidates: Vec<T>, typed: &str, name_of: impl Fn(&T) -> String) -> Vec<T> {
    if typed.trim().is_empty() {
        return candidates;
    }
    let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut matches: Vec<_> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let score = pattern.score(Utf32Str::new(&name_of(&candidate), &mut buffer), &mut matcher)?;
            Some((Reverse(score), candidate))
        })
        .collect();
    // The sort is stable: candidates with equal scores keep their order.
    matches.sort_by_key(|(score, _)| *score);
    matches.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Whether a word of `name` begins with `typed`, ignoring case and accents.
#[must_use]
pub fn has_word_starting_with(name: &str, typed: &str) -> bool {
    let beginning = Atom::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Prefix, false);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    name.split_whitespace().any(|word| beginning.score(Utf32Str::new(word, &mut buffer), &mut matcher).is_some())
}

#[cfg(test)]
mod tests {
    use super::{filter_by_name, has_word_starting_with};

    #[test]
    fn best_match_is_first_and_case_and_accents_are_ignored() {
        let names = || vec!["Major", "João", "Bia"];
        assert_eq!(filter_by_name(names(), "joao", |name| (*name).to_owned()), ["João"]);
        assert_eq!(filter_by_name(names(), "jo", |name| (*name).to_owned()), ["João", "Major"]);
        assert_eq!(filter_by_name(names(), " ", |name| (*name).to_owned()), names());
    }

    #[test]
    fn any_word_of_the_name_may_have_the_prefix() {
        assert!(has_word_starting_with("Maria João", "joa") && has_word_starting_with("bia", "BIA"));
        assert!(!has_word_starting_with("Maria João", "oao") && !has_word_starting_with("bia", "biank"));
    }
}
