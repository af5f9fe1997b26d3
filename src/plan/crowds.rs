//! Pools that fail where more is wanted of them at a time than they have: before, one task after the other took something out.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::TextRange;

use super::memo::Survey;
use crate::analysis::{FnId, Lookup, Posting, Resolver, argument};
use crate::catalogue::Crowded;
use crate::project::{FileId, Target};

/// A pool of the program.
#[derive(Debug)]
pub(super) struct Crowd {
    /// What stands for all that is in it.
    pub place: String,
    /// The module that makes it.
    pub file: FileId,
    takes: Vec<String>,
}

/// The pools of a program that has tasks or threads enough to exhaust them.
pub(super) fn crowds(resolver: &Resolver<'_>) -> Vec<Crowd> {
    let rules = resolver.catalogue().codemods.iter().flat_map(|codemod| &codemod.crowded);
    rules.filter_map(|rule| Crowd::of(resolver, rule)).collect()
}

impl Crowd {
    fn of(resolver: &Resolver<'_>, rule: &Crowded) -> Option<Self> {
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        let mut lasts: Vec<String> = rule.calls.iter().map(|call| last(call)).collect();
        lasts.dedup();
        let postings = || lasts.iter().flat_map(|name| resolver.index().calls(name));
        let made = postings().find(|posting| makes(resolver, rule, **posting))?;
        let place = format!("{}()", rule.calls.first()?);
        Some(Self { place, file: made.0, takes: rule.takes.clone() })
    }

    /// Whether a method of this name may take something out, or bring it back.
    fn may_have(&self, method: &str) -> bool {
        self.takes.iter().any(|take| {
            let last = take.rsplit('.').next();
            last == Some("*") || last == Some(method)
        })
    }

    fn is_taken_by(&self, resolver: &Resolver<'_>, target: &Target) -> bool {
        let catalogue = resolver.catalogue();
        target.names.iter().any(|name| {
            self.takes.iter().any(|take| match (take.strip_suffix(".*"), name.rsplit_once('.')) {
                (Some(class), Some((of, method))) => class == of && catalogue.wildcard(class, method).is_some(),
                _ => take == name,
            })
        })
    }
}

/// Whether a call makes a pool of something that is not enough for all.
fn makes(resolver: &Resolver<'_>, rule: &Crowded, (file, position): Posting) -> bool {
    let types = &resolver.types;
    let (Some(call), Some(ast)) = (types.world().call_at((file, position)), types.ast(file)) else { return false };
    let Some(node) = ast.call(call.range) else { return false };
    let given = argument(node, &rule.argument, rule.at).filter(|given| !given.is_none_literal_expr());
    let is_enough = || {
        let Some(given) = given else { return rule.default.is_none() };
        let number = types.literal(file, given).and_then(|literal| literal.parse::<u32>().ok());
        number.is_some_and(|number| number >= rule.enough)
    };
    let is_it =
        || resolver.targets(file, &node.func).iter().flat_map(|target| &target.names).any(|name| is_call(rule, name));
    let waits = || {
        let made = ast.expression(call.range);
        made.is_some_and(|made| {
            resolver.may_be_instance(file, made, |class| rule.except.iter().any(|one| one == class))
        })
    };
    !is_enough() && is_it() && !waits()
}

fn is_call(rule: &Crowded, name: &str) -> bool {
    let name = name.strip_suffix(".__init__").unwrap_or(name);
    rule.calls.iter().any(|call| call == name)
}

impl Survey<'_> {
    /// What stands for the pool that a call takes something out of, or brings something back to.
    pub(super) fn crowd_at(&self, function: FnId, call: &ExprCall) -> Option<&Crowd> {
        let method = match &*call.func {
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return None,
        };
        let mut crowds = self.crowds().iter().filter(|crowd| crowd.may_have(method)).peekable();
        crowds.peek()?;
        let targets = self.targets(function.file, call);
        crowds.find(|crowd| targets.iter().any(|target| crowd.is_taken_by(self.resolver, target)))
    }

    pub(super) fn crowd(&self, place: &str) -> Option<&Crowd> {
        self.crowds().iter().find(|crowd| crowd.place == place)
    }

    /// The calls of the program on a pool, by the functions that make them.
    pub(super) fn uses_of_crowd(&self, place: &str) -> Vec<(FnId, TextRange)> {
        let Some(crowd) = self.crowd(place) else { return Vec::new() };
        let resolver = self.resolver;
        let (world, index) = (resolver.types.world(), resolver.index());
        let named = index.called_names().filter(|(name, _)| crowd.may_have(name));
        let mut uses = Vec::new();
        for &posting in named.flat_map(|(_, postings)| postings) {
            let (Some(call), Some(ast)) = (world.call_at(posting), resolver.types.ast(posting.0)) else { continue };
            let function = FnId { file: posting.0, index: call.function };
            let node =
                ast.call(call.range).filter(|node| self.crowd_at(function, node).is_some_and(|it| it.place == place));
            uses.extend(node.map(|_| (function, call.range)));
        }
        uses
    }
}
