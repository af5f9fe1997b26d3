//! What a call calls: by types, and where an annotation is missing, by what the program itself passes.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::callers::Taken;
use super::held::Registry;
use super::index::{FnId, Index, Posting};
use super::neighbours::Neighbours;
use super::passed::Values;
use super::spread::Ground;
use crate::catalogue::Catalogue;
use crate::project::facts::named_attribute;
use crate::project::{DefId, FileId, Memo, Shape, Shapes, Target, Types, World};

/// How many hops an inference without annotations may take.
pub(super) const DEPTH: usize = 16;

/// How many expressions one question may lead to, so that code that refers to itself in many ways costs no more than other code.
const FUEL: usize = 120;

/// A file that no more files import than these is seldom asked about when it is not its turn.
const FEW_IMPORTERS: usize = 2;

thread_local! {
    /// What is left of [`FUEL`] for the question that this thread is at.
    static LEFT: Cell<usize> = const { Cell::new(0) };
    /// Whether this thread is at an [`aside`].
    static IS_ASIDE: Cell<bool> = const { Cell::new(false) };
}

/// What a call may call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Callee {
    pub function: Option<DefId>,
    /// The class that it was looked up on.
    pub class: Option<DefId>,
    /// What it is called on, or the callee itself.
    pub receiver: TextRange,
}

pub(super) type Callees = Arc<[Callee]>;

/// What all threads of one analysis share.
pub struct Shared<'a> {
    pub index: &'a Index,
    pub catalogue: &'a Catalogue,
    /// The files that only tests need.
    pub(super) beside: &'a FxHashSet<FileId>,
    pub(super) parameters: Memo<(FnId, usize), Shapes>,
    /// What calls pass for a parameter.
    pub(super) passed: Memo<(FnId, usize), Values>,
    /// The same, of the calls whose callee the engine knows.
    pub(super) passed_plainly: Memo<(FnId, usize), Values>,
    /// What is put into what a function hands on under a name.
    pub(super) handed: Memo<(FnId, Name), Values>,
    /// The classes that derive from each that was asked about.
    pub(super) heirs: Memo<DefId, Arc<[DefId]>>,
    /// The classes that fulfil each protocol that was asked about.
    pub(super) fulfilling: Memo<DefId, Arc<[DefId]>>,
    /// What each call may call.
    pub(super) callees: Memo<Posting, Callees>,
    /// How values may go from name to name.
    pub(super) ground: Ground<'a>,
    pub(super) registry: OnceLock<Registry>,
    /// The classes by those of their fields that no other class of the program has.
    pub(super) fields: OnceLock<FxHashMap<Name, DefId>>,
    /// What is taken from objects by a part of its name.
    pub(super) taken: OnceLock<Vec<Taken>>,
}

impl<'a> Shared<'a> {
    #[must_use]
    pub fn new(world: &'a World, index: &'a Index, catalogue: &'a Catalogue, beside: &'a FxHashSet<FileId>) -> Self {
        Self {
            index,
            catalogue,
            beside,
            parameters: Memo::default(),
            passed: Memo::default(),
            passed_plainly: Memo::default(),
            handed: Memo::default(),
            heirs: Memo::default(),
            fulfilling: Memo::default(),
            callees: Memo::default(),
            ground: Ground::build(world),
            registry: OnceLock::new(),
            fields: OnceLock::new(),
            taken: OnceLock::new(),
        }
    }
}

/// Answers questions about calls, for one thread.
#[derive(Clone)]
pub struct Resolver<'a> {
    pub types: Types,
    pub shared: &'a Shared<'a>,
}

/// A clone of the engine for a thread.
#[derive(Clone)]
pub struct Threaded<'a>(Types, &'a Shared<'a>);

impl<'a> Threaded<'a> {
    #[must_use]
    pub fn of(resolver: &Resolver<'a>) -> Self {
        Self(resolver.types.clone(), resolver.shared)
    }

    #[must_use]
    pub fn resolver(&self) -> Resolver<'a> {
        Resolver::new(self.0.clone(), self.1)
    }
}

impl<'a> Resolver<'a> {
    #[must_use]
    pub fn new(types: Types, shared: &'a Shared<'a>) -> Self {
        Self { types, shared }
    }

