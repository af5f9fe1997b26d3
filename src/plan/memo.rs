//! What the decisions have in common: each function is read once, and each call followed once, whichever thread asks.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use ruff_python_ast::{self as ast, name::Name};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::atomic::{Alias, Ends, Frame, Sides};
use super::cancelled::Scopes;
use super::collect;
use super::confined;
use super::crowds::{Crowd, crowds};
use super::decide::Terms;
use super::factory::{self, Parts};
use super::files::{Rewriting, Stage, Use};
use super::follow::{Follow, follow};
use super::handlers::Dispatch;
use super::locks::Locks;
use super::looks::{self, Chain, Look};
use super::outline::{Call, Outline};
use super::region::{self, Region, Start, Touched, explore, touched};
use super::swap::Watchers;
use crate::analysis::{Callers, FnId, Graph, Resolver};
use crate::project::facts::Function;
use crate::project::{DefId, FileId, Shape, Target};

/// Answers by question, for all threads.
pub(super) struct Table<K, V: ?Sized>(RwLock<FxHashMap<K, Arc<V>>>);

impl<K, V: ?Sized> Default for Table<K, V> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Hash + Eq + Clone, V: ?Sized> Table<K, V> {
    /// The answer to `key`, worked out by `make` if nobody asked before. Two threads may do so at the same time.
    pub(super) fn get(&self, key: &K, make: impl FnOnce() -> Arc<V>) -> Arc<V> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return Arc::clone(known);
        }
        let made = make();
        let mut table = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(table.entry(key.clone()).or_insert(made))
    }
}

/// What was worked out so far.
#[derive(Default)]
pub(super) struct Memo {
    outlines: Table<FnId, Outline>,
    targets: Table<(FileId, TextRange), [Target]>,
    regions: Table<Vec<Start>, Result<Region, String>>,
    touched: Table<Vec<Start>, Touched>,
    ends: Table<Vec<Start>, Ends>,
    callers: Table<FnId, Callers>,
    bound_classes: OnceLock<Vec<(String, String)>>,
    crowds: OnceLock<Vec<Crowd>>,
    property_names: OnceLock<FxHashSet<Name>>,
    special_methods: OnceLock<FxHashSet<Name>>,
    looks: Table<FnId, [Look]>,
    made_of: Table<FnId, Parts>,
    keeps: Table<FnId, Parts>,
    confined: Table<DefId, Option<Arc<BTreeSet<Name>>>>,
    pub(super) chain: OnceLock<Chain>,
    pub(super) scopes: OnceLock<Scopes>,
    /// The functions that servers run when they start.
    pub(super) starters: OnceLock<Vec<FnId>>,
    pub(super) set_at_start: Table<Name, bool>,
    /// Texts that the catalogue asks for, with the files that have them.
    pub(super) spelled: OnceLock<FxHashMap<String, Vec<FileId>>>,
    pub(super) stages: Table<FnId, [(TextRange, Stage)]>,
    /// What functions do to files, in order.
    pub(super) uses: Table<FnId, [(TextRange, Use)]>,
    pub(super) dispatches: Table<FnId, Result<Dispatch, String>>,
    /// The modules that may get at what a module defines.
    pub(super) near: Table<FileId, [FileId]>,
    pub(super) watchers: Table<FileId, Watchers>,
    pub(super) rewrites: Table<Vec<FnId>, Option<Rewriting>>,
    wrappers: Table<FnId, [FnId]>,
    /// What methods of libraries read in the program's classes, by their qualified names.
    pub(super) read_by: Table<String, [String]>,
    /// Whether nothing gives the loop back between a place and either end of its function.
    pub(super) ways_out: Table<Frame, (bool, bool)>,
    /// Whether nothing gives the loop back between a place and a part of the function before it, and one behind it.
    pub(super) near_to: Table<(Frame, TextRange), (bool, bool)>,
    /// What functions touch, with what their parameters stand for, on either side of a place.
    pub(super) sides: Table<(Start, TextRange), Sides>,
    /// What else the parameters of functions are called in these.
    pub(super) aliases: Table<FnId, [Alias]>,
    pub(super) acted_on: Table<String, bool>,
}

/// The questions of one thread, with the answers of all.
#[derive(Clone, Copy)]
pub(super) struct Survey<'a> {
    pub resolver: &'a Resolver<'a>,
    pub memo: &'a Memo,
    pub callees: &'a Callees,
    pub locks: &'a Locks,
    pub graph: &'a Graph,
    pub terms: &'a Terms,
    /// There is one task only.
    pub is_sequential: bool,
}

/// The functions that calls, and other expressions, run on the way to a site, by who makes them and where.
pub(super) type Callees = FxHashMap<FnId, FxHashMap<TextRange, Vec<FnId>>>;

