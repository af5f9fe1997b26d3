//! What follows a set-up, so that what was set up does not block later: a call behind it of a helper that a codemod brings.

use std::collections::BTreeMap;

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::decide::Planner;
use super::names::{Definition, definition};
use super::obstacles::Obstacles;
use super::{Action, Change};
use crate::analysis::{Finding, FnId, Lookup, argument};
use crate::catalogue::{Condition, Setup};
use crate::project::facts::{CallForm, MODULE};
use crate::project::{Ast, Beside, FileId, RUNNERS, Shape};
use crate::text::has_word;

/// The calls that go behind a set-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub parts: Vec<Finished>,
    pub call: String,
    pub helper: String,
    pub imports: Vec<String>,
    /// What a module that has the helper alone is for.
    pub about: String,
}

/// What the calls that set up, or mappings that they are given, get as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    pub entries: BTreeMap<String, String>,
    /// The calls and the mappings.
    pub places: Vec<(FileId, TextRange)>,
}

/// The set-up in one module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    pub file: FileId,
    /// Its last statements, one for each function that it is in.
    pub after: Vec<TextRange>,
    /// The first function or class at the module's top level that it is in.
    pub before: TextRange,
    /// The module that has the helper, if it is not this one.
    pub beside: Option<Beside>,
}

/// A set-up, or a part of it in one function.
pub(super) struct Context {
    pub function: FnId,
    /// Its last statement.
    pub after: TextRange,
    /// The top-level statement that it is in.
    before: TextRange,
}

