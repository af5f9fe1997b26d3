//! Calls of a blocking library that become calls of an asynchronous one, with everything that touches what they give: attributes,
//! annotations, exceptions, and the functions that return it.
//!
//! What belongs together is an [`Exchange`]: the calls whose results meet in a variable or in what a function returns change together
//! or not at all.

mod askers;
mod beside;
mod calls;
mod caught;
mod doubled;
mod errors;
mod far;
mod fits;
mod forwarded;
mod functions;
mod globals;
mod handed_in;
mod loops;
mod managers;
mod mentions;
mod object;
mod outlet;
mod own_waits;
mod passed;
mod pieces;
mod remarks;
mod settle;
mod streams;
mod uses;
mod values;
mod variables;
mod waits;
mod watch;

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::decide::Planner;
use super::{Hoist, TurnHome};
use crate::analysis::{Callers, FnId, Hop, Lookup, Site, Via, above};
use crate::catalogue::{Codemod, Target};
use crate::project::{DefId, FileId};

use doubled::Doubled;
pub use errors::{Clause, Renamed};
pub(super) use functions::argument_for;
use mentions::Mentions;
pub(super) use settle::Exchanges;
pub(super) use variables::reads;
pub(super) use waits::Watchers;

/// A part of the text of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bit {
    Text(String),
    /// The source at this range, with the edits in it.
    Source(TextRange),
    /// A class or function of a library, qualified.
    Name(String),
    /// The function of a helper, by the helper's name.
    Helper(String),
}

/// Text in place of other text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub file: FileId,
    pub at: TextRange,
    pub bits: Vec<Bit>,
    pub is_awaited: bool,
}

/// A call in place of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    pub function: FnId,
    pub at: TextRange,
    pub callee: Vec<Bit>,
    /// What it gives is awaited.
    pub is_awaited: bool,
    /// Arguments in front of those that were there.
    pub leading: Vec<Bit>,
    /// Each argument that stays: where it was, and what it is now.
    pub arguments: Vec<(TextRange, Vec<Bit>)>,
    /// Arguments behind those that were there.
    pub added: Vec<Vec<Bit>>,
    /// What goes behind what it gives.
    pub then: Option<String>,
}

/// An object that is opened around a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub file: FileId,
    pub statement: TextRange,
    pub class: String,
    pub name: String,
    /// What it is made with: names and values.
    pub arguments: Vec<(String, Bit)>,
    /// Where the rest of the statement comes behind.
    pub result: Option<Moved>,
}

/// A call whose result gets a name in front of the rest of its statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub call: TextRange,
    pub name: String,
    /// The part of the statement that has the result in it, and what it becomes.
    pub whole: TextRange,
    pub bits: Vec<Bit>,
}

/// A statement behind another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub file: FileId,
    pub after: TextRange,
    pub text: String,
    /// The modules that it names.
    pub imports: Vec<String>,
}

/// A `with` some of whose managers are entered by `async with` then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    pub file: FileId,
    pub statement: TextRange,
    /// Whether the first one is.
    pub is_async: bool,
    /// What stands between managers that are and those that are not, and whether those behind it are.
    pub gap: Option<(TextRange, bool)>,
    /// All behind the colon.
    pub body: TextRange,
}

/// What changes together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exchange {
    /// The codemod and the number of its target.
    pub target: (usize, usize),
    pub calls: Vec<NewCall>,
    pub openings: Vec<Opening>,
    pub parts: Vec<Part>,
    /// Methods that are awaited under another name, and what loops go through.
    pub awaited: Vec<(FnId, TextRange)>,
    /// `with` and `for` statements that become `async` ones.
    pub withs: Vec<(FileId, TextRange)>,
    pub entered: Vec<Entered>,
    pub clauses: Vec<Clause>,
    pub remarks: Vec<Remark>,
    /// Values that go into brackets of their own.
    pub bare: Vec<(FileId, TextRange)>,
    pub hoists: Vec<(FnId, Hoist)>,
    /// Its threads take turns with others, by a helper that this module has.
    pub turn: Option<TurnHome>,
    /// The findings that it is about.
    pub findings: BTreeSet<usize>,
    /// The functions whose code has an await then.
    pub functions: BTreeSet<FnId>,
}

