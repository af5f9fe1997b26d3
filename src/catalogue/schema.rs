//! The format of `codemod.toml`, as described in `codemods/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::mutates::Mutates;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CodemodFile {
    pub name: String,
    pub order: u32,
    pub summary: String,
    #[serde(default)]
    pub kind: Option<Kind>,
    #[serde(default)]
    pub alias: Option<String>,
    #[serde(default)]
    pub why: Option<String>,
    /// Objects of these apis come without an import of their module.
    #[serde(default)]
    pub ambient: bool,
    #[serde(default)]
    pub public: BTreeMap<String, String>,
    /// Modules of which only these names lead to objects that apis are called on.
    #[serde(default)]
    pub only: BTreeMap<String, Vec<String>>,
    /// Modules whose objects hold objects of other ones, where no stub of the codemod says so.
    #[serde(default)]
    pub held: BTreeMap<String, Vec<String>>,
    /// Classes of which two objects that were made in the same way do the same.
    #[serde(default)]
    pub alike: Vec<String>,
    /// Calls that give the path that they are given, in another form.
    #[serde(default)]
    pub same: Vec<String>,
    /// What its decorators run in threads is run on the loop where it is a coroutine function.
    #[serde(default)]
    pub endpoints: bool,
    /// Calls that give the same path for the same arguments, whenever they are made.
    #[serde(default)]
    pub joins: Vec<String>,
    /// Calls that make a name which nobody else has: what a file of that name holds is its maker's alone.
    #[serde(default)]
    pub unique: Vec<String>,
    /// Classes of files that are in memory: nobody has one but by its object.
    #[serde(default)]
    pub memory: Vec<String>,
    /// Classes of iterators that do not come to an end.
    #[serde(default)]
    pub endless: Vec<String>,
    /// What decorators leave on functions, as `decorator.method`, and what gives another form of the function: calling that runs it.
    #[serde(default)]
    pub variants: Vec<String>,
    /// Calls that run a loop of their own, and classes whose methods do, unless a `with` enters the object.
    #[serde(default)]
    pub loops: Vec<String>,
    /// Attributes of applications that keep what all that runs for them shares: `app.state`.
    #[serde(default)]
    pub states: Vec<String>,
    /// Top-level modules that copy objects, or take them to other processes, with all that they have.
    #[serde(default)]
    pub copies: Vec<String>,
    /// Last names of methods that give another object with what the old one has.
    #[serde(default)]
    pub remakes: Vec<String>,
    #[serde(default)]
    pub parameters: Vec<ParameterOf>,
    #[serde(default)]
    pub results: Vec<ResultOf>,
    /// Names under which a server is told what to run before it takes requests: arguments, attributes that are lists, and decorators.
    #[serde(default)]
    pub starts: Vec<String>,
    /// What decorators among them are told for that: `on_event("startup")`.
    #[serde(default)]
    pub start_events: Vec<String>,
    /// Arguments for what a server enters when it starts, and leaves when it ends.
    #[serde(default)]
    pub lifespans: Vec<String>,
    /// Classes of objects that have as attributes what asynchronous generators of the program yield in dictionaries.
    #[serde(default)]
    pub yielded: Vec<String>,
    #[serde(default)]
    pub keyed: Vec<Keyed>,
    #[serde(default)]
    pub api: Vec<ApiGroup>,
    #[serde(default)]
    pub runs: Vec<Runs>,
    #[serde(default)]
    pub holds: Vec<Holds>,
    #[serde(default)]
    pub data: Vec<Data>,
    #[serde(default)]
    pub bound: Vec<Bound>,
    #[serde(default)]
    pub looks: Vec<Looks>,
    #[serde(default)]
    pub guards: Vec<Guards>,
    #[serde(default)]
    pub instant: Vec<Instant>,
    #[serde(default)]
    pub pure: Vec<Instant>,
    #[serde(default)]
    pub mutates: Vec<Mutates>,
    #[serde(default)]
    pub lends: Vec<Lends>,
    #[serde(default)]
    pub injects: Vec<Injects>,
    #[serde(default)]
    pub catches: Vec<Catches>,
    #[serde(default)]
    pub either: Vec<Either>,
    #[serde(default)]
    pub pinned: Vec<Pinned>,
    #[serde(default)]
    pub crowded: Vec<Crowded>,
    #[serde(default)]
    pub scopes: Vec<Scopes>,
    #[serde(default)]
    pub foreign: Vec<Foreign>,
    #[serde(default)]
    pub twin: Vec<Twin>,
    #[serde(default)]
    pub setup: Option<Setup>,
    #[serde(default)]
    pub one_thread: Option<OneThread>,
    #[serde(default)]
    pub ahead: Option<Ahead>,
    #[serde(default)]
    pub tasks: Tasks,
    #[serde(default)]
    pub tests: Option<Tests>,
    #[serde(default)]
    pub doubles: Option<Doubles>,
}

