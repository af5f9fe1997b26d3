//! What follows a set-up, so that what was set up does not block later: a call behind it of a helper that a codemod brings.

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::decide::Planner;
use super::names::{Definition, definition};
use super::{Action, Change};
use crate::analysis::{Finding, FnId, Lookup, argument};
use crate::catalogue::{Setup, Unless};
use crate::project::facts::{CallForm, ClassIndex, Facts, MODULE};
use crate::project::{Ast, DefId, FileId};
use crate::text::has_word;

/// A call that goes behind a set-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The last statement of the set-up.
    pub after: TextRange,
    /// The function or class at the module's top level that the set-up is in.
    pub before: TextRange,
    pub call: String,
    pub helper: String,
    pub imports: Vec<String>,
}

/// What starts a loop: the set-up is over by then.
const RUNNERS: [&str; 2] = ["run", "run_until_complete"];

/// A set-up.
struct Context<'a> {
    setup: &'a Setup,
    function: FnId,
    /// Its last statement.
    after: TextRange,
    sites: &'a [TextRange],
}

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
            match self.ending(&findings) {
                Ok(change) => changes.push(change),
                Err(reason) => reasons.extend(findings.into_iter().map(|index| (index, reason.clone()))),
            }
        }
        (changes, reasons)
    }

    fn setup(&self, finding: &Finding) -> Option<&Setup> {
        self.resolver.catalogue().setup(finding.site.api)
    }

    fn ending(&self, findings: &[usize]) -> Result<Change, String> {
        let first = findings.first().map(|index| &self.ground.analysis.findings[*index]).ok_or("there is no set-up")?;
        let setup = self.setup(first).ok_or("there is no set-up")?;
        let function = first.site.function;
        let is_one = findings.iter().all(|index| self.ground.analysis.findings[*index].site.function == function);
        if !is_one {
            return Err(format!("{} is set up in more than one function", setup.of));
        }
        let types = &self.resolver.types;
        let ast = types.ast(function.file).ok_or("the file cannot be read")?;
        let text = types.text(function.file);
        let is_taken = |name: &str| has_word(&text, name);
        if defined(&setup.helper).any(is_taken) {
            return Err(format!("`{}` is a name in the file already", setup.call));
        }
        let definition = definition(self.survey, &ast, function);
        let body = match &definition {
            Some(Definition::Def(def)) => &def.body,
            _ if function.index == MODULE => &ast.module().body,
            _ => return Err("it is set up in a lambda".to_owned()),
        };
        let sites: Vec<TextRange> =
            findings.iter().map(|index| self.ground.analysis.findings[*index].site.range).collect();
        let last = sites.iter().copied().max_by_key(|range| range.end()).unwrap_or(first.site.range);
        let after = self
            .last_part(function, last, &ast, block_of(body, &sites), setup)
            .ok_or("the set-up is not over before something returns or awaits")?;
        let context = Context { setup, function, after, sites: &sites };
        if let Some(reason) = setup.unless.iter().find_map(|unless| self.stands_in_the_way(&context, unless)) {
            return Err(reason);
        }
        let start = sites.iter().copied().min_by_key(|range| range.start()).unwrap_or(after);
        let before = ast.module().body.iter().find(|stmt| stmt.range().contains_range(start));
        let ending = Ending {
            after,
            before: before.map(Ranged::range).ok_or("the set-up has no place")?,
            call: setup.call.clone(),
            helper: setup.helper.clone(),
            imports: setup.imports.clone(),
        };
        let mut findings = findings.to_vec();
        findings.sort_unstable();
        Ok(Change::new(function, first.site.range, Action::Finish(ending), findings))
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
            if is_over {
                // The set-up itself must be over before.
                (position > first).then_some(())?;
                break;
            }
            if !parts.is_empty() {
                last = position;
            }
        }
        let returns = body[..=last].iter().any(contains_return);
        (!returns).then(|| body[last].range())
    }

    /// Why something in the program would notice the difference, if so.
    fn stands_in_the_way(&self, context: &Context<'_>, unless: &Unless) -> Option<String> {
        // What a handler does to itself it does in any thread.
        let is_outside = |function: FnId, at: TextRange| !self.is_in_moved(context.setup, function.file, at);
        let calls = unless.calls.iter().any(|name| self.is_called(name, is_outside));
        let later =
            unless.later.iter().any(|name| self.is_called(name, |function, at| self.is_later(context, function, at)));
        let attributes = unless.attributes.iter().any(|name| self.is_read(name));
        let is_checked = !unless.within.is_empty() || !unless.objects.is_empty();
        let within = is_checked && self.is_within_moved(context.setup, unless);
        let opens = !unless.opens.is_empty() && self.is_opened(context, unless);
        (calls || later || attributes || within || opens).then(|| unless.reason.clone())
    }

    /// Whether a call may come when the set-up is over.
    fn is_later(&self, context: &Context<'_>, function: FnId, at: TextRange) -> bool {
        if function == context.function {
            return at.start() > context.after.end();
        }
        self.is_async(function) || self.ground.analysis.graph.distance.contains_key(&function)
    }

    /// Whether the program itself opens a file that the set-up names.
    fn is_opened(&self, context: &Context<'_>, unless: &Unless) -> bool {
        let types = &self.resolver.types;
        let file = context.function.file;
        let Some(ast) = types.ast(file) else { return true };
        let named = context.sites.iter().filter_map(|site| {
            let call = ast.call(*site)?;
            unless.opens.iter().find_map(|name| argument(call, name, Some(0)))
        });
        let texts: Vec<String> = named.filter_map(|name| types.literal(file, name)).collect();
        let is_it = |file: FileId, value: &Expr| types.literal(file, value).is_some_and(|text| texts.contains(&text));
        !texts.is_empty()
            && types.world().own_files().filter(|(other, _)| self.is_one_program(*other, file)).any(|(file, source)| {
                let opens = source.facts.calls.iter().filter(|call| matches!(call.name.as_str(), "open" | "Path"));
                opens.filter(|call| call.form == CallForm::Call).any(|call| {
                    let ast = types.ast(file);
                    let first = ast.as_ref().and_then(|ast| ast.call(call.range)?.arguments.args.first());
                    first.is_some_and(|first| is_it(file, first))
                })
            })
    }

    /// Whether two modules may be parts of one program: something imports both, or one of them the other.
    pub(super) fn is_one_program(&self, file: FileId, other: FileId) -> bool {
        let gets = |whole: FileId, part: FileId| whole == part || self.resolver.sees(whole, part);
        self.resolver.types.world().own_files().any(|(whole, _)| gets(whole, file) && gets(whole, other))
    }

    fn is_called(&self, qualified: &str, counts: impl Fn(FnId, TextRange) -> bool) -> bool {
        let last = qualified.rsplit('.').next().unwrap_or(qualified);
        self.resolver.index().calls(last).iter().any(|&(file, position)| {
            let types = &self.resolver.types;
            let (Some(call), Some(ast)) = (types.world().call_at((file, position)), types.ast(file)) else {
                return true;
            };
            if !counts(FnId { file, index: call.function }, call.range) {
                return false;
            }
            let Some(node) = ast.call(call.range) else { return false };
            self.resolver
                .targets(file, &node.func)
                .iter()
                .any(|target| target.names.iter().any(|name| name == qualified))
        })
    }

    fn is_read(&self, qualified: &str) -> bool {
        let Some((class, name)) = qualified.rsplit_once('.') else { return false };
        let types = &self.resolver.types;
        types.world().own_files().any(|(file, source)| {
            source.facts.loads.iter().filter(|load| load.attribute && load.name == name).any(|load| {
                let Some(ast) = types.ast(file) else { return true };
                let Some(Expr::Attribute(attribute)) = ast.expression(load.range) else { return false };
                self.resolver.may_be_instance(file, &attribute.value, |owner| owner == class)
            })
        })
    }

    /// Whether a place lies in a class of the program that would run in another thread.
    fn is_in_moved(&self, setup: &Setup, file: FileId, at: TextRange) -> bool {
        let types = &self.resolver.types;
        types.facts(file).classes.iter().any(|class| {
            let id = DefId { file, start: class.start };
            class.range.contains_range(at) && types.mro(id).iter().any(|base| setup.moves.contains(&base.name))
        })
    }

    /// Whether a class of the program that would run in another thread uses one of `names`, or keeps something that others read.
    fn is_within_moved(&self, setup: &Setup, unless: &Unless) -> bool {
        let types = &self.resolver.types;
        types.world().own_files().any(|(file, source)| {
            (0..).zip(&source.facts.classes).any(|(index, class)| {
                let id = DefId { file, start: class.start };
                let moves = types.mro(id).iter().any(|base| setup.moves.contains(&base.name));
                moves && self.uses(file, &source.facts, index, unless)
            })
        })
    }

    fn uses(&self, file: FileId, facts: &Facts, class: ClassIndex, unless: &Unless) -> bool {
        let Some(range) = facts.classes.get(class as usize).map(|class| class.range) else { return true };
        let is_one = |name: &str| unless.within.iter().any(|other| other == name);
        let Some(ast) = self.resolver.types.ast(file) else { return true };
        let is_object = |at: TextRange| {
            let is_of = |class: &str| unless.objects.iter().any(|other| other == class);
            let expr = ast.expression(at);
            expr.is_some_and(|expr| self.resolver.may_be_instance(file, expr, is_of))
        };
        facts.calls.iter().any(|call| range.contains_range(call.range) && is_one(&call.name))
            || facts.loads.iter().any(|load| range.contains_range(load.range) && is_one(&load.name))
            || !unless.objects.is_empty()
                && facts.loads.iter().any(|load| range.contains_range(load.range) && is_object(load.range))
            || self.is_watched(file, facts, range)
    }

    /// Whether what the methods of a class change is read outside it.
    fn is_watched(&self, file: FileId, facts: &Facts, class: TextRange) -> bool {
        let Some(ast) = self.resolver.types.ast(file) else { return true };
        let changed = facts.functions.iter().filter(|function| class.contains_range(function.range));
        let changed = changed.filter(|function| function.name.as_str() != "__init__").flat_map(|function| {
            let def = ast.def(function.range);
            def.into_iter().flat_map(|def| &def.body).flat_map(written).collect::<Vec<_>>()
        });
        let changed: Vec<String> = changed.collect();
        self.resolver.types.world().own_files().any(|(other, source)| {
            source.facts.loads.iter().any(|load| {
                let is_inside = other == file && class.contains_range(load.range);
                load.attribute && !is_inside && changed.iter().any(|name| load.name == name.as_str())
            })
        })
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

/// The last names of the attributes that a statement writes.
fn written(stmt: &Stmt) -> Vec<String> {
    use ruff_python_ast::visitor::{Visitor, walk_expr};
    #[derive(Default)]
    struct Finder(Vec<String>);
    impl<'a> Visitor<'a> for Finder {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Attribute(attribute) = expr
                && attribute.ctx.is_store()
            {
                self.0.push(attribute.attr.to_string());
            }
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder::default();
    finder.visit_stmt(stmt);
    finder.0
}
