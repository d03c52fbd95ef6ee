//! What people answer a message with when no words are needed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::{clean_line, clean_line_within};

/// Most characters of an emoji: the longest that Unicode has, a family or a kiss with skin tones, is ten.
const MAX_EMOJI_CHARS: usize = 16;

/// One emoji as Unicode lists it, in its fully qualified form, so that a heart is the same heart from any keyboard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Emoji(String);

/// The text is no emoji, or more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one emoji")]
pub struct NoEmoji;

/// How many people reacted to a message with one emoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// With which.
    pub emoji: Emoji,
    /// How many did.
    pub count: u32,
    /// Whether the reader is one of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
}

impl Emoji {
    /// Looks it up.
    ///
    /// # Errors
    /// It is not exactly one emoji.
    pub fn parse(typed: &str) -> Result<Self, NoEmoji> {
        let cleaned = clean_line(typed);
        let known = emojis::get(&cleaned).ok_or(NoEmoji)?;
        Ok(Self(known.as_str().to_owned()))
    }

    /// The emoji as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Emoji {
    fn from(said: String) -> Self {
        Self(clean_line_within(said, MAX_EMOJI_CHARS))
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
    use super::{Emoji, MAX_EMOJI_CHARS, NoEmoji};

    #[test]
    fn one_emoji_is_a_reaction_and_nothing_else_is() {
        for emoji in ["👍", "❤️", "👩‍👩‍👧‍👦", "🇧🇷", "👍🏽"] {
            assert_eq!(Emoji::parse(emoji).unwrap().as_str(), emoji);
        }
        for other in ["", "a", "👍👍", ":+1:", "\u{1b}[2J"] {
            assert_eq!(Emoji::parse(other), Err(NoEmoji), "{other:?}");
        }
    }

    #[test]
    fn a_heart_without_its_variation_is_the_same_heart() {
        assert_eq!(Emoji::parse("❤"), Emoji::parse("❤️"));
    }

    #[test]
    fn the_longest_emoji_there_is_comes_over_the_wire_whole() {
        let longest = emojis::iter().flat_map(|emoji| emoji.skin_tones().into_iter().flatten().chain([emoji]));
        let longest = longest.max_by_key(|emoji| emoji.as_str().chars().count()).unwrap().as_str();
        assert!(longest.chars().count() <= MAX_EMOJI_CHARS);
        assert_eq!(Emoji::from(longest.to_owned()).as_str(), longest);
        assert_eq!(Emoji::parse(longest).unwrap().as_str(), longest);
    }

    #[test]
    fn a_hostile_server_cannot_put_controls_in_a_reaction() {
        let emoji: Emoji = serde_json::from_str(r#""\u001b[2J👍""#).unwrap();
        assert_eq!(emoji.as_str(), "[2J👍");
    }
}
