//! Calls whose result a `with` enters and a `for` goes through piece by piece.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::calls::{Arguments, is_manager, made_with};
use super::uses::Around;
use super::{Bit, Draft, Refusal};
use crate::analysis::FnId;
use crate::catalogue::CallRule;
use crate::project::{Ast, FileId};

impl Draft<'_> {
    /// Whether a call stands where a rule is for, and is of an object that it is for.
    pub(super) fn suits_place(&self, file: FileId, ast: &Ast, call: &ast::ExprCall, rule: &CallRule) -> bool {
        let is_on = |class: &String| match &*call.func {
            Expr::Attribute(attribute) => self.classes.get(&(file, attribute.value.range())) == Some(class),
            _ => false,
        };
        (!rule.entered || is_manager(ast, call.range()))
            && (!rule.loops || loop_of(ast, call.range()).is_some())
            && rule.on.as_ref().is_none_or(is_on)
    }

    /// What a call without an object of its own is made on: what the `with` that enters its result enters in front of it.
    pub(super) fn opened_beside(
        &self,
        function: FnId,
        ast: &Ast,
        at: TextRange,
        method: &str,
        arguments: &Arguments,
    ) -> Result<Vec<Bit>, Refusal> {
        let opened = self.target.opened.as_ref().ok_or("nothing can be opened for it")?;
        let name = self.free_name(function, opened, &opened.name).ok_or("all names for it are taken")?;
        let is_one =
            matches!(Around::of(ast, at).nodes.get(1), Some(AnyNodeRef::StmtWith(with)) if with.items.len() == 1);
        if !is_one {
            return Err("it is entered together with others".to_owned());
        }
        let mut bits = vec![Bit::Name(opened.class.clone()), Bit::Text("(".to_owned())];
        for (index, (argument, value)) in made_with(opened, arguments).into_iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            bits.extend([Bit::Text(format!("{comma}{argument}=")), value]);
        }
        bits.push(Bit::Text(format!(") as {name}, {name}.{method}")));
        Ok(bits)
    }

    /// The loop that goes through what a call gives becomes an asynchronous one.
    pub(super) fn gone_through(&mut self, function: FnId, ast: &Ast, at: TextRange) {
        if let Some(for_) = loop_of(ast, at) {
            self.exchange.withs.push((function.file, for_));
        }
    }
}

/// The `for` that goes through what a call gives.
fn loop_of(ast: &Ast, at: TextRange) -> Option<TextRange> {
    match Around::of(ast, at).parent() {
        Some(AnyNodeRef::StmtFor(for_)) if !for_.is_async && for_.iter.range() == at => Some(for_.range()),
        _ => None,
    }
}