    #[must_use]
    pub fn index(&self) -> &'a Index {
        self.shared.index
    }

    #[must_use]
    pub fn catalogue(&self) -> &'a Catalogue {
        self.shared.catalogue
    }

    /// Whether a file is there for tests alone: the program does not import it, whatever it is called.
    #[must_use]
    pub fn is_beside_program(&self, file: FileId) -> bool {
        self.shared.beside.contains(&file)
    }

    /// Whether a class is another one, or derives from it.
    pub(super) fn derives(&self, class: DefId, base: DefId) -> bool {
        self.types.mro(class).iter().any(|above| above.id == base)
    }

    /// Whether an expression may be an instance of a class, or of something derived from one, that `is_one` takes by its name.
    #[must_use]
    pub fn may_be_instance(&self, file: FileId, expr: &Expr, is_one: impl Fn(&str) -> bool) -> bool {
        self.shapes(file, expr).iter().any(|shape| match shape {
            Shape::Instance(class) => self.types.mro(*class).iter().any(|base| is_one(&base.name)),
            _ => false,
        })
    }

    /// Whether a module gets at another one by its imports, or by those of what it imports.
    #[must_use]
    pub fn sees(&self, file: FileId, other: FileId) -> bool {
        self.neighbours().sees(file, other)
    }

    /// Whether a module is part of a program that has coroutine functions, going by its imports.
    #[must_use]
    pub fn is_near_coroutines(&self, file: FileId) -> bool {
        let has_some = |file: FileId| self.types.facts(file).functions.iter().any(|function| function.is_async);
        has_some(file) || self.neighbours().around(file).any(has_some)
    }

    /// Done with a file for now: unless others lead to it, its tree is only in the way.
    pub(super) fn leave(&self, file: FileId) {
        if self.neighbours().importers(file) <= FEW_IMPORTERS {
            self.types.forget_tree(file);
        }
    }

    /// Whether values of what `home` defines may come to `file`.
    #[must_use]
    pub fn may_hold(&self, file: FileId, home: FileId) -> bool {
        self.neighbours().knows(file, home)
    }

    pub(super) fn neighbours(&self) -> &'a Neighbours {
        self.shared.ground.neighbours()
    }

    /// Everything that the callee `func` may stand for.
    #[must_use]
    pub fn targets(&self, file: FileId, func: &Expr) -> Vec<Target> {
        if let Expr::Call(call) = func
            && let Some((object, name)) = named_attribute(call)
        {
            refuel();
            return self.attribute_targets(file, object, &name);
        }
        let mut targets = self.types.targets(file, func);
        if let Expr::Attribute(attribute) = func {
            self.add_heirs(&mut targets, &attribute.attr);
        }
        if !targets.is_empty() || !self.types.world().is_own(file) {
            refuel();
            return self.forwarded(targets, func, DEPTH);
        }
        refuel();
        match func {
            Expr::Attribute(attribute) => {
                self.forwarded(self.attribute_targets(file, &attribute.value, &attribute.attr), func, DEPTH)
            }
            func => {
                self.shapes_at(file, func, DEPTH).iter().filter_map(|shape| self.types.shape_target(shape)).collect()
            }
        }
    }

    fn attribute_targets(&self, file: FileId, object: &Expr, name: &str) -> Vec<Target> {
        let target = |shape: &Shape| match shape {
            Shape::Instance(class) | Shape::Class(class) => self.types.member(*class, name),
            Shape::Module(module) => {
                Some(Target { names: vec![self.types.world().public(module, name)], function: None, class: None })
            }
            _ => None,
        };
        self.shapes_at(file, object, DEPTH).iter().filter_map(target).collect()
    }

    pub(super) fn targets_with(&self, file: FileId, func: &Expr, depth: usize) -> Vec<Target> {
        let targets = self.types.targets(file, func);
        if depth == 0 {
            return targets;
        }
        if !targets.is_empty() {
            return self.forwarded(targets, func, depth);
        }
        let Expr::Attribute(attribute) = func else {
            let mut shapes = self.shapes_at(file, func, depth - 1);
            // A variable that holds a class.
            shapes.retain(|shape| !func.is_name_expr() || matches!(shape, Shape::Class(_)));
            return shapes.iter().filter_map(|shape| self.types.shape_target(shape)).collect();
        };
        self.shapes_at(file, &attribute.value, depth - 1)
            .iter()
            .filter_map(|shape| match shape {
                Shape::Instance(class) | Shape::Class(class) => self.types.member(*class, attribute.attr.as_str()),
                Shape::Module(_) | Shape::Function(_) | Shape::Other => None,
            })
            .collect()
    }
}

/// The argument that `call` passes for a parameter, by name or position. A starred argument before it hides it.
#[must_use]
pub fn argument<'a>(call: &'a ast::ExprCall, name: &str, position: Option<usize>) -> Option<&'a Expr> {
    if let Some(keyword) = call.arguments.find_keyword(name) {
        return Some(&keyword.value);
    }
    let position = position?;
    let before = call.arguments.args.get(..=position)?;
    if before.iter().any(Expr::is_starred_expr) {
        return None;
    }
    before.last()
}

/// Starts another question of this thread.
pub(super) fn refuel() {
    LEFT.set(FUEL);
}

/// Whether the question that this thread is at may lead to one more expression.
pub(super) fn spend() -> bool {
    let left = LEFT.get();
    LEFT.set(left.saturating_sub(1));
    left > 0
}

/// Whether this thread is at a question that another one needs an answer to first.
pub(super) fn is_aside() -> bool {
    IS_ASIDE.get()
}

/// Asks a question for the sake of another one, with fuel of its own, so that the answer does not hang on who asks. There is none within
/// such a question: functions that call each other on their parameters would ask without end.
pub(super) fn aside<T>(ask: impl FnOnce() -> T) -> Option<T> {
    if is_aside() {
        return None;
    }
    let _back = Back { left: LEFT.replace(FUEL) };
    IS_ASIDE.set(true);
    Some(ask())
}

/// Goes back to the question that an [`aside`] was for, also where that panics.
struct Back {
    left: usize,
}

impl Drop for Back {
    fn drop(&mut self) {
        LEFT.set(self.left);
        IS_ASIDE.set(false);
    }
}

/// Methods that give something out of a container.
pub(super) fn is_lookup(method: &str) -> bool {
    matches!(method, "get" | "get_nowait" | "pop" | "popleft" | "setdefault")
}
