//! What a power cut leaves.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::journal::{FileId, Journal, Operation, Position};

/// Written whole or not at all.
pub(crate) const SECTOR: usize = 512;

/// A journal that is gone through once, for cuts at one moment after the other.
pub struct Replay<'a> {
    rest: std::slice::Iter<'a, Operation>,
    at: Position,
    files: BTreeMap<FileId, Content<'a>>,
    names: BTreeMap<String, FileId>,
    /// Changes of names that the folder's sync has not made sure of.
    renamed: Vec<&'a Operation>,
    chance: StdRng,
}

/// What a disk holds when the machine is started again.
pub struct Image {
    files: BTreeMap<String, Vec<u8>>,
}

#[derive(Default)]
struct Content<'a> {
    synced: Vec<u8>,
    /// Writes and truncations that no sync has made sure of.
    pending: Vec<&'a Operation>,
}

/// How much of what was not synced is there.
#[derive(Clone, Copy)]
enum Survival {
    Nothing,
    Everything,
    /// Each by a throw of the dice: whole, torn or lost.
    Some,
}

impl<'a> Replay<'a> {
    /// From the beginning. The same seed gives the same images at the same moments.
    #[must_use]
    pub fn new(journal: &'a Journal, seed: u64) -> Self {
        let (names, _) = journal.until(0).names();
        let synced = |file: &[u8]| Content { synced: file.to_vec(), pending: Vec::new() };
        let files = names.iter().map(|(name, file)| (*file, synced(&journal.before[name]))).collect();
        let rest = journal.operations.iter();
        Self { rest, at: 0, files, names, renamed: Vec::new(), chance: StdRng::seed_from_u64(seed) }
    }

    /// Goes on to this moment, or stays where it is if that is past, and cuts the power there.
    pub fn cut(&mut self, at: Position) -> Image {
        let survival = match self.chance.random_range(0..10) {
            0 => Survival::Nothing,
            1 => Survival::Everything,
            _ => Survival::Some,
        };
        self.end(at, survival)
    }

    /// Goes on to this moment, or stays where it is if that is past, and ends the process there: the system still knows all
    /// that was written.
    pub fn kill(&mut self, at: Position) -> Image {
        self.end(at, Survival::Everything)
    }

    fn end(&mut self, at: Position, survival: Survival) -> Image {
        while self.at < at {
            let Some(operation) = self.rest.next() else { break };
            self.at += 1;
            self.happens(operation);
        }
        let mut names = self.names.clone();
        for change in &self.renamed {
            if survival.spares(&mut self.chance) {
                change.rename(&mut names);
            }
        }
        let nothing = Content::default();
        let mut after = |(name, file)| (name, self.files.get(&file).unwrap_or(&nothing).after(survival, &mut self.chance));
        Image { files: names.into_iter().map(&mut after).collect() }
    }

    fn happens(&mut self, operation: &'a Operation) {
        match operation {
            Operation::Write { file, .. } | Operation::Truncate { file, .. } => {
                self.files.entry(*file).or_default().pending.push(operation);
            }
            Operation::Sync { file } => {
                let content = self.files.entry(*file).or_default();
                *content = Content { synced: content.after(Survival::Everything, &mut self.chance), pending: Vec::new() };
            }
            Operation::SyncFailed { file } => {
                let content = self.files.entry(*file).or_default();
                *content = Content { synced: content.after(Survival::Some, &mut self.chance), pending: Vec::new() };
            }
            Operation::Link { .. } | Operation::Unlink { .. } => self.renamed.push(operation),
            Operation::SyncFolder => self.renamed.drain(..).for_each(|change| change.rename(&mut self.names)),
        }
    }
}

impl Survival {
    fn spares(self, chance: &mut StdRng) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Some => chance.random_bool(0.5),
        }
    }
}

impl Content<'_> {
    fn after(&self, survival: Survival, chance: &mut StdRng) -> Vec<u8> {
        let mut content = self.synced.clone();
        for change in &self.pending {
            if !survival.spares(chance) {
                continue;
            }
            match change {
                Operation::Write { offset, bytes, .. } if matches!(survival, Survival::Some) && chance.random_bool(0.5) => {
                    tear(&mut content, *offset, bytes, chance);
                }
                Operation::Write { offset, bytes, .. } => {
                    content.resize(content.len().max(offset + bytes.len()), 0);
                    content[*offset..offset + bytes.len()].copy_from_slice(bytes);
                }
                Operation::Truncate { size, .. } => content.resize(*size, 0),
                _ => {}
            }
        }
        content
    }
}

