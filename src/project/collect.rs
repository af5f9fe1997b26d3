//! Collects the [`Facts`] of one file from its syntax tree.

use ruff_python_ast::name::Name;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Comprehension, Expr, ExprContext, ModModule, Operator, Parameters, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::emptied;
use super::facts::{
    Binding, Call, CallForm, Class, ClassIndex, Decorated, Facts, Fallback, Flow, Function, FunctionIndex,
    FunctionKind, Import, Load, MODULE, Parameter, ParameterKind, Part, PartOf, Reach, Source, Suppression,
};
use super::syntax::is_stub;
use super::tangles::Tangles;
use super::{fields, flows, work};

/// The facts of a parsed file.
#[must_use]
pub fn collect(parsed: &Parsed<ModModule>, source: &str) -> Facts {
    let mut collector = Collector::new(source);
    collector.visit_body(&parsed.syntax().body);
    let mut facts = collector.facts;
    facts.tangled = collector.tangles.functions();
    facts.error = parsed.errors().first().map(|error| (error.location.start(), error.error.to_string()));
    for token in parsed.tokens() {
        if token.kind() == TokenKind::Comment {
            facts.comments.extend(suppression(&source[token.range()], token.range()));
        }
    }
    facts.work = work::of_module(parsed.syntax());
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
    tangles: Tangles,
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
        Self { facts, function: MODULE, class: None, awaited: None, tangles: Tangles::default() }
    }

    /// `object` is what the chain of the call starts from.
    fn call(&mut self, name: Name, range: TextRange, form: CallForm, object: Option<&Expr>) {
        let chain = object.map(|object| self.chain(object)).unwrap_or_default().into();
        self.facts.calls.push(Call { name, range, function: self.function, form, chain });
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

    /// The values of a target come from `value`.
    fn flow(&mut self, target: &Expr, value: &Expr) {
        let mut found = Vec::new();
        flows::targets(target, self.local_reach(), &mut found);
        for (name, reach) in found {
            self.facts.flows.extend(flows::flow(name, reach, value));
        }
    }

    /// A name of a module or class is seen from outside.
    fn local_reach(&self) -> Reach {
        if self.function == MODULE || self.class.is_some() { Reach::Both } else { Reach::Local }
    }

    fn member(&mut self, name: &Name, function: Option<FunctionIndex>) {
        if let Some(class) = self.class {
            let members = &mut self.facts.classes[class as usize].members;
            // The implementation comes last, after its overloads.
            if function.is_some() || !members.contains_key(name) {
                members.insert(name.clone(), function);
            }
        }
    }

    fn function_def(&mut self, def: &ast::StmtFunctionDef) {
        for decorator in &def.decorator_list {
            self.facts.flows.extend(flows::flow(def.name.id.clone(), Reach::Both, &decorator.expression));
            self.visit_expr(&decorator.expression);
        }
        self.decorated(&def.decorator_list, &def.name);
        self.signature(&def.parameters);
        let is_read = def.decorator_list.iter().any(|decorator| is_property(&decorator.expression));
        if let Some(returns) = &def.returns {
            let flow = flows::annotated(def.name.id.clone(), Reach::Both, returns);
            self.facts.flows.extend(flow.map(|flow| Flow { is_result: !is_read, ..flow }));
            self.annotation(returns);
        }
        let index = self.facts.functions.len() as FunctionIndex;
        // `@x.setter` adds to the property `x`, which goes on being what is read.
        if !def.decorator_list.iter().any(|decorator| adds_to(&decorator.expression, &def.name)) {
            self.member(&def.name.id, Some(index));
        }
        self.facts.functions.push(Function {
            name: def.name.id.clone(),
            start: def.name.start(),
            range: def.range(),
            parent: self.function,
            class: self.class,
            kind: FunctionKind::Def,
            is_async: def.is_async,
            is_generator: false,
            is_stub: is_stub(def),
            is_property: is_read,
            is_static: def
                .decorator_list
                .iter()
                .any(|decorator| last_name(&decorator.expression).is_some_and(|name| name == "staticmethod")),
            returns_plain: def.returns.as_deref().is_some_and(flows::is_plain),
            decorators: def.decorator_list.iter().map(|decorator| decorator.expression.range()).collect(),
            parameters: parameters(&def.parameters),
        });
        let outer = (self.function, self.class.take());
        self.function = index;
        self.visit_body(&def.body);
        (self.function, self.class) = outer;
    }

    fn lambda(&mut self, lambda: &ast::ExprLambda) {
        if let Some(parameters) = &lambda.parameters {
            self.signature(parameters);
        }
        let index = self.facts.functions.len() as FunctionIndex;
        self.facts.functions.push(Function {
            name: Name::new_static("<lambda>"),
            start: lambda.start(),
            range: lambda.range(),
            parent: self.function,
            class: None,
            kind: FunctionKind::Lambda,
            is_async: false,
            is_generator: false,
            is_stub: false,
            is_property: false,
            is_static: false,
            returns_plain: false,
            decorators: Vec::new(),
            parameters: lambda.parameters.as_deref().map(parameters).unwrap_or_default(),
        });
        let outer = (self.function, self.class.take());
        self.function = index;
        self.visit_expr(&lambda.body);
        (self.function, self.class) = outer;
    }

    /// Defaults and annotations, which belong to the scope around the function.
    fn signature(&mut self, parameters: &Parameters) {
        for parameter in parameters {
            let name = &parameter.name().id;
            if let Some(default) = parameter.default() {
                let is_plain = parameter.annotation().is_some_and(flows::is_plain);
                self.facts.flows.extend(flows::flow(name.clone(), Reach::Local, default).filter(|_| !is_plain));
                self.visit_expr(default);
            }
            if let Some(annotation) = parameter.annotation() {
                self.facts.flows.extend(flows::annotated(name.clone(), Reach::Local, annotation));
                self.annotation(annotation);
            }
        }
    }

    /// An annotation calls nothing worth following, but may name a dependency: `Annotated[T, Depends(f)]`.
    fn annotation(&mut self, expr: &Expr) {
        if contains_call(expr) {
            self.visit_expr(expr);
        }
    }

    fn class_def(&mut self, def: &ast::StmtClassDef) {
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.decorated(&def.decorator_list, &def.name);
        self.facts.flows.extend(flows::bases(def));
        let mut bases = Vec::new();
        if let Some(arguments) = &def.arguments {
            for base in &arguments.args {
                bases.extend(last_name(base));
            }
            self.visit_arguments(arguments);
        }
        let index = self.facts.classes.len() as ClassIndex;
        self.member(&def.name.id, None);
        self.facts.classes.push(Class {
            name: def.name.id.clone(),
            start: def.name.start(),
            range: def.range(),
            function: self.function,
            outer: self.class,
            bases,
            members: Default::default(),
            fields: fields::annotated(&def.body),
        });
        let outer = self.class.replace(index);
        self.visit_body(&def.body);
        self.class = outer;
    }

    fn decorated(&mut self, decorators: &[ast::Decorator], below: &ast::Identifier) {
        for decorator in decorators {
            let (callee, is_made) = match &decorator.expression {
                Expr::Call(call) => (&*call.func, true),
                other => (other, false),
            };
            let Some(name) = last_name(callee) else { continue };
            let range = decorator.expression.range();
            self.facts.decorated.push(Decorated { name, is_made, range, below: below.start() });
        }
    }

    /// `Point = namedtuple("Point", "x y")` is a class.
    fn tuple_class(&mut self, assign: &ast::StmtAssign) {
        let ([Expr::Name(target)], Some(fields)) = (&*assign.targets, fields::of_tuple(&assign.value)) else { return };
        self.facts.classes.push(Class {
            name: target.id.clone(),
            start: target.start(),
            range: assign.range(),
            function: self.function,
            outer: self.class,
            bases: Vec::new(),
            members: Default::default(),
            fields,
        });
    }

    /// Something that lives longer than the function is changed.
    fn mutate(&mut self, target: &Expr) {
        let function = &self.facts.functions[self.function as usize];
        if self.function == MODULE || matches!(function.name.as_str(), "__init__" | "__new__" | "__post_init__") {
            return;
        }
        match target {
            Expr::Attribute(attribute) => {
                self.facts.mutated.insert(attribute.attr.id.clone());
            }
            Expr::Subscript(subscript) => {
                if let Some(name) = last_name(&subscript.value) {
                    self.mutate_in_place(name);
                }
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.mutate(target)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.mutate(target)),
            Expr::Starred(starred) => self.mutate(&starred.value),
            _ => {}
        }
    }

    /// Something that lives longer than the function is made nothing, or loses a part.
    fn empty(&mut self, names: Vec<Name>) {
        let function = &self.facts.functions[self.function as usize];
        if self.function != MODULE && !matches!(function.name.as_str(), "__init__" | "__new__" | "__post_init__") {
            self.facts.emptied.extend(names);
        }
    }

    fn mutate_in_place(&mut self, name: Name) {
        self.facts.mutated.insert(name.clone());
        self.facts.mutated_in_place.insert(name);
    }

    fn bind(&mut self, target: &Expr, value: &Expr) {
        self.flow(target, value);
        self.unpack(target, value);
        let Some(target) = last_name(item_of(target, value)) else {
            return;
        };
        let mut sources = Vec::new();
        source_names(value, &mut sources);
        if !sources.is_empty() || is_made_here(value) {
            self.facts.bindings.push(Binding { target, value: value.range(), function: self.function, sources });
        }
    }

    /// Notes the names that get a part of a value each.
    fn unpack(&mut self, target: &Expr, value: &Expr) {
        let Some(targets) = elements(target) else { return };
        if let Some(values) = elements(value)
            && values.len() == targets.len()
            && !values.iter().chain(targets).any(Expr::is_starred_expr)
        {
            targets.iter().zip(values).for_each(|(target, value)| self.bind(target, value));
            return;
        }
        for (position, target) in targets.iter().enumerate() {
            self.part(target, Some(position), value);
        }
    }

    fn part(&mut self, target: &Expr, position: Option<usize>, value: &Expr) {
        let Some(target) = target.as_name_expr().map(|name| name.id.clone()) else { return };
        let mut sources = Vec::new();
        source_names(value, &mut sources);
        let (value, function) = (value.range(), self.function);
        self.facts.parts.push(PartOf { target, position, value, function, sources });
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
            self.facts.flows.extend(flow.map(|flow| Flow { is_result: true, ..flow }));
        }
    }

    /// `x.total += 1` and `x["total"] += 1` read what they change.
    fn read_first(&mut self, target: &Expr) {
        match target {
            Expr::Attribute(attribute) => self.facts.loads.push(Load {
                name: attribute.attr.id.clone(),
                range: attribute.range(),
                function: self.function,
                attribute: true,
            }),
            Expr::Subscript(subscript) => self.operator("__getitem__", subscript.range(), &subscript.value),
            _ => {}
        }
    }

    fn import(&mut self, module: &str, level: u32, name: Option<&Name>, alias: &ast::Alias) {
        let bound = match (&alias.asname, name) {
            (Some(asname), _) => asname.id.clone(),
            (None, Some(name)) => name.clone(),
            (None, None) => Name::new(module.split('.').next().unwrap_or(module)),
        };
        self.member(&bound, None);
        self.facts.imports.push(Import {
            module: Name::new(module),
            level,
            name: name.cloned(),
            bound,
            range: alias.range(),
        });
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
                    self.facts.flows.extend(flows::annotated(name, reach, &assign.annotation));
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
                    self.facts.flows.extend(flows::returned(&class, stmt));
                }
                self.facts.flows.extend(flows::returned(&function, stmt).map(|flow| Flow { is_result, ..flow }));
            }
            Stmt::Try(try_) => {
                let caught = try_.handlers.iter().filter_map(flows::handler);
                self.facts.flows.extend(caught);
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
                self.facts.mutated.extend(global.names.iter().map(|name| name.id.clone()));
            }
            Stmt::Nonlocal(nonlocal) => {
                self.facts.mutated.extend(nonlocal.names.iter().map(|name| name.id.clone()));
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
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
        match &*call.func {
            Expr::Name(name) => {
                self.call(name.id.clone(), call.range(), form, Some(&call.func));
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
                self.call(attribute.attr.id.clone(), call.range(), form, Some(&attribute.value));
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

/// The methods that change builtin and standard containers in place.
#[must_use]
pub fn is_mutator(method: &str) -> bool {
    matches!(
        method,
        "add"
            | "append"
            | "appendleft"
            | "clear"
            | "discard"
            | "extend"
            | "extendleft"
            | "insert"
            | "move_to_end"
            | "pop"
            | "popitem"
            | "popleft"
            | "remove"
            | "reverse"
            | "rotate"
            | "setdefault"
            | "sort"
            | "subtract"
            | "update"
            | "difference_update"
            | "intersection_update"
            | "symmetric_difference_update"
    )
}

/// The builtins that only pass their argument on to a special method.
#[must_use]
pub fn protocol_of(builtin: &str) -> Option<&'static str> {
    Some(match builtin {
        "iter" | "list" | "tuple" | "set" | "sorted" | "sum" | "min" | "max" | "any" | "all" | "dict" | "enumerate"
        | "frozenset" => "__iter__",
        "next" => "__next__",
        "len" => "__len__",
        _ => return None,
    })
}

/// The special method that an operator calls of what is left of it.
#[must_use]
pub fn operator_method(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "__add__",
        Operator::Sub => "__sub__",
        Operator::Mult => "__mul__",
        Operator::MatMult => "__matmul__",
        Operator::Div => "__truediv__",
        Operator::Mod => "__mod__",
        Operator::Pow => "__pow__",
        Operator::LShift => "__lshift__",
        Operator::RShift => "__rshift__",
        Operator::BitOr => "__or__",
        Operator::BitXor => "__xor__",
        Operator::BitAnd => "__and__",
        Operator::FloorDiv => "__floordiv__",
    }
}

/// The special method that a comparison calls, if it calls one.
#[must_use]
pub fn compare_method(operator: ast::CmpOp) -> Option<&'static str> {
    Some(match operator {
        ast::CmpOp::Eq | ast::CmpOp::NotEq => "__eq__",
        ast::CmpOp::Lt => "__lt__",
        ast::CmpOp::LtE => "__le__",
        ast::CmpOp::Gt => "__gt__",
        ast::CmpOp::GtE => "__ge__",
        ast::CmpOp::In | ast::CmpOp::NotIn => "__contains__",
        ast::CmpOp::Is | ast::CmpOp::IsNot => return None,
    })
}

