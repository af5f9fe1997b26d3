//! The catalogue: everything deblock knows about libraries, as data from `codemods/`.

mod leads;
mod load;
mod mutates;
mod schema;
mod target;

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

pub use leads::Origin;
pub use load::{LoadError, Source};
pub use mutates::Mutation;
pub use schema::{
    Ahead, Answer, Attach, Catches, Changes, CommonName, Condition, Crowded, DataUse, Doubles, Keyed, Kind, Lends,
    Looks, LooksAt, OneThread, ParameterOf, Pinned, RunsOn, Scopes, Setup, Severity, Slot, Tasks, Tests, Threading,
    Twin, Unless, Work,
};
pub use target::{
    ArgumentRule, CallRule, ClassRule, Helper, MemberRule, MethodRule, Opened, Operator, TakerRule, Target, Turns,
};

/// The index of an [`Api`] in [`Catalogue::apis`].
pub type ApiIndex = u32;

#[derive(Debug, Default)]
pub struct Catalogue {
    /// In the order in which their passes run.
    pub codemods: Vec<Codemod>,
    pub apis: Vec<Api>,
    /// How frameworks find the tests of a program.
    pub tests: Vec<Tests>,
    /// What tests put in the place of the program's functions and objects.
    pub doubles: Vec<Doubles>,
    /// How tasks are made, waited for and cut off.
    pub tasks: Tasks,
    /// The user's codemods, written out: two catalogues of one binary with the same text are the same.
    pub own: String,
    by_name: FxHashMap<String, Vec<ApiIndex>>,
    /// Classes all of whose public methods block, with the exceptions.
    wildcards: FxHashMap<String, (ApiIndex, Vec<String>)>,
    /// Modules whose objects programs have without importing them.
    ambient: FxHashSet<String>,
    public: FxHashMap<String, String>,
    only: FxHashMap<String, Vec<String>>,
    held: FxHashMap<String, Vec<String>>,
    runs: FxHashMap<String, Vec<Handover>>,
    /// The calls of `runs` by their last name.
    runs_by_last: FxHashMap<String, Vec<String>>,
    decorators: FxHashMap<String, RunsOn>,
    /// Decorators of functions that run at once where they are called.
    direct: FxHashSet<String>,
    /// Attributes that block when they are read, by qualified name.
    reads: FxHashMap<String, ApiIndex>,
    /// Methods that a library calls on subclasses of its classes.
    hooks: FxHashMap<String, Vec<(String, RunsOn)>>,
    /// What its own methods call on the same object, by class.
    templates: FxHashMap<String, Vec<Template>>,
    /// Those of them that do so while what they return is gone through, by qualified name.
    views: FxHashSet<String>,
    /// What calls do to a database, by qualified name.
    data: FxHashMap<String, DataUse>,
    holds: FxHashMap<String, String>,
    /// Those that are only about what other tasks would do meanwhile.
    holds_for_tasks: FxHashSet<String>,
    /// Each with the Python from which it no longer holds, if there is one.
    bound: FxHashMap<String, (String, Option<(u8, u8)>)>,
    looks: Vec<Looks>,
    /// The rules of `looks`, by the last names of their calls.
    looks_by_last: FxHashMap<String, Vec<usize>>,
    /// The last names of the apis that set something up.
    set_up_names: FxHashSet<String>,
    /// Attributes and classes whose instances belong to a thread, or to all tasks.
    bound_places: FxHashMap<String, String>,
    bound_classes: FxHashMap<String, String>,
    /// The calls and attributes that are about what all tasks have.
    shared: FxHashSet<String>,
    /// Those that calls of some kinds depend on.
    pub upsets: Vec<Upset>,
    bound_last_names: FxHashSet<String>,
    /// The apis that compute.
    works: Vec<ApiIndex>,
    /// What another process does as well as this one, by qualified name; all that a module or class has under `*`.
    pure: FxHashSet<String>,
    mutations: mutates::Mutations,
    guards: FxHashSet<String>,
    /// Calls that take no time, by qualified name; all methods of a class under `*`.
    instant: FxHashSet<String>,
    /// Containers that lend out what is in them, by class.
    lends: FxHashMap<String, Lends>,
    /// The last names of the methods that take something out of one.
    taking_names: FxHashSet<String>,
    /// Calls that say what makes the value of a parameter, with the argument that does.
    injects: FxHashMap<String, String>,
    /// Calls that mind exceptions of the classes that they are given.
    catches: FxHashMap<String, Catches>,
    /// Decorators of functions of either colour, with the arguments for which they are not.
    either: FxHashMap<String, Vec<String>>,
    alike: FxHashSet<String>,
    endless: FxHashSet<String>,
    /// Decorators of endpoints.
    endpoints: FxHashSet<String>,
    same: FxHashSet<String>,
    joins: FxHashSet<String>,
    unique: Vec<String>,
    memory: FxHashSet<String>,
    /// The last names of both.
    path_names: FxHashSet<String>,
    variants: FxHashSet<String>,
    /// What runs loops of its own, see `loops` in `codemods/README.md`.
    pub loops: Vec<String>,
    /// The methods of those.
    variant_methods: FxHashSet<String>,
    yielded: FxHashSet<String>,
    /// Names under which a server is told what to run before it takes requests.
    pub starts: FxHashSet<String>,
    /// Attributes of applications that keep what all that runs for them shares.
    pub states: FxHashSet<String>,
    /// What decorators among `starts` are told for that.
    pub start_events: FxHashSet<String>,
    /// Arguments for what a server enters when it starts, and leaves when it ends.
    pub lifespans: FxHashSet<String>,
    /// Top-level modules that copy objects with all that they have.
    pub copies: FxHashSet<String>,
    /// Methods that give another object with what the old one has.
    pub remakes: FxHashSet<String>,
    /// What frameworks give for parameters without annotation.
    pub parameters: Vec<ParameterOf>,
    /// The classes of what calls give whose annotations do not say it, by call.
    pub results: FxHashMap<String, String>,
    keyed: FxHashMap<String, Keyed>,
    /// The strictest rule about threads among the methods of a class.
    threading: FxHashMap<String, Threading>,
    /// What has apis: modules and classes.
    owners: FxHashSet<String>,
    foreign: FxHashMap<String, String>,
    /// What runs code under cancel scopes.
    pub scopes: Vec<Scopes>,
    twins: FxHashMap<String, Twin>,
    /// For a top-level module, the module below it that all of its apis are in.
    parts: FxHashMap<String, String>,
}

