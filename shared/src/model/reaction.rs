//! Emoji reactions to messages.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::{clean_line, clean_line_within};

/// Longest emoji sequence accepted, in characters. The longest in Unicode, a family or a kiss with skin tones, has ten.
const MAX_EMOJI_CHARS: usize = 16;

/// One emoji in its fully qualified form from the Unicode list, so that the same heart from any keyboard compares equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Emoji(String);

/// The text is not exactly one emoji.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one emoji")]
pub struct InvalidEmoji;

/// One emoji among a message's reactions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Distinct within the message.
    pub emoji: Emoji,
    /// How many users reacted with it.
    pub count: u32,
    /// Whether the reader is one of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
}

impl Emoji {
    /// Looks up an emoji in the Unicode list, with or without variation selectors.
    ///
    /// # Errors
    /// [`InvalidEmoji`] if the text is not exactly one emoji.
    pub fn parse(typed: &str) -> Result<Self, InvalidEmoji> {
        let cleaned = clean_line(typed);
        let known = emojis::get(&cleaned).ok_or(InvalidEmoji)?;
        Ok(Self(known.as_str().to_owned()))
    }

    /// The emoji, fully qualified.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Emoji {
    fn from(text: String) -> Self {
        Self(clean_line_within(text, MAX_EMOJI_CHARS))
    }
}

impl From<Emoji> for String {
    fn from(emoji: Emoji) -> Self {
        emoji.0
    }
}

impl fmt::Display for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Emoji, InvalidEmoji, MAX_EMOJI_CHARS};

    #[test]
    fn exactly_one_emoji_is_accepted() {
        for emoji in ["👍", "❤️", "👩‍👩‍👧‍👦", "🇧🇷", "👍🏽"] {
            assert_eq!(Emoji::parse(emoji).unwrap().as_str(), emoji);
        }
        for other in ["", "a", "👍👍", ":+1:", "\u{1b}[2J"] {
            assert_eq!(Emoji::parse(other), Err(InvalidEmoji), "{other:?}");
        }
    }

    #[test]
    fn a_heart_without_its_variation_selector_is_the_same_heart() {
        assert_eq!(Emoji::parse("❤"), Emoji::parse("❤️"));
    }

    #[test]
    fn the_longest_emoji_survives_the_wire() {
        let longest = emojis::iter().flat_map(|emoji| emoji.skin_tones().into_iter().flatten().chain([emoji]));
        let longest = longest.max_by_key(|emoji| emoji.as_str().chars().count()).unwrap().as_str();
        assert!(longest.chars().count() <= MAX_EMOJI_CHARS);
        assert_eq!(Emoji::from(longest.to_owned()).as_str(), longest);
        assert_eq!(Emoji::parse(longest).unwrap().as_str(), longest);
    }

    #[test]
    fn a_hostile_server_cannot_put_control_characters_in_a_reaction() {
        let emoji: Emoji = serde_json::from_str(r#""\u001b[2J👍""#).unwrap();
        assert_eq!(emoji.as_str(), "[2J👍");
    }
}
