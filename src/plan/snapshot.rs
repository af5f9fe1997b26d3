//! A loop with a new await in it that goes through what other tasks can change meanwhile: it goes through a copy.
//!
//! Between two awaits the loop had what it goes through for itself, from its first item to its last. A copy has the same items. That
//! the loop itself adds to what it goes through, or takes away from it, a copy would not show: then it stays.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtFor};
use ruff_text_size::{Ranged, TextRange};

use super::atomic::{block_around, changes, is_guarded, pauses, touches};
use super::collect::place_in;
use super::decide::Planner;
use super::locks::places;
use super::memo::Survey;
use super::touch::Roots;
use super::{Action, Change};
use crate::analysis::{FnId, Lookup};
use crate::project::{Ast, Shape, generators};

/// What holds all of its items by the time that it is gone through.
const CONTAINERS: [&str; 8] = ["list", "dict", "set", "frozenset", "tuple", "dict_keys", "dict_values", "dict_items"];
const COLLECTIONS: [&str; 4] = ["deque", "OrderedDict", "defaultdict", "Counter"];

/// What a loop around a call goes through, and others may change.
struct Shared {
    iterable: TextRange,
    place: String,
    may_be_copied: bool,
}

impl Shared {
    fn reason(&self) -> String {
        format!("the loop around it goes through `{}`, which other tasks can change meanwhile", self.place)
    }
}

/// Why a loop around a call must not give the loop back, if it must not.
pub(super) fn obstacle(survey: Survey<'_>, function: FnId, call: TextRange) -> Option<String> {
    let shared = shared_around(survey, function, call);
    shared.iter().find(|shared| !shared.may_be_copied).map(Shared::reason)
}

/// The same where no copy can be made.
pub(super) fn needed(survey: Survey<'_>, function: FnId, call: TextRange) -> Option<String> {
    shared_around(survey, function, call).first().map(Shared::reason)
}

/// What the loops around a call have to go through a copy of.
pub(super) fn copies(survey: Survey<'_>, function: FnId, call: TextRange) -> Vec<TextRange> {
    let is_shared = survey
        .resolver
        .types
        .ast(function.file)
        .is_some_and(|ast| !survey.is_sequential && !is_guarded(survey.resolver, function, &ast, call));
    if !is_shared {
        return Vec::new();
    }
    let shared = shared_around(survey, function, call);
    shared.into_iter().filter(|shared| shared.may_be_copied).map(|shared| shared.iterable).collect()
}

impl Planner<'_> {
    /// Has the loops around new awaits go through copies where they must.
    pub(super) fn copy_for_loops(&self, changes: &mut [Change]) {
        for change in changes.iter_mut().filter(|change| !matches!(change.action, Action::Finish(_) | Action::Add(_))) {
            let mut found: Vec<_> = places(change)
                .into_iter()
                .flat_map(|(function, at)| {
                    copies(self.survey, function, at).into_iter().map(move |range| (function.file, range))
                })
                .collect();
            found.sort_by_key(|(file, range)| (*file, range.start()));
            found.dedup();
            change.copies = found;
        }
    }
}

fn shared_around(survey: Survey<'_>, function: FnId, call: TextRange) -> Vec<Shared> {
    let resolver = survey.resolver;
    let facts = resolver.types.facts(function.file);
    let Some(ast) = resolver.types.ast(function.file) else { return Vec::new() };
    let path = ast.path(call);
    let inner = path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_))).unwrap_or(0);
    let mut found = Vec::new();
    for node in &path[inner..] {
        let iterables: Vec<&Expr> = match node {
            AnyNodeRef::StmtFor(for_)
                if !for_.is_async
                    && !for_.iter.range().contains_range(call)
                    && !gives_back_each_time(survey, function, &ast, for_, call) =>
            {
                vec![&for_.iter]
            }
            AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprSetComp(_) | AnyNodeRef::ExprDictComp(_) => {
                generators(*node).iter().map(|generator| &generator.iter).collect()
            }
            _ => continue,
        };
        for iterable in iterables.into_iter().filter(|iterable| !iterable.range().contains_range(call)) {
            let Some(container) = container(iterable) else { continue };
            let Some(place) = place_in(survey, &ast, function, &Roots::default(), container) else { continue };
            let parameter = match container {
                Expr::Name(name) => facts.functions.get(function.index as usize).and_then(|f| f.parameter(&name.id)),
                _ => None,
            };
            let known = match parameter {
                Some((position, parameter)) => passed_by_callers(survey, function, position, &parameter.name),
                None => Some(place.clone()),
            };
            let Some(known) = known.filter(|place| changes(survey, place)) else { continue };
            let may_be_copied = holds_its_items(survey, function, iterable)
                && !is_changed_within(survey, function, node.range(), &place);
            found.push(Shared { iterable: iterable.range(), place: known, may_be_copied });
        }
    }
    found
}

