//! How helpers name what they need of other modules, and say of what types they are: with what the oldest Python of the program has.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::{Expr, ModModule, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::imports::ImportStyle;
use super::layout::Page;
use super::names::{Reference, refer, refer_member};
use crate::project::last;
use crate::text::has_word;

/// Containers can be subscripted, and with them what `collections.abc` has (<https://peps.python.org/pep-0585/>).
const SUBSCRIPTED: (u8, u8) = (3, 9);
/// `typing.ParamSpec` (<https://peps.python.org/pep-0612/>).
const PARAMETERS: (u8, u8) = (3, 10);
/// `def f[T](x: T) -> T` (<https://peps.python.org/pep-0695/>).
const WRITTEN_OUT: (u8, u8) = (3, 12);

/// What code that is written anew has to suit.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The oldest Python that the program runs on.
    pub minimum: Option<(u8, u8)>,
    /// How long the lines of a new module may be.
    pub width: usize,
}

impl Setting {
    fn has(self, version: (u8, u8)) -> bool {
        self.minimum.is_none_or(|minimum| minimum >= version)
    }
}

/// The types of a function that is handed on with its arguments.
pub struct Handed {
    /// Behind the name of what takes it.
    pub generics: String,
    pub function: String,
    pub args: String,
    pub kwargs: String,
    pub result: String,
}

/// A type variable of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variable {
    Parameters,
    Value,
}

impl Variable {
    fn class(self) -> &'static str {
        match self {
            Self::Parameters => "ParamSpec",
            Self::Value => "TypeVar",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Parameters => "P",
            Self::Value => "T",
        }
    }
}

/// Where a helper is written.
enum Home<'a> {
    Module,
    Page(&'a Page<'a>, TextSize),
}

