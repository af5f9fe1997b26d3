//! Databases that are read and then changed: on the loop that happens in one go, in threads it does not.
//!
//! Which rows a statement is about is not known, so all that a library does to its databases counts as done to one thing, with the
//! text of a statement for what it does. A transaction alone does not help: at the usual levels of isolation two of them may
//! read the same row, and the second one writes back what it made of the old value.

use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::dataflow;
use super::files::{Files, Stage, Use, api};
use super::memo::Survey;
use super::paths::text;
use super::swap::reads;
use super::together::are_alternatives;
use crate::analysis::{FnId, Hop, Lookup, Site, argument};
use crate::catalogue::DataUse;
use crate::project::facts::CallForm;
use crate::project::{Ast, Shape};

/// The first words of statements that change nothing.
const READING: [&str; 9] = ["select", "show", "explain", "describe", "desc", "values", "table", "exists", "pragma"];
/// Those of statements that change something.
const CHANGING: [&str; 8] = ["insert", "update", "delete", "replace", "merge", "upsert", "call", "copy"];
/// Those of statements about no rows that tasks share, or about whole tables, which no task makes anew from what it has read.
const NEITHER: [&str; 17] = [
    "begin",
    "commit",
    "rollback",
    "savepoint",
    "release",
    "set",
    "start",
    "use",
    "create",
    "drop",
    "alter",
    "truncate",
    "analyze",
    "vacuum",
    "listen",
    "notify",
    "lock",
];
/// What makes a reading statement keep others from what it reads, until the transaction ends.
const LOCKING: [&str; 3] = ["forupdate", "fornokeyupdate", "with_for_update("];
/// How many variables are followed to a statement.
const DEPTH: usize = 3;

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Reads,
    Changes,
    Neither,
    Unknown,
}

impl Use {
    /// What a call does to the data of a library's databases, by the text of its statement if that says so.
    fn of_data(library: &str, using: DataUse, statement: String) -> Option<Self> {
        let deed = if using.states { deed(&statement) } else { Deed::Neither };
        let reads = using.reads || matches!(deed, Deed::Reads | Deed::Unknown);
        let writes = using.changes || matches!(deed, Deed::Changes | Deed::Unknown);
        let statement = if using.states { statement } else { String::new() };
        (reads || writes || using.ends).then(|| Self {
            path: library.to_owned(),
            bound: None,
            statement: Some(statement),
            reads,
            writes,
            ends: using.ends,
            tears: false,
            looks: !writes,
            removes: false,
            lists: false,
            is_listed: false,
            word: None,
        })
    }

    /// Whether it is of the data of a database.
    pub(super) fn is_of_data(&self) -> bool {
        self.statement.is_some()
    }

    /// Whether a statement says what is done.
    pub(super) fn is_stated(&self) -> bool {
        self.statement.as_ref().is_some_and(|statement| !statement.is_empty())
    }

    /// The same with another text for its statement.
    pub(super) fn stated(self, statement: String) -> Option<Self> {
        if statement.is_empty() {
            return Some(self);
        }
        Self::of_data(&self.path, DataUse { states: true, ..DataUse::default() }, statement)
    }
}

