//! Where a lock is kept: with the object, or in the module, that has the places.

use std::collections::BTreeSet;

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::plain::class_at;
use super::{Maker, MakerForm};
use crate::analysis::{FnId, Lookup};
use crate::plan::decide::Planner;
use crate::plan::factory;
use crate::plan::scope::is_of_module;
use crate::project::facts::{Class, Facts, MODULE};
use crate::project::{FileId, Shape, last};
use crate::text::has_word;

/// What makes a class a data class.
const DATA_CLASS: &str = "dataclasses.dataclass";

/// What has the places that a lock is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan) enum Home {
    /// Each instance of the class whose name starts there.
    Class(FileId, TextSize),
    /// The class whose name starts there, for it and all of its instances.
    Static(FileId, TextSize),
    Module(FileId),
    /// A pool that this module makes.
    Pool(FileId),
    /// What no variable holds, and what this module, the first of those that do, works on.
    Outside(FileId),
}

impl Home {
    /// Of what has a shape: an object of a class, or the class.
    pub(in crate::plan) fn of(shape: &Shape) -> Option<Self> {
        match shape {
            Shape::Instance(class) => Some(Self::Class(class.file, class.start)),
            Shape::Class(class) => Some(Self::Static(class.file, class.start)),
            _ => None,
        }
    }

    pub(in crate::plan) fn file(&self) -> FileId {
        match self {
            Self::Class(file, _)
            | Self::Static(file, _)
            | Self::Module(file)
            | Self::Pool(file)
            | Self::Outside(file) => *file,
        }
    }

    /// A place as a function names it.
    pub(super) fn place(&self, owner: Option<&str>, name: &str) -> String {
        owner.map_or_else(|| name.to_owned(), |owner| format!("{owner}.{name}"))
    }

    pub(in crate::plan) fn class<'a>(&self, facts: &'a Facts) -> Option<&'a Class> {
        match self {
            Self::Class(_, start) | Self::Static(_, start) => {
                facts.class_at(*start).and_then(|index| facts.classes.get(index as usize))
            }
            Self::Module(_) | Self::Pool(_) | Self::Outside(_) => None,
        }
    }
}

