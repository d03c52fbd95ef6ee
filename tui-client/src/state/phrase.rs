//! Words to be said, before a language is chosen: the key of a translation and what fills its gaps.

/// Something to say to the person, in whatever language the view speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The key in the translation files.
    pub key: &'static str,
    /// What fills the gaps, by name.
    pub gaps: Vec<(&'static str, Gap)>,
}

/// What fills a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Text, shown as it is.
    Text(String),
    /// A number, which can choose a plural form.
    Number(u64),
}

impl Phrase {
    /// A phrase without gaps, or the start of one with some.
    #[must_use]
    pub fn new(key: &'static str) -> Self {
        Self { key, gaps: Vec::new() }
    }

    /// Fills a gap with text.
    #[must_use]
    pub fn text(mut self, gap: &'static str, text: impl ToString) -> Self {
        self.gaps.push((gap, Gap::Text(text.to_string())));
        self
    }

    /// Fills a gap with a number.
    #[must_use]
    pub fn number(mut self, gap: &'static str, number: u64) -> Self {
        self.gaps.push((gap, Gap::Number(number)));
        self
    }
}
