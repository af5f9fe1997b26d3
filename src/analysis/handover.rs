//! What becomes of a function that is handed over: to a thread, to the loop, to something that calls it at once.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::decoration::{ByLoop, is_elsewhere};
use super::index::{FnId, Lookup};
use super::inside::containers_around;
use super::parameters::{Place, enclosing};
use super::resolve::Resolver;
use crate::catalogue::{Handover, RunsOn};
use crate::project::facts::{Facts, FunctionIndex, MODULE, is_accessor};
use crate::project::{DefId, FileId, Target, callee_of};

/// What becomes of a function where it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// It is called, by `function`, while the expression `at` runs.
    Called {
        file: FileId,
        at: TextRange,
        function: FunctionIndex,
        /// `at` is a call, not a decorator.
        is_call: bool,
    },
    /// The loop calls it.
    OnLoop(ByLoop),
    /// A thread, a process or nobody calls it.
    Elsewhere,
    /// It goes into variables, attributes or tables of these names, in this file.
    Named(FileId, Vec<Name>),
    /// Objects of the class are made with it, and have it in a field.
    Field(DefId, Name),
    /// What makes objects of the class around calls it for the value at this place, where it is given no other.
    Default(FileId, TextRange),
    /// What the call at this place makes calls it for entries that it does not have; the names are of what holds that.
    Missing(FileId, TextRange, Vec<Name>),
    /// The function around returns it.
    Returned(FunctionIndex),
}