impl Exchange {
    /// Puts the parts around calls that move out of their statements into what these become.
    fn fold(&mut self) {
        for opening in &mut self.openings {
            let Some(moved) = &mut opening.result else { continue };
            let is_around = |part: &Part| part.file == opening.file && part.at.contains_range(moved.call);
            match &self.parts.iter().filter(|part| is_around(part)).collect::<Vec<_>>()[..] {
                [] => {}
                [part] if !part.is_awaited => {
                    moved.whole = part.at;
                    let result = Bit::Text(moved.name.clone());
                    let is_call = |bit: &Bit| *bit == Bit::Source(moved.call);
                    moved.bits =
                        part.bits.iter().map(|bit| if is_call(bit) { &result } else { bit }).cloned().collect();
                    self.parts.retain(|part| !is_around(part));
                }
                _ => opening.result = None,
            }
        }
    }

    /// Whether what an await gives at a place needs no brackets.
    #[must_use]
    pub fn is_bare(&self, file: FileId, at: TextRange) -> bool {
        self.bare.contains(&(file, at))
    }

    /// The files that it changes.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        let calls = self.calls.iter().map(|call| call.function.file);
        let parts = self.parts.iter().map(|part| part.file).chain(self.withs.iter().map(|(file, _)| *file));
        let clauses = self.clauses.iter().map(|clause| clause.file);
        let files: BTreeSet<FileId> =
            calls.chain(parts).chain(clauses).chain(self.remarks.iter().map(|remark| remark.file)).collect();
        files.into_iter()
    }

    /// The blocking calls that are replaced.
    pub fn sites(&self) -> impl Iterator<Item = (FnId, TextRange)> {
        let calls = self.calls.iter().map(|call| (call.function, call.at));
        calls.chain(self.awaited.iter().copied())
    }
}

/// Why something is not exchanged.
type Refusal = String;

/// What is known of the program.
#[derive(Clone, Copy)]
struct Known<'a> {
    /// Who calls the functions that lead to the calls.
    above: &'a FxHashMap<FnId, Arc<Callers>>,
    /// Where the program names exceptions of the library beside `except` clauses.
    mentions: &'a Mentions,
    /// What tests replace of the library.
    doubled: &'a Doubled,
    /// The blocking calls of the program, by place.
    sites: &'a FxHashMap<(FnId, TextRange), (usize, &'a Site)>,
}

/// Works one exchange out.
struct Draft<'a> {
    planner: &'a Planner<'a>,
    target: &'a Target,
    known: Known<'a>,
    exchange: Exchange,
    /// The functions whose calls give something else then.
    returning: FxHashSet<FnId>,
    /// The values that are exchanged, by place.
    values: FxHashSet<(FileId, TextRange)>,
    /// Their classes.
    classes: FxHashMap<(FileId, TextRange), String>,
    variables: FxHashSet<(FnId, String)>,
    parameters: FxHashSet<(FnId, String)>,
    objects: FxHashSet<(DefId, String)>,
    /// What may fail with another exception now.
    raises: Vec<(FnId, TextRange, errors::Raises)>,
    /// The exceptions that the program raises with something that is exchanged.
    raised: FxHashSet<(FileId, TextRange)>,
    /// Where what an `except` clause has caught is raised again by another name.
    again: FxHashSet<(FnId, TextRange)>,
    /// Some `except` clause asks an exception for what it was raised with.
    asks_response: bool,
    /// What is looked at now is done around what others make and run.
    is_apart: bool,
    /// What is looked at now may be done around what others run, or around something else.
    is_far: bool,
    /// What was followed there.
    far_values: FxHashSet<(FileId, TextRange)>,
    far_variables: FxHashSet<(FnId, String)>,
    /// The generators that were looked at as managers, with what is raised there.
    apart: FxHashSet<(FnId, errors::Raises)>,
    /// The same of coroutines that are made in a module and run by somebody else.
    far: FxHashSet<(FileId, FnId, far::Made, errors::Raises)>,
    /// Where what those raise may come along.
    far_spots: FxHashSet<(FnId, TextRange, errors::Raises)>,
    /// Where it may be raised again.
    far_again: FxHashSet<far::Spot>,
}