/// How tasks are made, waited for and cut off: all by last names, but for modules.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tasks {
    /// What makes a task of the coroutine that it is given.
    #[serde(default)]
    pub makes: Vec<String>,
    /// What groups tasks, and waits for them when it is left.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Managers behind which the program goes on although something in them was cut off.
    #[serde(default)]
    pub cuts: Vec<String>,
    /// Top-level modules whose functions wait for tasks and coroutines that they are given.
    #[serde(default)]
    pub waits: Vec<String>,
}

impl Tasks {
    pub(super) fn extend(&mut self, more: Self) {
        self.makes.extend(more.makes);
        self.groups.extend(more.groups);
        self.cuts.extend(more.cuts);
        self.waits.extend(more.waits);
    }

    /// Whether a call of this name makes a task.
    #[must_use]
    pub fn may_make(&self, name: &str) -> bool {
        self.makes.iter().any(|makes| makes == name)
    }

    /// Whether what is called so groups tasks.
    #[must_use]
    pub fn may_group(&self, name: &str) -> bool {
        self.groups.iter().any(|group| group == name)
    }
}

/// What a framework takes for a test of the program, and what it takes that one is a coroutine function.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// The files that are there for tests, and the folders of such files: in a pattern, a `*` stands for any text.
    #[serde(default)]
    pub files: Vec<String>,
    #[serde(default)]
    pub folders: Vec<String>,
    /// The names of tests: methods of classes that derive from `class`, or else functions and methods of `classes` in `files`.
    pub names: Vec<String>,
    #[serde(default)]
    pub class: Option<String>,
    #[serde(default)]
    pub classes: Vec<String>,
    /// What `class` becomes.
    #[serde(default)]
    pub becomes: Option<String>,
    /// The oldest Python, as (major, minor), that has it.
    #[serde(default)]
    pub since: (u8, u8),
    /// Methods that run around each test, with what they are called as coroutine functions.
    #[serde(default)]
    pub renames: BTreeMap<String, String>,
    /// Methods that no class of the program may have then.
    #[serde(default)]
    pub alone: Vec<String>,
    /// The decorator of a test that is a coroutine function; it runs only in a program that uses it already.
    #[serde(default)]
    pub mark: Option<String>,
    /// The variable of a module that has the marks of all its tests.
    #[serde(default)]
    pub module_mark: Option<String>,
    /// The decorator of a function that makes an argument of tests, and what it is for a coroutine function.
    #[serde(default)]
    pub fixture: Option<String>,
    #[serde(default)]
    pub awaited_fixture: Option<String>,
    /// The arguments that mean the same for both.
    #[serde(default)]
    pub fixture_arguments: Vec<String>,
    /// Last names of what asks for such a function by its name, as text.
    #[serde(default)]
    pub asks: Vec<String>,
    /// What the framework itself makes for arguments, and does not mind a loop.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The decorator that gives arguments their values, by the names in its first argument.
    #[serde(default)]
    pub gives: Option<String>,
    /// Decorators that take a coroutine function as well; a `*` at the end stands for any rest.
    #[serde(default)]
    pub decorators: Vec<String>,
    /// Libraries that neither start a loop nor mind one; so do what Python has and the framework.
    #[serde(default)]
    pub quiet: Vec<String>,
}

