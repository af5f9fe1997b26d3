//! Loops of which some items can be fetched at a time, before they are asked for: nothing else uses what they come from.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprName, StmtFor};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::scope::Scope;
use super::swap::reads;
use crate::analysis::{FnId, Hop, Lookup, argument};
use crate::catalogue::Ahead;
use crate::project::Ast;

/// What an object tells about itself, whether or not it is closed.
const LOOKS: [&str; 2] = ["closed", "name"];
/// What it tells before the first item.
const HEADS: [&str; 2] = ["fieldnames", "dialect"];

/// `for number, item in enumerate(source, start)`: what counts is apart from what is gone through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The variable that counts.
    pub counter: String,
    /// Where it starts; otherwise at 0.
    pub start: Option<TextRange>,
    pub number: TextRange,
    pub item: TextRange,
    pub source: TextRange,
}

impl Planner<'_> {
    /// How items of what a loop goes through can be fetched some at a time.
    pub(super) fn ahead(&self, hop: &Hop, findings: &[usize]) -> Option<&Ahead> {
        let [finding] = findings else { return None };
        let site = &self.ground.analysis.findings[*finding].site;
        let api = self.api(*finding);
        let ahead = self.resolver.catalogue().codemods.get(api.codemod)?.ahead.as_ref()?;
        let class = api.name.rsplit_once('.').map(|(class, _)| class)?;
        let is_it = (site.function, site.range) == (hop.function, hop.at) && ahead.of.iter().any(|of| of == class);
        is_it.then_some(ahead)
    }

    /// How the items are counted of a loop that goes through `enumerate` of something.
    pub(super) fn numbered(&self, function: FnId, for_: &StmtFor) -> Option<Numbered> {
        let call = for_.iter.as_call_expr()?;
        let source = call.arguments.args.first()?;
        let [number @ Expr::Name(_), item @ Expr::Name(_)] = &for_.target.as_tuple_expr()?.elts[..] else {
            return None;
        };
        let start = argument(call, "start", Some(1));
        let is_plain = start.is_none_or(Expr::is_number_literal_expr);
        let is_all = call.arguments.len() == 1 + usize::from(start.is_some());
        let counter = self.free(function, ["numbers", "counter", "numbering"])?;
        (is_plain && is_all).then(|| Numbered {
            counter,
            start: start.map(Ranged::range),
            number: number.range(),
            item: item.range(),
            source: source.range(),
        })
    }

    /// Whether nothing but a loop uses the local variable, `source`, whose items it goes through, from its beginning on, other than to
    /// close it behind the loop.
    pub(super) fn is_all_that_uses(&self, function: FnId, ast: &Ast, for_: &StmtFor, source: &Expr) -> bool {
        let facts = self.resolver.types.facts(function.file);
        match source {
            Expr::Name(name) => {
                let made =
                    facts.bindings.iter().filter(|made| made.function == function.index && made.target == name.id);
                let mut sources = made.filter_map(|made| self.read_from(function, ast.call(made.value)?));
                self.is_only_use(function, ast, for_, name)
                    && sources.all(|source| self.is_only_use(function, ast, for_, source))
            }
            // A reader that the loop makes is its own; what that reads from must be, too.
            Expr::Call(call) => {
                self.read_from(function, call).is_some_and(|source| self.is_only_use(function, ast, for_, source))
            }
            _ => false,
        }
    }

    /// The variable with the file that a reader is made from.
    fn read_from<'t>(&self, function: FnId, call: &'t ExprCall) -> Option<&'t ExprName> {
        let catalogue = self.resolver.catalogue();
        let reads = |class: &str| !catalogue.apis_named(&format!("{class}.__next__")).is_empty();
        let first = call.arguments.args.first()?;
        self.resolver.may_be_instance(function.file, first, reads).then(|| first.as_name_expr()).flatten()
    }

    /// Whether nothing but a loop uses a variable from there on, other than to close what it holds behind the loop.
    fn is_only_use(&self, function: FnId, ast: &Ast, for_: &StmtFor, name: &ExprName) -> bool {
        let types = &self.resolver.types;
        let Some(def) = types.world().function(function).and_then(|fact| ast.def(fact.range)) else { return false };
        let scope = Scope::of(def);
        let bound = || scope.bound.iter().filter(|(bound, _)| *bound == name.id).map(|(_, at)| *at);
        let before = bound().filter(|at| at.end() <= for_.start() && !at.is_empty());
        let Some(made) = before.max_by_key(|at| at.start()) else { return false };
        // What is made anew each time round may be gone through each time round.
        let is_repeated = loops_around(ast, for_).any(|range| !range.contains_range(made));
        let Some(reads) = reads(ast, def.range(), &name.id) else { return false };
        let facts = types.facts(function.file);
        let is_harmless = |at: TextRange| {
            !for_.range().contains_range(at)
                && facts.enclosing(at.start()) == function.index
                && is_method_or_look(ast, at, at.end() <= for_.start())
        };
        let mut others = reads.into_iter().filter(|at| *at != name.range() && at.start() > made.start());
        !is_repeated && others.all(is_harmless)
    }
}

/// The loops around another one, in its function.
fn loops_around<'a>(ast: &'a Ast, for_: &'a StmtFor) -> impl Iterator<Item = TextRange> + 'a {
    let path = ast.path(for_.range());
    let inner = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_))).unwrap_or_default();
    let is_loop = |node: &AnyNodeRef<'_>| matches!(node, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_));
    path.into_iter()
        .skip(inner)
        .filter(move |node| is_loop(node) && node.range() != for_.range())
        .map(|node| node.range())
}

/// Whether the name at a place is asked what it is, or one of its methods is called: any one, or the one that closes it.
fn is_method_or_look(ast: &Ast, at: TextRange, is_any: bool) -> bool {
    let path = ast.path(at);
    let mut above = path.iter().rev().filter(|node| node.range() != at);
    let taker = path.iter().rev().find_map(|node| match node {
        AnyNodeRef::ExprCall(call) if call.arguments.args.first().is_some_and(|first| first.range() == at) => {
            Some(call)
        }
        _ => None,
    });
    let is_next = |call: &ExprCall| matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "next");
    if taker.is_some_and(|call| is_any && is_next(call)) {
        return true;
    }
    let Some(AnyNodeRef::ExprAttribute(attribute)) = above.next() else { return false };
    let is_called = matches!(above.next(), Some(AnyNodeRef::ExprCall(call)) if call.func.range() == attribute.range());
    let name = attribute.attr.as_str();
    match is_called {
        true => is_any || name == "close",
        false => LOOKS.contains(&name) || is_any && HEADS.contains(&name),
    }
}
