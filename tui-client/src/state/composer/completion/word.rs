//! Whether a word is being typed that may become something, by its sign and where it stands.

/// What begins such a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `:` and the name of an emoji.
    Emoji,
    /// `@` and a name.
    Person,
    /// `/` and a command, at the very beginning.
    Command,
    /// `#` and a group.
    Group,
}

/// A word with a sign, up to the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it begins with.
    pub sign: Sign,
    /// Its line.
    pub line: usize,
    /// Where its sign stands in the line, in characters.
    pub start: usize,
    /// Where the cursor stands behind it, in characters.
    pub end: usize,
    /// What is between the sign and the cursor.
    pub typed: String,
}

/// Letters of an emoji's name before any is offered: with one, half of what people write after a colon would open a list.
pub const EMOJI_AFTER_LETTERS: usize = 2;

/// The word that ends at the cursor, which stands at this line and character, if it may become something.
///
/// A sign counts at the beginning of a word only, and the cursor must stand at the end of it: so times, addresses of mail
/// and of pages are left alone. The name of an emoji has small letters: so is `:D`.
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
    let begins_a_word = before[..start].last().is_none_or(|before| may_precede(*before));
    let is_one = match sign {
        Sign::Emoji => typed.chars().count() >= EMOJI_AFTER_LETTERS && typed.chars().all(is_in_emoji_name),
        Sign::Person => typed.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-')),
        Sign::Group => typed.chars().all(|c| !c.is_whitespace()),
        Sign::Command => line == 0 && start == 0 && lines.len() == 1 && typed.chars().all(char::is_alphanumeric),
    };
    (begins_a_word && is_one).then_some(Word { sign, line, start, end: column, typed })
}

/// The name between two colons that ends at the cursor: `:name:`, where the first colon begins a word.
#[must_use]
pub fn closed_name(lines: &[String], (line, column): (usize, usize)) -> Option<Word> {
    let closing = column.checked_sub(1)?;
    if lines.get(line)?.chars().nth(closing) != Some(':') {
        return None;
    }
    let word = word_at(lines, (line, closing))?;
    (word.sign == Sign::Emoji).then_some(Word { end: column, ..word })
}

/// White space, an opening bracket or quote, or a picture.
fn may_precede(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | '[' | '{' | '"' | '\'') || !(c.is_ascii() || c.is_alphanumeric())
}

fn is_in_emoji_name(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '+' | '-')
}

#[cfg(test)]
mod tests {
    use super::{Sign, closed_name, word_at};

    /// What is offered when this was typed; `|` is the cursor, at the end where there is none.
    fn check(typed: &str, expected: Option<(Sign, &str)>) {
        let at = typed.find('|').unwrap_or(typed.len());
        let before = &typed[..at];
        let (line, column) = (before.matches('\n').count(), before.rsplit('\n').next().unwrap().chars().count());
        let lines: Vec<String> = typed.replace('|', "").split('\n').map(str::to_owned).collect();
        let word = word_at(&lines, (line, column));
        assert_eq!(word.as_ref().map(|word| (word.sign, word.typed.as_str())), expected, "{typed:?}");
    }

    #[test]
    fn a_sign_at_the_beginning_of_a_word_offers() {
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
    fn what_people_write_otherwise_does_not() {
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
    fn a_name_is_closed_by_a_colon() {
        let closed = |text: &str| closed_name(&[text.to_owned()], (0, text.chars().count())).map(|word| word.typed);
        assert_eq!(closed("oi :smile:"), Some("smile".to_owned()));
        for text in ["12:30:", "smile:", "::", ":a:", "oi:smile:", ":smile"] {
            assert_eq!(closed(text), None, "{text}");
        }
    }
}