/// What tests put in the place of functions and objects of the program.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doubles {
    /// Last names of what makes an object that can stand for any other.
    #[serde(default)]
    pub objects: Vec<String>,
    /// Last names of what makes an object with the attributes that it is given.
    #[serde(default)]
    pub spaces: Vec<String>,
    /// Arguments and attributes for what a double gives: an object there stands for a result.
    #[serde(default)]
    pub results: Vec<String>,
    /// What loops use themselves: a test that replaces it cannot run on one.
    #[serde(default)]
    pub loops: Vec<String>,
    /// What replaces a function by a double of its colour, where it is not given one: by (call, the position of the name).
    #[serde(default)]
    pub patches: BTreeMap<String, usize>,
    /// The attributes of such a double that are the same in both colours.
    #[serde(default)]
    pub keeps: Vec<String>,
    /// Last names of what gives something another value from outside.
    #[serde(default)]
    pub sets: Vec<String>,
    /// The arguments that name it, beside the first two.
    #[serde(default)]
    pub names: Vec<String>,
    /// Last names of what finds a logger by a dotted name, which is none of a module.
    #[serde(default)]
    pub loggers: Vec<String>,
}

/// How objects are gone through where the loop awaits on the way: some items are fetched at a time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ahead {
    /// The classes of the objects.
    pub of: Vec<String>,
    /// What gives the items, of the object: an asynchronous generator function.
    pub function: String,
    /// The same where threads take turns.
    pub in_turn: String,
    /// Python code that goes into the module. `{function}` stands for its name, `{thread}` for the beginning of a call that hands one to
    /// a thread.
    pub helper: String,
    #[serde(default)]
    pub common: Option<CommonName>,
}

/// What a helper is where modules have it in common: in a module of its own, which they import it from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommonName {
    /// The name of the function, and of the module.
    pub name: String,
    /// What the module is for, as its docstring.
    pub about: String,
}

/// Objects that only the thread that made them may use, which can be any: one thread of its own can do all that a program does with
/// them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneThread {
    /// The classes.
    pub of: Vec<String>,
    /// Methods of theirs that are no apis, but that other threads may not call either.
    pub calls: Vec<String>,
    /// Any thread may make them, and use them while no other one does. It is about the apis of these classes alone then.
    #[serde(default)]
    pub anywhere: bool,
    /// What the call that makes one is given for any thread to use it.
    #[serde(default)]
    pub unless: Vec<Condition>,
}

impl OneThread {
    /// Whether a call of an api of the codemod is for that thread.
    #[must_use]
    pub fn is_about(&self, api: &str) -> bool {
        let class = api.rsplit_once('.').map_or("", |(class, _)| class);
        !self.anywhere || self.of.iter().any(|of| of == class)
    }
}

