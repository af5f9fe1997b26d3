//! Where a program names the exceptions of a library: in `except` clauses, in tuples that these name, in `isinstance` and `suppress`, in
//! `raise` statements. Anywhere else, nothing is known of what it does with them.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::errors::{Guards, Raises, is_of_library};
use super::watch::ENTERS;
use super::{Clause, Draft, Refusal, Renamed};
use crate::analysis::{FnId, argument};
use crate::catalogue::{Catches, Target};
use crate::plan::decide::Planner;
use crate::project::facts::{Load, MODULE};
use crate::project::{Ast, FileId, last};

/// The method whose failures are of two kinds.
pub(super) const JSON: &str = "json";
/// The argument of an exception that holds what failed.
pub(super) const RESPONSE: &str = "response";

/// What a program does with the exceptions of a library beside catching them.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// Where files name them and nothing is known of what they do with them.
    pub strays: FxHashMap<FileId, TextRange>,
    /// The calls in `raise` statements that make one with a response, by file.
    pub raised: FxHashMap<FileId, Vec<TextRange>>,
    /// Some are raised by the program itself.
    pub are_raised: bool,
    /// The functions that ask what they are given whether it is one.
    pub askers: FxHashSet<FnId>,
}

/// How a name of an exception is meant.
enum Meaning {
    Caught,
    /// It is raised, by this expression.
    Raised(TextRange),
    /// This function asks whether it is given one.
    Asked(FnId),
    Unknown,
}

impl Mentions {
    pub(super) fn of(planner: &Planner<'_>, target: &Target) -> Self {
        let named = target.error.iter().flat_map(|error| &error.of).chain(&target.exceptions);
        let last_names: FxHashSet<&str> = named.filter_map(|of| of.rsplit('.').next()).collect();
        let types = &planner.resolver.types;
        let mut mentions = Self::default();
        for (file, source) in types.world().own_files() {
            let facts = &source.facts;
            let loads =
                facts.loads.iter().filter(|load| last_names.contains(load.name.as_str())).map(|load| load.range);
            let calls = facts.calls.iter().filter(|call| last_names.contains(call.name.as_str()));
            let mut calls = calls.peekable();
            // Most files name none of them, and need no tree.
            let ast = calls.peek().and_then(|_| types.ast(file));
            let callees = calls.filter_map(|call| ast.as_ref()?.call(call.range).map(|call| call.func.range()));
            let mut places: Vec<TextRange> = loads.chain(callees).collect();
            places.sort_by_key(|at| (at.start(), at.end()));
            places.dedup();
            for at in places {
                mentions.add(planner, target, file, at);
            }
        }
        mentions
    }

    fn add(&mut self, planner: &Planner<'_>, target: &Target, file: FileId, at: TextRange) {
        let types = &planner.resolver.types;
        let Some(ast) = types.ast(file) else { return };
        let Some(expr) = ast.expression(at) else {
            self.strays.entry(file).or_insert(at);
            return;
        };
        if is_caught(&ast, at) {
            return;
        }
        let names = types.reference_names(file, expr);
        let is_old = names.iter().any(|name| target.error(name).is_some());
        if !is_old && !target.is_newcomer(&names) {
            return;
        }
        match planner.meaning(file, &ast, at) {
            Meaning::Caught => {}
            Meaning::Asked(id) => _ = self.askers.insert(id),
            // What the program makes of the new ones is not what their library raises.
            Meaning::Raised(_) if !is_old => {}
            Meaning::Unknown if !is_old && (is_base(&ast, at) || is_made(&ast, at)) => {}
            Meaning::Raised(whole) => {
                self.are_raised = true;
                let Some(call) = ast.call(whole) else { return };
                match &*call.arguments.keywords {
                    [] => {}
                    [one] if one.arg.as_ref().is_some_and(|arg| arg.as_str() == RESPONSE) => {
                        self.raised.entry(file).or_default().push(whole);
                    }
                    _ => _ = self.strays.entry(file).or_insert(at),
                }
            }
            Meaning::Unknown => _ = self.strays.entry(file).or_insert(at),
        }
    }
}

