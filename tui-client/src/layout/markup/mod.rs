//! What somebody meant by the marks in a message: bold, italics, code, quotes, lists and links.
//!
//! The text is never rewritten. Each of its bytes is shown as it was written, in some ink, but for the marks that took
//! effect; so nothing can get lost, and where it is in doubt whether something is a mark, it is shown. A line somebody
//! ended stays a line. Deliberately absent: headings, tables, pictures, HTML, entities, footnotes; a backslash stays and
//! keeps what follows from being a mark.

mod emphasis;
mod lines;
mod links;
mod rows;
mod structure;

use std::borrow::Cow;
use std::ops::Range;

use self::lines::Line;
pub use self::rows::{Row, Run};
use self::structure::{Emphasis, Structure};
use super::shown::shown;
use crate::code::{Code, Token};
use crate::link_target::LinkTarget;

/// A message with its marks understood.
#[derive(Clone, Debug)]
pub struct Markup<'a> {
    /// What is shown of the text, see [`shown`].
    text: Cow<'a, str>,
    /// What is known of each byte of it.
    bytes: Vec<Byte>,
    lines: Vec<Line>,
    links: Vec<LinkTarget>,
    code: Vec<Code>,
}

/// How a piece of a message is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ink {
    /// Bold.
    pub strong: bool,
    /// Italic.
    pub emphasis: bool,
    /// Part of a link.
    pub link: bool,
    /// What it is.
    pub part: Part,
}

/// What a piece of a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Part {
    /// What people read.
    #[default]
    Text,
    /// What shows where something begins and ends.
    Mark,
    /// Code in the middle of text.
    Code,
    /// Something in a block of code.
    Token(Token),
}

/// What is known of a byte of the text.
#[derive(Clone, Copy, Debug, Default)]
struct Byte {
    ink: Ink,
    /// The link it is part of, by its place among all plus one.
    link: u16,
    /// Whether it is part of where that link leads, in which nothing is a mark.
    address: bool,
    shown: Shown,
}

/// Whether a byte is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    /// As it is.
    #[default]
    Kept,
    /// Not at all: a mark that took effect.
    Hidden,
    /// As a space: a mark between two things.
    Space,
}

impl<'a> Markup<'a> {
    /// Understands the marks of a message.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let text = cleaned(text);
        let structure = Structure::read(&text);
        let (lines, code) = lines::read(&text, &structure);
        let mut bytes = vec![Byte::default(); text.len()];
        for span in &structure.code_spans {
            ink_code_span(&text, span.clone(), &mut bytes);
        }
        let links = ink_links(&text, &structure, &mut bytes);
        for (range, kind) in &structure.emphases {
            ink_emphasis(&text, range.clone(), *kind, &mut bytes);
        }
        Self { text, bytes, lines, links, code }
    }

    /// Where its links lead, each once, in the order in which they stand.
    #[must_use]
    pub fn links(&self) -> Vec<LinkTarget> {
        let mut distinct: Vec<LinkTarget> = Vec::new();
        for link in &self.links {
            if !distinct.contains(link) {
                distinct.push(link.clone());
            }
        }
        distinct
    }

    /// Its blocks of code.
    #[must_use]
    pub fn code(&self) -> &[Code] {
        &self.code
    }
}

/// The text without what has no place in a cell, its lines and tabs as they are.
fn cleaned(text: &str) -> Cow<'_, str> {
    let is_break = |c: char| matches!(c, '\n' | '\t');
    if text.split(is_break).all(|piece| matches!(shown(piece), Cow::Borrowed(_))) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_break) {
        let inside = piece.trim_end_matches(is_break);
        cleaned.push_str(&shown(inside));
        cleaned.push_str(&piece[inside.len()..]);
    }
    Cow::Owned(cleaned)
}

/// The marks around code in a line stay, so that it can be told without colours.
fn ink_code_span(text: &str, span: Range<usize>, bytes: &mut [Byte]) {
    let fence = text[span.clone()].bytes().take_while(|byte| *byte == b'`').count();
    for at in span.clone() {
        let is_mark = at < span.start + fence || at >= span.end - fence;
        bytes[at].ink.part = if is_mark { Part::Mark } else { Part::Code };
    }
}

