//! What is reached in a roundabout way: a variable by the table of its module, an attribute by a text, a container by another name for it
//! or by a method of it that a variable holds.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::Collector;
use crate::plan::outline::{Place, PlaceId};
use crate::plan::results::looks_up;
use crate::plan::touch::Kind;
use crate::project::dotted;
use crate::project::facts::{MODULE, is_mutator};

impl Collector<'_, '_> {
    /// The place of what is taken out of the table of a module's variables or of an object's attributes: `globals()["total"]`,
    /// `row.__dict__["n"]`.
    pub(super) fn out_of_table(&mut self, expr: &Expr) -> Option<PlaceId> {
        let place = match expr {
            Expr::Attribute(attribute) if is_own_module(&attribute.value) => Place::Fixed(attribute.attr.to_string()),
            Expr::Attribute(attribute) if attribute.attr.as_str() == "__dict__" => {
                return Some(self.place(&attribute.value));
            }
            Expr::Subscript(subscript) => match (&*subscript.slice, attributes_of(&subscript.value)) {
                (Expr::StringLiteral(name), _) if is_own_module(&subscript.value) => {
                    Place::Fixed(name.value.to_str().to_owned())
                }
                (Expr::StringLiteral(name), Some(object)) => {
                    Place::Attribute(self.place(object), Name::new(name.value.to_str()))
                }
                (_, Some(object)) => return Some(self.place(object)),
                _ => return None,
            },
            _ => return None,
        };
        Some(self.add(place))
    }

    /// `getattr(x, "name")` reads `x.name`, and `setattr` writes it. Where the name is worked out it may be any attribute.
    pub(super) fn named_attribute(&mut self, call: &ast::ExprCall, object: &Expr) {
        let Some(name) = call.arguments.args.get(1) else { return };
        let is_write = matches!(&*call.func, Expr::Name(func) if matches!(func.id.as_str(), "setattr" | "delattr"));
        let (place, read) = match name {
            Expr::StringLiteral(name) if is_own_module(object) => {
                (self.add(Place::Fixed(name.value.to_str().to_owned())), Kind::Read)
            }
            Expr::StringLiteral(name) => {
                let owner = self.place(object);
                (self.add(Place::Attribute(owner, Name::new(name.value.to_str()))), Kind::Read)
            }
            _ => (self.place(object), Kind::Scan),
        };
        self.touch(place, if is_write { Kind::Write } else { read }, call.range());
    }

    /// Notes what a call changes whose callee is a variable, or in one, that holds methods of containers: `put = rows.append`.
    pub(super) fn by_held_method(&mut self, call: &ast::ExprCall) {
        let name = match &*call.func {
            Expr::Name(name) => name,
            Expr::Subscript(subscript) => match &*subscript.value {
                Expr::Name(name) => name,
                _ => return,
            },
            _ => return,
        };
        let mut changed: Vec<Expr> = Vec::new();
        for value in self.values_of(&name.id) {
            any_over_expr(&value, |expr| {
                if let Expr::Attribute(method) = expr
                    && is_mutator(&method.attr)
                    && (method.value.is_name_expr() || method.value.is_attribute_expr())
                {
                    changed.push((*method.value).clone());
                }
                false
            });
        }
        for object in changed {
            let place = self.place(&object);
            self.touch(place, Kind::Mutate, call.range());
        }
    }

    /// Notes that a call is given a method which changes its object, and may call it: `map(rows.append, found)`.
    pub(super) fn hands_on_method(&mut self, call: &ast::ExprCall, given: &Expr) {
        if let Expr::Attribute(method) = given
            && is_mutator(&method.attr)
            && !self.is_of_module(method)
        {
            let place = self.place(&method.value);
            self.touch(place, Kind::Mutate, call.range());
        }
    }

    /// What a variable of the function, or one of the module that is bound once, is bound to.
    fn values_of(&self, name: &Name) -> Vec<Expr> {
        if self.names.bound.contains(name) {
            let bound = self.bound.get(name).into_iter().flatten();
            return bound.filter(|bound| bound.is_of_variable()).map(|bound| bound.value.clone()).collect();
        }
        self.value_in_module(name).into_iter().collect()
    }

    /// What a variable of the module is bound to, where that is done once and the names in it mean the same in the function.
    fn value_in_module(&self, name: &Name) -> Option<Expr> {
        let types = &self.survey.resolver.types;
        let facts = types.facts(self.function.file);
        let mut bound = facts.bindings.iter().filter(|binding| binding.target == *name);
        let (binding, None) = (bound.next()?, bound.next()) else { return None };
        let ast = types.ast(self.function.file).filter(|_| binding.function == MODULE)?;
        let value = ast.expression(binding.value)?;
        let is_hidden = |expr: &Expr| matches!(expr, Expr::Name(name) if self.names.bound.contains(&name.id));
        (!any_over_expr(value, is_hidden)).then(|| value.clone())
    }

    /// The place of what a variable of the module is another name for, or holds.
    pub(super) fn behind(&mut self, name: &Name) -> Option<PlaceId> {
        if let Some(known) = self.aliases.get(name) {
            return *known;
        }
        self.aliases.insert(name.clone(), None);
        let names_others = |value: &Expr| {
            if let Expr::Call(call) = value {
                return looks_up(self.survey, self.function.file, call);
            }
            let is_one = |expr: &Expr| matches!(expr, Expr::Name(_) | Expr::Attribute(_));
            matches!(
                value,
                Expr::Name(_)
                    | Expr::Attribute(_)
                    | Expr::Subscript(_)
                    | Expr::Dict(_)
                    | Expr::List(_)
                    | Expr::Tuple(_)
            ) && any_over_expr(value, is_one)
        };
        let value = self.value_in_module(name).filter(names_others)?;
        let place = (!self.is_code(&value)).then(|| self.value(&value))?;
        self.aliases.insert(name.clone(), Some(place));
        Some(place)
    }
}

/// The object whose attributes an expression is the table of.
fn attributes_of(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Attribute(attribute) if attribute.attr.as_str() == "__dict__" => Some(&attribute.value),
        Expr::Call(call) => match (&*call.func, &*call.arguments.args) {
            (Expr::Name(name), [object]) if name.id.as_str() == "vars" => Some(object),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression stands for the module that it is in, or for the table of its variables.
fn is_own_module(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) if call.arguments.args.is_empty() => {
            matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "globals")
        }
        Expr::Subscript(subscript) => {
            dotted(&subscript.value).is_some_and(|name| name == "sys.modules")
                && matches!(&*subscript.slice, Expr::Name(name) if name.id.as_str() == "__name__")
        }
        expr => attributes_of(expr).is_some_and(is_own_module),
    }
}
