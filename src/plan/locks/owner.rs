//! Who has the places that a lock is about, as a function names them: its own object, or one that it finds under a name and its
//! attributes, like `CACHE` or `self.store`.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Home;
use crate::analysis::{FnId, Lookup};
use crate::plan::decide::Planner;
use crate::plan::scope::Scope;
use crate::project::facts::{Binding, Class, Facts, MODULE};
use crate::project::{Ast, DefId, FileId, dotted};

/// What makes an object.
const INIT: &str = "__init__";

/// Who has a place that a function touches, what the function names that by, and what the place is called there.
pub(super) struct Owned {
    pub home: Home,
    /// Nothing for a variable of the module.
    pub owner: Option<String>,
    pub name: String,
}

impl Planner<'_> {
    pub(super) fn owned(&self, function: FnId, place: &str) -> Option<Owned> {
        if let Some((home, name)) = self.home_of(function, place) {
            let owner = self.owner_in(&home, function)?;
            return Some(Owned { home: self.home_with(home, &name), owner, name });
        }
        let (owner, name) = place.rsplit_once('.')?;
        let home = self.home_with(self.home_named(function, owner)?, name);
        Some(Owned { home, owner: Some(owner.to_owned()), name: name.to_owned() })
    }

    /// The class, of this one and those above it, that makes an attribute.
    fn home_with(&self, home: Home, name: &str) -> Home {
        let types = &self.resolver.types;
        let (start, make): (_, fn(FileId, TextSize) -> Home) = match home {
            Home::Class(_, start) => (start, Home::Class),
            Home::Static(_, start) => (start, Home::Static),
            _ => return home,
        };
        let mro = types.mro(DefId { file: home.file(), start });
        let above = mro.iter().map(|base| make(base.id.file, base.id.start));
        let mut own = above.filter(|other| types.world().is_own(other.file()));
        own.find(|other| self.is_maker(other, name)).unwrap_or(home)
    }

    fn is_maker(&self, home: &Home, name: &str) -> bool {
        let facts = self.resolver.types.facts(home.file());
        let Some(class) = home.class(&facts) else { return false };
        let init = class.members.get(INIT).copied().flatten();
        class.members.contains_key(name)
            || facts.bindings.iter().any(|binding| Some(binding.function) == init && binding.target == *name)
    }

    /// Who a function finds under dotted names: an object of a class of the program, or the class.
    fn home_named(&self, function: FnId, owner: &str) -> Option<Home> {
        let types = &self.resolver.types;
        let ast = types.ast(function.file)?;
        let own = types.world().function(function)?;
        let mut finder = Finder { owner, found: None };
        finder.visit_body(&ast.def(own.range)?.body);
        if let Some(found) = finder.found {
            return self.only_home(function.file, found);
        }
        // It is named further down, by what the function calls.
        let (object, name) = owner.rsplit_once('.')?;
        let is_receiver = own.parameters.first().is_some_and(|first| first.name == object);
        let enclosing = || types.world().enclosing_class(function).filter(|_| is_receiver);
        let enclosing = || enclosing().map(|class| Home::Class(class.file, class.start));
        let home = self.home_named(function, object).or_else(enclosing)?;
        // It is named where its own methods are.
        let facts = types.facts(home.file());
        let ast = types.ast(home.file())?;
        facts.loads.iter().filter(|load| load.attribute && load.name == name).find_map(|load| {
            let found = ast.expression(load.range)?;
            let is_its = self.only_home(home.file(), &found.as_attribute_expr()?.value).as_ref() == Some(&home);
            is_its.then(|| self.only_home(home.file(), found)).flatten()
        })
    }

    /// Who an expression is, if it can be an object of one class of the program alone, or that class.
    fn only_home(&self, file: FileId, expr: &Expr) -> Option<Home> {
        let [shape] = &self.resolver.shapes(file, expr)[..] else { return None };
        Home::of(shape).filter(|home| self.resolver.types.world().is_own(home.file()))
    }

    /// Whether a function finds the same object under dotted names wherever it is in a range, whatever others do meanwhile.
    pub(super) fn stays(&self, function: FnId, owner: &str, range: TextRange) -> bool {
        let types = &self.resolver.types;
        let mut parts = owner.split('.');
        let Some(root) = parts.next() else { return false };
        let Some(ast) = types.ast(function.file) else { return false };
        let Some(def) = types.world().function(function).and_then(|info| ast.def(info.range)) else { return false };
        let is_bound_there = Scope::of(def).bound.iter().any(|(name, at)| name == root && at.end() > range.start());
        !is_bound_there
            && (!self.is_variable_in(function, root) || self.is_bound_once(function.file, root))
            && parts.all(|attribute| self.is_set_by_makers(attribute))
    }

    /// Whether a variable of a module, or what it imports, is bound by the module alone, in one place.
    fn is_bound_once(&self, file: FileId, name: &str) -> bool {
        let types = &self.resolver.types;
        let facts = types.facts(file);
        if let Some(import) = facts.imports.iter().find(|import| import.bound == name) {
            let source = import.name.as_deref().filter(|original| *original == name);
            return source.is_some_and(|name| {
                let mut own = types.world().own_files().filter(|(_, source)| binds(&source.facts, name));
                own.all(|(other, _)| self.is_bound_once_in(other, name))
            });
        }
        self.is_bound_once_in(file, name)
    }

    fn is_bound_once_in(&self, file: FileId, name: &str) -> bool {
        let types = &self.resolver.types;
        let (facts, Some(ast)) = (types.facts(file), types.ast(file)) else { return false };
        let declares = |binding: &Binding| {
            let own = facts.functions.get(binding.function as usize);
            let def = own.and_then(|own| ast.def(own.range));
            def.is_none_or(|def| Scope::of(def).declared.iter().any(|declared| declared == name))
        };
        let mut bound = facts.bindings.iter().filter(|binding| binding.target == *name);
        let classes = facts.classes.iter().filter(|class| is_of_module(class, name));
        bound.clone().filter(|binding| binding.function == MODULE).count() + classes.count() == 1
            && bound.all(|binding| binding.function == MODULE || !declares(binding))
    }

    /// Whether all that sets an attribute of this name makes the object that has it.
    fn is_set_by_makers(&self, name: &str) -> bool {
        let types = &self.resolver.types;
        types.world().own_files().all(|(file, source)| {
            let facts = &source.facts;
            let others = facts.bindings.iter().filter(|binding| {
                let own = facts.functions.get(binding.function as usize);
                binding.target == *name && own.is_none_or(|own| own.name != INIT)
            });
            let mut others = others.peekable();
            if others.peek().is_none() {
                return true;
            }
            types.ast(file).is_some_and(|ast| !others.any(|binding| sets_attribute(&ast, binding.value, name)))
        })
    }
}

