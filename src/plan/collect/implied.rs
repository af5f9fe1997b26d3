//! Functions of the program that run without a call: properties and their setters, operators, tests, what `with` and `for` ask.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Collector;
use crate::analysis::{FnId, Lookup};
use crate::plan::memo::Survey;
use crate::plan::outline::Implied;
use crate::plan::touch::Kind;
use crate::project::{DefId, Shape, compare_method, operator_method, protocol_of};

/// What the truth of an object is asked of.
const TRUTH: [&str; 2] = ["__bool__", "__len__"];

impl Collector<'_, '_> {
    /// A property of the program that is read runs a function.
    pub(super) fn getter(&mut self, attribute: &ast::ExprAttribute) {
        if self.survey.property_names().contains(&attribute.attr.id) {
            self.runs(&attribute.value, attribute.range(), |this, class| {
                let id = this.member(class, &attribute.attr)?;
                this.survey.resolver.types.world().function(id).filter(|own| own.is_property).map(|_| id)
            });
        }
    }

    /// So does one that is set.
    pub(super) fn setter(&mut self, attribute: &ast::ExprAttribute, at: TextRange) {
        if self.survey.property_names().contains(&attribute.attr.id) {
            self.runs(&attribute.value, at, |this, class| setter_of(this.survey, class, &attribute.attr));
        }
    }

    /// Notes what special methods of an object run.
    pub(super) fn asks(&mut self, object: &Expr, methods: &[&str], at: TextRange) {
        let special = self.survey.special_methods();
        let methods: Vec<&str> = methods.iter().copied().filter(|method| special.contains(*method)).collect();
        for method in methods {
            self.runs(object, at, |this, class| this.member(class, method));
        }
    }

    /// Notes what the truth of an expression is asked of.
    pub(super) fn tests(&mut self, test: &Expr) {
        match test {
            Expr::BoolOp(operation) => operation.values.iter().for_each(|value| self.tests(value)),
            Expr::UnaryOp(operation) if operation.op == ast::UnaryOp::Not => self.tests(&operation.operand),
            Expr::Name(_) | Expr::Attribute(_) | Expr::Call(_) | Expr::Subscript(_) | Expr::Named(_) => {
                if test.is_call_expr() {
                    let answer = self.value(test);
                    self.touch(answer, Kind::Read, test.range());
                }
                self.asks(test, &TRUTH, test.range());
            }
            _ => {}
        }
    }

    /// Notes what an expression asks the objects in it.
    pub(super) fn operates(&mut self, expr: &Expr) {
        match expr {
            Expr::Subscript(subscript) if subscript.ctx.is_load() => {
                self.asks(&subscript.value, &["__getitem__"], subscript.range());
            }
            Expr::BinOp(operation) => {
                self.asks(&operation.left, &[operator_method(operation.op)], operation.range());
            }
            Expr::Compare(compare) => {
                let operands = std::iter::once(&*compare.left).chain(&compare.comparators);
                for ((op, left), right) in compare.ops.iter().zip(operands).zip(&compare.comparators) {
                    let operand = if matches!(op, ast::CmpOp::In | ast::CmpOp::NotIn) { right } else { left };
                    compare_method(*op).into_iter().for_each(|method| self.asks(operand, &[method], compare.range()));
                }
            }
            Expr::Call(call) => {
                if let (Expr::Name(name), Some(first)) = (&*call.func, call.arguments.args.first())
                    && let Some(method) = protocol_of(&name.id)
                {
                    self.asks(first, &[method], call.range());
                }
            }
            Expr::If(branch) => self.tests(&branch.test),
            Expr::BoolOp(_) | Expr::UnaryOp(_) => self.tests(expr),
            _ => {}
        }
    }

    /// Notes the functions of the program that run for an object, by its class.
    fn runs(&mut self, object: &Expr, at: TextRange, find: impl Fn(&Self, DefId) -> Option<FnId>) {
        if object.is_literal_expr() {
            return;
        }
        let at = self.at.map_or(at, TextRange::empty);
        let world = self.survey.resolver.types.world();
        let shapes = self.survey.resolver.shapes(self.function.file, object);
        let mut functions: Vec<FnId> = Vec::new();
        for shape in shapes {
            let Shape::Instance(class) = shape else { continue };
            let found = find(self, class).filter(|id| world.function(*id).is_some_and(|own| !own.is_async));
            functions.extend(found.filter(|id| !functions.contains(id)));
        }
        for function in functions {
            let object = self.place(object);
            self.outline.implied.push(Implied { range: at, function, object });
        }
    }

    pub(super) fn member(&self, class: DefId, name: &str) -> Option<FnId> {
        let types = &self.survey.resolver.types;
        let function = types.member(class, name)?.function.filter(|def| types.world().is_own(def.file))?;
        types.world().fn_of(function)
    }
}

/// The method of a class, or of a base, that `@name.setter` makes a part of a property.
pub(in crate::plan) fn setter_of(survey: Survey<'_>, class: DefId, name: &str) -> Option<FnId> {
    let types = &survey.resolver.types;
    types.mro(class).iter().filter(|base| types.world().is_own(base.id.file)).find_map(|base| {
        let (facts, ast) = (types.facts(base.id.file), types.ast(base.id.file)?);
        let of_class = facts.class_at(base.id.start)?;
        let is_setter = |at: &TextRange| {
            let decorator = ast.expression(*at).and_then(Expr::as_attribute_expr);
            decorator.is_some_and(|decorator| decorator.attr.as_str() == "setter")
        };
        let mut functions = (0u32..).zip(&facts.functions);
        let (index, _) = functions
            .find(|(_, own)| own.class == Some(of_class) && own.name == name && own.decorators.iter().any(is_setter))?;
        Some(FnId { file: base.id.file, index })
    })
}
