//! What one file says about itself, without types: its functions, classes, calls, loads and imports.
//!
//! Facts are a pure function of the file's text. They are collected for every file of a program, in parallel, and are
//! what the backward search looks candidates up in before it asks the type engine about any of them.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

pub use super::collect::{collect, is_accessor, is_adder, is_mutator, key_word, named_attribute};
pub use super::work::{Amount, Work};

use super::names::Bound;

/// The index of a function in [`Facts::functions`]. Zero is the module's body.
pub type FunctionIndex = u32;
/// The index of a class in [`Facts::classes`].
pub type ClassIndex = u32;

pub const MODULE: FunctionIndex = 0;

#[derive(Debug, Default, Clone)]
pub struct Facts {
    pub functions: Vec<Function>,
    pub classes: Vec<Class>,
    pub calls: Vec<Call>,
    pub loads: Vec<Load>,
    pub imports: Vec<Import>,
    pub bindings: Vec<Binding>,
    pub parts: Vec<PartOf>,
    pub flows: Vec<Flow>,
    /// Of calls of functions that have parameters without annotation, by name.
    pub passes: Vec<Pass>,
    pub decorated: Vec<Decorated>,
    pub comments: Vec<Suppression>,
    /// Where its functions compute.
    pub work: Vec<Work>,
    /// The last names of what is assigned, deleted or changed in place after it was made, with the functions that do so: outside
    /// `__init__` and the module's body.
    pub mutated: FxHashMap<Name, Vec<FunctionIndex>>,
    /// The same without what is only assigned.
    pub mutated_in_place: FxHashSet<Name>,
    /// Those of them that something is taken out of, or that are deleted or bound to what may be nothing.
    pub emptied: FxHashSet<Name>,
    /// What items are set under: the texts of keys that are written out, and the last names of others.
    pub keys: FxHashSet<Name>,
    /// The functions that the type engine must not be asked about.
    pub tangled: Vec<FunctionIndex>,
    /// The first syntax error, if there is one: offset and message.
    pub error: Option<(TextSize, String)>,
    pub(super) bound: Bound,
    function_at: FxHashMap<TextSize, FunctionIndex>,
    class_at: FxHashMap<TextSize, ClassIndex>,
}

/// The only binding of a name in a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sole {
    /// Where its name starts.
    Function(TextSize),
    Class(TextSize),
    /// The position in [`Facts::imports`].
    Import(usize),
}

/// A function, a lambda, or the module's body.
#[derive(Debug, Clone)]
pub struct Function {
    pub name: Name,
    /// Where the name starts (a lambda: where it starts). What other facts refer to the function by.
    pub start: TextSize,
    pub range: TextRange,
    pub parent: FunctionIndex,
    /// The class whose body defines it.
    pub class: Option<ClassIndex>,
    pub kind: FunctionKind,
    pub is_async: bool,
    pub is_generator: bool,
    /// It only says that there is one: its body does nothing but to raise something.
    pub is_stub: bool,
    pub is_property: bool,
    /// A method that is given neither the object nor the class that it is called on.
    pub is_static: bool,
    /// Its annotation says that it returns text, numbers and the like, or containers of them.
    pub returns_plain: bool,
    /// Where each decorator's expression stands, outermost first.
    pub decorators: Vec<TextRange>,
    pub parameters: Vec<Parameter>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    Module,
    Def,
    Lambda,
}

#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: Name,
    pub annotated: bool,
    pub kind: ParameterKind,
    pub default: Fallback,
    /// The function defines or imports something under the same name.
    pub is_shared: bool,
}

/// What a parameter stands for where a call passes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing that changes, or it must be passed.
    Plain,
    /// What has this name.
    Named(Name),
    /// An object that was made once, for all calls.
    Kept,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    Positional,
    KeywordOnly,
    Variadic,
    Keywords,
}

impl ParameterKind {
    /// It holds all arguments that are for no other parameter.
    #[must_use]
    pub fn gathers(self) -> bool {
        matches!(self, Self::Variadic | Self::Keywords)
    }
}

