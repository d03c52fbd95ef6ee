use crate::modules;
use crate::sources::Sources;

fn sources(files: &[(&str, &str)]) -> Sources {
    let texts = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    Sources { texts, packages: [String::new()].into() }
}

fn cycles(files: &[(&str, &str)]) -> Vec<String> {
    modules::imports(&sources(files)).cycles()
}

/// The files of the only cycle, in the order in which they use each other.
fn only_cycle(files: &[(&str, &str)]) -> Vec<String> {
    let cycles = cycles(files);
    assert_eq!(cycles.len(), 1, "{cycles:?}");
    let users = cycles[0].lines().filter_map(|line| line.split_once(" uses "));
    users.map(|(user, _)| user.trim().to_owned()).collect()
}

#[test]
fn a_cycle_through_imports_is_found() {
    let files = [
        ("src/lib.rs", "mod a; mod b; mod c;"),
        ("src/a.rs", "use crate::b::B; pub struct A;"),
        ("src/b.rs", "use crate::{c::{C, D as E}}; pub struct B;"),
        ("src/c.rs", "pub(crate) use crate::a::A;"),
    ];
    assert_eq!(only_cycle(&files), ["src/a.rs", "src/b.rs", "src/c.rs"]);
}

#[test]
fn a_diamond_is_no_cycle() {
    let files = [
        ("src/lib.rs", "mod bottom; mod left; mod right; mod top;"),
        ("src/top.rs", "use crate::{left::left, right::right};"),
        ("src/left.rs", "use super::bottom; pub fn left() { bottom::f() }"),
        ("src/right.rs", "pub fn right() { crate::bottom::f() }"),
        ("src/bottom.rs", "pub fn f() {}"),
    ];
    assert_eq!(cycles(&files), [""; 0]);
}

#[test]
fn a_module_that_uses_its_children_must_not_be_used_by_them() {
    let parent = "mod child; pub struct Item; fn f() { child::g() }";
    let child = "pub fn g() { let _ = super::Item; }";
    let files = [("src/lib.rs", "mod a;"), ("src/a/mod.rs", parent), ("src/a/child.rs", child)];
    assert_eq!(only_cycle(&files), ["src/a/child.rs", "src/a/mod.rs"]);
    // The same with the other layout of files.
    let files = [("src/lib.rs", "mod a;"), ("src/a.rs", parent), ("src/a/child.rs", child)];
    assert_eq!(only_cycle(&files), ["src/a.rs", "src/a/child.rs"]);
}

#[test]
fn declaring_a_child_is_no_import() {
    let files =
        [("src/lib.rs", "mod a;"), ("src/a/mod.rs", "mod child; pub struct Item;"), ("src/a/child.rs", "use super::Item;")];
    assert_eq!(cycles(&files), [""; 0]);
}

#[test]
fn a_reexported_name_belongs_to_the_file_that_defines_it() {
    let parent = "mod one; mod two; pub use one::One; pub use two::Two;";
    let files = [
        ("src/lib.rs", "mod a;"),
        ("src/a/mod.rs", parent),
        ("src/a/one.rs", "use super::Two; pub struct One;"),
        ("src/a/two.rs", "pub struct Two;"),
    ];
    assert_eq!(cycles(&files), [""; 0], "`One` uses `Two`, not the module that re-exports both");
    let files = [files[0], files[1], files[2], ("src/a/two.rs", "pub struct Two(crate::a::One);")];
    assert_eq!(only_cycle(&files), ["src/a/one.rs", "src/a/two.rs"]);
}

#[test]
fn names_are_followed_through_glob_reexports() {
    let files = [
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a/mod.rs", "mod inner; pub use inner::*;"),
        ("src/a/inner.rs", "pub struct Inner(crate::b::B);"),
        ("src/b.rs", "pub struct B; use crate::a::Inner;"),
    ];
    assert_eq!(only_cycle(&files), ["src/a/inner.rs", "src/b.rs"]);
}

