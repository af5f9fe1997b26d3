//! Whether a call's arguments make an api block.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr};

use ruff_text_size::TextRange;

use super::resolve::{Resolver, argument};
use crate::catalogue::{Api, Changes, Condition, Looks, Touches};
use crate::project::{FileId, Shape};

/// How many calls may lie between an object and what it was made of.
const MAKERS: usize = 3;

impl Resolver<'_> {
    /// Whether `call`, a call of `api`, blocks with these arguments. `offset` is 1 for a method called on its class.
    #[must_use]
    pub fn blocks(&self, file: FileId, call: &ast::ExprCall, api: &Api, offset: usize) -> bool {
        let holds = |condition: &Condition| self.holds(file, call, condition, offset);
        api.when.iter().all(holds) && !api.unless.iter().any(holds)
    }

    /// Whether a call makes an object: what it is given says how that behaves.
    #[must_use]
    pub fn makes_object(&self, file: FileId, call: &ast::ExprCall) -> bool {
        self.types.shapes(file, &call.func).iter().any(|shape| matches!(shape, Shape::Class(_)))
    }

    fn makes_library_object(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let shapes = self.types.shapes(file, &call.func);
        let is_library = |shape: &Shape| matches!(shape, Shape::Class(class) if !self.types.world().is_own(class.file));
        !shapes.is_empty() && shapes.iter().all(is_library)
    }

    /// Whether `call`, a call of `api` whose arguments start at `offset`, changes files with them.
    #[must_use]
    pub fn changes(&self, file: FileId, call: &ast::ExprCall, api: &Api, offset: usize) -> bool {
        match &api.changes {
            Changes::Always(changes) => *changes,
            Changes::When(conditions) => conditions.iter().any(|condition| self.holds(file, call, condition, offset)),
        }
    }

    /// Whether `call`, a call of `api`, makes what is missing with these arguments, and leaves alone what is there.
    #[must_use]
    pub fn makes(&self, file: FileId, call: &ast::ExprCall, api: &Api) -> bool {
        api.makes.iter().any(|condition| self.holds(file, call, condition, 0))
    }

    /// Whether `call` looks at what a rule says, with these arguments.
    #[must_use]
    pub fn looks(&self, file: FileId, call: &ast::ExprCall, rule: &Looks) -> bool {
        let holds = |condition: &Condition| self.holds(file, call, condition, 0);
        rule.when.iter().all(holds) && !rule.unless.iter().any(holds)
    }

    /// Whether `call`, which a rule is about, touches what that says, with these arguments.
    #[must_use]
    pub fn touches(&self, file: FileId, call: &ast::ExprCall, rule: &Touches) -> bool {
        let holds = |condition: &Condition| self.holds(file, call, condition, 0);
        rule.when.iter().all(holds) && !rule.unless.iter().any(holds)
    }

    fn holds(&self, file: FileId, call: &ast::ExprCall, condition: &Condition, offset: usize) -> bool {
        if condition.made {
            return self.was_made(file, call, condition, MAKERS);
        }
        if condition.entry.is_some() {
            return self.has_entry(file, call, condition);
        }
        let position = condition.at.map(|at| at + offset);
        let given = argument(call, &condition.argument, position);
        if let Some(expected) = condition.given {
            let hidden = call.arguments.args.iter().any(Expr::is_starred_expr)
                || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
            return given.is_some() == expected && !(hidden && given.is_none());
        }
        let Some(given) = given else {
            return false;
        };
        if let Some(expected) = condition.known {
            return self.literal(file, given).is_some() == expected;
        }
        if let Some(expected) = condition.module {
            let name = self.types.literal(file, given);
            let is_found = |name: String| self.runs_anywhere(file, name.trim_matches(['"', '\'']));
            return name.is_some_and(is_found) == expected;
        }
        if let Some(value) = &condition.is {
            return self.literal(file, given).is_some_and(|literal| equals(&literal, value));
        }
        if let Some(characters) = &condition.contains {
            return self.types.literal(file, given).is_some_and(|literal| literal.contains(|c| characters.contains(c)));
        }
        if let Some(name) = &condition.mentions {
            return self.mentions(file, given, name);
        }
        if let Some(class) = &condition.class {
            return self.types.is_instance(file, given, class);
        }
        false
    }

    /// Whether a condition holds for a call that made what `call` is called on.
    #[must_use]
    pub fn made_with(&self, file: FileId, call: &ast::ExprCall, condition: &Condition) -> bool {
        self.was_made(file, call, condition, MAKERS)
    }

    /// Whether a condition holds for the calls that made what `call` is called on: `zipfile.ZipFile(memory)`, then `.open(name)` on that.
    fn was_made(&self, file: FileId, call: &ast::ExprCall, condition: &Condition, depth: usize) -> bool {
        let object = call.func.as_attribute_expr().map(|method| &*method.value).filter(|_| depth > 0);
        object.is_some_and(|object| self.object_was_made(file, object, condition, depth))
    }

    /// Whether the conditions of an api hold for an object that is gone through or entered: some are about the call that made it.
    pub(super) fn blocks_with(&self, file: FileId, object: &Expr, api: &Api) -> bool {
        let made = object.as_call_expr().filter(|call| self.makes_object(file, call));
        let holds = |condition: &Condition| match (condition.made, made) {
            (true, _) => Some(self.object_was_made(file, object, condition, MAKERS)),
            (false, made) => made.map(|call| self.holds(file, call, condition, 0)),
        };
        api.when.iter().all(|condition| holds(condition).unwrap_or(true))
            && !api.unless.iter().any(|condition| holds(condition).unwrap_or(false))
    }

    fn object_was_made(&self, file: FileId, object: &Expr, condition: &Condition, depth: usize) -> bool {
        let holds = |home: FileId, maker: &ast::ExprCall| {
            let of_maker = Condition { made: false, ..condition.clone() };
            // Only of a class of the library it is known what it does where nothing is given.
            let is_known = condition.given != Some(false) || self.makes_library_object(home, maker);
            is_known && self.holds(home, maker, &of_maker, 0) || self.was_made(home, maker, condition, depth - 1)
        };
        if let Expr::Call(maker) = object {
            return holds(file, maker);
        }
        let bound = self.bindings_of(file, object);
        let is_made = |(home, value): &(FileId, TextRange)| {
            self.types.ast(*home).is_some_and(|ast| ast.call(*value).is_some_and(|maker| holds(*home, maker)))
        };
        !bound.is_empty() && bound.iter().all(is_made)
    }

    /// The value of a literal, or of what has a literal for its type. Types know no float literals.
    fn literal(&self, file: FileId, given: &Expr) -> Option<String> {
        if let Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Float(number), .. }) = given {
            return Some(number.to_string());
        }
        self.types.literal(file, given)
    }

    fn mentions(&self, file: FileId, expr: &Expr, name: &str) -> bool {
        struct Mentions<'a, 'b> {
            resolver: &'a Resolver<'b>,
            file: FileId,
            name: &'a str,
            found: bool,
        }
        impl<'a> Visitor<'a> for Mentions<'_, '_> {
            fn visit_expr(&mut self, expr: &'a Expr) {
                if self.found {
                    return;
                }
                if matches!(expr, Expr::Name(_) | Expr::Attribute(_)) {
                    let last = self.name.rsplit('.').next().unwrap_or(self.name);
                    let spelled = match expr {
                        Expr::Attribute(attribute) => attribute.attr.as_str() == last,
                        _ => true,
                    };
                    self.found = spelled
                        && self.resolver.types.reference_names(self.file, expr).iter().any(|name| name == self.name);
                }
                walk_expr(self, expr);
            }
        }
        let mut mentions = Mentions { resolver: self, file, name, found: false };
        mentions.visit_expr(expr);
        mentions.found
    }
}

/// Whether a literal type, as the engine shows it, is the value of a TOML condition.
fn equals(literal: &str, value: &toml::Value) -> bool {
    match value {
        toml::Value::Boolean(true) => literal == "True",
        toml::Value::Boolean(false) => literal == "False",
        toml::Value::Integer(number) => {
            literal.parse() == Ok(*number) || literal.parse().is_ok_and(|float: f64| float == *number as f64)
        }
        toml::Value::Float(number) => literal.parse() == Ok(*number),
        toml::Value::String(text) => literal == text || literal.trim_matches(['"', '\'']) == text,
        _ => false,
    }
}