/// What the apis of a group have in common.
struct Described<'a> {
    codemod: usize,
    file: &'a schema::CodemodFile,
    group: &'a schema::ApiGroup,
    kind: Kind,
}

/// What calls of some kinds depend on, and a call changes for the whole process.
#[derive(Debug)]
pub struct Upset {
    /// The call, qualified.
    pub name: String,
    pub kinds: Vec<Kind>,
    pub reason: String,
}

#[derive(Debug)]
pub struct Codemod {
    pub name: String,
    pub order: u32,
    pub summary: String,
    pub guide: String,
    pub stubs: Vec<(String, String)>,
    /// The libraries that can take its place, by name.
    pub targets: Vec<(String, Target)>,
    /// Where it comes from, if it is the user's own.
    pub folder: Option<PathBuf>,
    /// What follows a set-up by one of its apis.
    pub setup: Option<Setup>,
    pub pinned: Vec<Pinned>,
    pub crowded: Vec<Crowded>,
    pub one_thread: Option<OneThread>,
    pub ahead: Option<Ahead>,
    pub kinds: Vec<Kind>,
}

/// A blocking call of a library.
#[derive(Debug)]
pub struct Api {
    /// `requests.Session.get`; `*` as the last part stands for every public method.
    pub name: String,
    pub codemod: usize,
    pub kind: Kind,
    pub severity: Severity,
    /// The rule of other linters about the same call.
    pub alias: Option<String>,
    pub why: String,
    pub unless: Vec<Condition>,
    pub when: Vec<Condition>,
    pub thread: Threading,
    pub reason: Option<String>,
    pub lazy: bool,
    pub swap: Option<String>,
    pub changes: Changes,
    pub sources: Vec<Slot>,
    pub files: Vec<Slot>,
    pub makes: Vec<Condition>,
    pub pure: bool,
    pub looks: bool,
    pub fresh: bool,
    /// It only asks the file system what a path is.
    pub metadata: bool,
    /// It sets something up, and what follows from that is what blocks: see [`Setup`].
    pub sets_up: bool,
    /// It stands for classes of the program that derive from it, of which one of these methods blocks.
    pub through: Vec<String>,
    /// It waits for what is set up, and only for that.
    pub follows: bool,
    /// What tells that it does not block.
    pub unless_told: Vec<Answer>,
    /// It waits for who has the object, until this method gives it back.
    pub until: Option<String>,
    /// It computes so much at least that no other thread runs meanwhile.
    pub work: Option<Work>,
}

