//! Objects that keep state between calls and that an object of the program has as an attribute, like an open file: one thread does all
//! that is done with them, in turn, so that each piece of work on them stays one step.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::TextRange;

use super::decide::Planner;
use super::locks::Home;
use super::state::State;
use super::{factory, ownership};
use crate::analysis::{FnId, Hop, Lookup, Site};
use crate::catalogue::{Kind, Threading};
use crate::project::facts::Binding;
use crate::project::{Ast, FileId};

/// How many functions are looked through for what makes a handle.
const MAKERS: usize = 2;

impl Planner<'_> {
    /// Who has the object that a finding is about, and under which name, if one thread could do all that is done with it.
    pub(super) fn handle(&self, finding: usize) -> Option<(Home, String)> {
        let api = self.api(finding);
        let is_waiting = matches!(api.kind, Kind::Disk | Kind::Process);
        if self.threading(api) != Threading::Owned || !is_waiting || self.own_thread(finding).is_some() {
            return None;
        }
        let site = &self.ground.analysis.findings[finding].site;
        let ast = self.resolver.types.ast(site.file)?;
        let object = attribute_of(object_of(&ast, site)?)?;
        let Expr::Attribute(attribute) = object else { return None };
        let owner = attribute.value.as_name_expr()?;
        let (home, name) = self.home_of(site.function, &format!("{}.{}", owner.id, attribute.attr))?;
        self.is_always_new(&home, &name).then_some((home, name))
    }

    /// Whether a thread may work, in turn, on the object that a finding is about, where the call at a hop leads to it. A call on the object
    /// itself must find the one that is there when its turn comes.
    pub(super) fn may_hand_on(&self, hop: &Hop, finding: usize) -> bool {
        let site = &self.ground.analysis.findings[finding].site;
        let is_direct = (site.function, site.range) == (hop.function, hop.at);
        self.takes_turns
            && self.handle(finding).is_some_and(|(home, name)| !is_direct || self.is_bound_at_start(&home, &name))
    }

    /// Who has the objects that some findings are about.
    pub(super) fn state_of_handles(&self, findings: &[usize]) -> State {
        let mut state = State::new();
        for (home, name) in findings.iter().filter_map(|finding| self.handle(*finding)) {
            state.entry(home).or_default().insert(name);
        }
        state
    }

    /// Whether a value that is assigned keeps state between calls, and nobody else has it.
    pub(super) fn is_new_handle(&self, function: FnId, ast: &Ast, target: TextRange) -> bool {
        let path = ast.path(target);
        let value = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtAssign(assign) => Some(&*assign.value),
            AnyNodeRef::StmtAnnAssign(assign) => assign.value.as_deref(),
            _ => None,
        });
        value.is_some_and(|value| {
            ownership::keeps_state(self.resolver, function, value)
                && factory::is_new(self.survey, function, value, MAKERS)
        })
    }

    /// Whether all that an attribute of a class is bound to is nothing, or an object that is made there.
    fn is_always_new(&self, home: &Home, name: &str) -> bool {
        let bound = self.bound_to(home, name);
        !bound.is_empty()
            && bound.iter().all(|(function, value)| {
                let ast = self.resolver.types.ast(function.file);
                let value = ast.as_ref().and_then(|ast| ast.expression(*value));
                value.is_some_and(|value| {
                    value.is_none_literal_expr() || factory::is_new(self.survey, *function, value, MAKERS)
                })
            })
    }

    /// Whether an object has an attribute from the beginning, and keeps it.
    fn is_bound_at_start(&self, home: &Home, name: &str) -> bool {
        let world = self.resolver.types.world();
        self.bound_to(home, name)
            .iter()
            .all(|(function, _)| world.function(*function).is_some_and(|own| own.name.as_str() == "__init__"))
    }

    /// What the methods of a class bind an attribute to.
    fn bound_to(&self, home: &Home, name: &str) -> Vec<(FnId, TextRange)> {
        let file: FileId = home.file();
        let facts = self.resolver.types.facts(file);
        let Some(class) = home.class(&facts) else { return Vec::new() };
        let is_it = |binding: &&Binding| binding.target == name && class.range.contains_range(binding.value);
        let bound = facts.bindings.iter().filter(is_it);
        bound.map(|binding| (FnId { file, index: binding.function }, binding.value)).collect()
    }
}

/// What a site is called on, goes through or enters.
fn object_of<'a>(ast: &'a Ast, site: &Site) -> Option<&'a Expr> {
    match ast.expression(site.range)? {
        Expr::Call(call) => Some(&call.func.as_attribute_expr()?.value),
        object => Some(object),
    }
}

/// The attribute of the object at the root of `self.process.stdout`.
fn attribute_of(object: &Expr) -> Option<&Expr> {
    let attribute = object.as_attribute_expr()?;
    match &*attribute.value {
        Expr::Name(_) => Some(object),
        inner => attribute_of(inner),
    }
}
