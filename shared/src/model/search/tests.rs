use proptest::prelude::*;

use super::{MAX_SEARCH_CHARS, MAX_SEARCH_PARTS, Query, QueryProblem, Timestamp};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn parse(typed: &str) -> Query {
    Query::parse(typed, 0).unwrap_or_else(|problem| panic!("{typed:?}: {problem}"))
}

/// Compares the terms, each written as one text with `*` after a prefix.
#[track_caller]
fn check_terms(typed: &str, expected: &[&str]) {
    let terms = parse(typed).terms;
    let shown: Vec<String> = terms.iter().map(|term| term.words.join(" ") + if term.is_prefix { "*" } else { "" }).collect();
    assert_eq!(shown, expected, "{typed:?}");
}

#[test]
fn words_are_folded_and_the_last_one_is_a_prefix() {
    check_terms("Reunião de Quinta", &["reuniao", "de", "quinta*"]);
    check_terms("reuniao from:ana", &["reuniao*"]);
    check_terms("reuniao !", &["reuniao*"]);
    check_terms("foo_bar", &["foo bar*"]);
    check_terms("日本", &["日 本"]);
}

#[test]
fn a_single_letter_is_not_a_prefix() {
    check_terms("o", &["o"]);
    check_terms("os", &["os*"]);
}

#[test]
fn a_quoted_phrase_is_one_term_without_a_prefix() {
    check_terms("\"bom dia\" ana", &["bom dia", "ana*"]);
    check_terms("\"bom di", &["bom di*"]);
    check_terms("\"bom\"", &["bom"]);
    check_terms("a \"from:ana\"", &["a", "from ana"]);
}

#[test]
fn filters_are_parsed() {
    let query = parse("FROM:@João from:rui in:#Redes in:\"#minha turma\" in:ana has:Link http://x after:2026-11-01 before:2027");
    assert_eq!(query.from, ["joao", "rui"]);
    let named = query.conversations.iter().map(|filter| (filter.name.as_str(), filter.is_group));
    assert_eq!(named.collect::<Vec<_>>(), [("redes", true), ("minha-turma", true), ("ana", false)]);
    assert!(query.has_link);
    assert_eq!(query.terms.len(), 1, "a colon after another word must not make a filter");
    assert_eq!((query.since, query.until), (Some(Timestamp(20_758 * DAY_MS)), Some(Timestamp(20_819 * DAY_MS))));
}

#[test]
fn conversation_names_are_compared_without_case_and_accents() {
    let filters = parse("in:#reuniao in:joao").conversations;
    assert!(filters[0].matches("Reunião", true));
    assert!(!filters[0].matches("reunião", false), "a filter with # must not match a direct conversation");
    assert!(filters[1].matches("joão", false) && filters[1].matches("João", true));
}

#[test]
fn a_date_is_in_the_time_zone_of_the_query() {
    assert_eq!(Query::parse("after:1970-01-02", -3 * 60 * 60).unwrap().since, Some(Timestamp(27 * 60 * 60 * 1000)));
    assert_eq!(Query::parse("after:1970-01-02", i32::MAX).unwrap().since, Some(Timestamp(6 * 60 * 60 * 1000)));
    for invalid in [
        "x",
        "20",
        "2026-13",
        "2026-02-29",
        "2026-1-1-1",
        "-2026",
        "2026-",
        "2026-0",
        "20260-1",
        "2026-1-001",
        "+202",
        "2026-+1",
        "2026-1-+1",
    ] {
        assert_eq!(Query::parse(&format!("after:{invalid}"), 0), Err(QueryProblem::Date), "{invalid}");
    }
    assert!(Query::parse("after:2028-2-29 before:", 0).is_ok());
}

#[test]
fn a_month_and_a_year_begin_with_their_first_day() {
    for (typed, days) in [("2026", 20_454), ("2026-03", 20_513), ("2026-3", 20_513), ("2026-03-02", 20_514)] {
        assert_eq!(parse(&format!("after:{typed}")).since, Some(Timestamp(days * DAY_MS)), "{typed}");
    }
}

