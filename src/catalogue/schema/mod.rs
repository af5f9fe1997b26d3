//! The format of `codemod.toml`, as described in `codemods/README.md`.

mod api;
mod runs;
mod setup;
mod tests;
mod threads;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use api::{Answer, ApiGroup, Changes, Condition, Kind, Severity, Slot, Threading, Work};
pub use runs::{Catches, Either, Injects, Keyed, ParameterOf, ResultOf, Runs, RunsOn};
pub use setup::{Ahead, Attach, CommonName, Setup, Unless};
pub use tests::{Doubles, Tests};
pub use threads::{
    Bound, Crowded, Foreign, Guards, Holds, Instant, Lends, Looks, LooksAt, OneThread, Pinned, Scopes, Tasks,
};

use crate::catalogue::leaves::Leaves;
use crate::catalogue::mutates::Mutates;
use crate::catalogue::touches::Touches;

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
    /// Calls that put a path together of a folder and what is in there.
    #[serde(default)]
    pub joins: Vec<String>,
    /// Calls that make another path of one, the same for the same arguments.
    #[serde(default)]
    pub derives: Vec<String>,
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
    /// Calls, and methods by their last names, that give another object each time, and classes all of whose objects' calls do.
    #[serde(default)]
    pub makers: Vec<String>,
    /// Calls that give all who ask for it under one name the same object.
    #[serde(default)]
    pub registries: Vec<String>,
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
    pub clocks: Vec<String>,
    #[serde(default)]
    pub pure: Vec<Instant>,
    #[serde(default)]
    pub mutates: Vec<Mutates>,
    #[serde(default)]
    pub touches: Vec<Touches>,
    #[serde(default)]
    pub leaves: Vec<Leaves>,
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
