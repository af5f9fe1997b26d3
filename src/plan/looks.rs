//! What runs in a thread has another stack: the exception that a function above handles is none there, and the functions above are
//! others. An `await` keeps both.

use std::collections::VecDeque;

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt, StmtTry};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::decide::Planner;
use super::memo::Survey;
use super::region::Start;
use crate::analysis::{FnId, Lookup, argument};
use crate::catalogue::{Looks, LooksAt};
use crate::project::facts::{Call, CallForm};
use crate::project::{Ast, FileId};

/// How many functions are followed.
const MOST_FUNCTIONS: usize = 150;
/// How many calls above a function are asked whether an exception is being handled there.
const DEPTH: usize = 6;
/// The attributes by which a program gets at what led to an exception.
const CAUSE: &str = "__cause__";
const CONTEXT: &str = "__context__";
/// The methods that run while an exception leaves a `with`.
const EXITS: [&str; 2] = ["__exit__", "__aexit__"];

/// Something that a function looks at.
#[derive(Debug)]
pub(super) struct Look {
    range: TextRange,
    at: LooksAt,
    /// How many functions it looks at, its own included.
    level: Option<usize>,
    /// What looks, for people.
    name: String,
    /// What the catalogue says of it.
    reason: Option<String>,
    /// The `try` statements in whose `except` clauses it stands.
    handlers: Vec<TextRange>,
}

impl Look {
    /// Why a thread makes a difference.
    fn reason(&self) -> String {
        if let Some(reason) = &self.reason {
            return format!("`{}` {reason}", self.name);
        }
        let what = match self.at {
            LooksAt::Exception => "is about the exception that is being handled, and a thread has none",
            LooksAt::Callers => "looks at the functions that call it, which are others in a thread",
            LooksAt::Thread => "says which thread it is in",
            LooksAt::Chain => "shows what led to an exception",
        };
        format!("`{}` {what}", self.name)
    }
}

/// What a function looks at.
pub(super) fn looks(survey: Survey<'_>, function: FnId) -> Vec<Look> {
    let types = &survey.resolver.types;
    let (Some(ast), facts) = (types.ast(function.file), types.facts(function.file)) else { return Vec::new() };
    let catalogue = survey.resolver.catalogue();
    let mut found: Vec<Look> = Vec::new();
    for fact in facts.calls.iter().filter(|call| call.function == function.index && call.form == CallForm::Call) {
        let Some(call) = ast.call(fact.range) else { continue };
        for rule in catalogue.looks(&fact.name).filter(|rule| rule.at != LooksAt::Chain) {
            let level = level(survey, function.file, call, rule);
            let may = level != Some(0) && is_spelled(survey, function.file, rule) && !is_settled(survey, rule);
            if !may || !survey.resolver.looks(function.file, call, rule) {
                continue;
            }
            let targets = survey.targets(function.file, call);
            let is_it =
                |name: &&String| name.rsplit_once('.').is_some_and(|(of, call)| of == rule.of && call == fact.name);
            let Some(name) = targets.iter().flat_map(|target| &target.names).find(is_it) else { continue };
            let handlers = handlers(&ast, fact.range);
            let (name, reason) = (name.clone(), rule.reason.clone());
            found.push(Look { range: fact.range, at: rule.at, level, name, reason, handlers });
        }
    }
    if let Some(def) = facts.functions.get(function.index as usize).and_then(|own| ast.def(own.range)) {
        let mut raises = Raises { ast: &ast, found: Vec::new(), has_context: survey.chain().context };
        raises.visit_body(&def.body);
        found.extend(raises.found);
    }
    found
}

/// How many functions a call looks at.
fn level(survey: Survey<'_>, file: FileId, call: &ExprCall, rule: &Looks) -> Option<usize> {
    let level = rule.level.as_ref()?;
    let given = level.argument.as_ref().and_then(|name| argument(call, name, level.at));
    match given {
        Some(given) => {
            let literal = survey.resolver.types.literal(file, given)?.parse::<usize>().ok()?;
            // What a call says of its own function it says everywhere.
            Some(if literal > 1 { literal } else { level.least })
        }
        None => Some(level.least),
    }
}

/// Whether the program has one of the texts that a rule asks for.
fn is_spelled(survey: Survey<'_>, file: FileId, rule: &Looks) -> bool {
    let resolver = survey.resolver;
    let is_near = |other: &FileId| resolver.may_hold(file, *other) || resolver.may_hold(*other, file);
    rule.spelled.is_empty()
        || rule.spelled.iter().any(|text| spelled(survey).get(text).is_some_and(|files| files.iter().any(is_near)))
}

/// Whether the program makes a call after which there is nothing to look at.
fn is_settled(survey: Survey<'_>, rule: &Looks) -> bool {
    let types = &survey.resolver.types;
    rule.settled.iter().any(|name| {
        let last = name.rsplit('.').next().unwrap_or(name);
        survey.resolver.index().calls(last).iter().any(|posting| {
            let (Some(fact), Some(ast)) = (types.world().call_at(*posting), types.ast(posting.0)) else { return false };
            let Some(call) = ast.call(fact.range) else { return false };
            survey.targets(posting.0, call).iter().flat_map(|target| &target.names).any(|target| target == name)
        })
    })
}

