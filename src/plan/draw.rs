//! A generator in a variable: threads go through it, item by item, wherever its function asks for one.
//!
//! `rows = read(path)`, `head = next(rows, None)`, `for row in rows: await store(row)`: nothing runs when the generator is made, so it
//! stays where it is. The loops are made in steps, as those that go through a call are (see [`super::step`]), and what asks for an item, or
//! closes the generator, is a call like any other.

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{AnyNodeRef, Expr, StmtFor, StmtWith};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Step;
use super::atomic::Part;
use super::decide::Planner;
use super::position;
use super::region::Start;
use super::scope::Scope;
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::catalogue::Threading;
use crate::project::Ast;
use crate::project::facts::Load;
use crate::text::slice;

/// What closes what it is given at the end of its `with`.
const CLOSING: &str = "contextlib.closing";

/// What becomes of a generator in a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// The loops that go through it.
    pub steps: Vec<Step>,
    /// The calls that ask for an item, or close it.
    pub calls: Vec<TextRange>,
    pub closing: Option<Closing>,
}

/// `with closing(g()) as name:`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub statement: TextRange,
    /// Up to its colon.
    pub header: TextRange,
    pub name: String,
}

/// A use of the variable.
enum Use<'a> {
    Loop(&'a StmtFor),
    Call(TextRange),
}

impl Planner<'_> {
    /// How threads can go through the generator that a hop makes and puts into a variable, if they can.
    pub(super) fn draw(&self, hop: &Hop, findings: &[usize]) -> Option<Draw> {
        let types = &self.resolver.types;
        let ast = types.ast(hop.function.file)?;
        let own = types.world().function(hop.function)?;
        let mut callees = self.ground.callees_at(hop).peekable();
        callees.peek()?;
        if !own.is_async
            || own.is_generator
            || !callees.all(|id| self.is_generator(*id))
            || self.foreign(hop.function).is_some()
        {
            return None;
        }
        let is_bound = |finding: &usize| {
            self.threading(self.api(*finding)) >= Threading::Never && self.own_thread(*finding).is_none()
        };
        if findings.iter().any(is_bound) {
            return None;
        }
        let def = ast.def(own.range)?;
        let (name, closing) = self.drawn_from(hop, &ast)?;
        let scope = Scope::of(def);
        let is_one = scope.bound.iter().filter(|(bound, _)| *bound == *name).count() == 1;
        if !is_one || scope.declared.iter().any(|declared| *declared == *name) {
            return None;
        }
        let uses = self.uses_of(hop.function, &ast, own.range, &name)?;
        let starts = self.implicit_starts(hop);
        self.may_rewrite(hop, &starts).ok()?;
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().ok()?;
        for &finding in findings {
            self.object_may_move(hop, finding, region).ok()?;
        }
        self.may_be_shared(&region.touches, region, None).ok()?;
        let mut draw = Draw { steps: Vec::new(), calls: Vec::new(), closing };
        for one in uses {
            let at = match one {
                Use::Loop(for_) => for_.iter.range(),
                Use::Call(at) => at,
            };
            self.may_draw(hop, at, &starts)?;
            match one {
                Use::Loop(for_) => draw.steps.push(self.layout(hop.function, for_, depth_of(&ast, for_))?),
                Use::Call(at) => draw.calls.push(at),
            }
        }
        if let Some(closing) = &draw.closing {
            self.may_draw(hop, TextRange::empty(closing.statement.end()), &starts)?;
        }
        (!draw.steps.is_empty() || !draw.calls.is_empty()).then_some(draw)
    }

    /// Whether a thread may ask for an item at a place.
    fn may_draw(&self, hop: &Hop, at: TextRange, starts: &[Start]) -> Option<()> {
        let minimum = self.ground.terms.minimum;
        if position::obstacle(self.survey, hop.function, at, None, minimum).is_some() {
            return None;
        }
        self.may_look(hop.function, at, starts).ok()?;
        self.may_split(&Hop { function: hop.function, at, via: Via::Implicit }, Part::Call).ok()
    }

    /// The variable that the generator made at a hop goes to.
    fn drawn_from(&self, hop: &Hop, ast: &Ast) -> Option<(String, Option<Closing>)> {
        let path = ast.path(hop.at);
        let mut around = path.iter().rev().skip_while(|node| node.range() == hop.at);
        match around.next()? {
            AnyNodeRef::StmtAssign(assign) => match &assign.targets[..] {
                [Expr::Name(name)] => Some((name.id.to_string(), None)),
                _ => None,
            },
            AnyNodeRef::Arguments(arguments) if arguments.len() == 1 => {
                let AnyNodeRef::ExprCall(call) = around.next()? else { return None };
                let is_closing = self.resolver.targets(hop.function.file, &call.func).iter().any(|target| {
                    target.names.iter().any(|name| name == CLOSING || name.strip_suffix(".__init__") == Some(CLOSING))
                });
                let with = path.iter().rev().find_map(|node| match node {
                    AnyNodeRef::StmtWith(with) => Some(*with),
                    _ => None,
                })?;
                self.closing(hop.function, with)
                    .filter(|_| is_closing && with.items[0].context_expr.range() == call.range())
            }
            _ => None,
        }
    }

    fn closing(&self, function: FnId, with: &StmtWith) -> Option<(String, Option<Closing>)> {
        let text = self.resolver.types.text(function.file);
        let [item] = &with.items[..] else { return None };
        let name = item.optional_vars.as_deref()?.as_name_expr()?;
        let body = with.body.first()?.start();
        let between = slice(&text, TextRange::new(name.end(), body));
        let colon = name.end() + TextSize::try_from(between.find(':')?).ok()?;
        let header = TextRange::new(with.start(), colon + TextSize::new(1));
        let has_lines = slice(&text, TextRange::new(colon, body)).contains('\n');
        if with.is_async || !has_lines || slice(&text, header).contains(['\n', '#']) {
            return None;
        }
        let name = name.id.to_string();
        Some((name.clone(), Some(Closing { statement: with.range(), header, name })))
    }

    /// All that a function does with a variable; nothing where it is more than to ask for items.
    fn uses_of<'a>(&self, function: FnId, ast: &'a Ast, own: TextRange, name: &str) -> Option<Vec<Use<'a>>> {
        let facts = self.resolver.types.facts(function.file);
        let is_it = |load: &&Load| load.name == name && !load.attribute && own.contains_range(load.range);
        facts
            .loads
            .iter()
            .filter(is_it)
            .map(|load| (load.function == function.index).then(|| use_at(ast, load.range))?)
            .collect()
    }
}