impl Resolver<'_> {
    /// Whether the program's function is returned by the one around it.
    pub(super) fn returns_function(&self, id: FnId) -> bool {
        let facts = self.types.facts(id.file);
        let Some(function) = facts.functions.get(id.index as usize) else {
            return false;
        };
        facts.loads.iter().filter(|load| load.name == function.name && load.function == function.parent).any(|load| {
            self.types
                .ast(id.file)
                .is_some_and(|ast| ast.path(load.range).iter().any(|node| matches!(node, AnyNodeRef::StmtReturn(_))))
        })
    }

    /// What becomes of the expression at `range`, a reference to a function or a lambda itself.
    #[must_use]
    pub fn uses(&self, file: FileId, range: TextRange, depth: usize) -> Vec<Use> {
        if depth == 0 {
            return Vec::new();
        }
        let Some(ast) = self.types.ast(file) else {
            return Vec::new();
        };
        let path = ast.path(range);
        let facts = self.types.facts(file);
        let mut inner = range;
        // The node itself may share its range with a statement around it.
        for node in path.iter().rev().filter(|node| node.range() != range) {
            if let Some(names) = names_bound(node, inner) {
                return vec![Use::Named(file, names)];
            }
            match node {
                AnyNodeRef::ExprIf(branch) if branch.test.range().contains_range(inner) => return Vec::new(),
                AnyNodeRef::ExprAttribute(method) if method.value.range().contains_range(inner) => {
                    return self.given_out_uses(file, &path, method, depth);
                }
                AnyNodeRef::ParameterWithDefault(parameter) => {
                    return self.default_uses(file, &path, parameter, depth);
                }
                // `(f or g)()`: called where it stands.
                AnyNodeRef::ExprCall(call) if call.func.range().contains_range(inner) => {
                    let function = enclosing(&facts, call.range());
                    return vec![Use::Called { file, at: call.range(), function, is_call: true }];
                }
                AnyNodeRef::ExprCall(call) => return self.argument_uses(file, call, range, depth),
                AnyNodeRef::StmtReturn(_) => return vec![Use::Returned(enclosing(&facts, range))],
                AnyNodeRef::Decorator(decorator) => {
                    let function = enclosing(&facts, decorator.range());
                    return if function == MODULE {
                        vec![Use::Elsewhere]
                    } else {
                        vec![Use::Called { file, at: decorator.expression.range(), function, is_call: false }]
                    };
                }
                AnyNodeRef::ExprLambda(_)
                | AnyNodeRef::ExprCompare(_)
                | AnyNodeRef::StmtFunctionDef(_)
                | AnyNodeRef::StmtAssign(_)
                | AnyNodeRef::StmtExpr(_)
                | AnyNodeRef::StmtIf(_)
                | AnyNodeRef::ModModule(_) => return Vec::new(),
                _ => {}
            }
            inner = node.range();
        }
        Vec::new()
    }

    /// What becomes of what a method gives out: `{"a": function}.get(key)`, whatever calls that.
    fn given_out_uses(
        &self,
        file: FileId,
        path: &[AnyNodeRef<'_>],
        method: &ast::ExprAttribute,
        depth: usize,
    ) -> Vec<Use> {
        let call = path.iter().find_map(|node| match node {
            AnyNodeRef::ExprCall(call) if call.func.range() == method.range() => Some(call),
            _ => None,
        });
        let gives_it = is_accessor(&method.attr) || self.is_variant(file, method);
        call.filter(|_| gives_it).map(|call| self.uses(file, call.range(), depth)).unwrap_or_default()
    }

    /// Whether a method of what a decorator made of a function gives another form of it: `f.retry_with(…)`.
    fn is_variant(&self, file: FileId, method: &ast::ExprAttribute) -> bool {
        if !self.catalogue().may_be_variant(&method.attr) {
            return false;
        }
        let definitions = match &*method.value {
            Expr::Name(name) => self.types.name_definitions(file, name),
            Expr::Attribute(attribute) => self.types.attribute_definitions(file, attribute),
            _ => Vec::new(),
        };
        let world = self.types.world();
        definitions.into_iter().filter_map(|def| world.fn_of(def)).any(|id| {
            let (Some(function), Some(ast)) = (world.function(id), self.types.ast(id.file)) else { return false };
            let decorators = function.decorators.iter().filter_map(|range| ast.expression(*range));
            decorators
                .flat_map(|decorator| self.types.reference_names(id.file, callee_of(decorator)))
                .any(|name| self.catalogue().is_variant(&name, &method.attr))
        })
    }

    /// What becomes of the default of a parameter: what its function does with it.
    fn default_uses(
        &self,
        file: FileId,
        path: &[AnyNodeRef<'_>],
        parameter: &ast::ParameterWithDefault,
        depth: usize,
    ) -> Vec<Use> {
        let facts = self.types.facts(file);
        let function = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtFunctionDef(def) => facts.function_at(def.name.start()),
            _ => None,
        });
        let position = function.and_then(|index| {
            let (position, _) = facts.functions.get(index as usize)?.parameter(parameter.name())?;
            Some((FnId { file, index }, position))
        });
        position.map(|(id, position)| self.parameter_uses(id, position, depth - 1)).unwrap_or_default()
    }

    /// What `call` does with the function that it is given as the argument at `range`.
    fn argument_uses(&self, file: FileId, call: &ast::ExprCall, range: TextRange, depth: usize) -> Vec<Use> {
        let Some(place) = Place::of(call, range) else {
            return Vec::new();
        };
        let facts = self.types.facts(file);
        let here = Use::Called { file, at: call.range(), function: enclosing(&facts, call.range()), is_call: true };
        let targets = self.targets(file, &call.func);
        let mut uses = Vec::new();
        for target in &targets {
            if target.names.iter().any(|name| stands_for_function(name)) {
                let given_on = self.given_on(file, call, &place, &here, depth);
                uses.extend(given_on.unwrap_or_else(|| self.uses(file, call.range(), depth)));
                continue;
            }
            let handovers = target.names.iter().flat_map(|name| self.catalogue().handovers(name));
            let mut known = false;
            for handover in handovers.filter(|handover| place.is_for(handover)) {
                known = true;
                uses.push(match handover.on {
                    RunsOn::Now => here.clone(),
                    on @ (RunsOn::Loop | RunsOn::Awaited | RunsOn::Started) => Use::OnLoop(ByLoop::of(on)),
                    RunsOn::Thread | RunsOn::Process | RunsOn::Later => Use::Elsewhere,
                    RunsOn::Made => Use::Default(file, call.range()),
                    RunsOn::Missing => Use::Missing(file, call.range(), self.names_of(file, call.range(), depth)),
                });
            }
            // A container is made of it.
            if !known && target.names.iter().any(|name| is_container(name)) {
                known = true;
                uses.extend(self.uses(file, call.range(), depth));
            }
            if !known && let Some((class, field)) = self.field_of(target, &place) {
                known = true;
                uses.push(Use::Field(class, field));
                if self.is_container_class(class) {
                    uses.extend(self.uses(file, call.range(), depth));
                }
            }
            if !known {
                uses.extend(self.passed_to(target, &place, &here, file, call, depth));
            }
        }
        if targets.is_empty() && uses.is_empty() {
            uses.extend(self.unresolved_use(call, &place));
        }
        if let Expr::Attribute(attribute) = &*call.func
            && uses.is_empty()
            && targets.iter().all(|target| target.function.is_none_or(|def| !self.types.world().is_own(def.file)))
        {
            if is_keeper(&attribute.attr) {
                uses.push(Use::Named(file, self.containers_named(file, &attribute.value)));
            }
            // `TABLE.get(key, default)` may be the default.
            if is_accessor(&attribute.attr) {
                uses.extend(self.uses(file, call.range(), depth - 1));
            }
        }
        uses
    }

    /// What becomes of an argument that `partial(function, …)` keeps for the function, if that runs it elsewhere: it does so whoever
    /// calls what was made.
    fn given_on(
        &self,
        file: FileId,
        call: &ast::ExprCall,
        place: &Place,
        here: &Use,
        depth: usize,
    ) -> Option<Vec<Use>> {
        let function = call.arguments.args.first()?;
        let place = place.behind_first()?;
        let targets = self.targets(file, function);
        let is_known = |target: &Target| {
            let mut handovers = target.names.iter().flat_map(|name| self.catalogue().handovers(name)).peekable();
            let is_elsewhere_by = |handover: &Handover| {
                place.is_for(handover) && matches!(handover.on, RunsOn::Thread | RunsOn::Process | RunsOn::Later)
            };
            match handovers.peek() {
                Some(_) => handovers.any(is_elsewhere_by),
                None => is_elsewhere(&self.passed_to(target, &place, here, file, call, depth)),
            }
        };
        (!targets.is_empty() && targets.iter().all(is_known)).then(|| vec![Use::Elsewhere])
    }

    /// The names of a container, and of that in which it was looked up: `entries = self.handlers.setdefault(topic, [])`.
    fn containers_named(&self, file: FileId, container: &Expr) -> Vec<Name> {
        let mut names = container_names(container);
        if let (Expr::Name(name), Some(ast)) = (container, self.types.ast(file)) {
            let facts = self.types.facts(file);
            let around = containers_around(&ast, &facts, enclosing(&facts, name.range()), container);
            names.extend(around.into_iter().flat_map(container_names));
        }
        names
    }

    /// The names of what holds the value at `range`.
    fn names_of(&self, file: FileId, range: TextRange, depth: usize) -> Vec<Name> {
        let uses = self.uses(file, range, depth).into_iter();
        let named = uses.filter_map(|use_| if let Use::Named(_, names) = use_ { Some(names) } else { None });
        named.flatten().collect()
    }

    /// A callee whose type is unknown, but whose name is that of something which runs functions elsewhere.
    fn unresolved_use(&self, call: &ast::ExprCall, place: &Place) -> Option<Use> {
        let name = match &*call.func {
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            Expr::Name(name) => name.id.as_str(),
            _ => return None,
        };
        self.catalogue()
            .handovers_with_last_name(name)
            .any(|handover| place.is_for(handover) && handover.on != RunsOn::Now && !handover.on.is_loop())
            .then_some(Use::Elsewhere)
    }
}

