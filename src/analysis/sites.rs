//! The calls that block a thread, wherever they stand.

use std::borrow::Cow;

use ruff_python_ast as ast;
use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::answers;
use super::callers::Via;
use super::index::FnId;
use super::leads::Leads;
use super::resolve::{Resolver, Shared};
use super::setups;
use crate::catalogue::{ApiIndex, Catalogue, Origin};
use crate::project::facts::{Call, CallForm, Facts, Load, MODULE};
use crate::project::{FileId, FileKind, Shape, Target, World};

/// A call that blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub file: FileId,
    pub range: TextRange,
    pub function: FnId,
    pub api: ApiIndex,
    /// The name that matched, for apis that stand for every method of a class.
    pub name: String,
    pub form: CallForm,
}

impl Site {
    #[must_use]
    pub fn via(&self) -> Via {
        match self.form {
            CallForm::Call | CallForm::Indexed => Via::Call,
            CallForm::Awaited => Via::Awaited,
            CallForm::Read => Via::Property,
            CallForm::With | CallForm::Iterate | CallForm::Operator => Via::Implicit,
        }
    }
}

/// The calls of each file that may be sites, going by their names and by what the file imports.
#[must_use]
pub(super) fn candidates(world: &World, shared: &Shared<'_>) -> Vec<(FileId, Vec<u32>)> {
    let Shared { index, catalogue, .. } = shared;
    let leads = Leads::build(world, catalogue, &shared.ground);
    let mut by_file: FxHashMap<FileId, Vec<u32>> = FxHashMap::default();
    let origins = catalogue.origins_by_last_name();
    let mut aliased: FxHashMap<&Name, Vec<Origin<'_>>> = FxHashMap::default();
    for (name, alias) in index.aliases() {
        if let Some(origins) = origins.get(name.as_str()) {
            aliased.entry(alias).or_default().extend(origins);
        }
    }
    let made = made_by_functions(world, &origins);
    let bound = bound_to(world, shared, &origins, &made);
    for (name, postings) in index.called_names() {
        let mut known: Vec<Origin<'_>> = origins.get(name.as_str()).cloned().unwrap_or_default();
        known.extend(aliased.get(name).into_iter().flatten());
        let (wanted, wildcards) = (leads.wanted(&known), leads.wildcards(name));
        let is_limited = known.iter().any(|origin| origin.takes.is_limited());
        for &(file, position) in postings {
            let Some(source) = world.file(file) else { continue };
            if source.kind == FileKind::Stub {
                continue;
            }
            let Some(call) = source.facts.calls.get(position as usize) else { continue };
            if !may_block(&source.facts, call, catalogue) {
                continue;
            }
            let fits = |origin: &&Origin<'_>| origin.takes.fits(call.arguments, is_on_class(call));
            let fitting: Cow<'_, [Origin<'_>]> =
                if is_limited { known.iter().filter(fits).copied().collect() } else { Cow::Borrowed(&known) };
            let wanted = if is_limited { &leads.wanted(&fitting) } else { &wanted };
            // What a function returns is called by its name: `opener_for(path)()`.
            let returned = made.get(name).filter(|_| call.form == CallForm::Indexed);
            let here: Vec<Origin<'_>> =
                bound.get(&(file, name)).into_iter().chain(returned).flatten().copied().collect();
            let is_relevant = (!here.is_empty() && is_partial(&source.facts, name))
                || fitting.iter().chain(&here).any(|origin| is_ambient(catalogue, call, *origin))
                || leads.leads(file, call, wanted)
                || leads.leads(file, call, &leads.wanted(&here))
                || leads.leads_to_instance((file, &source.facts), call)
                || is_public_call(call) && leads.leads(file, call, &wildcards);
            if is_relevant {
                by_file.entry(file).or_default().push(position);
            }
        }
    }
    setups::add_candidates(world, shared, &mut by_file);
    let mut candidates: Vec<_> = by_file.into_iter().collect();
    candidates.sort_by_key(|(file, _)| *file);
    for (_, calls) in &mut candidates {
        calls.sort_unstable();
        calls.dedup();
    }
    candidates
}

/// The attributes of libraries that block when they are read: the files that import a library, and the names.
pub(super) type ReadNames<'a> = Vec<(Vec<FileId>, Vec<&'a str>)>;

/// Those of the libraries that a program imports.
pub(super) fn read_names<'a>(world: &World, catalogue: &'a Catalogue) -> ReadNames<'a> {
    let mut libraries: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for (top, name) in catalogue.reads() {
        libraries.entry(top).or_default().push(name);
    }
    let importers = |top: &str| {
        let imports_it =
            |facts: &Facts| facts.imports.iter().any(|import| import.module.split('.').next() == Some(top));
        world.own_files().filter(|(_, file)| imports_it(&file.facts)).map(|(id, _)| id).collect::<Vec<_>>()
    };
    let mut names: ReadNames<'_> = libraries.into_iter().map(|(top, names)| (importers(top), names)).collect();
    names.retain(|(importers, _)| !importers.is_empty());
    names
}

