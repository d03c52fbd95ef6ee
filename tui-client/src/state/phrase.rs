//! Words to be said, before a language is chosen: the key of a translation and what fills its gaps.

/// Something to say to the person, in whatever language the view speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The key in the translation files.
    pub key: &'static str,
    /// What fills the gaps, by name.
    pub arguments: Vec<(&'static str, Argument)>,
}

/// What fills a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Text, shown as it is.
    Text(String),
    /// A number, which can choose a plural form.
    Number(u64),
}

impl Phrase {
    /// A phrase without gaps, or the start of one with some.
    #[must_use]
    pub fn new(key: &'static str) -> Self {
        Self { key, arguments: Vec::new() }
    }

    /// Fills a gap with text.
    #[must_use]
    pub fn text(mut self, name: &'static str, text: impl ToString) -> Self {
        self.arguments.push((name, Argument::Text(text.to_string())));
        self
    }

    /// Fills a gap with a number.
    #[must_use]
    pub fn number(mut self, name: &'static str, number: u64) -> Self {
        self.arguments.push((name, Argument::Number(number)));
        self
    }
}