fn is_property(decorator: &Expr) -> bool {
    match decorator {
        Expr::Name(name) => name.id.contains("property"),
        // `@x.getter`, not `@x.setter`: a setter runs on assignment.
        Expr::Attribute(attribute) => attribute.attr.contains("property") || attribute.attr.as_str() == "getter",
        _ => false,
    }
}

fn adds_to(decorator: &Expr, name: &str) -> bool {
    matches!(decorator, Expr::Attribute(attribute)
        if matches!(attribute.attr.as_str(), "setter" | "deleter")
            && matches!(&*attribute.value, Expr::Name(property) if property.id.as_str() == name))
}

fn parameters(parameters: &Parameters) -> Vec<Parameter> {
    let one = |parameter: &ast::Parameter, kind, default| Parameter {
        name: parameter.name.id.clone(),
        annotated: parameter.annotation.is_some(),
        kind,
        default,
    };
    let with_default = |parameter: &ast::ParameterWithDefault, kind| {
        one(&parameter.parameter, kind, parameter.default.as_deref().map_or(Fallback::Plain, fallback))
    };
    let mut all = Vec::new();
    for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
        all.push(with_default(parameter, ParameterKind::Positional));
    }
    if let Some(variadic) = &parameters.vararg {
        all.push(one(variadic, ParameterKind::Variadic, Fallback::Plain));
    }
    for parameter in &parameters.kwonlyargs {
        all.push(with_default(parameter, ParameterKind::KeywordOnly));
    }
    if let Some(keywords) = &parameters.kwarg {
        all.push(one(keywords, ParameterKind::Keywords, Fallback::Plain));
    }
    all
}

