//! Attributes of classes that run functions when they are read, set or deleted: `property(f)`, and objects that have `__get__`.

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprContext, StmtAssign};
use ruff_text_size::{Ranged, TextRange};

use super::subject::Subject;
use super::{Callers, Edge, Via};
use crate::analysis::index::{FnId, Lookup};
use crate::analysis::resolve::Resolver;
use crate::project::facts::{CallForm, MODULE};
use crate::project::{Ast, DefId, FileId, Shape, callee_of};

/// An attribute of a class that runs a function.
pub(super) struct Accessor {
    pub class: DefId,
    pub name: Name,
    pub context: ExprContext,
    /// The class itself has it as well, not only its instances.
    is_of_class: bool,
}

impl Resolver<'_> {
    /// The attributes that run the subject.
    pub(super) fn accessors(&self, subject: &Subject) -> Vec<Accessor> {
        let mut found = self.given_to_property(subject);
        let context = match subject.name.as_str() {
            "__get__" => ExprContext::Load,
            "__set__" => ExprContext::Store,
            "__delete__" => ExprContext::Del,
            _ => return found,
        };
        let Some(class) = subject.class else { return found };
        for (class, name) in self.attributes_of(class) {
            found.push(Accessor { class, name, context, is_of_class: context == ExprContext::Load });
        }
        found
    }

    /// Adds the reads of attributes that run the subject.
    pub(super) fn read_calls(&self, accessors: &[Accessor], callers: &mut Callers) {
        for accessor in accessors.iter().filter(|accessor| accessor.context == ExprContext::Load) {
            for (file, source) in self.types.world().own_files() {
                if !self.neighbours().knows(file, accessor.class.file) {
                    continue;
                }
                let loads = source.facts.loads.iter().filter(|load| load.attribute && load.name == accessor.name);
                let loads = loads.map(|load| (load.range, load.function));
                // What is called is read first.
                let calls = source.facts.calls.iter().filter(|call| {
                    matches!(call.form, CallForm::Call | CallForm::Awaited) && call.name == accessor.name
                });
                let mut read = loads.chain(calls.map(|call| (call.range, call.function))).peekable();
                let Some(ast) = read.peek().and_then(|_| self.types.ast(file)) else { continue };
                for (range, function) in read.filter(|(_, function)| *function != MODULE) {
                    let Some(expr) = ast.expression(range) else { continue };
                    let Some(attribute) = callee_of(expr).as_attribute_expr() else { continue };
                    if self.has_accessor(file, &attribute.value, accessor) {
                        let caller = FnId { file, index: function };
                        callers.edges.push(Edge { caller, at: attribute.range(), via: Via::Property });
                    }
                }
            }
        }
    }

    /// Whether an object has the accessor as its attribute, and nothing in its place.
    pub(super) fn has_accessor(&self, file: FileId, object: &Expr, accessor: &Accessor) -> bool {
        self.shapes(file, object).into_iter().any(|shape| {
            let class = match shape {
                Shape::Instance(class) => class,
                Shape::Class(class) if accessor.is_of_class => class,
                _ => return false,
            };
            let mro = self.types.mro(class);
            mro.iter().find(|base| base.member(&accessor.name).is_some()).is_some_and(|base| base.id == accessor.class)
        })
    }

    /// `name = property(read, write, delete)` in the body of a class, of which the subject is one.
    fn given_to_property(&self, subject: &Subject) -> Vec<Accessor> {
        let file = subject.id.file;
        let mut found = Vec::new();
        let Some(ast) = self.types.ast(file).filter(|_| subject.class.is_some() || subject.is_lambda()) else {
            return found;
        };
        let references: Vec<TextRange> = if subject.is_lambda() {
            vec![subject.range]
        } else {
            let loads = self.index().loads(&subject.name);
            let first = loads.partition_point(|(home, _)| *home < file);
            let own = loads[first..].iter().take_while(|(home, _)| *home == file);
            own.filter_map(|posting| self.types.world().load_at(*posting))
                .filter(|load| !load.attribute)
                .map(|load| load.range)
                .collect()
        };
        for range in references {
            let Some((assign, class, context)) = property_around(&ast, range) else { continue };
            let Some(call) = assign.value.as_call_expr() else { continue };
            let class = DefId { file, start: class };
            let is_own = subject.class.is_none_or(|own| own == class);
            let mut names = self.types.targets(file, &call.func).into_iter().flat_map(|target| target.names);
            if is_own && names.any(|name| matches!(name.as_str(), "builtins.property" | "functools.cached_property")) {
                let targets = assign.targets.iter().filter_map(Expr::as_name_expr);
                let accessor = |name: Name| Accessor { class, name, context, is_of_class: false };
                found.extend(targets.map(|name| accessor(name.id.clone())));
            }
        }
        found
    }

    /// The attributes of classes that objects of `class` are: `name = Column()`, and what has one as its decorator.
    fn attributes_of(&self, class: DefId) -> Vec<(DefId, Name)> {
        let world = self.types.world();
        let own = self.types.class_name(class);
        let names = self.index().with_subclasses(&Name::new(own.rsplit('.').next().unwrap_or(&own)));
        let makes = |file: FileId, func: &Expr| {
            let mut made = self.types.targets(file, func).into_iter().filter_map(|target| target.class);
            made.any(|made| self.derives(made, class))
        };
        let mut found = Vec::new();
        for &posting in names.iter().flat_map(|name| self.index().bindings_from(name)) {
            let file = posting.0;
            let Some(binding) = world.binding_at(posting) else { continue };
            let Some(owner) = self.class_whose_body_has(file, binding.value, binding.function) else { continue };
            let Some(ast) = self.types.ast(file) else { continue };
            if ast.call(binding.value).is_some_and(|call| makes(file, &call.func)) {
                found.push((owner, binding.target.clone()));
            }
        }
        for &posting in names.iter().flat_map(|name| self.index().decorated(name)) {
            let file = posting.0;
            let Some(decorated) = world.decorated_at(posting) else { continue };
            let facts = self.types.facts(file);
            let Some(function) = facts.function_at(decorated.below) else { continue };
            let Some(owner) = world.enclosing_class(FnId { file, index: function }) else { continue };
            let Some(ast) = self.types.ast(file) else { continue };
            let Some(expr) = ast.expression(decorated.range) else { continue };
            if makes(file, callee_of(expr))
                && let Some(function) = facts.functions.get(function as usize)
            {
                found.push((owner, function.name.clone()));
            }
        }
        found
    }

    /// The class in whose body, and in no function of it, a value stands.
    fn class_whose_body_has(&self, file: FileId, value: TextRange, function: u32) -> Option<DefId> {
        let facts = self.types.facts(file);
        let around = facts.classes.iter().filter(|class| class.range.contains_range(value) && class.range != value);
        let class = around.max_by_key(|class| class.range.start()).filter(|class| class.function == function)?;
        Some(DefId { file, start: class.start })
    }
}

