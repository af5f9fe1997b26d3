//! The format of a codemod's targets: what an asynchronous library does with the calls, classes and exceptions of the blocking one,
//! as described in `codemods/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::schema::CommonName;

/// A library that can take the place of the codemod's.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Target {
    /// The key of `[target]` in the configuration that chooses it.
    pub option: String,
    /// It takes over only where the configuration names it.
    #[serde(default)]
    pub on_request: bool,
    /// The target that this one is by another name: it takes over where the program has it already, and not the other.
    #[serde(skip)]
    pub like: Option<String>,
    /// The distribution to install, as a requirement, if it does not come with Python.
    #[serde(default)]
    pub requires: Option<String>,
    /// It takes over from Python's own library, which no manifest names.
    #[serde(default)]
    pub from_python: bool,
    /// What others install does not get it as a dependency more: it takes over there only where the program has it already.
    #[serde(default)]
    pub unless_new: bool,
    /// It takes the place of threads that would make the calls of an object one by one: where one thread can do all that is done with the
    /// object, that is better.
    #[serde(default)]
    pub piecewise: bool,
    /// Modules whose import shows that the program replaces the blocking library in its tests.
    #[serde(default)]
    pub doubles: Vec<String>,
    /// What plugins of test frameworks hand out, or mark tests with, that does the same: it needs no import.
    #[serde(default)]
    pub fixtures: Vec<String>,
    /// Functions of the blocking library that it does not call itself: what tests put in the place of one replaces nothing else.
    #[serde(default)]
    pub apart: Vec<String>,
    /// Other libraries that the blocking one calls: what tests replace of them, they replace of it.
    #[serde(default)]
    pub made_of: Vec<String>,
    #[serde(default)]
    pub quiet: Option<Quiet>,
    /// The exceptions of the library that takes over: what the program does with those already is not done with others' by now.
    #[serde(default)]
    pub exceptions: Vec<String>,
    /// The modules and classes whose calls write remarks about what failed.
    #[serde(default)]
    pub remarks: Vec<String>,
    /// Other classes that the blocking library's exceptions have as bases.
    #[serde(default)]
    pub base: Vec<BaseRule>,
    #[serde(default)]
    pub opened: Option<Opened>,
    #[serde(default)]
    pub turns: Option<Turns>,
    #[serde(default)]
    pub call: Vec<CallRule>,
    /// Arguments of which a call may have one only, by their old names or their new ones.
    #[serde(default)]
    pub conflicts: Vec<Vec<String>>,
    /// The first rule whose name and value fit an argument is the one for it.
    #[serde(default)]
    pub argument: Vec<ArgumentRule>,
    #[serde(default)]
    pub class: Vec<ClassRule>,
    #[serde(default)]
    pub error: Vec<ErrorRule>,
    #[serde(default)]
    pub helper: Vec<Helper>,
}

/// What keeps the library from saying more than the blocking one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// The top-level module of the library.
    pub library: String,
    /// The calls that it goes behind, qualified.
    pub after: Vec<String>,
    /// A statement.
    pub text: String,
    /// The modules that it names.
    pub imports: Vec<String>,
}

/// The object that calls are made on which had none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    pub class: String,
    /// What it is called.
    pub name: String,
    /// What the result of the call is called, where it has no name.
    pub result: String,
    /// What it is made with, where the call does not say.
    pub arguments: BTreeMap<String, String>,
    /// The helper that makes a call where no statement can stand around it.
    pub helper: String,
    /// The method that the helper calls. The name of any other one is passed to it, in capitals, in front of the arguments.
    pub method: String,
}

/// How one thread makes all calls of an object, where those take turns with others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turns {
    /// The argument for the executor.
    pub argument: String,
    /// The helper in place of the function that makes the object, where a `with` enters it.
    pub manager: String,
}

