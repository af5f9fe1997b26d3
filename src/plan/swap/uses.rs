//! Follows a value that becomes one of another class through everything that is done with it.

use ruff_python_ast::{self as ast, AnyNodeRef, BoolOp, CmpOp, Expr, ExprContext, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::calls::fill;
use super::errors::Raises;
use super::mentions::RESPONSE;
use super::values::accepts;
use super::{Bit, Draft, Part, Refusal};
use crate::analysis::FnId;
use crate::catalogue::{ClassRule, MemberRule, MethodRule, Operator};
use crate::project::{Ast, FileId};

/// Where an expression stands: the node that it is a part of, and those around that, innermost first.
pub(super) struct Around<'a> {
    pub nodes: Vec<AnyNodeRef<'a>>,
}

/// What keeps a function that is called once a task is done.
const CALLS_BACK: &str = "add_done_callback";

impl<'a> Around<'a> {
    pub(super) fn of(ast: &'a Ast, range: TextRange) -> Self {
        let path = ast.path(range);
        let own = path.iter().rposition(|node| node.is_expression() && node.range() == range);
        let mut nodes = path[..own.unwrap_or(path.len())].to_vec();
        nodes.reverse();
        Self { nodes }
    }

    pub(super) fn parent(&self) -> Option<&AnyNodeRef<'a>> {
        self.nodes.first()
    }

    /// The call that it is an argument of.
    pub(super) fn call(&self) -> Option<&'a ast::ExprCall> {
        self.nodes.iter().take(3).find_map(|node| match node {
            AnyNodeRef::ExprCall(call) => Some(*call),
            _ => None,
        })
    }

    /// The node above the parent.
    fn grandparent(&self) -> Option<&AnyNodeRef<'a>> {
        self.nodes.get(1)
    }
}