impl Planner<'_> {
    /// What the name of an exception at a place, which is not in an `except` clause, is there for.
    fn meaning(&self, file: FileId, ast: &Ast, at: TextRange) -> Meaning {
        let path = ast.path(at);
        let own = path.iter().rposition(|node| node.is_expression() && node.range() == at).unwrap_or(path.len());
        let mut around = path[..own].iter().rev();
        let mut inner = at;
        let mut is_in_tuple = false;
        while let Some(node) = around.next() {
            match node {
                AnyNodeRef::ExprTuple(tuple) if !is_in_tuple => {
                    is_in_tuple = true;
                    inner = tuple.range();
                }
                AnyNodeRef::Arguments(_) => {}
                AnyNodeRef::ExprCall(call) if call.func.range() == inner => {
                    let is_raised = matches!(around.next(), Some(AnyNodeRef::StmtRaise(raise)) if raise.exc.as_deref().is_some_and(|exc| exc.range() == call.range()));
                    return if is_raised { Meaning::Raised(call.range()) } else { Meaning::Unknown };
                }
                AnyNodeRef::ExprCall(call) => {
                    if self.is_test_of_caught(ast, call, inner) || self.minds(file, ast, call, inner) {
                        return Meaning::Caught;
                    }
                    return self.asker(file, ast, call, inner).map_or(Meaning::Unknown, Meaning::Asked);
                }
                AnyNodeRef::StmtRaise(raise) if raise.exc.as_deref().is_some_and(|exc| exc.range() == at) => {
                    return Meaning::Raised(at);
                }
                AnyNodeRef::StmtAssign(assign) if is_in_tuple => {
                    let is_list = matches!(&assign.targets[..], [Expr::Name(name)] if self.is_only_caught(file, name));
                    return if is_list { Meaning::Caught } else { Meaning::Unknown };
                }
                _ => return Meaning::Unknown,
            }
        }
        Meaning::Unknown
    }

    /// `isinstance(error, …)` of what an `except` clause around it has caught.
    fn is_test_of_caught(&self, ast: &Ast, call: &ast::ExprCall, classes: TextRange) -> bool {
        let [Expr::Name(object), named] = &*call.arguments.args else { return false };
        named.range() == classes
            && is_instance_test(call)
            && ast.path(call.range()).iter().any(|node| match node {
                AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                    handler.name.as_ref().is_some_and(|name| name.id == object.id)
                }
                _ => false,
            })
    }

    /// Whether a call minds exceptions of the classes that are named at a place, one of its arguments.
    fn minds(&self, file: FileId, ast: &Ast, call: &ast::ExprCall, classes: TextRange) -> bool {
        let Some(rule) = self.catches(file, call) else { return false };
        if !rule.manager {
            let given = argument(call, &rule.argument, Some(rule.at));
            return given.is_some_and(|given| given.range() == classes);
        }
        let path = ast.path(call.range());
        let is_entered = path.iter().rev().take(4).any(|node| match node {
            AnyNodeRef::WithItem(item) => item.context_expr.range() == call.range(),
            AnyNodeRef::ExprCall(around) => {
                around.range() != call.range() && last(&around.func).is_some_and(|name| ENTERS.contains(&name))
            }
            _ => false,
        });
        is_entered && call.arguments.keywords.is_empty() && call.arguments.args.iter().any(|one| one.range() == classes)
    }

    /// What a call does with classes of exceptions that it is given, if that is known.
    pub(super) fn catches(&self, file: FileId, call: &ast::ExprCall) -> Option<&Catches> {
        let targets = self.survey.targets(file, call);
        let mut names = targets.iter().flat_map(|target| &target.names);
        names.find_map(|name| self.resolver.catalogue().catches(name.strip_suffix(".__init__").unwrap_or(name)))
    }

    /// Whether a variable of a module is named nowhere but in `except` clauses and tests of what they have caught.
    fn is_only_caught(&self, file: FileId, name: &ast::ExprName) -> bool {
        let types = &self.resolver.types;
        let index = self.resolver.index();
        let facts = types.facts(file);
        let mut bound = facts.bindings.iter().filter(|bound| bound.target == name.id);
        let is_alone = bound.next().is_some_and(|bound| bound.function == MODULE) && bound.next().is_none();
        let is_read_well = |&(file, position): &(FileId, u32)| {
            let facts = types.facts(file);
            let Some(load) = facts.loads.get(position as usize) else { return false };
            types.ast(file).is_some_and(|ast| !load.attribute && self.is_caught_or_tested(file, &ast, load))
        };
        let is_written_elsewhere = index.bindings_to(&name.id).iter().any(|(other, _)| *other != file);
        is_alone && !is_written_elsewhere && index.loads(&name.id).iter().all(is_read_well)
    }

    fn is_caught_or_tested(&self, file: FileId, ast: &Ast, load: &Load) -> bool {
        let path = ast.path(load.range);
        let call = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::ExprCall(call) => Some(call),
            _ => None,
        });
        let is_minded = |call: &ast::ExprCall| {
            let is_spread = self.catches(file, call).is_some_and(|rule| rule.manager);
            self.is_test_of_caught(ast, call, load.range) || !is_spread && self.minds(file, ast, call, load.range)
        };
        is_caught(ast, load.range) || call.is_some_and(|call| is_minded(call))
    }

    /// The tuple of a module that a name stands for, with the classes in it.
    pub(super) fn listed(&self, file: FileId, class: &Expr) -> Option<(FileId, TextRange, Vec<TextRange>)> {
        let (home, value) = self.bound_once(file, class)?;
        let ast = self.resolver.types.ast(home)?;
        let Expr::Tuple(tuple) = ast.expression(value)? else { return None };
        Some((home, tuple.range(), tuple.elts.iter().map(Ranged::range).collect()))
    }

    /// The value of a variable of a module that is bound once.
    pub(super) fn bound_once(&self, file: FileId, name: &Expr) -> Option<(FileId, TextRange)> {
        let types = &self.resolver.types;
        let name = name.as_name_expr()?;
        let [def] = &types.bindings(file, name)[..] else { return None };
        let home = def.file;
        if !types.world().is_own(home) {
            return None;
        }
        let (facts, imports) = (types.facts(home), types.facts(file));
        let imported = imports.imports.iter().find(|import| home != file && import.bound == name.id);
        let own = imported.and_then(|import| import.name.as_ref()).unwrap_or(&name.id);
        let mut bound = facts.bindings.iter().filter(|bound| bound.function == MODULE && bound.target == *own);
        let value = bound.next().filter(|_| bound.next().is_none())?.value;
        Some((home, value))
    }
}