/// Writes the code of a helper, and notes what that needs.
pub struct Writer<'a> {
    home: Home<'a>,
    setting: Setting,
    imports: BTreeSet<ImportStyle>,
    /// The definitions of type variables.
    variables: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    /// For a module that has nothing but the helper.
    #[must_use]
    pub fn of_module(setting: Setting) -> Self {
        Self { home: Home::Module, setting, imports: BTreeSet::new(), variables: BTreeSet::new() }
    }

    /// For a module of the program, in which the helper goes to `at`.
    #[must_use]
    pub fn at(page: &'a Page<'a>, at: TextSize, setting: Setting) -> Self {
        Self { home: Home::Page(page, at), ..Self::of_module(setting) }
    }

    /// One step of indentation.
    #[must_use]
    pub fn step(&self) -> &'static str {
        match self.home {
            Home::Module => "    ",
            Home::Page(page, at) => page.step(at),
        }
    }

    /// How a name of a module is written; `None` where that means something else.
    pub fn name(&mut self, module: &str, name: &str) -> Option<String> {
        let Home::Page(page, at) = self.home else {
            self.imports.insert(ImportStyle::Module(module.to_owned()));
            return Some(format!("{module}.{name}"));
        };
        let found = refer(page.ast.module(), module, name, TextRange::empty(at))?;
        Some(self.noted(found))
    }

    /// The same for what annotations are made of, which is imported by its name.
    pub fn typing(&mut self, name: &str) -> Option<String> {
        self.member(&["typing"], name)
    }

    /// The same for what `collections.abc` has, and `typing` had before.
    pub fn abc(&mut self, name: &str) -> Option<String> {
        let mut modules = ["collections.abc", "typing"];
        if !self.setting.has(SUBSCRIPTED) {
            modules.reverse();
        }
        self.member(&modules, name)
    }

    fn member(&mut self, modules: &[&str], name: &str) -> Option<String> {
        let first = modules.first()?;
        let Home::Page(page, at) = self.home else {
            self.imports.insert(ImportStyle::Member { module: (*first).to_owned(), name: name.to_owned() });
            return Some(name.to_owned());
        };
        let (tree, at) = (page.ast.module(), TextRange::empty(at));
        let ways = |module: &str| [refer_member(tree, module, name, at), refer(tree, module, name, at)];
        let found: Vec<Reference> = modules.iter().flat_map(|module| ways(module)).flatten().collect();
        let is_there = |reference: &&Reference| reference.import.is_none();
        let best = found.iter().find(is_there).or(found.first())?.clone();
        Some(self.noted(best))
    }

    /// The same for what a module of the program has.
    pub fn own(&mut self, module: &str, name: &str) -> Option<String> {
        let Home::Page(page, at) = self.home else { return None };
        let found = refer_member(page.ast.module(), module, name, TextRange::empty(at))?;
        Some(self.noted(found))
    }

    /// An annotation that subscripts a class: in quotes where that cannot be done yet.
    #[must_use]
    pub fn subscripted(&self, annotation: &str) -> String {
        if self.setting.has(SUBSCRIPTED) { annotation.to_owned() } else { format!("\"{annotation}\"") }
    }

    /// Code of the catalogue, with the names of annotations in their places: `{Any}`.
    pub fn filled(&mut self, code: &str) -> Option<String> {
        let mut filled = code.to_owned();
        for name in ["Any", "AnyStr", "IO"] {
            let place = format!("{{{name}}}");
            if code.contains(&place) {
                filled = filled.replace(&place, &self.typing(name)?);
            }
        }
        for name in ["AsyncIterator", "Iterator", "Sequence"] {
            let place = format!("{{{name}}}");
            if code.contains(&place) {
                filled = filled.replace(&place, &self.abc(name)?);
            }
        }
        Some(filled)
    }

    fn noted(&mut self, reference: Reference) -> String {
        self.imports.extend(reference.import);
        reference.text
    }

    /// The types of a function that is handed on with its arguments.
    pub fn handed(&mut self) -> Option<Handed> {
        let callable = self.abc("Callable")?;
        let with_parameters = |parameters: &str, value: &str, generics: &str| Handed {
            generics: generics.to_owned(),
            function: format!("{callable}[{parameters}, {value}]"),
            args: format!("{parameters}.args"),
            kwargs: format!("{parameters}.kwargs"),
            result: value.to_owned(),
        };
        if self.writes_out() {
            return Some(with_parameters("P", "T", "[**P, T]"));
        }
        let value = self.variable(Variable::Value);
        let parameters = value.as_ref().filter(|_| self.setting.has(PARAMETERS)).is_some();
        if let Some(parameters) = parameters.then(|| self.variable(Variable::Parameters)).flatten() {
            return Some(with_parameters(&parameters, &value?, ""));
        }
        let any = self.typing("Any")?;
        let result = value.unwrap_or_else(|| any.clone());
        let function = format!("{callable}[..., {result}]");
        Some(Handed { generics: String::new(), function, args: any.clone(), kwargs: any, result })
    }

    /// The type of a value that goes through a function, and what stands behind the name of that.
    pub fn value(&mut self) -> Option<(String, &'static str)> {
        if self.writes_out() {
            return Some(("T".to_owned(), "[T]"));
        }
        let variable = self.variable(Variable::Value);
        Some((variable.or_else(|| self.typing("Any"))?, ""))
    }

    fn writes_out(&self) -> bool {
        self.setting.minimum.is_some_and(|minimum| minimum >= WRITTEN_OUT)
    }

    /// A type variable: one that the module has, or a new one. `None` where its name means something else there.
    fn variable(&mut self, variable: Variable) -> Option<String> {
        let name = match self.home {
            Home::Module => variable.name().to_owned(),
            Home::Page(page, at) => {
                if let Some(known) = known_variable(page.ast.module(), variable, at) {
                    return Some(known);
                }
                Some(format!("_{}", variable.name())).filter(|name| !has_word(page.text, name))?
            }
        };
        let class = self.typing(variable.class())?;
        self.variables.insert(format!("{name} = {class}(\"{name}\")"));
        Some(name)
    }

    /// The first lines of a function: `start(parameters) -> returns:`, laid out as black does.
    #[must_use]
    pub fn head(&self, indent: &str, start: &str, parameters: &[String], returns: &str) -> String {
        let width = match self.home {
            Home::Module => self.setting.width,
            Home::Page(page, _) => page.width,
        };
        let all = parameters.join(", ");
        let line = format!("{indent}{start}({all}) -> {returns}:");
        if line.chars().count() <= width {
            return line;
        }
        let inner = format!("{indent}{}", self.step());
        let below = match inner.chars().count() + all.chars().count() <= width {
            true => format!("{inner}{all}"),
            false => parameters.iter().map(|one| format!("{inner}{one},")).collect::<Vec<_>>().join("\n"),
        };
        format!("{indent}{start}(\n{below}\n{indent}) -> {returns}:")
    }

    /// What the code needs at the top of its module.
    #[must_use]
    pub fn needs(self) -> Vec<ImportStyle> {
        self.imports.into_iter().chain(self.variables.into_iter().map(ImportStyle::Variable)).collect()
    }

    /// The text of the module that has nothing but the helper.
    #[must_use]
    pub fn module(self, about: &str, code: &str) -> String {
        let mut parts = vec![format!("\"\"\"{about}\"\"\"")];
        let mut plain = Vec::new();
        let mut members: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for import in &self.imports {
            match import {
                ImportStyle::Module(module) => plain.push(format!("import {module}")),
                ImportStyle::Member { module, name } => members.entry(module).or_default().push(name),
                ImportStyle::Variable(_) => {}
            }
        }
        plain.extend(members.into_iter().map(|(module, names)| format!("from {module} import {}", names.join(", "))));
        parts.extend((!plain.is_empty()).then(|| plain.join("\n")));
        let variables: Vec<String> = self.variables.into_iter().collect();
        parts.extend((!variables.is_empty()).then(|| variables.join("\n")));
        format!("{}\n\n\n{code}\n", parts.join("\n\n"))
    }
}

/// A type variable of a module that stands for anything and is there at a place.
fn known_variable(tree: &ModModule, variable: Variable, at: TextSize) -> Option<String> {
    tree.body.iter().filter(|stmt| stmt.end() <= at).find_map(|stmt| {
        let assign = stmt.as_assign_stmt()?;
        let ([Expr::Name(target)], Expr::Call(call)) = (&assign.targets[..], &*assign.value) else { return None };
        let is_it = last(&call.func) == Some(variable.class()) && call.arguments.len() == 1;
        is_it.then(|| target.id.to_string())
    })
}

/// Whether a statement of a module defines this name.
#[must_use]
pub fn defines(stmt: &Stmt, name: &str) -> bool {
    match stmt {
        Stmt::FunctionDef(def) => def.name.as_str() == name,
        Stmt::ClassDef(def) => def.name.as_str() == name,
        Stmt::Assign(assign) => {
            assign.targets.iter().any(|target| target.as_name_expr().is_some_and(|target| target.id.as_str() == name))
        }
        _ => false,
    }
}
