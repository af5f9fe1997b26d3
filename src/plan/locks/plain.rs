//! Classes whose instances are plain objects, which keep one more attribute to themselves.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, Stmt, StmtClassDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::plan::decide::Planner;
use crate::plan::family::HARMLESS;
use crate::project::facts::{Class, Facts, MODULE};
use crate::project::{Ast, DefId, FileId, Shape, last};

/// With one of these a class has its own way with attributes.
const SPECIAL: [&str; 8] = [
    "__slots__",
    "__getattr__",
    "__getattribute__",
    "__setattr__",
    "__getstate__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];
/// What goes through all attributes, or fields, of an object, or makes one without them.
const VIEWERS: [&str; 5] = ["vars", "dir", "getmembers", "fields", "__new__"];
/// The same, of what it has in it as well.
const DEEP_VIEWERS: [&str; 2] = ["asdict", "astuple"];
/// What a class makes its instances with.
const INIT: &str = "__init__";

impl Planner<'_> {
    /// Whether instances of a class, and of those derived from it, are plain objects that keep one more attribute to themselves.
    pub(super) fn is_simple_class(&self, file: FileId, class: &Class) -> bool {
        let world = self.resolver.types.world();
        let id = DefId { file, start: class.start };
        let derived = self.resolver.index().with_subclasses(&class.name);
        let classes = |(other, facts): (FileId, &Facts)| {
            let mut below = facts.classes.iter().filter(|heir| heir.name != class.name && derived.contains(&heir.name));
            below.all(|heir| !is_special(heir) && self.is_made_like_base(other, heir))
        };
        class.function == MODULE
            && class.outer.is_none()
            && !is_special(class)
            && self.has_plain_bases(id)
            && world.own_files().all(|(other, source)| classes((other, &source.facts)))
            && !world.own_files().any(|(other, source)| self.looks_through(other, &source.facts, id))
    }

    /// Whether a file may go through all attributes of instances of a class, or copy them.
    fn looks_through(&self, file: FileId, facts: &Facts, class: DefId) -> bool {
        let copies = &self.resolver.catalogue().copies;
        let is_near = file == class.file || self.resolver.may_hold(file, class.file);
        let mut imports = facts.imports.iter();
        let mut calls = facts.calls.iter();
        is_near
            && (imports.any(|import| {
                copies.contains(import.module.split('.').next().unwrap_or_default())
                    || import.bound == "ProcessPoolExecutor"
            }) || calls.any(|call| match call.name.as_str() {
                "ProcessPoolExecutor" => true,
                name if DEEP_VIEWERS.contains(&name) => true,
                name => VIEWERS.contains(&name) && !self.is_about_another(file, call.range, class),
            }) || facts
                .loads
                .iter()
                .any(|load| load.name == "__dict__" && !self.is_about_another(file, load.range, class)))
    }

    /// Whether all that a class derives from are plain classes of the program as well.
    fn has_plain_bases(&self, id: DefId) -> bool {
        let types = &self.resolver.types;
        let mro = types.mro(id);
        let own: Vec<DefId> = mro.iter().map(|base| base.id).filter(|base| types.world().is_own(base.file)).collect();
        let is_known = |name: &Name| {
            let is_it = |base: &DefId| types.class_name(*base).rsplit('.').next() == Some(name.as_str());
            HARMLESS.contains(&name.as_str()) || own.iter().any(is_it)
        };
        own.iter().all(|base| {
            let (facts, ast) = (types.facts(base.file), types.ast(base.file));
            let class = facts.class_at(base.start).and_then(|index| facts.classes.get(index as usize));
            let def = ast.as_ref().and_then(|ast| class_at(ast, base.start));
            let is_plain = |def: &StmtClassDef| *base == id || def.decorator_list.is_empty();
            class.is_some_and(|class| !is_special(class) && class.bases.iter().all(is_known))
                && def.is_some_and(is_plain)
        })
    }

    /// Whether a class has no `__init__` of its own, or one that runs that of its base in any case.
    fn is_made_like_base(&self, file: FileId, class: &Class) -> bool {
        let Some(init) = class.members.get(INIT) else { return true };
        let (facts, Some(ast)) = (self.resolver.types.facts(file), self.resolver.types.ast(file)) else { return false };
        let own = init.and_then(|init| facts.functions.get(init as usize));
        let def = own.and_then(|own| ast.def(own.range)).filter(|def| def.decorator_list.is_empty());
        def.is_some_and(|def| def.body.iter().any(runs_base_init))
    }

    /// Whether it is an object of another class of the program that is looked through at a place, or made there.
    fn is_about_another(&self, file: FileId, at: TextRange, class: DefId) -> bool {
        let types = &self.resolver.types;
        let ast = types.ast(file);
        let object = match ast.as_ref().and_then(|ast| ast.expression(at)) {
            Some(Expr::Attribute(attribute)) => Some(&*attribute.value),
            Some(Expr::Call(call)) => call.arguments.args.first(),
            _ => None,
        };
        let shapes = object.map(|object| self.resolver.shapes(file, object)).unwrap_or_default();
        let is_apart = |other: DefId| {
            types.world().is_own(other.file)
                && !types.mro(other).iter().any(|base| base.id == class)
                && !types.mro(class).iter().any(|base| base.id == other)
        };
        !shapes.is_empty()
            && shapes.iter().all(|shape| match shape {
                Shape::Instance(other) | Shape::Class(other) => is_apart(*other),
                _ => false,
            })
    }
}

fn is_special(class: &Class) -> bool {
    SPECIAL.iter().any(|name| class.members.contains_key(*name))
}

/// The class of a module whose name starts there.
pub(super) fn class_at(ast: &Ast, start: TextSize) -> Option<&StmtClassDef> {
    ast.module().body.iter().find_map(|stmt| match stmt {
        Stmt::ClassDef(def) if def.name.start() == start => Some(def),
        _ => None,
    })
}

/// `super().__init__(…)`
fn runs_base_init(stmt: &Stmt) -> bool {
    let method = stmt.as_expr_stmt().and_then(|stmt| stmt.value.as_call_expr()?.func.as_attribute_expr());
    let base = method.filter(|method| method.attr.as_str() == INIT).and_then(|method| method.value.as_call_expr());
    base.is_some_and(|base| last(&base.func) == Some("super") && base.arguments.is_empty())
}
