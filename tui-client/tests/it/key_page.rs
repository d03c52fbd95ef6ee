//! Compares `KEYS.md` with the keymap: the page must list every slash command and every key of the help screen.

use std::path::Path;

use papo::keymap::{COMMANDS, HelpLine, help_lines};
use papo::state::Focus;

fn key_page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("KEYS.md")).unwrap()
}

#[test]
fn the_key_page_lists_every_command_and_no_other() {
    let page = key_page();
    for (command, _) in COMMANDS {
        assert!(page.contains(&format!("`{command}`")), "KEYS.md does not list {command}");
    }
    let listed = page.lines().filter(|line| line.starts_with("| `/")).flat_map(|line| line.split('`').skip(1).step_by(2));
    for command in listed {
        assert!(COMMANDS.iter().any(|(known, _)| *known == command), "KEYS.md lists {command}, which is no command");
    }
}

#[test]
fn the_key_page_lists_every_key_of_the_help() {
    let page = key_page();
    let listed: Vec<&str> = page.split('`').skip(1).step_by(2).flat_map(str::split_whitespace).collect();
    let missing: Vec<String> = help_lines(Focus::EmptyComposer)
        .into_iter()
        .filter_map(|line| match line {
            // Slash commands are checked by the other test.
            HelpLine::Keys(keys, words) if !keys.starts_with('/') => Some((keys, words)),
            _ => None,
        })
        .filter(|(keys, _)| !listed.contains(&keys.split(' ').next().unwrap()))
        .map(|(keys, words)| format!("{keys} ({words})"))
        .collect();
    assert!(missing.is_empty(), "KEYS.md does not list {missing:?}");
}
