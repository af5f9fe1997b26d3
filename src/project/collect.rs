//! Collects the [`Facts`] of one file from its syntax tree.

mod definitions;
mod methods;
mod scopes;
mod suppression;
mod values;

use ruff_python_ast::name::Name;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    self as ast, Comprehension, ExceptHandler, Expr, ExprContext, ModModule, Pattern, Stmt, TypeParam,
};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::emptied;
use super::facts::{
    Call, CallForm, ClassIndex, Facts, Flow, Function, FunctionIndex, FunctionKind, Load, MODULE, Part, Reach, Source,
};
use super::syntax::last;
use super::tangles::Tangles;
use super::{fields, flows, work};
pub use methods::{compare_method, is_accessor, is_adder, is_mutator, operator_method, protocol_of};
use scopes::Scopes;
use suppression::suppression;

/// The facts of a parsed file.
#[must_use]
pub fn collect(parsed: &Parsed<ModModule>, source: &str) -> Facts {
    let mut collector = Collector::new(source);
    collector.visit_body(&parsed.syntax().body);
    let mut facts = collector.facts;
    collector.scopes.settle(&mut facts);
    facts.tangled = collector.tangles.functions();
    facts.error = parsed.errors().first().map(|error| (error.location.start(), error.error.to_string()));
    for token in parsed.tokens() {
        if token.kind() == TokenKind::Comment {
            facts.comments.extend(suppression(&source[token.range()], token.range()));
        }
    }
    facts.work = work::of_module(parsed.syntax());
    facts.bound.settle();
    facts.index();
    facts.shrink();
    facts
}

struct Collector {
    facts: Facts,
    function: FunctionIndex,
    /// The class whose body is being visited, if the innermost scope is a class.
    class: Option<ClassIndex>,
    awaited: Option<TextRange>,
    /// How many statements around may leave out what is in them.
    conditions: usize,
    tangles: Tangles,
    scopes: Scopes,
}

impl Collector {
    fn new(source: &str) -> Self {
        let mut facts = Facts::default();
        facts.functions.push(Function {
            name: Name::new_static(""),
            start: TextSize::new(0),
            range: TextRange::up_to(TextSize::of(source)),
            parent: MODULE,
            class: None,
            kind: FunctionKind::Module,
            is_async: false,
            is_generator: false,
            is_stub: false,
            is_property: false,
            is_static: false,
            returns_plain: false,
            decorators: Vec::new(),
            parameters: Vec::new(),
        });
        Self {
            facts,
            function: MODULE,
            class: None,
            awaited: None,
            conditions: 0,
            tangles: Tangles::default(),
            scopes: Scopes::default(),
        }
    }

    /// `object` is what the chain of the call starts from.
    fn call(&mut self, name: Name, range: TextRange, form: CallForm, object: Option<&Expr>) {
        let chain = object.map(|object| self.chain(object)).unwrap_or_default().into();
        self.facts.calls.push(Call { name, range, function: self.function, form, arguments: None, chain });
    }

    /// `call`, of what has a name.
    fn named_call(&mut self, name: Name, call: &ast::ExprCall, form: CallForm, object: &Expr) {
        self.call(name, call.range(), form, Some(object));
        if let Some(fact) = self.facts.calls.last_mut() {
            fact.arguments = argument_count(&call.arguments);
        }
    }

    /// `operand` is what has the method.
    fn operator(&mut self, method: &'static str, range: TextRange, operand: &Expr) {
        self.call(Name::new_static(method), range, CallForm::Operator, Some(operand));
    }