/// How many loops of its function are around one.
fn depth_of(ast: &Ast, for_: &StmtFor) -> usize {
    let path = ast.path(for_.range());
    let start = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_))).unwrap_or_default();
    path[start..]
        .iter()
        .filter(|node| matches!(node, AnyNodeRef::StmtFor(outer) if outer.range() != for_.range()))
        .count()
}

fn use_at(ast: &Ast, at: TextRange) -> Option<Use<'_>> {
    let path = ast.path(at);
    let mut around = path.iter().rev().skip_while(|node| node.range() == at);
    match *around.next()? {
        AnyNodeRef::StmtFor(for_) => through(for_, at),
        AnyNodeRef::ExprAttribute(attribute) if attribute.attr.as_str() == "close" => match *around.next()? {
            AnyNodeRef::ExprCall(call) if call.arguments.is_empty() => Some(Use::Call(call.range())),
            _ => None,
        },
        AnyNodeRef::Arguments(arguments) if arguments.args.first().is_some_and(|first| first.range() == at) => {
            let AnyNodeRef::ExprCall(call) = *around.next()? else { return None };
            match (call.func.as_name_expr()?.id.as_str(), around.next()) {
                // Without something for the end it would fail in another way.
                ("next", _) if arguments.len() == 2 && arguments.keywords.is_empty() => Some(Use::Call(call.range())),
                ("enumerate", Some(AnyNodeRef::StmtFor(for_))) => through(for_, call.range()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The loop, where it goes through what stands at a place, and awaits on the way: any other goes to a thread as a whole.
fn through(for_: &StmtFor, at: TextRange) -> Option<Use<'_>> {
    let is_it = !for_.is_async && for_.iter.range() == at && any_over_body(&for_.body, &Expr::is_await_expr);
    is_it.then_some(Use::Loop(for_))
}
