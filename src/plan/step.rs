//! A loop that goes through something lazy, and awaits on the way: each step of it goes to a thread.

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtFor};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::ahead::Numbered;
use super::atomic::Part;
use super::consume::Cleanup;
use super::decide::Planner;
use super::position;
use super::region::{Start, implicit_start};
use super::touch::Roots;
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::catalogue::{Ahead, Threading};
use crate::project::facts::CallForm;
use crate::text::{has_word, slice};

/// A `for` whose steps a thread makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// From `for` to its colon.
    pub header: TextRange,
    pub iter: TextRange,
    pub target: TextRange,
    /// The first statement of the loop's body, where that has to bind the target.
    pub body: Option<TextSize>,
    pub names: StepNames,
    /// The whole loop, where a generator that has something to clean up is closed behind it, however it ends.
    pub closed: Option<TextRange>,
    /// What gives the items, some at a time.
    pub ahead: Option<Ahead>,
    /// What counts them, where the loop goes through `enumerate` of them.
    pub numbered: Option<Box<Numbered>>,
    /// That generator and its variable, where what is gone through is another one: `enumerate(g())`.
    pub source: Option<(TextRange, String)>,
}

/// The variables that the steps need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepNames {
    pub iterator: String,
    /// What stands for the end.
    pub end: String,
    /// What a step gives: the target itself, where nothing reads that after the loop.
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
        let own = types.world().function(hop.function)?;
        let pauses = |expr: &Expr| expr.is_await_expr() || own.is_async && own.is_generator && expr.is_yield_expr();
        if for_.is_async || !is_gone_through(&for_.iter, hop.at) || !any_over_body(&for_.body, &pauses) {
            return None;
        }
        if !self.is_lazy(hop, findings) || self.foreign(hop.function).is_some() {
            return None;
        }
        // Each step may be made by another thread, unless the codemod has one for all.
        let is_bound = |finding: &usize| {
            self.threading(self.api(*finding)) >= Threading::Never && self.own_thread(*finding).is_none()
        };
        if findings.iter().any(is_bound) {
            return None;
        }
        let header = Hop { function: hop.function, at: for_.iter.range(), via: Via::Implicit };
        if position::obstacle(self.survey, hop.function, header.at, None, self.ground.terms.minimum).is_some() {
            return None;
        }
        let starts = self.implicit_starts(hop);
        self.may_rewrite(hop, &starts).ok()?;
        self.may_look(hop.function, hop.at, &starts).ok()?;
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().ok()?;
        for &finding in findings {
            self.object_may_move(hop, finding, region).ok()?;
        }
        self.may_be_shared(&region.touches, region, None).ok()?;
        self.may_split(&header, Part::Call).ok()?;
        let is_inside =
            |node: &&AnyNodeRef<'_>| matches!(node, AnyNodeRef::StmtFor(outer) if outer.range() != for_.range());
        let start = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_))).unwrap_or_default();
        let depth = path[start..].iter().filter(is_inside).count();
        let mut step = self.layout(hop.function, for_, depth)?;
        let source = ast.expression(hop.at)?;
        let ahead = self.ahead(hop, findings).filter(|_| self.is_all_that_uses(hop.function, &ast, for_, source));
        let is_whole = for_.iter.range() == hop.at;
        step.numbered = self.numbered(hop.function, for_).filter(|_| !is_whole && ahead.is_some()).map(Box::new);
        step.ahead = ahead.filter(|_| is_whole || step.numbered.is_some()).cloned();
        if self.cleans_up(hop) {
            if for_.iter.range() != hop.at {
                let name = self.free(hop.function, ["items", "source", "generator"])?;
                step.source = Some((hop.at, name));
            }
            step.closed = Some(for_.range());
        }
        Some(step)
    }

    /// What going through, or asking, what stands at a hop runs of the program.
    pub(super) fn implicit_starts(&self, hop: &Hop) -> Vec<Start> {
        let callees = self.ground.callees_at(hop);
        callees.map(|id| implicit_start(self.survey, hop.function, hop.at, *id, &Roots::default())).collect()
    }

    /// Whether nothing blocks until the first step is made.
    fn is_lazy(&self, hop: &Hop, findings: &[usize]) -> bool {
        let world = self.resolver.types.world();
        let mut callees = self.ground.callees_at(hop).peekable();
        if callees.peek().is_some() {
            return callees.all(|id| {
                world.function(*id).is_some_and(|function| function.is_generator || function.name == "__next__")
            });
        }
        findings.iter().all(|finding| {
            let site = &self.ground.analysis.findings[*finding].site;
            self.api(*finding).lazy || site.form == CallForm::Iterate
        })
    }

    /// Whether a generator on the way has code that runs when it is closed early.
    fn cleans_up(&self, hop: &Hop) -> bool {
        self.ground.callees_at(hop).any(|id| self.cleanup(*id, |_| false) == Cleanup::Runs)
    }

    /// The loop's parts; `depth` is how many loops are around it.
    pub(super) fn layout(&self, function: FnId, for_: &StmtFor, depth: usize) -> Option<Step> {
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
        let numbered = |name: &str| if depth == 0 { name.to_owned() } else { format!("{name}_{}", depth + 1) };
        let free = |names: [&str; 3]| names.iter().map(|name| numbered(name)).find(|name| !has_word(whole, name));
        let own = match &*for_.target {
            Expr::Name(name)
                if !is_declared(whole, &name.id) && !self.is_read_elsewhere(function, &name.id, for_.range()) =>
            {
                Some(name.id.to_string())
            }
            _ => None,
        };
        let names = StepNames {
            iterator: free(["steps", "iterator", "steps_ahead"])?,
            end: free(["end", "no_more", "end_of_steps"])?,
            item: own.clone().or_else(|| free(["step", "item", "next_step"]))?,
        };
        let body = own.is_none().then_some(body);
        Some(Step {
            header,
            iter: for_.iter.range(),
            target: for_.target.range(),
            body,
            names,
            closed: None,
            ahead: None,
            numbered: None,
            source: None,
        })
    }
}

