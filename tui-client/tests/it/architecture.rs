//! Checks which modules use which. The list below is the map of the client, and the code must match it.

use std::path::{Path, PathBuf};

/// Each module, and the modules of this crate that it may use.
const MAY_USE: [(&str, &[&str]); 35] = [
    ("action", &[]),
    ("clock", &[]),
    ("code", &[]),
    ("link_target", &[]),
    ("local_data", &[]),
    ("device_token", &[]),
    ("event", &["code", "device_token", "local_data", "link_target"]),
    ("effect", &["code", "device_token", "local_data", "link_target"]),
    ("state", &["clock", "code", "device_token", "event", "local_data", "link_target"]),
    ("keymap", &["action", "state"]),
    ("layout", &["action", "code", "state", "keymap", "link_target"]),
    ("translations", &["layout", "state"]),
    (
        "update",
        &["clock", "state", "code", "device_token", "local_data", "action", "effect", "event", "keymap", "layout", "link_target"],
    ),
    ("view", &["code", "device_token", "state", "event", "keymap", "layout", "link_target", "translations"]),
    ("connection", &["event", "keyed_file", "known_servers", "server_address"]),
    ("device", &[]),
    ("editor", &["event", "input", "terminal"]),
    ("highlighter", &["code", "event"]),
    ("opener", &["event", "link_target"]),
    ("private_folder", &[]),
    ("keyed_file", &["private_folder"]),
    ("known_servers", &["event", "keyed_file"]),
    ("local_store", &["event", "local_data", "private_folder"]),
    ("sign_ins", &["device_token", "event", "keyed_file", "known_servers"]),
    ("stderr_redirect", &[]),
    ("terminal", &["stderr_redirect"]),
    ("input", &["event"]),
    ("server_address", &[]),
    ("cli", &["translations", "server_address"]),
    (
        "scripting",
        &["cli", "connection", "device_token", "event", "input", "known_servers", "layout", "sign_ins", "state", "translations"],
    ),
    ("directories", &[]),
    ("logs", &["private_folder"]),
    (
        "runtime",
        &[
            "clock",
            "connection",
            "editor",
            "effect",
            "highlighter",
            "local_store",
            "event",
            "opener",
            "sign_ins",
            "state",
            "terminal",
            "update",
            "view",
            "translations",
        ],
    ),
    ("lib", &[]),
    (
        "main",
        &[
            "cli",
            "clock",
            "connection",
            "device",
            "editor",
            "highlighter",
            "input",
            "keymap",
            "known_servers",
            "local_store",
            "logs",
            "opener",
            "directories",
            "runtime",
            "scripting",
            "sign_ins",
            "state",
            "stderr_redirect",
            "terminal",
            "view",
            "translations",
        ],
    ),
];

/// Crates that only these modules may use, so that each crate stays replaceable.
const ONLY: [(&str, &[&str]); 17] = [
    ("tui_textarea", &["state/text_input.rs"]),
    ("fluent_bundle", &["translations.rs"]),
    ("papo_server", &["connection/local_host.rs"]),
    ("nucleo_matcher", &["state/matching.rs"]),
    ("tempfile", &["editor.rs", "keyed_file.rs", "scripting/output.rs"]),
    ("emojis", &["state/composer/completion/emoji.rs"]),
    ("rustls", &["connection/tls.rs"]),
    ("rustls_platform_verifier", &["connection/tls.rs"]),
    ("rustix", &["device.rs", "input/reader.rs", "input/signals.rs", "stderr_redirect.rs"]),
    ("rusqlite", &["local_store/file.rs"]),
    ("keyring_core", &["sign_ins/system.rs"]),
    ("pulldown_cmark", &["layout/markup/structure.rs"]),
    ("linkify", &["layout/markup/links.rs"]),
    ("synoptic", &["highlighter.rs"]),
    ("open", &["opener.rs"]),
    ("supports_hyperlinks", &["main.rs"]),
    ("tokio::net", &["connection/opening.rs"]),
];

