//! What an object has only through a class that derives from the one at hand: in a mixin, `self.fetch` is a method of what it is mixed
//! into; or through one that fulfils it as a protocol.

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr, Stmt};

use super::index::{FnId, Lookup};
use super::resolve::Resolver;
use crate::project::facts::{Class, Function};
use crate::project::{CONSTRUCTORS, DefId, FileId, FileKind, Shape, Shapes, Target, extend, last};

/// A class with more of them is a base of everything, and what they have says nothing about it.
const MOST_HEIRS: usize = 40;

impl Resolver<'_> {
    /// The classes of the program that derive from `class`.
    #[must_use]
    pub fn heirs(&self, class: DefId) -> Arc<[DefId]> {
        if let Some(known) = self.shared.heirs.get(&class) {
            return known;
        }
        let heirs: Arc<[DefId]> = self.named_after(class).filter(|other| self.derives(*other, class)).collect();
        self.shared.heirs.insert(class, Arc::clone(&heirs));
        heirs
    }

    /// The classes of the program that have all that `protocol` asks for, and some of it from classes of the program; none of what is no
    /// protocol.
    #[must_use]
    pub fn fulfilling(&self, protocol: DefId) -> Arc<[DefId]> {
        if !self.is_protocol(protocol) {
            return Arc::default();
        }
        if let Some(known) = self.shared.fulfilling.get(&protocol) {
            return known;
        }
        let facts = self.types.facts(protocol.file);
        let asked = facts.class_at(protocol.start).and_then(|index| facts.classes.get(index as usize));
        let has_some = |class: &Class| {
            let mut methods = class.members.iter().filter(|(_, function)| function.is_some());
            methods.any(|(name, _)| asked.is_some_and(|asked| asked.members.contains_key(name)))
        };
        let sources = self.types.world().own_files().filter(|(_, source)| source.kind == FileKind::Python);
        let having = sources.flat_map(|(_, source)| &source.facts.classes).filter(|class| has_some(class));
        let names: BTreeSet<Name> = having.flat_map(|class| self.index().with_subclasses(&class.name)).collect();
        let classes = names.iter().flat_map(|name| self.index().classes(name)).copied();
        let found: Arc<[DefId]> =
            classes.filter(|class| *class != protocol && self.has_all_of(*class, protocol)).collect();
        self.shared.fulfilling.insert(protocol, Arc::clone(&found));
        found
    }

    /// What may derive from `class`, going by the names of bases.
    fn named_after(&self, class: DefId) -> impl Iterator<Item = DefId> {
        let own = Some(class).filter(|class| self.types.world().is_own(class.file));
        let name = own.map(|class| self.types.class_name(class)).unwrap_or_default();
        let name = Name::new(name.rsplit('.').next().unwrap_or(&name));
        let names = self.index().with_few_subclasses(&name, MOST_HEIRS).unwrap_or_default();
        names.into_iter().flat_map(|name| self.index().classes(&name)).copied().filter(move |other| *other != class)
    }

    /// The own classes that objects of the program have beside `class`, of which it is no base: `Client` for `class Api(Mixin, Client)`.
    pub(super) fn siblings(&self, class: DefId) -> Vec<DefId> {
        let mut siblings = Vec::new();
        let is_mixed = |heir: &DefId| {
            let facts = self.types.facts(heir.file);
            let class = facts.class_at(heir.start).and_then(|index| facts.classes.get(index as usize));
            class.is_some_and(|class| class.bases.len() > 1)
        };
        for heir in self.named_after(class).filter(is_mixed).filter(|heir| self.derives(*heir, class)) {
            for beside in self.types.mro(heir).iter().map(|info| info.id) {
                let is_new = self.types.world().is_own(beside.file) && !siblings.contains(&beside);
                if is_new && !self.derives(beside, class) && !self.derives(class, beside) {
                    siblings.push(beside);
                }
            }
        }
        siblings
    }

    /// Adds what a method that was looked up on a class may be in those that derive from it, or that fulfil it as a protocol, where the
    /// class itself does not have it, or says no more than that there is one. What calls that does not expect a coroutine of it, or does.
    pub(super) fn add_heirs(&self, targets: &mut Vec<Target>, name: &str) {
        let open: Vec<(DefId, Option<DefId>)> = targets
            .iter()
            .filter(|target| self.is_open(target))
            .filter_map(|target| Some((target.class?, target.function)))
            .collect();
        for (class, stub) in open {
            let is_alike = |id: &DefId| stub.is_none_or(|stub| self.is_async(stub) == self.is_async(*id));
            let fulfilling = Some(self.fulfilling(class)).filter(|classes| classes.len() <= MOST_HEIRS);
            for heir in self.heirs(class).iter().chain(fulfilling.iter().flat_map(|classes| &**classes)) {
                let mro = self.types.mro(*heir);
                let function = mro.iter().find_map(|base| base.member(name).flatten().filter(|id| !self.is_stub(*id)));
                let function = function.filter(is_alike);
                if function.is_some() && !targets.iter().any(|known| known.function == function) {
                    let names = mro.iter().map(|base| format!("{}.{name}", base.name)).collect();
                    targets.push(Target { names, function, class: Some(*heir) });
                }
            }
        }
    }

    /// Whether a method of the program only says that there is one, and others are called in its place.
    #[must_use]
    pub fn is_stood_in_for(&self, id: FnId) -> bool {
        let world = self.types.world();
        let (Some(class), Some(function)) = (world.enclosing_class(id), world.function(id)) else { return false };
        let fulfilling = self.fulfilling(class);
        let is_real = |heir: &DefId| {
            let mro = self.types.mro(*heir);
            mro.iter().any(|base| base.member(&function.name).flatten().is_some_and(|id| !self.is_stub(id)))
        };
        function.is_stub && fulfilling.len() <= MOST_HEIRS && self.heirs(class).iter().chain(&*fulfilling).any(is_real)
    }

    fn is_open(&self, target: &Target) -> bool {
        target.class.is_some() && target.function.is_none_or(|function| self.is_stub(function))
    }

    /// Whether a method of the program only says that there is one.
    fn is_stub(&self, function: DefId) -> bool {
        self.own_function(function).is_some_and(|function| function.is_stub)
    }

    fn is_async(&self, function: DefId) -> bool {
        self.own_function(function).is_some_and(|function| function.is_async)
    }

    fn own_function(&self, function: DefId) -> Option<&Function> {
        let world = self.types.world();
        world.fn_of(function).and_then(|id| world.function(id))
    }

    /// The functions of the program that a call of `target` may run: what it is, and what overrides it.
    pub(super) fn with_overrides(&self, target: &Target) -> Vec<FnId> {
        let world = self.types.world();
        let Some(own) = target.function.and_then(|function| world.fn_of(function)) else { return Vec::new() };
        let mut functions = vec![own];
        let Some((class, name)) = target.class.zip(world.function(own).map(|function| &function.name)) else {
            return functions;
        };
        let mut add = |class: DefId| {
            let member = self.types.class(class).member(name).flatten();
            if let Some(id) = member.and_then(|member| world.fn_of(member)).filter(|id| !functions.contains(id)) {
                functions.push(id);
            }
        };
        self.heirs(class).iter().for_each(|heir| add(*heir));
        self.fulfilling(class).iter().for_each(|class| add(*class));
        functions
    }

    /// The methods of base classes in whose place a method is called.
    pub(super) fn overridden(&self, id: FnId) -> Vec<DefId> {
        let world = self.types.world();
        let (Some(class), Some(function)) = (world.enclosing_class(id), world.function(id)) else { return Vec::new() };
        if CONSTRUCTORS.contains(&function.name.as_str()) {
            return Vec::new();
        }
        let bases = self.types.mro(class);
        bases.iter().filter(|base| base.id != class).filter_map(|base| base.member(&function.name)??.into()).collect()
    }

    /// What the attribute `name` of a class may hold by what its subclasses say, where the class itself says nothing.
    pub(super) fn heirs_attribute(&self, class: DefId, name: &str, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        for heir in self.heirs(class).iter() {
            let assigned = self.attribute_shapes(*heir, name, depth);
            extend(&mut shapes, if assigned.is_empty() { self.declared_attribute(*heir, name) } else { assigned });
        }
        shapes
    }

    /// What the body of a class, or of one that it derives from, declares an attribute to be: `api: ClassVar[Api]`.
    fn declared_attribute(&self, class: DefId, name: &str) -> Shapes {
        let mro = self.types.mro(class);
        let Some(home) = mro.iter().find(|base| base.member(name).is_some()) else { return Vec::new() };
        let Some(ast) = self.types.ast(home.id.file) else { return Vec::new() };
        let mut declared =
            ast.class(home.id.start).into_iter().flat_map(|def| &def.body).filter_map(Stmt::as_ann_assign_stmt);
        let is_it = |assign: &&ast::StmtAnnAssign| last(&assign.target) == Some(name);
        declared.find(is_it).map(|assign| self.annotated(home.id.file, &assign.annotation)).unwrap_or_default()
    }

    /// The instances that an annotation stands for.
    fn annotated(&self, file: FileId, annotation: &Expr) -> Shapes {
        match annotation {
            Expr::Subscript(subscript) if matches!(last(&subscript.value), Some("ClassVar" | "Final" | "Optional")) => {
                self.annotated(file, &subscript.slice)
            }
            Expr::BinOp(union) => {
                let mut shapes = self.annotated(file, &union.left);
                extend(&mut shapes, self.annotated(file, &union.right));
                shapes
            }
            _ => {
                let shapes = self.types.shapes(file, annotation).into_iter();
                shapes
                    .map(|shape| if let Shape::Class(class) = shape { Shape::Instance(class) } else { shape })
                    .collect()
            }
        }
    }
}