/// Calls that have a counterpart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallRule {
    /// The module of functions, or the class of methods.
    pub of: String,
    pub calls: Vec<String>,
    /// It is for calls that are given one of these arguments.
    #[serde(default)]
    pub given: Vec<String>,
    /// It is for calls whose arguments are of these kinds, by name, where they are given; without kinds, they are not.
    #[serde(default)]
    pub kinds: BTreeMap<String, Vec<String>>,
    /// The helper in its place. What it gives is awaited.
    #[serde(default)]
    pub helper: Option<String>,
    /// What goes behind that, unless nothing is done with it.
    #[serde(default)]
    pub then: Option<String>,
    /// The function in its place, qualified. What it gives is awaited; in a `with`, it is entered by `async with`.
    #[serde(default)]
    pub to: Option<String>,
    /// It is awaited there as well.
    #[serde(default)]
    pub awaited: bool,
    /// It is for calls that a `with` enters, by `async with` then.
    #[serde(default)]
    pub entered: bool,
    /// It is for calls that a `for` goes through, by `async for` then.
    #[serde(default)]
    pub loops: bool,
    /// It is for methods of objects that are of this class by now.
    #[serde(default)]
    pub on: Option<String>,
    /// What fails in it is this, as with `raises` of methods.
    #[serde(default)]
    pub raises: Option<String>,
    /// The object that it is called on becomes the first argument.
    #[serde(default)]
    pub object: bool,
    /// The method, where it has another name.
    #[serde(default)]
    pub method: Option<String>,
    /// Arguments in front of all others.
    #[serde(default)]
    pub leads: Vec<String>,
    /// The names of the positional parameters, in order.
    pub takes: Vec<String>,
    /// How many of these may be passed by position.
    #[serde(default)]
    pub positional: usize,
    /// What is passed where the call does not say.
    #[serde(default)]
    pub adds: BTreeMap<String, String>,
    /// Arguments that the rule stands for, and that are not passed.
    #[serde(default)]
    pub drops: Vec<String>,
    /// The class of the result, where that becomes another one.
    #[serde(default)]
    pub gives: Option<String>,
}

/// What becomes of an argument.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ArgumentRule {
    pub name: String,
    /// The kinds of values that it is for; among them may be literals and qualified names.
    pub accepts: Vec<String>,
    /// The oldest Python that it is for.
    #[serde(default)]
    pub since: Option<(u8, u8)>,
    /// Its other name.
    #[serde(default)]
    pub becomes: Option<String>,
    /// It is an argument of what is opened around the call.
    #[serde(default)]
    pub opened: bool,
    /// It is for calls that something is opened around, and for no others.
    #[serde(default)]
    pub alone: bool,
    /// It says what is so anyway.
    #[serde(default)]
    pub drop: bool,
    /// The helper that the value goes through.
    #[serde(default)]
    pub through: Option<String>,
    #[serde(default)]
    pub merge: Option<Merge>,
    /// Modules whose import shows that the program cares for what differs.
    #[serde(default)]
    pub unless_imported: Vec<String>,
    /// Why not, where no rule for the argument fits.
    #[serde(default)]
    pub reason: Option<String>,
}

/// An argument that goes into another one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Merge {
    pub into: String,
    /// It need not where the other one has no such text.
    pub where_text: String,
    /// `{into}` and `{value}` stand for the two.
    pub becomes: String,
}

/// A class of values that become values of another one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClassRule {
    pub of: Vec<String>,
    /// The class in its place, where the program can name it.
    #[serde(default)]
    pub to: Option<String>,
    /// What an object is made with.
    #[serde(default)]
    pub arguments: BTreeMap<String, String>,
    /// The arguments, by name, that it may be made with already, with the kinds of their values.
    #[serde(default)]
    pub makes: BTreeMap<String, Vec<String>>,
    /// It is entered by `async with`.
    #[serde(default)]
    pub enters: bool,
    /// A `for` that makes one to go through it becomes an `async for`.
    #[serde(default)]
    pub loops: bool,
    /// It stays in the function that makes it: nobody else is given it.
    #[serde(default)]
    pub local: bool,
    /// Attributes that are the same.
    #[serde(default)]
    pub same: Vec<String>,
    /// It is an exception: a log may show its text, though that differs.
    #[serde(default)]
    pub is_error: bool,
    /// The attributes that exceptions of either library have.
    #[serde(default)]
    pub has: Vec<String>,
    /// Operators that are the same: `index`, `contains`, `length`.
    #[serde(default)]
    pub allows: Vec<Operator>,
    /// The kinds of values that may be put into it by `[]`.
    #[serde(default)]
    pub stores: Vec<String>,
    /// How to ask whether it is true, and whether it is not.
    #[serde(default)]
    pub truth: Option<Truth>,
    #[serde(default)]
    pub member: Vec<MemberRule>,
    #[serde(default)]
    pub method: Vec<MethodRule>,
    #[serde(default)]
    pub taker: Vec<TakerRule>,
}

impl ClassRule {
    /// Whether attributes that it does not list are in neither library.
    #[must_use]
    pub fn lacks_others(&self) -> bool {
        !self.has.is_empty()
    }
}

/// A function that is given the object and nothing else, and that becomes another one, which is given something of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakerRule {
    /// Qualified.
    pub call: String,
    pub becomes: String,
    /// What it is given then; `{}` stands for the object.
    pub value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    Index,
    Contains,
    Length,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    pub yes: String,
    pub no: String,
}

