//! Tests of parsing and wrapping formatted messages.

use proptest::prelude::*;

use super::{Markup, Part, Row};
use crate::code::{Code, Token};
use crate::layout::wrap::width;
use crate::state::conversations::highlighted::Highlighted;

fn text_of(row: &Row) -> String {
    row.iter().map(|run| run.text.as_str()).collect()
}

/// Checks the rows of a text. Each styled run is written with letters: bold, italic, link, mark, code.
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
fn doubtful_marks_stay_literal() {
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
fn lists_are_indented_and_signs_stay() {
    check_at("- um item comprido\n- dois", 12, &["⟨m:• ⟩um item", "⟨m:  ⟩comprido", "⟨m:• ⟩dois"]);
    check("1. um\n2. dois\n   mais", &["⟨m:1. ⟩um", "⟨m:2. ⟩dois", "   mais"]);
    check("- um\n  - dois", &["⟨m:• ⟩um", "⟨m:  • ⟩dois"]);
    check("- 5 graus", &["⟨m:- ⟩5 graus"]);
    check("+ 1", &["⟨m:+ ⟩1"]);
}

#[test]
fn a_quote_has_a_bar_and_ends_with_its_marks() {
    check("> foi *dito*\nresposta", &["⟨m:│ ⟩foi ⟨i:dito⟩", "resposta"]);
    check(">> dois\n> um\n>\n> - item", &["⟨m:│ │ ⟩dois", "⟨m:│ ⟩um", "⟨m:│ ⟩", "⟨m:│ • ⟩item"]);
    check_at("> palavras demais", 12, &["⟨m:│ ⟩palavras", "⟨m:│ ⟩demais"]);
    check("5 > 3 e 2>1", &["5 > 3 e 2>1"]);
}

#[test]
fn a_code_block_keeps_every_space_and_has_no_side_border() {
    check("```rust\nfn a() {\n\tb  ()\n}\n```\nfim", &["⟨m:╭─ rust⟩", "fn a() {", "    b  ()", "}", "⟨m:╰─⟩", "fim"]);
    check_at("```\nabcdef  ghi\n```", 8, &["⟨m:╭─⟩", "abcdef  ", "ghi", "⟨m:╰─⟩"]);
    check("> ```\n> x\n> ```", &["⟨m:│ ⟩⟨m:╭─⟩", "⟨m:│ ⟩x", "⟨m:│ ⟩⟨m:╰─⟩"]);
    check("```\nsó começou **a**", &["```", "só começou **a**"]);
    check("~~~\n```\n~~~", &["⟨m:╭─⟩", "```", "⟨m:╰─⟩"]);
}

#[test]
fn code_is_extracted_as_written() {
    let of = |text: &str| Markup::of(text).code().to_vec();
    let code = |language: &str, text: &str| Code { language: language.to_owned(), text: text.to_owned() };
    assert_eq!(of("```make\na:\n\tb\n\n```\n~~~\n~~~"), [code("make", "a:\n\tb\n"), code("", "")]);
    assert_eq!(of("> ```\n> a\n>  b\n> ```"), [code("", "a\n b")]);
    assert_eq!(of("- ```\n  a\n    b\n  ```"), [code("", "a\n  b")]);
    assert_eq!(of("`a` ```b```"), []);
}

#[test]
fn tokens_colour_their_ranges() {
    let mut highlighted = Highlighted::default();
    let code = Code { language: "rs".to_owned(), text: "\tlet x\n1".to_owned() };
    highlighted.request(&code);
    highlighted.store(&code, vec![(1..4, Token::Keyword), (7..8, Token::Number)]);
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
fn links_are_found_and_their_targets_are_visible() {
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
    // Invisible characters are not part of the opened address.
    check_links("https://a\u{200b}b.br", &["https://ab.br"]);
}

#[test]
fn every_row_of_a_link_has_the_whole_target() {
    let rows = Markup::of("https://exemplo.br/um/caminho/comprido").rows(12, &Highlighted::default());
    assert!(rows.len() > 2);
    for run in rows.iter().flatten() {
        assert_eq!(run.link.as_ref().map(ToString::to_string).as_deref(), Some("https://exemplo.br/um/caminho/comprido"));
    }
}

#[test]
fn the_longest_messages_made_of_marks_are_laid_out() {
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

/// Generates text with many marks.
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
            // The view draws the runs one by one.
            prop_assert!(row.iter().map(|run| width(&run.text)).sum::<usize>() <= max, "{row:?} of {text:?}");
        }
    }

    #[test]
    fn all_text_except_marks_is_visible(text in prop_oneof![marked(), "\\PC{0,60}"], max in 2usize..40) {
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
    fn text_without_marks_is_only_wrapped(text in "[a-zà-ü ,;!?李👍\n]{0,60}", max in 2usize..40) {
        let rows: Vec<_> = Markup::of(&text).rows(max, &Highlighted::default()).iter().map(text_of).collect();
        prop_assert_eq!(rows, crate::layout::wrap::wrap(&text, max));
    }
}