    /// The names on the way to an object; of `self` and `super()`, the class around.
    fn chain(&self, object: &Expr) -> Vec<Source> {
        let is_own = match object {
            Expr::Name(name) => matches!(name.id.as_str(), "self" | "cls"),
            Expr::Call(call) => matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "super"),
            _ => false,
        };
        if !is_own {
            let chain = flows::chain(object);
            let around = &self.facts.functions[self.function as usize];
            // What calls a lambda passes what no name says: `sorted(paths, key=lambda path: path.stat())`.
            let is_passed = |source: &Source| !source.is_member && around.parameter(&source.name).is_some();
            let is_unsaid = around.kind == FunctionKind::Lambda && chain.iter().any(is_passed);
            return if is_unsaid { Vec::new() } else { chain };
        }
        let class = self.facts.class_around(self.function).and_then(|class| self.facts.classes.get(class as usize));
        class.map(|class| Source::plain(class.name.clone(), Part::Own)).into_iter().collect()
    }

    /// Notes what a definition or an import binds.
    fn define(&mut self, name: &str) {
        if self.function == MODULE && self.class.is_none() && self.conditions == 0 {
            self.facts.bound.once(name);
        } else {
            self.facts.bound.again(name);
        }
    }

    /// A name of a module or class is seen from outside.
    fn local_reach(&self) -> Reach {
        if self.function == MODULE || self.class.is_some() { Reach::Both } else { Reach::Local }
    }

    /// Adds flows into names of the function around.
    fn add_flows(&mut self, flows: impl IntoIterator<Item = Flow>) {
        for flow in flows {
            self.scopes.read_in(self.function);
            self.facts.flows.push(Flow { home: self.function, ..flow });
        }
    }

    fn iterate(&mut self, iterable: &Expr) {
        let range = iterable.range();
        self.call(Name::new_static("__iter__"), range, CallForm::Iterate, Some(iterable));
        self.call(Name::new_static("__next__"), range, CallForm::Iterate, Some(iterable));
    }

    /// What a generator yields comes from it.
    fn yielded(&mut self, expr: &Expr) {
        let value = match expr {
            Expr::Yield(yield_) => yield_.value.as_deref(),
            Expr::YieldFrom(from) => Some(&*from.value),
            _ => None,
        };
        let function = &self.facts.functions[self.function as usize];
        if let Some(value) = value.filter(|_| !function.returns_plain) {
            let flow = flows::flow(function.name.clone(), Reach::Both, value);
            self.add_flows(flow.map(|flow| Flow { is_result: true, ..flow }));
        }
    }
}