impl Files<'_> {
    /// What a call comes to where the `with` ends that it is entered by: what commits at its end.
    pub(super) fn leaving(
        &self,
        survey: Survey<'_>,
        ast: &Ast,
        function: FnId,
        (at, stage): (TextRange, &Stage),
    ) -> Option<(TextRange, Stage)> {
        let left = left_at(ast, at)?;
        if let Stage::Runs(callees) | Stage::Shows(callees) = stage {
            let world = survey.resolver.types.world();
            let is_generator = |id: &FnId| world.function(*id).is_some_and(|function| function.is_generator);
            let generators: Vec<_> = callees.iter().filter(|(id, _)| is_generator(id)).cloned().collect();
            if !generators.is_empty() {
                return Some((left, Stage::Leaves(generators)));
            }
        }
        let mut entered = self.sites(function).filter(|site| site.range == at && site.form == CallForm::With);
        let using = entered.find_map(|site| self.data_at(survey, ast, function, site, ast.call(at)?))?;
        let unknown = using.writes && is_entered_unknown(survey, ast, function, at);
        let read = unknown.then(|| Use { reads: true, writes: false, ends: false, looks: true, ..using.clone() });
        Some((left, Stage::Uses(read.into_iter().chain([using]).collect())))
    }

    /// What a call does to the data of a database.
    pub(super) fn data_at(
        &self,
        survey: Survey<'_>,
        ast: &Ast,
        function: FnId,
        site: &Site,
        call: &ExprCall,
    ) -> Option<Use> {
        let (catalogue, api) = (survey.resolver.catalogue(), api(survey, site));
        let using = catalogue.data_use(&api.name)?;
        let given = argument(call, "statement", Some(0)).filter(|_| using.states);
        let statement = given.map(|given| statement(survey, ast, function, given, DEPTH)).unwrap_or_default();
        Use::of_data(&catalogue.codemods[api.codemod].name, using, statement)
    }

    /// Whether what a function reads of a database at one place decides about nothing that it changes at another one.
    pub(super) fn has_nothing_to_do(&self, survey: Survey<'_>, hop: &Hop, first: TextRange, second: TextRange) -> bool {
        let types = &survey.resolver.types;
        let (Some(ast), facts) = (types.ast(hop.function.file), types.facts(hop.function.file)) else { return false };
        let Some(function) = types.world().function(hop.function) else { return false };
        let stages = self.all_stages(survey, hop.function);
        let of_program = stages.iter().find(|(at, _)| *at == first).and_then(|(_, stage)| match stage {
            Stage::Runs(callees) | Stage::Shows(callees) => Some(callees),
            Stage::Uses(_) | Stage::Leaves(_) => None,
        });
        let keeps = of_program.is_none_or(|callees| !callees.iter().all(|(id, _)| leaves_no_trace(survey, *id)));
        first == second
            || are_alternatives(&ast, first, second)
            || !dataflow::reaches(&ast, &facts, function.range, first, keeps, second)
    }
}

/// Whether nothing is known of what a `with` has a name for, which may read there what it changes.
fn is_entered_unknown(survey: Survey<'_>, ast: &Ast, function: FnId, manager: TextRange) -> bool {
    let path = ast.path(manager);
    let Some(with) = path.iter().rev().find_map(|node| node.as_stmt_with()) else { return false };
    let item = with.items.iter().find(|item| item.context_expr.range() == manager);
    let name = item.and_then(|item| item.optional_vars.as_deref()).and_then(Expr::as_name_expr);
    let (resolver, types) = (survey.resolver, &survey.resolver.types);
    let Some((name, item)) = name.zip(item) else { return false };
    let own = types.world().function(function).map(|own| own.range);
    let managers = resolver.shapes(function.file, &item.context_expr);
    let gives_nothing_known = |shape: &Shape| match shape {
        Shape::Instance(class) => {
            types.member(*class, "__enter__").is_some_and(|enter| types.declared_results(&enter, false).is_empty())
        }
        _ => false,
    };
    let is_unknown = |at: TextRange| {
        ast.expression(at)
            .is_some_and(|object| resolver.shapes(function.file, object).iter().all(|shape| managers.contains(shape)))
    };
    let reads = own.and_then(|own| reads(ast, own, &name.id)).unwrap_or_default();
    managers.iter().any(gives_nothing_known)
        && reads.into_iter().any(|at| with.range().contains_range(at) && is_unknown(at))
}

/// Whether a function changes nothing that is there after it.
pub(super) fn leaves_no_trace(survey: Survey<'_>, function: FnId) -> bool {
    !survey.touched(&vec![(function, Arc::default())]).iter().any(|(_, kind)| kind.is_write())
}

/// A text from which it can be told what a statement does, where that is known.
fn statement(survey: Survey<'_>, ast: &Ast, function: FnId, expr: &Expr, depth: usize) -> String {
    let written = text(survey, ast, function, expr, DEPTH);
    let Some(name) = root(expr).as_name_expr().filter(|_| depth > 0 && deed(&written) == Deed::Unknown) else {
        return written;
    };
    let types = &survey.resolver.types;
    if let Some(literal) = types.literal(function.file, expr) {
        return literal.split_whitespace().collect();
    }
    let facts = types.facts(function.file);
    let values =
        facts.bindings.iter().filter(|binding| binding.function == function.index && binding.target == name.id);
    let values = values.filter_map(|binding| ast.expression(binding.value));
    // `query = query.where(…)` is still the statement that it was.
    let first = values.filter(|value| root(value).as_name_expr().is_none_or(|root| root.id != name.id));
    let mut texts: Vec<String> = first.map(|value| statement(survey, ast, function, value, depth - 1)).collect();
    texts.dedup_by_key(|text| deed(text));
    match &texts[..] {
        [one] => one.clone(),
        _ => written,
    }
}