impl Draft<'_> {
    /// Follows the value at `range`, which is of `class`.
    pub(super) fn value(&mut self, function: FnId, range: TextRange, class: &str) -> Result<(), Refusal> {
        let file = function.file;
        let seen = if self.is_far { &mut self.far_values } else { &mut self.values };
        if !seen.insert((file, range)) {
            return Ok(());
        }
        self.classes.insert((file, range), class.to_owned());
        let target = self.target;
        let rule = target.class(class).ok_or_else(|| format!("`{class}` has no counterpart"))?;
        let ast = self.planner.resolver.types.ast(file).ok_or("the file cannot be read")?;
        let around = Around::of(&ast, range);
        if let Some(done) = rule.is_error.then(|| self.caught(function, range, &around, rule)).flatten() {
            return done;
        }
        match around.parent().ok_or("it stands nowhere")? {
            AnyNodeRef::ExprAwait(await_) => self.value(function, await_.range(), class),
            AnyNodeRef::ExprAttribute(attribute) => self.attribute(function, attribute, &around, rule),
            AnyNodeRef::StmtExpr(_) => Ok(()),
            AnyNodeRef::ExprLambda(_) if rule.is_error && is_for_callback(&around) => Ok(()),
            AnyNodeRef::StmtAssign(assign) if assign.value.range() == range => match &assign.targets[..] {
                [Expr::Name(name)] => self.variable(function, &name.id, class),
                [Expr::Attribute(attribute)] => self.attribute_object(file, attribute, class),
                _ => Err("what it gives is kept where it cannot be followed".to_owned()),
            },
            AnyNodeRef::StmtAnnAssign(assign) => match &*assign.target {
                Expr::Name(name) => {
                    self.annotation(file, &assign.annotation, rule)?;
                    self.variable(function, &name.id, class)
                }
                Expr::Attribute(attribute) => {
                    self.annotation(file, &assign.annotation, rule)?;
                    self.attribute_object(file, attribute, class)
                }
                _ => Err("what it gives is kept where it cannot be followed".to_owned()),
            },
            AnyNodeRef::ExprNamed(named) if named.value.range() == range => {
                let Expr::Name(name) = &*named.target else { return Err("it is bound to no name".to_owned()) };
                self.variable(function, &name.id, class)?;
                self.value(function, named.range(), class)
            }
            AnyNodeRef::StmtReturn(_) => self.returned(function, class),
            AnyNodeRef::ExprIf(branch) if branch.test.range() != range => {
                let other = if branch.body.range() == range { &branch.orelse } else { &branch.body };
                if !other.is_none_literal_expr() {
                    return Err("it is one of several values".to_owned());
                }
                self.value(function, branch.range(), class)
            }
            AnyNodeRef::ExprBoolOp(either) if either.op == BoolOp::Or && rule.truth.is_none() => {
                either.values.iter().try_for_each(|value| self.source(function, value, class))?;
                self.value(function, either.range(), class)
            }
            AnyNodeRef::ExprCompare(compare) => self.comparison(compare, range, rule),
            AnyNodeRef::ExprSubscript(subscript) if subscript.value.range() == range => {
                let is_same = rule.allows.contains(&Operator::Index)
                    && match subscript.ctx {
                        ExprContext::Load => true,
                        ExprContext::Store => self.is_set_to(file, &around, subscript.range(), &rule.stores),
                        _ => false,
                    };
                is_same.then_some(()).ok_or_else(|| "it is subscripted".to_owned())
            }
            AnyNodeRef::ExprCall(_) | AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => {
                let call = around.call().ok_or("it is handed on")?;
                if self.is_raised_with(file, call, range) {
                    return Ok(());
                }
                match self.taker(function, call, range, rule) {
                    Some(taker) => self.taken(function, call, range, taker),
                    None => self.passed(function, call, range, class),
                }
            }
            AnyNodeRef::ExprUnaryOp(not) if not.op == UnaryOp::Not => self.truth(file, not.range(), range, rule, true),
            AnyNodeRef::StmtIf(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::ElifElseClause(_)
            | AnyNodeRef::StmtAssert(_) => self.truth(file, range, range, rule, false),
            AnyNodeRef::ExprIf(_) => self.truth(file, range, range, rule, false),
            AnyNodeRef::WithItem(_) | AnyNodeRef::StmtWith(_) => self.entered(function, &ast, range, rule, class),
            _ => Err("it is used in a way that is not known to be the same".to_owned()),
        }
    }

    fn comparison(&self, compare: &ast::ExprCompare, range: TextRange, rule: &ClassRule) -> Result<(), Refusal> {
        let [op] = &compare.ops[..] else { return Err("it is compared".to_owned()) };
        let other = if compare.left.range() == range { compare.comparators.first() } else { Some(&*compare.left) };
        let is_right = compare.left.range() != range;
        let is_none = other.is_some_and(Expr::is_none_literal_expr) && matches!(op, CmpOp::Is | CmpOp::IsNot);
        let is_in = is_right && matches!(op, CmpOp::In | CmpOp::NotIn) && rule.allows.contains(&Operator::Contains);
        if is_none || is_in { Ok(()) } else { Err("it is compared".to_owned()) }
    }

    /// Asks in another way whether the value is true.
    fn truth(
        &mut self,
        file: FileId,
        whole: TextRange,
        value: TextRange,
        rule: &ClassRule,
        is_negated: bool,
    ) -> Result<(), Refusal> {
        // Exceptions are all true.
        if rule.is_error {
            return Ok(());
        }
        let truth = rule.truth.as_ref().ok_or("it is asked whether it is true")?;
        let template = if is_negated { &truth.no } else { &truth.yes };
        let ast = self.planner.resolver.types.ast(file).ok_or("the file cannot be read")?;
        // What is asked of it binds tighter than its `await`.
        let is_call = ast.call(value).is_some();
        if is_call {
            self.exchange.bare.push((file, value));
        }
        let object = in_brackets(value, is_call || ast.expression(value).is_some_and(Expr::is_named_expr));
        self.part(file, whole, fill(template, &[("{}", &object)]));
        Ok(())
    }

    /// Whether a plain assignment to the target at `target` gives it a value of these kinds.
    fn is_set_to(&self, file: FileId, around: &Around<'_>, target: TextRange, patterns: &[String]) -> bool {
        around.nodes.iter().take(3).any(|node| match node {
            AnyNodeRef::StmtAssign(assign) => {
                matches!(&assign.targets[..], [one] if one.range() == target)
                    && accepts(patterns, &self.kinds(file, &assign.value, 2))
            }
            _ => false,
        })
    }

    pub(super) fn part(&mut self, file: FileId, at: TextRange, bits: Vec<Bit>) {
        self.exchange.parts.push(Part { file, at, bits, is_awaited: false });
    }

    fn attribute(
        &mut self,
        function: FnId,
        attribute: &ast::ExprAttribute,
        around: &Around<'_>,
        rule: &ClassRule,
    ) -> Result<(), Refusal> {
        let name = attribute.attr.as_str();
        self.asks_response |= rule.is_error && name == RESPONSE;
        if let Some(AnyNodeRef::ExprCall(call)) = around.grandparent()
            && call.func.range() == attribute.range()
            && let Some(method) = rule.method.iter().find(|method| method.name == name)
        {
            return self.method(function, attribute, call, method);
        }
        let member = rule.member.iter().find(|member| member.name == name);
        if attribute.ctx != ExprContext::Load {
            let is_same =
                member.is_some_and(|member| self.is_set_to(function.file, around, attribute.range(), &member.sets));
            return if is_same { Ok(()) } else { Err(format!("its `{name}` is set")) };
        }
        if rule.same.iter().any(|same| same == name) {
            return Ok(());
        }
        if let Some(AnyNodeRef::ExprCall(call)) = around.grandparent()
            && self.known.sites.contains_key(&(function, call.range()))
        {
            return self.site(function, call.range());
        }
        match member {
            Some(member) => self.member(function, attribute, around, member),
            None => Err(format!("its `{name}` has no counterpart")),
        }
    }

    fn member(
        &mut self,
        function: FnId,
        attribute: &ast::ExprAttribute,
        around: &Around<'_>,
        member: &MemberRule,
    ) -> Result<(), Refusal> {
        let (file, range) = (function.file, attribute.range());
        let object = in_brackets(attribute.value.range(), attribute.value.is_named_expr());
        if let Some(helper) = member.through.as_ref().filter(|_| !self.is_remark(file, &around.nodes)) {
            self.exchange.bare.push((file, attribute.value.range()));
            let mut bits = vec![Bit::Helper(helper.clone()), Bit::Text("(".to_owned())];
            bits.extend(object.clone());
            bits.push(Bit::Text(")".to_owned()));
            self.part(file, range, bits);
        }
        let above = around.grandparent();
        if let (Some(negated), Some(AnyNodeRef::ExprUnaryOp(not))) = (&member.negated, above)
            && not.op == UnaryOp::Not
        {
            self.part(file, not.range(), fill(negated, &[("{}", &object)]));
        } else if let Some(template) = &member.becomes {
            let mut bits = fill(template, &[("{}", &object)]);
            let is_loose = template.contains(' ') && !template.contains('(');
            if is_loose && !above.is_some_and(|node| takes_anything(node, range)) {
                bits.insert(0, Bit::Text("(".to_owned()));
                bits.push(Bit::Text(")".to_owned()));
            }
            self.part(file, range, bits);
        }
        match (&member.gives, &member.each) {
            (Some(class), _) => self.value(function, range, class),
            (None, Some(class)) => self.items(function, range, class),
            (None, None) => Ok(()),
        }
    }

    /// Follows what a list at `range` holds.
    fn items(&mut self, function: FnId, range: TextRange, class: &str) -> Result<(), Refusal> {
        self.values.insert((function.file, range));
        let ast = self.planner.resolver.types.ast(function.file).ok_or("the file cannot be read")?;
        let around = Around::of(&ast, range);
        match around.parent() {
            Some(AnyNodeRef::Comprehension(comprehension)) => match &comprehension.target {
                Expr::Name(name) => {
                    let whole = around.grandparent().map_or(range, Ranged::range);
                    self.loads(function, &ast, whole, &name.id, class)
                }
                _ => Err("what it holds cannot be followed".to_owned()),
            },
            Some(AnyNodeRef::StmtFor(for_)) if !for_.is_async => match &*for_.target {
                Expr::Name(name) => self.variable(function, &name.id, class),
                _ => Err("what it holds cannot be followed".to_owned()),
            },
            Some(AnyNodeRef::ExprSubscript(subscript)) if !subscript.slice.is_slice_expr() => {
                self.value(function, subscript.range(), class)
            }
            Some(AnyNodeRef::ExprCall(_) | AnyNodeRef::Arguments(_)) => {
                let is_length = around.call().is_some_and(|call| self.is_length(function.file, call));
                is_length.then_some(()).ok_or_else(|| "what it holds is handed on".to_owned())
            }
            Some(AnyNodeRef::StmtIf(_) | AnyNodeRef::ExprUnaryOp(_)) => Ok(()),
            _ => Err("what it holds cannot be followed".to_owned()),
        }
    }

    fn method(
        &mut self,
        function: FnId,
        attribute: &ast::ExprAttribute,
        call: &ast::ExprCall,
        method: &MethodRule,
    ) -> Result<(), Refusal> {
        let file = function.file;
        let values = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
        for value in values {
            if !accepts(&method.takes, &self.kinds(file, value, 2)) {
                return Err(format!("its `{}` is given what is not known to mean the same", method.name));
            }
        }
        if let Some(name) = &method.becomes {
            self.part(file, attribute.attr.range(), vec![Bit::Text(name.clone())]);
        }
        if method.awaits {
            self.awaits(function, call.range())?;
            if let Some((index, _)) = self.known.sites.get(&(function, call.range())) {
                self.exchange.findings.insert(*index);
            }
            self.exchange.awaited.push((function, call.range()));
            self.exchange.parts.push(Part {
                file,
                at: call.range(),
                bits: vec![Bit::Source(call.range())],
                is_awaited: true,
            });
        }
        if let Some(raises) = &method.raises {
            self.raises.push((function, call.range(), Raises::Method(raises.clone())));
        }
        if let Some(guard) = &method.guarded {
            let ast = self.planner.resolver.types.ast(file).ok_or("the file cannot be read")?;
            let around = Around::of(&ast, call.range());
            let Some(AnyNodeRef::StmtExpr(statement)) = around.parent() else {
                return Err(format!("what its `{}` gives is used", method.name));
            };
            if self.may_differ(method) {
                let is_name = attribute.value.is_name_expr();
                if !is_name {
                    return Err(format!("its `{}` says more", method.name));
                }
                let mut bits = fill(guard, &[("{}", &[Bit::Source(attribute.value.range())])]);
                bits.push(Bit::Text("\n\t".to_owned()));
                bits.push(Bit::Source(statement.range()));
                self.part(file, statement.range(), bits);
            }
        }
        Ok(())
    }

    /// Whether some call of the exchange is given what makes a difference for the method.
    fn may_differ(&self, method: &MethodRule) -> bool {
        let types = &self.planner.resolver.types;
        if self.exchange.calls.iter().any(|call| !call.added.is_empty()) {
            return true;
        }
        self.exchange.findings.iter().any(|index| {
            let site = &self.planner.ground.analysis.findings[*index].site;
            let Some(ast) = types.ast(site.file) else { return true };
            let Some(call) = ast.call(site.range) else { return true };
            call.arguments.keywords.iter().any(|keyword| {
                keyword.arg.as_ref().is_none_or(|arg| method.differs_with.iter().any(|name| name == arg.as_str()))
            })
        })
    }
}

