//! What is written into the program beside its calls: behind a set-up, and where objects are gone through.

use std::collections::BTreeMap;

use serde::Deserialize;

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
    /// Methods that may be called on those objects nevertheless, where what they give never changes.
    #[serde(default)]
    pub reads: Vec<String>,
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
