//! Classes and the order in which their attributes are looked up.

use std::sync::Arc;

use ruff_db::files::FilePath;
use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, StmtClassDef};
use rustc_hash::FxHashMap;

use super::facts::Facts;
use super::made::Making;
use super::syntax::last;
use super::types::{DefId, Shape, Shapes, Types};
use super::world::FileId;

/// What is known of a class.
#[derive(Debug)]
pub struct ClassInfo {
    pub id: DefId,
    /// Qualified, under the name people import it by.
    pub name: String,
    pub bases: Vec<DefId>,
    pub making: Making,
    members: FxHashMap<Name, Option<DefId>>,
}

impl ClassInfo {
    pub(super) fn new(id: DefId, name: String, facts: &Facts, bases: Vec<DefId>, making: Making) -> Self {
        let mut members = FxHashMap::default();
        if let Some(class) = facts.class_at(id.start).and_then(|index| facts.classes.get(index as usize)) {
            for (member, function) in &class.members {
                let function = function
                    .and_then(|index| facts.functions.get(index as usize))
                    .map(|function| DefId { file: id.file, start: function.start });
                members.insert(member.clone(), function);
            }
        }
        Self { id, name, bases, making, members }
    }

    /// What its own body binds `name` to: `Some(None)` is something that is not a function.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Option<DefId>> {
        self.members.get(name).copied()
    }

    /// Whether its instances have attributes that only a method of it knows. `object` has a `__getattribute__`, too, which makes up none.
    pub(super) fn makes_up_attributes(&self) -> bool {
        self.member("__getattr__").is_some()
            || self.member("__getattribute__").is_some() && self.name != "builtins.object"
    }

    /// The functions that its own body defines.
    pub fn methods(&self) -> impl Iterator<Item = (&Name, DefId)> {
        self.members.iter().filter_map(|(name, function)| Some((name, (*function)?)))
    }
}

/// A class and its bases, in the order of attribute lookup.
pub type Mro = Arc<Vec<Arc<ClassInfo>>>;

impl Types {
    /// The method resolution order of `class` (C3, see the Python 2.3 release's description of it). A hierarchy that
    /// has no such order is listed depth first.
    #[must_use]
    pub fn mro(&self, class: DefId) -> Mro {
        if let Some(mro) = self.world.mro(class) {
            return mro;
        }
        let order = self.linearize(class, &mut Vec::new());
        let mro: Mro = Arc::new(order.into_iter().map(|id| self.class(id)).collect());
        self.world.set_mro(class, Arc::clone(&mro));
        mro
    }

    fn linearize(&self, class: DefId, open: &mut Vec<DefId>) -> Vec<DefId> {
        if open.contains(&class) {
            return Vec::new();
        }
        open.push(class);
        let bases = self.class(class).bases.clone();
        let mut lists: Vec<Vec<DefId>> = bases.iter().map(|base| self.linearize(*base, open)).collect();
        lists.push(bases);
        open.pop();
        let mut order = vec![class];
        order.extend(merge(lists));
        order
    }

    /// The bases of a class where names of classes are all that stands for them: for those, nothing of the class itself is inferred.
    pub(super) fn plain_bases(&self, file: FileId, def: &StmtClassDef) -> Option<Vec<DefId>> {
        let is_named = |base: &Expr| matches!(base, Expr::Name(_) | Expr::Attribute(_));
        if def.bases().is_empty() || !def.bases().iter().all(is_named) {
            return None;
        }
        let class = |base: &Expr| match self.shapes(file, base).as_slice() {
            [Shape::Class(class)] => Some(*class),
            _ => None,
        };
        def.bases().iter().map(class).collect()
    }

    /// A base may be a variable that holds a class, which the engine takes for anything: `Base = declarative_base()`.
    pub(super) fn with_variable_bases(&self, file: FileId, def: &StmtClassDef, known: Vec<DefId>) -> Vec<DefId> {
        let variables = def.bases().iter().filter(|base| matches!(base, Expr::Name(_) | Expr::Attribute(_)));
        let mut bases: Vec<DefId> = Vec::new();
        for shape in variables.flat_map(|base| self.shapes(file, base)) {
            if let Shape::Class(class) = shape
                && !bases.contains(&class)
            {
                bases.push(class);
            }
        }
        if bases.iter().all(|base| known.contains(base)) {
            return known;
        }
        bases.extend(known.into_iter().filter(|base| !bases.contains(base)).collect::<Vec<_>>());
        bases
    }

    /// Whether instances of a class may have an attribute that no body of it and its bases defines: one that they are given, or make up,
    /// or that a base has which is not known. Of libraries, only the standard one says all that its classes have.
    #[must_use]
    pub fn may_have(&self, class: DefId, name: &str) -> bool {
        let mro = self.mro(class);
        let is_open = |base: &ClassInfo| {
            let facts = self.facts(base.id.file);
            let Some(own) = facts.class_at(base.id.start).and_then(|index| facts.classes.get(index as usize)) else {
                return true;
            };
            if self.is_of_standard_library(base.id.file) {
                return false;
            }
            let is_no_base = |base: &&Name| matches!(base.as_str(), "object" | "Generic" | "Protocol");
            let unnamed = own.bases.iter().filter(is_no_base).count();
            !self.world.is_own(base.id.file)
                || own.bases.len() > base.bases.len() + unnamed
                || !base.making.is_plain
                || own.fields.iter().any(|field| field.as_str() == name)
                || facts.bindings.iter().any(|binding| binding.target == name)
        };
        mro.iter().any(|base| base.makes_up_attributes() || is_open(base))
    }

    fn is_of_standard_library(&self, file: FileId) -> bool {
        self.file(file).is_some_and(|file| matches!(file.path(&self.db), FilePath::Vendored(_)))
    }

    /// What the body of a library's class declares an attribute to be.
    #[must_use]
    pub fn declared_attribute(&self, class: DefId, name: &str) -> Shapes {
        let mro = self.mro(class);
        let home = mro.iter().find(|base| base.member(name).is_some());
        let Some(home) = home.filter(|base| !self.world.is_own(base.id.file)) else { return Vec::new() };
        let Some(tree) = self.ast(home.id.file) else { return Vec::new() };
        let annotation = tree.class(home.id.start).into_iter().flat_map(|def| &def.body).find_map(|stmt| {
            let declared = stmt.as_ann_assign_stmt()?;
            let is_it = declared.target.as_name_expr().is_some_and(|target| target.id == name);
            is_it.then_some(&*declared.annotation)
        });
        let kind = match annotation {
            Some(Expr::Subscript(subscript)) if last(&subscript.value) == Some("ClassVar") => Some(&*subscript.slice),
            other => other,
        };
        let shapes = kind.map(|kind| self.shapes(home.id.file, kind)).unwrap_or_default();
        let instance = |shape| if let Shape::Class(class) = shape { Shape::Instance(class) } else { shape };
        shapes.into_iter().map(instance).collect()
    }
}

fn merge(mut lists: Vec<Vec<DefId>>) -> Vec<DefId> {
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return order;
        }
        let free = lists.iter().map(|list| list[0]).find(|head| !lists.iter().any(|list| list[1..].contains(head)));
        let next = free.unwrap_or(lists[0][0]);
        order.push(next);
        for list in &mut lists {
            list.retain(|id| *id != next);
        }
    }
}
