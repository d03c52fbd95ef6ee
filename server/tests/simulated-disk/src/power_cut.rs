//! Simulates power cuts and kills from a journal.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::journal::{FileId, Journal, Operation, Position};

/// Size of a sector, the unit that is written completely or not at all.
pub(crate) const SECTOR: usize = 512;

/// A single pass over a journal, for power cuts at ascending positions.
pub struct Replay<'a> {
    rest: std::slice::Iter<'a, Operation>,
    at: Position,
    files: BTreeMap<FileId, Content<'a>>,
    names: BTreeMap<String, FileId>,
    /// Changes of names not yet made durable by a directory sync.
    renamed: Vec<&'a Operation>,
    chance: StdRng,
}

/// The contents of a disk after a restart.
pub struct Image {
    files: BTreeMap<String, Vec<u8>>,
}

#[derive(Default)]
struct Content<'a> {
    synced: Vec<u8>,
    /// Writes and truncations not yet made durable by a sync.
    pending: Vec<&'a Operation>,
}

/// How much unsynced data survives.
#[derive(Clone, Copy)]
enum Survival {
    Nothing,
    Everything,
    /// Each operation at random: complete, torn or lost.
    Some,
}

impl<'a> Replay<'a> {
    /// Starts at the beginning. The same seed gives the same images at the same positions.
    #[must_use]
    pub fn new(journal: &'a Journal, seed: u64) -> Self {
        let (names, _) = journal.until(0).names();
        let synced = |file: &[u8]| Content { synced: file.to_vec(), pending: Vec::new() };
        let files = names.iter().map(|(name, file)| (*file, synced(&journal.before[name]))).collect();
        let rest = journal.operations.iter();
        Self { rest, at: 0, files, names, renamed: Vec::new(), chance: StdRng::seed_from_u64(seed) }
    }

    /// Advances to this position, unless it is past, and cuts the power.
    pub fn cut(&mut self, at: Position) -> Image {
        let survival = match self.chance.random_range(0..10) {
            0 => Survival::Nothing,
            1 => Survival::Everything,
            _ => Survival::Some,
        };
        self.end(at, survival)
    }

    /// Advances to this position, unless it is past, and kills the process: everything written is still in the kernel.
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

/// Writes a random subset of the sectors.
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
    /// Writes the files into an existing directory.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write_to(&self, folder: &Path) -> io::Result<()> {
        self.files.iter().try_for_each(|(name, content)| fs::write(folder.join(name), content))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{FileId, Journal, Operation, Replay, SECTOR};

    const FILE: FileId = FileId(0);

    /// A directory with a file of two sectors of `a`, and these operations.
    fn journal(operations: Vec<Operation>) -> Journal {
        Journal { before: BTreeMap::from([("file".to_owned(), vec![b'a'; 2 * SECTOR])]), operations }
    }

    fn write(offset: usize, byte: u8, sectors: usize) -> Operation {
        Operation::Write { file: FILE, offset, bytes: vec![byte; sectors * SECTOR] }
    }

    /// All distinct contents that may remain, with each sector represented by its first byte.
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
    fn synced_data_survives() {
        check(vec![write(0, b'b', 2), Operation::Sync { file: FILE }], &["bb"]);
    }

    #[test]
    fn unsynced_data_may_survive_or_be_lost_or_torn() {
        check(vec![write(0, b'b', 2)], &["aa", "bb", "ab", "ba"]);
        check(vec![Operation::Truncate { file: FILE, size: SECTOR }], &["aa", "a"]);
    }

    #[test]
    fn a_later_write_may_survive_without_an_earlier_one() {
        check(vec![write(0, b'b', 1), write(SECTOR, b'c', 1)], &["aa", "ba", "ac", "bc"]);
    }

    #[test]
    fn a_torn_write_may_extend_a_file_with_arbitrary_bytes() {
        let seen = left(&journal(vec![write(2 * SECTOR, b'b', 1)]));
        assert!(seen.contains(&Some("aa".to_owned())) && seen.contains(&Some("aab".to_owned())));
        assert!(seen.len() > 20, "expected many more contents: {seen:?}");
    }

    #[test]
    fn a_later_sync_does_not_make_up_for_a_failed_one() {
        let sync = Operation::Sync { file: FILE };
        let failed = Operation::SyncFailed { file: FILE };
        check(vec![write(0, b'b', 1), failed, sync.clone()], &["aa", "ba"]);
        check(vec![write(0, b'b', 1), sync], &["ba"]);
    }

    #[test]
    fn names_are_durable_after_the_directory_is_synced() {
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