#[test]
fn empty_queries_and_unknown_has_values_are_refused() {
    for empty in ["", "  ", "!", "from:", "in:# before:", "\"\""] {
        assert_eq!(Query::parse(empty, 0), Err(QueryProblem::Empty), "{empty:?}");
    }
    assert_eq!(Query::parse("has:legs", 0), Err(QueryProblem::Has));
}

#[test]
fn the_limits_of_a_query_are_exact() {
    assert!(Query::parse(&"x".repeat(MAX_SEARCH_CHARS), 0).is_ok());
    assert_eq!(Query::parse(&"x".repeat(MAX_SEARCH_CHARS + 1), 0), Err(QueryProblem::TooLong));
    assert!(Query::parse(&"x ".repeat(MAX_SEARCH_PARTS), 0).is_ok());
    assert_eq!(Query::parse(&"x ".repeat(MAX_SEARCH_PARTS + 1), 0), Err(QueryProblem::TooMany));
}

#[track_caller]
fn check_marks(typed: &str, text: &str, expected: &[&str]) {
    let query = parse(typed);
    assert_eq!(query.marks(text).into_iter().map(|mark| &text[mark]).collect::<Vec<_>>(), expected, "{typed:?} in {text:?}");
}

#[test]
fn matches_are_marked_without_overlaps() {
    check_marks("joao", "João e joaozinho, não o João.", &["João", "joaozinho", "João"]);
    check_marks("\"bom dia\"", "Bom dia! bom, dia bom", &["Bom dia", "bom, dia"]);
    check_marks("aa \"aa bb\"", "aa bb aa", &["aa bb", "aa"]);
    check_marks("from:ana", "ana", &[]);
}

/// Words inside text without spaces: "fish", "country", "person", "Myanmar".
#[test]
fn a_word_inside_text_without_spaces_is_marked() {
    check_marks("ปลา", "แม่กินปลาทู", &["ปลา"]);
    check_marks("ปลา ทู", "แม่กินปลาทู", &["ปลา", "ทู"]);
    check_marks("ປະເທດ", "ຢູ່ປະເທດລາວ", &["ປະເທດ"]);
    check_marks("មនុស្ស", "សិទ្ធិមនុស្សជាតិ", &["មនុស្ស"]);
    check_marks("မြန်မာ", "ကျွန်တော်မြန်မာစာဖတ်တယ်", &["မြန်မာ"]);
    check_marks("น", "ที่นี่", &["นี่"]);
    check_marks("န\u{103A}\u{1037}", "အခန\u{1037}\u{103A}က", &["န\u{1037}\u{103A}"]);
}

#[test]
fn a_different_vowel_or_tone_does_not_match() {
    for (typed, text) in [("ปลี", "แม่กินปลาทู"), ("ป้า", "ปาก"), ("ດີ", "ດາວ"), ("កូន", "កាន"), ("မာ", "မိ"), ("နေ့", "နေ"), ("की", "कि")]
    {
        assert!(!parse(typed).matches_text(text), "{typed} in {text}");
    }
}

#[test]
fn a_text_must_satisfy_all_conditions() {
    assert!(parse("dia bom").matches_text("Bom dia"));
    assert!(!parse("dia bom").matches_text("bom"));
    assert!(!parse("bom \"dia\"").matches_text("bom diabo"));
    assert!(parse("has:link papo").matches_text("papo: https://papo.chat"));
    assert!(!parse("has:link").matches_text("papo"));
}

proptest! {
    #[test]
    fn a_matching_text_has_marks(typed in "[a-cã \"]{1,8}", text in "[a-cÃ .]{0,30}") {
        if let Ok(query) = Query::parse(&typed, 0) {
            let marks = query.marks(&text);
            if query.matches_text(&text) {
                prop_assert!(!marks.is_empty());
            }
            prop_assert!(marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }

    #[test]
    fn no_query_panics_and_each_mark_is_a_valid_range(typed in ".{0,60}", text in ".{0,60}") {
        if let Ok(query) = Query::parse(&typed, 7) {
            let marks = query.marks(&text);
            prop_assert!(marks.iter().all(|mark| text.get(mark.clone()).is_some_and(|marked| !marked.is_empty())));
        }
    }
}