fn spelled(survey: Survey<'_>) -> &FxHashMap<String, Vec<FileId>> {
    survey.memo.spelled.get_or_init(|| {
        let types = &survey.resolver.types;
        let mut wanted: Vec<&str> = survey.resolver.catalogue().spelled().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut found: FxHashMap<String, Vec<FileId>> = FxHashMap::default();
        for (file, _) in types.world().own_files() {
            let text = types.text_once(file);
            for one in wanted.iter().filter(|one| text.contains(**one)) {
                found.entry((*one).to_owned()).or_default().push(file);
            }
        }
        found
    })
}

/// What the program asks about what led to an exception.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// It reads what an exception was raised from.
    pub cause: bool,
    /// It reads what was being handled when an exception was raised.
    pub context: bool,
    /// It shows both.
    pub shown: bool,
}

impl Survey<'_> {
    pub(super) fn chain(&self) -> &Chain {
        self.memo.chain.get_or_init(|| {
            let mut chain = Chain::default();
            for (file, source) in self.resolver.types.world().own_files() {
                for load in source.facts.loads.iter().filter(|load| load.attribute) {
                    chain.cause |= load.name == CAUSE;
                    chain.context |= load.name == CONTEXT;
                }
                chain.shown = chain.shown || source.facts.calls.iter().any(|fact| shows_chain(*self, file, fact));
            }
            chain
        })
    }
}

fn shows_chain(survey: Survey<'_>, file: FileId, fact: &Call) -> bool {
    let mut rules = survey.resolver.catalogue().looks(&fact.name).filter(|rule| rule.at == LooksAt::Chain).peekable();
    if rules.peek().is_none() {
        return false;
    }
    let Some(ast) = survey.resolver.types.ast(file) else { return true };
    let Some(call) = ast.call(fact.range) else { return false };
    let targets = survey.targets(file, call);
    rules.any(|rule| {
        let mut names = targets.iter().flat_map(|target| &target.names);
        names.any(|name| name.rsplit_once('.').is_some_and(|(of, call)| of == rule.of && call == fact.name))
    })
}

/// The `try` statements of the function around a place that have it in an `except` clause.
fn handlers(ast: &Ast, at: TextRange) -> Vec<TextRange> {
    let tries = tries_around(ast, at);
    tries.into_iter().filter(|try_| is_handled(try_, at)).map(Ranged::range).collect()
}

fn tries_around(ast: &Ast, at: TextRange) -> Vec<&StmtTry> {
    let path = ast.path(at);
    let is_function =
        |node: &AnyNodeRef<'_>| matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_));
    let start = path.iter().rposition(|node| is_function(node) && node.range() != at).unwrap_or(0);
    let tries = path.into_iter().skip(start).filter_map(|node| match node {
        AnyNodeRef::StmtTry(try_) => Some(try_),
        _ => None,
    });
    tries.collect()
}

fn is_handled(try_: &StmtTry, at: TextRange) -> bool {
    try_.handlers.iter().any(|handler| handler.range().contains_range(at))
}

/// Whether a place is in the `finally` of a statement.
fn is_final(try_: &StmtTry, at: TextRange) -> bool {
    let ends = try_.finalbody.first().zip(try_.finalbody.last());
    ends.is_some_and(|(first, last)| first.range().cover(last.range()).contains_range(at))
}

/// The `raise` statements of a function that are about an exception which a function above handles.
struct Raises<'a> {
    ast: &'a Ast,
    found: Vec<Look>,
    /// The program would see that an exception which was raised in an `except` clause is not the first one.
    has_context: bool,
}

impl<'a> Visitor<'a> for Raises<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Raise(raise) => {
                let handlers = handlers(self.ast, raise.range());
                let is_again = raise.exc.is_none();
                let is_silent = raise.cause.as_deref().is_some_and(Expr::is_none_literal_expr);
                // Out of a thread it comes with the exception that is being handled there, in the place of its own.
                let is_second = self.has_context && !is_again && !is_silent && !handlers.is_empty();
                if is_again && handlers.is_empty() || is_second {
                    self.found.push(Look {
                        range: raise.range(),
                        at: LooksAt::Exception,
                        level: None,
                        name: "raise".to_owned(),
                        reason: None,
                        handlers: if is_second { Vec::new() } else { handlers },
                    });
                }
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

impl Planner<'_> {
    /// Whether a call that goes to a thread, and what it starts, would find there what they look at. Its arguments stay.
    pub(super) fn may_look(&self, function: FnId, call: TextRange, starts: &[Start]) -> Result<(), String> {
        self.may_look_in(function, call, &|range| range == call, starts)
    }

    /// The same for a part of a function.
    pub(super) fn may_look_within(&self, function: FnId, part: TextRange, starts: &[Start]) -> Result<(), String> {
        self.may_look_in(function, part, &|range| part.contains_range(range), starts)
    }

