//! What a call, or what an operator stands for, may call.

use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::subject::Subject;
use crate::analysis::decoration::is_elsewhere;
use crate::analysis::index::Posting;
use crate::analysis::resolve::{Callee, Callees, Resolver};
use crate::project::facts::{Call, CallForm};
use crate::project::{Ast, DefId, FileId, Shape, Target};

impl Resolver<'_> {
    /// What a call, or an expression that calls implicitly, may call. Asked once for each call of a program.
    pub(super) fn callees(&self, posting: Posting, call: &Call) -> Callees {
        if let Some(known) = self.shared.callees.get(&posting) {
            return known;
        }
        let (file, _) = posting;
        let plain = is_by_name(call).then(|| self.types.sole_function(file, &call.name)).flatten();
        let callees: Callees = match plain {
            Some(function) => [Callee { function: Some(function), class: None, receiver: call.range }].into(),
            None => self.types.ast(file).map(|ast| self.find_callees(file, &ast, call)).unwrap_or_default().into(),
        };
        self.shared.callees.insert(posting, Arc::clone(&callees));
        callees
    }

    fn find_callees(&self, file: FileId, ast: &Ast, call: &Call) -> Vec<Callee> {
        match call.form {
            CallForm::Call | CallForm::Awaited | CallForm::Indexed => {
                let func = ast.call(call.range).map(|node| &*node.func);
                func.map(|func| placed(self.targets(file, func), func.range()).collect()).unwrap_or_default()
            }
            CallForm::With | CallForm::Iterate => ast
                .expression(call.range)
                .map(|expr| {
                    let mut targets = self.implicit_targets(file, expr, &call.name);
                    targets.extend(self.gone_through(file, expr, call));
                    placed(targets, call.range).collect()
                })
                .unwrap_or_default(),
            CallForm::Operator => operands(ast, call)
                .into_iter()
                .flat_map(|operand| placed(self.implicit_targets(file, operand, &call.name), operand.range()))
                .collect(),
            CallForm::Read => Vec::new(),
        }
    }

    /// The method of a library that calls the program's while its result is gone through: `for key, value in table.items()`.
    fn gone_through(&self, file: FileId, expr: &Expr, call: &Call) -> Vec<Target> {
        let Expr::Call(made) = expr else { return Vec::new() };
        let is_view = |method: &str| call.form == CallForm::Iterate && self.catalogue().may_be_view(method);
        if !made.func.as_attribute_expr().is_some_and(|method| is_view(&method.attr)) {
            return Vec::new();
        }
        let mut targets = self.targets(file, &made.func);
        targets.retain(|target| target.names.iter().any(|name| self.catalogue().is_view(name)));
        targets
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

    pub(super) fn is_exact_at(&self, file: FileId, receiver: TextRange, class: DefId) -> bool {
        let ast = self.types.ast(file);
        ast.is_some_and(|ast| ast.expression(receiver).is_some_and(|func| self.is_exact(file, func, class)))
    }

    /// Whether the class itself, and not something that it has for other reasons, says that its instances have the member.
    pub(super) fn is_declared(&self, class: DefId, name: &str) -> bool {
        self.types.world().is_own(class.file) && self.types.class(class).member(name).is_some()
    }

    /// Whether what is called goes by the name of the function, whatever its decorator makes of it.
    pub(super) fn is_call_by_name(&self, file: FileId, call: &Call, function: DefId) -> bool {
        let Some(ast) = self.types.ast(file) else { return false };
        match ast.call(call.range).map(|node| &*node.func) {
            Some(Expr::Name(name)) => self.types.name_definitions(file, name).contains(&function),
            Some(Expr::Attribute(attribute)) => self.types.attribute_definitions(file, attribute).contains(&function),
            _ => false,
        }
    }

    /// Whether the type of what is called is still the function, whatever its decorator does.
    pub(super) fn is_call_of_type(&self, file: FileId, call: &Call, function: DefId) -> bool {
        self.types.ast(file).is_some_and(|ast| {
            let node = ast.call(call.range);
            node.is_some_and(|node| self.types.shapes(file, &node.func).contains(&Shape::Function(function)))
        })
    }

    /// Whether the generator that a call makes is gone through by something that runs it in a thread.
    pub(super) fn is_generator_elsewhere(&self, subject: &Subject, file: FileId, call: &Call) -> bool {
        let is_lazy = subject.is_generator || subject.name == "__next__";
        if is_lazy && call.form == CallForm::Iterate && self.is_stepped_elsewhere(file, call.range) {
            return true;
        }
        if !subject.is_generator || call.form != CallForm::Call {
            return false;
        }
        if self.is_stepped_elsewhere(file, call.range) || self.is_entered_elsewhere(file, call.range) {
            return true;
        }
        is_elsewhere(&self.uses(file, call.range, 2))
    }
}

/// Whether what is called is a plain name. That a function has an attribute of its own name is nothing that programs do.
fn is_by_name(call: &Call) -> bool {
    let is_name = matches!(&*call.chain, [source] if !source.is_member && source.name == call.name);
    is_name && matches!(call.form, CallForm::Call | CallForm::Awaited)
}

fn placed(targets: Vec<Target>, receiver: TextRange) -> impl Iterator<Item = Callee> {
    targets.into_iter().map(move |target| Callee { function: target.function, class: target.class, receiver })
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
