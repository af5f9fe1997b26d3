//! Functions, classes and imports, with what is said about them.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, Expr, Parameters};
use ruff_text_size::Ranged;

use super::{Collector, last_name};
use super::{fields, flows};
use crate::project::facts::{
    Class, ClassIndex, Decorated, Fallback, Flow, Function, FunctionIndex, FunctionKind, Import, Parameter,
    ParameterKind, Reach,
};
use crate::project::syntax::is_stub;

impl Collector {
    pub(super) fn member(&mut self, name: &Name, function: Option<FunctionIndex>) {
        if let Some(class) = self.class {
            let members = &mut self.facts.classes[class as usize].members;
            // The implementation comes last, after its overloads.
            if function.is_some() || !members.contains_key(name) {
                members.insert(name.clone(), function);
            }
        }
    }

    pub(super) fn function_def(&mut self, def: &ast::StmtFunctionDef) {
        for decorator in &def.decorator_list {
            self.add_flows(flows::flow(def.name.id.clone(), Reach::Both, &decorator.expression));
            self.visit_expr(&decorator.expression);
        }
        self.decorated(&def.decorator_list, &def.name);
        self.define(&def.name);
        self.scopes.share(self.function, &def.name.id);
        self.type_parameters(def.type_params.as_deref());
        let given = self.signature(&def.parameters);
        let is_read = def.decorator_list.iter().any(|decorator| is_property(&decorator.expression));
        if let Some(returns) = &def.returns {
            let flow = flows::annotated(def.name.id.clone(), Reach::Both, returns);
            self.add_flows(flow.map(|flow| Flow { is_result: !is_read, ..flow }));
            self.annotation(returns);
        }
        let index = self.facts.functions.len() as FunctionIndex;
        self.add_parameter_flows(index, given);
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

    pub(super) fn lambda(&mut self, lambda: &ast::ExprLambda) {
        let given = lambda.parameters.as_ref().map(|parameters| self.signature(parameters));
        let index = self.facts.functions.len() as FunctionIndex;
        self.add_parameter_flows(index, given.unwrap_or_default());
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

    fn type_parameters(&mut self, parameters: Option<&ast::TypeParams>) {
        for parameter in parameters.into_iter().flat_map(|parameters| &parameters.type_params) {
            self.facts.bound.again(parameter.name());
        }
    }

    /// Defaults and annotations, which belong to the scope around the function; what flows from them into its parameters.
    fn signature(&mut self, parameters: &Parameters) -> Vec<Flow> {
        let mut given = Vec::new();
        for parameter in parameters {
            let name = &parameter.name().id;
            self.facts.bound.again(name);
            if let Some(default) = parameter.default() {
                let is_plain = parameter.annotation().is_some_and(flows::is_plain);
                given.extend(flows::flow(name.clone(), Reach::Local, default).filter(|_| !is_plain));
                self.visit_expr(default);
            }
            if let Some(annotation) = parameter.annotation() {
                given.extend(flows::annotated(name.clone(), Reach::Local, annotation));
                self.annotation(annotation);
            }
        }
        given
    }

    /// Adds flows from what the function around names into parameters of one that it defines.
    fn add_parameter_flows(&mut self, function: FunctionIndex, flows: Vec<Flow>) {
        for flow in flows {
            self.scopes.read_in(self.function);
            self.facts.flows.push(Flow { home: function, ..flow });
        }
    }

    /// An annotation calls nothing worth following, but may name a dependency: `Annotated[T, Depends(f)]`.
    pub(super) fn annotation(&mut self, expr: &Expr) {
        if contains_call(expr) {
            self.visit_expr(expr);
        }
    }

    pub(super) fn class_def(&mut self, def: &ast::StmtClassDef) {
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.decorated(&def.decorator_list, &def.name);
        self.define(&def.name);
        self.type_parameters(def.type_params.as_deref());
        self.scopes.share(self.function, &def.name.id);
        self.add_flows(flows::bases(def));
        let mut bases = Vec::new();
        if let Some(arguments) = &def.arguments {
            for base in &arguments.args {
                bases.extend(last_name(base));
            }
            self.visit_arguments(arguments);
        }
        let has_made_base = def.bases().iter().any(|base| last_name(base).is_none());
        let index = self.facts.classes.len() as ClassIndex;
        self.member(&def.name.id, None);
        self.facts.classes.push(Class {
            name: def.name.id.clone(),
            start: def.name.start(),
            range: def.range(),
            function: self.function,
            outer: self.class,
            bases,
            has_made_base,
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
    pub(super) fn tuple_class(&mut self, assign: &ast::StmtAssign) {
        let ([Expr::Name(target)], Some(fields)) = (&*assign.targets, fields::of_tuple(&assign.value)) else { return };
        self.facts.classes.push(Class {
            name: target.id.clone(),
            start: target.start(),
            range: assign.range(),
            function: self.function,
            outer: self.class,
            bases: Vec::new(),
            has_made_base: false,
            members: Default::default(),
            fields,
        });
    }

    pub(super) fn import(&mut self, module: &str, level: u32, name: Option<&Name>, alias: &ast::Alias) {
        let bound = match (&alias.asname, name) {
            (Some(asname), _) => asname.id.clone(),
            (None, Some(name)) => name.clone(),
            (None, None) => Name::new(module.split('.').next().unwrap_or(module)),
        };
        self.member(&bound, None);
        self.define(&bound);
        self.scopes.share(self.function, &bound);
        // In a package, `from .part import f` binds `part` as well.
        if level > 0 {
            self.facts.bound.again(module.split('.').next().unwrap_or(module));
        }
        self.facts.imports.push(Import {
            module: Name::new(module),
            level,
            name: name.cloned(),
            bound,
            range: alias.range(),
        });
    }
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
        is_shared: false,
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

fn contains_call(expr: &Expr) -> bool {
    ast::helpers::any_over_expr(expr, |expr| expr.is_call_expr())
}
