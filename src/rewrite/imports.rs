//! Adds imports where the file has its own.

use std::collections::BTreeMap;

use ruff_python_ast::{self as ast, ModModule, PythonVersion, Stmt};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextSize};

use super::edits::Edit;

/// An import that a rewrite needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportStyle {
    /// `import module`
    Module(String),
    /// `from module import name`; the module may begin with dots.
    Member { module: String, name: String },
}

impl ImportStyle {
    fn module(&self) -> &str {
        match self {
            Self::Module(module) | Self::Member { module, .. } => module,
        }
    }

    fn statement(&self) -> String {
        match self {
            Self::Module(module) => format!("import {module}"),
            Self::Member { module, name } => format!("from {module} import {name}"),
        }
    }
}

/// Where a module stands among the groups of imports, in the order of PEP 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Future,
    Standard,
    ThirdParty,
    Own,
    Relative,
}

fn group(module: &str, level: u32, own: &dyn Fn(&str) -> bool) -> Group {
    let top = module.split('.').next().unwrap_or(module);
    if level > 0 || module.starts_with('.') {
        Group::Relative
    } else if top == "__future__" {
        Group::Future
    } else if ruff_python_stdlib::sys::is_known_standard_library(PythonVersion::latest().minor, top) {
        Group::Standard
    } else if own(top) {
        Group::Own
    } else {
        Group::ThirdParty
    }
}

/// The edits that add `imports` to a file. `own` tells the program's own top-level modules.
#[must_use]
pub fn add(tree: &ModModule, source: &str, imports: &[ImportStyle], own: &dyn Fn(&str) -> bool) -> Vec<Edit> {
    let newline = line_ending(source);
    let mut sorted = imports.to_vec();
    sorted.sort();
    sorted.dedup();
    // Groups that start at one place do so in their order.
    sorted.sort_by_key(|import| group(import.module(), 0, own));
    let mut places: Vec<Place> = Vec::new();
    let mut joined: BTreeMap<TextSize, String> = BTreeMap::new();
    for import in &sorted {
        if let Some((at, name)) = join(tree, source, import) {
            joined.entry(at).or_default().push_str(&name);
            continue;
        }
        let place = place(tree, source, import, own, newline);
        // Statements that go to one place share the blank lines around them.
        match places.iter_mut().find(|other| other.at == place.at && other.suffix == place.suffix) {
            Some(other) => other.take(place.statements, import),
            None => places.push(place),
        }
    }
    let added = places.into_iter().map(|place| {
        let Place { at, prefix, statements, suffix } = place;
        Edit::insertion(at.max(source.bom_start_offset()), format!("{prefix}{}{suffix}", statements.join(newline)))
    });
    let joined = joined.into_iter().map(|(at, names)| Edit::insertion(at, names));
    added.chain(joined).collect()
}

/// Where a name goes in a `from` import of its module that is there and takes up one line, and with what: in front of the first that
/// comes after it in order, as far as the names are sorted.
fn join(tree: &ModModule, source: &str, import: &ImportStyle) -> Option<(TextSize, String)> {
    let ImportStyle::Member { module, name } = import else { return None };
    block(tree).into_iter().find_map(|stmt| {
        let Stmt::ImportFrom(from) = stmt else { return None };
        let is_it = is_from(from, module);
        let is_one_line = !source[stmt.range()].contains(['\n', '\r']);
        let is_star = from.names.iter().any(|alias| alias.name.as_str() == "*");
        if !is_it || !is_one_line || is_star {
            return None;
        }
        match from.names.iter().find(|alias| alias.name.as_str() > name.as_str()) {
            Some(next) => Some((next.start(), format!("{name}, "))),
            None => Some((from.names.last()?.end(), format!(", {name}"))),
        }
    })
}

/// Whether an import is from this module, which is written with its dots.
pub fn is_from(import: &ast::StmtImportFrom, module: &str) -> bool {
    let named = module.trim_start_matches('.');
    let level = module.len() - named.len();
    import.level as usize == level && import.module.as_ref().map_or("", ast::Identifier::as_str) == named
}

struct Place {
    at: TextSize,
    prefix: String,
    statements: Vec<String>,
    suffix: String,
}

impl Place {
    /// Takes in the statements for an import; a name of the module that was the last one goes into the same statement.
    fn take(&mut self, statements: Vec<String>, import: &ImportStyle) {
        if let (ImportStyle::Member { module, name }, Some(last)) = (import, self.statements.last_mut())
            && last.starts_with(&format!("from {module} import "))
        {
            last.push_str(", ");
            last.push_str(name);
            return;
        }
        self.statements.extend(statements);
    }

    /// A line of its own in front of the one at `at`.
    fn before(at: TextSize, import: &ImportStyle, newline: &str) -> Self {
        Self { at, prefix: String::new(), statements: vec![import.statement()], suffix: newline.to_owned() }
    }

    /// A line of its own after the one in which `end` is, which may be the file's last and lack its newline.
    fn after(source: &str, end: TextSize, import: &ImportStyle, newline: &str) -> Self {
        let at = source.full_line_end(end);
        if source[..at.to_usize()].ends_with(['\n', '\r']) {
            return Self::before(at, import, newline);
        }
        Self { at, prefix: newline.to_owned(), statements: vec![import.statement()], suffix: String::new() }
    }
}

fn line_ending(source: &str) -> &'static str {
    ruff_source_file::find_newline(source).map_or("\n", |(_, ending)| ending.as_str())
}

