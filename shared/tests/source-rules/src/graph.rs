//! Files and the imports between them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write;

/// How many of the names that one file uses of another are listed.
const LISTED_NAMES: usize = 5;

/// For each file the files that it imports, with the names that it uses of them.
#[derive(Default)]
pub(crate) struct Graph {
    imports: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Graph {
    pub(crate) fn add_file(&mut self, file: &str) {
        self.imports.entry(file.to_owned()).or_default();
    }

    pub(crate) fn contains(&self, file: &str) -> bool {
        self.imports.contains_key(file)
    }

    /// Ignored if both are the same file.
    pub(crate) fn add_import(&mut self, from: &str, to: &str, name: &str) {
        if from != to {
            self.imports.entry(from.to_owned()).or_default().entry(to.to_owned()).or_default().insert(name.to_owned());
        }
    }

    /// Describes one shortest cycle of each group of files that import each other, and names the rest of the group.
    pub(crate) fn cycles(&self) -> Vec<String> {
        let mut described: BTreeSet<&str> = BTreeSet::new();
        let mut cycles = Vec::new();
        for file in self.imports.keys() {
            if described.contains(file.as_str()) {
                continue;
            }
            if let Some(cycle) = self.shortest_path(file, file) {
                let reachable =
                    |other: &&String| self.shortest_path(file, other).is_some() && self.shortest_path(other, file).is_some();
                let group: BTreeSet<&str> = self.imports.keys().filter(reachable).map(String::as_str).collect();
                cycles.push(self.description(&cycle, &group));
                described.extend(group);
            }
        }
        cycles
    }

    /// The files from one to another by at least one import, both included.
    fn shortest_path<'a>(&'a self, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
        let mut paths = VecDeque::from([vec![from]]);
        let mut reached = BTreeSet::new();
        while let Some(path) = paths.pop_front() {
            let last = path.last().and_then(|last| self.imports.get(*last));
            for next in last.into_iter().flat_map(BTreeMap::keys) {
                let longer = [&path[..], &[next.as_str()]].concat();
                if next == to {
                    return Some(longer);
                }
                if reached.insert(next) {
                    paths.push_back(longer);
                }
            }
        }
        None
    }

    fn description(&self, cycle: &[&str], group: &BTreeSet<&str>) -> String {
        let mut text = String::from("cycle:\n");
        for step in cycle.windows(2) {
            let names = &self.imports[step[0]][step[1]];
            let listed: Vec<&str> = names.iter().map(String::as_str).take(LISTED_NAMES).collect();
            let more = if names.len() > LISTED_NAMES { ", ..." } else { "" };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {} uses {} ({}{more})", step[0], step[1], listed.join(", "));
        }
        let others: Vec<&str> = group.iter().copied().filter(|file| !cycle.contains(file)).collect();
        if !others.is_empty() {
            let _ = writeln!(text, "  further files in cycles with these: {}", others.join(", "));
        }
        text
    }
}
