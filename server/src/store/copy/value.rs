//! Values of rows, in a form that the databases have in common.

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    /// Also a truth value, as 0 or 1.
    Integer(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// The words by which a message is found, sorted, each once.
    Words(Vec<&'a str>),
}

impl<'a> Value<'a> {
    /// Words in any order.
    pub(crate) fn words(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words: Vec<_> = words.into_iter().collect();
        words.sort_unstable();
        words.dedup();
        Self::Words(words)
    }
}
