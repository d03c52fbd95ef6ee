//! Layout of text.

use divan::{Bencher, black_box};
use papo::code::Code;
use papo::highlighter::highlight;
use papo::layout::markup::Markup;
use papo::layout::wrap::{truncate, width, wrap};
use papo::state::conversations::highlighted::Highlighted;

/// Columns of message text in a terminal of 200 columns with list and members.
const COLUMNS: usize = 106;
const PLAIN: &str = "4711 amanhã de manhã a rede volta, e o servidor verde também";
const MARKED: &str = "oi **bia**, vê `ls *.rs` em https://example.org/a_b?c=d e _diz_ se @caio vem";
const RUST: &str = "fn main() {\n    let name = \"papo\"; // olá\n    println!(\"{name}: {}\", 42 + 0x1f);\n}\n";

fn long() -> String {
    vec![PLAIN; 100].join(" ")
}

#[divan::bench]
fn width_of_a_message() -> usize {
    width(black_box(PLAIN))
}

#[divan::bench]
fn truncate_to_its_half() -> String {
    truncate(black_box(PLAIN), 30)
}

#[divan::bench(args = [COLUMNS, 30])]
fn wrap_a_message(columns: usize) -> Vec<String> {
    wrap(black_box(PLAIN), columns)
}

#[divan::bench]
fn wrap_six_thousand_characters(bencher: Bencher) {
    let text = long();
    bencher.bench(|| wrap(black_box(&text), COLUMNS));
}

#[divan::bench(args = [PLAIN, MARKED])]
fn rows_of_markup(text: &str) -> usize {
    Markup::of(black_box(text)).rows(COLUMNS, &Highlighted::default()).len()
}

#[divan::bench]
fn rows_of_six_thousand_characters(bencher: Bencher) {
    let text = long();
    bencher.bench(|| Markup::of(black_box(&text)).rows(COLUMNS, &Highlighted::default()).len());
}

#[divan::bench]
fn highlight_five_lines_of_rust(bencher: Bencher) {
    let code = Code { language: "rust".to_owned(), text: RUST.to_owned() };
    bencher.bench(|| highlight(black_box(&code)));
}