/// Writes some of the sectors.
fn tear(content: &mut Vec<u8>, offset: usize, bytes: &[u8], chance: &mut StdRng) {
    let end = offset + bytes.len();
    let length_before = content.len();
    if end > length_before {
        content.resize(end, 0);
        chance.fill(&mut content[length_before.max(offset)..]);
    }
    let mut from = offset;
    while from < end {
        let to = end.min((from / SECTOR + 1) * SECTOR);
        if chance.random_bool(0.5) {
            content[from..to].copy_from_slice(&bytes[from - offset..to - offset]);
        }
        from = to;
    }
}

impl Image {
    /// Writes the files into a folder that is there.
    ///
    /// # Errors
    /// A file could not be written.
    pub fn write_to(&self, folder: &Path) -> io::Result<()> {
        self.files.iter().try_for_each(|(name, content)| fs::write(folder.join(name), content))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{FileId, Journal, Operation, Replay, SECTOR};

    const FILE: FileId = FileId(0);

    /// A folder that has a file of two sectors of `a`, and what happened in it.
    fn journal(operations: Vec<Operation>) -> Journal {
        Journal { before: BTreeMap::from([("file".to_owned(), vec![b'a'; 2 * SECTOR])]), operations }
    }

    fn write(offset: usize, byte: u8, sectors: usize) -> Operation {
        Operation::Write { file: FILE, offset, bytes: vec![byte; sectors * SECTOR] }
    }

    /// Every different thing that may be left of it. Each sector is told by its first byte.
    fn left(journal: &Journal) -> BTreeSet<Option<String>> {
        let images = (0..500).map(|seed| Replay::new(journal, seed).cut(journal.end()));
        let shown = |content: &Vec<u8>| content.chunks(SECTOR).map(|sector| char::from(sector[0])).collect();
        images.map(|image| image.files.get("file").map(shown)).collect()
    }

    #[track_caller]
    fn check(operations: Vec<Operation>, expected: &[&str]) {
        let expected: BTreeSet<_> = expected.iter().map(|content| Some((*content).to_owned())).collect();
        assert_eq!(left(&journal(operations)), expected);
    }

    #[test]
    fn what_was_synced_is_there() {
        check(vec![write(0, b'b', 2), Operation::Sync { file: FILE }], &["bb"]);
    }

    #[test]
    fn what_was_not_synced_is_there_or_not_or_torn() {
        check(vec![write(0, b'b', 2)], &["aa", "bb", "ab", "ba"]);
        check(vec![Operation::Truncate { file: FILE, size: SECTOR }], &["aa", "a"]);
    }

    #[test]
    fn a_later_write_may_be_there_without_an_earlier_one() {
        check(vec![write(0, b'b', 1), write(SECTOR, b'c', 1)], &["aa", "ba", "ac", "bc"]);
    }

    #[test]
    fn what_a_torn_write_added_may_be_anything() {
        let seen = left(&journal(vec![write(2 * SECTOR, b'b', 1)]));
        assert!(seen.contains(&Some("aa".to_owned())) && seen.contains(&Some("aab".to_owned())));
        assert!(seen.len() > 20, "and many others: {seen:?}");
    }

    #[test]
    fn a_sync_that_failed_is_not_made_good_by_one_that_succeeds() {
        let sync = Operation::Sync { file: FILE };
        let failed = Operation::SyncFailed { file: FILE };
        check(vec![write(0, b'b', 1), failed, sync.clone()], &["aa", "ba"]);
        check(vec![write(0, b'b', 1), sync], &["ba"]);
    }

    #[test]
    fn a_name_is_sure_after_the_sync_of_its_folder() {
        let unlink = Operation::Unlink { name: "file".to_owned() };
        let there = Some("aa".to_owned());
        assert_eq!(left(&journal(vec![unlink.clone()])), BTreeSet::from([None, there.clone()]));
        assert_eq!(left(&journal(vec![unlink.clone(), Operation::SyncFolder])), BTreeSet::from([None]));

        let new = FileId(1);
        let link = Operation::Link { name: "file".to_owned(), file: new };
        let made =
            vec![unlink, link, Operation::Write { file: new, offset: 0, bytes: vec![b'n'] }, Operation::Sync { file: new }];
        assert_eq!(left(&journal(made)), BTreeSet::from([None, there, Some("n".to_owned())]));
    }
}