fn fallback(default: &Expr) -> Fallback {
    match default {
        Expr::Name(name) => Fallback::Named(name.id.clone()),
        Expr::Attribute(_)
        | Expr::Call(_)
        | Expr::List(_)
        | Expr::Dict(_)
        | Expr::Set(_)
        | Expr::ListComp(_)
        | Expr::DictComp(_)
        | Expr::SetComp(_)
        | Expr::Subscript(_)
        | Expr::BoolOp(_)
        | Expr::If(_) => Fallback::Kept,
        _ => Fallback::Plain,
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

/// The last names that a value passes on: of names and attributes, of what is called, in containers and branches.
fn source_names(value: &Expr, names: &mut Vec<Name>) {
    match value {
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => names.extend(last_name(value)),
        Expr::Call(call) => {
            source_names(&call.func, names);
            if let Expr::Attribute(attribute) = &*call.func
                && is_accessor(&attribute.attr)
            {
                source_names(&attribute.value, names);
            }
            let keywords = call.arguments.keywords.iter().map(|keyword| &keyword.value);
            for argument in call.arguments.args.iter().chain(keywords) {
                source_names(argument, names);
            }
        }
        Expr::Await(await_) => source_names(&await_.value, names),
        Expr::If(branch) => {
            source_names(&branch.body, names);
            source_names(&branch.orelse, names);
        }
        Expr::BoolOp(operation) => operation.values.iter().for_each(|v| source_names(v, names)),
        // `root / "name"` is what `root` is.
        Expr::BinOp(operation) if operation.op == Operator::Div => source_names(&operation.left, names),
        Expr::List(list) => list.elts.iter().for_each(|v| source_names(v, names)),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|v| source_names(v, names)),
        Expr::Set(set) => set.elts.iter().for_each(|v| source_names(v, names)),
        Expr::Dict(dict) => dict.items.iter().for_each(|item| source_names(&item.value, names)),
        _ => {}
    }
}

/// Whether a value is a function, or a container that can be filled later.
fn is_made_here(value: &Expr) -> bool {
    let is_display = matches!(value, Expr::List(_) | Expr::Dict(_) | Expr::Set(_));
    is_display || matches!(value, Expr::ListComp(_) | Expr::DictComp(_) | Expr::SetComp(_) | Expr::Lambda(_))
}

/// Methods of containers and queues that put their last argument inside.
#[must_use]
pub fn is_adder(method: &str) -> bool {
    matches!(method, "append" | "appendleft" | "add" | "insert" | "setdefault" | "put" | "put_nowait")
}

/// Methods of containers that return what is inside.
#[must_use]
pub fn is_accessor(method: &str) -> bool {
    matches!(method, "get" | "setdefault" | "pop" | "popleft" | "popitem" | "values" | "items" | "keys")
}

/// The expressions in a tuple or list that is written out.
fn elements(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::List(list) => Some(&list.elts),
        _ => None,
    }
}