/// Methods of a library's class that call others, which subclasses define.
#[derive(Debug, Clone)]
pub struct Template {
    methods: Vec<String>,
    pub through: Vec<String>,
    /// They do so while what they return is gone through, not before.
    pub lazy: bool,
}

/// A parameter whose function runs somewhere.
#[derive(Debug, Clone)]
pub struct Handover {
    pub on: RunsOn,
    pub argument: Option<String>,
    pub at: Option<usize>,
    /// It runs while what the call returns is gone through, not before the call returns.
    pub lazy: bool,
}

impl Catalogue {
    /// The built-in codemods and those in `folders`.
    ///
    /// # Errors
    /// When a codemod of the user cannot be read or is not in the format.
    pub fn load(folders: &[PathBuf]) -> Result<Self, LoadError> {
        let mut sources = load::built_in()?;
        for folder in folders {
            sources.extend(load::user(folder)?);
        }
        let own = sources.iter().filter(|source| source.folder.is_some());
        let own = format!("{:?}", own.collect::<Vec<_>>());
        Ok(Self { own, ..Self::of(sources)? })
    }

    /// These codemods and no others.
    ///
    /// # Errors
    /// When two have the same name.
    pub fn of(mut sources: Vec<Source>) -> Result<Self, LoadError> {
        sources.sort_by(|a, b| (a.file.order, &a.file.name).cmp(&(b.file.order, &b.file.name)));
        let mut catalogue = Self::default();
        for source in sources {
            catalogue.add(source)?;
        }
        catalogue.parts = catalogue.find_parts();
        Ok(catalogue)
    }

