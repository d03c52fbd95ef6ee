//! Finds syntax tokens in code blocks on a background thread, so that neither input nor drawing waits for it.
//!
//! It uses regular-expression lexers instead of grammars: they take a few megabytes of memory, a tenth of what editor grammars
//! take.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use synoptic::TokOpt;
use tokio::sync::mpsc;

use crate::code::{Code, Token, Tokens};
use crate::event::Event;

/// Capacity of the queue of code blocks. When it is full, further blocks stay uncoloured.
const QUEUE: usize = 64;
/// Time limit for one block. Lines not reached by then stay uncoloured.
const MAX_TIME: Duration = Duration::from_millis(250);
/// Lines longer than this, in bytes, are treated as data and stay uncoloured.
const MAX_LINE_BYTES: usize = 1_024;

/// A handle to the highlighter thread.
pub struct Highlighter {
    jobs: mpsc::Sender<Code>,
}

impl Highlighter {
    /// Starts the thread, which sends [`Event::Highlighted`] for each block and ends when the handle is dropped.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn start(events: mpsc::Sender<Event>) -> io::Result<Self> {
        let (jobs, mut queue) = mpsc::channel::<Code>(QUEUE);
        thread::Builder::new().name("papo-highlighter".to_owned()).spawn(move || {
            while let Some(code) = queue.blocking_recv() {
                let tokens = highlight(&code);
                if events.blocking_send(Event::Highlighted(code, tokens)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { jobs })
    }

    /// Queues a code block; drops it if the queue is full.
    pub fn request(&self, code: Code) {
        if self.jobs.try_send(code).is_err() {
            tracing::debug!("the highlighter queue is full: a code block stays uncoloured");
        }
    }
}

/// The syntax tokens of a code block; empty for an unknown language.
#[must_use]
pub fn highlight(code: &Code) -> Tokens {
    let language = code.language.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':')).next().unwrap_or_default();
    let Some(mut lexer) = synoptic::from_extension(extension(&language.to_lowercase()), 1) else { return Tokens::new() };
    let started = Instant::now();
    // Tabs are replaced by one space each, which keeps the byte offsets.
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

/// The file extension that selects the lexer, for the language names that people write.
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
    fn tokens_are_found_under_common_language_names() {
        let expected = [("let", Token::Keyword), ("42", Token::Number), ("// açaí", Token::Comment)];
        check("rust", "let x = 42;\n\t// açaí", &expected);
        check("rs,ignore", "let x = 42; // açaí", &expected);
        check("Python", "return 'a'", &[("return", Token::Keyword), ("'a'", Token::Text)]);
        check("", "let x = 42;", &[]);
        check("klingon", "let x = 42;", &[]);
    }

    #[test]
    fn an_overlong_line_is_skipped_and_the_next_one_is_coloured() {
        for (bytes, expected) in [(MAX_LINE_BYTES, 2), (MAX_LINE_BYTES + 1, 1)] {
            let text = format!("{:1$}\nlet", "let", bytes);
            assert_eq!(highlight(&Code { language: "rs".to_owned(), text }).len(), expected, "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn tokens_are_ascending_and_on_character_boundaries(
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
