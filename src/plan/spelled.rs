//! Names of functions in strings, by which something may call them.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_interpolated_string_element, walk_pattern, walk_stmt};
use ruff_python_ast::{self as ast, Expr, ExprCall, InterpolatedStringElement, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::convert::Recolour;
use super::decide::Planner;
use crate::analysis::{FnId, Spelling};
use crate::project::facts::{Facts, Function};
use crate::project::{FileId, Types, last};

/// What only shows its arguments.
pub(super) const SHOWN: [&str; 7] = ["print", "debug", "info", "warning", "error", "exception", "critical"];
/// What finds something by a string among the keys of a mapping, or compares it.
const KEYED: [&str; 8] =
    ["get", "pop", "setdefault", "startswith", "endswith", "removeprefix", "removesuffix", "split"];
/// Classes whose objects keep what they are given.
const CONTAINERS: [&str; 5] =
    ["builtins.list.", "builtins.set.", "builtins.dict.", "collections.deque.", "collections.OrderedDict."];
/// What has values by their names.
const NAMESPACES: [&str; 8] =
    ["globals", "locals", "vars", "eval", "exec", "methodcaller", "attrgetter", "__getattribute__"];

impl Planner<'_> {
    /// Where the name of a function stands in a string by which the function may be called, or replaced by a double that cannot be awaited.
    pub(super) fn spelled_at(&self, id: FnId, function: &Function) -> Option<String> {
        let is_awaited = self.recolour(id) == Some(Recolour::Coroutine) && self.has_awaited_doubles();
        self.spelled_but(id, function, is_awaited)
    }

    /// The same; a double that can be awaited is one thing more by which the function may be replaced.
    pub(super) fn spelled_or_patched_at(&self, id: FnId, function: &Function) -> Option<String> {
        self.spelled_but(id, function, false)
    }

    fn spelled_but(&self, id: FnId, function: &Function, is_awaited: bool) -> Option<String> {
        let (types, home) = (&self.resolver.types, id.file);
        let spelled = self.ground.texts(self.resolver).get(function.name.as_str())?;
        let libraries = self.libraries_for_loop(id, function);
        let looks_up = types.world().own_files().any(|(file, source)| {
            self.resolver.may_hold(file, home) && self.looks_up(file, &source.facts, &function.name)
        });
        spelled.iter().find_map(|&file| {
            let ast = types.ast(file)?;
            let is_own = |call: &ExprCall| {
                self.runs_own(file, call) || self.only_keeps(file, call) || self.is_of_libraries(file, call, &libraries)
            };
            let followed = |call: &ExprCall| self.followed_patch(file, call).filter(|_| is_awaited);
            let mut finder =
                Finder { name: &function.name, looks_up, is_own: &is_own, followed: &followed, found: None };
            finder.visit_body(&ast.module().body);
            finder.found.map(|range| self.place(file, range))
        })
    }

    /// Whether a call runs code of the program and nothing else.
    fn runs_own(&self, file: FileId, call: &ExprCall) -> bool {
        let targets = self.resolver.targets(file, &call.func);
        let world = self.resolver.types.world();
        !targets.is_empty() && targets.iter().all(|target| target.function.is_some_and(|id| world.is_own(id.file)))
    }

    /// Whether a call is one of a builtin container, which does nothing with what it is given.
    fn only_keeps(&self, file: FileId, call: &ExprCall) -> bool {
        let targets = self.resolver.targets(file, &call.func);
        let mut names = targets.iter().flat_map(|target| &target.names).peekable();
        names.peek().is_some() && names.all(|name| CONTAINERS.iter().any(|class| name.starts_with(class)))
    }

    /// Whether a file may take what it calls from a namespace by a name that it has worked out, and that may be this one.
    fn looks_up(&self, file: FileId, facts: &Facts, name: &str) -> bool {
        let is_computed = |call: &ExprCall| match call.arguments.args.get(1) {
            Some(Expr::StringLiteral(_)) => false,
            Some(asked) => Spelling::of(asked).is_none_or(|spelling| spelling.fits(name)),
            None => true,
        };
        let mut calls = facts.calls.iter();
        calls.any(|call| match call.name.as_str() {
            "getattr" => {
                self.resolver.types.ast(file).and_then(|ast| ast.call(call.range).map(is_computed)) != Some(false)
            }
            name => NAMESPACES.contains(&name),
        }) || facts.loads.iter().any(|load| load.name == "__dict__")
    }
}

/// The last names in the strings of a program that are those of functions, with the files: what to patch, to look up or to export.
pub(super) fn texts(types: &Types) -> FxHashMap<Name, Vec<FileId>> {
    let functions = types.world().own_files().flat_map(|(_, source)| &source.facts.functions);
    let functions: FxHashSet<&str> = functions.map(|function| function.name.as_str()).collect();
    let mut names: FxHashMap<Name, Vec<FileId>> = FxHashMap::default();
    for (file, _) in types.world().own_files() {
        let text = types.text_once(file);
        for (end, _) in text.match_indices(['"', '\'']) {
            let before = &text[..end];
            let start = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
            let is_whole = before[..start].ends_with(['"', '\'', '.', ':']);
            if is_whole && functions.contains(&before[start..]) {
                let files = names.entry(Name::new(&before[start..])).or_default();
                if files.last() != Some(&file) {
                    files.push(file);
                }
            }
        }
    }
    names
}