impl Planner<'_> {
    /// Whether a variable of a function is read outside a part of it, or by functions in it.
    fn is_read_elsewhere(&self, function: FnId, name: &str, part: TextRange) -> bool {
        let facts = self.resolver.types.facts(function.file);
        let Some(whole) = facts.functions.get(function.index as usize).map(|function| function.range) else {
            return true;
        };
        facts.loads.iter().any(|load| {
            let is_it = load.name == name && !load.attribute && whole.contains_range(load.range);
            is_it && (load.function != function.index || !part.contains_range(load.range))
        }) || facts
            .calls
            .iter()
            .any(|call| call.name == name && whole.contains_range(call.range) && !part.contains_range(call.range))
    }
}

/// Whether a function says of a name that it is not its own.
fn is_declared(function: &str, name: &str) -> bool {
    function.lines().map(str::trim_start).any(|line| {
        let rest = line.strip_prefix("global ").or_else(|| line.strip_prefix("nonlocal "));
        rest.is_some_and(|names| has_word(names, name))
    })
}

/// Whether a loop is left early by its own code.
#[derive(Default)]
pub(super) struct Exits {
    found: bool,
    /// The loops inside, whose `break`s are their own.
    inner: usize,
}

impl Exits {
    /// Whether there are some.
    pub(super) fn are_some(&self) -> bool {
        self.found
    }

    pub(super) fn of(for_: &StmtFor) -> Self {
        let mut exits = Self::default();
        exits.visit_body(&for_.body);
        exits
    }
}

impl<'a> Visitor<'a> for Exits {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Return(_) => self.found = true,
            Stmt::Break(_) if self.inner == 0 => self.found = true,
            Stmt::For(_) | Stmt::While(_) => {
                self.inner += 1;
                walk_stmt(self, stmt);
                self.inner -= 1;
            }
            _ => walk_stmt(self, stmt),
        }
    }
}

/// Whether a statement of a generator yields inside something that has an end: a `with` or a `try`.
pub(super) fn has_cleanup(stmt: &Stmt) -> bool {
    struct Finder {
        depth: usize,
        found: bool,
    }
    impl<'a> Visitor<'a> for Finder {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            let is_block = matches!(stmt, Stmt::With(_) | Stmt::Try(_));
            self.depth += usize::from(is_block);
            if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
                walk_stmt(self, stmt);
            }
            self.depth -= usize::from(is_block);
        }

        fn visit_expr(&mut self, expr: &'a Expr) {
            self.found |= self.depth > 0 && matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_));
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder { depth: 0, found: false };
    finder.visit_stmt(stmt);
    finder.found
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