#[test]
fn circular_reexports_of_modules_end() {
    let files =
        [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", "pub use crate::b::*;"), ("src/b.rs", "pub use crate::a::*; use x::Y;")];
    assert_eq!(only_cycle(&files), ["src/a.rs", "src/b.rs"]);
}

#[test]
fn a_cycle_through_inline_paths_is_found_wherever_they_are() {
    for path in
        ["let _ = super::a::A;", "assert!(super::a::A)", "f::<crate::a::A>()", "<crate::a::A as T>::f()", "use crate::a::A;"]
    {
        let user = format!("pub struct B; fn f() {{ {path} }}");
        let files = [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", "pub struct A(self::super::b::B);"), ("src/b.rs", &user)];
        assert_eq!(only_cycle(&files), ["src/a.rs", "src/b.rs"], "{path}");
    }
}

#[test]
fn inline_modules_belong_to_their_file() {
    let files = [
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "pub mod limits { pub const MAX: usize = 1; } use crate::b::B; fn f() { limits::MAX }"),
        ("src/b.rs", "use crate::a::limits::MAX;"),
    ];
    assert_eq!(only_cycle(&files), ["src/a.rs", "src/b.rs"]);
}

#[test]
fn other_crates_and_local_names_are_no_imports() {
    let a = "use std::b::B; fn f() { ::b::g(); T::b(); x.b::<C>(); <T>::b::g() } fn h() -> impl T + use<'_> {}";
    let files = [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", a), ("src/b.rs", "use crate::a::A;")];
    assert_eq!(cycles(&files), [""; 0]);
}

#[test]
fn visibility_and_comments_are_no_imports() {
    let a =
        "//! Uses [`crate::b::B`], `use crate::b::B;`\npub(in crate::b) struct A; pub(crate) const C: &str = \"crate::b::B\";";
    let files = [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", a), ("src/b.rs", "use crate::a::A;")];
    assert_eq!(cycles(&files), [""; 0]);
}

#[test]
fn test_code_is_skipped_up_to_its_end() {
    for skipped in [
        "mod tests { use crate::b::B; }",
        "use crate::b::{B, C};",
        "pub(crate) fn f(x: u8, y: u8) { crate::b::B }",
        "#[allow(dead_code)] const fn f() { crate::b::B }",
        "const A: [u8; 1] = { crate::b::B };",
        "impl A { fn f() { crate::b::B } }",
    ] {
        for (attribute, rest) in [("#[cfg(test)]", ""), ("#[cfg(all(test, unix))]", "struct Rest;")] {
            let a = format!("{attribute} {skipped} {rest}");
            let files = [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", &a), ("src/b.rs", "use crate::a::A;")];
            assert_eq!(cycles(&files), [""; 0], "{a}");
            let a = format!("{a} use crate::b::B;");
            let files = [files[0], ("src/a.rs", &a), files[2]];
            assert_eq!(only_cycle(&files), ["src/a.rs", "src/b.rs"], "{a}");
        }
    }
}

#[test]
fn test_modules_in_files_of_their_own_are_checked() {
    let files = [
        ("src/lib.rs", "#[cfg(test)] mod tests;"),
        ("src/tests/mod.rs", "mod one; pub fn help() { one::f() }"),
        ("src/tests/one.rs", "use super::help;"),
    ];
    assert_eq!(only_cycle(&files), ["src/tests/mod.rs", "src/tests/one.rs"]);
}

#[test]
fn every_target_is_checked() {
    for root in [
        "benches/load/main.rs",
        "benches/load.rs",
        "tests/it/main.rs",
        "fuzz_targets/f.rs",
        "src/main.rs",
        "src/bin/program.rs",
        "tests/inner/src/lib.rs",
    ] {
        let directory = root.rsplit_once('/').unwrap().0;
        let [a, b] = ["a", "b"].map(|name| format!("{directory}/{name}/mod.rs"));
        let mut sources = sources(&[(root, "mod a; mod b;"), (&a, "use crate::b::B;"), (&b, "use super::a::A;")]);
        sources.packages.insert("tests/inner".to_owned());
        assert_eq!(modules::imports(&sources).cycles().len(), 1, "{root}");
    }
}

#[test]
fn modules_with_a_path_attribute_are_read_from_there() {
    let files = [
        ("benches/one/main.rs", "#[path = \"../support/mod.rs\"] mod support; mod user;"),
        ("benches/one/user.rs", "use crate::support::S;"),
        ("benches/support/mod.rs", "mod part; pub struct S; use part::P;"),
        ("benches/support/part.rs", "use super::S;"),
    ];
    assert_eq!(only_cycle(&files), ["benches/support/mod.rs", "benches/support/part.rs"]);
}

#[test]
fn each_group_of_files_is_described_once_with_its_names() {
    let files = [
        ("src/lib.rs", "mod a; mod b; mod c; mod d; mod e;"),
        ("src/a.rs", "use crate::b::B; use crate::c::C;"),
        ("src/b.rs", "use crate::a::A;"),
        ("src/c.rs", "use crate::a::A;"),
        ("src/d.rs", "use crate::e::E;"),
        ("src/e.rs", "use crate::d::D;"),
    ];
    let expected = [
        "cycle:\n  src/a.rs uses src/b.rs (crate::b::B)\n  src/b.rs uses src/a.rs (crate::a::A)\n  \
         further files in cycles with these: src/c.rs\n",
        "cycle:\n  src/d.rs uses src/e.rs (crate::e::E)\n  src/e.rs uses src/d.rs (crate::d::D)\n",
    ];
    assert_eq!(cycles(&files), expected);
}

#[test]
#[should_panic(expected = "these files belong to no target: [\"src/forgotten.rs\"]")]
fn a_file_outside_every_target_is_reported() {
    cycles(&[("src/lib.rs", ""), ("src/forgotten.rs", "")]);
}

#[test]
fn long_files_are_named_with_their_length() {
    let sources = sources(&[("src/lib.rs", "// 1\n// 2\n"), ("src/long.rs", "// 1\n// 2\n// 3\n")]);
    assert_eq!(sources.longer_than(2), ["src/long.rs: 3 lines"]);
}
