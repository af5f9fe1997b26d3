//! The catalogue: everything deblock knows about libraries, as data from `codemods/`.

mod add;
mod leads;
mod leaves;
mod load;
mod mutates;
mod paths;
mod runs;
mod schema;
mod stubs;
mod target;
mod threads;
mod touches;

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

pub use leads::{Origin, Takes};
pub use leaves::Leaves;
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
pub use touches::Touches;

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
    /// What methods of libraries run in threads of their own, on the same object.
    starters: FxHashMap<String, Vec<String>>,
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
    /// Those of functions of modules.
    bound_functions: FxHashSet<String>,
    /// The apis that compute.
    works: Vec<ApiIndex>,
    /// What another process does as well as this one, by qualified name; all that a module or class has under `*`.
    pure: FxHashSet<String>,
    mutations: mutates::Mutations,
    touches: touches::AllTouches,
    left: leaves::Left,
    guards: FxHashSet<String>,
    /// Calls that take no time, by qualified name; all methods of a class under `*`.
    instant: FxHashSet<String>,
    /// Calls that ask a clock, by qualified name.
    clocks: FxHashSet<String>,
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
    derives: FxHashSet<String>,
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
    /// Calls, and methods by their last names, that give another object each time, and classes all of whose objects' calls do.
    pub makers: FxHashSet<String>,
    /// Calls that give all who ask for it under one name the same object.
    pub registries: FxHashSet<String>,
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

/// What some calls depend on, and a call changes for the whole process.
#[derive(Debug)]
pub struct Upset {
    /// The call, qualified.
    pub name: String,
    pub kinds: Vec<Kind>,
    /// What depends on it beside calls of these kinds, as code names it.
    pub uses: Vec<String>,
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
    pub removes: Vec<Slot>,
    /// The argument for the command of a process.
    pub command: Option<Slot>,
    pub files: Vec<Slot>,
    pub makes: Vec<Condition>,
    pub pure: bool,
    pub looks: bool,
    pub fresh: bool,
    /// It tells what is in a folder.
    pub lists: bool,
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
    pub takes: Takes,
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
    /// The parameters that hold all that it is given.
    pub passes: Vec<String>,
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

    /// The apis that compute, and let no other thread run meanwhile.
    pub fn works(&self) -> impl Iterator<Item = (ApiIndex, &Api, Work)> {
        self.works.iter().filter_map(|index| {
            let api = self.apis.get(*index as usize)?;
            Some((*index, api, api.work?))
        })
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

    /// The api that reading the attribute `name`, qualified by its class, is.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<ApiIndex> {
        self.reads.get(name).copied()
    }

    /// The top-level module and the last name of each attribute that blocks when it is read.
    pub fn reads(&self) -> impl Iterator<Item = (&str, &str)> {
        self.reads.keys().filter_map(|name| Some((name.split('.').next()?, last(name))))
    }

    /// What a call does to the data of a database, as far as that matters to other tasks.
    #[must_use]
    pub fn data_use(&self, api: &str) -> Option<DataUse> {
        self.data.get(api).copied()
    }

    /// Whether iterators of `class` do not come to an end.
    #[must_use]
    pub fn is_endless(&self, class: &str) -> bool {
        self.endless.contains(class)
    }

    #[must_use]
    pub fn codemod(&self, name: &str) -> Option<&Codemod> {
        self.codemods.iter().find(|codemod| codemod.name == name)
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

/// Whether what an api is `of` may be a class, going by its name: `redis.Redis`, but `psycopg2.extensions.cursor` as well.
fn may_be_class(of: &str) -> bool {
    let name = last(of);
    name.starts_with(char::is_uppercase) || name.len() < of.len()
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