impl Planner<'_> {
    /// The exchanges of the program, by what the calls, the types and the exceptions say; whether their functions can await is another
    /// question.
    pub(super) fn exchanges(&self) -> Exchanges {
        let catalogue = self.resolver.catalogue();
        let mut found = Exchanges::default();
        for (number, codemod) in catalogue.codemods.iter().enumerate() {
            let Some((index, target)) = self.wanted(codemod).filter(|(_, target)| !target.piecewise) else { continue };
            let findings = &self.ground.analysis.findings;
            let own = |finding: &usize| self.api(*finding).codemod == number && findings[*finding].untreated.is_none();
            let open: BTreeSet<usize> = (0..findings.len()).filter(own).collect();
            if open.is_empty() {
                continue;
            }
            let doubled = self.doubled(codemod.name.as_str(), target);
            if let Some(place) = &doubled.whole {
                let reason = format!("tests put something in the place of `{}` ({place})", codemod.name);
                found.refused.extend(open.into_iter().map(|finding| (finding, reason.clone())));
                continue;
            }
            self.exchanges_with((number, index), target, open, &doubled, &mut found);
        }
        found.calls_below.extend(self.ground.callees.iter().map(|(caller, calls)| {
            let calls = calls.iter().flat_map(|(at, ids)| ids.iter().map(|id| (*at, *id)));
            (*caller, calls.collect::<Vec<_>>())
        }));
        found
    }

    /// The target that takes over from a codemod's library, with its number.
    fn wanted<'c>(&self, codemod: &'c Codemod) -> Option<(usize, &'c Target)> {
        let is_named = |target: &Target| self.ground.terms.targets.get(&target.option);
        let is_new =
            |name: &str, target: &Target| target.unless_new && self.ground.terms.is_library && !self.has_import(name);
        let is_wanted = |(name, target): &(String, Target)| {
            let by_default = || !target.on_request && target.like.is_none() && !is_new(name, target);
            is_named(target).map_or_else(by_default, |wanted| wanted == name)
        };
        // A program goes on with the one that it has.
        let is_there = |(name, target): &(String, Target)| {
            let like = target.like.as_ref().filter(|_| is_named(target).is_none());
            like.is_some_and(|like| self.has_import(name) && !self.has_import(like))
        };
        let index = codemod.targets.iter().position(is_there);
        let index = index.or_else(|| codemod.targets.iter().position(is_wanted))?;
        Some((index, &codemod.targets[index].1))
    }

    pub(super) fn has_import(&self, library: &str) -> bool {
        let mut files = self.resolver.types.world().own_files();
        files.any(|(_, source)| {
            source.facts.imports.iter().any(|import| import.module.split('.').next() == Some(library))
        })
    }

    /// All blocking calls, by place.
    fn sites_by_place(&self) -> FxHashMap<(FnId, TextRange), (usize, &Site)> {
        let findings = self.ground.analysis.findings.iter().enumerate();
        findings.map(|(index, finding)| ((finding.site.function, finding.site.range), (index, &finding.site))).collect()
    }

    fn exchanges_with(
        &self,
        id: (usize, usize),
        target: &Target,
        mut open: BTreeSet<usize>,
        doubled: &Doubled,
        found: &mut Exchanges,
    ) {
        let analysis = self.ground.analysis;
        let functions: BTreeSet<FnId> = open.iter().map(|index| analysis.findings[*index].site.function).collect();
        let above = above(self.resolver, &functions).into_iter();
        let above: FxHashMap<FnId, Arc<Callers>> = above.map(|(id, callers)| (id, Arc::new(callers))).collect();
        let mentions = Mentions::of(self, target);
        let sites = self.sites_by_place();
        let known = Known { above: &above, mentions: &mentions, doubled, sites: &sites };
        while let Some(first) = open.pop_first() {
            let mut draft = Draft::new(self, id, target, known);
            let site = &analysis.findings[first].site;
            let outcome = draft.site(site.function, site.range).and_then(|()| draft.failures());
            let seen = std::mem::take(&mut draft.exchange.findings);
            match outcome {
                Ok(()) => {
                    draft.exchange.fold();
                    open.retain(|index| !seen.contains(index));
                    draft.exchange.findings = seen;
                    found.list.push(draft.exchange);
                }
                Err(reason) => {
                    found.refused.insert(first, reason);
                }
            }
        }
        for (callee, callers) in above {
            for edge in &callers.edges {
                found.calls_below.entry(edge.caller).or_default().push((edge.at, callee));
            }
        }
    }
}