    fn add(&mut self, source: load::Source) -> Result<(), LoadError> {
        let file = source.file;
        if self.codemods.iter().any(|codemod| codemod.name == file.name) {
            return Err(LoadError::Invalid {
                path: source.folder.unwrap_or_default(),
                message: format!("there is a codemod called `{}` already", file.name),
            });
        }
        let codemod = self.codemods.len();
        let mut kinds: Vec<Kind> = Vec::new();
        for group in &file.api {
            let Some(kind) = group.kind.or(file.kind) else { continue };
            if file.ambient && may_be_class(&group.of) {
                self.ambient.insert(group.of.split('.').next().unwrap_or_default().to_owned());
            }
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
            let described = Described { codemod, file: &file, group, kind };
            for call in &group.calls {
                self.add_api(&described, call);
            }
            for read in &group.reads {
                self.reads.insert(format!("{}.{read}", group.of), self.apis.len() as ApiIndex);
                self.push_api(&described, read);
            }
        }
        self.alike.extend(file.alike.iter().cloned());
        self.endless.extend(file.endless.iter().cloned());
        self.path_names.extend(file.same.iter().chain(&file.joins).map(|name| last(name).to_owned()));
        self.same.extend(file.same);
        self.joins.extend(file.joins);
        self.unique.extend(file.unique);
        self.memory.extend(file.memory);
        self.variants.extend(file.variants.iter().cloned());
        self.loops.extend(file.loops.iter().cloned());
        self.variant_methods.extend(file.variants.iter().map(|variant| last(variant).to_owned()));
        self.yielded.extend(file.yielded.iter().cloned());
        self.starts.extend(file.starts.iter().cloned());
        self.states.extend(file.states.iter().cloned());
        self.start_events.extend(file.start_events);
        self.lifespans.extend(file.lifespans);
        self.copies.extend(file.copies);
        self.remakes.extend(file.remakes);
        self.parameters.extend(file.parameters.iter().cloned());
        self.results.extend(file.results.iter().map(|result| (result.call.clone(), result.class.clone())));
        self.keyed.extend(file.keyed.iter().map(|keyed| (keyed.call.clone(), keyed.clone())));
        for runs in &file.runs {
            if let Some(call) = &runs.call {
                if !self.runs.contains_key(call) {
                    self.runs_by_last.entry(last(call).to_owned()).or_default().push(call.clone());
                }
                self.runs.entry(call.clone()).or_default().push(Handover {
                    on: runs.on,
                    argument: runs.argument.clone(),
                    at: runs.at,
                    lazy: runs.lazy,
                });
            }
            if let Some(decorator) = &runs.decorator {
                self.decorators.insert(decorator.clone(), runs.on);
                if file.endpoints && runs.on == RunsOn::Thread {
                    self.endpoints.insert(decorator.clone());
                }
                if runs.direct {
                    self.direct.insert(decorator.clone());
                }
            }
            if let Some(class) = &runs.class
                && !runs.through.is_empty()
            {
                let (methods, through) = (runs.methods.clone(), runs.through.clone());
                if runs.lazy {
                    self.views.extend(through.iter().map(|method| format!("{class}.{method}")));
                }
                let template = Template { methods, through, lazy: runs.lazy };
                self.templates.entry(class.clone()).or_default().push(template);
            } else if let Some(class) = &runs.class {
                let methods = runs.methods.iter().map(|method| (method.clone(), runs.on));
                self.hooks.entry(class.clone()).or_default().extend(methods);
            }
        }
        for data in &file.data {
            let mut note = |calls: &[String], mark: fn(&mut DataUse)| {
                for call in calls {
                    mark(self.data.entry(format!("{}.{call}", data.of)).or_default());
                }
            };
            note(&data.reads, |using| using.reads = true);
            note(&data.changes, |using| using.changes = true);
            note(&data.statements, |using| using.states = true);
            note(&data.ends, |using| using.ends = true);
        }
        for holds in &file.holds {
            self.holds.insert(holds.manager.clone(), holds.reason.clone());
            if holds.tasks {
                self.holds_for_tasks.insert(holds.manager.clone());
            }
        }
        self.catches.extend(file.catches.iter().map(|catches| (catches.call.clone(), catches.clone())));
        self.either.extend(file.either.iter().map(|either| (either.decorator.clone(), either.unless.clone())));
        self.injects.extend(file.injects.iter().map(|injects| (injects.call.clone(), injects.argument.clone())));
        self.guards.extend(file.guards.iter().map(|guards| guards.manager.clone()));
        for instant in &file.instant {
            self.instant.extend(instant.calls.iter().map(|call| format!("{}.{call}", instant.of)));
        }
        file.mutates.iter().for_each(|rule| self.mutations.add(rule));
        for pure in &file.pure {
            self.pure.extend(pure.calls.iter().map(|call| format!("{}.{call}", pure.of)));
        }
        for lends in &file.lends {
            self.taking_names.extend(lends.takes.iter().cloned());
            self.lends.insert(lends.of.clone(), lends.clone());
        }
        self.scopes.extend(file.scopes);
        for foreign in &file.foreign {
            self.foreign.insert(foreign.module.clone(), foreign.reason.clone());
        }
        for twin in file.twin {
            self.twins.insert(twin.of.clone(), twin);
        }
        for bound in &file.bound {
            for call in &bound.calls {
                if bound.until.is_none() {
                    self.bound_last_names.insert(call.clone());
                }
                self.bound.insert(format!("{}.{call}", bound.of), (bound.reason.clone(), bound.until));
            }
            for attribute in &bound.attributes {
                self.bound_places.insert(format!("{}.{attribute}", bound.of), bound.reason.clone());
            }
            if bound.instances {
                self.bound_classes.insert(bound.of.clone(), bound.reason.clone());
            }
            if !bound.upsets.is_empty() {
                self.upsets.extend(bound.calls.iter().map(|call| Upset {
                    name: format!("{}.{call}", bound.of),
                    kinds: bound.upsets.clone(),
                    reason: bound.reason.clone(),
                }));
            }
            if bound.shared {
                let names = bound.calls.iter().chain(&bound.attributes);
                self.shared.extend(names.map(|name| format!("{}.{name}", bound.of)));
            }
        }
        self.tasks.extend(file.tasks);
        self.tests.extend(file.tests);
        self.doubles.extend(file.doubles);
        for looks in file.looks {
            for call in &looks.calls {
                self.looks_by_last.entry(call.clone()).or_default().push(self.looks.len());
            }
            self.looks.push(looks);
        }
        self.public.extend(file.public);
        self.only.extend(file.only);
        for (module, held) in file.held {
            self.held.entry(module).or_default().extend(held);
        }
        self.codemods.push(Codemod {
            name: file.name,
            order: file.order,
            summary: file.summary,
            guide: source.guide,
            stubs: source.stubs,
            targets: source.targets,
            folder: source.folder,
            setup: file.setup,
            ahead: file.ahead,
            pinned: file.pinned,
            crowded: file.crowded,
            one_thread: file.one_thread,
            kinds,
        });
        Ok(())
    }