/// The assignment in a class body whose value is a call with the function at `range`, where the class's name starts, and what the
/// function is for.
fn property_around(ast: &Ast, range: TextRange) -> Option<(&StmtAssign, ruff_text_size::TextSize, ExprContext)> {
    let path = ast.path(range);
    let mut around = path.iter().rev().filter(|node| node.range() != range);
    let mut keyword = None;
    let call = loop {
        match around.next()? {
            AnyNodeRef::Arguments(_) => {}
            AnyNodeRef::Keyword(given) => keyword = given.arg.as_ref().map(|name| name.as_str()),
            AnyNodeRef::ExprCall(call) => break *call,
            _ => return None,
        }
    };
    let AnyNodeRef::StmtAssign(assign) = around.next()? else { return None };
    let AnyNodeRef::StmtClassDef(class) = around.next()? else { return None };
    let position = call.arguments.args.iter().position(|argument| argument.range() == range);
    let context = match (keyword, position) {
        (Some("fget" | "func"), _) | (None, Some(0)) => ExprContext::Load,
        (Some("fset"), _) | (None, Some(1)) => ExprContext::Store,
        (Some("fdel"), _) | (None, Some(2)) => ExprContext::Del,
        _ => return None,
    };
    (assign.value.range() == call.range()).then(|| (*assign, class.name.start(), context))
}