/// What a chain of calls and attributes begins with: `select(User)` of `select(User).where(…)`.
fn root(expr: &Expr) -> &Expr {
    match expr {
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) => match root(&method.value) {
                // `table.insert()` and `sqlalchemy.select(…)`
                Expr::Name(_) if deed(method.attr.as_str()) != Deed::Unknown => expr,
                root => root,
            },
            _ => expr,
        },
        Expr::Attribute(attribute) => root(&attribute.value),
        Expr::BinOp(operation) => root(&operation.left),
        _ => expr,
    }
}

/// What a statement does, by the text of the expression for it, which has no white space.
fn deed(text: &str) -> Deed {
    let lower = text.to_ascii_lowercase();
    match said(&lower) {
        Deed::Reads if LOCKING.iter().any(|words| lower.contains(words)) => Deed::Neither,
        deed => deed,
    }
}

fn said(lower: &str) -> Deed {
    let quoted = lower.find(['"', '\'']);
    let callee = lower.find('(').filter(|at| quoted.is_none_or(|quote| *at < quote));
    if let Some(callee) = callee.map(|at| &lower[..at]).or(quoted.is_none().then_some(lower)) {
        let last = callee.rsplit('.').next().unwrap_or_default();
        if let known @ (Deed::Reads | Deed::Changes) = named(last) {
            return known;
        }
    }
    let Some(quoted) = quoted else { return Deed::Unknown };
    let said = lower[quoted..].trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let changes = |said: &str| CHANGING.iter().any(|word| said.contains(word));
    if said.starts_with("with") {
        return if changes(said) { Deed::Changes } else { Deed::Reads };
    }
    let starts = |words: &[&str]| words.iter().any(|word| said.starts_with(word));
    match () {
        () if starts(&READING) => Deed::Reads,
        () if starts(&CHANGING) => Deed::Changes,
        () if starts(&NEITHER) => Deed::Neither,
        () => Deed::Unknown,
    }
}

/// What a function of this name makes a statement for.
fn named(name: &str) -> Deed {
    match name {
        name if READING.contains(&name) => Deed::Reads,
        name if CHANGING.contains(&name) => Deed::Changes,
        _ => Deed::Unknown,
    }
}

/// Whether what a call gives goes to another call, and what that gives to nobody: `print(count())`. What is read there decides
/// about nothing that is changed later.
pub(super) fn is_only_shown(ast: &Ast, call: TextRange) -> bool {
    shown_by(&ast.path(call), call).is_some()
}

/// The call that an expression is an argument of, or a part of one, and whose own value nobody takes.
pub(super) fn shown_by<'a>(path: &[AnyNodeRef<'a>], at: TextRange) -> Option<&'a ExprCall> {
    let statement = path.iter().rev().find(|node| node.is_statement());
    let Some(AnyNodeRef::StmtExpr(shown)) = statement else { return None };
    let shows = shown.value.as_call_expr()?;
    let mut given = shows.arguments.iter_source_order().map(|argument| argument.value().range());
    given.any(|given| given.contains_range(at)).then_some(shows)
}

/// Where the `with` ends that a call enters, if it is entered by one.
fn left_at(ast: &Ast, call: TextRange) -> Option<TextRange> {
    let path = ast.path(call);
    let mut around = path.iter().rev().skip_while(|node| node.range() == call && !node.is_with_item());
    match (around.next(), around.next()) {
        (Some(AnyNodeRef::WithItem(item)), Some(AnyNodeRef::StmtWith(with))) if item.context_expr.range() == call => {
            Some(TextRange::empty(with.end()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeds_of_statements() {
        let reads = [
            "\"SELECTamountFROMparts\"",
            "text(\"select1\")",
            "select(Part).where(Part.name==\"update\")",
            "sa.select(a)",
            "f\"\"\"select*from{table}\"\"\"",
            "parts.select()",
            "\"withaas(select1)select*froma\"",
        ];
        assert!(reads.iter().all(|text| deed(text) == Deed::Reads), "{:?}", reads.map(deed));
        let changes = [
            "'updatepartssetamount=%s'",
            "insert(Part)",
            "parts.delete()",
            "\"withaas(select1)deletefromb\"",
            "sql.SQL(\"insertinto{}\").format(name)",
        ];
        assert!(changes.iter().all(|text| deed(text) == Deed::Changes), "{:?}", changes.map(deed));
        assert_eq!(deed("\"CREATETABLEa(b)\""), Deed::Neither);
        assert_eq!(deed("\"SELECTaFROMbFORUPDATE\""), Deed::Neither);
        assert_eq!(deed("statement"), Deed::Unknown);
        assert_eq!(deed("build(\"x\")"), Deed::Unknown);
    }
}