/// What a blocked thread waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Network,
    Database,
    Process,
    Sleep,
    Wait,
    Input,
    Disk,
    Cpu,
    Logging,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Network,
        Self::Database,
        Self::Process,
        Self::Sleep,
        Self::Wait,
        Self::Input,
        Self::Disk,
        Self::Cpu,
        Self::Logging,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Database => "database",
            Self::Process => "process",
            Self::Sleep => "sleep",
            Self::Wait => "wait",
            Self::Input => "input",
            Self::Disk => "disk",
            Self::Cpu => "cpu",
            Self::Logging => "logging",
        }
    }

    /// Local disks are mostly fast, and code has many such calls: the lowest tier.
    #[must_use]
    pub fn default_severity(self) -> Severity {
        match self {
            Self::Disk | Self::Logging => Severity::Low,
            Self::Cpu => Severity::Medium,
            _ => Severity::High,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Low,
    Medium,
    High,
}

impl Severity {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApiGroup {
    pub of: String,
    #[serde(default)]
    pub calls: Vec<String>,
    /// Attributes that block when they are read.
    #[serde(default)]
    pub reads: Vec<String>,
    #[serde(default)]
    pub except: Vec<String>,
    #[serde(default)]
    pub kind: Option<Kind>,
    #[serde(default)]
    pub alias: Option<String>,
    #[serde(default)]
    pub why: Option<String>,
    #[serde(default)]
    pub severity: Option<Severity>,
    #[serde(default)]
    pub unless: Vec<Condition>,
    #[serde(default)]
    pub when: Vec<Condition>,
    #[serde(default)]
    pub thread: Threading,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub lazy: bool,
    #[serde(default)]
    pub swap: Option<String>,
    #[serde(default)]
    pub changes: Changes,
    /// Arguments for files that a call only reads, though it changes others.
    #[serde(default)]
    pub sources: Vec<Slot>,
    /// Arguments for the files that it is about, where no others are paths.
    #[serde(default)]
    pub files: Vec<Slot>,
    /// When one holds, the call makes what is missing and leaves alone what is there.
    #[serde(default)]
    pub makes: Vec<Condition>,
    /// It works on the text of a path, and looks at no file.
    #[serde(default)]
    pub pure: bool,
    /// It only looks whether a file is there and of what kind: whoever changes the file meanwhile, it finds it as it was or as it is.
    #[serde(default)]
    pub looks: bool,
    /// It makes a file or folder of a new name, which nobody else knows.
    #[serde(default)]
    pub fresh: bool,
    /// It only asks the file system what a path is.
    #[serde(default)]
    pub metadata: bool,
    #[serde(default)]
    pub setup: bool,
    /// With `setup`: the classes of the program that derive from it, of which one of these methods blocks.
    #[serde(default)]
    pub through: Vec<String>,
    /// It waits for what is set up, and only for that.
    #[serde(default)]
    pub follows: bool,
    /// What a program asks the object for to know that the call does not block.
    #[serde(default)]
    pub unless_told: Vec<Answer>,
    /// It waits for who has the object, which is given back by this method: where all that is done in between is instant, nobody waits.
    #[serde(default)]
    pub until: Option<String>,
    /// It computes, and lets no other thread run meanwhile, or only now and then. It counts where the program says that it is much.
    #[serde(default)]
    pub work: Option<Work>,
}

/// How much must be computed at least; one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The steps of loops in a function of the program.
    #[serde(default)]
    pub loops: Option<u64>,
    /// The parts that an argument of the call is made of.
    #[serde(default)]
    pub parts: Option<u64>,
    /// The function calls itself more than once, each time with a number less.
    #[serde(default)]
    pub doubling: bool,
}

/// What a method of an object says, which calls on the same object go by.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub method: String,
    /// Whether what it gives is true.
    pub is: bool,
    /// It is so for one call only.
    #[serde(default)]
    pub once: bool,
}

/// An argument, by name and position.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    pub argument: String,
    #[serde(default)]
    pub at: Option<usize>,
}

/// Whether a call changes the files that it is about.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Changes {
    Always(bool),
    When(Vec<Condition>),
}

impl Default for Changes {
    fn default() -> Self {
        Self::Always(false)
    }
}

/// May another thread make the call?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Threading {
    #[default]
    Safe,
    /// It may, but it waits for so little that a thread costs more.
    Needless,
    Owned,
    Never,
    /// No other thread makes this call, not even on what is its own.
    Loop,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub argument: String,
    #[serde(default)]
    pub at: Option<usize>,
    #[serde(default)]
    pub is: Option<toml::Value>,
    #[serde(default)]
    pub mentions: Option<String>,
    #[serde(default)]
    pub given: Option<bool>,
    #[serde(default)]
    pub contains: Option<String>,
    #[serde(default, rename = "type")]
    pub class: Option<String>,
    /// Its value can be told from the program.
    #[serde(default)]
    pub known: Option<bool>,
    /// It is an argument of the call that made the object, or what the object was got from.
    #[serde(default)]
    pub made: bool,
    /// It is the name of a module that is found from where it stands, and needs no loop while it is imported.
    #[serde(default)]
    pub module: Option<bool>,
    /// It is a list of mappings, and this entry of one of them has that type.
    #[serde(default)]
    pub entry: Option<String>,
    /// The mapping has no entry of this name.
    #[serde(default)]
    pub lacks: Option<String>,
}

