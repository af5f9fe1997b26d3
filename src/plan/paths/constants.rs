//! Variables of modules and attributes of objects that name one file for good.

use ruff_python_ast::name::Name;
use ruff_python_ast::statement_visitor::{StatementVisitor, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::{Names, Reader, Spelling, renamed};
use crate::analysis::FnId;
use crate::plan::scope::is_of_module;
use crate::project::facts::MODULE;
use crate::text::has_word;

/// What an object is made by, which gives it the attributes that name its files.
const MAKER: &str = "__init__";

impl Reader<'_> {
    /// The path that a variable of the module stands for, if that is bound once.
    pub(super) fn constant(&self, name: &str, depth: usize) -> Option<Spelling> {
        let is_of_module = || is_of_module(&self.survey.resolver.types, self.function, name);
        if self.survey.resolver.index().is_mutated(name) || !is_of_module() {
            return None;
        }
        let mut stores =
            Stores { depth: 0, of: &|target| is_name(target, name), declared: Some(name), found: Vec::new() };
        stores.visit_body(&self.ast.module().body);
        let value = self.ast.expression(stores.only()?)?;
        let reader = self.within(MODULE);
        // What is worked out is known best by the name of what keeps it.
        reader.is_path(value).then(|| reader.spelling(value, depth)).filter(Spelling::is_fixed)
    }

    /// The path that an attribute of the function's object stands for, where the object gets it when it is made, and never another one.
    pub(super) fn attribute(&self, attribute: &ExprAttribute, depth: usize) -> Option<Spelling> {
        let facts = self.survey.resolver.types.facts(self.function.file);
        let own = facts.functions.get(self.function.index as usize)?;
        let object = own.parameters.first().filter(|_| own.class.is_some())?;
        let class = facts.classes.get(own.class? as usize)?;
        let is_own = is_name(&attribute.value, &object.name);
        let init = class.members.get(MAKER).copied().flatten().filter(|_| is_own)?;
        let maker = facts.functions.get(init as usize)?;
        let (first, given) = maker.parameters.split_first()?;
        let def = self.ast.def(maker.range)?;
        let kept = |name: &str| {
            let is_it = |target: &Expr| {
                target.as_attribute_expr().is_some_and(|of| of.attr.as_str() == name && of.value.is_name_expr())
            };
            let mut stores = Stores { depth: 0, of: &is_it, declared: None, found: Vec::new() };
            let around = self.ast.path(def.range()).into_iter().rev().find_map(|node| match node {
                AnyNodeRef::StmtClassDef(class) => Some(class),
                _ => None,
            })?;
            stores.visit_body(&around.body);
            stores.only().filter(|value| def.range().contains_range(*value))
        };
        let reader = self.within(init);
        let value = self.ast.expression(kept(attribute.attr.as_str())?).filter(|value| reader.is_path(value))?;
        let path = reader.spelling(value, depth).written();
        // What it is made with has the name of the attribute that keeps it.
        let mut names: Names = vec![(first.name.clone(), object.name.to_string())];
        for parameter in given.iter().filter(|parameter| has_word(&path, &parameter.name)) {
            let attributes = attributes_of(&def.body, &parameter.name);
            let keeper = attributes.into_iter().find(|attribute| kept(attribute).is_some())?;
            names.push((parameter.name.clone(), format!("{}.{keeper}", object.name)));
        }
        Some(Spelling::of_value(&renamed(&path, &names)))
    }

    fn within(&self, index: u32) -> Self {
        let function = FnId { file: self.function.file, index };
        Self { survey: self.survey, ast: self.ast, function, source: self.source.clone() }
    }
}

/// The attributes of objects that keep what a parameter of a function is given.
fn attributes_of(body: &[Stmt], parameter: &str) -> Vec<Name> {
    let assigned = body.iter().filter_map(|stmt| match stmt {
        Stmt::Assign(assign) if is_name(&assign.value, parameter) => assign.targets.first(),
        Stmt::AnnAssign(assign) if assign.value.as_ref().is_some_and(|value| is_name(value, parameter)) => {
            Some(&*assign.target)
        }
        _ => None,
    });
    assigned.filter_map(|target| Some(target.as_attribute_expr()?.attr.id.clone())).collect()
}

fn is_name(expr: &Expr, name: &str) -> bool {
    expr.as_name_expr().is_some_and(|own| own.id == name)
}

/// What some statements store in a place.
struct Stores<'a> {
    of: &'a dyn Fn(&Expr) -> bool,
    /// A name that only those functions store in which say that it is not their own.
    declared: Option<&'a str>,
    /// How many functions the visitor is inside of.
    depth: usize,
    /// The values, where they are known.
    found: Vec<Option<TextRange>>,
}

impl Stores<'_> {
    /// The value, if there is one only.
    fn only(&self) -> Option<TextRange> {
        match self.found[..] {
            [value] => value,
            _ => None,
        }
    }

    fn add<'t>(&mut self, targets: impl IntoIterator<Item = &'t Expr>, value: Option<TextRange>) {
        if self.declared.is_none() || self.depth == 0 {
            let found = targets.into_iter().filter(|target| (self.of)(target)).map(|_| value);
            self.found.extend(found);
        }
    }
}

impl<'a> StatementVisitor<'a> for Stores<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) => {
                self.depth += 1;
                walk_stmt(self, stmt);
                self.depth -= 1;
                return;
            }
            Stmt::Global(global) if global.names.iter().any(|name| Some(name.as_str()) == self.declared) => {
                self.found.push(None);
            }
            Stmt::Assign(assign) => self.add(&assign.targets, Some(assign.value.range())),
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.add([&*assign.target], Some(value.range()));
                }
            }
            Stmt::AugAssign(assign) => self.add([&*assign.target], None),
            Stmt::For(for_) => self.add([&*for_.target], None),
            Stmt::With(with) => {
                self.add(with.items.iter().filter_map(|item| item.optional_vars.as_deref()), None);
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }
}
