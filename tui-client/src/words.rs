//! The words of the interface, one translation file a language.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::layout::wrap::{truncate, width};
use crate::state::phrase::{Gap, Phrase};

/// As short as the text in a gap becomes, in cells.
const SHORTEST_GAP: usize = 8;

/// A language the interface speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// Brazilian Portuguese.
    #[value(name = "pt-BR", alias = "pt", alias = "pt-br")]
    PtBr,
}

/// The words of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
}

impl Language {
    /// The language of the environment (`LC_ALL`, `LC_MESSAGES`, `LANG`); English where it is none of ours.
    #[must_use]
    pub fn of_environment() -> Self {
        Self::of_locale(&sys_locale::get_locale().unwrap_or_default())
    }

    /// The language of a locale's name.
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

impl Words {
    /// The words of a language.
    #[must_use]
    pub fn of(language: Language) -> Self {
        let (id, text) = language.translation();
        // A line that cannot be read is left out, and its key is shown instead of words; a test reads every line.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _)| readable);
        let mut bundle = FluentBundle::new(vec![id]);
        // The marks that isolate directions would be cells of no width in the middle of a line of a terminal.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self { bundle }
    }

    /// The words of a key.
    #[must_use]
    pub fn get(&self, key: &'static str) -> String {
        self.say(&Phrase::new(key))
    }

    /// The phrase in at most this many cells, as far as possible: its longest arguments are truncated with an ellipsis, but not
    /// below a few cells. Names can be long, and the sentence around them matters more than their ends.
    #[must_use]
    pub fn say_within(&self, phrase: &Phrase, cells: usize) -> String {
        let mut phrase = phrase.clone();
        loop {
            let said = self.say(&phrase);
            let excess = width(&said).saturating_sub(cells);
            let texts = phrase.gaps.iter_mut().filter_map(|(_, gap)| match gap {
                Gap::Text(text) => Some(text),
                Gap::Number(_) => None,
            });
            let longest = texts.max_by_key(|text| width(text)).filter(|text| width(text) > SHORTEST_GAP);
            match longest {
                Some(text) if excess > 0 => *text = truncate(text, width(text).saturating_sub(excess).max(SHORTEST_GAP)),
                _ => return said,
            }
        }
    }

    /// The words of a phrase, its gaps filled.
    #[must_use]
    pub fn say(&self, phrase: &Phrase) -> String {
        let Some(pattern) = self.bundle.get_message(phrase.key).and_then(|message| message.value()) else {
            return phrase.key.to_owned();
        };
        let mut gaps = FluentArgs::new();
        for (name, gap) in &phrase.gaps {
            match gap {
                Gap::Text(text) => gaps.set(*name, text.as_str()),
                Gap::Number(number) => gaps.set(*name, *number),
            }
        }
        self.bundle.format_pattern(pattern, Some(&gaps), &mut Vec::new()).into_owned()
    }
}
