//! What computes for long: another process can do it, where that has all it needs and changes nothing that this one would have to see.

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, CmpOp, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::atomic;
use super::decide::{Ground, Planner, Terms};
use super::{Action, Change, Plan, Treatment};
use crate::analysis::{Analysis, Finding, FnId, Hop, Lookup, Resolver, Via};
use crate::project::facts::{CallForm, FunctionKind, MODULE};
use crate::project::{Ast, FileId, RUNNERS, Target, guarded, returned};
use crate::text::slice;

/// The function of the helper, and what it is called in a program that is one file.
pub const IN_PROCESS: &str = "in_process";
pub const OWN_PROCESS: &str = "_in_process";
/// Types of values of which another process gets a copy that is as good; in brackets they hold each other.
const PLAIN: [&str; 22] = [
    "int",
    "float",
    "bool",
    "complex",
    "str",
    "bytes",
    "None",
    "list",
    "tuple",
    "dict",
    "set",
    "frozenset",
    "Literal",
    "LiteralString",
    "Decimal",
    "Fraction",
    "date",
    "datetime",
    "timedelta",
    "UUID",
    "Sequence",
    "range",
];
/// Those of them that can change.
const CHANGEABLE: [&str; 4] = ["list[", "dict[", "set[", "Sequence["];
/// How many modules of the program another process may import for a function.
const MOST_MODULES: usize = 80;

/// Decides about what computes, beside what was decided about all else. It stays where nobody `asks` for a process.
#[must_use]
pub fn processes(
    resolver: &Resolver<'_>,
    work: &Analysis,
    terms: &Terms,
    main: &Plan,
    asks: impl Fn(&Finding) -> bool,
) -> Plan {
    let mut plan = Plan::default();
    if work.findings.is_empty() {
        return plan;
    }
    let ground = work.findings.iter().any(&asks).then(|| Ground::new(resolver, work, terms.clone()));
    let planner = ground.as_ref().map(|ground| ground.planner(resolver));
    let mut decided: Vec<Change> = Vec::new();
    for (index, finding) in work.findings.iter().enumerate() {
        let api = &resolver.catalogue().apis[finding.site.api as usize];
        let has_parts = api.work.is_some_and(|work| work.parts.is_some());
        let is_threaded = |hop: &Hop| main.changes.iter().any(|change| takes_along(change, hop));
        if finding.entries.iter().all(is_threaded) && !has_parts {
            plan.treatments.push(Treatment::Thread);
            continue;
        }
        let planner = planner.as_ref().filter(|_| asks(finding));
        let made = planner.ok_or_else(|| api.reason.clone().unwrap_or_default()).and_then(|planner| {
            let each = finding.entries.iter().map(|hop| {
                guarded(|| Some(planner.process(finding, hop, main)))
                    .unwrap_or_else(|| Err("it cannot be followed".to_owned()))
                    .map_err(|reason| planner.located(finding, hop, &reason))
            });
            each.collect::<Result<Vec<_>, String>>()
        });
        match made {
            Err(reason) => plan.treatments.push(Treatment::Leave(reason)),
            Ok(actions) => {
                plan.treatments.push(Treatment::Process);
                for (hop, action) in finding.entries.iter().zip(actions) {
                    let is_it = |change: &&mut Change| change.function == hop.function && change.call == hop.at;
                    match decided.iter_mut().find(is_it) {
                        Some(change) => change.findings.push(index),
                        None => decided.push(Change::new(hop.function, hop.at, action, vec![index])),
                    }
                }
            }
        }
    }
    plan.changes = decided;
    plan
}

/// Whether a thread that a change makes does what is at a hop as well.
fn takes_along(change: &Change, hop: &Hop) -> bool {
    matches!(change.action.core(), Action::Thread | Action::Block(..)) && change.treats(hop)
}