#[derive(Debug, Clone)]
pub struct Class {
    pub name: Name,
    pub start: TextSize,
    pub range: TextRange,
    pub function: FunctionIndex,
    pub outer: Option<ClassIndex>,
    /// The last names of its bases, as written.
    pub bases: Vec<Name>,
    /// Some base has no name: a call makes it.
    pub has_made_base: bool,
    /// What its body binds; functions with their index.
    pub members: FxHashMap<Name, Option<FunctionIndex>>,
    /// What its body annotates, or `namedtuple` is given, in order: where nothing else makes its instances, what they are made with.
    pub fields: Vec<Name>,
}

/// A decorator of a function or class.
#[derive(Debug, Clone)]
pub struct Decorated {
    /// The last name of the decorator, or of what makes it.
    pub name: Name,
    /// What makes it is called there: `@name(…)`.
    pub is_made: bool,
    /// The decorator's expression.
    pub range: TextRange,
    /// Where the name below it starts.
    pub below: TextSize,
}

/// A call, or an operation that calls a special method.
#[derive(Debug, Clone)]
pub struct Call {
    /// The last name of the callee (`get` in `a.b.get()`, `TABLE` in `TABLE[k]()`), or the special method's name.
    pub name: Name,
    pub range: TextRange,
    pub function: FunctionIndex,
    pub form: CallForm,
    /// How many arguments it has; `None` where the syntax does not say.
    pub arguments: Option<u8>,
    /// The names on the way to what is called or used; empty where the syntax does not say.
    pub chain: Arc<[Source]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallForm {
    Call,
    /// `await f()`: what is called is a coroutine function, or it fails.
    Awaited,
    /// `TABLE[key]()`
    Indexed,
    /// `with x:`, the range is that of `x`.
    With,
    /// `for … in x`, also in comprehensions; the range is that of `x`.
    Iterate,
    /// An operator, a comparison or a subscript; the range is that of the expression.
    Operator,
    /// An attribute is read; the range is that of the expression. No call has this form, but a site may.
    Read,
}

/// A name or attribute that is read but not called where it stands.
#[derive(Debug, Clone)]
pub struct Load {
    pub name: Name,
    pub range: TextRange,
    pub function: FunctionIndex,
    pub attribute: bool,
}

#[derive(Debug, Clone)]
pub struct Import {
    /// The dotted module, without the leading dots.
    pub module: Name,
    pub level: u32,
    /// The name imported from the module; `None` for `import module`.
    pub name: Option<Name>,
    /// The name that the import binds; `*` for a star import.
    pub bound: Name,
    pub range: TextRange,
}

/// `target = value`, where the value can carry a function or an object from one name to another.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The last name of the target: `x`, or `session` for `self.session`.
    pub target: Name,
    pub value: TextRange,
    pub function: FunctionIndex,
    /// The last names read or called in the value.
    pub sources: Vec<Name>,
}

/// `first, second = value` and `for item in value` in a comprehension: a name for a part of a value.
#[derive(Debug, Clone)]
pub struct PartOf {
    pub target: Name,
    /// Which part it is; `None` for the value, or an item of it, as a whole.
    pub position: Option<usize>,
    pub value: TextRange,
    pub function: FunctionIndex,
    /// The last names read or called in the value.
    pub sources: Vec<Name>,
}

/// What one name's value is made from. Flows are wider than bindings: they are there to rule names out.
#[derive(Debug, Clone)]
pub struct Flow {
    pub target: Name,
    /// The function whose variable the target is, if it is one; [`MODULE`] where all of the file sees it.
    pub home: FunctionIndex,
    pub reach: Reach,
    /// The value is the source itself: no call makes it, no container holds it.
    pub is_alias: bool,
    /// The target is a function, and this comes of calling it.
    pub is_result: bool,
    pub sources: Box<[Source]>,
}

/// Where a name can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// In its file.
    Local,
    /// As an attribute, anywhere.
    Member,
    /// As an attribute: a method set it on its own object.
    Own,
    /// In its file, by import and as an attribute.
    Both,
}