/// Finds the first string that ends in a name, as the last part of a dotted one, and is not only shown to people. A mere name that is a
/// key, one of several, the value of a variable, compared with something or given to the program's own code is one only in a program
/// that looks up what it calls.
struct Finder<'a> {
    name: &'a str,
    looks_up: bool,
    is_own: &'a dyn Fn(&ExprCall) -> bool,
    /// What a call replaces by a double that can be awaited.
    followed: &'a dyn Fn(&ExprCall) -> Option<TextRange>,
    found: Option<TextRange>,
}

impl<'a> Finder<'a> {
    fn look(&mut self, text: &str, range: TextRange) {
        let is_it = text.strip_suffix(self.name).is_some_and(|rest| rest.is_empty() || rest.ends_with(['.', ':']));
        if is_it && self.found.is_none() {
            self.found = Some(range);
        }
    }

    /// Whether the mere name is an argument of a call that does not call it.
    fn is_data(&self, call: &ExprCall) -> bool {
        let mut values = call.arguments.iter_source_order().map(|argument| argument.value());
        !self.looks_up && values.any(|value| self.is_mere(value)) && (self.is_own)(call)
    }

    /// The name in a call that replaces a function by a double which can be awaited.
    fn followed_name(&self, call: &ExprCall) -> Option<TextRange> {
        let mut texts = call.arguments.args.iter().filter_map(Expr::as_string_literal_expr);
        let is_it = texts.any(|text| text.value.to_str().ends_with(self.name));
        is_it.then(|| (self.followed)(call)).flatten()
    }

    fn is_mere(&self, value: &Expr) -> bool {
        value.as_string_literal_expr().is_some_and(|text| text.value.to_str() == self.name)
    }

    /// A key, or what stands in for one.
    fn visit_key(&mut self, key: &'a Expr) {
        if self.looks_up || !self.is_mere(key) {
            self.visit_expr(key);
        }
    }
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Assign(assign) if assign.targets.iter().any(|target| last(target) == Some("__all__")) => {
                // What is exported has callers elsewhere.
                let looks_up = std::mem::replace(&mut self.looks_up, true);
                walk_stmt(self, stmt);
                self.looks_up = looks_up;
            }
            Stmt::Assign(assign) => {
                assign.targets.iter().for_each(|target| self.visit_expr(target));
                self.visit_key(&assign.value);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) if last(&call.func).is_some_and(|name| SHOWN.contains(&name)) => {
                self.visit_expr(&call.func);
                let arguments = call.arguments.args.iter().filter(|argument| !argument.is_string_literal_expr());
                arguments.for_each(|argument| self.visit_expr(argument));
                call.arguments.keywords.iter().for_each(|keyword| self.visit_keyword(keyword));
            }
            Expr::Call(call) if last(&call.func).is_some_and(|name| KEYED.contains(&name)) || self.is_data(call) => {
                self.visit_expr(&call.func);
                call.arguments.args.iter().for_each(|argument| self.visit_key(argument));
                call.arguments.keywords.iter().for_each(|keyword| self.visit_key(&keyword.value));
            }
            Expr::Call(call) if let Some(name) = self.followed_name(call) => {
                self.visit_expr(&call.func);
                call.arguments
                    .args
                    .iter()
                    .filter(|value| value.range() != name)
                    .for_each(|value| self.visit_expr(value));
                call.arguments.keywords.iter().for_each(|keyword| self.visit_expr(&keyword.value));
            }
            Expr::Dict(dict) => {
                for item in &dict.items {
                    item.key.iter().for_each(|key| self.visit_key(key));
                    self.visit_expr(&item.value);
                }
            }
            Expr::Subscript(subscript) => {
                self.visit_expr(&subscript.value);
                self.visit_key(&subscript.slice);
            }
            Expr::Tuple(ast::ExprTuple { elts, .. })
            | Expr::List(ast::ExprList { elts, .. })
            | Expr::Set(ast::ExprSet { elts, .. }) => elts.iter().for_each(|value| self.visit_key(value)),
            Expr::Compare(compare) => {
                std::iter::once(&*compare.left).chain(&compare.comparators).for_each(|side| self.visit_key(side));
            }
            Expr::StringLiteral(literal) => self.look(literal.value.to_str(), literal.range()),
            _ => walk_expr(self, expr),
        }
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchValue(value) => self.visit_key(&value.value),
            _ => walk_pattern(self, pattern),
        }
    }

    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        if let InterpolatedStringElement::Literal(literal) = element {
            self.look(&literal.value, literal.range());
        }
        walk_interpolated_string_element(self, element);
    }
}
