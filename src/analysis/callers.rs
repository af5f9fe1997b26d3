//! Who calls a function: directly, through its class, as a property or an operator, or because it was handed over.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::handover::{Decoration, Use};
use super::index::{FnId, Lookup, Posting};
use super::resolve::{Placed, Resolver};
use crate::project::facts::{Call, CallForm, Function, FunctionKind, MODULE};
use crate::project::{Ast, DefId, FileId, Shape, Target};

/// A call that one function makes towards another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edge {
    pub caller: FnId,
    /// The call, or the expression that calls implicitly, in the caller's file.
    pub at: TextRange,
    pub via: Via,
}

/// How an expression makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// It is a call that names what it calls.
    Call,
    /// Its result is awaited.
    Awaited,
    /// It is a call that was given the function, or that calls what a variable or table holds.
    Handed,
    /// A property is read.
    Property,
    /// An operator, a `with`, an iteration or a decorator.
    Implicit,
}

/// Where a function's body runs, one step up.
#[derive(Debug, Clone, Default)]
pub struct Callers {
    pub edges: Vec<Edge>,
    /// The loop itself calls it: a callback.
    pub on_loop: bool,
    /// Its result is computed once and kept.
    pub cached: bool,
}

impl Resolver<'_> {
    /// Who calls `id` on the same thread.
    #[must_use]
    pub fn callers(&self, id: FnId) -> Callers {
        let mut callers = Callers::default();
        let world = self.types.world().clone();
        let (Some(function), Some(def)) = (world.function(id), world.def_of(id)) else {
            return callers;
        };
        let decoration = self.decoration(id, &function);
        callers.cached = decoration.cached;
        callers.on_loop = decoration.on_loop;
        if function.kind == FunctionKind::Lambda {
            self.follow_uses(id, def, id.file, function.range, &mut callers);
            return callers;
        }
        let subject = Subject::new(self, id, def, &function, &decoration);
        self.calls_by_name(&subject, &mut callers);
        if function.is_property {
            self.property_loads(&subject, &mut callers);
        }
        if !decoration.elsewhere {
            self.references(&subject, &mut callers);
        }
        callers.edges.sort_unstable_by_key(|edge| (edge.caller, edge.at.start(), edge.at.end()));
        callers.edges.dedup_by_key(|edge| (edge.caller, edge.at));
        callers
    }

    fn calls_by_name(&self, subject: &Subject, callers: &mut Callers) {
        for name in &subject.names {
            for &posting in self.index().calls(name) {
                if self.is_call_of(subject, posting)
                    && let Some(call) = self.types.world().call_at(posting)
                    && !self.is_generator_elsewhere(subject, posting.0, &call)
                {
                    callers.edges.push(Edge {
                        caller: FnId { file: posting.0, index: call.function },
                        at: call.range,
                        via: match call.form {
                            CallForm::Call => Via::Call,
                            CallForm::Awaited => Via::Awaited,
                            _ => Via::Implicit,
                        },
                    });
                }
            }
        }
    }

    /// Whether the generator that a call makes is gone through by something that runs it in a thread.
    fn is_generator_elsewhere(&self, subject: &Subject, file: FileId, call: &Call) -> bool {
        if !subject.is_generator || call.form != CallForm::Call {
            return false;
        }
        let uses = self.uses(file, call.range, 2);
        !uses.is_empty() && uses.iter().all(|use_| matches!(use_, Use::Elsewhere))
    }

    fn is_call_of(&self, subject: &Subject, posting: Posting) -> bool {
        let world = self.types.world();
        let (file, _) = posting;
        let Some(call) = world.call_at(posting) else {
            return false;
        };
        if call.function == MODULE || !self.may_name(subject, file) {
            return false;
        }
        match call.form {
            CallForm::Call | CallForm::Awaited if subject.typed_only => self.types.ast(file).is_some_and(|ast| {
                let node = ast.call(call.range);
                node.is_some_and(|node| self.types.shapes(file, &node.func).contains(&Shape::Function(subject.def)))
            }),
            CallForm::Indexed => false,
            _ => self.targets_of(file, &call).iter().any(|(target, receiver)| {
                self.reaches(subject, target, || self.is_exact_at(file, *receiver, target.class))
            }),
        }
    }

    /// What a call, or an expression that calls implicitly, may call, and the range of what it is called on. Asked once for
    /// each call of a program: many functions have the same name.
    fn targets_of(&self, file: FileId, call: &Call) -> Placed {
        let key = (file, call.range, call.name.clone());
        if let Some(known) = self.shared.calls.get(&key) {
            return known;
        }
        let targets = Arc::new(self.types.ast(file).map(|ast| self.find_targets(file, &ast, call)).unwrap_or_default());
        self.shared.calls.insert(key, Arc::clone(&targets));
        targets
    }

    fn find_targets(&self, file: FileId, ast: &Ast, call: &Call) -> Vec<(Target, TextRange)> {
        let with_range = |targets: Vec<Target>, range: TextRange| {
            targets.into_iter().map(move |target| (target, range)).collect::<Vec<_>>()
        };
        match call.form {
            CallForm::Call | CallForm::Awaited => ast
                .call(call.range)
                .map(|node| with_range(self.targets(file, &node.func), node.func.range()))
                .unwrap_or_default(),
            CallForm::With | CallForm::Iterate => ast
                .expression(call.range)
                .map(|expr| with_range(self.implicit_targets(file, expr, &call.name), call.range))
                .unwrap_or_default(),
            CallForm::Operator => operands(ast, call)
                .into_iter()
                .flat_map(|operand| with_range(self.implicit_targets(file, operand, &call.name), operand.range()))
                .collect(),
            CallForm::Indexed => Vec::new(),
        }
    }

    fn is_exact_at(&self, file: FileId, receiver: TextRange, class: Option<DefId>) -> bool {
        let (Some(class), Some(ast)) = (class, self.types.ast(file)) else {
            return false;
        };
        ast.expression(receiver).is_some_and(|func| self.is_exact(file, func, class))
    }

    fn implicit_targets(&self, file: FileId, expr: &Expr, method: &str) -> Vec<Target> {
        self.shapes(file, expr)
            .iter()
            .filter_map(|shape| match shape {
                Shape::Instance(class) => self.types.member(*class, method),
                _ => None,
            })
            .collect()
    }

    /// Whether a call with this target may run the subject: it is the target, or it overrides the target in a
    /// subclass of the class that the receiver is declared to be.
    fn reaches(&self, subject: &Subject, target: &Target, is_exact: impl FnOnce() -> bool) -> bool {
        if target.function == Some(subject.def) {
            return true;
        }
        let (Some(own), Some(class)) = (subject.class, target.class) else {
            return false;
        };
        if own == class || target.function.is_none() && !self.is_declared(class, &subject.name) {
            return false;
        }
        let is_override = subject.bases.contains(&class) || self.is_structural(own, class);
        is_override && !is_exact()
    }

    fn is_declared(&self, class: DefId, name: &str) -> bool {
        self.types.world().is_own(class.file) && self.types.class(class).member(name).is_some()
    }

    /// Whether `own` has every method that the protocol `class` asks for.
    fn is_structural(&self, own: DefId, class: DefId) -> bool {
        if !self.lists_protocol(class) {
            return false;
        }
        let facts = self.types.facts(class.file);
        let Some(members) =
            facts.class_at(class.start).and_then(|index| facts.classes.get(index as usize)).map(|class| &class.members)
        else {
            return false;
        };
        let mro = self.types.mro(own);
        !members.is_empty()
            && members
                .iter()
                .filter(|(_, function)| function.is_some())
                .all(|(name, _)| mro.iter().any(|base| base.member(name).is_some()))
    }

    /// `Protocol` is a special form, which the engine does not list among the bases.
    fn lists_protocol(&self, class: DefId) -> bool {
        let facts = self.types.facts(class.file);
        facts
            .class_at(class.start)
            .and_then(|index| facts.classes.get(index as usize))
            .is_some_and(|class| class.bases.iter().any(|base| base.as_str() == "Protocol"))
    }

    /// Whether the receiver was made by calling `class` itself, so that no subclass can be behind it.
    fn is_exact(&self, file: FileId, func: &Expr, class: DefId) -> bool {
        let receiver = match func {
            Expr::Attribute(attribute) => &*attribute.value,
            other => other,
        };
        match receiver {
            Expr::Call(call) => self.types.shapes(file, &call.func).contains(&Shape::Class(class)),
            Expr::Name(name) => {
                let facts = self.types.facts(file);
                let scope = facts.enclosing(name.start());
                let Some(ast) = self.types.ast(file) else {
                    return false;
                };
                let mut bound = facts
                    .bindings
                    .iter()
                    .filter(|binding| binding.function == scope && binding.target == name.id)
                    .peekable();
                bound.peek().is_some()
                    && bound.all(|binding| match ast.expression(binding.value) {
                        Some(Expr::Call(call)) => self.types.shapes(file, &call.func).contains(&Shape::Class(class)),
                        _ => false,
                    })
            }
            _ => false,
        }
    }

    /// Whether `file` can have a name for a function of a module: it is in the file, or the file imports something.
    fn may_name(&self, subject: &Subject, file: FileId) -> bool {
        if file == subject.id.file || subject.class.is_some() {
            return true;
        }
        let facts = self.types.facts(file);
        facts.imports.iter().any(|import| {
            import.bound.as_str() == "*"
                || import.name.as_ref().is_some_and(|name| subject.names.contains(name) || *name == subject.module)
                || import.module.rsplit('.').next() == Some(subject.module.as_str())
                || subject.names.contains(&import.bound)
        }) || !subject.top_level
    }

    fn property_loads(&self, subject: &Subject, callers: &mut Callers) {
        for &posting in self.index().loads(&subject.name) {
            let Some(load) = self.types.world().load_at(posting) else { continue };
            if !load.attribute || load.function == MODULE {
                continue;
            }
            let Some(ast) = self.types.ast(posting.0) else { continue };
            let Some(Expr::Attribute(attribute)) = ast.expression(load.range) else { continue };
            let hit = self.shapes(posting.0, &attribute.value).iter().any(|shape| match shape {
                Shape::Instance(class) => self.types.member(*class, &subject.name).is_some_and(|target| {
                    self.reaches(subject, &target, || self.is_exact(posting.0, &attribute.value, *class))
                }),
                _ => false,
            });
            if hit {
                callers.edges.push(Edge {
                    caller: FnId { file: posting.0, index: load.function },
                    at: load.range,
                    via: Via::Property,
                });
            }
        }
    }

    /// Places where the function is named but not called.
    fn references(&self, subject: &Subject, callers: &mut Callers) {
        for name in &subject.references {
            for &posting in self.index().loads(name) {
                if !self.may_name(subject, posting.0) {
                    continue;
                }
                let Some(load) = self.types.world().load_at(posting) else { continue };
                if self.refers_to(subject, posting.0, load.range) {
                    self.follow_uses(subject.id, subject.def, posting.0, load.range, callers);
                }
            }
        }
    }

    fn refers_to(&self, subject: &Subject, file: FileId, range: TextRange) -> bool {
        let Some(ast) = self.types.ast(file) else {
            return false;
        };
        if !is_passed_on(&ast, range) {
            return false;
        }
        match ast.expression(range) {
            Some(expr @ Expr::Name(name)) => {
                self.types.shapes(file, expr).contains(&Shape::Function(subject.def))
                    || self.types.name_definitions(file, name).contains(&subject.def)
            }
            Some(Expr::Attribute(attribute)) => {
                self.targets(file, &Expr::Attribute(attribute.clone())).iter().any(|target| {
                    let exact = || target.class.is_some_and(|class| self.is_exact(file, &attribute.value, class));
                    self.reaches(subject, target, exact)
                })
            }
            _ => false,
        }
    }

    /// Adds what becomes of a reference at `range`.
    fn follow_uses(&self, id: FnId, def: DefId, file: FileId, range: TextRange, callers: &mut Callers) {
        let facts = self.types.facts(file);
        for use_ in self.uses(file, range, 3) {
            match use_ {
                Use::Called { file, at, function, is_call } => callers.edges.push(Edge {
                    caller: FnId { file, index: function },
                    at,
                    via: if is_call { Via::Handed } else { Via::Implicit },
                }),
                Use::OnLoop => callers.on_loop = true,
                Use::Elsewhere => {}
                Use::Named(names) => self.alias_calls(id, def, file, &names, callers),
                Use::Returned(function) => {
                    let Some(owner) = facts.functions.get(function as usize) else { continue };
                    let mut names = Vec::new();
                    for &posting in self.index().bindings_from(&owner.name) {
                        names.extend(self.types.world().binding_at(posting).map(|binding| binding.target));
                    }
                    names.push(owner.name.clone());
                    self.alias_calls(id, def, file, &names, callers);
                }
            }
        }
    }

    /// Calls of a variable, attribute or table entry that the function was put into.
    fn alias_calls(&self, id: FnId, def: DefId, home: FileId, names: &[Name], callers: &mut Callers) {
        let mut all: Vec<Name> = Vec::new();
        for name in names {
            for alias in self.index().with_aliases(name) {
                if !all.contains(&alias) {
                    all.push(alias);
                }
            }
        }
        // `for step in STEPS: step()`, `run = TABLE[key]`
        for name in all.clone() {
            for &posting in self.index().bindings_to_names_from(&name) {
                if let Some(binding) = self.types.world().binding_at(posting)
                    && !all.contains(&binding.target)
                {
                    all.push(binding.target);
                }
            }
        }
        for name in &all {
            for &posting in self.index().calls(name) {
                let Some(call) = self.types.world().call_at(posting) else { continue };
                if call.function != MODULE && self.is_alias_call(id, def, home, posting, &call) {
                    callers.edges.push(Edge {
                        caller: FnId { file: posting.0, index: call.function },
                        at: call.range,
                        via: if call.form == CallForm::Awaited { Via::Awaited } else { Via::Handed },
                    });
                }
            }
        }
    }

    fn is_alias_call(&self, id: FnId, def: DefId, home: FileId, posting: Posting, call: &Call) -> bool {
        let (file, _) = posting;
        let Some(ast) = self.types.ast(file) else {
            return false;
        };
        let Some(node) = ast.call(call.range) else {
            return false;
        };
        let targets = self.types.targets(file, &node.func);
        if targets.iter().any(|target| target.function == Some(def)) {
            return true;
        }
        if !targets.is_empty() {
            return false;
        }
        // The types do not say what is called; then the name must be the one that the function was put into.
        let base = match &*node.func {
            Expr::Subscript(subscript) => &*subscript.value,
            Expr::Call(_) => return false,
            other => other,
        };
        match base {
            Expr::Name(name) => {
                file == home || self.types.bindings(file, name).iter().any(|binding| binding.file == home)
            }
            Expr::Attribute(attribute) => {
                let world = self.types.world();
                let mine = world.enclosing_class(self.outermost(id));
                self.shapes(file, &attribute.value).iter().any(|shape| {
                    matches!(shape, Shape::Instance(class) | Shape::Class(class)
                        if class.file == home && mine.is_none_or(|mine| mine == *class || file == home))
                })
            }
            _ => false,
        }
    }

    /// The outermost function around a nested one.
    fn outermost(&self, mut id: FnId) -> FnId {
        let world = self.types.world();
        while let Some(function) = world.function(id) {
            if function.parent == MODULE {
                break;
            }
            id.index = function.parent;
        }
        id
    }
}