/// The classes whose instances are called as the function that they are given is.
fn stands_for_function(class: &str) -> bool {
    matches!(class, "functools.partial" | "functools.partialmethod" | "builtins.staticmethod" | "builtins.classmethod")
}

/// The classes and functions that make a container of what they are given.
fn is_container(name: &str) -> bool {
    matches!(
        name,
        "builtins.dict"
            | "builtins.list"
            | "builtins.tuple"
            | "builtins.set"
            | "builtins.frozenset"
            | "builtins.enumerate"
            | "builtins.zip"
            | "builtins.reversed"
            | "builtins.iter"
            | "collections.deque"
            | "collections.OrderedDict"
            | "types.MappingProxyType"
            | "itertools.chain"
            | "itertools.cycle"
            | "dataclasses.field"
    )
}

/// Methods of containers that put an argument into them.
pub(super) fn is_keeper(method: &str) -> bool {
    matches!(
        method,
        "add" | "append" | "appendleft" | "extend" | "insert" | "setdefault" | "update" | "put" | "put_nowait"
    )
}

/// The name of a container, whichever part of it is meant: `self.handlers.setdefault(name, [])`.
pub(super) fn container_names(container: &Expr) -> Vec<Name> {
    match container {
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(attribute) => container_names(&attribute.value),
            _ => Vec::new(),
        },
        other => target_names(other),
    }
}

/// A name and the variables that are bound to a part of what it holds: `for step in steps`.
pub(super) fn bound_from<'a>(
    facts: &'a Facts,
    name: &'a Name,
    within: &impl Fn(FunctionIndex) -> bool,
) -> Vec<&'a Name> {
    let parts =
        facts.bindings.iter().filter(|binding| within(binding.function) && binding.sources[..] == [name.clone()]);
    let parts = parts.map(|binding| &binding.target);
    let unpacked = facts.parts.iter().filter(|part| within(part.function) && part.sources[..] == [name.clone()]);
    std::iter::once(name).chain(parts).chain(unpacked.map(|part| &part.target)).collect()
}

/// The names that a node gives what stands in it, at `inner`.
fn names_bound(node: &AnyNodeRef<'_>, inner: TextRange) -> Option<Vec<Name>> {
    match node {
        AnyNodeRef::StmtFor(for_) if for_.iter.range() == inner => Some(target_names(&for_.target)),
        AnyNodeRef::Comprehension(comprehension) if comprehension.iter.range() == inner => {
            Some(target_names(&comprehension.target))
        }
        AnyNodeRef::StmtAssign(assign) if assign.value.range().contains_range(inner) => {
            Some(assign.targets.iter().flat_map(target_names).collect())
        }
        AnyNodeRef::StmtAnnAssign(assign) => Some(target_names(&assign.target)),
        AnyNodeRef::ExprNamed(named) => Some(target_names(&named.target)),
        _ => None,
    }
}

fn target_names(target: &Expr) -> Vec<Name> {
    match target {
        Expr::Name(name) => vec![name.id.clone()],
        Expr::Attribute(attribute) => vec![attribute.attr.id.clone()],
        Expr::Subscript(subscript) => target_names(&subscript.value),
        Expr::Tuple(tuple) => tuple.elts.iter().flat_map(target_names).collect(),
        _ => Vec::new(),
    }
}
