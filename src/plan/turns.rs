//! Which threads run one after the other.
//!
//! Between two awaits a coroutine has all files for itself. In threads of their own, two tasks that write one file mix what they
//! write, and one that reads a file and writes it back undoes what the other did meanwhile. So what works on files that the program
//! writes goes to one thread, in the order in which the tasks come to it: which files are the same is not known, and those that one
//! module works on, or has others work on, are taken for it. A function whose results a cache keeps takes turns as well, so that each of
//! them is worked out once.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_python_ast::helpers::is_docstring_stmt;
use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use super::block::Block;
use super::decide::{Decisions, Planner};
use super::files::Use;
use super::home::{TurnHome, has_turns};
use super::locks::Home;
use super::one_thread::Doings;
use super::ownership;
use super::paths;
use super::region::Start;
use super::state::{self, State};
use super::{Action, Change};
use crate::analysis::{Edge, Finding, FnId, Hop, Lookup, Site, Via};
use crate::catalogue::{Kind, RunsOn};
use crate::project::facts::{Binding, Call, Function, MODULE};
use crate::project::{DefId, FileId, RUNNERS, Shape, SourceFile};

/// What the helper is called that runs what it is given in one thread, one call after the other.
pub const TURN: &str = "_in_turn";
/// The same, where the modules of a package share it; also the module that has it.
pub const SHARED_TURN: &str = "in_turn";
/// The class of both.
pub const IN_TURN: &str = "InTurn";
/// What makes another process that goes on where it is called.
const FORK: &str = "fork";
/// How many callers above what runs a loop are looked at.
const RUNNER_DEPTH: usize = 4;
/// How far what a call is given is looked up.
const NAME_DEPTH: usize = 3;

/// A thread that works on files.
#[derive(Clone)]
struct Leaf {
    /// The change, and the part of it where it is a conversion.
    at: (usize, Option<usize>),
    function: FnId,
    /// The modules with the code that does.
    modules: BTreeSet<FileId>,
    /// The files that it works on, and the functions that do.
    uses: Vec<(FnId, Use)>,
    /// Why it must not run beside others.
    reason: Option<String>,
    /// It reads the data of a database and changes it then.
    rewrites_data: bool,
    /// What it leads to, where all that leads there must take turns with it.
    findings: Vec<usize>,
    /// The codemod whose objects it works on, which no other thread may use.
    objects: Option<usize>,
    /// The functions that it runs.
    functions: Vec<FnId>,
    /// What it shares with others, which no two threads may work on at the same time.
    state: State,
}

/// What works on the same files, as far as is known.
struct Group {
    /// The modules with the code that works on files.
    modules: BTreeSet<FileId>,
    /// The modules of the coroutines that have it run.
    users: BTreeSet<FileId>,
    leaves: Vec<Leaf>,
}

impl Leaf {
    /// The change, or the part of it, that it is.
    fn part<'c>(&self, changes: &'c [Change]) -> &'c Change {
        match (&changes[self.at.0].action, self.at.1) {
            (Action::Convert(conversion), Some(part)) => &conversion.parts[part],
            _ => &changes[self.at.0],
        }
    }

    /// Whether what it does to a file may be seen half done.
    fn tears(&self) -> bool {
        self.uses.iter().any(|(_, using)| using.tears)
    }

    /// Whether all that it does is to change the data of a database.
    fn only_adds(&self) -> bool {
        self.reason.is_none() && !self.uses.is_empty() && self.uses.iter().all(|(_, using)| using.is_of_data())
    }
}

impl Group {
    fn of(leaf: Leaf) -> Self {
        Self { modules: leaf.modules.clone(), users: BTreeSet::from([leaf.function.file]), leaves: vec![leaf] }
    }

    fn meets(&self, other: &Self) -> bool {
        let objects = |group: &Self| group.leaves.iter().find_map(|leaf| leaf.objects);
        // What only works on databases meets nobody by its module.
        let is_near = !self.modules.is_empty() && !other.modules.is_empty();
        !self.modules.is_disjoint(&other.modules)
            || is_near && !self.users.is_disjoint(&other.users)
            || objects(self).is_some() && objects(self) == objects(other)
    }

