//! Where functions run that the program hands over, and what calls and decorators of libraries do with what they are given.

use serde::Deserialize;

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
    /// The parameters that hold all that the function is given: `args`, `kwargs`.
    #[serde(default)]
    pub passes: Vec<String>,
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