/// Links with a name are shown as the name and, after it, where they lead: nobody is led somewhere unseen.
fn ink_links(text: &str, structure: &Structure, bytes: &mut [Byte]) -> Vec<LinkTarget> {
    let mut found = Vec::new();
    for range in &structure.named_links {
        let Some(link) = links::named(text, range.clone()) else { continue };
        bytes[range.start].shown = Shown::Hidden;
        bytes[link.name.end].shown = Shown::Space;
        bytes[link.address.start - 1].ink.part = Part::Mark;
        bytes[link.address.end].ink.part = Part::Mark;
        found.push((Some(link.name), link.address, link.target));
    }
    let is_free = |range: &Range<usize>| {
        let in_code = structure.fences.iter().any(|fence| range.start < fence.range.end && fence.range.start < range.end);
        let in_link = structure.named_links.iter().any(|named| range.start < named.end && named.start < range.end);
        !in_code && !in_link && bytes[range.clone()].iter().all(|byte| byte.ink.part == Part::Text)
    };
    let bare = links::bare(text, &structure.emphases).into_iter().filter(|(range, _)| is_free(range));
    found.extend(bare.map(|(address, target)| (None, address, target)));
    found.sort_by_key(|(_, address, _)| address.start);
    let mut targets = Vec::with_capacity(found.len());
    for (name, address, target) in found {
        targets.push(target);
        let Ok(number) = u16::try_from(targets.len()) else { break };
        bytes[address.clone()].iter_mut().for_each(|byte| byte.address = true);
        for at in name.into_iter().chain([address]).flatten() {
            bytes[at].link = number;
            bytes[at].ink.link = true;
        }
    }
    targets
}

