//! Who may name whom in this crate: model ← protocol ← codec, and none of them the world outside.

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer, and the layers of this crate that it must not name.
const FORBIDDEN_LAYERS: &[(&str, &[&str])] = &[("model", &["protocol", "codec"]), ("protocol", &["codec"]), ("codec.rs", &[])];

/// What no file here names: a runtime, sockets, files, SQL, a terminal, a clock.
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

/// The lines of code of a file, without comments and without its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let program = text.split("#[cfg(test)]").next().unwrap_or_default();
    program.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_layer_names_only_those_before_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (layer, forbidden) in FORBIDDEN_LAYERS {
        for file in sources(&src.join(layer)) {
            let code = code(&file);
            for other in *forbidden {
                for path in [format!("crate::{other}"), format!("super::{other}::"), format!("papo_shared::{other}")] {
                    // A module of the same name inside the layer would be its own business; there is none.
                    assert!(!code.contains(&path), "{} names {path}", file.display());
                }
            }
        }
    }
}

#[test]
fn nothing_here_touches_the_world() {
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