/// An attribute. In texts, `{}` stands for the object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberRule {
    pub name: String,
    #[serde(default)]
    pub becomes: Option<String>,
    /// The kinds of values that it may be set to.
    #[serde(default)]
    pub sets: Vec<String>,
    /// What `not` of it becomes.
    #[serde(default)]
    pub negated: Option<String>,
    /// The helper that it becomes a call of.
    #[serde(default)]
    pub through: Option<String>,
    /// The class of its value.
    #[serde(default)]
    pub gives: Option<String>,
    /// The class of what its value holds.
    #[serde(default)]
    pub each: Option<String>,
}

/// A method.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MethodRule {
    pub name: String,
    #[serde(default)]
    pub becomes: Option<String>,
    #[serde(default)]
    pub awaits: bool,
    /// The kinds of arguments that mean the same.
    #[serde(default)]
    pub takes: Vec<String>,
    /// It is a statement of its own, and its text becomes this where something may differ.
    #[serde(default)]
    pub guarded: Option<String>,
    /// Arguments of the call that gave the object which make the difference: with a value, any but that one.
    #[serde(default)]
    pub differs_with: Vec<String>,
    #[serde(default)]
    pub raises: Option<String>,
}

/// Exceptions that become others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorRule {
    pub of: Vec<String>,
    pub to: Vec<String>,
    /// The ones for what methods raise, by the method's name.
    #[serde(default)]
    pub raised: BTreeMap<String, String>,
    /// Who catches it has caught all that the calls (`calls`), or a method that raises this, can fail with.
    #[serde(default)]
    pub all: Vec<String>,
}

/// A class that is no exception of the library, of which some of these are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseRule {
    /// Qualified.
    pub of: String,
    /// What methods raise that it is a base of as before, or never was.
    #[serde(default)]
    pub same: Vec<String>,
    /// What stands beside it, so that it catches the same; without, nothing can.
    #[serde(default)]
    pub beside: Vec<String>,
    #[serde(default)]
    pub raised: BTreeMap<String, String>,
    #[serde(default)]
    pub all: Vec<String>,
}

/// A function that goes into the modules which need it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Helper {
    pub name: String,
    /// Its name in the module.
    pub function: String,
    pub code: String,
    #[serde(default)]
    pub imports: Vec<String>,
    /// The helpers that it calls.
    #[serde(default)]
    pub needs: Vec<String>,
    #[serde(default)]
    pub common: Option<CommonName>,
}

impl Helper {
    /// The names that it brings into a module.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.code.lines().filter_map(|line| {
            let line = line.strip_prefix("async ").unwrap_or(line);
            let rest = line.strip_prefix("def ").or_else(|| line.strip_prefix("class "))?;
            rest.split(['(', ':']).next()
        })
    }
}

impl Target {
    #[must_use]
    pub fn helper(&self, name: &str) -> Option<&Helper> {
        self.helper.iter().find(|helper| helper.name == name)
    }

    /// What a call of an api becomes, where all that it is given has a counterpart.
    #[must_use]
    pub fn counterpart(&self, api: &str) -> Option<String> {
        let (of, call) = api.rsplit_once('.')?;
        let mut rules = self.call.iter().filter(|rule| rule.of == of && rule.calls.iter().any(|name| name == call));
        let plain = rules.clone().find(|rule| rule.given.is_empty() && rule.kinds.is_empty());
        let rule = plain.or_else(|| rules.next())?;
        if let Some(helper) = &rule.helper {
            return self.helper(helper).map(|helper| helper.function.clone());
        }
        let of_class = self.class(of).and_then(|class| class.to.as_ref());
        let class = || of_class.or_else(|| Some(&self.opened.as_ref()?.class));
        let method = rule.method.as_deref().unwrap_or(call);
        rule.to.clone().or_else(|| Some(format!("{}.{method}", class()?)))
    }

    #[must_use]
    pub fn class(&self, of: &str) -> Option<&ClassRule> {
        self.class.iter().find(|class| class.of.iter().any(|name| name == of))
    }

    /// The rule for a base of the library's exceptions that has one of these names.
    #[must_use]
    pub fn base(&self, names: &[String]) -> Option<&BaseRule> {
        self.base.iter().find(|base| names.contains(&base.of))
    }

    /// Whether an exception that has one of these names is one of the library that takes over.
    #[must_use]
    pub fn is_newcomer(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.exceptions.contains(name))
    }

    /// The exceptions in the place of the one called `name`.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&ErrorRule> {
        self.error.iter().find(|error| error.of.iter().any(|of| of == name))
    }
}
