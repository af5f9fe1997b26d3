//! The classes that hold tests: what they derive from when their tests become coroutine functions.

use ruff_python_ast::{AnyNodeRef, StmtClassDef};
use ruff_text_size::Ranged;

use super::Adaption;
use crate::analysis::{FnId, Lookup};
use crate::catalogue::{Tests, fits};
use crate::plan::decide::Planner;
use crate::plan::family::HARMLESS;
use crate::project::facts::Function;
use crate::project::{Ast, DefId, Mro};

impl Planner<'_> {
    /// The bases that change for a test in a class of the framework; `None` where the classes are not known well enough.
    pub(super) fn rebase(&self, id: FnId, tests: &Tests) -> Option<Vec<Adaption>> {
        let types = &self.resolver.types;
        let world = types.world();
        let class = world.enclosing_class(id)?;
        let (from, to) = (tests.class.as_ref()?, tests.becomes.as_ref()?);
        let mro = types.mro(class);
        if mro.iter().any(|base| base.name == *to) {
            return self.is_plain_class(class, &mro, tests, false).then(Vec::new);
        }
        if self.ground.terms.minimum.is_some_and(|minimum| minimum < tests.since) {
            return None;
        }
        let mut adaptions = Vec::new();
        for base in mro.iter().filter(|base| world.is_own(base.id.file)) {
            let ast = types.ast(base.id.file)?;
            let statement = statement_of(&ast, base.id)?;
            for written in statement
                .bases()
                .iter()
                .filter(|written| types.reference_names(base.id.file, written).iter().any(|name| name == from))
            {
                if !self.family_is_plain(base.id, tests) {
                    return None;
                }
                adaptions.push(Adaption::Refer { file: base.id.file, at: written.range(), to: to.clone() });
            }
        }
        (!adaptions.is_empty()).then_some(adaptions)
    }

    /// Whether a class and all that derive from it may have another base.
    fn family_is_plain(&self, class: DefId, tests: &Tests) -> bool {
        self.own_classes_below(class).iter().all(|below| {
            let mro = self.resolver.types.mro(*below);
            self.is_plain_class(*below, &mro, tests, true)
        })
    }

    /// The classes of the program that derive from one, and that itself.
    fn own_classes_below(&self, class: DefId) -> Vec<DefId> {
        let types = &self.resolver.types;
        let mut found = Vec::new();
        for (file, source) in types.world().own_files() {
            let classes = source.facts.classes.iter().map(|class| DefId { file, start: class.start });
            found.extend(
                classes.filter(|other| *other == class || types.mro(*other).iter().any(|base| base.id == class)),
            );
        }
        found
    }

    /// Whether a class is made of classes of the program and the framework's, and has nothing that would work in another way.
    fn is_plain_class(&self, class: DefId, mro: &Mro, tests: &Tests, is_changed: bool) -> bool {
        let types = &self.resolver.types;
        let world = types.world();
        let Some(ast) = types.ast(class.file) else { return false };
        let Some(statement) = statement_of(&ast, class) else { return false };
        let is_known = |name: &str| {
            let last = name.rsplit('.').next().unwrap_or(name);
            [&tests.class, &tests.becomes].iter().any(|known| known.as_deref() == Some(name))
                || HARMLESS.contains(&last)
        };
        let is_clear = statement.arguments.as_ref().is_none_or(|arguments| arguments.keywords.is_empty())
            && types.class(class).bases.len() >= statement.bases().len()
            && statement.decorator_list.iter().all(|decorator| self.suits_tests(class.file, &decorator.expression));
        is_clear
            && mro.iter().all(|base| world.is_own(base.id.file) || is_known(&base.name))
            && !(is_changed && self.has_lost_tests(class, tests))
            && !(is_changed
                && mro
                    .iter()
                    .filter(|base| world.is_own(base.id.file))
                    .any(|base| tests.alone.iter().any(|name| base.member(name).is_some())))
    }

    /// Whether a class has coroutine functions for tests that never ran so far: what calls them does not await them.
    fn has_lost_tests(&self, class: DefId, tests: &Tests) -> bool {
        let facts = self.resolver.types.facts(class.file);
        facts.functions.iter().any(|function| {
            let own = function.class.and_then(|index| facts.classes.get(index as usize));
            function.is_async
                && own.is_some_and(|own| own.start == class.start)
                && tests.names.iter().any(|pattern| fits(pattern, &function.name))
        })
    }

    /// Whether a method that runs around tests is the only one of its kind in the classes above and below its own.
    pub(super) fn is_only(&self, id: FnId, function: &Function, tests: &Tests) -> bool {
        let types = &self.resolver.types;
        let world = types.world();
        let Some(class) = world.enclosing_class(id) else { return false };
        let Some(renamed) = tests.renames.get(function.name.as_str()) else { return false };
        let mut classes = self.own_classes_below(class);
        classes.extend(types.mro(class).iter().map(|base| base.id).filter(|base| world.is_own(base.file)));
        classes.iter().filter(|other| **other != class).all(|other| {
            let other = types.class(*other);
            other.member(&function.name).is_none() && other.member(renamed).is_none()
        }) && types.class(class).member(renamed).is_none()
    }

    /// Whether the decorators of a test's class take a coroutine function.
    pub(super) fn class_takes(&self, id: FnId) -> Option<bool> {
        let ast = self.resolver.types.ast(id.file)?;
        let Some(class) = self.class_statement(id, &ast) else { return Some(true) };
        Some(class.decorator_list.iter().all(|decorator| self.suits_tests(id.file, &decorator.expression)))
    }

    /// The class whose body has a function.
    pub(super) fn class_statement<'t>(&self, id: FnId, ast: &'t Ast) -> Option<&'t StmtClassDef> {
        let class = self.resolver.types.world().enclosing_class(id)?;
        statement_of(ast, class)
    }
}

fn statement_of(ast: &Ast, class: DefId) -> Option<&StmtClassDef> {
    let at = ruff_text_size::TextRange::empty(class.start);
    ast.path(at).into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtClassDef(statement) if statement.name.start() == class.start => Some(statement),
        _ => None,
    })
}
