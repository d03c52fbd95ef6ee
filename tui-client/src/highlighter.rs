//! Finds what is to be highlighted in code, on a thread of its own: no key and no frame waits for it.
//!
//! A lexer by regular expressions, not a grammar: it takes some megabytes where the grammars of editors take ten times as
//! much, which a chat that is open all day cannot ask for a few coloured words.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use synoptic::TokOpt;
use tokio::sync::mpsc;

use crate::code::{Code, Token, Tokens};
use crate::event::Event;

/// Most blocks of code that wait. What comes while it is full stays without colours.
const QUEUE: usize = 64;
/// How long one block may take. What was not looked at by then stays without colours.
const MAX_TIME: Duration = Duration::from_millis(250);
/// Longer lines are data, not code, and have no colours. In bytes.
const MAX_LINE_BYTES: usize = 1_024;

/// The thread that finds what is to be highlighted.
pub struct Highlighter {
    jobs: mpsc::Sender<Code>,
}

impl Highlighter {
    /// Starts the thread. What it finds is told as [`Event::Highlighted`]. It ends when this is dropped.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(events: mpsc::Sender<Event>) -> io::Result<Self> {
        let (jobs, mut waiting) = mpsc::channel::<Code>(QUEUE);
        thread::Builder::new().name("papo-highlighter".to_owned()).spawn(move || {
            while let Some(code) = waiting.blocking_recv() {
                let tokens = highlight(&code);
                if events.blocking_send(Event::Highlighted(code, tokens)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { jobs })
    }

    /// Asks for what is to be highlighted in this code.
    pub fn ask(&self, code: Code) {
        if self.jobs.try_send(code).is_err() {
            tracing::debug!("too much code at once: a block stays without colours");
        }
    }
}

/// What is to be highlighted in this code. Nothing in a language that is not known.
#[must_use]
pub fn highlight(code: &Code) -> Tokens {
    let language = code.language.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':')).next().unwrap_or_default();
    let Some(mut lexer) = synoptic::from_extension(extension(&language.to_lowercase()), 1) else { return Tokens::new() };
    let started = Instant::now();
    // A tab is one byte, as the space in its place.
    let is_long = |line: &str| line.len() > MAX_LINE_BYTES;
    let lines: Vec<String> =
        code.text.split('\n').map(|line| if is_long(line) { String::new() } else { line.replace('\t', " ") }).collect();
    lexer.run(&lines);
    let mut tokens = Tokens::new();
    let mut line_start = 0;
    for (number, (line, original)) in lines.iter().zip(code.text.split('\n')).enumerate() {
        if started.elapsed() > MAX_TIME {
            break;
        }
        let mut at = line_start;
        for piece in lexer.line(number, line) {
            let (text, kind) = match &piece {
                TokOpt::Some(text, kind) => (text, token(kind)),
                TokOpt::None(text) => (text, None),
            };
            let end = at + text.len();
            if let Some(kind) = kind.filter(|_| end <= line_start + original.len()) {
                tokens.push((at..end, kind));
            }
            at = end;
        }
        line_start += original.len() + 1;
    }
    tokens
}

/// The lexers are known by what names of files end with; people write the names of languages.
fn extension(language: &str) -> &str {
    match language {
        "rust" => "rs",
        "python" | "python3" => "py",
        "javascript" | "jsx" | "node" => "js",
        "typescript" => "ts",
        "bash" | "shell" | "zsh" | "console" => "sh",
        "golang" => "go",
        "csharp" | "c#" => "cs",
        "kotlin" => "kt",
        "haskell" => "hs",
        "latex" => "tex",
        "nushell" => "nu",
        "patch" => "diff",
        other => other,
    }
}

fn token(kind: &str) -> Option<Token> {
    match kind {
        "keyword" | "kw" => Some(Token::Keyword),
        "comment" => Some(Token::Comment),
        "string" | "character" | "insertion" => Some(Token::Text),
        "digit" | "boolean" | "deletion" => Some(Token::Number),
        "function" | "struct" | "macro" | "tag" | "attribute" | "namespace" | "key" | "header" | "heading" => Some(Token::Name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Code, MAX_LINE_BYTES, Token, highlight};

    #[track_caller]
    fn check(language: &str, text: &str, expected: &[(&str, Token)]) {
        let found = highlight(&Code { language: language.to_owned(), text: text.to_owned() });
        let found: Vec<_> = found.into_iter().map(|(range, token)| (&text[range], token)).collect();
        assert_eq!(found, expected, "{language}: {text:?}");
    }

    #[test]
    fn words_texts_numbers_and_comments_are_found_by_the_names_people_use() {
        let expected = [("let", Token::Keyword), ("42", Token::Number), ("// açaí", Token::Comment)];
        check("rust", "let x = 42;\n\t// açaí", &expected);
        check("rs,ignore", "let x = 42; // açaí", &expected);
        check("Python", "return 'a'", &[("return", Token::Keyword), ("'a'", Token::Text)]);
        check("", "let x = 42;", &[]);
        check("klingon", "let x = 42;", &[]);
    }

    #[test]
    fn a_line_that_is_data_has_no_colours_and_the_next_one_has() {
        for (bytes, expected) in [(MAX_LINE_BYTES, 2), (MAX_LINE_BYTES + 1, 1)] {
            let text = format!("{:1$}\nlet", "let", bytes);
            assert_eq!(highlight(&Code { language: "rs".to_owned(), text }).len(), expected, "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_tokens_are_in_order_and_whole_characters(
            language in prop::sample::select(vec!["rs", "py", "js", "ts", "c", "cpp", "go", "sh", "sql", "html", "yaml", "md", "json", "tex", "php", "diff"]),
            text in "([a-z\"'/*#`{}$()<>\\\\!\n\t 0-9é李👍\u{301}-]|fn |let |\"\"\"|<!--|-->){0,80}",
        ) {
            let mut end = 0;
            for (range, _) in highlight(&Code { language: language.to_owned(), text: text.clone() }) {
                prop_assert!(range.start >= end && text.get(range.clone()).is_some(), "{range:?} of {text:?}");
                end = range.end;
            }
        }
    }
}
