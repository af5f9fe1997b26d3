//! Where a lock is kept.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::analysis::index::{FnId, Lookup};
use crate::analysis::resolve::{Resolver, argument};
use crate::analysis::sites::Site;
use crate::project::facts::{CallForm, MODULE};
use crate::project::{Ast, DefId, FileId, Shape};

/// A lock of the program, by the place where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Lock {
    pub home: Home,
    pub name: Name,
    /// Its class, qualified.
    pub class: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Home {
    /// The class, or each instance of it and of what derives from it, has one.
    Class(DefId),
    Module(FileId),
    /// It is a variable of a function, and of those inside.
    Function(FnId),
}

impl Home {
    pub(super) fn file(self) -> FileId {
        match self {
            Self::Class(class) => class.file,
            Self::Module(file) => file,
            Self::Function(function) => function.file,
        }
    }
}

impl Lock {
    /// The lock that a site takes, if it is a variable or an attribute that the program puts a new lock into and nothing else.
    pub(super) fn of(resolver: &Resolver<'_>, site: &Site) -> Option<Self> {
        let ast = resolver.types.ast(site.file)?;
        let object = match site.form {
            CallForm::Call => &*ast.call(site.range)?.func.as_attribute_expr()?.value,
            _ => ast.expression(site.range)?,
        };
        let class = resolver.catalogue().apis[site.api as usize].name.rsplit_once('.')?.0.to_owned();
        let (home, name) = match object {
            Expr::Attribute(attribute) => (owner(resolver, site.file, attribute)?, attribute.attr.id.clone()),
            Expr::Name(name) => (scope(resolver, site.file, name)?, name.id.clone()),
            _ => return None,
        };
        let lock = Self { home, name, class };
        lock.is_only_made(resolver).then_some(lock)
    }

    /// The method that gives it back once `method` has taken it.
    pub(super) fn until<'c>(&self, resolver: &'c Resolver<'_>, method: &str) -> Option<&'c str> {
        let catalogue = resolver.catalogue();
        let mut apis = catalogue.apis_named(&format!("{}.{method}", self.class)).iter();
        apis.find_map(|api| catalogue.apis[*api as usize].until.as_deref())
    }

    /// Whether all that is bound to it is a lock that is made right there.
    fn is_only_made(&self, resolver: &Resolver<'_>) -> bool {
        let world = resolver.types.world();
        let mut is_made = false;
        for &posting in resolver.index().bindings_to(&self.name) {
            let (file, Some(binding)) = (posting.0, world.binding_at(posting)) else { return false };
            let Some(ast) = resolver.types.ast(file) else { return false };
            if !self.may_be_bound(resolver, &ast, file, binding.value) {
                continue;
            }
            if !ast.expression(binding.value).is_some_and(|value| self.is_new(resolver, file, value)) {
                return false;
            }
            is_made = true;
        }
        is_made
    }

    /// Whether the value at `range` may be bound to it.
    fn may_be_bound(&self, resolver: &Resolver<'_>, ast: &Ast, file: FileId, range: TextRange) -> bool {
        let path = ast.path(range);
        let target = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtAssign(assign) if assign.targets.len() == 1 => assign.targets.first(),
            AnyNodeRef::StmtAnnAssign(assign) => Some(&*assign.target),
            _ => None,
        });
        let in_class = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtFunctionDef(_) => Some(None),
            AnyNodeRef::StmtClassDef(def) => Some(Some(DefId { file, start: def.name.start() })),
            _ => None,
        });
        match (target, self.home) {
            (Some(Expr::Attribute(attribute)), home) => self.may_be_of(resolver, file, &attribute.value, home),
            (Some(Expr::Name(_)), Home::Class(class)) => {
                in_class.flatten().is_some_and(|own| resolver.derives(own, class) || resolver.derives(class, own))
            }
            (Some(Expr::Name(_)), Home::Module(home)) => home == file && in_class.flatten().is_none(),
            (Some(Expr::Name(_)), Home::Function(home)) => {
                let around = resolver.types.facts(file).functions.get(home.index as usize).map(|info| info.range);
                home.file == file && around.is_some_and(|around| around.contains_range(range))
            }
            // Something is unpacked, iterated or stored in it.
            (_, home) => file == home.file() || resolver.may_hold(file, home.file()),
        }
    }

    /// Whether the attribute of `owner` that has its name may be it.
    pub(super) fn may_be_of(&self, resolver: &Resolver<'_>, file: FileId, owner: &Expr, home: Home) -> bool {
        let is_near = file == home.file() || resolver.may_hold(file, home.file()) || resolver.sees(file, home.file());
        if !is_near {
            return false;
        }
        let shapes = resolver.shapes(file, owner);
        match home {
            Home::Class(own) => {
                shapes.is_empty()
                    || shapes.iter().any(|shape| match shape {
                        Shape::Instance(class) | Shape::Class(class) => {
                            resolver.derives(*class, own) || resolver.derives(own, *class)
                        }
                        _ => false,
                    })
            }
            Home::Module(_) => shapes.is_empty() || shapes.iter().any(|shape| matches!(shape, Shape::Module(_))),
            Home::Function(_) => false,
        }
    }

    /// Whether a value is a new lock, or a field of a data class that gets one.
    fn is_new(&self, resolver: &Resolver<'_>, file: FileId, value: &Expr) -> bool {
        let Expr::Call(call) = value else { return false };
        let is_class = |expr: &Expr| resolver.types.reference_names(file, expr).contains(&self.class);
        let makes = resolver.targets(file, &call.func).iter().any(|target| target.names.contains(&self.class));
        makes || is_class(&call.func) || argument(call, "default_factory", None).is_some_and(is_class)
    }
}

/// The class of the program that has an attribute.
fn owner(resolver: &Resolver<'_>, file: FileId, attribute: &ast::ExprAttribute) -> Option<Home> {
    let shapes = resolver.shapes(file, &attribute.value);
    let [Shape::Instance(class) | Shape::Class(class)] = shapes[..] else { return None };
    let mro = resolver.types.mro(class);
    let own = mro.iter().rev().filter(|base| resolver.types.world().is_own(base.id.file));
    let has_it = |class: DefId| {
        let facts = resolver.types.facts(class.file);
        let range = facts.class_at(class.start).and_then(|index| facts.classes.get(index as usize))?.range;
        let mut bound = facts.bindings.iter().filter(|binding| binding.target == attribute.attr.id);
        bound.any(|binding| range.contains_range(binding.value)).then_some(Home::Class(class))
    };
    own.map(|base| base.id).find_map(has_it)
}

/// Whose variable a name is.
fn scope(resolver: &Resolver<'_>, file: FileId, name: &ast::ExprName) -> Option<Home> {
    let facts = resolver.types.facts(file);
    let mut index = facts.enclosing(name.start());
    while index != MODULE {
        let function = facts.functions.get(index as usize)?;
        if function.parameter(&name.id).is_some() {
            return None;
        }
        if facts.bindings.iter().any(|binding| binding.function == index && binding.target == name.id) {
            return Some(Home::Function(FnId { file, index }));
        }
        index = function.parent;
    }
    if facts.bindings.iter().any(|binding| binding.function == MODULE && binding.target == name.id) {
        return Some(Home::Module(file));
    }
    let homes = resolver.types.bindings(file, name);
    let [home] = homes[..] else { return None };
    (home.file != file && resolver.types.world().is_own(home.file)).then_some(Home::Module(home.file))
}
