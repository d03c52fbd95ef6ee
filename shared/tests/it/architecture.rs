//! Import rules of this crate: model ← protocol ← codec, and no access to the outside world.

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with the layers of this crate that it must not use.
const FORBIDDEN_LAYERS: &[(&str, &[&str])] = &[("model", &["protocol", "codec"]), ("protocol", &["codec"]), ("codec.rs", &[])];

/// Names that no file may contain: a runtime, sockets, files, SQL, a terminal, a clock.
const FORBIDDEN_WORLD: &[&str] = &[
    "tokio::",
    "std::net",
    "std::fs",
    "std::time",
    "std::thread",
    "rusqlite",
    "ratatui",
    "crossterm",
    "papo_server",
    "println!",
];

fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    entries.flat_map(|entry| sources(&entry.unwrap().path())).collect()
}

/// The code of a file, without comments and tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let program = text.split("#[cfg(test)]").next().unwrap_or_default();
    program.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_layer_uses_only_the_layers_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (layer, forbidden) in FORBIDDEN_LAYERS {
        for file in sources(&src.join(layer)) {
            let code = code(&file);
            for other in *forbidden {
                for path in [format!("crate::{other}"), format!("super::{other}::"), format!("papo_shared::{other}")] {
                    // Would also match a module of the same name inside the layer; there is none.
                    assert!(!code.contains(&path), "{} names {path}", file.display());
                }
            }
        }
    }
}

#[test]
fn no_file_accesses_the_outside_world() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&src);
    assert!(files.len() > 15, "the sources were not found");
    for file in files {
        let code = code(&file);
        for word in FORBIDDEN_WORLD {
            assert!(!code.contains(word), "{} names {word}", file.display());
        }
    }
}

#[test]
fn every_layer_is_listed() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let modules: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut listed: Vec<&str> = FORBIDDEN_LAYERS.iter().map(|(layer, _)| layer.trim_end_matches(".rs")).collect();
    listed.sort_unstable();
    assert_eq!(modules, listed, "a new layer needs its rule here");
}

#[test]
fn files_have_no_import_cycles() {
    papo_source_rules::assert_no_import_cycles(Path::new(env!("CARGO_MANIFEST_DIR")));
}

#[test]
fn files_are_not_too_long() {
    papo_source_rules::assert_max_lines(Path::new(env!("CARGO_MANIFEST_DIR")), 450);
}