/// Whether what a loop goes through is known to be a container, and no iterator.
fn holds_its_items(survey: Survey<'_>, function: FnId, iterable: &Expr) -> bool {
    let types = &survey.resolver.types;
    let shapes = survey.resolver.shapes(function.file, iterable);
    !shapes.is_empty()
        && shapes.iter().all(|shape| match shape {
            Shape::Instance(class) => {
                let name = types.class_name(*class);
                match name.rsplit_once('.') {
                    Some(("builtins" | "_collections_abc", class)) => CONTAINERS.contains(&class),
                    Some(("collections", class)) => COLLECTIONS.contains(&class),
                    _ => false,
                }
            }
            _ => false,
        })
}

/// Whether a loop changes what it goes through, itself or by what it calls, which may know it by another way.
fn is_changed_within(survey: Survey<'_>, function: FnId, around: TextRange, place: &str) -> bool {
    let last = |place: &str| place.rsplit('.').next().map(str::to_owned);
    let mut touches = touches(survey, function, TextRange::default()).into_iter();
    touches.any(|touch| {
        let is_it = last(&touch.place) == last(place) || place.starts_with(&format!("{}.", touch.place));
        touch.kind.is_write() && around.contains_range(touch.range) && is_it
    })
}

/// Whether other tasks run between any two items of a loop already.
fn gives_back_each_time(survey: Survey<'_>, function: FnId, ast: &Ast, for_: &StmtFor, call: TextRange) -> bool {
    let body = for_.body.first().zip(for_.body.last()).map(|(first, last)| first.range().cover(last.range()));
    let pauses = pauses(survey, function, call);
    let mut own = pauses.iter().filter(|pause| body.is_some_and(|body| body.contains_range(**pause)));
    own.any(|pause| block_around(&ast.path(*pause), *pause) == Some(for_.range())) && !skips(for_)
}

/// Whether something in a loop goes on to the next item.
fn skips(for_: &StmtFor) -> bool {
    #[derive(Default)]
    struct Finder(bool);
    impl<'a> Visitor<'a> for Finder {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            self.0 |= stmt.is_continue_stmt();
            walk_stmt(self, stmt);
        }
    }
    let mut finder = Finder::default();
    finder.visit_body(&for_.body);
    finder.0
}

/// Something that others have as well and that a function is given for a parameter, by one of its callers.
fn passed_by_callers(survey: Survey<'_>, function: FnId, position: usize, name: &str) -> Option<String> {
    let is_async = |id: FnId| survey.resolver.types.world().function(id).is_some_and(|function| function.is_async);
    if is_async(function) {
        return None;
    }
    let callers = survey.resolver.callers_of(function);
    callers.edges.iter().find_map(|edge| {
        let outline = survey.outline(edge.caller);
        let (index, call) = outline.call_at(edge.at)?;
        let body = outline.body(&Roots::default());
        let passed = body.calls.get(index)?;
        let offset = usize::from(passed.receiver.is_some() && !call.is_super);
        let keyword = passed.keywords.iter().find(|(given, _)| given == name).map(|(_, root)| root);
        let given = || position.checked_sub(offset).and_then(|position| passed.positional.get(position));
        keyword.or_else(given)?.place().cloned()
    })
}

/// What is gone through: a part of a container counts as the container.
fn container(iterable: &Expr) -> Option<&Expr> {
    match iterable {
        Expr::Attribute(_) | Expr::Name(_) => Some(iterable),
        Expr::Subscript(subscript) if !subscript.slice.is_slice_expr() => container(&subscript.value),
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(attribute)
                if matches!(attribute.attr.as_str(), "items" | "keys" | "values" | "get" | "setdefault") =>
            {
                container(&attribute.value)
            }
            _ => None,
        },
        _ => None,
    }
}
