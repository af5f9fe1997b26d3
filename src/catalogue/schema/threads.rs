//! What belongs to a thread, to a loop or to one task at a time.

use serde::Deserialize;

use super::{Condition, Kind};

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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holds {
    pub manager: String,
    pub reason: String,
    /// It is only about what other tasks would do meanwhile.
    #[serde(default)]
    pub tasks: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guards {
    pub manager: String,
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
    /// Managers that fail where they have cut off what is in them.
    #[serde(default)]
    pub limits: Vec<String>,
    /// Top-level modules whose functions wait for tasks and coroutines that they are given.
    #[serde(default)]
    pub waits: Vec<String>,
    /// Functions, by their qualified names, whose coroutines first of all give the loop back.
    #[serde(default)]
    pub pauses: Vec<String>,
}

impl Tasks {
    pub(in crate::catalogue) fn extend(&mut self, more: Self) {
        self.makes.extend(more.makes);
        self.groups.extend(more.groups);
        self.cuts.extend(more.cuts);
        self.limits.extend(more.limits);
        self.waits.extend(more.waits);
        self.pauses.extend(more.pauses);
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
    /// The same of functions and attributes: no thread uses one of them there.
    #[serde(default)]
    pub upsets_uses: Vec<String>,
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
