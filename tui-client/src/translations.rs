//! The texts of the interface, from one Fluent file per language.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::layout::wrap::{truncate, width};
use crate::state::phrase::{Argument, Phrase};

/// Arguments are truncated to no fewer cells than this.
const MIN_ARGUMENT_WIDTH: usize = 8;

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English, also the fallback.
    En,
    /// Brazilian Portuguese.
    #[value(name = "pt-BR", alias = "pt", alias = "pt-br")]
    PtBr,
}

/// The interface texts of one language.
pub struct Translations {
    bundle: FluentBundle<FluentResource>,
}

impl Language {
    /// The language of the environment (`LC_ALL`, `LC_MESSAGES`, `LANG`); English if there is no translation.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::of_locale(&sys_locale::get_locale().unwrap_or_default())
    }

    /// The language for a locale such as `pt_BR.UTF-8`; English if there is no translation.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("pt") { Self::PtBr } else { Self::En }
    }

    fn translation(self) -> (LanguageIdentifier, &'static str) {
        let (id, text) = match self {
            Self::En => ("en", include_str!("../../assets/i18n/en.ftl")),
            Self::PtBr => ("pt-BR", include_str!("../../assets/i18n/pt-BR.ftl")),
        };
        (id.parse().unwrap_or_default(), text)
    }
}

impl Translations {
    /// Loads the translation file of a language, which is part of the executable.
    #[must_use]
    pub fn of(language: Language) -> Self {
        let (id, text) = language.translation();
        // A line that cannot be parsed is skipped, and its key is shown instead; a test parses every line.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _)| readable);
        let mut bundle = FluentBundle::new(vec![id]);
        // Bidirectional isolation marks would be zero-width cells in the middle of a terminal row.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self { bundle }
    }

    /// The text of a key without arguments. An unknown key is returned as it is.
    #[must_use]
    pub fn get(&self, key: &'static str) -> String {
        self.format(&Phrase::new(key))
    }

    /// Formats a phrase into at most `cells` cells if possible: the longest text arguments are truncated with an ellipsis, down
    /// to eight cells each. Names can be long, and the sentence around them matters more than their ends.
    #[must_use]
    pub fn format_within(&self, phrase: &Phrase, cells: usize) -> String {
        let mut phrase = phrase.clone();
        loop {
            let formatted = self.format(&phrase);
            let excess = width(&formatted).saturating_sub(cells);
            let texts = phrase.arguments.iter_mut().filter_map(|(_, gap)| match gap {
                Argument::Text(text) => Some(text),
                Argument::Number(_) => None,
            });
            let longest = texts.max_by_key(|text| width(text)).filter(|text| width(text) > MIN_ARGUMENT_WIDTH);
            match longest {
                Some(text) if excess > 0 => *text = truncate(text, width(text).saturating_sub(excess).max(MIN_ARGUMENT_WIDTH)),
                _ => return formatted,
            }
        }
    }

    /// The text of a phrase with its arguments filled in.
    #[must_use]
    pub fn format(&self, phrase: &Phrase) -> String {
        let Some(pattern) = self.bundle.get_message(phrase.key).and_then(|message| message.value()) else {
            return phrase.key.to_owned();
        };
        let mut gaps = FluentArgs::new();
        for (name, gap) in &phrase.arguments {
            match gap {
                Argument::Text(text) => gaps.set(*name, text.as_str()),
                Argument::Number(number) => gaps.set(*name, *number),
            }
        }
        self.bundle.format_pattern(pattern, Some(&gaps), &mut Vec::new()).into_owned()
    }
}