    /// Whether something reads the data of a database and changes it then.
    fn rewrites_data(&self) -> bool {
        self.leaves.iter().any(|leaf| leaf.rewrites_data)
    }

    /// Whether it works on objects that no other thread may use.
    fn has_objects(&self) -> bool {
        self.leaves.iter().any(|leaf| leaf.objects.is_some())
    }

    /// Whether one of them may write a file that the other works on.
    fn may_share_files(&self, other: &Self) -> bool {
        let uses = |group: &Self| group.leaves.iter().flat_map(|leaf| leaf.uses.iter().cloned()).collect::<Vec<_>>();
        let others = uses(other);
        let is_torn = |using: &Use| using.tears || using.is_of_data() && using.writes;
        let may_meet = |own: &Use, other: &Use| (is_torn(own) || is_torn(other)) && own.may_be_same(other);
        uses(self).iter().any(|(_, own)| others.iter().any(|(_, other)| may_meet(own, other)))
    }

    /// What its threads share.
    fn state(&self) -> State {
        let mut state = State::new();
        self.leaves.iter().for_each(|leaf| join(&mut state, leaf.state.clone()));
        state
    }

    fn join(&mut self, other: Self) {
        self.modules.extend(other.modules);
        self.users.extend(other.users);
        self.leaves.extend(other.leaves);
    }
}

