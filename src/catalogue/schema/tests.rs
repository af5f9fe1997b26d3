//! What test frameworks take for tests, and what tests put in the place of the program's functions.

use std::collections::BTreeMap;

use serde::Deserialize;

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