/// Where a function runs that is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunsOn {
    Thread,
    Process,
    Loop,
    /// The loop calls it, and awaits what it gives where that has to be awaited.
    Awaited,
    /// The loop calls it with the arguments behind it, and nobody minds its result: it may start a task.
    Started,
    Now,
    Later,
    /// When an object of the class is made in whose body the call stands.
    Made,
    /// When what the call makes is asked for an entry that it does not have.
    Missing,
}

impl RunsOn {
    /// Whether it is the loop that calls it.
    #[must_use]
    pub fn is_loop(self) -> bool {
        matches!(self, Self::Loop | Self::Awaited | Self::Started)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runs {
    pub on: RunsOn,
    #[serde(default)]
    pub call: Option<String>,
    #[serde(default)]
    pub argument: Option<String>,
    #[serde(default)]
    pub at: Option<usize>,
    /// The function is called while what the call returns is gone through.
    #[serde(default)]
    pub lazy: bool,
    #[serde(default)]
    pub decorator: Option<String>,
    /// A call of what is under the decorator runs it at once, where it is called.
    #[serde(default)]
    pub direct: bool,
    #[serde(default)]
    pub class: Option<String>,
    /// Of `class`; a `*` at the end stands for any rest of a name.
    #[serde(default)]
    pub methods: Vec<String>,
    /// The methods of `class` that call those, on the same object.
    #[serde(default)]
    pub through: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holds {
    pub manager: String,
    pub reason: String,
    /// It is only about what other tasks would do meanwhile.
    #[serde(default)]
    pub tasks: bool,
}

/// What the calls of a class, or a module, do to the data of a database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub of: String,
    #[serde(default)]
    pub reads: Vec<String>,
    #[serde(default)]
    pub changes: Vec<String>,
    /// Their first argument, or that named `statement`, says what they do.
    #[serde(default)]
    pub statements: Vec<String>,
    /// They end a transaction: others see then what was changed in it.
    #[serde(default)]
    pub ends: Vec<String>,
}

/// What a call does to the data of a database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DataUse {
    pub reads: bool,
    pub changes: bool,
    /// Its statement says what it does.
    pub states: bool,
    pub ends: bool,
}

/// A call with an argument that makes all objects of the codemod belong to the thread that made them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    pub of: String,
    pub calls: Vec<String>,
    pub argument: String,
    #[serde(default)]
    pub at: Option<usize>,
    /// What the argument is, or ends with.
    pub ends: Vec<String>,
    pub reason: String,
}

/// A pool that fails where more is wanted of it at a time than it has.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crowded {
    /// What makes one.
    pub calls: Vec<String>,
    /// The argument that says how much it has.
    pub argument: String,
    #[serde(default)]
    pub at: Option<usize>,
    /// What is enough for all threads of a program.
    pub enough: u32,
    /// What it has where the argument says nothing, if that is not enough.
    #[serde(default)]
    pub default: Option<u32>,
    /// Classes derived from its class that wait instead.
    #[serde(default)]
    pub except: Vec<String>,
    /// The calls that take something out of one, and those that bring it back; `*` stands for every method that is an api.
    pub takes: Vec<String>,
}

/// What a framework gives for a parameter of this name that has no annotation, in modules that import the framework.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterOf {
    pub name: String,
    /// The class, in the module that defines it.
    pub class: String,
}

/// What a call gives whose own annotation does not say it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultOf {
    pub call: String,
    /// The class, in the module that defines it.
    pub class: String,
}