/// A name that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: Name,
    /// It is an attribute of something.
    pub is_member: bool,
    /// … of the object that the method around is called on.
    pub is_own: bool,
    /// The source in front of it is an attribute of it.
    pub is_receiver: bool,
    pub part: Part,
    /// The function whose variable it is, if it is one; [`MODULE`] where all of the file sees it.
    pub scope: FunctionIndex,
}

impl Source {
    /// A name that is no attribute.
    #[must_use]
    pub fn plain(name: Name, part: Part) -> Self {
        Self { name, is_member: false, is_own: false, is_receiver: false, part, scope: MODULE }
    }
}

/// How a name takes part in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It is the value, or holds it, or is held by it; or it is called, and the value comes out.
    Own,
    /// It is an argument of the call that the value comes out of.
    Given,
    /// An argument is made from it.
    Within,
}

/// An argument that can carry an object.
#[derive(Debug, Clone)]
pub struct Pass {
    /// The last name of what is called.
    pub callee: Name,
    pub slot: Slot,
    /// The argument is the source itself.
    pub is_alias: bool,
    pub sources: Box<[Source]>,
}

/// Which parameter an argument is for.
#[derive(Debug, Clone)]
pub enum Slot {
    /// Counted from 0, without the receiver.
    Position(usize),
    Keyword(Name),
}

/// A comment that keeps a line as it is.
#[derive(Debug, Clone)]
pub struct Suppression {
    pub range: TextRange,
    /// Codemods or kinds for `deblock: ignore[…]`, rule codes for `noqa: …`; empty for all.
    pub names: Vec<String>,
    pub ours: bool,
}

impl Facts {
    /// The facts of a file that could not be read.
    #[must_use]
    pub fn unreadable(offset: TextSize, message: String) -> Self {
        Self { error: Some((offset, message)), ..Self::default() }
    }

    /// Gives back the room that lists were grown into.
    pub(super) fn shrink(&mut self) {
        self.functions.shrink_to_fit();
        self.classes.shrink_to_fit();
        self.calls.shrink_to_fit();
        self.loads.shrink_to_fit();
        self.imports.shrink_to_fit();
        self.bindings.shrink_to_fit();
        self.parts.shrink_to_fit();
        self.flows.shrink_to_fit();
        self.decorated.shrink_to_fit();
        self.bindings.iter_mut().for_each(|binding| binding.sources.shrink_to_fit());
        self.functions.iter_mut().for_each(|function| function.parameters.shrink_to_fit());
    }

    pub(super) fn index(&mut self) {
        for (index, function) in (0..).zip(&self.functions) {
            if function.kind == FunctionKind::Module {
                continue;
            }
            self.function_at.insert(function.start, index);
        }
        for (index, class) in (0..).zip(&self.classes) {
            self.class_at.insert(class.start, index);
        }
    }

    /// The function whose name (or lambda keyword) starts at `start`.
    #[must_use]
    pub fn function_at(&self, start: TextSize) -> Option<FunctionIndex> {
        self.function_at.get(&start).copied()
    }

    /// The class whose name starts at `start`.
    #[must_use]
    pub fn class_at(&self, start: TextSize) -> Option<ClassIndex> {
        self.class_at.get(&start).copied()
    }

    /// Whether anything in the file may bind a name.
    #[must_use]
    pub(super) fn binds(&self, name: &str) -> bool {
        self.bound.times(name) > 0
    }

    /// The definition or import that is the only binding of a name, in any scope of the file, and always made.
    #[must_use]
    pub(super) fn sole(&self, name: &str) -> Option<Sole> {
        if self.bound.times(name) != 1 || self.imports.iter().any(|import| import.bound.as_str() == "*") {
            return None;
        }
        let import = self.imports.iter().position(|import| import.bound == *name).map(Sole::Import);
        let is_it = |function: &&Function| function.kind == FunctionKind::Def && function.name == *name;
        let function = || self.functions.iter().find(is_it).map(|function| Sole::Function(function.start));
        let class = || self.classes.iter().find(|class| class.name == *name).map(|class| Sole::Class(class.start));
        import.or_else(function).or_else(class)
    }