impl Planner<'_> {
    /// Who has a place that a function touches, and what it is called there.
    pub(in crate::plan) fn home_of(&self, function: FnId, place: &str) -> Option<(Home, String)> {
        let facts = self.resolver.types.facts(function.file);
        let info = facts.functions.get(function.index as usize)?;
        let (home, name) = match place.split_once('.') {
            Some((owner, name)) => {
                let is_receiver = info.parameters.first().is_some_and(|first| first.name == owner);
                let class = info.class.filter(|_| is_receiver && !name.contains('.'))?;
                (Home::Class(function.file, facts.classes.get(class as usize)?.start), name)
            }
            None => (Home::Module(function.file), place),
        };
        self.owner_in(&home, function)?;
        (place.contains('.') || self.is_variable_in(function, name)).then(|| (home, name.to_owned()))
    }

    /// Whether a name means the module's variable in a function.
    pub(in crate::plan) fn is_variable_in(&self, function: FnId, name: &str) -> bool {
        is_of_module(&self.resolver.types, function, name)
    }

    /// What a function names the owner of the places by, if it can name them; nothing for those of a module.
    pub(super) fn owner_in(&self, home: &Home, function: FnId) -> Option<Option<String>> {
        let types = &self.resolver.types;
        let facts = types.facts(function.file);
        let info = facts.functions.get(function.index as usize)?;
        if function.file != home.file() || info.name == "__init__" || info.is_property {
            return None;
        }
        let Home::Class(_, start) = home else { return Some(None) };
        let class = facts.classes.get(info.class? as usize).filter(|class| class.start == *start);
        let ast = types.ast(function.file)?;
        let is_bound = info.decorators.iter().all(|at| {
            let name = ast.expression(*at).and_then(last);
            name.is_some_and(|name| !matches!(name, "staticmethod" | "classmethod"))
        });
        let first = info.parameters.first().filter(|_| class.is_some() && is_bound)?;
        Some(Some(first.name.to_string()))
    }

    /// Where the lock is made, if all that has the places can have one.
    pub(super) fn maker(&self, home: &Home, places: &BTreeSet<String>) -> Option<Maker> {
        let types = &self.resolver.types;
        let ast = types.ast(home.file())?;
        let facts = types.facts(home.file());
        let (Home::Class(file, _) | Home::Static(file, _)) = home else {
            let after =
                last_binding(&ast.module().body, places, &|target| target.as_name_expr().map(|name| &*name.id))?;
            if self.has_loop_per_test(home.file()) {
                return None;
            }
            let is_known = ast.module().body.iter().all(|stmt| !imports_loops(stmt) || stmt.end() <= after.start());
            return is_known.then_some(Maker { after, form: MakerForm::Variable });
        };
        let class = home.class(&facts)?;
        let is_method = |name: &String| matches!(class.members.get(name.as_str()), Some(Some(_)));
        if places.iter().any(is_method) || !self.is_simple_class(*file, class) {
            return None;
        }
        let def = class_at(&ast, class.start)?;
        match &def.decorator_list[..] {
            [] if matches!(home, Home::Static(..)) => {
                let after = last_binding(&def.body, places, &|target| target.as_name_expr().map(|name| &*name.id))?;
                (!self.has_loop_per_test(home.file())).then_some(Maker { after, form: MakerForm::Variable })
            }
            [] => {
                let init = def.body.iter().find_map(|stmt| match stmt {
                    Stmt::FunctionDef(def) if def.name.as_str() == "__init__" => Some(def),
                    _ => None,
                })?;
                let own = init.parameters.iter().next().filter(|_| init.decorator_list.is_empty())?.name().as_str();
                let after = last_binding(&init.body, places, &|target| {
                    let attribute = target.as_attribute_expr()?;
                    let owner = attribute.value.as_name_expr()?;
                    (owner.id.as_str() == own).then_some(attribute.attr.as_str())
                })?;
                Some(Maker { after, form: MakerForm::Attribute(own.to_owned()) })
            }
            [decorator]
                if types.reference_names(*file, &decorator.expression).iter().any(|name| name == DATA_CLASS)
                    && !class.members.contains_key("__init__") =>
            {
                last_binding(&def.body, places, &|target| target.as_name_expr().map(|name| &*name.id))?;
                let fields: Vec<&Stmt> = def.body.iter().filter(|stmt| stmt.is_ann_assign_stmt()).collect();
                self.makes_places(*file, class, &fields, places).then_some(())?;
                Some(Maker { after: fields.last()?.range(), form: MakerForm::Field })
            }
            _ => None,
        }
    }

    /// Whether tests, each of which may have a loop of its own, use a module.
    fn has_loop_per_test(&self, file: FileId) -> bool {
        let mut others = self.resolver.types.world().own_files();
        others.any(|(other, source)| {
            let is_test =
                source.facts.functions.iter().any(|function| function.is_async && function.name.starts_with("test"));
            is_test && (other == file || self.resolver.may_hold(other, file) || self.resolver.sees(other, file))
        })
    }

    /// Whether a data class itself makes what the places hold: nobody who makes an object passes it.
    fn makes_places(&self, file: FileId, class: &Class, fields: &[&Stmt], places: &BTreeSet<String>) -> bool {
        let is_place = |stmt: &&Stmt| {
            let assign = stmt.as_ann_assign_stmt();
            let name = assign.and_then(|assign| assign.target.as_name_expr());
            name.is_some_and(|name| places.contains(name.id.as_str()))
        };
        let Some(first) = fields.iter().position(is_place) else { return false };
        let values = fields.iter().filter(|stmt| is_place(stmt)).filter_map(|stmt| stmt.as_ann_assign_stmt());
        if !values.filter_map(|assign| assign.value.as_deref()).all(|value| self.is_made_new(file, value)) {
            return false;
        }
        let (types, index) = (&self.resolver.types, self.resolver.index());
        index.calls(&class.name).iter().chain(index.calls("replace")).all(|&(file, position)| {
            let call = types.world().call_at((file, position));
            let Some(ast) = types.ast(file) else { return false };
            let Some(node) = call.and_then(|call| ast.call(call.range)) else { return true };
            let is_starred = node.arguments.args.iter().any(Expr::is_starred_expr);
            let passes = |name: &str| places.contains(name);
            node.func.is_attribute_expr() && last(&node.func) == Some("replace")
                || !is_starred
                    && node.arguments.args.len() <= first
                    && node
                        .arguments
                        .keywords
                        .iter()
                        .all(|keyword| keyword.arg.as_ref().is_some_and(|arg| !passes(arg)))
        })
    }

    /// Whether the field of a data class with this value has something of its own for each object.
    fn is_made_new(&self, file: FileId, value: &Expr) -> bool {
        let types = &self.resolver.types;
        let module = FnId { file, index: MODULE };
        let factory = value.as_call_expr().and_then(|call| call.arguments.find_keyword("default_factory"));
        match factory.map(|keyword| &keyword.value) {
            None => types.is_immutable(file, value),
            Some(Expr::Lambda(lambda)) => factory::is_all_new(self.survey, module, &lambda.body),
            Some(maker) => {
                let is_new = |shape: &Shape| match shape {
                    Shape::Class(class) => factory::makes_new(self.survey, Some(*class)),
                    Shape::Function(def) => {
                        types.world().fn_of(*def).is_some_and(|id| factory::hands_out_new(self.survey, id))
                    }
                    _ => false,
                };
                let shapes = self.resolver.shapes(file, maker);
                !shapes.is_empty() && shapes.iter().all(is_new)
            }
        }
    }

    /// A name for the lock that means nothing yet; one that others may use, if it `is_shared`.
    pub(super) fn lock_name(&self, home: &Home, places: &BTreeSet<String>, is_shared: bool) -> Option<String> {
        let types = &self.resolver.types;
        let file = home.file();
        let near = types.world().own_files().map(|(other, _)| other);
        let near = near.filter(|other| *other == file || self.resolver.may_hold(*other, file));
        let texts: Vec<String> = near.map(|other| types.text_once(other)).collect();
        let mark = if is_shared { "" } else { "_" };
        let first = places.first().map(|name| format!("{mark}{}_lock", name.trim_start_matches('_').to_lowercase()));
        let mut names = std::iter::once(format!("{mark}lock")).chain(first);
        names.find(|name| !texts.iter().any(|text| has_word(text, name)))
    }
}

/// The last statement of a block that binds one of the places, all of which it binds.
fn last_binding<'a>(
    body: &'a [Stmt],
    places: &BTreeSet<String>,
    name: &dyn Fn(&'a Expr) -> Option<&'a str>,
) -> Option<TextRange> {
    let bound = |stmt: &'a Stmt| match stmt {
        Stmt::Assign(ast::StmtAssign { targets, .. }) => match &targets[..] {
            [target] => name(target),
            _ => None,
        },
        Stmt::AnnAssign(assign) => assign.value.as_ref().and_then(|_| name(&assign.target)),
        _ => None,
    };
    let binds = |place: &String| body.iter().any(|stmt| bound(stmt) == Some(place.as_str()));
    let last = body.iter().rev().find(|stmt| bound(stmt).is_some_and(|name| places.contains(name)))?;
    places.iter().all(binds).then(|| last.range())
}

/// Whether a statement imports what locks come from.
fn imports_loops(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Import(import) => import.names.iter().any(|alias| alias.name.as_str() == "asyncio"),
        Stmt::ImportFrom(import) => import.module.as_ref().is_some_and(|module| module.as_str() == "asyncio"),
        _ => false,
    }
}
