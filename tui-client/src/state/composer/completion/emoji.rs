//! Emoji by their names. The only file that names the crate that knows them.

use std::cmp::Reverse;

use emojis::Group;

/// An emoji and one of the names it goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedEmoji {
    /// The emoji itself.
    pub emoji: &'static str,
    /// The name, without colons.
    pub name: &'static str,
}

/// The emoji of which a name, or a part of one after a `_`, begins with this; each once. The one that is called so comes
/// first, then those whose name begins so; of these faces, hearts, hands and people, which are what is written most, and the
/// shortest name.
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
    // Stable: names of the same length stay in the order of Unicode.
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, named)| named).collect()
}

/// The emoji of exactly this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static str> {
    emojis::get_by_shortcode(name).map(emojis::Emoji::as_str)
}

/// What an emoji is called in Unicode's own words.
#[must_use]
pub fn name_of(emoji: &str) -> Option<&'static str> {
    emojis::get(emoji).map(emojis::Emoji::name)
}

#[cfg(test)]
mod tests {
    use super::{beginning_with, named};

    #[test]
    fn the_nearest_name_comes_first_and_no_emoji_twice() {
        let found = beginning_with("smi");
        assert_eq!((found[0].emoji, found[0].name), ("😄", "smile"));
        let beginning = found.iter().take_while(|found| found.name.starts_with("smi")).count();
        assert!(beginning > 2 && found.len() > beginning, "smiling faces come after smiles: {found:?}");
        let thumbs = beginning_with("thumbs");
        assert_eq!(thumbs[0].emoji, "👍");
        assert_eq!(thumbs.iter().filter(|found| found.emoji == "👍").count(), 1);
    }

    #[test]
    fn what_is_written_most_comes_before_what_is_shorter() {
        assert_eq!(beginning_with("he")[0].emoji, "❤️", "not the herb");
        assert_eq!(beginning_with("bee")[0].emoji, "🐝", "but a whole name is what was meant");
    }

    #[test]
    fn a_name_is_known_whole_only() {
        assert_eq!(named("+1"), Some("👍"));
        assert_eq!(named("smil"), None);
        assert_eq!(beginning_with("30"), []);
    }
}