impl Planner<'_> {
    /// Says of each change whether its threads take turns with others, and undoes those that would have to and cannot. What is left is known when it `is_last`.
    pub(super) fn take_turns(&self, decisions: &mut Decisions, changes: &mut Vec<Change>, is_last: bool) {
        // What others work on while a thread does, keeps that from a thread, and not all that would take turns with it.
        self.undo_while(decisions, changes, |changes| {
            if changes.iter().any(|change| change.shares) { self.unkept(changes) } else { BTreeMap::new() }
        });
        let torn = self.torn_transactions(changes);
        undo(&torn, decisions, changes);
        // What is left so far may still be treated further down.
        if is_last {
            self.undo_while(decisions, changes, |changes| self.locked_out(changes));
        }
        // The thread is not there in a process that is forked.
        let forking = LazyCell::new(|| self.forking());
        let home_of =
            |group: &Group| self.home(&group.modules, &group.users).filter(|_| !self.are_near(&forking, group));
        let leaves = self.leaves(changes);
        let groups = self.wide_groups(leaves.clone(), &home_of);
        let mut undone = if is_last { self.torn_apart(leaves, &groups, changes) } else { BTreeMap::new() };
        let needs_home = |group: &Group| group.has_objects() || !self.ground.is_sequential && self.is_shared(group);
        let wanted =
            groups.iter().map(|group| (needs_home(group).then(|| home_of(group)).flatten(), group.users.clone()));
        let mut homes: Vec<_> = wanted.collect();
        self.as_one(&mut homes);
        for (group, (home, _)) in groups.into_iter().zip(homes) {
            if self.ground.is_sequential && !group.has_objects() {
                continue;
            }
            let needs_home = needs_home(&group);
            let is_whole = (home.is_some() || !needs_home) && self.covers(&group, changes, home);
            let rewrites_data = group.rewrites_data();
            // Who only adds to a database does not mind what others do to it.
            for leaf in group.leaves.into_iter().filter(|leaf| rewrites_data || !leaf.only_adds()) {
                let torn = || self.torn(&leaf, changes);
                match leaf.reason.clone().or_else(|| if is_whole { None } else { torn() }) {
                    Some(reason) if !is_whole => _ = undone.insert(leaf.at.0, reason),
                    _ => set_turn(changes, leaf.at, home),
                }
            }
        }
        undo(&undone, decisions, changes);
    }

    /// Takes changes back until none is found that must be.
    fn undo_while(
        &self,
        decisions: &mut Decisions,
        changes: &mut Vec<Change>,
        find: impl Fn(&[Change]) -> BTreeMap<usize, String>,
    ) {
        loop {
            let undone = find(changes);
            if undone.is_empty() {
                return;
            }
            undo(&undone, decisions, changes);
        }
    }

    /// The changes whose threads take turns with no other thread, and would come to files that the loop works on.
    fn torn_apart(&self, leaves: Vec<Leaf>, groups: &[Group], changes: &[Change]) -> BTreeMap<usize, String> {
        if self.ground.is_sequential {
            return BTreeMap::new();
        }
        let is_in = |leaf: &Leaf| groups.iter().any(|group| group.leaves.iter().any(|other| other.at == leaf.at));
        let apart = leaves.into_iter().filter(|leaf| !is_in(leaf));
        apart.filter_map(|leaf| Some((leaf.at.0, self.torn(&leaf, changes)?))).collect()
    }

    /// The changes whose threads share something with others that would not all take turns, with the reasons.
    fn unkept(&self, changes: &[Change]) -> BTreeMap<usize, String> {
        let mut undone = BTreeMap::new();
        for group in self.groups(changes) {
            if group.leaves.iter().all(|leaf| leaf.state.is_empty()) {
                continue;
            }
            let home = self.home(&group.modules, &group.users);
            let home = home.filter(|_| !self.are_near(&self.forking(), &group));
            if home.is_some() && self.covers(&group, changes, home) {
                continue;
            }
            let sharing = group.leaves.into_iter().filter(|leaf| !leaf.state.is_empty());
            undone.extend(sharing.filter_map(|leaf| Some((leaf.at.0, leaf.reason?))));
        }
        undone
    }

    /// The same, with those together that may work on the same files, wherever one module can be home to all of them.
    fn wide_groups(&self, leaves: Vec<Leaf>, home_of: &impl Fn(&Group) -> Option<TurnHome>) -> Vec<Group> {
        let mut wide = joined(leaves.clone(), |group, other| group.meets(other) || group.may_share_files(other));
        let has_order = |group: &Group| group.leaves.iter().any(|leaf| leaf.tears() || leaf.reason.is_some());
        wide.retain(|group| has_order(group) && (group.modules.len() < 2 || home_of(group).is_some()));
        let is_in = |leaf: &Leaf| wide.iter().any(|group| group.leaves.iter().any(|other| other.at == leaf.at));
        let rest = leaves.into_iter().filter(|leaf| !is_in(leaf)).collect();
        wide.extend(joined(self.near(rest), Group::meets));
        wide
    }

    /// The threads that work on files which some of them write, by the modules that they have in common.
    fn groups(&self, changes: &[Change]) -> Vec<Group> {
        joined(self.near(self.leaves(changes)), Group::meets)
    }

    fn leaves(&self, changes: &[Change]) -> Vec<Leaf> {
        let leaves = changes.iter().enumerate().flat_map(|(index, change)| match &change.action {
            Action::Convert(conversion) => {
                let parts = conversion.parts.iter().enumerate();
                parts.filter_map(|(part, change)| self.leaf((index, Some(part)), change)).collect()
            }
            _ => self.leaf((index, None), change).into_iter().collect::<Vec<_>>(),
        });
        leaves.collect()
    }

    /// Without those that only read, or make folders, in modules in which nothing else is written.
    fn near(&self, leaves: Vec<Leaf>) -> Vec<Leaf> {
        let (mut near, reading): (Vec<Leaf>, Vec<Leaf>) =
            leaves.into_iter().partition(|leaf| leaf.tears() || leaf.reason.is_some());
        let written: BTreeSet<FileId> = near.iter().flat_map(|leaf| leaf.modules.iter().copied()).collect();
        near.extend(reading.into_iter().filter(|leaf| !leaf.modules.is_disjoint(&written)));
        near
    }

    fn leaf(&self, at: (usize, Option<usize>), change: &Change) -> Option<Leaf> {
        let action = change.action.core();
        if !matches!(action, Action::Thread | Action::Block(..) | Action::Step(_) | Action::Draw(_) | Action::Enter(_))
        {
            return None;
        }
        let files = &self.ground.files;
        let (mut modules, mut used) = (BTreeSet::new(), Vec::new());
        for site in change.findings.iter().map(|index| &self.ground.analysis.findings[*index].site) {
            let uses = files.uses_at(self.survey, site.function, site.range);
            if uses.iter().any(|using| !using.is_of_data()) {
                modules.insert(site.file);
            }
            used.extend(uses.into_iter().map(|using| (site.function, using)));
        }
        let hop = Hop { function: change.function, at: change.call, via: Via::Call };
        let starts = match action {
            Action::Block(..) => self.block_starts(change.function, change.call),
            Action::Enter(enter) => Ok(self.enter_starts(change.function, enter)),
            Action::Step(_) | Action::Draw(_) => Ok(self.implicit_starts(&hop)),
            _ => self.starts(&hop),
        };
        let starts = starts.unwrap_or_default();
        let rewriting = match action {
            Action::Block(..) => files.rewrites_in(self.survey, change.function, change.call),
            _ => files.rewrites(self.survey, &hop, &starts),
        };
        let rewrites_data = rewriting.as_ref().is_some_and(|rewriting| rewriting.is_of_data);
        if rewriting.is_some() && !rewrites_data {
            // Processes work on files as well.
            modules.extend(change.findings.iter().map(|index| self.ground.analysis.findings[*index].site.file));
        }
        let mut reason = rewriting.map(|rewriting| rewriting.reason);
        // It meets nobody who would have to take turns with it.
        let over = match action {
            Action::Enter(enter) => TextRange::empty(enter.statement.end()),
            _ => change.call,
        };
        if self.objects_of(change, &starts).is_none() && self.is_early(change.function, over) {
            return None;
        }
        let mut findings = Vec::new();
        if let Some(keeper) = self.keeper(&starts) {
            let name = self.name(keeper);
            reason.get_or_insert_with(|| format!("two threads could work out what `{name}` keeps"));
            modules.insert(keeper.file);
            findings = self.findings_below(keeper, &change.findings);
        }
        let objects = self.objects_of(change, &starts);
        if let Some(finding) = objects {
            let site = &self.ground.analysis.findings[finding].site;
            modules.insert(site.file);
            reason.get_or_insert_with(|| self.why_it_stays(self.api(finding)));
        }
        let objects = objects.map(|finding| self.api(finding).codemod);
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().ok();
        let functions = region.map(|region| region.functions.iter().map(|(id, _)| *id).collect()).unwrap_or_default();
        let touches = region.filter(|_| change.shares).map(|region| match action {
            Action::Block(..) => self.block_touches(change.function, change.call, region),
            Action::Thread => self.call_touches(&hop, region),
            _ => region.touches.clone(),
        });
        let shared = touches.as_ref().and_then(|touches| self.unshared(touches));
        let mut state = match (&shared, region, &touches) {
            (Some(_), Some(region), Some(touches)) => {
                let around = matches!(action, Action::Block(..)).then_some(change.function);
                self.state(region, touches, around).unwrap_or_default()
            }
            _ => State::new(),
        };
        let is_used = change.shares || matches!(action, Action::Enter(_));
        let handles = if is_used { self.state_of_handles(&change.findings) } else { State::new() };
        let of_handle = || change.findings.iter().find(|finding| self.handle(**finding).is_some());
        let shared = shared.or_else(|| Some(self.why_it_stays(self.api(*of_handle()?))).filter(|_| is_used));
        join(&mut state, handles);
        if !state.is_empty() {
            modules.extend(state.keys().map(Home::file));
            reason = shared.or(reason);
        }
        let only_looks = reason.is_none() && used.iter().all(|(_, using)| using.looks);
        let works = rewrites_data || !modules.is_empty() || used.iter().any(|(_, using)| using.writes);
        (works && !only_looks).then_some(Leaf {
            at,
            function: change.function,
            modules,
            uses: used,
            reason,
            rewrites_data,
            findings,
            objects,
            functions,
            state,
        })
    }

    /// A finding about an object that only one thread may use, unless the change makes and uses one for itself.
    fn objects_of(&self, change: &Change, starts: &Vec<Start>) -> Option<usize> {
        let hop = Hop { function: change.function, at: change.call, via: Via::Call };
        let region = self.survey.region(starts);
        let is_own = |finding: usize| match (&*region, change.action.core()) {
            (Ok(region), Action::Thread) => {
                let is_given = !region.functions.is_empty()
                    && ownership::is_thread_bound(self.resolver, change.function, change.call);
                !is_given && self.object_may_move(&hop, finding, region).is_ok()
            }
            (Ok(region), Action::Block(form, _)) if self.is_made_anywhere(finding) => {
                let block = Block { range: change.call, form: form.clone() };
                self.object_may_go_in(change.function, &block, finding, region)
            }
            (Ok(region), _) if self.is_made_anywhere(finding) => self.object_may_move(&hop, finding, region).is_ok(),
            _ => false,
        };
        change.findings.iter().copied().find(|finding| self.may_have_thread(*finding) && !is_own(*finding))
    }

    /// Those of some findings that a function leads to.
    fn findings_below(&self, function: FnId, findings: &[usize]) -> Vec<usize> {
        let below = self.survey.region(&vec![(function, Arc::default())]);
        let is_below =
            |site: FnId| (*below).as_ref().map_or(true, |region| region.functions.iter().any(|(id, _)| *id == site));
        let sites = findings.iter().copied();
        sites.filter(|finding| is_below(self.ground.analysis.findings[*finding].site.function)).collect()
    }

    /// A function that a thread would run and whose results are kept: each is worked out once.
    fn keeper(&self, starts: &Vec<Start>) -> Option<FnId> {
        let region = self.survey.region(starts);
        let functions = &(*region).as_ref().ok()?.functions;
        functions.iter().map(|(id, _)| *id).find(|id| {
            let function = self.resolver.types.world().function(*id);
            function.is_some_and(|function| {
                !function.decorators.is_empty()
                    && self.resolver.decoration(*id, function).kept
                    && !self.makes_alike(*id, function)
            })
        })
    }

    /// Whether all that a function does is to make an object that could as well be another one.
    fn makes_alike(&self, id: FnId, function: &Function) -> bool {
        let Some(ast) = self.resolver.types.ast(id.file) else { return false };
        let Some(def) = ast.def(function.range) else { return false };
        let rest = def.body.iter().filter(|stmt| !is_docstring_stmt(stmt)).collect::<Vec<_>>();
        let [Stmt::Return(ast::StmtReturn { value: Some(value), .. })] = rest[..] else { return false };
        let calls = self.survey.outline(id);
        let is_of_library = calls.calls.iter().all(|call| self.survey.follow(id, call).callees.is_empty());
        let shapes = self.resolver.shapes(id.file, value);
        let is_alike = |shape: &Shape| match shape {
            Shape::Instance(class) => {
                let mro = self.resolver.types.mro(*class);
                mro.iter().any(|base| self.resolver.catalogue().is_alike(&base.name))
            }
            _ => false,
        };
        is_of_library && !shapes.is_empty() && shapes.iter().all(is_alike)
    }

    /// Whether tasks can meet in a group: it is more than what one coroutine does, which runs once.
    fn is_shared(&self, group: &Group) -> bool {
        let functions: FxHashSet<FnId> = group.leaves.iter().map(|leaf| leaf.function).collect();
        functions.len() > 1 || functions.into_iter().any(|function| !self.runs_once(function))
    }

    /// Whether some files belong to the same program as a group does, and not to another one beside it.
    fn are_near(&self, files: &[FileId], group: &Group) -> bool {
        files.iter().any(|file| {
            let mut modules = group.modules.iter();
            modules.any(|module| self.resolver.may_hold(*file, *module) || self.resolver.may_hold(*module, *file))
        })
    }

    /// The files that start processes which have the program's state and a loop of their own. Who hands work to a pool of them has made
    /// the pool somewhere.
    fn forking(&self) -> Vec<FileId> {
        let (catalogue, types) = (self.resolver.catalogue(), &self.resolver.types);
        let own = || types.world().own_files().filter(|(file, _)| !self.resolver.is_beside_program(*file));
        let forks = |file: FileId, call: &Call| {
            let is_class = call.name.starts_with(char::is_uppercase);
            let mut made = catalogue.handovers_with_last_name(&call.name);
            if call.name != FORK && !(is_class && made.any(|made| made.on == RunsOn::Process)) {
                return false;
            }
            let ast = types.ast(file);
            let node = ast.as_ref().and_then(|ast| ast.call(call.range));
            node.is_some_and(|node| {
                let targets = self.resolver.targets(file, &node.func);
                call.name == FORK
                    || targets.iter().flat_map(|target| &target.names).any(|name| catalogue.starts_process(name))
            })
        };
        let runs_loop = |call: &Call| RUNNERS.contains(&call.name.as_str());
        // What forks goes on in both processes; a process that is made runs what it is given.
        let goes_on = |source: &SourceFile| source.facts.calls.iter().any(|call| call.name == FORK);
        let may_run_loops = || {
            let is_forked = own().any(|(_, source)| goes_on(source));
            own().any(|(file, source)| {
                let mut runs = source.facts.calls.iter().filter(|call| runs_loop(call));
                runs.any(|call| is_forked || self.is_handed_on(FnId { file, index: call.function }, RUNNER_DEPTH))
            })
        };
        let forking = own().filter(|(file, source)| source.facts.calls.iter().any(|call| forks(*file, call)));
        let forking: Vec<FileId> = forking.map(|(file, _)| file).collect();
        if forking.is_empty() || may_run_loops() { forking } else { Vec::new() }
    }

    /// Whether a function, or one that calls it, is passed on by its name.
    fn is_handed_on(&self, function: FnId, depth: usize) -> bool {
        let (index, world) = (self.resolver.index(), self.resolver.types.world());
        let Some(name) = world.function(function).map(|own| own.name.clone()).filter(|_| function.index != MODULE)
        else {
            return false;
        };
        let mut callers = index
            .calls(&name)
            .iter()
            .filter_map(|posting| Some(FnId { file: posting.0, index: world.call_at(*posting)?.function }));
        depth == 0 || !index.loads(&name).is_empty() || callers.any(|caller| self.is_handed_on(caller, depth - 1))
    }

    /// Why a thread must not work on its files: what is left on the loop works on one of them as well, and could come to it half way.
    fn torn(&self, leaf: &Leaf, changes: &[Change]) -> Option<String> {
        let files = &self.ground.files;
        let is_treated =
            |hop: &Hop| changes.iter().any(|change| change.treats(hop)) || self.is_early(hop.function, hop.at);
        let part = leaf.part(changes);
        let findings = self.ground.analysis.findings.iter().enumerate();
        let open = findings.map(|(index, finding)| (index, finding, &finding.site)).filter(|(index, finding, site)| {
            leaf.modules.contains(&site.file)
                && !part.findings.contains(index)
                && !finding.entries.iter().all(is_treated)
        });
        // In the words of the function that works on it, and in those of the coroutine.
        let others = open.flat_map(|(_, finding, site)| {
            let here = files.uses_at(self.survey, site.function, site.range);
            let here = here.into_iter().map(|using| (site.function, using));
            let left = finding.entries.iter().filter(|entry| !is_treated(entry));
            here.chain(left.flat_map(|entry| self.uses_within(entry.function, entry.at))).collect::<Vec<_>>()
        });
        let around = self.uses_within(part.function, part.call);
        let own: Vec<&(FnId, Use)> = leaf.uses.iter().chain(&around).collect();
        let mut others = others.filter(|(_, other)| !other.is_of_data());
        let (_, other) = others.find(|(place, other)| {
            let meets =
                |(function, own): &(FnId, Use)| own.may_tear(other) && self.is_one_name(*function, *place, &own.path);
            own.iter().any(|own| meets(own))
        })?;
        Some(left_half_written(&other.path))
    }

    /// What a part of a function does to files, in the words of the function.
    fn uses_within(&self, function: FnId, part: TextRange) -> Vec<(FnId, Use)> {
        let uses = self.ground.files.uses_in(self.survey, function);
        let within = uses.iter().filter(|(at, using)| part.contains_range(*at) && !using.is_of_data());
        within.map(|(_, using)| (function, using.clone())).collect()
    }

    /// Whether a path may mean the same in two functions of a module: a variable is one of the module, or of the class around both, or
    /// what both are given by one that knows both.
    fn is_one_name(&self, function: FnId, other: FnId, path: &str) -> bool {
        if function == other || path.starts_with(['"', '\'']) {
            return true;
        }
        let world = self.resolver.types.world();
        let (Some(own), Some(around)) = (world.function(function), world.function(other)) else { return false };
        let facts = self.resolver.types.facts(function.file);
        let are_near = (own.class.is_some() && own.class == around.class) || self.are_given_one(function, other, path);
        // What the methods of a class, or functions that one function calls, are given under one name may be the same.
        let is_given = |name: &str| are_near && own.parameter(name).is_some() && around.parameter(name).is_some();
        let is_local = |name: &str| {
            let is_bound =
                |binding: &Binding| [function.index, other.index].contains(&binding.function) && binding.target == name;
            let is_parameter = || own.parameter(name).is_some() || around.parameter(name).is_some();
            !is_given(name) && (is_parameter() || facts.bindings.iter().any(is_bound))
        };
        let is_of_both = |name: &String| match name.as_str() {
            "self" | "cls" => own.class.is_some() && own.class == around.class,
            root => !is_local(root),
        };
        function.file == other.file && paths::variables(path).iter().all(is_of_both)
    }

    /// Whether some function calls both of two others, and what it gives them makes one path of theirs.
    fn are_given_one(&self, function: FnId, other: FnId, path: &str) -> bool {
        let callers = |id: FnId| self.survey.callers(id, &self.ground.analysis.graph);
        let as_given = |id: FnId, edge: &Edge| {
            let ast = self.resolver.types.ast(edge.caller.file)?;
            let given = paths::names(self.survey, &ast, edge.caller, ast.call(edge.at)?, id, NAME_DEPTH);
            Some(paths::renamed(path, &given))
        };
        let (own, others) = (callers(function), callers(other));
        let pairs = own.edges.iter().flat_map(|own| others.edges.iter().map(move |other| (own, other)));
        pairs.filter(|(own, other)| own.caller == other.caller).any(|(own, other_edge)| {
            as_given(function, own).is_some_and(|text| as_given(other, other_edge) == Some(text))
        })
    }

    /// Whether everything on a loop that works on the files of a group is part of it.
    fn covers(&self, group: &Group, changes: &[Change], home: Option<TurnHome>) -> bool {
        let analysis = self.ground.analysis;
        let parts: Vec<&Change> = group.leaves.iter().map(|leaf| leaf.part(changes)).collect();
        // What runs before there is another task meets nobody.
        let is_treated = |hop: &Hop| parts.iter().any(|part| part.treats(hop)) || self.is_early(hop.function, hop.at);
        let functions: FxHashSet<FnId> = group.leaves.iter().flat_map(|leaf| &leaf.functions).copied().collect();
        let is_any = |hop: &Hop| changes.iter().any(|change| change.treats(hop));
        let calls: Vec<(FnId, TextRange)> = parts.iter().map(|part| (part.function, part.call)).collect();
        let doings = Doings { is_treated: &is_any, functions: &functions, calls: &calls };
        let is_call = |part: &Change| {
            self.resolver.types.ast(part.function.file).is_some_and(|ast| ast.call(part.call).is_some())
        };
        let works = group.leaves.iter().zip(&parts).map(|(leaf, part)| state::Work {
            of: part.function,
            at: part.call,
            is_call: *part.action.core() == Action::Thread && is_call(part),
            functions: &leaf.functions,
        });
        if !self.is_kept_by(&group.state(), &state::Turn { functions: &functions, works: works.collect() }) {
            return false;
        }
        if self.has_other_turns(group, home) {
            return false;
        }
        let objects: BTreeSet<usize> = group.leaves.iter().filter_map(|leaf| leaf.objects).collect();
        if !objects.into_iter().all(|codemod| self.is_done_by(codemod, &doings)) {
            return false;
        }
        let mut led_to = group.leaves.iter().flat_map(|leaf| &leaf.findings);
        if !led_to.all(|index| analysis.findings[*index].entries.iter().all(is_treated)) {
            return false;
        }
        let uses = |site: &Site| self.ground.files.uses_at(self.survey, site.function, site.range);
        let changes_data = |site: &Site| uses(site).iter().any(|using| using.is_of_data() && using.writes);
        let is_left = |finding: &&Finding| !finding.entries.iter().all(is_treated);
        if group.rewrites_data() {
            let may_wait = group.leaves.iter().zip(&parts).any(|(leaf, part)| {
                leaf.uses.iter().any(|(_, using)| using.is_of_data() && using.writes) && self.leaves_open(part)
            });
            if may_wait || analysis.findings.iter().filter(is_left).any(|left| changes_data(&left.site)) {
                return false;
            }
        }
        analysis.findings.iter().all(|finding| {
            let site = &finding.site;
            let api = &self.resolver.catalogue().apis[site.api as usize];
            api.kind != Kind::Disk
                || !group.modules.contains(&site.file)
                || finding.entries.iter().all(is_treated)
                || uses(site).iter().all(|using| using.looks)
        })
    }

    /// Whether other threads take turns already, on the files of a group, and none with it. Threads that take none come to files at any
    /// time, as ever.
    fn has_other_turns(&self, group: &Group, home: Option<TurnHome>) -> bool {
        let world = self.resolver.types.world();
        [TURN, SHARED_TURN].into_iter().flat_map(|name| self.resolver.index().calls(name)).any(|&posting| {
            let file = posting.0;
            // What it hands to a thread comes to a module of the group by its imports.
            let is_near = group.modules.iter().any(|module| self.resolver.may_hold(file, *module));
            let Some(call) = world.call_at(posting).filter(|_| is_near && !self.resolver.is_beside_program(file))
            else {
                return false;
            };
            let caller = FnId { file, index: call.function };
            let outline = self.survey.outline(caller);
            let Some((_, made)) = outline.call_at(call.range) else { return false };
            let follow = self.survey.follow(caller, made);
            !self.names_turn_of(file, call.range, home)
                && follow.callbacks.iter().any(|(function, _)| self.works_on(*function, group))
        })
    }

    /// Whether a call is one of the helper that is at home there.
    fn names_turn_of(&self, file: FileId, call: TextRange, home: Option<TurnHome>) -> bool {
        let types = &self.resolver.types;
        let ast = types.ast(file);
        let name = ast.as_ref().and_then(|ast| ast.call(call)?.func.as_name_expr());
        let bindings = name.map(|name| types.bindings(file, name)).unwrap_or_default();
        let is_it = |binding: &DefId| match home {
            Some(TurnHome::Module(home)) => binding.file == home,
            Some(TurnHome::Package) => has_turns(types, binding.file),
            None => false,
        };
        !bindings.is_empty() && bindings.iter().all(is_it)
    }

    /// Whether a function, or one below it, works on the files of a group.
    fn works_on(&self, function: FnId, group: &Group) -> bool {
        let files = &self.ground.files;
        let (mut open, mut seen) = (vec![function], FxHashSet::from_iter([function]));
        while let Some(id) = open.pop() {
            let is_one_of_them = group.modules.contains(&id.file)
                && files.sites(id).any(|site| {
                    // The program's own threads do to its databases what they did.
                    files.uses_at(self.survey, id, site.range).iter().any(|using| !using.is_of_data())
                });
            if is_one_of_them {
                return true;
            }
            let callees = self.ground.callees.get(&id).into_iter().flat_map(|calls| calls.values().flatten());
            open.extend(callees.filter(|callee| seen.insert(**callee)));
        }
        false
    }
}

