//! Checks the translation files.

use std::collections::BTreeMap;
use std::path::Path;

use papo::layout::NOTICE_WIDTH;
use papo::layout::wrap::width;
use papo::state::phrase::Phrase;
use papo::translations::{Language, Translations};

use crate::architecture::rust_files;

/// The messages of a translation file, with the names of their arguments.
fn messages(file: &str) -> BTreeMap<String, Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/i18n").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut messages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        if !line.starts_with([' ', '}', '*']) {
            key = line.split_once(" =").expect("a line is a message or belongs to one").0.to_owned();
            assert!(messages.insert(key.clone(), Vec::new()).is_none(), "{key} is defined twice in {file}");
        }
        let gaps = messages.get_mut(&key).unwrap();
        for gap in line.split('$').skip(1) {
            let name: String = gap.chars().take_while(|c| c.is_alphanumeric()).collect();
            if !gaps.contains(&name) {
                gaps.push(name);
            }
        }
        gaps.sort();
    }
    messages
}

#[test]
fn all_languages_have_the_same_messages_and_arguments() {
    let (english, portuguese) = (messages("en.ftl"), messages("pt-BR.ftl"));
    let missing: Vec<_> = english.keys().filter(|key| !portuguese.contains_key(*key)).collect();
    assert!(missing.is_empty(), "missing in pt-BR.ftl: {missing:?}");
    let missing: Vec<_> = portuguese.keys().filter(|key| !english.contains_key(*key)).collect();
    assert!(missing.is_empty(), "missing in en.ftl: {missing:?}");
    for (key, gaps) in &english {
        assert_eq!(gaps, &portuguese[key], "the gaps of {key}");
    }
}

#[test]
fn every_translation_file_is_valid() {
    for file in ["en.ftl", "pt-BR.ftl"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/i18n").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        if let Err((_, errors)) = fluent_bundle::FluentResource::try_new(text) {
            panic!("{file}: {errors:?}");
        }
    }
}

/// Every key in the code exists in the files, and every key in the files is used.
#[test]
fn the_code_and_the_files_have_the_same_keys() {
    let known = messages("en.ftl");
    let code: String = rust_files().into_iter().map(|(_, text)| text).collect();
    let used: Vec<&str> = code.split('"').filter(|piece| known.contains_key(*piece)).collect();
    let unused: Vec<_> = known.keys().filter(|key| !used.contains(&key.as_str())).collect();
    assert!(unused.is_empty(), "these messages are unused: {unused:?}");
    for call in ["translations.get(\"", "Phrase::new(\"", "BindingLabel::Help(\""] {
        for piece in code.split(call).skip(1) {
            let key = piece.split('"').next().unwrap();
            assert!(known.contains_key(key), "{key} is missing in the translation files");
        }
    }
}

#[test]
fn the_environment_chooses_the_language() {
    assert_eq!(Language::of_locale("pt_BR.UTF-8"), Language::PtBr);
    assert_eq!(Language::of_locale("pt-PT"), Language::PtBr);
    assert_eq!(Language::of_locale("en_US.UTF-8"), Language::En);
    assert_eq!(Language::of_locale("C"), Language::En);
}

/// The columns of a usual terminal, without the leading space of the last row.
const LAST_LINE: usize = NOTICE_WIDTH as usize - 1;

/// The longest arguments: names, paths and reasons are truncated, numbers are not.
fn with_longest_gaps(key: &str, gaps: &[String]) -> Phrase {
    let key: &'static str = key.to_owned().leak();
    gaps.iter().fold(Phrase::new(key), |phrase, gap| {
        let gap: &'static str = gap.clone().leak();
        match gap {
            "count" | "unread" | "mentions" | "conversations" | "lines" | "kib" | "number" | "max" | "whole" | "tenth" => {
                phrase.number(gap, 9_999)
            }
            "seconds" => phrase.number(gap, 60),
            _ => phrase.text(gap, "Maria Antonieta de Alcântara Francisca de Bragança"),
        }
    })
}

#[test]
fn every_notice_fits_into_the_last_row_with_any_arguments() {
    let mut too_long = Vec::new();
    for (language, file) in [(Language::En, "en.ftl"), (Language::PtBr, "pt-BR.ftl")] {
        let translations = Translations::of(language);
        for (key, gaps) in messages(file).iter().filter(|(key, _)| key.starts_with("notice-") || key.starts_with("hint-")) {
            let said = translations.format_within(&with_longest_gaps(key, gaps), LAST_LINE);
            if width(&said) > LAST_LINE {
                too_long.push(format!("{file} {}: {said}", width(&said)));
            }
        }
    }
    assert!(too_long.is_empty(), "{}", too_long.join("\n"));
}
