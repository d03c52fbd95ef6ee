//! The source files of a package, and which of them cargo compiles as the root of a target.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Directories in which each file, and each directory with a `main.rs`, is a target.
const TARGET_DIRECTORIES: [&str; 4] = ["benches", "examples", "fuzz_targets", "tests"];

/// Files by path below the package, with `/` between the components.
#[derive(Default)]
pub(crate) struct Sources {
    pub(crate) texts: BTreeMap<String, String>,
    /// Directories with a `Cargo.toml`, relative to the package, which itself is the empty path.
    pub(crate) packages: BTreeSet<String>,
}

impl Sources {
    pub(crate) fn read(package: &Path) -> Self {
        let mut sources = Self::default();
        sources.read_directory(package, "");
        assert!(!sources.texts.is_empty(), "{} contains no source files", package.display());
        sources
    }

    fn read_directory(&mut self, directory: &Path, name: &str) {
        let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
        for entry in entries {
            let path = entry.unwrap_or_else(|error| panic!("{}: {error}", directory.display())).path();
            let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let below = join(name, &file_name);
            if path.is_dir() {
                if file_name != "target" && !file_name.starts_with('.') {
                    self.read_directory(&path, &below);
                }
            } else if file_name == "Cargo.toml" {
                self.packages.insert(name.to_owned());
            } else if file_name.ends_with(".rs") {
                let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                self.texts.insert(below, text);
            }
        }
    }

    /// The files that are compiled as the root of a crate.
    pub(crate) fn roots(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str).filter(|file| self.is_root(file))
    }

    fn is_root(&self, file: &str) -> bool {
        self.packages.iter().any(|package| {
            let below = if package.is_empty() {
                Some(file)
            } else {
                file.strip_prefix(package.as_str()).and_then(|rest| rest.strip_prefix('/'))
            };
            let components: Vec<&str> = below.unwrap_or_default().split('/').collect();
            match components[..] {
                ["build.rs"] | ["src", "lib.rs" | "main.rs"] | ["src", "bin", _] => true,
                [directory, _] | [directory, _, "main.rs"] => TARGET_DIRECTORIES.contains(&directory),
                _ => false,
            }
        })
    }

    /// The files with more lines than this, each with its number of lines.
    pub(crate) fn longer_than(&self, max: usize) -> Vec<String> {
        let lengths = self.texts.iter().map(|(file, text)| (file, text.lines().count()));
        lengths.filter(|(_, lines)| *lines > max).map(|(file, lines)| format!("{file}: {lines} lines")).collect()
    }
}

/// Appends a relative path to a directory, and resolves `..`.
pub(crate) fn join(directory: &str, path: &str) -> String {
    let mut components: Vec<&str> = directory.split('/').filter(|component| !component.is_empty()).collect();
    for component in path.split('/') {
        match component {
            "." => {}
            ".." => {
                components.pop();
            }
            other => components.push(other),
        }
    }
    components.join("/")
}