fn binds(facts: &Facts, name: &str) -> bool {
    facts.bindings.iter().any(|binding| binding.function == MODULE && binding.target == *name)
        || facts.classes.iter().any(|class| is_of_module(class, name))
}

fn is_of_module(class: &Class, name: &str) -> bool {
    class.function == MODULE && class.outer.is_none() && class.name == *name
}

/// Whether the statement around a value sets an attribute.
fn sets_attribute(ast: &Ast, value: TextRange, name: &str) -> bool {
    let is_it = |target: &Expr| target.as_attribute_expr().is_some_and(|attribute| attribute.attr.as_str() == name);
    let path = ast.path(value);
    let statement = path.iter().rev().find(|node| node.is_statement());
    match statement {
        Some(AnyNodeRef::StmtAssign(assign)) => assign.targets.iter().any(|target| match target {
            Expr::Tuple(tuple) => tuple.elts.iter().any(is_it),
            target => is_it(target),
        }),
        Some(AnyNodeRef::StmtAnnAssign(assign)) => is_it(&assign.target),
        Some(AnyNodeRef::StmtAugAssign(assign)) => is_it(&assign.target),
        _ => true,
    }
}

/// Finds an expression that spells dotted names.
struct Finder<'a> {
    owner: &'a str,
    found: Option<&'a Expr>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.found.is_none() && dotted(expr).is_some_and(|names| names == self.owner) {
            self.found = Some(expr);
        }
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_names_are_found_as_they_are_spelled() {
        let module = ruff_python_parser::parse_module("self.store.put(key, CACHE)").expect("it parses").into_syntax();
        let found = |owner: &str| {
            let mut finder = Finder { owner, found: None };
            finder.visit_body(&module.body);
            finder.found.map(Ranged::range)
        };
        assert_eq!(found("self.store"), Some(TextRange::new(0.into(), 10.into())));
        assert_eq!(found("CACHE"), Some(TextRange::new(20.into(), 25.into())));
        assert_eq!(found("store"), None);
    }
}