/// Calls that take no time worth speaking of, and call nothing of the program.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instant {
    pub of: String,
    /// `*` stands for every method.
    pub calls: Vec<String>,
}

/// A container that things are taken out of, and brought back to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lends {
    pub of: String,
    /// Methods that take something out: it is no longer in there.
    pub takes: Vec<String>,
    /// Methods that put their first argument in.
    pub puts: Vec<String>,
    /// Methods that give nothing of what is in there.
    #[serde(default)]
    pub looks: Vec<String>,
    /// What it is made with goes in.
    #[serde(default)]
    pub filled: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guards {
    pub manager: String,
}

/// A call in the default or annotation of a parameter that says what makes the value of it, for each call of the function.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injects {
    pub call: String,
    /// The argument that makes it, the first one; without it, what the parameter is annotated with does.
    pub argument: String,
}

/// A call that is given classes of exceptions, and then minds these.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catches {
    pub call: String,
    /// The argument that is one class, or a tuple of such.
    #[serde(default)]
    pub argument: String,
    #[serde(default)]
    pub at: usize,
    /// It is a context manager: all its arguments are classes, and it minds what is raised within its `with`.
    #[serde(default)]
    pub manager: bool,
}

/// A decorator that takes coroutine functions as well, and awaits them then.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Either {
    pub decorator: String,
    /// Arguments with which it does not.
    #[serde(default)]
    pub unless: Vec<String>,
}

/// A call that makes a key, and the argument that is the class of what is stored under it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyed {
    pub call: String,
    pub argument: String,
    pub at: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foreign {
    pub module: String,
    pub reason: String,
}

/// What runs code under cancel scopes, which cancel a task again at each await.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scopes {
    /// A file that imports one of these top-level modules …
    pub modules: Vec<String>,
    /// … and makes a call of one of these last names, if there are any.
    #[serde(default)]
    pub calls: Vec<String>,
    /// Only what asynchronous generators give is under one.
    #[serde(default)]
    pub streams: bool,
}

/// An asynchronous class that does what another one does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twin {
    /// The class that it can stand in for.
    pub of: String,
    pub to: String,
    /// The oldest Python, as (major, minor), where an object can be made before its loop runs.
    #[serde(default)]
    pub since: (u8, u8),
    /// Methods whose calls are awaited. A `with` becomes an `async with`.
    #[serde(default)]
    pub awaits: Vec<String>,
    /// Methods that are the same, but belong to the loop's thread.
    #[serde(default)]
    pub keeps: Vec<String>,
    /// Methods that are the same everywhere.
    #[serde(default)]
    pub reads: Vec<String>,
}

/// What is to be called once something has been set up, so that it does not block later.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The module that the set-up is of: statements that call into it are parts of it.
    pub of: String,
    /// The function of `helper` that is called at the end.
    #[serde(default)]
    pub call: String,
    /// Python code that goes into a new module, or into that of the set-up where the program has no other.
    #[serde(default)]
    pub helper: String,
    /// What the new module is called.
    #[serde(default)]
    pub module: String,
    /// What it is for, as its docstring.
    #[serde(default)]
    pub about: String,
    /// In place of a helper: what the calls that set up are given as well.
    #[serde(default)]
    pub adds: BTreeMap<String, String>,
    /// The modules that the helper imports.
    #[serde(default)]
    pub imports: Vec<String>,
    /// Last names of the module's functions and methods that use what was set up: the set-up is over by then.
    #[serde(default)]
    pub uses: Vec<String>,
    /// Last names of classes whose use shows that the program sees to it already.
    #[serde(default)]
    pub done: Vec<String>,
    /// Classes whose methods run in another thread then.
    #[serde(default)]
    pub moves: Vec<String>,
    /// The calls that put what was made where it is used; with `argument`, those that have it.
    #[serde(default)]
    pub attaches: Vec<Attach>,
    /// The calls that take it away again, qualified.
    #[serde(default)]
    pub detaches: Vec<String>,
    /// The calls whose function runs at exit, when there is no loop.
    #[serde(default)]
    pub exits: Vec<String>,
    /// Why what is taken away again while the loop runs stays as it is.
    #[serde(default)]
    pub brief: String,
    /// What would notice the difference, with why.
    #[serde(default)]
    pub unless: Vec<Unless>,
}

