//! The modules of each target, and the files whose items they name.

use std::collections::BTreeMap;

use crate::code::{Binding, Body, Code, Import};
use crate::graph::Graph;
use crate::sources::{Sources, join};

/// The modules of one target; the first is the root.
#[derive(Default)]
struct Tree {
    modules: Vec<Module>,
}

struct Module {
    parent: Option<usize>,
    file: String,
    code: Code,
    children: BTreeMap<String, usize>,
}

/// Where a path leads.
#[derive(Clone, Copy)]
enum Target {
    Module(usize),
    /// An item that this module defines.
    ItemOf(usize),
}

/// The imports between all files.
///
/// # Panics
/// If a file belongs to no target, because such a file would not be checked.
pub(crate) fn imports(sources: &Sources) -> Graph {
    let mut graph = Graph::default();
    for root in sources.roots() {
        let mut tree = Tree::default();
        tree.add_file(sources, None, root.to_owned(), directory(root));
        tree.add_imports_to(&mut graph);
    }
    let unread: Vec<&String> = sources.texts.keys().filter(|file| !graph.contains(file)).collect();
    assert!(unread.is_empty(), "these files belong to no target: {unread:?}");
    graph
}

/// The directory of a file.
fn directory(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(directory, _)| directory)
}

impl Tree {
    /// Adds the module in this file and all below it, whose files are in `children`.
    fn add_file(&mut self, sources: &Sources, parent: Option<usize>, file: String, children: &str) -> usize {
        let text = sources.texts.get(&file).unwrap_or_else(|| panic!("{file} is declared but does not exist"));
        let code = Code::parse(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.add_module(sources, parent, file, children, code)
    }

    fn add_module(&mut self, sources: &Sources, parent: Option<usize>, file: String, children: &str, mut code: Code) -> usize {
        let declared = std::mem::take(&mut code.children);
        let id = self.modules.len();
        self.modules.push(Module { parent, file: file.clone(), code, children: BTreeMap::new() });
        for child in declared {
            let name = child.name;
            let module = match child.body {
                Body::Inline(code) => self.add_module(sources, Some(id), file.clone(), &join(children, &name), code),
                Body::File(Some(path)) => {
                    let path = join(directory(&file), &path);
                    let below = directory(&path).to_owned();
                    self.add_file(sources, Some(id), path, &below)
                }
                Body::File(None) => {
                    let below = join(children, &name);
                    let beside = format!("{below}.rs");
                    let path = if sources.texts.contains_key(&beside) { beside } else { join(&below, "mod.rs") };
                    self.add_file(sources, Some(id), path, &below)
                }
            };
            self.modules[id].children.insert(name, module);
        }
        id
    }

    fn add_imports_to(&self, graph: &mut Graph) {
        for (id, module) in self.modules.iter().enumerate() {
            graph.add_file(&module.file);
            let imported = module.code.imports.iter().map(|import| (&import.path, import.binding == Binding::AllNames));
            for (path, takes_all) in imported.chain(module.code.paths.iter().map(|path| (path, false))) {
                match self.resolve(id, path, &mut Vec::new()) {
                    Some(Target::ItemOf(other)) => graph.add_import(&module.file, &self.modules[other].file, &path.join("::")),
                    Some(Target::Module(other)) if takes_all => {
                        graph.add_import(&module.file, &self.modules[other].file, &format!("{}::*", path.join("::")));
                    }
                    // A module in itself is nothing to depend on; the paths through it are.
                    Some(Target::Module(_)) | None => {}
                }
            }
        }
    }

    /// Where a path in this module leads; `None` if to another crate, or to a local name. `followed` lists the imports
    /// on the way, since these may be circular.
    fn resolve<'a>(&'a self, module: usize, path: &[String], followed: &mut Vec<&'a Import>) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Target::Module(0),
            "self" => Target::Module(module),
            "super" => Target::Module(self.modules[module].parent?),
            name => self.look_up(module, name, rest.is_empty(), followed)?,
        };
        let mut target = start;
        for (number, segment) in rest.iter().enumerate() {
            let Target::Module(inside) = target else { break };
            let is_last = number + 1 == rest.len();
            target = match segment.as_str() {
                "super" => Target::Module(self.modules[inside].parent?),
                name => self.look_up(inside, name, is_last, followed).unwrap_or(Target::ItemOf(inside)),
            };
        }
        Some(target)
    }

    /// Where a name in this module leads. The last name of a path may be that of an item; the others are those of
    /// modules and types. A module and a function may have the same name.
    fn look_up<'a>(&'a self, module: usize, name: &str, is_last: bool, followed: &mut Vec<&'a Import>) -> Option<Target> {
        let Module { children, code, .. } = &self.modules[module];
        let child = children.get(name).map(|child| Target::Module(*child));
        let item = code.items.contains(name).then_some(Target::ItemOf(module));
        let import = || self.look_up_import(module, name, is_last, followed);
        if is_last { item.or_else(import).or(child) } else { child.or(item).or_else(import) }
    }

    fn look_up_import<'a>(&'a self, module: usize, name: &str, is_last: bool, followed: &mut Vec<&'a Import>) -> Option<Target> {
        self.modules[module].code.imports.iter().find_map(|import| {
            if followed.iter().any(|other| std::ptr::eq(*other, import)) {
                return None;
            }
            match &import.binding {
                Binding::Name(bound) if bound == name => {
                    followed.push(import);
                    self.resolve(module, &import.path, followed)
                }
                Binding::AllNames => {
                    followed.push(import);
                    match self.resolve(module, &import.path, followed)? {
                        Target::Module(other) => self.look_up(other, name, is_last, followed),
                        Target::ItemOf(_) => None,
                    }
                }
                Binding::Name(_) | Binding::Nothing => None,
            }
        })
    }
}