impl Planner<'_> {
    /// What hands the call at a hop to another process.
    fn process(&self, finding: &Finding, hop: &Hop, main: &Plan) -> Result<Action, String> {
        self.may_await(hop)?;
        if hop.function == finding.site.function && hop.at == finding.site.range {
            let work = self.resolver.catalogue().apis[finding.site.api as usize].work;
            return Err(match work.and_then(|work| work.parts) {
                Some(_) => "what it is given would be copied to another process, which takes as long".to_owned(),
                None => {
                    "another process finds only functions at the top of a module: this stands in a coroutine function"
                        .to_owned()
                }
            });
        }
        let meets = |change: &&Change| change.function == hop.function && change.call.intersect(hop.at).is_some();
        if main
            .changes
            .iter()
            .filter(|change| !matches!(change.action, Action::Finish(_) | Action::Add(_)))
            .any(|change| meets(&change))
        {
            return Err("another change is about the same call: run deblock again".to_owned());
        }
        let ast = self.resolver.types.ast(hop.function.file).ok_or("the file cannot be read")?;
        let call = ast.call(hop.at).ok_or("it is no call to await")?;
        let callee = self.found_by_name(hop, call)?;
        self.has_all(callee)?;
        self.has_copies(hop.function.file, call, callee)?;
        self.may_import(hop.function.file, callee.file)?;
        self.pausing(hop, Action::Process)
    }

    /// The function of the program that a call runs: one that another process finds by its name.
    fn found_by_name(&self, hop: &Hop, call: &ExprCall) -> Result<FnId, String> {
        let world = self.resolver.types.world();
        let targets = self.survey.targets(hop.function.file, call);
        let own =
            |target: &Target| target.function.filter(|def| world.is_own(def.file)).and_then(|def| world.fn_of(def));
        let [target] = &targets[..] else { return Err("it is not known what is called".to_owned()) };
        let id = own(target).ok_or("it is not known what is called")?;
        let function = world.function(id).ok_or("it is not known what is called")?;
        let is_plain = function.kind == FunctionKind::Def
            && function.class.is_none()
            && function.parent == MODULE
            && function.decorators.is_empty()
            && hop.via == Via::Call;
        if !is_plain || function.is_async || function.is_generator {
            return Err(format!(
                "another process finds only plain functions at the top of a module: `{}` is none",
                self.name(id)
            ));
        }
        let is_bound_again = world
            .facts(id.file)
            .functions
            .iter()
            .filter(|other| other.name == function.name && other.parent == MODULE && other.class.is_none())
            .count()
            > 1;
        if is_bound_again
            || call.arguments.args.iter().any(Expr::is_starred_expr)
            || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
        {
            return Err("it is not known what is called, or with what".to_owned());
        }
        Ok(id)
    }

    /// Whether a function, with all that it calls, only computes from what it is given.
    fn has_all(&self, callee: FnId) -> Result<(), String> {
        let explored = self.survey.region(&vec![(callee, Arc::default())]);
        let region = (*explored).as_ref().map_err(String::clone)?;
        for (place, kind) in &region.touches {
            if kind.is_write() {
                return Err(format!("it changes `{place}`, which another process has only a copy of"));
            }
            if atomic::is_ever_changed(self.resolver, place) {
                return Err(format!("it reads `{place}`, which changes while the program runs"));
            }
        }
        let functions: FxHashSet<FnId> = region.functions.iter().map(|(id, _)| *id).collect();
        functions.iter().try_for_each(|id| self.only_computes(*id, &functions))
    }

    /// Whether all that a function calls gives the same in another process.
    fn only_computes(&self, id: FnId, functions: &FxHashSet<FnId>) -> Result<(), String> {
        let world = self.resolver.types.world();
        let (facts, ast) = (self.resolver.types.facts(id.file), self.resolver.types.ast(id.file));
        let (Some(function), Some(ast)) = (world.function(id), ast) else {
            return Err("the file cannot be read".to_owned());
        };
        let own =
            facts.calls.iter().filter(|call| function.range.contains_range(call.range) && call.function != MODULE);
        for fact in own {
            match fact.form {
                CallForm::Operator | CallForm::Iterate => continue,
                CallForm::Call | CallForm::Indexed => {}
                CallForm::Awaited | CallForm::With | CallForm::Read => {
                    return Err(format!("`{}` does more than compute", self.name(id)));
                }
            }
            let call = ast.call(fact.range);
            let targets = call.map(|call| self.survey.targets(id.file, call)).unwrap_or_default();
            let is_fine = !targets.is_empty() && targets.iter().all(|target| self.only_gives(target, functions));
            if !is_fine {
                return Err(format!("`{}` calls `{}`, which may do more than compute", self.name(id), fact.name));
            }
        }
        Ok(())
    }

    fn only_gives(&self, target: &Target, functions: &FxHashSet<FnId>) -> bool {
        let (world, types) = (self.resolver.types.world(), &self.resolver.types);
        let own = target.function.and_then(|def| world.fn_of(def));
        if own.is_some_and(|id| functions.contains(&id)) {
            return true;
        }
        let is_own_class = target.class.is_some_and(|class| world.is_own(class.file));
        if let Some(class) = target.class.filter(|_| is_own_class) {
            // An exception of the program comes back, where it is made from what it was made from here.
            let mro = types.mro(class);
            let is_error = mro.iter().any(|base| base.name == "builtins.BaseException");
            let has_own = mro.iter().any(|base| world.is_own(base.id.file) && base.member("__init__").is_some());
            return is_error && !has_own;
        }
        target.names.iter().any(|name| self.resolver.catalogue().is_pure(name))
    }

    /// Whether copies of the arguments, and of the result, are as good as they themselves.
    fn has_copies(&self, file: FileId, call: &ExprCall, callee: FnId) -> Result<(), String> {
        let types = &self.resolver.types;
        let arguments = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
        let mut is_given = Vec::new();
        for argument in arguments {
            let written = types.written_type(file, argument).unwrap_or_default();
            if !is_plain(&written) {
                let text = types.text(file);
                let what = slice(&text, argument.range()).split_whitespace().collect::<Vec<_>>().join(" ");
                return Err(format!("`{what}` is not known to be plain data, which can be copied to another process"));
            }
            is_given.push(written);
        }
        let result = types.written_type(file, &Expr::Call(call.clone())).unwrap_or_default();
        if !is_plain(&result) {
            return Err(format!(
                "what `{}` gives is not known to be plain data, which can be copied from another process",
                self.name(callee)
            ));
        }
        let holds = |written: &String| CHANGEABLE.iter().any(|kind| written.contains(kind));
        let is_nested = CHANGEABLE.iter().map(|kind| result.matches(kind).count()).sum::<usize>() > 1;
        if is_given.iter().any(holds) && holds(&result) && (is_nested || self.gives_back(callee)) {
            return Err(format!("what `{}` gives may be, or hold, what it was given", self.name(callee)));
        }
        Ok(())
    }

    /// Whether a function returns one of its parameters.
    fn gives_back(&self, callee: FnId) -> bool {
        let (types, world) = (&self.resolver.types, self.resolver.types.world());
        let (Some(ast), Some(function)) = (types.ast(callee.file), world.function(callee)) else { return true };
        let Some(def) = ast.def(function.range) else { return true };
        let is_parameter = |name: &Name| function.parameters.iter().any(|parameter| parameter.name == *name);
        returned(def).into_iter().any(|value| matches!(value, Expr::Name(name) if is_parameter(&name.id)))
    }

    /// Whether a new process can import the module of a function, and that of the program that starts it, and nothing happens.
    fn may_import(&self, file: FileId, module: FileId) -> Result<(), String> {
        let types = &self.resolver.types;
        let mut open = vec![module];
        let starts = |script: FileId| script == file || self.resolver.sees(script, file);
        open.extend(types.world().own_files().map(|(id, _)| id).filter(|id| types.is_script(*id) && starts(*id)));
        let mut seen: BTreeSet<FileId> = open.iter().copied().collect();
        while let Some(module) = open.pop() {
            if let Some(what) = self.does_at_import(module) {
                let name = types.module_name(module);
                return Err(format!("a new process imports `{name}`, which {what} then"));
            }
            for import in &types.facts(module).imports {
                let named = import.name.as_ref().map(|name| format!("{}.{name}", import.module));
                let names = named.into_iter().chain([import.module.to_string()]);
                let found = names.filter_map(|name| types.own_module(module, &name, import.level));
                open.extend(found.filter(|found| seen.len() < MOST_MODULES && seen.insert(*found)));
            }
        }
        Ok(())
    }

    /// What a module does when it is imported, beside what defines things.
    fn does_at_import(&self, module: FileId) -> Option<String> {
        let (types, world) = (&self.resolver.types, self.resolver.types.world());
        let (facts, ast) = (types.facts(module), types.ast(module)?);
        let catalogue = self.resolver.catalogue();
        let own = facts
            .calls
            .iter()
            .filter(|call| call.function == MODULE && call.form == CallForm::Call && !is_guarded(&ast, call.range));
        for fact in own {
            let path = ast.path(fact.range);
            let is_decorator = path.iter().any(|node| matches!(node, AnyNodeRef::Decorator(_)));
            let Some(call) = ast.call(fact.range).filter(|_| !is_decorator) else { continue };
            let targets = self.survey.targets(module, call);
            let is_own =
                |target: &Target| target.class.is_none() && target.function.is_some_and(|def| world.is_own(def.file));
            let names = || targets.iter().flat_map(|target| &target.names);
            let is_statement = path
                .iter()
                .rev()
                .any(|node| matches!(node, AnyNodeRef::StmtExpr(stmt) if stmt.value.range() == fact.range));
            let is_pure = !targets.is_empty() && names().any(|name| catalogue.is_pure(name));
            if RUNNERS.contains(&fact.name.as_str()) && is_statement {
                return Some("runs the program".to_owned());
            }
            let does = is_statement
                || targets.iter().any(is_own)
                || names().any(|name| !catalogue.apis_named(name).is_empty());
            if does && !is_pure {
                return Some(format!("calls `{}`", fact.name));
            }
        }
        let is_loop = |stmt: &Stmt| matches!(stmt, Stmt::With(_) | Stmt::While(_));
        ast.module().body.iter().any(is_loop).then(|| "does more than define things".to_owned())
    }
}