/// Every source file of the crate: its path below `src` and its text without tests.
pub(crate) fn rust_files() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let file = path.strip_prefix(&src).unwrap().display().to_string();
                // Unit tests, in the file or beside it, may use more.
                let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
                let code = if file.ends_with("/tests.rs") { "" } else { code };
                files.push((file, code.to_owned()));
            }
        }
    }
    assert!(files.len() > 20, "the sources were found");
    files
}

fn module_of(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

#[test]
fn modules_use_only_what_the_map_allows() {
    for (file, code) in rust_files() {
        let module = module_of(&file);
        let (_, allowed) = MAY_USE.iter().find(|(name, _)| *name == module).unwrap_or_else(|| panic!("{file} is on no map"));
        let own = if module == "main" { "papo::" } else { "crate::" };
        for piece in code.split(own).skip(1) {
            // `use crate::{a, b}` names both.
            let used = piece.strip_prefix('{').map_or(piece, |list| list.split('}').next().unwrap());
            let names: Vec<&str> = if piece.starts_with('{') { used.split(',').collect() } else { vec![used] };
            for name in names {
                let name = name.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                assert!(name == module || allowed.contains(&name), "{file} uses {name}, which the map does not allow");
            }
        }
    }
}

/// Whether the word at this position names a crate: as the head of a path, or imported as a whole.
fn is_crate_named(code: &str, at: usize, name: &str) -> bool {
    let (before, after) = (&code[..at], &code[at + name.len()..]);
    let is_whole_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    let is_imported = before.ends_with("use ") && after.starts_with([';', ' ']);
    is_whole_word && (after.starts_with("::") || is_imported)
}

#[test]
fn crates_are_used_only_by_their_modules() {
    for (file, code) in rust_files() {
        for (name, homes) in ONLY {
            let is_named = code.match_indices(name).any(|(at, _)| is_crate_named(&code, at, name));
            assert!(!is_named || homes.contains(&file.as_str()), "{file} names {name}");
        }
    }
}

#[test]
fn update_and_view_have_no_side_effects() {
    for (file, code) in rust_files() {
        if ["state", "update", "view", "layout", "keymap"].contains(&module_of(&file)) {
            for outside in [
                "std::fs",
                "std::net::Tcp",
                "std::env",
                "std::io",
                "tokio::",
                "Instant::now",
                "SystemTime::now",
                "Timestamp::now",
            ] {
                assert!(!code.contains(outside), "{file} names {outside}");
            }
        }
    }
}

/// Every path that the README's map names exists.
#[test]
fn the_map_of_the_readme_agrees_with_the_tree() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(top.join("README.md")).unwrap();
    let map = readme.split("```text\n").nth(1).and_then(|map| map.split("```").next()).expect("the map is there");
    let mut package = "";
    let mut named = 0;
    for line in map.lines() {
        let mut folder = if line.starts_with(' ') { top.join(package) } else { top.clone() };
        for word in line.split_whitespace().take_while(|word| word.ends_with('/') || word.ends_with(".rs")) {
            let place = folder.join(word);
            assert!(place.exists(), "the map names {word}, which is not there: {line}");
            named += 1;
            if !line.starts_with(' ') {
                package = word;
            } else if let Some(beside) = place.parent().filter(|_| word.starts_with("src/")) {
                // Further names in the same line are relative to the first one.
                folder = beside.to_owned();
            }
        }
    }
    assert!(named > 15, "only {named} places were found in the map");
}

#[test]
fn files_have_no_import_cycles() {
    papo_source_rules::assert_no_import_cycles(Path::new(env!("CARGO_MANIFEST_DIR")));
}

#[test]
fn files_are_not_too_long() {
    papo_source_rules::assert_max_lines(Path::new(env!("CARGO_MANIFEST_DIR")), 450);
}
