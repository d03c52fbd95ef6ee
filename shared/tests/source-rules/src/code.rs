//! What one module declares and names, read from its tokens.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// A path such as `crate::model::Text`, by segment.
pub(crate) type Path = Vec<String>;

#[derive(Default)]
pub(crate) struct Code {
    pub(crate) children: Vec<Child>,
    pub(crate) imports: Vec<Import>,
    /// Paths of two segments or more outside of imports, also inside macro calls.
    pub(crate) paths: Vec<Path>,
    /// Names of the items at the top level of the module.
    pub(crate) items: BTreeSet<String>,
    /// Value of a `#[path]` attribute, until the declaration to which it belongs.
    path_attribute: Option<String>,
}

/// A module declared in this one.
pub(crate) struct Child {
    pub(crate) name: String,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Inline(Code),
    /// A file of its own, at this path if it has a `#[path]` attribute.
    File(Option<String>),
}

/// One name of a `use` declaration.
pub(crate) struct Import {
    pub(crate) path: Path,
    pub(crate) binding: Binding,
}

#[derive(PartialEq, Eq)]
pub(crate) enum Binding {
    Name(String),
    /// All names of the path, by `*`.
    AllNames,
    /// No name, by `as _`: a trait imported for its methods.
    Nothing,
}

impl Code {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let tokens: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
        let mut code = Self::default();
        code.read(tokens, true);
        Ok(code)
    }

    fn read(&mut self, tokens: TokenStream, is_top_level: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = &tokens[..];
        while !rest.is_empty() {
            rest = self.read_next(rest, is_top_level);
        }
    }

    /// Reads one declaration, path or token, and returns what follows.
    fn read_next<'a>(&mut self, tokens: &'a [TokenTree], is_top_level: bool) -> &'a [TokenTree] {
        match tokens {
            [TokenTree::Punct(hash), TokenTree::Group(attribute), rest @ ..] if hash.as_char() == '#' => {
                if is_test_only(attribute) {
                    return skip_item(rest);
                }
                if let Some(path) = path_attribute(attribute) {
                    self.path_attribute = Some(path);
                }
                self.read(attribute.stream(), false);
                rest
            }
            [TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Punct(end), rest @ ..]
                if keyword == "mod" && end.as_char() == ';' =>
            {
                let body = Body::File(self.path_attribute.take());
                self.children.push(Child { name: name.to_string(), body });
                rest
            }
            [TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Group(group), rest @ ..] if keyword == "mod" => {
                let mut code = Self::default();
                code.read(group.stream(), true);
                self.children.push(Child { name: name.to_string(), body: Body::Inline(code) });
                rest
            }
            // Not the `use<'a>` of a return type.
            [TokenTree::Ident(keyword), rest @ ..] if keyword == "use" && !is_punct(rest.first(), '<') => {
                let end = rest.iter().position(|token| is_punct(Some(token), ';')).unwrap_or(rest.len());
                self.read_imports(&rest[..end], &[]);
                &rest[end..]
            }
            // A path that continues a type, or one from another crate.
            _ if starts_with_colons(tokens) => split_path(&tokens[2..]).1,
            [TokenTree::Ident(first), rest @ ..] => {
                if let (true, Some(TokenTree::Ident(name))) = (is_top_level && is_item_keyword(&first.to_string()), rest.first())
                {
                    self.items.insert(plain(name));
                }
                let (path, rest) = split_path(tokens);
                if path.len() > 1 {
                    self.paths.push(path);
                }
                rest
            }
            [TokenTree::Group(group), rest @ ..] => {
                self.read(group.stream(), false);
                rest
            }
            _ => &tokens[1..],
        }
    }

    /// Reads a `use` tree below a prefix.
    fn read_imports(&mut self, tree: &[TokenTree], prefix: &[String]) {
        let (path, rest) = if starts_with_colons(tree) { return } else { split_path(tree) };
        let is_prefix_itself = path.len() == 1 && path[0] == "self" && !prefix.is_empty();
        let mut full = prefix.to_vec();
        if !is_prefix_itself {
            full.extend(path);
        }
        // What follows the last `::`, if it is no name.
        match rest {
            [TokenTree::Group(group)] => {
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                for branch in tokens.split(|token| is_punct(Some(token), ',')).filter(|branch| !branch.is_empty()) {
                    self.read_imports(branch, &full);
                }
            }
            [TokenTree::Punct(star)] if star.as_char() == '*' => {
                self.imports.push(Import { path: full, binding: Binding::AllNames })
            }
            [_as, TokenTree::Ident(alias)] => {
                let binding = if alias == "_" { Binding::Nothing } else { Binding::Name(plain(alias)) };
                self.imports.push(Import { path: full, binding });
            }
            _ => {
                let binding = full.last().cloned().map_or(Binding::Nothing, Binding::Name);
                self.imports.push(Import { path: full, binding });
            }
        }
    }
}

