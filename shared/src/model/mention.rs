//! Mentions: usernames in a text, marked by `@`.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::account::Username;
use super::limits::{MAX_MARKED_WORDS, MAX_MENTIONS, MAX_USERNAME_CHARS};

/// A mention in a text. The account may not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Byte range in the text, including the `@`.
    pub at: Range<usize>,
    /// The username in its normalised form: `@Ana` gives `ana`.
    pub username: Username,
}

/// Finds the mentions in a text, in order.
///
/// An `@` starts a mention only where a word can start, so not in a mail address. The name extends as far as
/// possible; trailing separators, such as the full stop of a sentence, are not part of it.
pub fn find_mentions(text: &str) -> impl Iterator<Item = Mention> {
    marked_words(text).filter_map(parse)
}

/// The users a message mentions: the first [`MAX_MENTIONS`] distinct names, in text order, among the first
/// [`MAX_MARKED_WORDS`] words that begin with `@`. The rest is not parsed, because the server does this while it stores.
#[must_use]
pub fn mentioned_users(text: &str) -> Vec<Username> {
    let mut mentioned_users = Vec::new();
    for Mention { username, .. } in marked_words(text).take(MAX_MARKED_WORDS).filter_map(parse) {
        if mentioned_users.len() == MAX_MENTIONS {
            break;
        }
        if !mentioned_users.contains(&username) {
            mentioned_users.push(username);
        }
    }
    mentioned_users
}

/// What may be a name after each `@` at which a word starts, with the position of the `@`.
fn marked_words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('@').filter_map(|(start, at)| {
        if text[..start].chars().next_back().is_some_and(|c| c == '@' || is_in_name(c)) {
            return None;
        }
        let rest = &text[start + at.len()..];
        // One character more than the maximum is enough to see that the name is too long.
        let name: usize = rest.chars().take(MAX_USERNAME_CHARS + 1).take_while(|c| is_in_name(*c)).map(char::len_utf8).sum();
        let name = rest[..name].trim_end_matches(is_joint);
        (!name.is_empty()).then_some((start, name))
    })
}

fn parse((start, name): (usize, &str)) -> Option<Mention> {
    let username = Username::parse(name).ok()?;
    Some(Mention { at: start..start + "@".len() + name.len(), username })
}

/// Characters allowed inside a name but not at its end. The middle dot is part of a Catalan letter.
fn is_joint(c: char) -> bool {
    matches!(c, '.' | '_' | '-' | '·')
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || is_joint(c) || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_MARKED_WORDS, MAX_MENTIONS, Username, find_mentions, mentioned_users};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = find_mentions(text).map(|name| (text[name.at].to_owned(), name.username)).collect();
        let mentioned_users: Vec<&str> = found.iter().map(|(_, username)| username.as_str()).collect();
        assert_eq!(mentioned_users, expected, "in {text:?}");
        for (written, username) in &found {
            assert_eq!(Username::parse(&written[1..]).as_ref(), Ok(username), "the range of a mention in {text:?}");
        }
    }

    #[test]
    fn a_mention_is_a_name_after_an_at_sign() {
        check("@ana", &["ana"]);
        check("oi @ana e @rui!", &["ana", "rui"]);
        check("(@ana),@rui\n@eva", &["ana", "rui", "eva"]);
        check("@maria.clara_2-b", &["maria.clara_2-b"]);
        check("@joão, @李明: @Ольга @col·lega", &["joão", "李明", "ольга", "col·lega"]);
    }

    #[test]
    fn mentions_are_normalised() {
        check("@ANA @Joa\u{303}o", &["ana", "joão"]);
    }

    #[test]
    fn trailing_punctuation_is_not_part_of_a_name() {
        check("é com a @ana.", &["ana"]);
        check("@ana... @rui-- @eva_", &["ana", "rui", "eva"]);
        check("@ana’s @rui's", &["ana", "rui"]);
    }

    #[test]
    fn an_at_sign_inside_a_word_is_not_a_mention() {
        check("ana@example.org", &[]);
        check("x.@ana _@ana @@ana", &[]);
    }

    #[test]
    fn an_invalid_name_is_not_a_mention() {
        check("@ @. @-ana @👍 @", &[]);
        check(&format!("@{}", "x".repeat(32)), &[&"x".repeat(32)]);
        check(&format!("@{}", "x".repeat(33)), &[]);
    }

    #[test]
    fn distinct_names_count_up_to_the_limit() {
        assert_eq!(mentioned_users("@rui @ana @RUI").iter().map(Username::as_str).collect::<Vec<_>>(), ["rui", "ana"]);
        let all: String = (0..=MAX_MENTIONS).map(|number| format!("@p{number} @p{number} ")).collect();
        let mentioned_users = mentioned_users(&all);
        assert_eq!((mentioned_users.len(), mentioned_users.last().map(Username::as_str)), (MAX_MENTIONS, Some("p19")));
    }

    #[test]
    fn words_are_examined_up_to_the_limit() {
        let mentioned = |words: usize| mentioned_users(&format!("{}@ana", "@rui ".repeat(words))).len();
        assert_eq!(mentioned(MAX_MARKED_WORDS - 1), 2);
        assert_eq!(mentioned(MAX_MARKED_WORDS), 1);
        let invalid = "@x\u{660}\u{6f0} ".repeat(MAX_MARKED_WORDS);
        assert_eq!(mentioned_users(&format!("{invalid}@ana")), [], "words that are no names are examined as well");
        let empty = "@ x@y ".repeat(MAX_MARKED_WORDS);
        assert_eq!(mentioned_users(&format!("{empty}@ana")).len(), 1, "a sign alone or inside a word is none");
    }

    proptest! {
        #[test]
                fn no_text_panics_and_each_range_covers_its_mention(text in ".{0,60}|[@a.ã\u{303} ]{0,40}") {
            for name in find_mentions(&text) {
                prop_assert!(text[name.at.clone()].starts_with('@'));
                prop_assert_eq!(Username::parse(&text[name.at][1..]), Ok(name.username));
            }
        }
    }
}