/// What an operator takes the method of.
fn operands<'a>(ast: &'a Ast, call: &Call) -> Vec<&'a Expr> {
    ast.path(call.range)
        .into_iter()
        .rev()
        .filter(|node| node.range() == call.range)
        .find_map(|node| match node {
            AnyNodeRef::ExprSubscript(subscript) => Some(vec![&*subscript.value]),
            AnyNodeRef::ExprBinOp(operation) => Some(vec![&*operation.left]),
            AnyNodeRef::StmtAugAssign(assign) => Some(vec![&*assign.target]),
            AnyNodeRef::ExprCompare(compare) if call.name.as_str() == "__contains__" => {
                Some(compare.comparators.iter().collect())
            }
            AnyNodeRef::ExprCompare(compare) => Some(vec![&*compare.left]),
            _ => None,
        })
        .unwrap_or_default()
}

/// A function whose callers are looked for.
pub struct Subject {
    pub id: FnId,
    pub def: DefId,
    pub name: Name,
    /// The names by which it may be called.
    names: Vec<Name>,
    /// The names by which it may be referred to.
    references: Vec<Name>,
    class: Option<DefId>,
    /// The class with all that it inherits from.
    bases: FxHashSet<DefId>,
    module: Name,
    top_level: bool,
    is_generator: bool,
    /// Its decorator runs it elsewhere; only a call of the very function counts.
    typed_only: bool,
}