/// Findings with the same fate: the function that they are in, and where.
type Sites<'a> = &'a [&'a Finding];

impl Planner<'_> {
    /// The set-ups of the program that get an ending, as changes; of the others, why not, by finding.
    pub(super) fn setups(&self) -> (Vec<Change>, FxHashMap<usize, String>) {
        let mut by_codemod: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for (index, finding) in self.ground.analysis.findings.iter().enumerate() {
            if self.setup(finding).is_some() {
                by_codemod.entry(self.api(index).codemod).or_default().push(index);
            }
        }
        let (mut changes, mut reasons) = (Vec::new(), FxHashMap::default());
        for findings in by_codemod.into_values() {
            let finding = |index: &usize| &self.ground.analysis.findings[*index];
            let Some(setup) = findings.first().and_then(|index| self.setup(finding(index))) else { continue };
            let (brief, lasting): (Vec<usize>, Vec<usize>) =
                findings.into_iter().partition(|index| self.is_brief(setup, finding(index).site.function));
            reasons.extend(brief.into_iter().map(|index| (index, setup.brief.clone())));
            let sites: Vec<&Finding> = lasting.iter().map(finding).collect();
            if setup.call.is_empty() && setup.adds.is_empty() {
                let reason = |index: usize| self.api(index).reason.clone().unwrap_or_default();
                reasons.extend(lasting.into_iter().map(|index| (index, reason(index))));
                continue;
            }
            if !setup.adds.is_empty() {
                match self.in_the_way(setup, &[], &sites) {
                    Some(reason) => reasons.extend(lasting.into_iter().map(|index| (index, reason.clone()))),
                    None => {
                        for (index, finding) in lasting.into_iter().zip(&sites) {
                            match self.additions(finding) {
                                Ok(places) => {
                                    let action = Action::Add(Addition { entries: setup.adds.clone(), places });
                                    let site = &finding.site;
                                    changes.push(Change::new(site.function, site.range, action, vec![index]));
                                }
                                Err(reason) => {
                                    reasons.insert(index, reason);
                                }
                            }
                        }
                    }
                }
                continue;
            }
            match self.ending(setup, &sites) {
                Ok((function, ending)) => {
                    let here = sites.iter().find(|finding| finding.site.function == function);
                    let part = ending.parts.first().map(|part| part.after.first().copied().unwrap_or(part.before));
                    let at = here.map(|finding| finding.site.range).or(part).unwrap_or_default();
                    changes.push(Change::new(function, at, Action::Finish(ending), lasting));
                }
                Err(reason) => reasons.extend(lasting.into_iter().map(|index| (index, reason.clone()))),
            }
        }
        (changes, reasons)
    }

    /// Where something is added: to the call, or to those mappings that make it one that blocks.
    fn additions(&self, finding: &Finding) -> Result<Vec<(FileId, TextRange)>, String> {
        let site = &finding.site;
        let Some(places) = self.mappings(finding) else { return Ok(vec![(site.file, site.range)]) };
        match places.iter().all(|place| self.resolver.is_used_once(*place)) {
            true => Ok(places),
            false => Err("what it is given is used elsewhere as well".to_owned()),
        }
    }

    /// The mappings in a list that a finding's call is given and that make it one that blocks, if that is what makes it one.
    pub(super) fn mappings(&self, finding: &Finding) -> Option<Vec<(FileId, TextRange)>> {
        let site = &finding.site;
        let catalogue = self.resolver.catalogue();
        let apis = catalogue.apis_named(&site.name).iter().map(|api| &catalogue.apis[*api as usize]);
        let about: Vec<&Condition> =
            apis.flat_map(|api| &api.when).filter(|condition| condition.entry.is_some()).collect();
        let ast = self.resolver.types.ast(site.file).filter(|_| !about.is_empty())?;
        let call = ast.call(site.range)?;
        let mut places: Vec<(FileId, TextRange)> =
            about.into_iter().flat_map(|condition| self.resolver.mappings_about(site.file, call, condition)).collect();
        places.sort_by_key(|(file, at)| (*file, at.start()));
        places.dedup();
        Some(places)
    }

    fn setup(&self, finding: &Finding) -> Option<&Setup> {
        self.resolver.catalogue().setup(finding.site.api)
    }

    fn ending(&self, setup: &Setup, findings: Sites<'_>) -> Result<(FnId, Ending), String> {
        let places = self.places(setup, findings);
        let first = *places.first().ok_or("no place is seen where it is used, and stays")?;
        let contexts: Vec<Context> =
            places.iter().map(|function| self.context(setup, findings, *function)).collect::<Result<_, String>>()?;
        if let Some(reason) = self.in_the_way(setup, &contexts, findings) {
            return Err(reason);
        }
        let ending = Ending {
            parts: self.finished(setup, &contexts)?,
            call: setup.call.clone(),
            helper: setup.helper.clone(),
            imports: setup.imports.clone(),
            about: setup.about.clone(),
        };
        Ok((first, ending))
    }

    /// Why something would notice that what is set up works in a thread.
    fn in_the_way(&self, setup: &Setup, contexts: &[Context], findings: Sites<'_>) -> Option<String> {
        let obstacles = Obstacles { planner: self, setup, contexts, findings };
        setup.unless.iter().find_map(|unless| obstacles.reason(unless))
    }

    /// The parts of a set-up by module. All of them use one helper: that is in a module of its own, where there can be one.
    fn finished(&self, setup: &Setup, contexts: &[Context]) -> Result<Vec<Finished>, String> {
        let mut parts: Vec<Finished> = Vec::new();
        for context in contexts {
            let file = context.function.file;
            match parts.iter_mut().find(|part| part.file == file) {
                Some(part) => {
                    part.after.push(context.after);
                    part.before =
                        if context.before.start() < part.before.start() { context.before } else { part.before };
                }
                None => parts.push(Finished {
                    file,
                    after: vec![context.after],
                    before: context.before,
                    beside: self.resolver.types.beside(file, &setup.module, |_| false, self.ground.terms.is_library),
                }),
            }
        }
        let place = |part: &Finished| part.beside.as_ref().map(|beside| beside.path.clone());
        if let [first, others @ ..] = &parts[..]
            && !others.is_empty()
            && others.iter().any(|part| place(part).is_none() || place(part) != place(first))
        {
            return Err(format!("{} is set up in more than one module", setup.of));
        }
        for part in &parts {
            let text = self.resolver.types.text(part.file);
            let mut names = defined(&setup.helper).filter(|name| part.beside.is_none() || *name == setup.call);
            if let Some(name) = names.find(|name| has_word(&text, name)) {
                return Err(format!("`{name}` is a name in the file already"));
            }
        }
        Ok(parts)
    }

    /// The functions where what the findings make is put where it is used.
    fn places(&self, setup: &Setup, findings: Sites<'_>) -> Vec<FnId> {
        let attaching: Vec<FnId> = self.attached(setup).into_iter().map(|(function, _)| function).collect();
        let mut places: Vec<FnId> = Vec::new();
        for finding in findings {
            let function = finding.site.function;
            let is_whole = attaching.contains(&function) || attaching.is_empty() || !self.is_made(finding);
            if is_whole {
                places.push(function);
                continue;
            }
            let elsewhere = attaching
                .iter()
                .copied()
                .filter(|other| !self.is_brief(setup, *other) && self.is_one_program(other.file, function.file));
            places.extend(elsewhere);
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Whether a finding only makes what is to be put somewhere: an instance of a class.
    fn is_made(&self, finding: &Finding) -> bool {
        let ast = self.resolver.types.ast(finding.site.file);
        let call = ast.as_ref().and_then(|ast| ast.call(finding.site.range));
        call.is_some_and(|call| {
            let shapes = self.resolver.shapes(finding.site.file, &call.func);
            shapes.iter().any(|shape| matches!(shape, Shape::Class(_)))
        })
    }

    /// The calls that put something where it is used.
    fn attached(&self, setup: &Setup) -> Vec<(FnId, TextRange)> {
        let types = &self.resolver.types;
        let calls = setup.attaches.iter().flat_map(|attach| {
            let called = self.calls_of(&attach.call);
            called.into_iter().filter(|(function, at)| {
                let ast = types.ast(function.file);
                let call = ast.as_ref().and_then(|ast| ast.call(*at));
                let has = |name: &String| call.is_some_and(|call| argument(call, name, None).is_some());
                attach.argument.as_ref().is_none_or(has)
            })
        });
        calls.collect()
    }

    /// Whether what a function sets up while a loop runs is taken away again there, or by another method of its class.
    fn is_brief(&self, setup: &Setup, function: FnId) -> bool {
        let world = self.resolver.types.world();
        let class = world.enclosing_class(function);
        let is_together = |other: FnId| other == function || class.is_some() && world.enclosing_class(other) == class;
        self.is_on_loop(function)
            && setup.detaches.iter().flat_map(|name| self.calls_of(name)).any(|(other, _)| is_together(other))
    }

    /// The part of a set-up that is in one function.
    fn context(&self, setup: &Setup, findings: Sites<'_>, function: FnId) -> Result<Context, String> {
        let ast = self.resolver.types.ast(function.file).ok_or("the file cannot be read")?;
        let definition = definition(self.survey, &ast, function);
        let body = match &definition {
            Some(Definition::Def(def)) => &def.body,
            _ if function.index == MODULE => &ast.module().body,
            _ => return Err("it is set up in a lambda".to_owned()),
        };
        let made = findings.iter().filter(|finding| finding.site.function == function);
        let mut sites: Vec<TextRange> = made.map(|finding| finding.site.range).collect();
        if sites.is_empty() {
            let attached = self.attached(setup).into_iter().filter(|(other, _)| *other == function);
            sites.extend(attached.map(|(_, at)| at));
        }
        let last = sites.iter().copied().max_by_key(|range| range.end()).ok_or("there is no set-up")?;
        let after = self
            .last_part(function, last, &ast, block_of(body, &sites), setup)
            .ok_or("the set-up is not over before something returns or awaits")?;
        let start = sites.iter().copied().min_by_key(|range| range.start()).unwrap_or(after);
        let before = ast.module().body.iter().find(|stmt| stmt.range().contains_range(start));
        let before = before.map(Ranged::range).ok_or("the set-up has no place")?;
        Ok(Context { function, after, before })
    }

    /// Whether two modules may be parts of one program: something imports both, or one of them the other.
    pub(super) fn is_one_program(&self, file: FileId, other: FileId) -> bool {
        let gets = |whole: FileId, part: FileId| whole == part || self.resolver.sees(whole, part);
        self.resolver.types.world().own_files().any(|(whole, _)| gets(whole, file) && gets(whole, other))
    }

    /// The calls of what has a qualified name.
    pub(super) fn calls_of(&self, qualified: &str) -> Vec<(FnId, TextRange)> {
        let last = qualified.rsplit('.').next().unwrap_or(qualified);
        let types = &self.resolver.types;
        let call = |&(file, position): &(FileId, u32)| {
            let call = types.world().call_at((file, position))?;
            let ast = types.ast(file)?;
            let targets = self.resolver.targets(file, &ast.call(call.range)?.func);
            let is_it = targets.iter().any(|target| target.names.iter().any(|name| name == qualified));
            is_it.then_some((FnId { file, index: call.function }, call.range))
        };
        self.resolver.index().calls(last).iter().filter_map(call).collect()
    }

    /// The last statement of the body that is part of the set-up; `None` if something returns before it. What awaits, or uses what
    /// was set up, is no part of it any more.
    fn last_part(&self, function: FnId, site: TextRange, ast: &Ast, body: &[Stmt], setup: &Setup) -> Option<TextRange> {
        let facts = self.resolver.types.facts(function.file);
        let is_of = |range: TextRange| {
            let Some(call) = ast.call(range) else { return false };
            let targets = self.resolver.targets(function.file, &call.func);
            targets.iter().flat_map(|target| &target.names).any(|name| name.split('.').next() == Some(&setup.of))
        };
        let first = body.iter().position(|stmt| stmt.range().contains_range(site))?;
        let mut last = first;
        for (position, stmt) in (0..).zip(body).skip(first) {
            let calls = facts.calls.iter().filter(|call| stmt.range().contains_range(call.range));
            let parts: Vec<_> =
                calls.filter(|call| call.form == CallForm::Call && is_of(call.range)).map(|call| &call.name).collect();
            let mut calls = facts.calls.iter().filter(|call| stmt.range().contains_range(call.range));
            let is_over = any_over_body(std::slice::from_ref(stmt), Expr::is_await_expr)
                || calls.any(|call| RUNNERS.contains(&call.name.as_str()))
                || parts.iter().any(|name| setup.uses.iter().any(|other| other == name.as_str()));
            // What is only given back sets nothing up: `return logging.getLogger("app")`.
            let is_given = position > first && matches!(stmt, Stmt::Return(_));
            if is_over || is_given {
                // The set-up itself must be over before.
                (position > first).then_some(())?;
                break;
            }
            if !parts.is_empty() {
                last = position;
            }
        }
        let returns = body[first..=last].iter().any(contains_return);
        (!returns).then(|| body[last].range())
    }
}

/// The innermost list of statements with all of a set-up, through `if`s: `if __name__ == "__main__":`.
fn block_of<'a>(body: &'a [Stmt], sites: &[TextRange]) -> &'a [Stmt] {
    let has_all = |body: &[Stmt]| sites.iter().all(|site| body.iter().any(|stmt| stmt.range().contains_range(*site)));
    let inner = body.iter().find_map(|stmt| match stmt {
        Stmt::If(branch) if has_all(&branch.body) => Some(&branch.body),
        _ => None,
    });
    inner.map_or(body, |inner| block_of(inner, sites))
}

/// The names that a helper defines.
fn defined(helper: &str) -> impl Iterator<Item = &str> {
    helper.lines().filter_map(|line| {
        let rest = line.strip_prefix("class ").or_else(|| line.strip_prefix("def "))?;
        rest.split(['(', ':']).next()
    })
}

fn contains_return(stmt: &Stmt) -> bool {
    use ruff_python_ast::visitor::{Visitor, walk_stmt};
    struct Finder(bool);
    impl<'a> Visitor<'a> for Finder {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::Return(_) => self.0 = true,
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
                _ => walk_stmt(self, stmt),
            }
        }
    }
    let mut finder = Finder(false);
    finder.visit_stmt(stmt);
    finder.0
}
