//! Detects a word at the cursor that can be completed, by the sign it begins with and its position.

/// The sign that a completable word begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `:`, followed by the name of an emoji.
    Emoji,
    /// `@`, followed by a username or display name.
    Person,
    /// `/`, followed by a command. Only at the start of the draft.
    Command,
    /// `#`, followed by the name of a group.
    Group,
}

/// A word with a sign, up to the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The sign that the word begins with.
    pub sign: Sign,
    /// The index of the word's line in the draft.
    pub line: usize,
    /// The position of the sign in the line, in characters.
    pub start: usize,
    /// The position of the cursor after the word, in characters.
    pub end: usize,
    /// The text between the sign and the cursor.
    pub typed: String,
}

/// The minimum number of letters before emoji are suggested. With one letter, much ordinary text after a colon would open the
/// list.
pub const EMOJI_AFTER_LETTERS: usize = 2;

/// Returns the completable word that ends at the cursor, which is at this line and character.
///
/// The sign must begin a word and the cursor must be at the word's end, so that times, mail addresses and URLs are not completed.
/// Names of emoji are lower case, so that `:D` is not completed either.
#[must_use]
pub fn word_at(lines: &[String], (line, column): (usize, usize)) -> Option<Word> {
    let characters: Vec<char> = lines.get(line)?.chars().collect();
    if characters.get(column).is_some_and(|next| next.is_alphanumeric()) {
        return None;
    }
    let before = characters.get(..column)?;
    let (start, sign) = before.iter().enumerate().rev().find_map(|(at, c)| {
        let sign = match c {
            ':' => Sign::Emoji,
            '@' => Sign::Person,
            '/' => Sign::Command,
            '#' => Sign::Group,
            _ => return None,
        };
        Some((at, sign))
    })?;
    let typed: String = before[start + 1..].iter().collect();
    let begins_a_word = before[..start].last().is_none_or(|before| may_precede_sign(*before));
    let is_completable = match sign {
        Sign::Emoji => typed.chars().count() >= EMOJI_AFTER_LETTERS && typed.chars().all(is_in_emoji_name),
        Sign::Person => typed.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-')),
        Sign::Group => typed.chars().all(|c| !c.is_whitespace()),
        Sign::Command => line == 0 && start == 0 && lines.len() == 1 && typed.chars().all(char::is_alphanumeric),
    };
    (begins_a_word && is_completable).then_some(Word { sign, line, start, end: column, typed })
}

/// Returns the emoji name of a `:name:` that ends at the cursor and whose first colon begins a word.
#[must_use]
pub fn closed_name(lines: &[String], (line, column): (usize, usize)) -> Option<Word> {
    let closing = column.checked_sub(1)?;
    if lines.get(line)?.chars().nth(closing) != Some(':') {
        return None;
    }
    let word = word_at(lines, (line, closing))?;
    (word.sign == Sign::Emoji).then_some(Word { end: column, ..word })
}

/// Whether a sign directly after this character begins a word: after white space, an opening bracket or quote, or an emoji.
fn may_precede_sign(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | '[' | '{' | '"' | '\'') || !(c.is_ascii() || c.is_alphanumeric())
}

fn is_in_emoji_name(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '+' | '-')
}

#[cfg(test)]
mod tests {
    use super::{Sign, closed_name, word_at};

    /// Asserts which word is completed in `typed`. `|` marks the cursor, which is otherwise at the end.
    fn check(typed: &str, expected: Option<(Sign, &str)>) {
        let at = typed.find('|').unwrap_or(typed.len());
        let before = &typed[..at];
        let (line, column) = (before.matches('\n').count(), before.rsplit('\n').next().unwrap().chars().count());
        let lines: Vec<String> = typed.replace('|', "").split('\n').map(str::to_owned).collect();
        let word = word_at(&lines, (line, column));
        assert_eq!(word.as_ref().map(|word| (word.sign, word.typed.as_str())), expected, "{typed:?}");
    }

    #[test]
    fn a_sign_at_the_start_of_a_word_is_completed() {
        check("oi :smi", Some((Sign::Emoji, "smi")));
        check("😄:smi", Some((Sign::Emoji, "smi")));
        check("@", Some((Sign::Person, "")));
        check("oi (@joã", Some((Sign::Person, "joã")));
        check("uma\n@b", Some((Sign::Person, "b")));
        check("veja #re", Some((Sign::Group, "re")));
        check("/", Some((Sign::Command, "")));
        check("/me", Some((Sign::Command, "me")));
        check("@bi| e caio", Some((Sign::Person, "bi")));
    }

    #[test]
    fn ordinary_text_with_signs_is_not_completed() {
        for typed in [
            ":)",
            ":D",
            ":-)",
            ":P",
            ":DD",
            ":s",
            "12:30",
            "às 12:30",
            "ana@exemplo.org",
            "http://exemplo.org/x#y",
            "nota: tudo",
            ": um",
            "std::io",
            "a/b",
            "e/ou",
            "//etc",
            "oi /me",
            "uma\n/me",
            "/me\nduas",
            "/add bia",
            "@bi|a",
            "# um",
            "@bia oi",
        ] {
            check(typed, None);
        }
    }

    #[test]
    fn a_second_colon_closes_an_emoji_name() {
        let closed = |text: &str| closed_name(&[text.to_owned()], (0, text.chars().count())).map(|word| word.typed);
        assert_eq!(closed("oi :smile:"), Some("smile".to_owned()));
        for text in ["12:30:", "smile:", "::", ":a:", "oi:smile:", ":smile"] {
            assert_eq!(closed(text), None, "{text}");
        }
    }
}
