//! Small questions about syntax trees.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Comprehension, ExceptHandler, Expr, Stmt, StmtFunctionDef};
use ruff_python_parser::typing::{AnnotationKind, ParsedAnnotation, parse_type_annotation};

/// What an annotation says that is written as a plain string: `"Iterator[int]"`. Offsets count in `text`, the whole source.
#[must_use]
pub fn spelled_annotation(text: &str, annotation: &Expr) -> Option<ParsedAnnotation> {
    let literal = annotation.as_string_literal_expr()?;
    let parsed = parse_type_annotation(literal, text).ok()?;
    matches!(parsed.kind(), AnnotationKind::Simple).then_some(parsed)
}

/// The last name of a name or attribute.
#[must_use]
pub fn last(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// What a call calls; anything else itself: `retry` of `@retry(times=3)` and of `@retry`.
#[must_use]
pub fn callee_of(expr: &Expr) -> &Expr {
    expr.as_call_expr().map_or(expr, |call| &call.func)
}

/// Names with dots between them, as an expression spells them.
#[must_use]
pub fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr)),
        _ => None,
    }
}

/// The object, by its name, whose class an expression asks for: `type(self)`, `self.__class__`.
#[must_use]
pub fn whose_class(expr: &Expr) -> Option<&Expr> {
    let object = match expr {
        Expr::Call(call) => match (&*call.func, &*call.arguments.args) {
            (Expr::Name(name), [object]) if name.id == "type" => object,
            _ => return None,
        },
        Expr::Attribute(attribute) if attribute.attr.as_str() == "__class__" => &attribute.value,
        _ => return None,
    };
    object.is_name_expr().then_some(object)
}

/// The blocks of statements that a node is made of.
#[must_use]
pub fn blocks(node: AnyNodeRef<'_>) -> Vec<&[Stmt]> {
    match node {
        AnyNodeRef::ModModule(module) => vec![&module.body],
        AnyNodeRef::StmtFunctionDef(def) => vec![&def.body],
        AnyNodeRef::StmtClassDef(def) => vec![&def.body],
        AnyNodeRef::StmtIf(if_) => {
            let clauses = if_.elif_else_clauses.iter().map(|clause| &clause.body[..]);
            clauses.chain([&if_.body[..]]).collect()
        }
        AnyNodeRef::StmtFor(for_) => vec![&for_.body, &for_.orelse],
        AnyNodeRef::StmtWhile(while_) => vec![&while_.body, &while_.orelse],
        AnyNodeRef::StmtWith(with) => vec![&with.body],
        AnyNodeRef::StmtTry(try_) => {
            let handlers = try_.handlers.iter().map(|ExceptHandler::ExceptHandler(handler)| &handler.body[..]);
            handlers.chain([&try_.body[..], &try_.orelse[..], &try_.finalbody[..]]).collect()
        }
        AnyNodeRef::StmtMatch(match_) => match_.cases.iter().map(|case| &case.body[..]).collect(),
        _ => Vec::new(),
    }
}

/// What a comprehension or a generator expression goes through; nothing of what is neither.
#[must_use]
pub fn generators<'a>(node: AnyNodeRef<'a>) -> &'a [Comprehension] {
    match node {
        AnyNodeRef::ExprListComp(comp) => &comp.generators,
        AnyNodeRef::ExprSetComp(comp) => &comp.generators,
        AnyNodeRef::ExprDictComp(comp) => &comp.generators,
        AnyNodeRef::ExprGenerator(comp) => &comp.generators,
        _ => &[],
    }
}

/// Whether a node may run what is in it more than once: a loop, or a comprehension.
#[must_use]
pub fn goes_round(node: AnyNodeRef<'_>) -> bool {
    matches!(node, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)) || !generators(node).is_empty()
}

/// The values that a function's own body returns; a bare `return` is none.
#[must_use]
pub fn returned(def: &StmtFunctionDef) -> Vec<&Expr> {
    returns(def).into_iter().flatten().collect()
}

/// What the `return` statements of a function's own body have: `None` for a bare one.
#[must_use]
pub fn returns(def: &StmtFunctionDef) -> Vec<Option<&Expr>> {
    let mut outcomes = Outcomes::default();
    outcomes.visit_body(&def.body);
    outcomes.returned
}

/// The values that a function's own body yields; a bare `yield` is none.
#[must_use]
pub fn yielded(def: &StmtFunctionDef) -> Vec<&Expr> {
    let mut outcomes = Outcomes::default();
    outcomes.visit_body(&def.body);
    outcomes.yielded
}

/// What a function's own body yields one by one: `yield from value`.
#[must_use]
pub fn delegated(def: &StmtFunctionDef) -> Vec<&Expr> {
    let mut outcomes = Outcomes::default();
    outcomes.visit_body(&def.body);
    outcomes.delegated
}

/// Whether a function only says that there is one.
pub(super) fn is_stub(def: &StmtFunctionDef) -> bool {
    def.body.iter().all(|stmt| match stmt {
        Stmt::Pass(_) | Stmt::Raise(_) => true,
        Stmt::Expr(expr) => expr.value.is_literal_expr(),
        _ => false,
    })
}

#[derive(Default)]
struct Outcomes<'a> {
    returned: Vec<Option<&'a Expr>>,
    yielded: Vec<&'a Expr>,
    delegated: Vec<&'a Expr>,
}

impl<'a> Visitor<'a> for Outcomes<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Return(return_) => self.returned.push(return_.value.as_deref()),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => return,
            Expr::Yield(yield_) => self.yielded.extend(yield_.value.as_deref()),
            Expr::YieldFrom(yield_) => self.delegated.push(&yield_.value),
            _ => {}
        }
        walk_expr(self, expr);
    }
}
