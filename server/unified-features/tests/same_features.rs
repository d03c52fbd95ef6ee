//! Whatever both programs use has the same features in both, so that building the server after the client
//! compiles only its `main`.

#![allow(clippy::unwrap_used, reason = "a test reports failure by panicking")]

use std::collections::BTreeSet;
use std::process::Command;

/// All packages in this one's program, each with its features.
fn packages_of(package: &str) -> BTreeSet<String> {
    let arguments =
        ["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none", "--no-dedupe", "--format", "{p} {f}"];
    let tree = Command::new(env!("CARGO")).args(arguments).args(["--package", package]).output().unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    String::from_utf8(tree.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn the_server_adds_no_features_and_no_packages_to_those_of_the_client() {
    let (client, server) = (packages_of("papo"), packages_of("papo-server"));
    let only_in_server: Vec<_> = server.difference(&client).collect();
    assert!(server.len() > 100, "the packages were found");
    assert!(only_in_server.is_empty(), "Name the client's features in unified-features/Cargo.toml: {only_in_server:#?}");
}
