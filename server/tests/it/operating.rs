//! Checks `OPERATING.md` against the program.

use std::collections::BTreeSet;
use std::sync::Arc;

use papo_server::Server;
use papo_server::cluster::Joining;
use papo_server::cluster::network::NodeId;
use papo_server::store::memory::MemoryStore;

use crate::binary::papo_server;
use crate::client::{ANY_PORT, config};
use crate::cluster::network::Medium;
use crate::monitor::get;

const PAGE: &str = include_str!("../../OPERATING.md");

/// The commands on the page, without their arguments.
fn commands() -> BTreeSet<Vec<&'static str>> {
    let lines = PAGE.lines().filter_map(|line| line.strip_prefix("papo-server "));
    let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with("--");
    lines.map(|line| line.split(' ').take_while(is_word).take(2).collect()).collect()
}

#[test]
fn every_documented_command_exists() {
    let commands = commands();
    assert!(commands.len() > 12, "{commands:?}");
    for command in commands {
        // Names such as `eva` are arguments, not part of the command.
        let known = |words: &[&str]| papo_server(words).arg("--help").output().unwrap().status.success();
        assert!(known(&command) || known(&command[..1]), "{command:?}");
    }
}

#[tokio::test]
async fn the_page_documents_exactly_the_existing_metrics() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.metrics.listen = Some(ANY_PORT);
    // A node has all metrics of a single server, and those of a cluster.
    let (node, store) = (NodeId::random(), Arc::new(MemoryStore::default()));
    let joining = Joining { node, name: "oak".to_owned(), store, network: Medium::new(0).connect(node) };
    let server = Server::start_node(config, joining).await.unwrap();
    let (_, metrics) = get(server.metrics_addr().unwrap(), "/metrics").await;
    let metrics: BTreeSet<&str> = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let names = PAGE.split('`').filter(|word| word.starts_with("papo_"));
    let on_page: BTreeSet<&str> = names.map(|name| name.trim_end_matches("_total")).collect();
    assert_eq!(metrics, on_page);
    server.stop().await;
}

#[test]
fn every_documented_key_exists() {
    let keys = PAGE.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|row| row.split_once('`'));
    let keys: Vec<&str> = keys.map(|(key, _)| key).filter(|key| !key.starts_with('/') && !key.starts_with("papo_")).collect();
    assert!(keys.len() > 3, "{keys:?}");
    let defaults: toml::Table = toml::from_str(papo_server::config::DEFAULT_FILE).unwrap();
    for key in keys {
        let found = key.split('.').try_fold(&toml::Value::Table(defaults.clone()), |value, name| value.get(name)).is_some();
        assert!(found, "there is no key {key}");
    }
}
