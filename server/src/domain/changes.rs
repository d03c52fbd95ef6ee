//! The list of changes of one decision.

use super::change::Change;

/// The changes of one decision, in the order of application. The first is stored inline: nearly all decisions are about plain
/// messages, which are a single change and so need no allocation.
#[derive(Clone, Debug, Default)]
pub struct Changes<'a> {
    first: Option<Change<'a>>,
    rest: Vec<Change<'a>>,
}

impl<'a> Changes<'a> {
    /// Adds a change after the others.
    pub fn push(&mut self, change: Change<'a>) {
        match self.first {
            None => self.first = Some(change),
            Some(_) => self.rest.push(change),
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }

    /// Whether the decision changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The changes in order.
    pub fn iter(&self) -> impl Iterator<Item = &Change<'a>> {
        self.first.iter().chain(&self.rest)
    }
}

impl<'a> From<Change<'a>> for Changes<'a> {
    fn from(change: Change<'a>) -> Self {
        Self { first: Some(change), rest: Vec::new() }
    }
}

impl<'a> Extend<Change<'a>> for Changes<'a> {
    fn extend<I: IntoIterator<Item = Change<'a>>>(&mut self, changes: I) {
        changes.into_iter().for_each(|change| self.push(change));
    }
}

impl<'a> FromIterator<Change<'a>> for Changes<'a> {
    fn from_iter<I: IntoIterator<Item = Change<'a>>>(changes: I) -> Self {
        let mut all = Self::default();
        all.extend(changes);
        all
    }
}
