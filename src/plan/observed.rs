//! What calls of libraries touch beside their arguments: the environment that a process gets, the numbers that are drawn in turn, what
//! the program's own filters look at when something is logged.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::TextRange;

use super::follow::Follow;
use super::memo::Survey;
use super::region;
use super::touch::Kind;
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Touches;
use crate::project::{DefId, FileId, Target, callee_of, last};

/// Whether a place is of what no variable holds: the names of such have spaces.
pub(super) fn is_outside(place: &str) -> bool {
    place.contains(' ')
}

impl Survey<'_> {
    /// What a call touches of what the whole process has, as places.
    pub(super) fn touched_beside(&self, file: FileId, call: &ExprCall) -> Vec<(String, Kind)> {
        let Some(name) = last(&call.func) else { return Vec::new() };
        let mut rules = self.resolver.catalogue().touches(name).peekable();
        if rules.peek().is_none() {
            return Vec::new();
        }
        let targets = self.targets(file, call);
        let fits =
            |rule: &&Touches| !rule.decorated && is_about(rule, &targets) && self.resolver.touches(file, call, rule);
        rules.filter(fits).flat_map(places_of).collect()
    }

    /// What is done to what the whole process has where a `with` enters a manager.
    pub(super) fn touched_by_entering(&self, file: FileId, manager: &Expr, is_async: bool) -> Vec<(String, Kind)> {
        let method = if is_async { "__aenter__" } else { "__enter__" };
        let rules = self.resolver.catalogue().touches(method);
        let fits = |rule: &&Touches| self.resolver.may_be_instance(file, manager, |class| class == rule.of);
        rules.filter(fits).flat_map(places_of).collect()
    }

    /// What a function touches so because of its decorators.
    pub(super) fn touched_by_decorators(&self, function: FnId) -> Vec<(String, Kind)> {
        let types = &self.resolver.types;
        let own = types.world().function(function).filter(|own| !own.decorators.is_empty());
        let Some((own, ast)) = own.zip(types.ast(function.file)) else { return Vec::new() };
        let decorators = own.decorators.iter().filter_map(|range| ast.expression(*range)).map(callee_of);
        let rules = decorators.flat_map(|decorator| {
            let rules =
                last(decorator).map(|name| self.resolver.catalogue().touches(name).filter(|rule| rule.decorated));
            let mut rules = rules.into_iter().flatten().peekable();
            let names = rules.peek().map(|_| types.reference_names(function.file, decorator)).unwrap_or_default();
            rules.filter(move |rule| names.iter().any(|name| rule.is_about(name))).collect::<Vec<_>>()
        });
        rules.flat_map(places_of).collect()
    }

    /// The calls of the program that touch what no variable holds, by the functions that make them.
    pub(super) fn uses_outside(&self, place: &str) -> Vec<(FnId, TextRange)> {
        self.touching(place, |_| true)
    }

    /// Whether the program does something to what no variable holds.
    pub(super) fn is_acted_on(&self, place: &str) -> bool {
        *self.memo.acted_on.get(&place.to_owned(), || Arc::new(!self.touching(place, Kind::is_write).is_empty()))
    }

    /// The calls that touch a place in some way, and the functions that do so because of their decorators.
    fn touching(&self, place: &str, is_wanted: impl Fn(Kind) -> bool) -> Vec<(FnId, TextRange)> {
        let (resolver, world) = (self.resolver, self.resolver.types.world());
        let is_about = |rule: &Touches| places_of(rule).any(|(other, kind)| other == place && is_wanted(kind));
        let touches =
            |touched: Vec<(String, Kind)>| touched.iter().any(|(other, kind)| other == place && is_wanted(*kind));
        let named = resolver.index().called_names();
        let named = named.filter(|(name, _)| resolver.catalogue().touches(name).any(is_about));
        let made = named.flat_map(|(_, postings)| postings).filter_map(|posting| {
            let (call, ast) = (world.call_at(*posting)?, resolver.types.ast(posting.0)?);
            let touched = self.touched_beside(posting.0, ast.call(call.range)?);
            let function = FnId { file: posting.0, index: call.function };
            touches(touched).then_some((function, call.range))
        });
        let decorated = resolver.catalogue().is_touched_by_decorators(place).then(|| {
            let functions = world.own_files().flat_map(|(file, source)| {
                let functions = source.facts.functions.iter().map(|function| function.range);
                (0..).zip(functions).map(move |(index, range)| (FnId { file, index }, range))
            });
            functions.filter(|(id, _)| touches(self.touched_by_decorators(*id)))
        });
        made.chain(decorated.into_iter().flatten()).collect()
    }

    /// What methods of the program read which a library calls on the way, on objects that it has got before.
    pub(super) fn observed(&self, follow: &Follow) -> Vec<String> {
        let names = || follow.targets.iter().flat_map(|target| &target.names);
        let lasts = names().filter_map(|name| name.rsplit('.').next());
        let rules = lasts.flat_map(|last| self.resolver.catalogue().touches(last));
        let mut methods: Vec<&String> =
            rules.filter(|rule| is_about(rule, &follow.targets)).flat_map(|rule| &rule.through).collect();
        methods.sort_unstable();
        methods.dedup();
        methods.into_iter().flat_map(|method| self.read_by(method).to_vec()).collect()
    }

    /// What a method of a library's class reads in the classes of the program that derive from that, but for the objects themselves.
    fn read_by(&self, method: &String) -> Arc<[String]> {
        self.memo.read_by.get(method, || {
            let own = self.own_methods(method);
            let read = own.into_iter().flat_map(|id| {
                let object = self.resolver.types.world().function(id).and_then(|own| own.parameters.first());
                let object = object.map(|first| format!("{}.", first.name)).unwrap_or_default();
                let touched = region::touched_unobserved(*self, &[(id, Arc::default())]);
                let read = touched.into_iter().filter(|(_, kind)| kind.is_read()).map(|(place, _)| place);
                read.filter(|place| object.is_empty() || !place.starts_with(&object)).collect::<Vec<_>>()
            });
            let mut places: Vec<String> = read.collect();
            places.sort_unstable();
            places.dedup();
            places.into()
        })
    }

    /// The methods of the program's classes that take the place of one of a library.
    fn own_methods(&self, method: &str) -> Vec<FnId> {
        let Some((class, method)) = method.rsplit_once('.') else { return Vec::new() };
        let (types, index) = (&self.resolver.types, self.resolver.index());
        let heirs = index.with_subclasses(&Name::new(class.rsplit('.').next().unwrap_or(class)));
        let classes = heirs.iter().flat_map(|name| index.classes(name));
        let is_one = |id: &&DefId| types.mro(**id).iter().any(|base| base.name == class);
        let methods = classes.filter(is_one).filter_map(|id| types.member(*id, method)?.function);
        methods.filter(|id| types.world().is_own(id.file)).filter_map(|id| types.world().fn_of(id)).collect()
    }
}

/// Whether a rule is about one of the functions that a call may run.
fn is_about(rule: &Touches, targets: &[Target]) -> bool {
    targets.iter().flat_map(|target| &target.names).any(|name| rule.is_about(name))
}

/// The places of a rule, with what is done to them.
fn places_of(rule: &Touches) -> impl Iterator<Item = (String, Kind)> {
    let kinds = [(&rule.reads, Kind::Read), (&rule.changes, Kind::Write), (&rule.acts, Kind::Act)];
    kinds.into_iter().flat_map(|(places, kind)| places.iter().map(move |place| (place.clone(), kind)))
}
