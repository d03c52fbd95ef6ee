//! Rules about the source files of a package, for the architecture tests of all packages.
//!
//! [`assert_no_import_cycles`] reads a package file by file (`sources`), collects what each module declares and names
//! (`code`), follows the names through re-exports to the files that define them (`modules`), and searches the
//! resulting graph for cycles (`graph`).
//!
//! Deliberately absent: type inference. A method call on a value names no file, only the import of its type does.
//! Inline modules and items under `#[cfg(test)]` are skipped, because they may use everything; a test module in a file
//! of its own is checked like any other file.

mod code;
mod graph;
mod modules;
mod sources;
#[cfg(test)]
mod tests;

use std::path::Path;

use sources::Sources;

/// Fails if files of this package import each other in a cycle. Covers all targets: the library, binaries, benches,
/// integration tests, fuzz targets, and packages in subdirectories.
///
/// # Panics
/// With the files of each cycle, and what each uses of the next.
pub fn assert_no_import_cycles(package: &Path) {
    let sources = Sources::read(package);
    let cycles = modules::imports(&sources).cycles();
    assert!(
        cycles.is_empty(),
        "{} import each other in a cycle. Move what both sides need into a file that imports neither, or pass it as an \
         argument.\n\n{}",
        package.display(),
        cycles.join("\n")
    );
}

/// Fails if a source file below this directory has more than this number of lines.
///
/// # Panics
/// With the name and the length of each such file.
pub fn assert_max_lines(directory: &Path, max: usize) {
    let long = Sources::read(directory).longer_than(max);
    assert!(
        long.is_empty(),
        "{} has files of more than {max} lines. Split them by idea.\n\n{}",
        directory.display(),
        long.join("\n")
    );
}