fn left_half_written(path: &str) -> String {
    format!("what is left on the loop works on the file `{path}` too, and could find it half written")
}

/// Adds what others share.
fn join(state: &mut State, other: State) {
    for (home, names) in other {
        state.entry(home).or_default().extend(names);
    }
}

/// Puts those together that meet.
fn joined(leaves: Vec<Leaf>, meets: impl Fn(&Group, &Group) -> bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for leaf in leaves {
        let mut joined = Group::of(leaf);
        let (same, others) = groups.into_iter().partition::<Vec<_>, _>(|group| meets(group, &joined));
        groups = others;
        same.into_iter().for_each(|group| joined.join(group));
        groups.push(joined);
    }
    groups
}

/// Takes changes back, for the reasons that are given by their numbers.
fn undo(undone: &BTreeMap<usize, String>, decisions: &mut Decisions, changes: &mut Vec<Change>) {
    for (index, reason) in undone.iter().rev() {
        let change = changes.remove(*index);
        for ((function, at), decision) in decisions.iter_mut() {
            let hop = Hop { function: *function, at: *at, via: Via::Call };
            if change.treats(&hop) {
                *decision = Err(reason.clone());
            }
        }
    }
}

fn set_turn(changes: &mut [Change], (index, part): (usize, Option<usize>), home: Option<TurnHome>) {
    let change = &mut changes[index];
    match (part, &mut change.action) {
        (Some(part), Action::Convert(conversion)) => Arc::make_mut(conversion).parts[part].turn = home,
        _ => change.turn = home,
    }
}
