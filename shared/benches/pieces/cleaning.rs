//! Cost of cleaning text: input that is already clean, as nearly all input is, and hostile input.

use divan::black_box;
use papo_shared::model::Username;
use papo_shared::model::text::{clean_line, clean_lines};

/// 64 bytes of plain ASCII, the common case.
const ASCII: &str = "a rede volta amanha cedo, e o servidor verde vem depois de todos";
const LATIN: &str = "amanhã de manhã a rede volta, e o servidor também não pára à noite";
const EMOJI: &str = "bom dia 👨‍👩‍👧‍👦 que chuva ❤️ 🇧🇷 até já";
const HOSTILE: &str = "a\u{1b}[31mb \u{202e}exe.png \u{2067}c e\u{301}\u{301}\u{301}\u{301}\r\n fim\u{9b}2J";

#[divan::bench(args = [ASCII, LATIN, EMOJI, HOSTILE])]
fn message(text: &str) -> String {
    clean_lines(black_box(text))
}

#[divan::bench(args = ["Ana Maria", "João  da Silva"])]
fn name(text: &str) -> String {
    clean_line(black_box(text))
}

#[divan::bench]
fn username_from_the_wire() -> Username {
    Username::from(black_box("joao.silva").to_owned())
}