/// `value` of `for key, value in table.items()`; else the whole target.
fn item_of<'a>(target: &'a Expr, value: &Expr) -> &'a Expr {
    match (target, value) {
        (Expr::Tuple(pair), Expr::Call(call)) if matches!(&*call.func, Expr::Attribute(attribute) if attribute.attr.as_str() == "items") => {
            pair.elts.last().unwrap_or(target)
        }
        _ => target,
    }
}

fn contains_call(expr: &Expr) -> bool {
    ast::helpers::any_over_expr(expr, |expr| expr.is_call_expr())
}

/// Reads `# deblock: ignore[…]` and `# noqa: …`.
fn suppression(comment: &str, range: TextRange) -> Option<Suppression> {
    if let Some(start) = comment.find("deblock:") {
        let rest = comment[start + "deblock:".len()..].trim_start();
        let rest = rest.strip_prefix("ignore")?;
        let names = match rest.strip_prefix('[') {
            Some(list) => split_names(list.split(']').next().unwrap_or(list)),
            None => Vec::new(),
        };
        return Some(Suppression { range, names, ours: true });
    }
    let lower = comment.to_ascii_lowercase();
    let start = lower.find("noqa:")?;
    let codes: String = comment[start + "noqa:".len()..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ',' | ' ' | '\t'))
        .collect();
    let names: Vec<String> = codes
        .split([',', ' ', '\t'])
        .filter(|code| code.starts_with("ASYNC") || code.starts_with("async"))
        .map(str::to_ascii_uppercase)
        .collect();
    (!names.is_empty()).then_some(Suppression { range, names, ours: false })
}

fn split_names(list: &str) -> Vec<String> {
    list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}
