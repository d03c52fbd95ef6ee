//! Text for the screen before translation: the key of a translation and its arguments.

/// Text for the user that the view translates into the user's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The key in the translation files.
    pub key: &'static str,
    /// The arguments of the translation, by name.
    pub arguments: Vec<(&'static str, Argument)>,
}

/// The value of an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Text, inserted unchanged.
    Text(String),
    /// A number, which can select a plural form.
    Number(u64),
}

impl Phrase {
    /// Creates a phrase without arguments.
    #[must_use]
    pub fn new(key: &'static str) -> Self {
        Self { key, arguments: Vec::new() }
    }

    /// Adds a text argument.
    #[must_use]
    pub fn text(mut self, name: &'static str, text: impl ToString) -> Self {
        self.arguments.push((name, Argument::Text(text.to_string())));
        self
    }

    /// Adds a numeric argument.
    #[must_use]
    pub fn number(mut self, name: &'static str, number: u64) -> Self {
        self.arguments.push((name, Argument::Number(number)));
        self
    }
}