impl<'a> Draft<'a> {
    fn new(planner: &'a Planner<'a>, id: (usize, usize), target: &'a Target, known: Known<'a>) -> Self {
        Self {
            planner,
            target,
            known,
            exchange: Exchange { target: id, ..Exchange::default() },
            returning: FxHashSet::default(),
            values: FxHashSet::default(),
            classes: FxHashMap::default(),
            variables: FxHashSet::default(),
            parameters: FxHashSet::default(),
            objects: FxHashSet::default(),
            raises: Vec::new(),
            raised: FxHashSet::default(),
            again: FxHashSet::default(),
            asks_response: false,
            is_apart: false,
            is_far: false,
            far_values: FxHashSet::default(),
            far_variables: FxHashSet::default(),
            apart: FxHashSet::default(),
            far: FxHashSet::default(),
            far_spots: FxHashSet::default(),
            far_again: FxHashSet::default(),
        }
    }

    /// Why a value of a class cannot go to other functions, if so.
    fn may_leave(&self, class: &str) -> Result<(), Refusal> {
        let is_local = self.target.class(class).is_some_and(|rule| rule.local);
        if is_local { Err("it is handed on".to_owned()) } else { Ok(()) }
    }
}

impl Draft<'_> {
    /// Whether a module goes on where a library cannot be imported.
    fn can_do_without(&self, file: FileId, library: &str) -> bool {
        let types = &self.planner.resolver.types;
        let facts = types.facts(file);
        let mut imports = facts.imports.iter().filter(|import| import.module.split('.').next() == Some(library));
        let is_tried = |at: TextRange| {
            let ast = types.ast(file);
            ast.is_some_and(|ast| ast.path(at).iter().any(|node| matches!(node, AnyNodeRef::StmtTry(_))))
        };
        imports.any(|import| is_tried(import.range))
    }

    fn function_at(&self, file: FileId, range: TextRange) -> FnId {
        let facts = self.planner.resolver.types.facts(file);
        FnId { file, index: facts.enclosing(range.start()) }
    }

    /// An await may stand at the call.
    fn awaits(&mut self, function: FnId, at: TextRange) -> Result<(), Refusal> {
        let hop = Hop { function, at, via: Via::Call };
        if let Some(reason) = self.planner.foreign(function) {
            return Err(reason);
        }
        self.planner.may_stand(&hop)?;
        let hoist = self.planner.may_pause(&hop)?;
        self.exchange.hoists.extend(hoist.map(|hoist| (function, hoist)));
        let is_function = self.planner.resolver.types.world().def_of(function).is_some();
        if !is_function {
            return Err("it runs when the module is imported".to_owned());
        }
        self.exchange.functions.insert(function);
        Ok(())
    }
}