    fn add_api(&mut self, of: &Described<'_>, call: &str) {
        let group = of.group;
        let index = self.apis.len() as ApiIndex;
        let name = format!("{}.{call}", group.of);
        self.owners.insert(group.of.clone());
        if group.thread > Threading::Needless && group.thread < Threading::Loop {
            let threading = self.threading.entry(group.of.clone()).or_default();
            *threading = (*threading).max(group.thread);
        }
        if group.work.is_some() {
            self.works.push(index);
        } else if call == "*" {
            self.wildcards.insert(group.of.clone(), (index, group.except.clone()));
        } else {
            self.by_name.entry(name).or_default().push(index);
        }
        if group.setup {
            self.set_up_names.insert(call.to_owned());
        }
        self.push_api(of, call);
    }

    fn push_api(&mut self, Described { codemod, file, group, kind }: &Described<'_>, call: &str) {
        self.apis.push(Api {
            name: format!("{}.{call}", group.of),
            codemod: *codemod,
            kind: *kind,
            severity: group.severity.unwrap_or_else(|| kind.default_severity()),
            alias: group.alias.clone().or_else(|| file.alias.clone()),
            why: group.why.clone().or_else(|| file.why.clone()).unwrap_or_default(),
            unless: group.unless.clone(),
            when: group.when.clone(),
            thread: group.thread,
            reason: group.reason.clone(),
            lazy: group.lazy,
            swap: group.swap.clone(),
            changes: group.changes.clone(),
            sources: group.sources.clone(),
            files: group.files.clone(),
            makes: group.makes.clone(),
            pure: group.pure,
            looks: group.looks,
            fresh: group.fresh,
            metadata: group.metadata,
            sets_up: group.setup,
            through: group.through.clone(),
            follows: group.follows,
            unless_told: group.unless_told.clone(),
            until: group.until.clone(),
            work: group.work,
        });
    }

    /// The apis that compute, and let no other thread run meanwhile.
    pub fn works(&self) -> impl Iterator<Item = (ApiIndex, &Api, Work)> {
        self.works.iter().filter_map(|index| {
            let api = self.apis.get(*index as usize)?;
            Some((*index, api, api.work?))
        })
    }

    /// Whether a call gives the same in any process, and changes nothing but what it is called on.
    #[must_use]
    pub fn is_pure(&self, name: &str) -> bool {
        let around = name.rsplit_once('.').map(|(of, _)| format!("{of}.*"));
        self.pure.contains(name) || around.is_some_and(|all| self.pure.contains(&all))
    }

    /// Has calls stay that only ask the file system what a path is.
    pub fn leave_metadata(&mut self) {
        for api in self.apis.iter_mut().filter(|api| api.metadata && api.thread == Threading::Safe) {
            api.thread = Threading::Needless;
            api.reason = Some("it only asks the file system what a path is, which the configuration leaves".to_owned());
        }
    }

    /// Whether a file is there for tests, going by its path.
    #[must_use]
    pub fn is_for_tests(&self, path: &str) -> bool {
        let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
        // The folder of a program that is looked at from elsewhere says nothing.
        let folders = if folders.starts_with('/') { "" } else { folders };
        self.tests.iter().any(|tests| {
            tests.files.iter().any(|pattern| fits(pattern, file))
                || folders.split('/').any(|folder| tests.folders.iter().any(|pattern| fits(pattern, folder)))
        })
    }

    /// Whether objects of `class` are locks: a `with` takes one, and gives it back in the thread that took it.
    #[must_use]
    pub fn is_lock(&self, class: &str) -> bool {
        self.holds(class).is_some() && self.by_name.contains_key(&format!("{class}.__enter__"))
    }

    /// What follows a set-up by an api.
    #[must_use]
    pub fn setup(&self, api: ApiIndex) -> Option<&Setup> {
        let api = self.apis.get(api as usize).filter(|api| api.sets_up)?;
        self.codemods.get(api.codemod)?.setup.as_ref()
    }

    /// Whether an api that sets something up has this last name.
    #[must_use]
    pub fn may_set_up(&self, name: &str) -> bool {
        self.set_up_names.contains(name)
    }

    /// The last names of the apis that set something up.
    pub fn set_up_names(&self) -> impl Iterator<Item = &str> {
        self.set_up_names.iter().map(String::as_str)
    }

    /// The asynchronous class that does what `class` does.
    #[must_use]
    pub fn twin(&self, class: &str) -> Option<&Twin> {
        self.twins.get(class)
    }

