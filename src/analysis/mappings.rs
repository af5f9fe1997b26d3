//! Mappings that a call is given in a list: `configure(handlers=[{"sink": "app.log"}])`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::resolve::{Resolver, argument};
use crate::catalogue::Condition;
use crate::project::{Ast, FileId};

/// Where an expression stands.
type Place = (FileId, TextRange);

impl Resolver<'_> {
    /// Whether a mapping in the list that a call is given has the entry that a condition is about, and lacks what it must not have.
    pub(super) fn has_entry(&self, file: FileId, call: &ast::ExprCall, condition: &Condition) -> bool {
        self.mappings(file, call, &condition.argument).into_iter().any(|place| self.is_about(place, condition))
    }

    /// The mappings in the list that a call is given, of which a condition is about an entry.
    #[must_use]
    pub fn mappings_about(&self, file: FileId, call: &ast::ExprCall, condition: &Condition) -> Vec<Place> {
        let mut places = self.mappings(file, call, &condition.argument);
        places.retain(|place| self.is_about(*place, condition));
        places
    }

    fn is_about(&self, (home, at): Place, condition: &Condition) -> bool {
        let is_it = |ast: &Ast| {
            let mapping = ast.expression(at)?;
            let value = entry(mapping, condition.entry.as_deref()?)?;
            let lacks = condition.lacks.as_deref().is_none_or(|name| entry(mapping, name).is_none());
            let is_of = condition.class.as_deref().is_some_and(|class| self.types.is_instance(home, value, class));
            Some(lacks && is_of && !is_open(mapping))
        };
        self.types.ast(home).as_ref().and_then(is_it).unwrap_or_default()
    }

    /// The mappings, as they are written, in the list that a call is given for a parameter.
    fn mappings(&self, file: FileId, call: &ast::ExprCall, parameter: &str) -> Vec<Place> {
        let mut found = Vec::new();
        for (home, at) in self.given(file, call, parameter) {
            let ast = self.types.ast(home);
            let items = match ast.as_ref().and_then(|ast| ast.expression(at)) {
                Some(Expr::List(list)) => &list.elts,
                Some(Expr::Tuple(tuple)) => &tuple.elts,
                _ => continue,
            };
            found.extend(items.iter().flat_map(|item| self.written(home, item)));
        }
        found
    }

    /// What a call is given for a parameter, as it is written: where it stands in the call, in `**options`, or in a variable.
    #[must_use]
    pub fn given(&self, file: FileId, call: &ast::ExprCall, parameter: &str) -> Vec<Place> {
        if let Some(value) = argument(call, parameter, None) {
            return self.written(file, value);
        }
        let open = call.arguments.keywords.iter().filter(|keyword| keyword.arg.is_none());
        let options = open.flat_map(|keyword| self.written(file, &keyword.value));
        options
            .flat_map(|(home, at)| {
                let ast = self.types.ast(home);
                let value = ast.as_ref().and_then(|ast| entry(ast.expression(at)?, parameter));
                value.map(|value| self.written(home, value)).unwrap_or_default()
            })
            .collect()
    }

    /// Where a value is written: there, or where the variable gets it.
    fn written(&self, file: FileId, value: &Expr) -> Vec<Place> {
        match value {
            Expr::Name(_) => self.bindings_of(file, value),
            _ => vec![(file, value.range())],
        }
    }

    /// What `**options` give by name, where all of that is written out in one place.
    #[must_use]
    pub fn options(&self, file: FileId, options: &Expr) -> Option<Vec<(String, Place)>> {
        let [(home, at)] = self.written(file, options)[..] else { return None };
        let ast = self.types.ast(home)?;
        match ast.expression(at)? {
            Expr::Dict(dict) => {
                let named = dict.items.iter().map(|item| {
                    let key = item.key.as_ref()?.as_string_literal_expr()?;
                    Some((key.value.to_str().to_owned(), (home, item.value.range())))
                });
                named.collect()
            }
            Expr::Call(call) if is_dict(call) => {
                let keywords = call.arguments.keywords.iter();
                keywords
                    .map(|keyword| Some((keyword.arg.as_ref()?.to_string(), (home, keyword.value.range()))))
                    .collect()
            }
            _ => None,
        }
    }

    /// Whether a variable that holds a place is used at one place only, which then has what is written there.
    #[must_use]
    pub fn is_used_once(&self, (home, at): Place) -> bool {
        let Some(ast) = self.types.ast(home) else { return false };
        let path = ast.path(at);
        let target = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtAssign(assign) => Some(assign.targets.first()),
            AnyNodeRef::StmtAnnAssign(assign) => Some(Some(&*assign.target)),
            AnyNodeRef::StmtExpr(_) | AnyNodeRef::StmtReturn(_) => Some(None),
            _ => None,
        });
        match target.flatten() {
            Some(Expr::Name(name)) => {
                let loads = self.index().loads(&name.id);
                let own = loads.iter().filter(|(file, _)| *file == home || self.may_hold(*file, home));
                own.count() <= 1
            }
            Some(_) => false,
            None => true,
        }
    }
}

/// The value of an entry in a mapping that is written out: `{"sink": path}`, `dict(sink=path)`.
#[must_use]
pub fn entry<'a>(mapping: &'a Expr, name: &str) -> Option<&'a Expr> {
    match mapping {
        Expr::Dict(dict) => dict.items.iter().rev().find_map(|item| {
            let key = item.key.as_ref()?.as_string_literal_expr()?;
            (key.value.to_str() == name).then_some(&item.value)
        }),
        Expr::Call(call) if is_dict(call) => argument(call, name, None),
        _ => None,
    }
}

/// Whether a mapping takes in others, of which is not seen what they have.
fn is_open(mapping: &Expr) -> bool {
    match mapping {
        Expr::Dict(dict) => dict.items.iter().any(|item| item.key.is_none()),
        Expr::Call(call) => call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none()),
        _ => false,
    }
}

fn is_dict(call: &ast::ExprCall) -> bool {
    call.func.as_name_expr().is_some_and(|name| name.id.as_str() == "dict") && call.arguments.args.is_empty()
}