/// Whether a place at the top of a module is only come to where that is the program.
fn is_guarded(ast: &Ast, at: TextRange) -> bool {
    ast.path(at).iter().any(|node| match node {
        AnyNodeRef::StmtIf(branch) => {
            branch.body.iter().any(|stmt| stmt.range().contains_range(at)) && is_main(&branch.test)
        }
        _ => false,
    })
}

/// `__name__ == "__main__"`
fn is_main(test: &Expr) -> bool {
    let Expr::Compare(ast::ExprCompare { left, ops, comparators, .. }) = test else { return false };
    let (Expr::Name(name), [CmpOp::Eq], [Expr::StringLiteral(text)]) = (&**left, &ops[..], &comparators[..]) else {
        return false;
    };
    name.id.as_str() == "__name__" && text.value.to_str() == "__main__"
}

/// Whether a type, as a checker writes it, is of plain data through and through.
pub(super) fn is_plain(written: &str) -> bool {
    let without = without_literals(written);
    let mut words = without
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .filter(|word| !word.is_empty())
        .peekable();
    let is_known = |word: &str| PLAIN.contains(&word) || word.chars().all(|c| c == '.');
    // A container that says nothing of what it holds may hold anything.
    let is_open =
        ["list", "dict", "set", "frozenset", "tuple", "Sequence"].iter().any(|kind| ends_open(&without, kind));
    let is_odd = without.contains(|c: char| !c.is_alphanumeric() && !"_[]|,. ".contains(c));
    words.peek().is_some() && words.all(is_known) && !is_open && !is_odd
}

fn ends_open(written: &str, kind: &str) -> bool {
    written.match_indices(kind).any(|(at, _)| {
        let starts = written[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let next = written[at + kind.len()..].chars().next();
        starts && next != Some('[') && next.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

/// A written type without the values in `Literal[…]`.
fn without_literals(written: &str) -> String {
    let mut rest = written;
    let mut text = String::new();
    while let Some(at) = rest.find("Literal[") {
        text.push_str(&rest[..at]);
        text.push_str("Literal");
        let Some(end) = rest[at..].find(']') else { return "?".to_owned() };
        rest = &rest[at + end + 1..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn plain_data_is_plain_through_and_through() {
        for written in
            ["int", "list[int]", "dict[str, list[float]]", "Literal[3]", "Literal[\"a, b\"] | None", "tuple[int, ...]"]
        {
            assert!(is_plain(written), "{written}");
        }
        for written in
            ["", "Unknown", "list[Unknown]", "list", "Any", "Row", "dict[str, Any]", "list[Row]", "() -> int"]
        {
            assert!(!is_plain(written), "{written}");
        }
    }
}