    /// The innermost function whose range holds `offset`.
    #[must_use]
    pub fn enclosing(&self, offset: TextSize) -> FunctionIndex {
        let mut best = MODULE;
        for (index, function) in (0..).zip(&self.functions).skip(1) {
            if function.range.contains(offset) && function.start <= offset {
                best = index;
            }
        }
        best
    }

    /// The names by which functions with open parameters are called: their own, or that of the class that they make instances of.
    pub fn open_functions(&self) -> impl Iterator<Item = (&Name, FunctionIndex, &Function)> {
        let functions = (0..).zip(&self.functions).filter(|(_, function)| function.has_open_parameters());
        functions.filter_map(|(index, function)| {
            let is_maker = matches!(function.name.as_str(), "__init__" | "__new__");
            let class = function.class.and_then(|class| self.classes.get(class as usize));
            Some((if is_maker { &class?.name } else { &function.name }, index, function))
        })
    }

    /// The class whose method `function` is, or is nested in.
    #[must_use]
    pub fn class_around(&self, mut function: FunctionIndex) -> Option<ClassIndex> {
        loop {
            let around = self.functions.get(function as usize)?;
            match around.class {
                Some(class) => return Some(class),
                None if around.parent == function => return None,
                None => function = around.parent,
            }
        }
    }

    /// `outer.Class.method`, without the module; `<module>` for the module's body.
    #[must_use]
    pub fn qualified(&self, index: FunctionIndex) -> String {
        let Some(function) = self.functions.get(index as usize) else {
            return String::new();
        };
        if function.kind == FunctionKind::Module {
            return "<module>".to_owned();
        }
        let name = if function.kind == FunctionKind::Lambda { "<lambda>" } else { function.name.as_str() };
        let owner = match function.class {
            Some(class) => self.qualified_class(class),
            None if function.parent == MODULE => return name.to_owned(),
            None => self.qualified(function.parent),
        };
        format!("{owner}.{name}")
    }

    /// `Outer.Inner`, without the module.
    #[must_use]
    pub fn qualified_class(&self, index: ClassIndex) -> String {
        let Some(class) = self.classes.get(index as usize) else {
            return String::new();
        };
        match class.outer {
            Some(outer) => format!("{}.{}", self.qualified_class(outer), class.name),
            None if class.function == MODULE => class.name.to_string(),
            None => format!("{}.{}", self.qualified(class.function), class.name),
        }
    }
}

impl Function {
    /// Whether what calls pass is all that says what some parameter is, other than the receiver.
    #[must_use]
    pub fn has_open_parameters(&self) -> bool {
        self.kind == FunctionKind::Def
            && self.parameters.iter().skip(self.receivers()).any(|parameter| !parameter.annotated)
    }

    /// How many of the first parameters a call does not pass itself: the object or the class that a method is called on.
    #[must_use]
    pub fn receivers(&self) -> usize {
        usize::from(self.class.is_some() && !self.is_static)
    }

    /// The position of a parameter, and whether the function has one of that name at all.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<(usize, &Parameter)> {
        self.parameters.iter().enumerate().find(|(_, parameter)| parameter.name == name)
    }

    /// The position of the parameter that holds the arguments which are for no other: `*args`, or `**kwargs`.
    fn gatherer(&self, kind: ParameterKind) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.kind == kind)
    }

    /// The position of the parameter that an argument is for. `place` counts without the receiver.
    #[must_use]
    pub fn parameter_at(&self, place: usize) -> Option<usize> {
        let position = place + self.receivers();
        match self.parameters.get(position) {
            Some(parameter) if parameter.kind == ParameterKind::Positional => Some(position),
            _ => self.gatherer(ParameterKind::Variadic),
        }
    }

    /// The position of the parameter that a keyword is for.
    #[must_use]
    pub fn parameter_called(&self, keyword: &str) -> Option<usize> {
        let named = self.parameter(keyword).filter(|(_, parameter)| !parameter.kind.gathers());
        named.map(|(position, _)| position).or_else(|| self.gatherer(ParameterKind::Keywords))
    }

    /// Calling it runs its body on the spot: not a coroutine function, not a generator.
    #[must_use]
    pub fn runs_when_called(&self) -> bool {
        !self.is_async && self.kind != FunctionKind::Module
    }
}