/// The segments of the path at the start, without a trailing `::`, and the tokens after the path and that `::`.
fn split_path(mut tokens: &[TokenTree]) -> (Path, &[TokenTree]) {
    let mut path = Path::new();
    while let [TokenTree::Ident(segment), rest @ ..] = tokens {
        path.push(plain(segment));
        if !starts_with_colons(rest) {
            return (path, rest);
        }
        tokens = &rest[2..];
    }
    (path, tokens)
}

fn starts_with_colons(tokens: &[TokenTree]) -> bool {
    let is_joint = matches!(tokens.first(), Some(TokenTree::Punct(first)) if first.spacing() == Spacing::Joint);
    is_joint && is_punct(tokens.first(), ':') && is_punct(tokens.get(1), ':')
}

fn is_punct(token: Option<&TokenTree>, expected: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == expected)
}

/// An identifier without the `r#` of a raw one.
fn plain(name: &proc_macro2::Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

fn is_item_keyword(word: &str) -> bool {
    ["const", "enum", "fn", "macro_rules", "static", "struct", "trait", "type", "union"].contains(&word)
}

fn is_test_only(attribute: &Group) -> bool {
    let text: String = attribute.stream().to_string().split_whitespace().collect();
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

fn path_attribute(attribute: &Group) -> Option<String> {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    match &tokens[..] {
        [TokenTree::Ident(name), _, TokenTree::Literal(path)] if name == "path" => {
            Some(path.to_string().trim_matches('"').to_owned())
        }
        _ => None,
    }
}

/// What follows the item at the start, which an attribute excludes. A module in a file of its own is kept.
fn skip_item(mut tokens: &[TokenTree]) -> &[TokenTree] {
    loop {
        tokens = match tokens {
            [TokenTree::Punct(hash), TokenTree::Group(_), rest @ ..] if hash.as_char() == '#' => rest,
            [TokenTree::Ident(public), TokenTree::Group(_), rest @ ..] if public == "pub" => rest,
            [TokenTree::Ident(public), rest @ ..] if public == "pub" => rest,
            _ => break,
        };
    }
    let keyword = match tokens {
        [TokenTree::Ident(keyword), TokenTree::Ident(_), TokenTree::Punct(end), ..]
            if keyword == "mod" && end.as_char() == ';' =>
        {
            return tokens;
        }
        [TokenTree::Ident(first), TokenTree::Ident(second), ..] if first == "const" => second.to_string(),
        [TokenTree::Ident(keyword), ..] => keyword.to_string(),
        _ => String::new(),
    };
    let ends_at_semicolon = ["const", "let", "static", "type", "use"].contains(&keyword.as_str());
    let may_contain_commas =
        ends_at_semicolon || is_item_keyword(&keyword) || ["async", "extern", "impl", "mod", "unsafe"].contains(&&*keyword);
    let is_end = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';' || (punct.as_char() == ',' && !may_contain_commas),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !ends_at_semicolon,
        _ => false,
    };
    tokens.iter().position(is_end).map_or(&[], |end| &tokens[end + 1..])
}
