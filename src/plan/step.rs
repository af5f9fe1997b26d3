//! A loop that goes through something lazy, and awaits on the way: each step of it goes to a thread.

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{AnyNodeRef, Expr, StmtFor};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::atomic::Part;
use super::decide::Planner;
use super::position;
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::project::facts::CallForm;
use crate::text::{has_word, slice};

/// A `for` whose steps a thread makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// From `for` to its colon.
    pub header: TextRange,
    pub iter: TextRange,
    pub target: TextRange,
    /// The first statement of the loop's body.
    pub body: TextSize,
    pub names: StepNames,
}

/// The variables that the steps need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepNames {
    pub iterator: String,
    /// What stands for the end.
    pub end: String,
    pub item: String,
}

impl Planner<'_> {
    /// How the loop that a hop starts can be made in steps, if it can.
    pub(super) fn step(&self, hop: &Hop, findings: &[usize]) -> Option<Step> {
        let types = &self.resolver.types;
        let ast = types.ast(hop.function.file)?;
        let path = ast.path(hop.at);
        let innermost = path.iter().rev().find(|node| node.is_statement())?;
        let AnyNodeRef::StmtFor(for_) = innermost else { return None };
        if for_.is_async || !is_gone_through(&for_.iter, hop.at) || !any_over_body(&for_.body, Expr::is_await_expr) {
            return None;
        }
        if !self.is_lazy(hop, findings) || self.foreign(hop.function).is_some() {
            return None;
        }
        let header = Hop { function: hop.function, at: for_.iter.range(), via: Via::Implicit };
        if position::obstacle(self.resolver, hop.function, header.at, self.ground.minimum).is_some() {
            return None;
        }
        let starts = self.ground.callees_at(hop).map(|id| (*id, std::sync::Arc::default())).collect::<Vec<_>>();
        self.may_rewrite(hop, &starts).ok()?;
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().ok()?;
        for &finding in findings {
            self.object_may_move(hop, finding, region).ok()?;
        }
        self.may_be_shared(&region.touches).ok()?;
        self.may_split(&header, Part::Call).ok()?;
        self.layout(hop.function, for_)
    }

    /// Whether nothing blocks until the first step is made.
    fn is_lazy(&self, hop: &Hop, findings: &[usize]) -> bool {
        let world = self.resolver.types.world();
        let mut callees = self.ground.callees_at(hop).peekable();
        if callees.peek().is_some() {
            return callees.all(|id| world.function(*id).is_some_and(|function| function.is_generator));
        }
        findings.iter().all(|finding| {
            let site = &self.ground.analysis.findings[*finding].site;
            self.api(*finding).lazy || site.form == CallForm::Iterate
        })
    }

    fn layout(&self, function: FnId, for_: &StmtFor) -> Option<Step> {
        let types = &self.resolver.types;
        let text = types.text(function.file);
        let body = for_.body.first()?.start();
        let between = slice(&text, TextRange::new(for_.iter.end(), body));
        let colon = for_.iter.end() + TextSize::try_from(between.find(':')?).ok()?;
        let header = TextRange::new(for_.start(), colon + TextSize::new(1));
        let is_own_line = slice(&text, TextRange::new(colon, body)).contains('\n');
        if !is_own_line || slice(&text, header).contains(['\n', '#']) {
            return None;
        }
        let whole = slice(&text, types.world().function(function)?.range);
        let free = |names: [&str; 3]| names.iter().copied().find(|name| !has_word(whole, name)).map(str::to_owned);
        let names = StepNames {
            iterator: free(["steps", "iterator", "steps_ahead"])?,
            end: free(["end", "no_more", "end_of_steps"])?,
            item: free(["step", "item", "next_step"])?,
        };
        Some(Step { header, iter: for_.iter.range(), target: for_.target.range(), body, names })
    }
}

/// Whether the expression is what is gone through, or is so with numbers.
fn is_gone_through(iter: &Expr, at: TextRange) -> bool {
    match iter {
        Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "enumerate") => {
            call.arguments.args.first().is_some_and(|first| first.range() == at)
        }
        other => other.range() == at,
    }
}