impl Draft<'_> {
    /// Whether a value is asked for its class, which is named as it will be then.
    pub(super) fn tested(
        &mut self,
        function: FnId,
        call: &ast::ExprCall,
        range: TextRange,
    ) -> Option<Result<(), Refusal>> {
        let [object, classes] = &*call.arguments.args else { return None };
        if object.range() != range || !is_instance_test(call) {
            return None;
        }
        let listed = self.planner.listed(function.file, classes);
        let (file, at, elements) = listed.unwrap_or_else(|| {
            let elements = match classes {
                Expr::Tuple(tuple) => tuple.elts.iter().map(Ranged::range).collect(),
                other => vec![other.range()],
            };
            (function.file, classes.range(), elements)
        });
        let is_told_json = self.is_json_the_same(file, &elements);
        Some(is_told_json.and_then(|()| self.renamed(function, (file, at, elements), false, &Raises::Anything)))
    }

    /// Refuses where what `json()` raises, which is no exception of the library then, is of other classes than it was.
    fn is_json_the_same(&self, file: FileId, classes: &[TextRange]) -> Result<(), Refusal> {
        let json = Raises::Method(JSON.to_owned());
        if !self.raises.iter().any(|(_, _, raises)| *raises == json) {
            return Ok(());
        }
        let ast = self.planner.resolver.types.ast(file).ok_or("the file cannot be read")?;
        let is_same = |at: &TextRange| {
            let names = ast.expression(*at).map(|class| self.caught_names(file, class)).unwrap_or_default();
            let is_other = self.counterparts(&names, &json).is_some() || is_of_library(self.target, &names);
            !names.is_empty() && !is_other && self.beside(&names, &json).is_ok_and(|beside| beside.is_none())
        };
        if classes.iter().all(is_same) { Ok(()) } else { Err("its class is compared".to_owned()) }
    }

    /// The classes that a call minds become what they have to be.
    pub(super) fn minded(
        &mut self,
        function: FnId,
        call: &ast::ExprCall,
        rule: &Catches,
        raises: &Raises,
    ) -> Result<(), Refusal> {
        let file = function.file;
        if rule.manager {
            for one in &call.arguments.args {
                self.renamed(function, (file, one.range(), vec![one.range()]), true, raises)?;
            }
            return Ok(());
        }
        let Some(given) = argument(call, &rule.argument, Some(rule.at)) else { return Ok(()) };
        let elements = match given {
            Expr::Tuple(tuple) => tuple.elts.iter().map(Ranged::range).collect(),
            other => vec![other.range()],
        };
        let listed = self.planner.listed(file, given);
        self.renamed(function, listed.unwrap_or((file, given.range(), elements)), false, raises)
    }

    /// Whether a value is what an exception of the library is raised with.
    pub(super) fn is_raised_with(&mut self, file: FileId, call: &ast::ExprCall, range: TextRange) -> bool {
        let is_known = self.known.mentions.raised.get(&file).is_some_and(|raised| raised.contains(&call.range()));
        let is_it =
            is_known && call.arguments.find_keyword(RESPONSE).is_some_and(|keyword| keyword.value.range() == range);
        if is_it {
            self.raised.insert((file, call.range()));
        }
        is_it
    }

    /// Refuses where a file that would see an exception does with its class what nobody knows.
    pub(super) fn has_no_stray(&self, file: FileId, which: &str) -> Result<(), Refusal> {
        let stray = self.known.mentions.strays.get(&file);
        stray.map_or(Ok(()), |at| {
            let place = self.planner.place(file, *at);
            Err(format!("a file {which} names the library's exceptions outside of `except` clauses ({place})"))
        })
    }

    /// Refuses where a file raises exceptions with what is not exchanged, and who catches one asks it for that.
    pub(super) fn raised_in(&self, file: FileId) -> Result<(), Refusal> {
        let raised = self.known.mentions.raised.get(&file);
        let is_open = self.asks_response
            && raised.is_some_and(|raised| raised.iter().any(|at| !self.raised.contains(&(file, *at))));
        if is_open { Err("an exception is raised with another response".to_owned()) } else { Ok(()) }
    }

    pub(super) fn renamed(
        &mut self,
        function: FnId,
        (file, at, elements): (FileId, TextRange, Vec<TextRange>),
        is_spread: bool,
        raises: &Raises,
    ) -> Result<(), Refusal> {
        let types = &self.planner.resolver.types;
        let ast = types.ast(file).ok_or("the file cannot be read")?;
        let mut classes = Vec::new();
        let mut newcomers = Newcomers::default();
        for element in elements {
            let names = ast.expression(element).map(|class| self.caught_names(file, class)).unwrap_or_default();
            if let Some(to) = self.counterparts(&names, raises) {
                self.is_told_apart(&names, raises)?;
                classes.push(Renamed { at: element, to, stays: false });
            } else if names.is_empty() {
                return Err("its class is compared with one that cannot be followed".to_owned());
            } else if let Some(to) = self.beside(&names, raises)? {
                classes.push(Renamed { at: element, to, stays: true });
            } else {
                newcomers.add(self.target, names);
            }
        }
        newcomers.are_caught(&classes)?;
        if !classes.is_empty() {
            let clause =
                Clause { guards: Guards::Elsewhere, is_spread, ..Clause::new(file, at, classes, (function, at)) };
            self.clause(clause);
        }
        Ok(())
    }

    /// What stands for an exception of the library then.
    pub(super) fn counterparts(&self, names: &[String], raises: &Raises) -> Option<Vec<String>> {
        let rule = names.iter().find_map(|name| self.target.error(name))?;
        let mut to = rule.to.clone();
        if let Raises::Method(method) = raises {
            to.extend(rule.raised.get(method).cloned());
        }
        Some(to)
    }
}