    /// The apis called `name`. Several differ by their conditions.
    #[must_use]
    pub fn apis_named(&self, name: &str) -> &[ApiIndex] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The api that stands for every public method of `class`.
    #[must_use]
    pub fn wildcard(&self, class: &str, method: &str) -> Option<ApiIndex> {
        let (index, except) = self.wildcards.get(class)?;
        (!method.starts_with('_') && !except.iter().any(|name| name == method)).then_some(*index)
    }

    /// The module under which people import what `module` defines, where that is another one.
    #[must_use]
    pub fn public_name(&self, module: &str) -> Option<&str> {
        self.public.get(module).map(String::as_str)
    }

    /// Defining modules, with the ones under which people import from them.
    #[must_use]
    pub fn public_names(&self) -> FxHashMap<String, String> {
        self.public.clone()
    }

    /// Who runs what is handed to the function, method or class called `name`.
    #[must_use]
    pub fn handovers(&self, name: &str) -> &[Handover] {
        self.runs.get(name).map_or(&[], Vec::as_slice)
    }

    /// All handovers whose last name is `name`.
    pub fn handovers_with_last_name(&self, name: &str) -> impl Iterator<Item = &Handover> + use<'_> {
        let calls = self.runs_by_last.get(name).into_iter().flatten();
        calls.filter_map(|call| self.runs.get(call)).flatten()
    }

    /// Whether a call of this name starts a process: one of its library with the same last name does, wherever that defines it.
    #[must_use]
    pub fn starts_process(&self, name: &str) -> bool {
        let top = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        self.runs.iter().any(|(call, handovers)| {
            last(call) == last(name)
                && top(call) == top(name)
                && handovers.iter().any(|handover| handover.on == RunsOn::Process)
        })
    }

    /// The api that reading the attribute `name`, qualified by its class, is.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<ApiIndex> {
        self.reads.get(name).copied()
    }

    /// The top-level module and the last name of each attribute that blocks when it is read.
    pub fn reads(&self) -> impl Iterator<Item = (&str, &str)> {
        self.reads.keys().filter_map(|name| Some((name.split('.').next()?, last(name))))
    }

    /// Whether a function under the decorator `name` runs at once when it is called.
    #[must_use]
    pub fn is_direct(&self, name: &str) -> bool {
        self.direct.contains(name)
    }

    /// Where a function under the decorator `name` runs.
    #[must_use]
    pub fn decorator(&self, name: &str) -> Option<RunsOn> {
        self.decorators.get(name).copied()
    }

    /// Whether what is under the decorator `name` runs in a thread as a plain function, and on the loop as a coroutine function.
    #[must_use]
    pub fn is_for_endpoints(&self, name: &str) -> bool {
        self.endpoints.contains(name)
    }

    /// Where a library runs `method` of what derives from its `class`.
    #[must_use]
    pub fn hook(&self, class: &str, method: &str) -> Option<RunsOn> {
        self.hooks.get(class)?.iter().find(|(pattern, _)| fits(pattern, method)).map(|(_, on)| *on)
    }

    /// Whether a library awaits what some methods give of what derives from its `class`.
    #[must_use]
    pub fn awaits_hooks(&self, class: &str) -> bool {
        self.hooks.get(class).is_some_and(|hooks| hooks.iter().any(|(_, on)| *on == RunsOn::Awaited))
    }

    /// The methods of a library's `class` that call `method` of what derives from it.
    pub fn templates(&self, class: &str, method: &str) -> impl Iterator<Item = &Template> {
        let templates = self.templates.get(class).map_or(&[][..], Vec::as_slice);
        templates.iter().filter(move |template| template.methods.iter().any(|pattern| fits(pattern, method)))
    }

    /// Whether a method of a library calls others on the same object while what it returns is gone through.
    #[must_use]
    pub fn is_view(&self, name: &str) -> bool {
        self.views.contains(name)
    }

    /// Whether there is such a method with this last name.
    #[must_use]
    pub fn may_be_view(&self, name: &str) -> bool {
        self.views.iter().any(|view| last(view) == name)
    }

    /// What a call does to the data of a database, as far as that matters to other tasks.
    #[must_use]
    pub fn data_use(&self, api: &str) -> Option<DataUse> {
        self.data.get(api).copied()
    }

    /// Why nothing may be awaited under this context manager.
    #[must_use]
    pub fn holds(&self, manager: &str) -> Option<&str> {
        self.holds.get(manager).map(String::as_str)
    }

    /// The same in a program that may have one task only.
    #[must_use]
    pub fn holds_with(&self, manager: &str, is_sequential: bool) -> Option<&str> {
        self.holds(manager).filter(|_| !is_sequential || !self.holds_for_tasks.contains(manager))
    }

    /// Why a function that makes this call must stay on the loop's thread, in a program whose oldest Python is `minimum`.
    #[must_use]
    pub fn bound(&self, name: &str, minimum: Option<(u8, u8)>) -> Option<&str> {
        let (reason, until) = self.bound.get(name)?;
        until.is_none_or(|until| minimum.is_some_and(|minimum| minimum < until)).then_some(reason)
    }

    /// What calls of this last name may look at beside their arguments.
    pub fn looks(&self, last_name: &str) -> impl Iterator<Item = &Looks> {
        self.looks_by_last.get(last_name).into_iter().flatten().filter_map(|index| self.looks.get(*index))
    }

    /// The texts that make calls look at something where they stand in a program.
    pub fn spelled(&self) -> impl Iterator<Item = &str> {
        self.looks.iter().flat_map(|looks| &looks.spelled).map(String::as_str)
    }

    /// Why an attribute must not be changed by another thread.
    #[must_use]
    pub fn bound_place(&self, name: &str) -> Option<&str> {
        self.bound_places.get(name).map(String::as_str)
    }

    /// The classes whose instances are not the same in other threads, with the reasons.
    pub fn bound_classes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.bound_classes.iter().map(|(class, reason)| (class.as_str(), reason.as_str()))
    }

    /// Whether a call or an attribute is about what all tasks have.
    #[must_use]
    pub fn is_shared(&self, name: &str) -> bool {
        self.shared.contains(name)
    }

    /// Whether all threads may use an object of `class`, as far as the catalogue knows it.
    #[must_use]
    pub fn is_for_all_threads(&self, class: &str) -> bool {
        self.owners.contains(class) && self.threading(class) <= Threading::Needless
    }

    /// The strictest rule about threads among the methods of `class`.
    #[must_use]
    pub fn threading(&self, class: &str) -> Threading {
        self.threading.get(class).copied().unwrap_or_default()
    }

    /// Whether any object of `class` that was made in the same way does as well.
    #[must_use]
    pub fn is_alike(&self, class: &str) -> bool {
        self.alike.contains(class)
    }

    /// Whether iterators of `class` do not come to an end.
    #[must_use]
    pub fn is_endless(&self, class: &str) -> bool {
        self.endless.contains(class)
    }

    /// Whether a method of this name may give another form of a function.
    #[must_use]
    pub fn may_be_variant(&self, method: &str) -> bool {
        self.variant_methods.contains(method)
    }

    /// Whether `method` of what `decorator` makes of a function gives another form of the function.
    #[must_use]
    pub fn is_variant(&self, decorator: &str, method: &str) -> bool {
        self.may_be_variant(method) && self.variants.contains(&format!("{decorator}.{method}"))
    }

    /// Whether objects of `class` have as attributes what asynchronous generators yield in dictionaries.
    #[must_use]
    pub fn is_yielded(&self, class: &str) -> bool {
        self.yielded.contains(class)
    }

    /// The argument of a call, which makes a key, that is the class of what is stored under the key.
    #[must_use]
    pub fn keyed(&self, call: &str) -> Option<&Keyed> {
        self.keyed.get(call)
    }

    /// The argument of a call, in the default of a parameter, that makes the value of the parameter.
    #[must_use]
    pub fn injects(&self, call: &str) -> Option<&str> {
        self.injects.get(call).map(String::as_str)
    }

    /// Whether a call of this name takes no time worth speaking of.
    #[must_use]
    pub fn is_instant(&self, name: &str) -> bool {
        self.instant.contains(name)
            || name.rsplit_once('.').is_some_and(|(of, _)| self.instant.contains(&format!("{of}.*")))
    }

    /// The container that a call of this name takes something out of.
    #[must_use]
    pub fn lender(&self, name: &str) -> Option<&Lends> {
        let (of, call) = name.rsplit_once('.')?;
        self.lends.get(of).filter(|lends| lends.takes.iter().any(|take| take == call))
    }

    /// What a call, by its qualified name, does with classes of exceptions that it is given.
    #[must_use]
    pub fn catches(&self, call: &str) -> Option<&Catches> {
        self.catches.get(call)
    }

    /// Whether a decorator may be one that takes coroutine functions as well, by its last name.
    #[must_use]
    pub fn may_take_either(&self, last_name: &str) -> bool {
        self.either.keys().any(|decorator| last(decorator) == last_name)
    }

    /// The arguments with which a decorator, by its qualified name, takes no coroutine functions; `None` if it never does.
    #[must_use]
    pub fn takes_either(&self, decorator: &str) -> Option<&[String]> {
        self.either.get(decorator).map(Vec::as_slice)
    }

    /// Whether a call of this last name may do something with classes of exceptions.
    #[must_use]
    pub fn may_catch(&self, last_name: &str) -> bool {
        self.catches.keys().any(|call| call.rsplit('.').next() == Some(last_name))
    }

    /// Whether a method of this name may take something out of a container.
    #[must_use]
    pub fn may_take_out(&self, method: &str) -> bool {
        self.taking_names.contains(method)
    }

    /// Whether only one task at a time runs under this context manager.
    #[must_use]
    pub fn guards(&self, manager: &str) -> bool {
        self.guards.contains(manager)
    }

    /// Whether a call of this last name may only give another form of a path, or put one together.
    #[must_use]
    pub fn is_path_name(&self, last_name: &str) -> bool {
        self.path_names.contains(last_name)
    }

    /// Whether a call gives the path that it is given, in another form.
    #[must_use]
    pub fn is_same_path(&self, name: &str) -> bool {
        self.same.contains(name)
    }

    /// Whether a call gives the same path for the same arguments.
    #[must_use]
    pub fn joins_path(&self, name: &str) -> bool {
        self.joins.contains(name)
    }

    /// The calls that make a name which nobody else has.
    pub fn unique(&self) -> impl Iterator<Item = &str> {
        let files = self.apis.iter().filter(|api| api.fresh).map(|api| api.name.as_str());
        self.unique.iter().map(String::as_str).chain(files)
    }

    /// Whether objects of `class` are files in memory.
    #[must_use]
    pub fn is_in_memory(&self, class: &str) -> bool {
        self.memory.contains(class)
    }

    /// Why asyncio has no place in a file that imports the top-level module `module`.
    #[must_use]
    pub fn foreign(&self, module: &str) -> Option<&str> {
        self.foreign.get(module).map(String::as_str)
    }

    #[must_use]
    pub fn is_bound_last_name(&self, name: &str) -> bool {
        self.bound_last_names.contains(name)
    }

    #[must_use]
    pub fn codemod(&self, name: &str) -> Option<&Codemod> {
        self.codemods.iter().find(|codemod| codemod.name == name)
    }

    /// The files of a folder of stub packages, as (path, text).
    pub fn stub_files(&self) -> Vec<(String, String)> {
        let mut modules: FxHashMap<&str, &str> = FxHashMap::default();
        for codemod in &self.codemods {
            for (module, text) in &codemod.stubs {
                modules.insert(module, text);
            }
        }
        let mut files = FxHashMap::default();
        let names: Vec<&str> = modules.keys().copied().collect();
        for (module, text) in &modules {
            let is_package =
                names.iter().any(|other| other.strip_prefix(module).is_some_and(|rest| rest.starts_with('.')));
            let mut parts: Vec<&str> = module.split('.').collect();
            let top = format!("{}-stubs", parts[0]);
            // A partial stub package leaves what it does not have to the library.
            files.insert(format!("{top}/py.typed"), "partial\n".to_owned());
            let mut folder = top.clone();
            parts.remove(0);
            let last_part = if is_package || parts.is_empty() { None } else { parts.pop() };
            for part in parts {
                files.entry(format!("{folder}/__init__.pyi")).or_insert_with(opaque);
                folder = format!("{folder}/{part}");
            }
            match last_part {
                Some(part) => {
                    files.entry(format!("{folder}/__init__.pyi")).or_insert_with(opaque);
                    files.insert(format!("{folder}/{part}.pyi"), (*text).to_owned());
                }
                None => {
                    files.insert(format!("{folder}/__init__.pyi"), (*text).to_owned());
                }
            }
        }
        files.into_iter().collect()
    }
}

/// Whether a name is what a pattern says, in which a `*` stands for any text.
#[must_use]
pub fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)),
        None => pattern == name,
    }
}

/// A package that only leads to the modules below it.
fn opaque() -> String {
    "from typing import Any\ndef __getattr__(name: str) -> Any: ...\n".to_owned()
}

/// Whether what an api is `of` may be a class, going by its name: `redis.Redis`, but `psycopg2.extensions.cursor` as well.
fn may_be_class(of: &str) -> bool {
    let name = last(of);
    name.starts_with(char::is_uppercase) || name.len() < of.len()
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