/// What functions may return, by their names: `opener_for` returns `gzip.open` or `open`.
fn made_by_functions<'a>(
    world: &'a World,
    origins: &FxHashMap<&str, Vec<Origin<'a>>>,
) -> FxHashMap<&'a Name, Vec<Origin<'a>>> {
    let mut made: FxHashMap<&Name, Vec<Origin<'a>>> = FxHashMap::default();
    for (_, file) in world.own_files() {
        for flow in file.facts.flows.iter().filter(|flow| flow.is_alias) {
            let known = flow.sources.iter().filter_map(|source| origins.get(source.name.as_str())).flatten();
            let mut known = known.copied().peekable();
            if known.peek().is_some() && file.facts.functions.iter().any(|function| function.name == flow.target) {
                made.entry(&flow.target).or_default().extend(known);
            }
        }
    }
    for known in made.values_mut() {
        let mut seen = FxHashSet::default();
        known.retain(|origin| seen.insert(*origin));
    }
    made
}

/// Names that a file calls and binds to what may be an api: `opener = gzip.open if is_packed else open`, `opener = opener_for(path)`.
fn bound_to<'a>(
    world: &'a World,
    shared: &Shared<'_>,
    origins: &FxHashMap<&str, Vec<Origin<'a>>>,
    made: &FxHashMap<&'a Name, Vec<Origin<'a>>>,
) -> FxHashMap<(FileId, &'a Name), Vec<Origin<'a>>> {
    let mut bound: FxHashMap<(FileId, &Name), Vec<Origin<'_>>> = FxHashMap::default();
    for (id, file) in world.own_files() {
        for binding in &file.facts.bindings {
            if shared.index.calls(&binding.target).binary_search_by_key(&id, |(file, _)| *file).is_err() {
                continue;
            }
            let known = binding.sources.iter().flat_map(|source| {
                let made = made.get(source).map_or(&[][..], Vec::as_slice);
                origins.get(source.as_str()).map_or(&[][..], Vec::as_slice).iter().chain(made)
            });
            let known: Vec<Origin<'_>> = known.copied().collect();
            if !known.is_empty() {
                bound.entry((id, &binding.target)).or_default().extend(known);
            }
        }
    }
    bound
}

/// Whether a file makes a variable of this name by `partial`, which no lead goes through.
fn is_partial(facts: &Facts, name: &Name) -> bool {
    let mut bound = facts.bindings.iter().filter(|binding| binding.target == *name);
    bound.any(|binding| binding.sources.iter().any(|source| source.as_str() == "partial"))
}

/// Whether a method may be called on its class, going by how classes are called.
fn is_on_class(call: &Call) -> bool {
    call.chain.first().is_some_and(|source| source.name.starts_with(char::is_uppercase))
}

/// A `*` stands for public methods.
fn is_public_call(call: &Call) -> bool {
    call.form == CallForm::Call && !call.name.starts_with('_')
}

/// Objects that come without an import are everywhere; what a `with` enters or a `for` goes through must be one by its names.
fn is_ambient(catalogue: &Catalogue, call: &Call, origin: Origin<'_>) -> bool {
    !matches!(call.form, CallForm::With | CallForm::Iterate) && catalogue.is_ambient(origin)
}

/// Import time has no loop, though it may set up what blocks one later; what is awaited gives the loop back; and no operator is an api.
fn may_block(facts: &Facts, call: &Call, catalogue: &Catalogue) -> bool {
    !matches!(call.form, CallForm::Awaited | CallForm::Operator | CallForm::Read)
        && (call.function != MODULE || catalogue.may_set_up(&call.name))
        && (call.function as usize) < facts.functions.len()
}

impl Resolver<'_> {
    /// The sites among the calls of one file.
    #[must_use]
    pub fn sites(&self, file: FileId, calls: &[u32]) -> Vec<Site> {
        let facts = self.types.facts(file);
        let Some(ast) = self.types.ast(file) else {
            return Vec::new();
        };
        let mut sites = Vec::new();
        for &position in calls {
            let Some(fact) = facts.calls.get(position as usize) else { continue };
            let found = match fact.form {
                CallForm::Call | CallForm::Indexed => ast.call(fact.range).and_then(|call| {
                    let targets = self.targets(file, &call.func);
                    let is_one = |api: ApiIndex| {
                        let api = &self.catalogue().apis[api as usize];
                        api.through.is_empty()
                            && self.blocks(file, call, api, 0)
                            && !answers::is_told(&ast, call, &api.unless_told)
                    };
                    let derived = || {
                        targets.iter().find(|target| target.class.is_some())?;
                        let (api, class) = self.derived_setup(file, call)?;
                        Some((api, self.types.mro(class).first()?.name.clone()))
                    };
                    // What may be a coroutine function is called for a loop.
                    if targets.iter().any(|target| self.is_coroutine_function(target)) {
                        return None;
                    }
                    self.api_of(&targets, is_one).or_else(|| self.api_of_partial(file, call)).or_else(derived)
                }),
                CallForm::With | CallForm::Iterate => ast.expression(fact.range).and_then(|expr| {
                    let targets: Vec<Target> = self
                        .shapes(file, expr)
                        .iter()
                        .filter_map(|shape| match shape {
                            Shape::Instance(class) => self.types.member(*class, &fact.name),
                            _ => None,
                        })
                        .collect();
                    self.api_of(&targets, |api| self.blocks_with(file, expr, &self.catalogue().apis[api as usize]))
                }),
                CallForm::Awaited | CallForm::Operator | CallForm::Read => None,
            };
            if let Some((api, name)) = found.filter(|(api, _)| {
                let is_early = fact.function == MODULE && !self.catalogue().apis[*api as usize].sets_up;
                !is_early && !self.is_finished(*api) && !self.is_stepped(file, fact, *api)
            }) {
                sites.push(Site {
                    file,
                    range: fact.range,
                    function: FnId { file, index: fact.function },
                    api,
                    name,
                    form: fact.form,
                });
            }
        }
        sites
    }

    fn is_coroutine_function(&self, target: &Target) -> bool {
        let function = target.function.map(|id| (self.types.facts(id.file), id.start));
        function.is_some_and(|(facts, start)| {
            facts.function_at(start).and_then(|index| facts.functions.get(index as usize)).is_some_and(|f| f.is_async)
        })
    }

    /// The api that a variable stands for which was made by `partial(api, …)`, unless what it was given might make it not block.
    fn api_of_partial(&self, file: FileId, call: &ast::ExprCall) -> Option<(ApiIndex, String)> {
        let blocks = |api: ApiIndex, given: &ast::Arguments| {
            let api = &self.catalogue().apis[api as usize];
            let is_given =
                |name: &str| given.find_keyword(name).is_some() || call.arguments.find_keyword(name).is_some();
            api.when.is_empty() && !api.unless.iter().any(|condition| is_given(&condition.argument))
        };
        self.bindings_of(file, &call.func).into_iter().find_map(|(home, value)| {
            let ast = self.types.ast(home)?;
            let partial = ast.call(value)?;
            let makes = self.types.targets(home, &partial.func);
            let is_partial = makes.iter().flat_map(|target| &target.names).any(|name| name == "functools.partial");
            let function = partial.arguments.args.first().filter(|_| is_partial)?;
            self.api_of(&self.targets(home, function), |api| blocks(api, &partial.arguments))
        })
    }

    /// The attributes that one file reads and that block then, of those that objects of libraries have which may come to it.
    pub(super) fn reads(&self, file: FileId, names: &ReadNames<'_>) -> Vec<Site> {
        let facts = self.types.facts(file);
        let has_some = |importers: &[FileId]| importers.iter().any(|importer| self.may_hold(file, *importer));
        let known = names.iter().filter(|(importers, _)| has_some(importers));
        let names: FxHashSet<&str> = known.flat_map(|(_, names)| names).copied().collect();
        let is_candidate =
            |load: &&Load| load.attribute && load.function != MODULE && names.contains(load.name.as_str());
        let mut loads = facts.loads.iter().filter(is_candidate).peekable();
        let Some(ast) = loads.peek().and_then(|_| self.types.ast(file)) else { return Vec::new() };
        let site = |load: &Load| {
            let attribute = ast.expression(load.range)?.as_attribute_expr()?;
            let (api, name) = self.shapes(file, &attribute.value).iter().find_map(|shape| {
                let Shape::Instance(class) = shape else { return None };
                let names = self.types.member(*class, &attribute.attr)?.names;
                names.into_iter().find_map(|name| Some((self.catalogue().read(&name)?, name)))
            })?;
            let function = FnId { file, index: load.function };
            Some(Site { file, range: load.range, function, api, name, form: CallForm::Read })
        };
        loads.filter_map(site).collect()
    }

    /// Whether the program sees to it already that what an api sets up does not block.
    fn is_finished(&self, api: ApiIndex) -> bool {
        let index = self.index();
        self.catalogue().setup(api).is_some_and(|setup| {
            setup
                .done
                .iter()
                .any(|name| !index.calls(name).is_empty() || index.with_subclasses(&Name::new(name)).len() > 1)
        })
    }

    /// Whether a thread goes through what a call makes.
    fn is_stepped(&self, file: FileId, call: &Call, api: ApiIndex) -> bool {
        let is_lazy = self.catalogue().apis[api as usize].lazy || call.form == CallForm::Iterate;
        is_lazy && self.is_stepped_elsewhere(file, call.range)
    }

    fn api_of(&self, targets: &[Target], blocks: impl Fn(ApiIndex) -> bool) -> Option<(ApiIndex, String)> {
        let catalogue = self.catalogue();
        for target in targets {
            for name in &target.names {
                for &api in catalogue.apis_named(name) {
                    if blocks(api) {
                        return Some((api, name.clone()));
                    }
                }
            }
            for name in &target.names {
                if let Some((class, method)) = name.rsplit_once('.')
                    && target.class.is_some()
                    && let Some(api) = catalogue.wildcard(class, method)
                    && blocks(api)
                {
                    return Some((api, name.clone()));
                }
            }
        }
        None
    }
}
