//! Timers that functions set again for themselves: `self.timer = loop.call_later(1, self.tick)` in `tick`. Who cancels the timer while the
//! function waits means the next one, which is not there yet: so it is not set then.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use crate::analysis::{FnId, Lookup};
use crate::catalogue::RunsOn;
use crate::project::facts::{Binding, Load};
use crate::project::{Ast, FileId, last};
use crate::text::has_word;

/// What a variable for the timer that a function was called by may be named.
const NAMES: [&str; 3] = ["timer", "own_timer", "timer_before"];

/// A statement of a function that sets its timer again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rearm {
    pub function: FnId,
    pub statement: TextRange,
    /// What holds the timer.
    pub holder: String,
    /// A variable for the timer that the function was called by.
    pub name: &'static str,
}

impl Planner<'_> {
    /// The statements of a function by which it sets timers again that may be cancelled meanwhile; or why it cannot be told which
    /// timer it was called by. `given` are the places where it is given to timers.
    pub(super) fn rearms(&self, id: FnId, given: &[(FileId, TextRange)]) -> Result<Vec<Rearm>, String> {
        let types = &self.resolver.types;
        let (facts, Some(ast)) = (types.facts(id.file), types.ast(id.file)) else { return Ok(Vec::new()) };
        let is_again =
            |binding: &&Binding| binding.function == id.index && self.sets_timer(id.file, &ast, binding.value);
        let mut rearms = Vec::new();
        for binding in facts.bindings.iter().filter(is_again) {
            if !self.is_cancelled(binding.target.as_str()) {
                continue;
            }
            let is_kept = |(file, at): &(FileId, TextRange)| {
                types
                    .ast(*file)
                    .is_some_and(|ast| kept(&ast, *at).is_some_and(|holder| last(holder) == Some(&binding.target)))
            };
            let is_called = !self.survey.callers(id, &self.ground.analysis.graph).edges.is_empty();
            let rearm = self.rearm(id, &ast, binding.value).filter(|_| !is_called && given.iter().all(is_kept));
            rearms.push(rearm.ok_or_else(|| {
                let place = self.place(id.file, binding.value);
                format!("`{}` sets a timer again, which could be cancelled before ({place})", self.name(id))
            })?);
        }
        Ok(rearms)
    }

    fn rearm(&self, id: FnId, ast: &Ast, value: TextRange) -> Option<Rearm> {
        let types = &self.resolver.types;
        let function = types.world().function(id)?;
        let text = types.text(id.file);
        let body = &text[usize::from(function.range.start())..usize::from(function.range.end())];
        let name = NAMES.into_iter().find(|name| !has_word(body, name))?;
        let path = ast.path(value);
        let statement = path.iter().rev().find(|node| node.is_statement())?.range();
        let owner = kept(ast, value)?.as_attribute_expr()?;
        let holder = format!("{}.{}", owner.value.as_name_expr()?.id, owner.attr);
        Some(Rearm { function: id, statement, holder, name })
    }

    /// Whether the value at a place is a timer that a call sets.
    fn sets_timer(&self, file: FileId, ast: &Ast, at: TextRange) -> bool {
        let Some(call) = ast.call(at) else { return false };
        let names = self.names_of(file, &call.func);
        names.iter().flat_map(|name| self.resolver.catalogue().handovers(name)).any(|by| by.on == RunsOn::Started)
    }

    /// Whether something calls `cancel` on what is called so.
    fn is_cancelled(&self, name: &str) -> bool {
        let types = &self.resolver.types;
        let (index, world) = (self.resolver.index(), types.world());
        let of =
            |call: &ExprCall| call.func.as_attribute_expr().and_then(|method| last(&method.value).map(str::to_owned));
        let calls = index.calls("cancel").iter().any(|posting| {
            let call = world.call_at(*posting).zip(types.ast(posting.0));
            call.and_then(|(call, ast)| of(ast.call(call.range)?)).is_none_or(|of| of == name)
        });
        let is_named = |load: &Load| load.attribute && load.name == "cancel";
        calls || index.loads("cancel").iter().any(|posting| world.load_at(*posting).is_some_and(is_named))
    }
}

/// What the timer is kept in that the call around a place sets.
fn kept(ast: &Ast, at: TextRange) -> Option<&Expr> {
    ast.path(at).into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtAssign(assign) if assign.value.is_call_expr() => match &assign.targets[..] {
            [target] => Some(Some(target)),
            _ => Some(None),
        },
        node if node.is_statement() => Some(None),
        _ => None,
    })?
}
