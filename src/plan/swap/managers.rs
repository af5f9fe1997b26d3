//! Exchanged values that a `with` enters.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::uses::Around;
use super::variables::reads;
use super::{Draft, Entered, NewCall, Refusal};
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::catalogue::ClassRule;
use crate::plan::atomic::Part;
use crate::plan::scope::{Scope, stored};
use crate::project::facts::MODULE;
use crate::project::{Ast, FileId};
use crate::text::slice;

impl Draft<'_> {
    /// The value at `range` is entered by a `with`.
    pub(super) fn entered(
        &mut self,
        function: FnId,
        ast: &Ast,
        range: TextRange,
        rule: &ClassRule,
        class: &str,
    ) -> Result<(), Refusal> {
        let path = ast.path(range);
        let with = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtWith(with) => Some(*with),
            _ => None,
        });
        let with = with.ok_or("it is entered where it cannot be followed")?;
        let is_call = |call: &&NewCall| (call.function.file, call.at) == (function.file, range) && !call.is_awaited;
        if self.exchange.calls.iter().any(|call| is_call(&call)) {
            return self.entered_at(function, ast, with, range, class);
        }
        let [item] = &with.items[..] else { return Err("it is entered together with others".to_owned()) };
        if function.index == MODULE {
            return Err("it is entered when the module is imported".to_owned());
        }
        if !rule.enters || with.is_async || item.context_expr.range() != range {
            return Err("it is entered where it cannot be followed".to_owned());
        }
        self.exchange.withs.push((function.file, with.range()));
        self.exchange.functions.insert(function);
        match item.optional_vars.as_deref() {
            None => Ok(()),
            Some(Expr::Name(name)) => {
                self.variable(function, &name.id, class)?;
                let def = self.planner.resolver.types.world().function(function).map(|fact| fact.range);
                let reads = reads(ast, def.unwrap_or(with.range()), &name.id).ok_or("it stands nowhere")?;
                let is_within = reads.iter().all(|read| with.range().contains_range(*read));
                is_within.then_some(()).ok_or_else(|| format!("`{}` is used after it was closed", name.id))
            }
            Some(_) => Err("it is entered where it cannot be followed".to_owned()),
        }
    }

    /// The manager that a call at `range` gives is entered by a `with`, in which all of them are exchanged.
    fn entered_at(
        &mut self,
        function: FnId,
        ast: &Ast,
        with: &ast::StmtWith,
        range: TextRange,
        class: &str,
    ) -> Result<(), Refusal> {
        if with.is_async {
            return Err("it is entered where it cannot be followed".to_owned());
        }
        let is_new = !self
            .exchange
            .entered
            .iter()
            .any(|entered| (entered.file, entered.statement) == (function.file, with.range()));
        if is_new {
            let exchanged: Vec<bool> =
                with.items.iter().map(|item| self.is_maker(function, item.context_expr.range())).collect();
            let entered =
                entered_in_parts(function.file, &self.planner.resolver.types.text(function.file), with, &exchanged);
            self.exchange.entered.push(entered.ok_or("it is entered together with others")?);
            // It is left where the statement ends.
            let end = Hop { function, at: TextRange::empty(with.end()), via: Via::Implicit };
            self.planner.may_split(&end, Part::Call)?;
            for (item, _) in with.items.iter().zip(exchanged).filter(|(_, is_exchanged)| *is_exchanged) {
                self.site(function, item.context_expr.range())?;
            }
        }
        match with.items.iter().find(|item| item.context_expr.range() == range).map(|item| &item.optional_vars) {
            Some(None) => Ok(()),
            Some(Some(target)) if target.is_name_expr() => {
                let name = &target.as_name_expr().ok_or("it is bound to no name")?.id;
                self.held_within(function, ast, with, name, class)
            }
            _ => Err("it is entered where it cannot be followed".to_owned()),
        }
    }

    /// Whether a blocking call has a function in its place.
    fn is_maker(&self, function: FnId, at: TextRange) -> bool {
        let Some((index, _)) = self.known.sites.get(&(function, at)) else { return false };
        let (of, name) = self.planner.api(*index).name.rsplit_once('.').unwrap_or_default();
        let mut rules = self.target.call.iter().filter(|rule| rule.to.is_some() || rule.entered);
        rules.any(|rule| rule.of == of && rule.calls.iter().any(|call| call == name))
    }

    /// Follows a name that a `with` binds: what reads it stands in the `with`, or in another one that binds it.
    fn held_within(
        &mut self,
        function: FnId,
        ast: &Ast,
        with: &ast::StmtWith,
        name: &str,
        class: &str,
    ) -> Result<(), Refusal> {
        let def = self.planner.resolver.types.world().function(function).map(|fact| fact.range);
        let def = def.and_then(|range| ast.def(range)).ok_or("it belongs to no function")?;
        let scope = Scope::of(def);
        if scope.declared.iter().any(|declared| declared.as_str() == name) {
            return Err(format!("`{name}` is not the function's own"));
        }
        let owner = |at: TextRange| {
            let path = ast.path(at);
            path.iter().rev().find_map(|node| match node {
                AnyNodeRef::StmtWith(other) if binds(other, name) => Some(other.range()),
                _ => None,
            })
        };
        let is_own = |at: TextRange| with.range().contains_range(at);
        let mut bound = scope.bound.iter().filter(|(other, at)| other.as_str() == name && is_own(*at));
        if bound.clone().count() != 1 || !bound.all(|(_, at)| owner(*at) == Some(with.range())) {
            return Err(format!("`{name}` is bound in another way as well"));
        }
        let reads = reads(ast, def.range(), name).ok_or("it stands nowhere")?;
        let is_same = |at: TextRange| {
            let rule = self.target.class(class);
            matches!(Around::of(ast, at).parent(), Some(AnyNodeRef::ExprAttribute(attribute))
                if rule.is_some_and(|rule| rule.same.iter().any(|same| same == attribute.attr.as_str())))
        };
        if reads.iter().any(|at| owner(*at).is_none() && !is_same(*at)) {
            return Err(format!("`{name}` is used after it was closed"));
        }
        self.loads(function, ast, with.range(), name, class)
    }
}

