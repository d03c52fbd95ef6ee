//! Finds emoji by name. The only file that uses the emoji crate.

use std::cmp::Reverse;

use emojis::Group;

/// An emoji and one of its short names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedEmoji {
    /// The emoji as text, possibly of several characters.
    pub emoji: &'static str,
    /// The short name, without colons.
    pub name: &'static str,
}

/// Returns each emoji with a name that begins with `typed`, or has a part after a `_` that does. An exact name comes first, then
/// names that begin with `typed`. Among these, faces, hearts, hands and people come first, because they are used most, and then
/// shorter names.
#[must_use]
pub fn beginning_with(typed: &str) -> Vec<NamedEmoji> {
    let mut found: Vec<_> = emojis::iter()
        .filter_map(|emoji| {
            let named = |name: &'static str| {
                let matches = name.split('_').any(|part| part.starts_with(typed)) || name.starts_with(typed);
                let often_written = matches!(emoji.group(), Group::SmileysAndEmotion | Group::PeopleAndBody);
                let rank = Reverse((name == typed, name.starts_with(typed), often_written));
                matches.then_some(((rank, name.len()), NamedEmoji { emoji: emoji.as_str(), name }))
            };
            emoji.shortcodes().filter_map(named).min_by_key(|(rank, _)| *rank)
        })
        .collect();
    // The sort is stable: equal ranks keep the order of Unicode.
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, named)| named).collect()
}

/// Returns the emoji with exactly this short name.
#[must_use]
pub fn named(name: &str) -> Option<&'static str> {
    emojis::get_by_shortcode(name).map(emojis::Emoji::as_str)
}

/// Returns the Unicode name of an emoji.
#[must_use]
pub fn name_of(emoji: &str) -> Option<&'static str> {
    emojis::get(emoji).map(emojis::Emoji::name)
}

#[cfg(test)]
mod tests {
    use super::{beginning_with, named};

    #[test]
    fn the_closest_name_is_first_and_each_emoji_appears_once() {
        let found = beginning_with("smi");
        assert_eq!((found[0].emoji, found[0].name), ("😄", "smile"));
        let beginning = found.iter().take_while(|found| found.name.starts_with("smi")).count();
        assert!(beginning > 2 && found.len() > beginning, "names with a later part that matches follow: {found:?}");
        let thumbs = beginning_with("thumbs");
        assert_eq!(thumbs[0].emoji, "👍");
        assert_eq!(thumbs.iter().filter(|found| found.emoji == "👍").count(), 1);
    }

    #[test]
    fn frequent_emoji_rank_before_shorter_names() {
        assert_eq!(beginning_with("he")[0].emoji, "❤️", "a heart ranks before the herb, whose name is shorter");
        assert_eq!(beginning_with("bee")[0].emoji, "🐝", "an exact name ranks first");
    }

    #[test]
    fn named_matches_only_whole_names() {
        assert_eq!(named("+1"), Some("👍"));
        assert_eq!(named("smil"), None);
        assert_eq!(beginning_with("30"), []);
    }
}