fn ink_emphasis(text: &str, range: Range<usize>, kind: Emphasis, bytes: &mut [Byte]) {
    let mark = kind.mark_length();
    let (opening, closing) = (range.start..range.start + mark, range.end - mark..range.end);
    let in_address = |range: &Range<usize>| bytes[range.clone()].iter().any(|byte| byte.address);
    if !emphasis::takes_effect(text, &range, kind) || in_address(&opening) || in_address(&closing) {
        return;
    }
    for byte in &mut bytes[opening.end..closing.start] {
        match kind {
            Emphasis::Strong => byte.ink.strong = true,
            Emphasis::Italic => byte.ink.emphasis = true,
        }
    }
    for at in opening.chain(closing) {
        bytes[at].shown = Shown::Hidden;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Markup, Part, Row};
    use crate::code::{Code, Token};
    use crate::layout::wrap::width;
    use crate::state::highlighted::Highlighted;

    fn text_of(row: &Row) -> String {
        row.iter().map(|run| run.text.as_str()).collect()
    }

    /// The rows of a text with a letter around each run for its ink: bold, italic, link, mark, code.
    #[track_caller]
    fn check_at(text: &str, max: usize, expected: &[&str]) {
        let rows = Markup::of(text).rows(max, &Highlighted::default());
        let inked = |row: &Row| {
            let runs = row.iter().map(|run| {
                let letters = [
                    (run.ink.strong, 'b'),
                    (run.ink.emphasis, 'i'),
                    (run.ink.link, 'l'),
                    (run.ink.part == Part::Mark, 'm'),
                    (run.ink.part == Part::Code, 'c'),
                ];
                let letters: String = letters.into_iter().filter_map(|(is_so, letter)| is_so.then_some(letter)).collect();
                if letters.is_empty() { run.text.clone() } else { format!("⟨{letters}:{}⟩", run.text) }
            });
            runs.collect::<String>()
        };
        assert_eq!(rows.iter().map(inked).collect::<Vec<_>>(), expected, "{text:?} at {max}");
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        check_at(text, 60, expected);
    }

    #[test]
    fn bold_italics_and_code_in_a_line() {
        check("oi **bia** e *caio*, _sim_", &["oi ⟨b:bia⟩ e ⟨i:caio⟩, ⟨i:sim⟩"]);
        check("***tudo*** **um *dois***", &["⟨bi:tudo⟩ ⟨b:um ⟩⟨bi:dois⟩"]);
        check("use `**x**` aqui", &["use ⟨m:`⟩⟨c:**x**⟩⟨m:`⟩ aqui"]);
        check("**duas\nlinhas**", &["⟨b:duas⟩", "⟨b:linhas⟩"]);
    }

    #[test]
    fn what_may_be_meant_as_it_is_stays() {
        for text in [
            "2*3*4 = 24",
            "snake_case_name __init__",
            "ls *.rs *.toml",
            "¯\\_(ツ)_/¯",
            "\\*não\\* &amp; <b>oi</b>",
            "# não é título",
            "sim\n---\nnão",
            "| a | b |\n|---|---|",
            "![foto](a.png) [x][1] [y](z)",
            "[x]: y",
            "* só uma",
            "a ~~b~~ c",
        ] {
            let rows = Markup::of(text).rows(60, &Highlighted::default());
            let shown: Vec<_> = rows.iter().map(text_of).collect();
            assert_eq!(shown.join("\n"), text.replace("* só", "• só"), "{text:?}");
            assert!(rows.iter().flatten().all(|run| !run.ink.strong && !run.ink.emphasis), "{text:?}");
        }
    }

    #[test]
    fn lists_hang_and_signs_stay_signs() {
        check_at("- um item comprido\n- dois", 12, &["⟨m:• ⟩um item", "⟨m:  ⟩comprido", "⟨m:• ⟩dois"]);
        check("1. um\n2. dois\n   mais", &["⟨m:1. ⟩um", "⟨m:2. ⟩dois", "   mais"]);
        check("- um\n  - dois", &["⟨m:• ⟩um", "⟨m:  • ⟩dois"]);
        check("- 5 graus", &["⟨m:- ⟩5 graus"]);
        check("+ 1", &["⟨m:+ ⟩1"]);
    }

    #[test]
    fn a_quote_has_a_bar_and_ends_where_the_marks_end() {
        check("> foi *dito*\nresposta", &["⟨m:│ ⟩foi ⟨i:dito⟩", "resposta"]);
        check(">> dois\n> um\n>\n> - item", &["⟨m:│ │ ⟩dois", "⟨m:│ ⟩um", "⟨m:│ ⟩", "⟨m:│ • ⟩item"]);
        check_at("> palavras demais", 12, &["⟨m:│ ⟩palavras", "⟨m:│ ⟩demais"]);
        check("5 > 3 e 2>1", &["5 > 3 e 2>1"]);
    }

    #[test]
    fn a_block_of_code_keeps_every_space_and_has_nothing_beside_it() {
        check("```rust\nfn a() {\n\tb  ()\n}\n```\nfim", &["⟨m:╭─ rust⟩", "fn a() {", "    b  ()", "}", "⟨m:╰─⟩", "fim"]);
        check_at("```\nabcdef  ghi\n```", 8, &["⟨m:╭─⟩", "abcdef  ", "ghi", "⟨m:╰─⟩"]);
        check("> ```\n> x\n> ```", &["⟨m:│ ⟩⟨m:╭─⟩", "⟨m:│ ⟩x", "⟨m:│ ⟩⟨m:╰─⟩"]);
        check("```\nsó começou **a**", &["```", "só começou **a**"]);
        check("~~~\n```\n~~~", &["⟨m:╭─⟩", "```", "⟨m:╰─⟩"]);
    }

    #[test]
    fn code_is_copied_as_it_was_written() {
        let of = |text: &str| Markup::of(text).code().to_vec();
        let code = |language: &str, text: &str| Code { language: language.to_owned(), text: text.to_owned() };
        assert_eq!(of("```make\na:\n\tb\n\n```\n~~~\n~~~"), [code("make", "a:\n\tb\n"), code("", "")]);
        assert_eq!(of("> ```\n> a\n>  b\n> ```"), [code("", "a\n b")]);
        assert_eq!(of("- ```\n  a\n    b\n  ```"), [code("", "a\n  b")]);
        assert_eq!(of("`a` ```b```"), []);
    }

    #[test]
    fn tokens_are_where_they_were_found() {
        let mut highlighted = Highlighted::default();
        let code = Code { language: "rs".to_owned(), text: "\tlet x\n1".to_owned() };
        highlighted.ask(&code);
        highlighted.found(&code, vec![(1..4, Token::Keyword), (7..8, Token::Number)]);
        let rows = Markup::of("```rs\n\tlet x\n1\n```").rows(20, &highlighted);
        let tokens = rows.iter().flatten().filter(|run| matches!(run.ink.part, Part::Token(_)));
        let tokens: Vec<_> = tokens.map(|run| (run.text.as_str(), run.ink.part)).collect();
        assert_eq!(tokens, [("let", Part::Token(Token::Keyword)), ("1", Part::Token(Token::Number))]);
    }

    #[track_caller]
    fn check_links(text: &str, expected: &[&str]) {
        let links: Vec<_> = Markup::of(text).links().iter().map(ToString::to_string).collect();
        assert_eq!(links, expected, "{text:?}");
    }

    #[test]
    fn links_are_found_and_where_they_lead_is_seen() {
        check("veja (https://a.br/b_c_d).", &["veja (⟨l:https://a.br/b_c_d⟩)."]);
        check("**https://a.br/x** _https://a.br/_", &["⟨bl:https://a.br/x⟩ ⟨il:https://a.br/⟩"]);
        check("[o **livro**](https://a.br/b)", &["⟨l:o ⟩⟨bl:livro⟩ ⟨m:(⟩⟨l:https://a.br/b⟩⟨m:)⟩"]);
        check_links(
            "ana@a.br, mailto:bia@a.br http://a.br https://a.br http://a.br",
            &["mailto:ana@a.br", "mailto:bia@a.br", "http://a.br", "https://a.br"],
        );
        check_links("`https://a.br`\n```\nhttps://a.br\n```", &[]);
        check_links("ftp://a.br javascript:alert(1) [x](file:///etc) [y](javascript:z)", &[]);
        check_links("[https://banco.br](https://mau.br)", &["https://mau.br"]);
        // What nobody sees is no part of what is opened.
        check_links("https://a\u{200b}b.br", &["https://ab.br"]);
    }

    #[test]
    fn every_row_of_a_link_leads_to_all_of_it() {
        let rows = Markup::of("https://exemplo.br/um/caminho/comprido").rows(12, &Highlighted::default());
        assert!(rows.len() > 2);
        for run in rows.iter().flatten() {
            assert_eq!(run.link.as_ref().map(ToString::to_string).as_deref(), Some("https://exemplo.br/um/caminho/comprido"));
        }
    }

    #[test]
    fn the_longest_messages_of_nothing_but_marks_are_laid_out() {
        for mark in [
            "a@",
            "a:",
            "://",
            "a@b.c",
            "![",
            "[a](https://a.b)",
            "**a** ",
            "*a",
            "1. ",
            " ",
            "\n",
            "- a\n",
            "  - a\n",
            "`a",
            "*a ",
            "[",
            ">",
            "- ",
            "`",
            "**a *b ",
            "[a](",
            "_",
            "> - ",
            "\t",
            "```\n",
            "https://a.b ",
            "<a ",
            "a*_",
            ">\n",
        ] {
            let text = mark.repeat(16 * 1024 / mark.len());
            assert!(!Markup::of(&text).rows(40, &Highlighted::default()).is_empty());
        }
    }

    /// Text with many marks in it.
    fn marked() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "*",
            "**",
            "_",
            "__",
            "`",
            "```",
            "~~~",
            "\n",
            "\n",
            "> ",
            ">",
            "- ",
            "* ",
            "1. ",
            "  ",
            " ",
            "\t",
            "[",
            "](",
            ")",
            "\\",
            "#",
            "---",
            "&amp;",
            "<b>",
            "a",
            "b",
            "palavra",
            "李",
            "👨‍👩‍👧",
            "e\u{301}",
            "\u{200d}",
            "\u{fe0f}",
            "https://a.br/x_y",
            "ana@a.br",
            "!",
            "0",
            "rust",
        ]);
        proptest::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked(text in prop_oneof![marked(), "\\PC{0,60}"], max in 2usize..40) {
            let text = papo_shared::model::text::clean_lines(&text);
            for row in Markup::of(&text).rows(max, &Highlighted::default()) {
                prop_assert!(width(&text_of(&row)) <= max, "{row:?} of {text:?} is wider than {max}");
                // Pieces are put into cells one by one.
                prop_assert!(row.iter().map(|run| width(&run.text)).sum::<usize>() <= max, "{row:?} of {text:?}");
            }
        }

        #[test]
        fn whatever_somebody_wrote_is_seen_but_for_marks(text in prop_oneof![marked(), "\\PC{0,60}"], max in 2usize..40) {
            let text = papo_shared::model::text::clean_lines(&text);
            let rows = Markup::of(&text).rows(max, &Highlighted::default());
            let ink = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>();
            let shown = ink(&rows.iter().map(text_of).collect::<String>());
            let mut shown = shown.into_iter().filter(|c| !matches!(c, '│' | '•' | '╭' | '╰' | '─')).peekable();
            let written = super::cleaned(&text);
            for c in ink(&written).into_iter().filter(|c| !matches!(c, '│' | '•' | '╭' | '╰' | '─')) {
                if shown.next_if_eq(&c).is_none() {
                    prop_assert!("*_`~>-[]".contains(c), "{c:?} of {text:?} is not seen");
                }
            }
            prop_assert_eq!(shown.next(), None, "of {:?}", text);
        }

        #[test]
        fn text_without_marks_is_laid_out_as_it_always_was(text in "[a-zà-ü ,;!?李👍\n]{0,60}", max in 2usize..40) {
            let rows: Vec<_> = Markup::of(&text).rows(max, &Highlighted::default()).iter().map(text_of).collect();
            prop_assert_eq!(rows, crate::layout::wrap::wrap(&text, max));
        }
    }
}
