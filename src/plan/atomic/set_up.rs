//! What is set up before a call for what the call does: an attribute, a part of a library's object, something that the whole process has.

use ruff_text_size::{TextRange, TextSize};

use super::{Pauses, comes_before, is_guarded, is_part, touches_where};
use crate::analysis::FnId;
use crate::plan::memo::Survey;
use crate::plan::region::Touched;
use crate::plan::touch::{Kind, Roots, Touch};

/// What is written before a part of a coroutine that reads it, or that uses the object which it is a part of, when a thread comes to it.
pub(in crate::plan) fn set_up(
    survey: Survey<'_>,
    function: FnId,
    part: TextRange,
    touched: &Touched,
) -> Option<String> {
    let ast = survey.resolver.types.ast(function.file)?;
    if is_guarded(survey.resolver, function, &ast, part) {
        return None;
    }
    let outline = survey.outline(function);
    let body = outline.body(&Roots::default());
    let within = outline.calls_in_order().filter(|(_, call)| part.contains_range(call.range));
    let of_libraries = within.filter(|(_, call)| survey.follow(function, call).callees.is_empty());
    let objects = of_libraries.filter_map(|(index, _)| body.calls.get(index)?.receiver.as_ref()?.place());
    let read = touched.iter().filter(|(_, kind)| kind.is_read()).map(|(place, _)| place);
    let used: Vec<&String> = objects.chain(read).collect();
    if used.is_empty() {
        return None;
    }
    let pauses = Pauses::all(survey, function, &ast, part, part);
    let is_before = |touch: &Touch| comes_before(touch, part) && !pauses.are_apart(touch.range.start(), part.start());
    let is_used = |written: &str| used.iter().any(|read| is_part(written, read) || is_part(read, written));
    let comes_to_it = |at: TextSize| at <= part.start() && !pauses.are_apart(at, part.start());
    let is_needed = |range: TextRange, end: TextSize| [range.start(), end, range.end()].into_iter().any(comes_to_it);
    let touches = touches_where(survey, function, part, is_needed);
    touches
        .into_iter()
        .find(|touch| touch.kind.is_write() && touch.kind != Kind::Act && is_before(touch) && is_used(&touch.place))
        .map(|touch| touch.place)
}

/// What the whole process has that the coroutine changes before a new await and counts on behind it: `random.seed(…)`, `random.random()`.
pub(super) fn disturbed(survey: Survey<'_>, function: FnId, pauses: &Pauses<'_>) -> Option<String> {
    let catalogue = survey.resolver.catalogue();
    let facts = survey.resolver.types.facts(function.file);
    let call = pauses.call;
    let own = || facts.calls.iter().filter(|other| other.function == function.index);
    let names = |at: TextRange| {
        let targets = pauses.ast.call(at).map(|node| survey.targets(function.file, node));
        targets
            .into_iter()
            .flat_map(|targets| targets.iter().flat_map(|target| target.names.clone()).collect::<Vec<_>>())
    };
    let is_before = |at: TextRange| at.end() <= call.start() && !pauses.separate(at.start(), call.start());
    let is_after = |at: TextRange| at.start() >= call.end() && !pauses.separate(call.end(), at.end());
    let changing = own().filter(|other| catalogue.is_bound_last_name(&other.name) && is_before(other.range));
    let mut changed = changing.flat_map(|other| names(other.range)).filter(|name| catalogue.is_shared(name));
    changed.find_map(|name| {
        let of = name.rsplit_once('.')?.0.to_owned();
        let is_of_it = |other: &str| other.strip_prefix(of.as_str()).is_some_and(|rest| rest.starts_with('.'));
        let mut later = own().filter(|other| is_after(other.range)).flat_map(|other| names(other.range));
        let reason = catalogue.bound(&name, survey.terms.minimum)?;
        later.any(|other| is_of_it(&other)).then(|| format!("`{name}` {reason}"))
    })
}