fn place(tree: &ModModule, source: &str, import: &ImportStyle, own: &dyn Fn(&str) -> bool, newline: &str) -> Place {
    let wanted = group(import.module(), 0, own);
    let block = block(tree);
    let group_of = |stmt: &Stmt| module_of(stmt).map(|(module, level)| group(module, level, own));
    let of_group: Vec<&Stmt> = block.iter().copied().filter(|stmt| group_of(stmt) == Some(wanted)).collect();
    match sorted_place(&of_group, import) {
        Some(Beside::Before(stmt)) => return Place::before(source.line_start(stmt.start()), import, newline),
        Some(Beside::After(stmt)) => return Place::after(source, stmt.end(), import, newline),
        None => {}
    }
    // No import of its kind is there: it starts a group of its own.
    if let Some(next) = block.iter().find(|stmt| group_of(stmt) > Some(wanted)) {
        let mut place = Place::before(first_line(source, next.start()), import, newline);
        place.suffix.push_str(newline);
        return place;
    }
    if let Some(last) = block.last() {
        let mut place = Place::after(source, last.end(), import, newline);
        place.prefix.push_str(newline);
        return place;
    }
    without_imports(tree, source, import, newline)
}

/// A comment directly above a statement belongs to it.
pub fn first_line(source: &str, start: TextSize) -> TextSize {
    let mut line = source.line_start(start);
    while line > TextSize::new(0) {
        let above = source.line_start(line - TextSize::new(1));
        let text = source[above.to_usize()..line.to_usize()].trim();
        if !text.starts_with('#') || text.starts_with("#!") || above == TextSize::new(0) {
            break;
        }
        line = above;
    }
    line
}

/// The imports at the top of the module, before any other code.
fn block(tree: &ModModule) -> Vec<&Stmt> {
    tree.body
        .iter()
        .skip_while(|stmt| is_docstring(stmt))
        .take_while(|stmt| matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_)))
        .collect()
}

fn is_docstring(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Expr(expr) if expr.value.is_string_literal_expr())
}

fn module_of(stmt: &Stmt) -> Option<(&str, u32)> {
    match stmt {
        Stmt::Import(import) => import.names.first().map(|alias| (alias.name.as_str(), 0)),
        Stmt::ImportFrom(import) => Some((import.module.as_ref().map_or("", ast::Identifier::as_str), import.level)),
        _ => None,
    }
}

enum Beside<'a> {
    Before(&'a Stmt),
    After(&'a Stmt),
}

/// Where an import goes among those of its group: as far as they are sorted, in order.
fn sorted_place<'a>(group: &[&'a Stmt], import: &ImportStyle) -> Option<Beside<'a>> {
    let is_plain = matches!(import, ImportStyle::Module(_));
    let plain: Vec<&&Stmt> = group.iter().filter(|stmt| stmt.is_import_stmt()).collect();
    let from: Vec<&&Stmt> = group.iter().filter(|stmt| stmt.is_import_from_stmt()).collect();
    let mixed = is_mixed(group);
    let peers: Vec<&&Stmt> = if mixed {
        group.iter().collect()
    } else if is_plain {
        plain
    } else {
        from
    };
    if peers.is_empty() {
        // `import x` goes before the `from` imports of its group, and those after the plain ones.
        return if is_plain {
            group.first().map(|stmt| Beside::Before(stmt))
        } else {
            group.last().map(|stmt| Beside::After(stmt))
        };
    }
    let key = |stmt: &Stmt| module_of(stmt).map(|(module, _)| module.to_lowercase()).unwrap_or_default();
    let wanted = import.module().trim_start_matches('.').to_lowercase();
    match peers.iter().find(|stmt| key(stmt) > wanted) {
        Some(next) => Some(Beside::Before(next)),
        None => peers.last().map(|stmt| Beside::After(stmt)),
    }
}

/// Whether a group is sorted by module alone, `import` and `from` mixed.
fn is_mixed(group: &[&Stmt]) -> bool {
    let kinds: Vec<bool> = group.iter().map(|stmt| stmt.is_import_stmt()).collect();
    let switches = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let keys: Vec<&str> = group.iter().filter_map(|stmt| module_of(stmt)).map(|(module, _)| module).collect();
    switches > 1 && keys.is_sorted()
}

/// A file without imports at its top: after the docstring, or after the comments that open it.
fn without_imports(tree: &ModModule, source: &str, import: &ImportStyle, newline: &str) -> Place {
    let docstring = tree.body.first().filter(|stmt| is_docstring(stmt));
    let next = tree.body.get(usize::from(docstring.is_some()));
    let blank_lines = match next {
        Some(Stmt::FunctionDef(_) | Stmt::ClassDef(_)) => 2,
        Some(_) => 1,
        None => 0,
    };
    if let Some(docstring) = docstring {
        let mut place = Place::after(source, docstring.end(), import, newline);
        place.prefix.push_str(newline);
        let rest = &source[place.at.to_usize()..];
        if !rest.is_empty() && !rest.starts_with(['\n', '\r']) {
            place.suffix.push_str(&newline.repeat(blank_lines));
        }
        return place;
    }
    let at = next.map_or(TextSize::of(source), |first| first_line(source, first.start()));
    let mut place = Place::before(at, import, newline);
    place.suffix.push_str(&newline.repeat(blank_lines));
    place
}