/// A call that puts what was set up where it is used.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attach {
    pub call: String,
    #[serde(default)]
    pub argument: Option<String>,
}

/// What stands in the way of something.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unless {
    /// Calls, qualified.
    #[serde(default)]
    pub calls: Vec<String>,
    /// Calls, qualified, that may come while a loop runs.
    #[serde(default)]
    pub during: Vec<String>,
    /// Attributes, qualified by the class of what has them.
    #[serde(default)]
    pub attributes: Vec<String>,
    /// Calls, qualified, that a loop makes, or that come behind the set-up.
    #[serde(default)]
    pub later: Vec<String>,
    /// Last names of what is called or read in the program's classes that move.
    #[serde(default)]
    pub within: Vec<String>,
    /// Calls in those classes, by last name, that lack this argument, or give one of `streams`.
    #[serde(default)]
    pub without: BTreeMap<String, String>,
    /// Last names of what is written to in those classes.
    #[serde(default)]
    pub streams: Vec<String>,
    /// Classes of objects that are used in the program's classes that move.
    #[serde(default)]
    pub objects: Vec<String>,
    /// What the methods of those classes change is read elsewhere.
    #[serde(default)]
    pub watched: bool,
    /// Methods that those classes have of their own.
    #[serde(default)]
    pub overrides: Vec<String>,
    /// Those classes use an object that only the thread that made it may use.
    #[serde(default)]
    pub bound: bool,
    /// Arguments of the set-up that name a file which the program opens itself.
    #[serde(default)]
    pub opens: Vec<String>,
    /// Calls, qualified, that are given something by name which is not known to be plain data.
    #[serde(default)]
    pub passes: Vec<String>,
    /// The arguments of those calls that no such data gets in by.
    #[serde(default)]
    pub except: Vec<String>,
    pub reason: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    pub of: String,
    #[serde(default)]
    pub calls: Vec<String>,
    /// Attributes that must not be changed elsewhere.
    #[serde(default)]
    pub attributes: Vec<String>,
    /// The attributes of instances of `of` are not the same elsewhere.
    #[serde(default)]
    pub instances: bool,
    /// All tasks have it, so that none may come in between either.
    #[serde(default)]
    pub shared: bool,
    /// Kinds of calls that come to something else while it is changed: no thread makes them where the program changes it.
    #[serde(default)]
    pub upsets: Vec<Kind>,
    /// Only where the program runs on an older Python than this.
    #[serde(default)]
    pub until: Option<(u8, u8)>,
    pub reason: String,
}

/// What a call looks at beside its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LooksAt {
    /// The exception that is being handled.
    Exception,
    /// The functions that lead to it.
    Callers,
    Thread,
    /// What led to an exception that it is given.
    Chain,
}

/// Calls that look at more than their arguments.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looks {
    pub at: LooksAt,
    pub of: String,
    pub calls: Vec<String>,
    /// They do if all of these hold …
    #[serde(default)]
    pub when: Vec<Condition>,
    /// … and none of these.
    #[serde(default)]
    pub unless: Vec<Condition>,
    /// How many functions they look at; without it, all.
    #[serde(default)]
    pub level: Option<Level>,
    /// Texts of which one must stand in the program.
    #[serde(default)]
    pub spelled: Vec<String>,
    /// They look at nothing in a program that calls one of these.
    #[serde(default)]
    pub settled: Vec<String>,
    /// Why they are not for a thread, in place of what they look at.
    #[serde(default)]
    pub reason: Option<String>,
}

/// How many functions a call looks at, its own included.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The argument that says so.
    #[serde(default)]
    pub argument: Option<String>,
    #[serde(default)]
    pub at: Option<usize>,
    /// What it is without the argument.
    #[serde(default)]
    pub least: usize,
}