/// The exceptions of the library that takes over which one place names.
#[derive(Default)]
pub(super) struct Newcomers {
    names: Vec<Vec<String>>,
}

impl Newcomers {
    /// Takes in a class, if it is one.
    pub(super) fn add(&mut self, target: &Target, names: Vec<String>) {
        if target.is_newcomer(&names) {
            self.names.push(names);
        }
    }

    /// Refuses where they would be met by what others raised until now.
    pub(super) fn are_caught(&self, classes: &[Renamed]) -> Result<(), Refusal> {
        let is_there = |names: &Vec<String>| classes.iter().any(|class| class.to.iter().any(|to| names.contains(to)));
        match self.names.iter().find(|names| !is_there(names)).and_then(|names| names.first()) {
            Some(name) => Err(format!("the program names `{name}` around it, which it does not raise so far")),
            None => Ok(()),
        }
    }
}

/// Whether a class is named to derive another one from it.
fn is_base(ast: &Ast, at: TextRange) -> bool {
    let path = ast.path(at);
    let around = path.iter().rev().skip_while(|node| node.range() == at);
    let mut above = around.skip_while(|node| matches!(node, AnyNodeRef::Arguments(_)));
    matches!(above.next(), Some(AnyNodeRef::StmtClassDef(_)))
}

/// Whether a class is named to make an object of it.
fn is_made(ast: &Ast, at: TextRange) -> bool {
    let path = ast.path(at);
    let around = path.iter().rev().find(|node| node.range() != at);
    matches!(around, Some(AnyNodeRef::ExprCall(call)) if call.func.range() == at)
}

pub(super) fn is_instance_test(call: &ast::ExprCall) -> bool {
    call.func.as_name_expr().is_some_and(|name| name.id.as_str() == "isinstance") && call.arguments.keywords.is_empty()
}

/// Whether a place is in what an `except` clause names.
fn is_caught(ast: &Ast, at: TextRange) -> bool {
    ast.path(at).iter().any(|node| match node {
        AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
            handler.type_.as_ref().is_some_and(|class| class.range().contains_range(at))
        }
        _ => false,
    })
}