/// Whether it is what a lambda gives that is called back when a task is done: nobody has that.
fn is_for_callback(around: &Around<'_>) -> bool {
    let call = around.nodes.iter().take(4).find_map(|node| match node {
        AnyNodeRef::ExprCall(call) => Some(*call),
        _ => None,
    });
    call.and_then(|call| call.func.as_attribute_expr()).is_some_and(|method| method.attr.as_str() == CALLS_BACK)
}

/// Whether an expression of any precedence may stand in a node.
fn takes_anything(node: &AnyNodeRef<'_>, range: TextRange) -> bool {
    match node {
        AnyNodeRef::StmtReturn(_)
        | AnyNodeRef::StmtAssign(_)
        | AnyNodeRef::StmtAnnAssign(_)
        | AnyNodeRef::StmtExpr(_)
        | AnyNodeRef::StmtIf(_)
        | AnyNodeRef::StmtWhile(_)
        | AnyNodeRef::ElifElseClause(_)
        | AnyNodeRef::StmtAssert(_)
        | AnyNodeRef::Arguments(_)
        | AnyNodeRef::Keyword(_)
        | AnyNodeRef::ExprBoolOp(_)
        | AnyNodeRef::ExprTuple(_)
        | AnyNodeRef::ExprList(_)
        | AnyNodeRef::ExprDict(_)
        | AnyNodeRef::InterpolatedElement(_) => true,
        AnyNodeRef::ExprIf(branch) => {
            branch.test.range() == range || branch.body.range() == range || branch.orelse.range() == range
        }
        AnyNodeRef::ExprCall(call) => call.func.range() != range,
        _ => false,
    }
}

/// The source at a place, in brackets of its own where it needs them.
fn in_brackets(at: TextRange, needs_them: bool) -> Vec<Bit> {
    if !needs_them {
        return vec![Bit::Source(at)];
    }
    vec![Bit::Text("(".to_owned()), Bit::Source(at), Bit::Text(")".to_owned())]
}
