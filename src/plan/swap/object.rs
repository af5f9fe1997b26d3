//! The object that a call is made on: where it comes from, and what else is done with it.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::values::accepts;
use super::{Bit, Draft, Part, Refusal};
use crate::analysis::FnId;
use crate::plan::twin::Variable;
use crate::project::FileId;

impl Draft<'_> {
    /// Takes in the object that a method is called on.
    pub(super) fn object(&mut self, function: FnId, object: &Expr, class: &str) -> Result<(), Refusal> {
        match object {
            Expr::Name(name) => self.variable(function, &name.id, class),
            Expr::Attribute(attribute) => self.attribute_object(function.file, attribute, class),
            _ => Err("what it is called on cannot be followed".to_owned()),
        }
    }

    /// An attribute of a class's instances: what makes it, and every use of it.
    pub(super) fn attribute_object(
        &mut self,
        file: FileId,
        attribute: &ast::ExprAttribute,
        class: &str,
    ) -> Result<(), Refusal> {
        self.may_leave(class)?;
        let planner = self.planner;
        let variable =
            planner.variable_of(file, attribute).ok_or_else(|| format!("`{}` cannot be followed", attribute.attr))?;
        if !self.objects.insert((variable.class, variable.name.clone())) {
            return Ok(());
        }
        if planner.has_more_loops() {
            return Err("it belongs to one loop, and the program may run more".to_owned());
        }
        self.declaration(&variable, class)?;
        let unclear = || format!("not all uses of `{}` are known", variable.name);
        let mut made = 0;
        for (file, source) in planner.resolver.types.world().own_files() {
            let facts = &source.facts;
            for load in facts.loads.iter().filter(|load| load.attribute && load.name == variable.name.as_str()) {
                let ast = planner.resolver.types.ast(file).ok_or_else(unclear)?;
                if planner.is_of(file, &ast, load.range, &variable).ok_or_else(unclear)? {
                    self.value(self.function_at(file, load.range), load.range, class)?;
                }
            }
            for binding in facts.bindings.iter().filter(|binding| binding.target == variable.name.as_str()) {
                let ast = planner.resolver.types.ast(file).ok_or_else(unclear)?;
                if planner.is_bound(file, &ast, binding.value, &variable).ok_or_else(unclear)? {
                    let value = ast.expression(binding.value).ok_or_else(unclear)?;
                    self.source(self.function_at(file, binding.value), value, class)?;
                    made += usize::from(!value.is_none_literal_expr());
                }
            }
        }
        if made > 0 { Ok(()) } else { Err(unclear()) }
    }

    /// `session: requests.Session` in the body of the class
    fn declaration(&mut self, variable: &Variable, class: &str) -> Result<(), Refusal> {
        let target = self.target;
        let (file, start) = (variable.class.file, variable.class.start);
        let (Some(rule), Some(ast)) = (target.class(class), self.planner.resolver.types.ast(file)) else {
            return Ok(());
        };
        for stmt in ast.class(start).into_iter().flat_map(|def| &def.body) {
            if let Stmt::AnnAssign(assign) = stmt
                && matches!(&*assign.target, Expr::Name(name) if name.id.as_str() == variable.name)
            {
                self.annotation(file, &assign.annotation, rule)?;
            }
        }
        Ok(())
    }

    /// Whether a call makes an object of the class.
    pub(super) fn is_made(&self, file: FileId, call: &ast::ExprCall, class: &str) -> bool {
        let Some(rule) = self.target.class(class) else { return false };
        if rule.to.is_none() {
            return false;
        }
        let types = &self.planner.resolver.types;
        let targets = self.planner.resolver.targets(file, &call.func);
        // A class of the program that derives from it does more than it.
        if targets.iter().any(|target| target.class.is_some_and(|class| types.world().is_own(class.file))) {
            return false;
        }
        let names = targets.iter().flat_map(|target| &target.names);
        names.chain(&types.reference_names(file, &call.func)).any(|name| rule.of.contains(name))
    }

    /// The call that makes an object makes one of the other class, which is followed.
    pub(super) fn maker(&mut self, function: FnId, call: &ast::ExprCall, class: &str) -> Result<(), Refusal> {
        self.made(function, call, class)?;
        self.value(function, call.range(), class)
    }

    pub(super) fn made(&mut self, function: FnId, call: &ast::ExprCall, class: &str) -> Result<(), Refusal> {
        let rule = self.target.class(class).ok_or("it has no counterpart")?;
        let to = rule.to.as_ref().ok_or("it has no counterpart")?;
        let file = function.file;
        let known = |keyword: &ast::Keyword| {
            let patterns = keyword.arg.as_ref().and_then(|name| rule.makes.get(name.as_str()));
            patterns.is_some_and(|patterns| accepts(patterns, &self.kinds(file, &keyword.value, 2)))
        };
        if !call.arguments.args.is_empty() || !call.arguments.keywords.iter().all(known) {
            return Err("it is made with arguments that are not known to mean the same".to_owned());
        }
        let is_given = |name: &str| call.arguments.find_keyword(name).is_some();
        let arguments = rule.arguments.iter().filter(|(name, _)| !is_given(name));
        let mut bits = vec![Bit::Name(to.clone()), Bit::Text("(".to_owned())];
        for (index, (name, value)) in arguments.enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            bits.push(Bit::Text(format!("{comma}{name}={value}")));
        }
        if call.arguments.is_empty() {
            bits.push(Bit::Text(")".to_owned()));
        } else {
            let comma = if bits.len() > 2 { ", " } else { "" };
            bits.push(Bit::Text(comma.to_owned()));
            let open = call.arguments.start() + TextSize::new(1);
            bits.push(Bit::Source(TextRange::new(open, call.end())));
        }
        let part = Part { file: function.file, at: call.range(), bits, is_awaited: false };
        if !self.exchange.parts.contains(&part) {
            self.exchange.parts.push(part);
        }
        Ok(())
    }
}
