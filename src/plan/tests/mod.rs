//! Tests of the program: they change with the functions that they call.
//!
//! A framework calls them, so nothing awaits what they return but the framework itself, which has a way for that. What it takes
//! stands in the catalogue.

mod class;
mod quiet;

pub(super) use quiet::Surroundings;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::convert::Recolour;
use super::decide::Planner;
use crate::analysis::{Callers, FnId, Lookup};
use crate::catalogue::{Tests, fits};
use crate::project::facts::{Function, FunctionKind, MODULE, ParameterKind};
use crate::project::{Ast, FileId, callee_of};

/// What else changes when a test becomes a coroutine function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adaption {
    /// It gets a decorator.
    Mark(String),
    /// Something else is named: its decorator, or a base of its class.
    Refer { file: FileId, at: TextRange, to: String },
    /// It gets another name.
    Rename { at: TextRange, to: String },
}

/// What a framework takes a function for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Role<'a> {
    /// A test, as a method of a class of the framework.
    Method(&'a Tests),
    /// What runs around such tests, and what it is called as a coroutine function.
    Around(&'a Tests, &'a str),
    /// A test that goes by its name.
    Test(&'a Tests),
    /// What makes an argument of tests.
    Fixture(&'a Tests),
}

impl<'a> Planner<'a> {
    /// What a framework for tests takes a function for, if one does.
    pub(super) fn role(&self, id: FnId) -> Option<Role<'a>> {
        let world = self.resolver.types.world();
        let function = world.function(id).filter(|function| function.kind == FunctionKind::Def)?;
        self.resolver.catalogue().tests.iter().find_map(|tests| {
            let is_named = tests.names.iter().any(|pattern| fits(pattern, &function.name));
            if let Some(class) = &tests.class {
                let renamed = tests.renames.get(function.name.as_str()).map(String::as_str);
                if !is_named && renamed.is_none() {
                    return None;
                }
                let own = world.enclosing_class(id)?;
                let is_it = self.resolver.types.mro(own).iter().any(|base| base.name == *class);
                return is_it.then(|| renamed.map_or(Role::Method(tests), |name| Role::Around(tests, name)));
            }
            let is_fixture = tests.fixture.as_ref().is_some_and(|fixture| {
                self.decorators(id, function).any(|decorator| decorator.as_deref() == Some(fixture))
            });
            if is_fixture {
                return Some(Role::Fixture(tests));
            }
            let path = &world.file(id.file)?.display;
            let file = path.rsplit('/').next().unwrap_or(path);
            let is_test = is_named
                && function.parent == MODULE
                && tests.files.iter().any(|pattern| fits(pattern, file))
                && self.is_in_plain_class(id, tests);
            is_test.then_some(Role::Test(tests))
        })
    }

    /// Whether a function is in no class, or in one of the program alone that a framework looks into.
    fn is_in_plain_class(&self, id: FnId, tests: &Tests) -> bool {
        let types = &self.resolver.types;
        let Some(class) = types.world().enclosing_class(id) else { return true };
        let facts = types.facts(id.file);
        let written = facts.class_at(class.start).and_then(|index| facts.classes.get(index as usize));
        written.is_some_and(|written| {
            written.outer.is_none()
                && written.bases.is_empty()
                && written.function == MODULE
                && !written.members.contains_key("__init__")
                && tests.classes.iter().any(|pattern| fits(pattern, &written.name))
        })
    }

    /// Why a test cannot become a coroutine function, if so.
    pub(super) fn may_follow(&self, id: FnId, role: Role<'_>, callers: &Callers) -> Result<(), String> {
        let types = &self.resolver.types;
        let (Some(function), Some(def)) = (types.world().function(id), types.world().def_of(id)) else {
            return Err("the function is gone".to_owned());
        };
        let name = || self.name(id);
        if function.is_async || function.is_property {
            return Err(format!("`{}` is no plain test", name()));
        }
        if !callers.edges.is_empty() || callers.are_of_loop() || self.named_at(id, callers, function, def).is_some() {
            return Err(format!("`{}` is a test that the program calls itself", name()));
        }
        if matches!(role, Role::Fixture(_)) && self.spelled_at(id, function).is_some() {
            return Err(format!("`{}` may be asked for by its name while a test runs", name()));
        }
        if let Some(reason) = self.foreign(id) {
            return Err(reason);
        }
        if self.adaptions(id, role).is_none() {
            return Err(format!("`{}` is a test whose decorators or class may not take a coroutine function", name()));
        }
        if let Role::Test(tests) | Role::Fixture(tests) = role {
            if !self.is_marked(tests) {
                let mark = tests.mark.as_deref().unwrap_or_default();
                return Err(format!("`{}` calls it, and no test of the program is marked with `{mark}`", name()));
            }
            if let Some(argument) = self.unknown_argument(id, function, tests) {
                return Err(format!("`{}` is a test with an argument of which nothing is known: `{argument}`", name()));
            }
        }
        if let Some(text) = self.doubles().replaced.iter().find(|text| self.is_of_loops(text)) {
            return Err(format!("tests replace `{text}`, which a loop uses itself"));
        }
        if self.asks_for_loops() {
            return Err(
                "the program asks for a loop where none runs, which tests with their own loops would take away"
                    .to_owned(),
            );
        }
        let site = self.ground.analysis.sites.iter().find(|site| site.function == id);
        if let Some(site) = site {
            let place = self.place(site.file, site.range);
            return Err(format!("`{}` is a test that blocks in another way as well ({place})", name()));
        }
        match self.noise(id) {
            Some(what) => Err(format!("`{}` is a test that uses `{what}`, which may start a loop or mind one", name())),
            None => Ok(()),
        }
    }

    /// What changes with a test; `None` where something is in the way.
    pub(super) fn adaptions(&self, id: FnId, role: Role<'_>) -> Option<Vec<Adaption>> {
        let types = &self.resolver.types;
        let function = types.world().function(id)?;
        let ast = types.ast(id.file)?;
        let def = ast.def(function.range)?;
        let mut adaptions = Vec::new();
        let recolour = self.recolour(id)?;
        match role {
            Role::Fixture(tests) => {
                let [decorator] = &def.decorator_list[..] else { return None };
                adaptions.push(self.refixture(id.file, &decorator.expression, tests)?);
                return (recolour != Recolour::Manager).then_some(adaptions);
            }
            _ if recolour != Recolour::Coroutine => return None,
            Role::Test(tests) => {
                if !self.class_takes(id)? {
                    return None;
                }
                if !self.has_mark(id, &ast, tests) {
                    adaptions.push(Adaption::Mark(tests.mark.clone()?));
                }
            }
            Role::Around(tests, name) => {
                if !self.is_only(id, function, tests) || mentions_super(def) || !def.decorator_list.is_empty() {
                    return None;
                }
                adaptions.push(Adaption::Rename { at: def.name.range(), to: name.to_owned() });
                adaptions.extend(self.rebase(id, tests)?);
            }
            Role::Method(tests) => adaptions.extend(self.rebase(id, tests)?),
        }
        Some(adaptions)
    }

    /// Whether a decorator takes a coroutine function as it takes another one, as far as tests go.
    pub(super) fn suits_tests(&self, file: FileId, decorator: &Expr) -> bool {
        let Some(name) = self.written_name(file, callee_of(decorator)) else { return false };
        let tests = &self.resolver.catalogue().tests;
        let is_it = |tests: &Tests| {
            tests.decorators.iter().any(|pattern| fits(pattern, &name))
                || [&tests.fixture, &tests.mark].iter().any(|known| known.as_ref() == Some(&name))
        };
        tests.iter().any(is_it)
    }

    /// The names of a function's decorators, as far as its file's imports say.
    fn decorators(&self, id: FnId, function: &Function) -> impl Iterator<Item = Option<String>> {
        let ast = self.resolver.types.ast(id.file);
        function.decorators.iter().map(move |range| {
            let decorator = ast.as_ref()?.expression(*range)?;
            self.written_name(id.file, callee_of(decorator))
        })
    }

    /// The qualified name of a dotted one by what its file imports, whether or not that is installed.
    pub(super) fn written_name(&self, file: FileId, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Attribute(attribute) => {
                Some(format!("{}.{}", self.written_name(file, &attribute.value)?, attribute.attr))
            }
            Expr::Name(name) => {
                let facts = self.resolver.types.facts(file);
                let mut imports = facts.imports.iter().filter(|import| import.bound == name.id);
                let (import, others) = (imports.next()?, imports.next());
                let is_bound = facts.bindings.iter().any(|binding| binding.target == name.id)
                    || facts.functions.iter().any(|function| function.name == name.id && function.class.is_none());
                if import.level > 0 || others.is_some() || is_bound {
                    return None;
                }
                // `import a.b` binds `a`.
                let is_first = import.module.split('.').next() == Some(name.id.as_str());
                Some(match &import.name {
                    Some(member) => format!("{}.{member}", import.module),
                    None if is_first => name.id.to_string(),
                    None => import.module.to_string(),
                })
            }
            _ => None,
        }
    }

    /// Whether a program has tests that are coroutine functions and run.
    fn is_marked(&self, tests: &Tests) -> bool {
        let Some(mark) = &tests.mark else { return true };
        *self.ground.marked.get_or_init(|| {
            let mut files = self.resolver.types.world().own_files().filter(|(file, _)| self.is_for_tests(*file));
            files.any(|(file, source)| {
                let coroutines = (0..).zip(&source.facts.functions).filter(|(_, function)| function.is_async);
                let mut decorated = coroutines.map(|(index, function)| (FnId { file, index }, function));
                self.marks_all(file, mark, tests)
                    || decorated
                        .any(|(id, function)| self.decorators(id, function).any(|name| name.as_ref() == Some(mark)))
            })
        })
    }

    /// Whether a file marks all of its tests.
    fn marks_all(&self, file: FileId, mark: &str, tests: &Tests) -> bool {
        let types = &self.resolver.types;
        let facts = types.facts(file);
        let is_it = |name: &str| tests.module_mark.as_deref() == Some(name);
        let mut all = facts.bindings.iter().filter(|own| own.function == MODULE && is_it(&own.target)).peekable();
        if all.peek().is_none() {
            return false;
        }
        let Some(ast) = types.ast(file) else { return false };
        all.filter_map(|own| ast.expression(own.value)).any(|value| self.is_mark(file, value, mark))
    }

    fn is_mark(&self, file: FileId, value: &Expr, mark: &str) -> bool {
        match value {
            Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                elts.iter().any(|element| self.is_mark(file, element, mark))
            }
            Expr::Call(call) => self.is_mark(file, &call.func, mark),
            value => self.written_name(file, value).as_deref() == Some(mark),
        }
    }

    /// Whether a test is marked already, by its file or its class.
    fn has_mark(&self, id: FnId, ast: &Ast, tests: &Tests) -> bool {
        let Some(mark) = &tests.mark else { return true };
        let class = self.class_statement(id, ast);
        let mut decorators = class.into_iter().flat_map(|class| &class.decorator_list);
        self.marks_all(id.file, mark, tests)
            || decorators.any(|decorator| self.is_mark(id.file, &decorator.expression, mark))
    }

    /// The decorator of what makes an argument of tests, if it makes one for each test.
    fn refixture(&self, file: FileId, decorator: &Expr, tests: &Tests) -> Option<Adaption> {
        let callee = match decorator {
            Expr::Call(call) => {
                let is_known = |name: &ast::Identifier| tests.fixture_arguments.iter().any(|own| own == name.as_str());
                let is_plain = |keyword: &ast::Keyword| keyword.arg.as_ref().is_some_and(is_known);
                if !call.arguments.args.is_empty() || !call.arguments.keywords.iter().all(is_plain) {
                    return None;
                }
                &*call.func
            }
            other => other,
        };
        Some(Adaption::Refer { file, at: callee.range(), to: tests.awaited_fixture.clone()? })
    }

    /// An argument of a test, or of what makes one, that nothing known makes.
    fn unknown_argument(&self, id: FnId, function: &Function, tests: &Tests) -> Option<String> {
        let mut open = vec![(id, function)];
        let mut seen: FxHashSet<FnId> = FxHashSet::default();
        let world = self.resolver.types.world();
        let mut is_first = true;
        while let Some((id, function)) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if !is_first && let Some(noise) = self.noise(id) {
                return Some(noise);
            }
            is_first = false;
            let Some(given) = self.given(id, function, tests) else { return Some(function.name.to_string()) };
            let parameters = function.parameters.iter().skip(function.receivers());
            for parameter in parameters {
                let name = parameter.name.as_str();
                if given.iter().any(|given| given == name) || tests.arguments.iter().any(|known| known == name) {
                    continue;
                }
                let makers: Vec<_> = if parameter.kind == ParameterKind::Variadic {
                    Vec::new()
                } else {
                    self.argument_makers(id.file, name).collect()
                };
                if makers.is_empty() {
                    return Some(name.to_owned());
                }
                open.extend(makers.into_iter().filter_map(|maker| Some((maker, world.function(maker)?))));
            }
        }
        None
    }

    /// The functions that make an argument of tests in a file.
    fn argument_makers(&self, near: FileId, name: &str) -> impl Iterator<Item = FnId> {
        let world = self.resolver.types.world();
        let files = world.own_files().filter(move |(file, _)| *file == near || self.is_for_tests(*file));
        files.flat_map(move |(file, source)| {
            let named = (0..).zip(&source.facts.functions).filter(move |(_, function)| function.name == name);
            let ids = named.map(move |(index, _)| FnId { file, index });
            ids.filter(|id| matches!(self.role(*id), Some(Role::Fixture(_)))).collect::<Vec<_>>()
        })
    }

    /// The parameters of a test that its decorators give: doubles go to the first ones.
    fn given(&self, id: FnId, function: &Function, tests: &Tests) -> Option<Vec<String>> {
        let ast = self.resolver.types.ast(id.file)?;
        let mut given = Vec::new();
        let mut doubles = 0;
        for range in &function.decorators {
            let Some(Expr::Call(call)) = ast.expression(*range) else { continue };
            let name = self.written_name(id.file, &call.func);
            if name.is_some() && name == tests.gives {
                given.extend(call.arguments.args.first().into_iter().flat_map(names_in));
            }
            doubles += usize::from(self.makes_double(id.file, call).is_some());
        }
        let first = function.parameters.iter().skip(function.receivers()).take(doubles);
        given.extend(first.map(|parameter| parameter.name.to_string()));
        Some(given)
    }
}

/// The names that a decorator gives values: `"a, b"`, `["a", "b"]`.
fn names_in(argument: &Expr) -> Vec<String> {
    match argument {
        Expr::StringLiteral(text) => text.value.to_str().split(',').map(|name| name.trim().to_owned()).collect(),
        Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
            elts.iter().flat_map(names_in).collect()
        }
        _ => Vec::new(),
    }
}

fn mentions_super(def: &ast::StmtFunctionDef) -> bool {
    ruff_python_ast::helpers::any_over_body(
        &def.body,
        &mut |expr: &Expr| matches!(expr, Expr::Name(name) if name.id.as_str() == "super"),
    )
}
