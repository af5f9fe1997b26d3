//! What a program does with a lock.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Taking;
use super::instant::Instants;
use super::lock::{Home, Lock};
use crate::analysis::resolve::Resolver;
use crate::project::facts::MODULE;
use crate::project::{Ast, FileId, last};

/// Where the names of locks are read.
pub(super) struct Mentions {
    by_name: FxHashMap<Name, Vec<(FileId, TextRange)>>,
    /// The names of properties: what reads an attribute of such a name may run a function.
    properties: FxHashSet<Name>,
}

impl Mentions {
    pub(super) fn collect<'l>(resolver: &Resolver<'_>, names: impl Iterator<Item = &'l Name>) -> Self {
        let mut by_name: FxHashMap<Name, Vec<(FileId, TextRange)>> =
            names.map(|name| (name.clone(), Vec::new())).collect();
        let mut properties = FxHashSet::default();
        for (file, source) in resolver.types.world().own_files() {
            for load in &source.facts.loads {
                if let Some(found) = by_name.get_mut(&load.name) {
                    found.push((file, load.range));
                }
            }
            let own = source.facts.functions.iter().filter(|function| function.is_property);
            properties.extend(own.map(|function| function.name.clone()));
        }
        Self { by_name, properties }
    }

    /// What else is taken while a lock is held, if all that is done then is instant. `all` are the places where locks are taken.
    pub(super) fn held_over(
        &self,
        resolver: &Resolver<'_>,
        lock: &Lock,
        all: &FxHashSet<Taking>,
    ) -> Option<Vec<Taking>> {
        if self.is_renamed(resolver, lock) {
            return None;
        }
        let mut instants = Instants::new(resolver, &self.properties, all);
        for &(file, range) in self.by_name.get(&lock.name)? {
            let ast = resolver.types.ast(file)?;
            if !is_it(resolver, lock, file, ast.expression(range)?) {
                continue;
            }
            let path = ast.path(range);
            let mut around = path.iter().rev().filter(|node| node.range() != range || node.is_with_item());
            let is_instant = match around.next()? {
                AnyNodeRef::WithItem(_) => instants.with(file, with_around(&path)?, range),
                AnyNodeRef::StmtWith(with) => instants.with(file, with, range),
                AnyNodeRef::ExprAttribute(method) => match around.next() {
                    Some(AnyNodeRef::ExprCall(call)) if call.func.range() == method.range() => {
                        let until = lock.until(resolver, &method.attr);
                        until.is_none_or(|until| is_given_back(&mut instants, lock, file, &ast, call, until))
                    }
                    _ => false,
                },
                _ => false,
            };
            is_instant.then_some(())?;
        }
        Some(instants.taken)
    }

    /// Whether a module gets at a lock by another name.
    fn is_renamed(&self, resolver: &Resolver<'_>, lock: &Lock) -> bool {
        let world = resolver.types.world();
        matches!(lock.home, Home::Module(_))
            && resolver.index().importers(&lock.name).iter().any(|file| {
                let imports = world.file(*file).map_or(&[][..], |source| &source.facts.imports);
                imports.iter().any(|import| import.name.as_ref() == Some(&lock.name) && import.bound != lock.name)
            })
    }
}

/// Whether the function that takes a lock gives it back, by a method, and all in between is instant.
fn is_given_back(
    instants: &mut Instants<'_, '_>,
    lock: &Lock,
    file: FileId,
    ast: &Ast,
    call: &ast::ExprCall,
    until: &str,
) -> bool {
    let facts = instants.resolver.types.facts(file);
    let index = facts.enclosing(call.start());
    let function = facts.functions.get(index as usize).filter(|_| index != MODULE);
    let Some(def) = function.and_then(|function| ast.def(function.range)) else { return false };
    let is_its = |range: &TextRange| {
        let object = ast.call(*range).and_then(|call| Some(&*call.func.as_attribute_expr()?.value));
        object.is_some_and(|object| {
            last(object) == Some(lock.name.as_str()) && is_it(instants.resolver, lock, file, object)
        })
    };
    let calls = facts.calls.iter().filter(|call| call.name.as_str() == until && def.range().contains_range(call.range));
    let released = calls.map(|call| call.range).filter(is_its).map(|range| range.start()).max();
    released.is_some_and(|released| {
        released >= call.end() && instants.body(file, &def.body, TextRange::new(call.end(), released))
    })
}

/// Whether an expression that ends in the name of a lock may be it.
fn is_it(resolver: &Resolver<'_>, lock: &Lock, file: FileId, expr: &Expr) -> bool {
    match (expr, lock.home) {
        (Expr::Attribute(attribute), home) => lock.may_be_of(resolver, file, &attribute.value, home),
        (Expr::Name(name), Home::Module(home)) if file != home => {
            let homes = resolver.types.bindings(file, name);
            homes.iter().any(|id| id.file == home) || homes.is_empty() && resolver.sees(file, home)
        }
        (Expr::Name(_), Home::Module(_)) => true,
        (Expr::Name(_), Home::Function(home)) => {
            let facts = resolver.types.facts(file);
            let around = facts.functions.get(home.index as usize).map(|function| function.range);
            file == home.file && around.is_some_and(|around| around.contains_range(expr.range()))
        }
        (Expr::Name(name), Home::Class(class)) => {
            let around = resolver.types.facts(file).enclosing(name.start());
            file == class.file && around == MODULE
        }
        _ => false,
    }
}

fn with_around<'a>(path: &[AnyNodeRef<'a>]) -> Option<&'a ast::StmtWith> {
    path.iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtWith(with) => Some(*with),
        _ => None,
    })
}