impl<'a> Visitor<'a> for Collector {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::If(branch) => {
                self.tangles.test(self.function, &branch.test);
                for clause in branch.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref()) {
                    self.tangles.test(self.function, clause);
                }
            }
            Stmt::FunctionDef(def) => return self.function_def(def),
            Stmt::ClassDef(def) => return self.class_def(def),
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.import(alias.name.as_str(), 0, None, alias);
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                for alias in &import.names {
                    self.import(module, import.level, Some(&alias.name.id), alias);
                }
            }
            Stmt::With(with) => {
                for item in &with.items {
                    if !with.is_async {
                        let range = item.context_expr.range();
                        let manager = Some(&item.context_expr);
                        self.call(Name::new_static("__enter__"), range, CallForm::With, manager);
                        self.call(Name::new_static("__exit__"), range, CallForm::With, manager);
                    }
                    if let Some(target) = &item.optional_vars {
                        self.bind(target, &item.context_expr);
                    }
                }
            }
            Stmt::For(for_) => {
                if !for_.is_async {
                    self.iterate(&for_.iter);
                }
                self.bind(&for_.target, &for_.iter);
            }
            Stmt::Assign(assign) => {
                self.tuple_class(assign);
                for target in &assign.targets {
                    self.mutate(target);
                    let mut names = Vec::new();
                    emptied::bound_to_nothing(target, &assign.value, &mut names);
                    self.empty(names);
                    self.bind(target, &assign.value);
                    if let Expr::Name(name) = target {
                        self.member(&name.id, None);
                    }
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.mutate(&assign.target);
                    let mut names = Vec::new();
                    emptied::bound_to_nothing(&assign.target, value, &mut names);
                    self.empty(names);
                    self.bind(&assign.target, value);
                    self.visit_expr(value);
                }
                if let Expr::Name(name) = &*assign.target {
                    self.member(&name.id, None);
                }
                let mut found = Vec::new();
                flows::targets(&assign.target, self.local_reach(), &mut found);
                for (name, reach) in found {
                    self.add_flows(flows::annotated(name, reach, &assign.annotation));
                }
                self.annotation(&assign.annotation);
                self.visit_expr(&assign.target);
                return;
            }
            Stmt::AugAssign(assign) => {
                self.mutate(&assign.target);
                if let Some(name) = last_name(&assign.target) {
                    self.facts.mutated_in_place.insert(name);
                }
                self.operator(operator_method(assign.op), assign.range(), &assign.target);
                self.read_first(&assign.target);
            }
            Stmt::Return(_) if !self.facts.functions[self.function as usize].returns_plain => {
                let around = &self.facts.functions[self.function as usize];
                let (function, is_result) = (around.name.clone(), !around.is_property);
                // An object that forwards is taken for what it forwards to.
                let class = around.class.filter(|_| function.as_str() == "__getattr__");
                if let Some(class) = class.and_then(|class| self.facts.classes.get(class as usize)) {
                    let class = class.name.clone();
                    self.add_flows(flows::returned(&class, stmt));
                }
                self.add_flows(flows::returned(&function, stmt).map(|flow| Flow { is_result, ..flow }));
            }
            Stmt::Try(try_) => {
                let caught = try_.handlers.iter().filter_map(flows::handler);
                self.add_flows(caught);
                for ExceptHandler::ExceptHandler(handler) in &try_.handlers {
                    handler.name.iter().for_each(|name| self.facts.bound.again(name));
                }
            }
            Stmt::Delete(delete) => {
                let mut names = Vec::new();
                delete.targets.iter().for_each(|target| {
                    self.mutate(target);
                    emptied::deleted(target, &mut names);
                });
                self.empty(names);
            }
            Stmt::Global(global) => {
                for name in &global.names {
                    self.mutated(name.id.clone());
                    self.scopes.share(self.function, &name.id);
                }
            }
            Stmt::Nonlocal(nonlocal) => {
                for name in &nonlocal.names {
                    self.mutated(name.id.clone());
                    self.scopes.lend(self.function, &name.id);
                }
            }
            _ => {}
        }
        let is_condition = is_condition(stmt);
        self.conditions += usize::from(is_condition);
        visitor::walk_stmt(self, stmt);
        self.conditions -= usize::from(is_condition);
    }

    fn visit_type_param(&mut self, parameter: &'a TypeParam) {
        self.facts.bound.again(parameter.name());
        visitor::walk_type_param(self, parameter);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(pattern) => pattern.name.as_ref(),
            Pattern::MatchStar(pattern) => pattern.name.as_ref(),
            Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
            _ => None,
        };
        name.iter().for_each(|name| self.facts.bound.again(name));
        visitor::walk_pattern(self, pattern);
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        if !comprehension.is_async {
            self.iterate(&comprehension.iter);
        }
        self.flow(&comprehension.target, &comprehension.iter);
        match elements(&comprehension.target) {
            Some(_) => self.unpack(&comprehension.target, &comprehension.iter),
            None => self.part(&comprehension.target, None, &comprehension.iter),
        }
        visitor::walk_comprehension(self, comprehension);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(lambda) => return self.lambda(lambda),
            Expr::Await(await_) => {
                if let Expr::Call(call) = &*await_.value {
                    self.awaited = Some(call.range());
                }
            }
            Expr::Call(call) => {
                self.visit_call(call);
                return;
            }
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                self.facts.loads.push(Load {
                    name: name.id.clone(),
                    range: name.range(),
                    function: self.function,
                    attribute: false,
                });
            }
            Expr::Name(name) => {
                self.facts.bound.again(&name.id);
                self.scopes.bind(self.function, &name.id, self.class.is_some());
            }
            Expr::Attribute(attribute) if attribute.ctx == ExprContext::Load => {
                self.facts.loads.push(Load {
                    name: attribute.attr.id.clone(),
                    range: attribute.range(),
                    function: self.function,
                    attribute: true,
                });
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                self.facts.functions[self.function as usize].is_generator = true;
                if let Expr::YieldFrom(from) = expr {
                    self.iterate(&from.value);
                }
                self.yielded(expr);
            }
            Expr::Subscript(subscript) => {
                if subscript.ctx == ExprContext::Store {
                    self.facts.keys.extend(key_word(&subscript.slice).map(Name::new));
                }
                let method = match subscript.ctx {
                    ExprContext::Store => "__setitem__",
                    ExprContext::Del => "__delitem__",
                    _ => "__getitem__",
                };
                self.operator(method, subscript.range(), &subscript.value);
            }
            Expr::BinOp(operation) => {
                self.operator(operator_method(operation.op), operation.range(), &operation.left);
            }
            Expr::Compare(compare) => {
                let operands = std::iter::once(&*compare.left).chain(&compare.comparators);
                for ((op, left), right) in compare.ops.iter().zip(operands).zip(&compare.comparators) {
                    if let Some(method) = compare_method(*op) {
                        let operand = if method == "__contains__" { right } else { left };
                        self.operator(method, compare.range(), operand);
                    }
                }
            }
            Expr::Named(named) => self.bind(&named.target, &named.value),
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

