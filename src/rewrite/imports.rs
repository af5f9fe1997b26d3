//! Adds imports where the file has its own.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{self as ast, Expr, ModModule, PythonVersion, Stmt};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextSize};

use super::edits::Edit;
use crate::project::blocks;

/// What a rewrite needs at the top of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportStyle {
    /// `import module`
    Module(String),
    /// `from module import name`; the module may begin with dots.
    Member { module: String, name: String },
    /// The definition of a type variable, below the imports.
    Variable(String),
}

impl ImportStyle {
    fn module(&self) -> &str {
        match self {
            Self::Module(module) | Self::Member { module, .. } => module,
            Self::Variable(_) => "",
        }
    }

    fn statement(&self) -> String {
        match self {
            Self::Module(module) => format!("import {module}"),
            Self::Member { module, name } => format!("from {module} import {name}"),
            Self::Variable(definition) => definition.clone(),
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

/// The edits that add `imports` to a file, of which something is needed at `first`. `own` tells the program's own top-level modules.
#[must_use]
pub fn add(
    (tree, source): (&ModModule, &str),
    imports: &[ImportStyle],
    first: Option<TextSize>,
    own: &dyn Fn(&str) -> bool,
) -> Vec<Edit> {
    let newline = line_ending(source);
    let (mut variables, mut sorted): (Vec<_>, Vec<_>) =
        imports.iter().cloned().partition(|import| matches!(import, ImportStyle::Variable(_)));
    let top = Top::of(tree, first);
    for needed in [&mut variables, &mut sorted] {
        needed.sort();
        needed.dedup();
    }
    // Groups that start at one place do so in their order.
    sorted.sort_by_key(|import| group(import.module(), 0, own));
    let mut places: Vec<Place> = Vec::new();
    let mut joined: BTreeMap<TextSize, String> = BTreeMap::new();
    for import in &sorted {
        if let Some((at, name)) = join(&top, source, import) {
            joined.entry(at).or_default().push_str(&name);
            continue;
        }
        let place = place(tree, &top, source, import, own, newline);
        // Statements that go to one place share the blank lines around them.
        match places.iter_mut().find(|other| other.at == place.at && other.suffix == place.suffix) {
            Some(other) => other.take(place.statements, import),
            None => places.push(place),
        }
    }
    places.extend(below(tree, &top, source, &variables, newline));
    let added = places.into_iter().map(|place| {
        let Place { at, prefix, statements, suffix } = place;
        Edit::insertion(at.max(source.bom_start_offset()), format!("{prefix}{}{suffix}", statements.join(newline)))
    });
    let joined = joined.into_iter().map(|(at, names)| Edit::insertion(at, names));
    added.chain(joined).collect()
}

/// Where definitions go that need imports.
fn below(tree: &ModModule, top: &Top<'_>, source: &str, definitions: &[ImportStyle], newline: &str) -> Option<Place> {
    let first = definitions.first()?;
    let mut place = match top.block.last() {
        Some(last) => {
            let mut place = Place::after(source, last.end(), first, newline);
            place.prefix.push_str(newline);
            place
        }
        None => without_imports(tree, source, first, newline),
    };
    place.statements = definitions.iter().map(ImportStyle::statement).collect();
    Some(place)
}

/// Where a name goes in a `from` import of its module that is there and takes up one line, and with what: in front of the first that
/// comes after it in order, as far as the names are sorted.
fn join(top: &Top<'_>, source: &str, import: &ImportStyle) -> Option<(TextSize, String)> {
    let ImportStyle::Member { module, name } = import else { return None };
    top.all.iter().find_map(|stmt| {
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

fn place(
    tree: &ModModule,
    top: &Top<'_>,
    source: &str,
    import: &ImportStyle,
    own: &dyn Fn(&str) -> bool,
    newline: &str,
) -> Place {
    let wanted = group(import.module(), 0, own);
    let block = &top.block;
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
        // What follows is no import, and stands apart from it.
        let is_glued =
            !source[place.at.to_usize()..].is_empty() && !source[place.at.to_usize()..].starts_with(['\n', '\r']);
        place.suffix.push_str(if is_glued { newline } else { "" });
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

/// The imports of a module among which new ones may stand.
struct Top<'a> {
    /// All that run before the first use.
    all: Vec<&'a Stmt>,
    /// The block that new ones go into: the first one, or where something is done between imports (`sys.path` is changed, logging is set up,
    /// modules are patched), which may have to come before others, the last one.
    block: Vec<&'a Stmt>,
}

impl<'a> Top<'a> {
    fn of(tree: &'a ModModule, first: Option<TextSize>) -> Self {
        let mut top = Self { all: Vec::new(), block: Vec::new() };
        let (mut is_open, mut is_done) = (true, false);
        let is_before = |stmt: &&Stmt| {
            let is_definition = matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
            !is_definition && first.is_none_or(|first| stmt.end() <= first)
        };
        for stmt in tree.body.iter().take_while(is_before) {
            match stmt {
                Stmt::Import(_) | Stmt::ImportFrom(_) => {
                    if is_done {
                        top.block.clear();
                    }
                    is_open |= std::mem::take(&mut is_done) || top.block.is_empty();
                    if is_open {
                        top.block.push(stmt);
                    }
                    top.all.push(stmt);
                }
                stmt if is_docstring(stmt) => {}
                stmt => {
                    is_open = false;
                    is_done |= does_something(stmt);
                }
            }
        }
        top
    }
}

/// Whether a statement may do more than to give names to what modules have.
fn does_something(stmt: &Stmt) -> bool {
    let is_effect = |target: &Expr| matches!(target, Expr::Attribute(_) | Expr::Subscript(_));
    let mut found = false;
    let mut look = |stmt: &Stmt| {
        found |= match stmt {
            Stmt::Assign(assign) => assign.targets.iter().any(is_effect),
            Stmt::AugAssign(assign) => is_effect(&assign.target),
            Stmt::Delete(_) | Stmt::With(_) => true,
            _ => false,
        }
    };
    walk(stmt, &mut look);
    found || any_over_body(std::slice::from_ref(stmt), |expr| expr.is_call_expr())
}

/// A statement and those in it.
fn walk<'a>(stmt: &'a Stmt, look: &mut dyn FnMut(&'a Stmt)) {
    look(stmt);
    for inner in blocks(stmt.into()).into_iter().flatten() {
        walk(inner, look);
    }
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
    // Relative ones from the farthest to the nearest.
    let key = |stmt: &Stmt| module_of(stmt).map(|(module, level)| (Reverse(level), module.to_lowercase()));
    let named = import.module().trim_start_matches('.');
    let level = u32::try_from(import.module().len() - named.len()).unwrap_or_default();
    let wanted = Some((Reverse(level), named.to_lowercase()));
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

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::super::edits::Edits;
    use super::{ImportStyle, add};

    fn with(source: &str, module: &str, name: &str) -> String {
        let import = ImportStyle::Member { module: module.to_owned(), name: name.to_owned() };
        let parsed = parse_module(source).expect("it is Python");
        let mut edits = Edits::default();
        for edit in add((parsed.syntax(), source), &[import], None, &|_| false) {
            edits.add(edit).expect("they stand apart");
        }
        edits.render(source)
    }

    #[test]
    fn a_new_group_stands_apart() {
        let source = "import json\ntry:\n    import b\nexcept ImportError:\n    pass\n";
        let expected = "import json\n\nfrom .a import x\n\ntry:\n    import b\nexcept ImportError:\n    pass\n";
        assert_eq!(with(source, ".a", "x"), expected);
    }

    #[test]
    fn far_modules_come_first() {
        assert_eq!(with("from .b import y\n", "..c", "x"), "from ..c import x\nfrom .b import y\n");
        assert_eq!(with("from ..c import x\n", ".b", "y"), "from ..c import x\nfrom .b import y\n");
    }

    #[test]
    fn goes_behind_what_is_done_between_imports() {
        let source = "from a import first\n\nfirst()\n\nimport os\n\ndef f(): ...\n\nimport sys\n";
        let expected = "from a import first\n\nfirst()\n\nimport os\n\nfrom b import x\n\ndef f(): ...\n\nimport sys\n";
        assert_eq!(with(source, "b", "x"), expected);
        // What only gives names does not matter.
        let source = "import os\n\nX = 1\n\nimport sys\n";
        assert_eq!(with(source, "os", "x"), "import os\nfrom os import x\n\nX = 1\n\nimport sys\n");
    }
}