/// How a `with` is entered some of whose managers are exchanged: where those and others meet, it becomes two, one in the other.
fn entered_in_parts(file: FileId, text: &str, with: &ast::StmtWith, exchanged: &[bool]) -> Option<Entered> {
    let mut gaps = Vec::new();
    for (pair, items) in exchanged.windows(2).zip(with.items.windows(2)) {
        if pair[0] != pair[1] {
            gaps.push((TextRange::new(items[0].end(), items[1].start()), pair[1]));
        }
    }
    let (first, last, body) = (with.items.first()?, with.items.last()?, with.body.first()?);
    let colon =
        last.end() + TextSize::try_from(slice(text, TextRange::new(last.end(), body.start())).find(':')?).ok()?;
    let rest = TextRange::new(colon + TextSize::new(1), with.end());
    let is_plain = || {
        let header = slice(text, TextRange::new(with.start(), rest.start()));
        let between = slice(text, TextRange::new(with.start(), first.start()));
        !header.contains(['\n', '#'])
            && !between.contains('(')
            && slice(text, TextRange::new(colon, body.start())).contains('\n')
    };
    let gap = match &gaps[..] {
        [] => None,
        [gap] if is_plain() => Some(*gap),
        _ => return None,
    };
    Some(Entered { file, statement: with.range(), is_async: *exchanged.first()?, gap, body: rest })
}

/// Whether a `with` gives a name a value.
fn binds(with: &ast::StmtWith, name: &str) -> bool {
    let mut names = Vec::new();
    with.items.iter().filter_map(|item| item.optional_vars.as_deref()).for_each(|target| stored(target, &mut names));
    names.iter().any(|bound| bound.as_str() == name)
}