impl Subject {
    fn new(resolver: &Resolver<'_>, id: FnId, def: DefId, function: &Function, decoration: &Decoration) -> Self {
        let world = resolver.types.world();
        let index = resolver.index();
        let class = world.enclosing_class(id);
        let references = index.with_aliases(&function.name);
        let mut names = references.clone();
        if let Some(class) = class
            && matches!(function.name.as_str(), "__init__" | "__new__" | "__post_init__")
        {
            let facts = world.facts(class.file);
            if let Some(class) = facts.class_at(class.start).and_then(|i| facts.classes.get(i as usize)) {
                names.extend(index.with_subclasses(&class.name));
            }
            names.push(Name::new_static("cls"));
        }
        if let Some(class) = class
            && function.name.as_str() == "__call__"
        {
            let facts = world.facts(class.file);
            if let Some(class) = facts.class_at(class.start).and_then(|i| facts.classes.get(i as usize)) {
                for name in index.with_subclasses(&class.name) {
                    for &posting in index.bindings_from(&name) {
                        names.extend(world.binding_at(posting).map(|binding| binding.target));
                    }
                }
            }
        }
        names.sort_unstable();
        names.dedup();
        let file = world.file(id.file);
        let stem = file.and_then(|file| {
            let stem = file.path.file_stem()?.to_str()?;
            if stem == "__init__" { file.path.parent()?.file_name()?.to_str() } else { Some(stem) }
        });
        Self {
            id,
            def,
            name: function.name.clone(),
            names,
            references,
            bases: class
                .map(|class| resolver.types.mro(class).iter().map(|base| base.id).collect())
                .unwrap_or_default(),
            class,
            module: Name::new(stem.unwrap_or_default()),
            top_level: function.parent == MODULE,
            is_generator: function.is_generator,
            typed_only: decoration.elsewhere,
        }
    }
}

/// Whether the expression at `range` is used as a value, rather than as part of a longer name or an annotation.
fn is_passed_on(ast: &Ast, range: TextRange) -> bool {
    let path = ast.path(range);
    let mut parents = path.iter().rev().skip_while(|node| node.range() == range);
    match parents.next() {
        Some(AnyNodeRef::ExprAttribute(_)) | None => false,
        Some(AnyNodeRef::ExprSubscript(subscript)) => subscript.slice.range() == range,
        Some(AnyNodeRef::Parameter(_) | AnyNodeRef::StmtAnnAssign(_)) => {
            matches!(parents.next(), Some(AnyNodeRef::StmtAnnAssign(assign))
                if assign.value.as_ref().is_some_and(|value| value.range() == range))
                || path.iter().any(|node| match node {
                    AnyNodeRef::StmtAnnAssign(assign) => {
                        assign.value.as_ref().is_some_and(|value| value.range().contains_range(range))
                    }
                    _ => false,
                })
        }
        Some(_) => true,
    }
}