    fn may_look_in(
        &self,
        function: FnId,
        part: TextRange,
        is_moved: &dyn Fn(TextRange) -> bool,
        starts: &[Start],
    ) -> Result<(), String> {
        let mut handles = None;
        let mut handles = || *handles.get_or_insert_with(|| self.may_handle(function, part));
        for look in self.survey.looks(function).iter().filter(|look| is_moved(look.range)) {
            let is_own = look.handlers.iter().any(|try_| part.contains_range(*try_));
            let differs = match look.at {
                LooksAt::Exception => !is_own && handles(),
                LooksAt::Callers | LooksAt::Thread => true,
                LooksAt::Chain => false,
            };
            if differs {
                return Err(look.reason());
            }
        }
        let found = self.look_below(starts, &mut |look, depth, is_shielded| match look.at {
            LooksAt::Exception => !is_shielded && look.handlers.is_empty() && handles(),
            LooksAt::Callers => look.level.is_none_or(|level| level > depth),
            LooksAt::Thread => true,
            LooksAt::Chain => false,
        });
        found.map_or(Ok(()), Err)
    }

    /// What shows the exception that is being handled in a part of a function, but for what belongs to one of `remarks`.
    pub(super) fn shows_exception(&self, function: FnId, part: TextRange, remarks: &[String]) -> Option<String> {
        let shows = |look: &Look| {
            let of = look.name.rsplit_once('.').map(|(of, _)| of);
            look.at == LooksAt::Exception && of.is_some_and(|of| !remarks.iter().any(|remark| remark == of))
        };
        let looks = self.survey.looks(function);
        let is_own = |look: &&Look| {
            part.contains_range(look.range)
                && !look.handlers.iter().any(|try_| part.contains_range(*try_))
                && shows(look)
        };
        if let Some(look) = looks.iter().find(is_own) {
            return Some(look.name.clone());
        }
        let starts = self.block_starts(function, part).unwrap_or_default();
        let mut name = None;
        self.look_below(&starts, &mut |look, _, is_shielded| {
            let is_it = !is_shielded && look.handlers.is_empty() && shows(look);
            if is_it {
                name = Some(look.name.clone());
            }
            is_it
        });
        name
    }

    /// The first look of what `starts` run that is asked for, as a reason: by how many calls away it is, and whether an `except` clause is
    /// on the way.
    fn look_below(&self, starts: &[Start], is_it: &mut dyn FnMut(&Look, usize, bool) -> bool) -> Option<String> {
        // The nearest first.
        let mut open: VecDeque<(FnId, usize, bool)> = starts.iter().map(|(id, _)| (*id, 1, false)).collect();
        let mut seen: FxHashSet<(FnId, bool)> = FxHashSet::default();
        while let Some((id, depth, is_shielded)) = open.pop_front() {
            if !seen.insert((id, is_shielded)) || seen.len() > MOST_FUNCTIONS {
                continue;
            }
            if let Some(look) = self.survey.looks(id).iter().find(|look| is_it(look, depth, is_shielded)) {
                return Some(look.reason());
            }
            let Some(ast) = self.resolver.types.ast(id.file) else { continue };
            let mut add = |callee: FnId, at: TextRange| {
                if !self.is_async(callee) {
                    open.push_back((callee, depth + 1, is_shielded || !handlers(&ast, at).is_empty()));
                }
            };
            for (_, call) in self.survey.outline(id).calls_in_order() {
                let follow = self.survey.follow(id, call);
                follow.all().for_each(|callee| add(callee, call.range));
            }
            for (at, callees) in self.survey.callees.get(&id).into_iter().flatten() {
                callees.iter().for_each(|callee| add(*callee, *at));
            }
        }
        None
    }

    /// Whether an exception may be in the course of being handled where a function does something.
    fn may_handle(&self, function: FnId, at: TextRange) -> bool {
        self.may_handle_at(function, at, &mut FxHashSet::default(), DEPTH)
    }

    fn may_handle_at(&self, function: FnId, at: TextRange, seen: &mut FxHashSet<FnId>, depth: usize) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else { return true };
        let is_leaving = |try_: &&StmtTry| is_handled(try_, at) || is_final(try_, at);
        if EXITS.contains(&own.name.as_str()) || is_entered_or_left(&ast, at) {
            return true;
        }
        if tries_around(&ast, at).iter().any(is_leaving) {
            return true;
        }
        if !seen.insert(function) {
            return false;
        }
        let callers = self.survey.callers(function, &self.ground.analysis.graph);
        callers.edges.iter().any(|edge| depth == 0 || self.may_handle_at(edge.caller, edge.at, seen, depth - 1))
    }
}

/// Whether a manager stands at a place: it is left while an exception goes on.
fn is_entered_or_left(ast: &Ast, at: TextRange) -> bool {
    ast.path(at).iter().any(|node| matches!(node, AnyNodeRef::WithItem(item) if item.context_expr.range() == at))
}
