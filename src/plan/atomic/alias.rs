//! Parameters that stand for what a function has under another name as well: `take(ROWS)` of a function that changes `ROWS`.

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::name::Name;

use super::{is_part, region};
use crate::analysis::{FnId, Lookup};
use crate::plan::memo::Survey;
use crate::plan::touch::{Roots, Touch};

/// A function that is called at more places than this is not asked what it is given.
const MOST_CALLERS: usize = 32;

/// A parameter, and what else it is called in its function.
pub(in crate::plan) type Alias = (Name, String);

/// Notes what is touched under one name of a thing under its other ones, too.
pub(super) fn add(survey: Survey<'_>, function: FnId, touches: &mut Vec<Touch>) {
    let parameters = survey.resolver.types.world().function(function).map_or(&[][..], |own| &own.parameters);
    let is_touched = |name: &Name| touches.iter().any(|touch| is_part(&touch.place, name));
    if !parameters.iter().any(|parameter| is_touched(&parameter.name)) {
        return;
    }
    let aliases = survey.memo.aliases.get(&function, || of_parameters(survey, function).into());
    // Where the function has it under one name only, that is the name of it.
    let is_named = |place: &str| touches.iter().any(|own| is_part(&own.place, place) || is_part(place, &own.place));
    let renamed = touches.iter().flat_map(|touch| {
        let known = aliases.iter().filter(|(name, _)| is_part(&touch.place, name));
        known.map(|(name, other)| Touch {
            place: format!("{other}{}", touch.place.strip_prefix(name.as_str()).unwrap_or_default()),
            ..touch.clone()
        })
    });
    let renamed: Vec<Touch> = renamed.filter(|touch| is_named(&touch.place)).collect();
    touches.extend(renamed);
}

fn of_parameters(survey: Survey<'_>, function: FnId) -> Vec<Alias> {
    let callers = survey.callers(function, survey.graph);
    if callers.edges.len() > MOST_CALLERS {
        return Vec::new();
    }
    let mut found = BTreeSet::new();
    for edge in &callers.edges {
        let outline = survey.outline(edge.caller);
        let body = outline.body(&Roots::default());
        let Some((index, call)) = outline.call_at(edge.at) else { continue };
        let Some(passed) = body.calls.get(index) else { continue };
        let follow = survey.follow(edge.caller, call);
        let mut starts = region::starts_of(survey, call, passed, &follow, &Roots::default());
        starts.extend(region::awaited_starts(survey, call, passed, &follow, &Roots::default()));
        for (_, roots) in starts.into_iter().filter(|(id, _)| *id == function) {
            found.extend(among(survey, function, &roots));
        }
    }
    found.into_iter().collect()
}

/// The parameters that stand for a part of what another one does, or for a variable that the function has by its name.
fn among(survey: Survey<'_>, function: FnId, roots: &Arc<Roots>) -> Vec<Alias> {
    let parameters = survey.resolver.types.world().function(function).map_or(&[][..], |own| &own.parameters);
    let is_parameter = |name: &str| parameters.iter().any(|own| own.name == *name);
    let mut found = Vec::new();
    for (name, root) in parameters.iter().filter_map(|own| Some((&own.name, roots.get(&own.name)?))) {
        for place in root.places() {
            let others = parameters.iter().filter(|other| other.name != *name);
            let within = others.flat_map(|other| {
                let wholes = roots.get(&other.name).into_iter().flat_map(|root| root.places());
                let wholes = wholes.filter(|whole| is_part(place, whole));
                wholes.map(|whole| format!("{}{}", other.name, place.strip_prefix(whole.as_str()).unwrap_or_default()))
            });
            found.extend(within.map(|other| (name.clone(), other)));
            let first = place.split('.').next().unwrap_or(place);
            if !is_parameter(first) {
                found.push((name.clone(), place.clone()));
            }
        }
    }
    found
}
