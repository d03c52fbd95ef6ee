//! Which module may name which. A new module, or a new arrow, is a decision: it is made here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those it may name, bottom up. `server` puts them together and may name all.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &[]),
    ("passwords", &[]),
    ("tls", &[]),
    ("config", &["clock", "tls"]),
    ("send_queue", &["config"]),
    ("metrics", &[]),
    ("store", &["domain"]),
    ("presence", &["domain"]),
    ("bus", &["domain", "send_queue"]),
    ("announce", &["bus", "domain", "send_queue", "store"]),
    ("open_sessions", &["domain", "send_queue"]),
    ("committer", &["announce", "bus", "domain", "metrics", "send_queue", "store"]),
    ("queue_without_sockets", &["bus", "committer", "domain", "store"]),
    ("monitor", &["metrics", "open_sessions", "passwords"]),
    ("requests", &["announce", "bus", "clock", "committer", "domain", "passwords", "presence", "send_queue", "store"]),
    ("session", &["bus", "committer", "config", "domain", "metrics", "open_sessions", "requests", "send_queue", "tls"]),
    ("operator", &["domain", "requests", "store"]),
    ("admin", &["domain", "open_sessions", "operator"]),
    ("listener", &["config", "domain", "metrics", "send_queue", "session", "tls"]),
    (
        "server",
        &[
            "admin",
            "bus",
            "committer",
            "config",
            "listener",
            "metrics",
            "monitor",
            "open_sessions",
            "operator",
            "passwords",
            "presence",
            "requests",
            "session",
            "store",
            "tls",
        ],
    ),
    ("cli", &["admin", "config", "server", "store", "tls"]),
];

/// Crates and homes that only some files may name, so that a boundary stays one.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["store/sqlite/"]),
    ("bcrypt::", &["passwords.rs"]),
    ("governor", &["session/limiter.rs"]),
    ("tokio::net", &["session/", "listener.rs", "monitor.rs", "admin/socket.rs"]),
    ("hyper", &["monitor.rs"]),
    ("prometheus_client", &["metrics.rs"]),
    ("rustls", &["tls.rs", "session/socket.rs"]),
    ("rcgen", &["tls.rs"]),
    ("serde_json", &["requests/pages.rs", "cli/answer.rs", "metrics.rs", "admin/socket.rs"]),
    ("::sqlite::", &["server/", "store/", "cli/backup.rs", "cli/admin.rs"]),
    ("::in_process::", &["server/", "bus/", "presence/"]),
    ("::memory::", &["store/"]),
    ("SystemClock", &["clock.rs", "config/mod.rs"]),
    ("toml::", &["config/layers.rs"]),
    ("clap::", &["cli/"]),
    ("SystemTime", &["clock.rs"]),
    // A store backend refuses nothing: every write is decided in the domain.
    ("Outcome::Refused", &["domain/decide/", "committer.rs", "requests/"]),
    ("decide::", &["domain/", "store/sqlite/writer.rs", "store/memory/apply.rs"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file, by its path below `src`, without its comments and its tests, which may set up what they need.
fn files() -> Vec<(String, String)> {
    fn walk(dir: &Path, into: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else {
                let name = path.strip_prefix(source()).unwrap().to_str().unwrap().replace('\\', "/");
                let code = fs::read_to_string(&path).unwrap();
                let code = code.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
                let code = if name.ends_with("/tests.rs") { "" } else { code };
                let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                into.push((name, code.join("\n")));
            }
        }
    }
    let mut found = Vec::new();
    walk(&source(), &mut found);
    found
}

/// The module at the top that a file belongs to.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The modules that come after `crate::`, in braces or not.
fn named(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = BTreeSet::new();
    for (at, prefix) in code.match_indices("crate::") {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = &list[..list.find(';').unwrap_or(list.len())];
                names.extend(list.split(',').map(|item| word(item.trim())));
            }
            None => {
                names.insert(word(rest));
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn each_module_names_only_those_below_it() {
    for (file, code) in files() {
        let module = module(&file);
        if module == "lib" {
            continue;
        }
        let named = named(&code);
        if module == "main" {
            assert!(named.is_empty(), "main.rs uses the library as everybody else does");
            continue;
        }
        let allowed = MAY_NAME.iter().find(|(name, _)| *name == module);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{file} belongs to no module of the list"));
        for name in named {
            assert!(name == module || allowed.contains(&name.as_str()), "{file} names {name}, which {module} may not");
        }
    }
}

#[test]
fn no_arrow_of_the_list_points_up() {
    for (place, (module, allowed)) in MAY_NAME.iter().enumerate() {
        for name in *allowed {
            assert!(MAY_NAME[..place].iter().any(|(below, _)| below == name), "{module} names {name}, which is not below it");
        }
    }
}

#[test]
fn what_is_behind_a_boundary_is_named_only_there() {
    for (file, code) in files() {
        for (what, places) in ONLY_IN {
            let allowed = places.iter().any(|place| file.starts_with(place));
            assert!(allowed || !code.contains(what), "{file} names {what}, which belongs to {places:?}");
        }
    }
}

#[test]
fn no_file_holds_two_ideas() {
    for (file, _) in files() {
        let lines = fs::read_to_string(source().join(&file)).unwrap().lines().count();
        assert!(lines <= 400, "{file} has {lines} lines");
    }
}