impl Survey<'_> {
    /// Whether a call goes through what it is given, as those of libraries do. What is called may have no type, and be known from what the
    /// program puts into containers and objects.
    pub(super) fn goes_through(&self, function: FnId, call: TextRange, follow: &Follow) -> bool {
        let is_known = || self.callees.get(&function).is_some_and(|callees| callees.contains_key(&call));
        follow.goes_through() && !(follow.targets.is_empty() && is_known())
    }

    /// The functions that run in the place of one, because its decorators put them there: those that change what others have.
    pub(super) fn wrappers(&self, function: FnId) -> Arc<[FnId]> {
        self.memo.wrappers.get(&function, || {
            let mut wrappers = self.resolver.wrappers(function);
            wrappers.retain(|wrapper| region::changes_something(*self, *wrapper));
            wrappers.into()
        })
    }

    /// Who calls a function, whether or not it leads to a blocking call.
    pub(super) fn callers(&self, function: FnId, graph: &Graph) -> Arc<Callers> {
        let known = || graph.callers.get(&function).cloned();
        let make = || Arc::new(known().unwrap_or_else(|| self.resolver.callers_of(function)));
        self.memo.callers.get(&function, make)
    }

    /// The classes that the program has objects of which are not the same in other threads, with the reasons.
    pub(super) fn bound_classes(&self) -> &[(String, String)] {
        let (catalogue, index) = (self.resolver.catalogue(), self.resolver.index());
        self.memo.bound_classes.get_or_init(|| {
            let is_used = |class: &str| {
                let last = class.rsplit('.').next().unwrap_or(class);
                !index.calls(last).is_empty() || index.with_subclasses(&Name::new(last)).len() > 1
            };
            let used = catalogue.bound_classes().filter(|(class, _)| is_used(class));
            used.map(|(class, reason)| (class.to_owned(), reason.to_owned())).collect()
        })
    }

    /// The pools of the program that fail where too much is wanted of them.
    pub(super) fn crowds(&self) -> &[Crowd] {
        self.memo.crowds.get_or_init(|| if self.is_sequential { Vec::new() } else { crowds(self.resolver) })
    }

    /// The names of the program's properties.
    pub(super) fn property_names(&self) -> &FxHashSet<Name> {
        let own = || self.resolver.types.world().own_files().flat_map(|(_, file)| &file.facts.functions);
        let names = || own().filter(|function| function.is_property).map(|function| function.name.clone());
        self.memo.property_names.get_or_init(|| names().collect())
    }

    /// The names of the special methods that classes of the program have.
    pub(super) fn special_methods(&self) -> &FxHashSet<Name> {
        let own = || self.resolver.types.world().own_files().flat_map(|(_, file)| &file.facts.functions);
        let is_special = |function: &&Function| function.class.is_some() && function.name.starts_with("__");
        let names = || own().filter(is_special).map(|function| function.name.clone());
        self.memo.special_methods.get_or_init(|| names().collect())
    }

    /// The body of a function, as far as places go.
    pub(super) fn outline(&self, function: FnId) -> Arc<Outline> {
        self.memo.outlines.get(&function, || Arc::new(collect::outline(*self, function)))
    }

    /// What a function looks at beside what it is given.
    pub(super) fn looks(&self, function: FnId) -> Arc<[Look]> {
        self.memo.looks.get(&function, || looks::looks(*self, function).into())
    }

    /// What the objects are made of that a function returns.
    pub(super) fn made_of(&self, function: FnId) -> Arc<Parts> {
        self.memo.made_of.get(&function, || Arc::new(factory::made_of(*self, function)))
    }

    /// What attributes of an object are made of that a method is called on.
    pub(super) fn keeps(&self, method: FnId) -> Arc<Parts> {
        self.memo.keeps.get(&method, || Arc::new(factory::keeps(*self, method)))
    }

    /// The attributes of the objects of a class that belong to one task, where each of the objects does.
    pub(super) fn confined(&self, class: DefId) -> Arc<Option<Arc<BTreeSet<Name>>>> {
        self.memo.confined.get(&class, || Arc::new(confined::confined(*self, class)))
    }

    /// Whether the value of an expression never changes, going by its type and by what the program binds to it and passes for it.
    pub(super) fn is_immutable(&self, file: FileId, expr: &ast::Expr) -> bool {
        let types = &self.resolver.types;
        types.is_immutable(file, expr) || {
            let is_one = |shape: &Shape| matches!(shape, Shape::Instance(class) if types.is_immutable_class(*class));
            let shapes = self.resolver.shapes(file, expr);
            !shapes.is_empty() && shapes.iter().all(is_one)
        }
    }

    /// What a call may call.
    pub(super) fn targets(&self, file: FileId, call: &ast::ExprCall) -> Arc<[Target]> {
        self.memo.targets.get(&(file, call.range()), || self.resolver.targets(file, &call.func).into())
    }

    /// What a call in the outline of `function` runs.
    pub(super) fn follow(&self, function: FnId, call: &Call) -> Arc<Follow> {
        Arc::clone(call.follow.get_or_init(|| Arc::new(follow(*self, function, call.range))))
    }

    /// What runs when `starts` are called; or why that cannot be in a thread.
    pub(super) fn region(&self, starts: &Vec<Start>) -> Arc<Result<Region, String>> {
        self.memo.regions.get(starts, || Arc::new(explore(*self, starts)))
    }

    /// What coroutine functions touch that are awaited, before and after they give the loop back.
    pub(super) fn ends(&self, starts: &Vec<Start>) -> Arc<Ends> {
        self.memo.ends.get(starts, || Arc::new(Ends::of(*self, starts)))
    }

    /// What is touched when `starts` are called, wherever they run.
    pub(super) fn touched(&self, starts: &Vec<Start>) -> Arc<Touched> {
        self.memo.touched.get(starts, || Arc::new(touched(*self, starts)))
    }
}
