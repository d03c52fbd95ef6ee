//! Import rules between modules. New modules and new dependencies must be added here deliberately.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with the modules it may use, bottom up. `server` connects them and may use all.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("bans", &["domain"]),
    ("clock", &[]),
    ("proxy_protocol", &[]),
    ("passwords", &[]),
    ("tls", &[]),
    ("free_space", &[]),
    ("config", &["clock", "free_space", "tls"]),
    ("send_queue", &["config"]),
    ("metrics", &[]),
    ("service_tls", &[]),
    ("store", &["domain", "service_tls"]),
    ("disk_watch", &["config", "free_space", "metrics", "store"]),
    ("presence", &["domain"]),
    ("bus", &["domain", "send_queue"]),
    ("cluster", &["bus", "clock", "config", "domain", "presence", "service_tls", "store"]),
    ("announce", &["bus", "domain", "store"]),
    ("open_sessions", &["domain", "send_queue"]),
    ("committer", &["announce", "bus", "domain", "metrics", "send_queue", "store"]),
    ("accept", &[]),
    ("supervisor", &[]),
    ("monitor", &["accept", "cluster", "metrics", "open_sessions", "passwords", "store", "supervisor"]),
    ("requests", &["announce", "bans", "bus", "clock", "committer", "domain", "passwords", "presence", "store"]),
    (
        "session",
        &["bus", "committer", "config", "domain", "metrics", "open_sessions", "passwords", "requests", "send_queue", "tls"],
    ),
    ("operator", &["domain", "open_sessions", "passwords", "requests", "store"]),
    ("admin", &["accept", "domain", "open_sessions", "operator", "supervisor"]),
    ("listener", &["accept", "config", "domain", "metrics", "proxy_protocol", "send_queue", "session", "tls"]),
    (
        "server",
        &[
            "admin",
            "bans",
            "bus",
            "cluster",
            "committer",
            "config",
            "disk_watch",
            "domain",
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
            "supervisor",
            "tls",
        ],
    ),
    ("cli", &["admin", "config", "server", "store", "tls"]),
];

/// Crates and backends that only certain files may use, so that the boundaries hold.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["store/sqlite/"]),
    ("tokio_postgres", &["store/postgres/"]),
    ("deadpool_postgres", &["store/postgres/"]),
    ("::postgres::", &["server/database.rs", "store/copy/", "store/postgres/"]),
    ("async_nats", &["cluster/nats/"]),
    ("::nats::", &["cluster/nats/", "server/joining.rs"]),
    ("bcrypt::", &["passwords/"]),
    // Estimating the strength of a crafted password takes a tenth of a second, so it waits in the queue of the pool.
    ("check_password", &["passwords/"]),
    ("ring::hmac", &["domain/totp.rs"]),
    ("governor", &["session/limiter.rs"]),
    ("tokio::net", &["accept.rs", "session/", "listener.rs", "monitor.rs", "admin/socket.rs"]),
    ("hyper", &["monitor.rs"]),
    ("prometheus_client", &["metrics.rs"]),
    ("rustls", &["tls.rs", "service_tls.rs", "session/socket.rs", "cluster/nats/connect_error.rs", "store/postgres/"]),
    ("rcgen", &["tls.rs"]),
    ("serde_json", &["cli/answer.rs", "cluster/events.rs", "cluster/frame.rs", "metrics.rs", "admin/socket.rs"]),
    ("::sqlite::", &["server/", "store/", "cli/backup.rs", "cli/admin.rs"]),
    ("::in_process::", &["server/", "bus/", "cluster/", "presence/"]),
    ("::memory::", &["store/"]),
    ("SystemClock", &["clock.rs", "config/mod.rs"]),
    ("toml::", &["config/layers.rs"]),
    // Each wire protocol is encoded in one place; all other modules pass values.
    ("encode_line", &["cluster/frame.rs", "cluster/lines.rs", "session/json_lines.rs"]),
    ("clap::", &["cli/"]),
    // Also for the times of files.
    ("SystemTime", &["clock.rs", "store/sqlite/file/"]),
    // Store backends refuse nothing: every write is decided in the domain.
    ("Outcome::Refused", &["domain/decide/", "committer/requester.rs", "requests/"]),
    (
        "Refusal",
        &["admin/", "bus/grouped.rs", "committer/requester.rs", "domain/", "listener.rs", "operator/", "requests/", "session/"],
    ),
    ("decide::", &["domain/", "store/postgres/write/mod.rs", "store/sqlite/write/mod.rs", "store/memory/apply.rs"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All source files by path below `src`, without comments and unit tests, which may use more.
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

/// The top-level module of a file.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The modules named after `crate::`, with or without braces.
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
fn modules_use_only_the_modules_below_them() {
    for (file, code) in files() {
        let module = module(&file);
        if module == "lib" {
            continue;
        }
        let named = named(&code);
        if module == "main" {
            assert!(named.is_empty(), "main.rs must use the library's public interface");
            continue;
        }
        let allowed = MAY_NAME.iter().find(|(name, _)| *name == module);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{file} belongs to no listed module"));
        for name in named {
            assert!(name == module || allowed.contains(&name.as_str()), "{file} uses {name}, which {module} may not use");
        }
    }
}

#[test]
fn the_list_has_no_upward_dependencies() {
    for (place, (module, allowed)) in MAY_NAME.iter().enumerate() {
        for name in *allowed {
            assert!(MAY_NAME[..place].iter().any(|(below, _)| below == name), "{module} uses {name}, which is not below it");
        }
    }
}

#[test]
fn implementation_details_are_used_only_behind_their_boundary() {
    for (file, code) in files() {
        for (what, places) in ONLY_IN {
            let allowed = places.iter().any(|place| file.starts_with(place));
            assert!(allowed || !code.contains(what), "{file} uses {what}, which belongs in {places:?}");
        }
    }
}

#[test]
fn files_are_not_too_long() {
    papo_source_rules::assert_max_lines(&source(), 400);
    papo_source_rules::assert_max_lines(Path::new(env!("CARGO_MANIFEST_DIR")), 450);
}

#[test]
fn files_have_no_import_cycles() {
    papo_source_rules::assert_no_import_cycles(Path::new(env!("CARGO_MANIFEST_DIR")));
}