impl Collector {
    fn visit_call(&mut self, call: &ast::ExprCall) {
        let awaited = self.awaited.take() == Some(call.range());
        let form = if awaited { CallForm::Awaited } else { CallForm::Call };
        self.facts.passes.extend(flows::passes(call));
        self.scopes.passed_in(self.function, self.facts.passes.len());
        match &*call.func {
            Expr::Name(name) => {
                self.named_call(name.id.clone(), call, form, &call.func);
                if let Some(method) = protocol_of(&name.id)
                    && let [first, ..] = &*call.arguments.args
                {
                    self.call(Name::new_static(method), first.range(), CallForm::Iterate, Some(first));
                    // What gives the iterator is one itself, often enough.
                    if method == "__iter__" && !matches!(name.id.as_str(), "iter" | "enumerate") {
                        self.call(Name::new_static("__next__"), first.range(), CallForm::Iterate, Some(first));
                    }
                }
            }
            Expr::Attribute(attribute) => {
                self.named_call(attribute.attr.id.clone(), call, form, &attribute.value);
                if is_adder(&attribute.attr)
                    && let Some(item) = call.arguments.args.last()
                {
                    self.flow(&attribute.value, item);
                }
                if is_mutator(&attribute.attr)
                    && let Some(name) = last_name(&attribute.value)
                    && self.function != MODULE
                {
                    if emptied::is_remover(&attribute.attr) {
                        self.empty(vec![name.clone()]);
                    }
                    self.mutate_in_place(name);
                }
                self.visit_expr(&attribute.value);
            }
            Expr::Subscript(subscript) => {
                if let Some(name) = last_name(&subscript.value) {
                    self.call(name, call.range(), CallForm::Indexed, None);
                }
                self.visit_expr(&call.func);
            }
            Expr::Call(inner) => {
                // `make()()`: what `make` returned is called; `TABLE.get(key)()`: what the table holds.
                let table = match &*inner.func {
                    Expr::Attribute(attribute) if is_accessor(&attribute.attr) => &attribute.value,
                    func => func,
                };
                if let Some((object, name)) = named_attribute(inner) {
                    self.call(name, call.range(), form, Some(object));
                } else if let Some(name) = last_name(table) {
                    self.call(name, call.range(), CallForm::Indexed, None);
                }
                self.visit_expr(&call.func);
            }
            func => {
                // `(a | b)()`: an instance is called.
                self.call(Name::new_static("__call__"), call.range(), form, Some(func));
                self.visit_expr(func);
            }
        }
        self.visit_arguments(&call.arguments);
    }
}

/// What a key is called: its text where it is written out, else the last name of it.
#[must_use]
pub fn key_word(key: &Expr) -> Option<&str> {
    match key {
        Expr::StringLiteral(text) => Some(text.value.to_str()),
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// The object and the name of `getattr(object, "name")`.
#[must_use]
pub fn named_attribute(call: &ast::ExprCall) -> Option<(&Expr, Name)> {
    match (&*call.func, &*call.arguments.args) {
        (Expr::Name(name), [object, Expr::StringLiteral(attribute), ..]) if name.id.as_str() == "getattr" => {
            Some((object, Name::new(attribute.value.to_str())))
        }
        _ => None,
    }
}

pub(super) fn last_name(expr: &Expr) -> Option<Name> {
    match expr {
        Expr::Name(name) => Some(name.id.clone()),
        Expr::Attribute(attribute) => Some(attribute.attr.id.clone()),
        Expr::Subscript(subscript) => last_name(&subscript.value),
        Expr::Starred(starred) => last_name(&starred.value),
        _ => None,
    }
}

/// Whether a statement may leave out what is in it. What is for type checkers only is always there for them.
fn is_condition(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::If(branch) => last(&branch.test) != Some("TYPE_CHECKING") || !branch.elif_else_clauses.is_empty(),
        Stmt::For(_) | Stmt::While(_) | Stmt::With(_) | Stmt::Try(_) | Stmt::Match(_) => true,
        _ => false,
    }
}

/// The expressions in a tuple or list that is written out.
fn elements(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::List(list) => Some(&list.elts),
        _ => None,
    }
}

/// How many arguments a call passes, if none of them stands for more than one.
fn argument_count(arguments: &ast::Arguments) -> Option<u8> {
    let is_open = arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
    u8::try_from(arguments.len()).ok().filter(|_| !is_open)
}
