//! Whether a call through a base class or a protocol may run a method of a class.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use crate::analysis::resolve::Resolver;
use crate::project::{DefId, FileId};

impl Resolver<'_> {
    /// Whether `own` has every method that the protocol `class` asks for.
    #[must_use]
    pub fn has_all_of(&self, own: DefId, class: DefId) -> bool {
        let facts = self.types.facts(class.file);
        let Some(class) = facts.class_at(class.start).and_then(|index| facts.classes.get(index as usize)) else {
            return false;
        };
        let mro = self.types.mro(own);
        let mut methods = class.members.iter().filter(|(_, function)| function.is_some());
        !class.members.is_empty() && methods.all(|(name, _)| mro.iter().any(|base| base.member(name).is_some()))
    }

    /// Whether a class of this name in `file` may be a protocol that `own` fulfils.
    pub(super) fn may_fulfil(&self, own: DefId, file: FileId, name: &str) -> bool {
        let facts = self.types.facts(file);
        let mut protocols = facts.classes.iter().filter(|class| class.name.as_str() == name);
        protocols.any(|class| self.has_all_of(own, DefId { file, start: class.start }))
    }

    /// Whether a class of the program is a protocol. `Protocol` is a special form, which the engine does not list among the bases.
    pub(in crate::analysis) fn is_protocol(&self, class: DefId) -> bool {
        if !self.types.world().is_own(class.file) {
            return false;
        }
        let facts = self.types.facts(class.file);
        facts
            .class_at(class.start)
            .and_then(|index| facts.classes.get(index as usize))
            .is_some_and(|class| class.bases.iter().any(|base| base.as_str() == "Protocol"))
    }

    /// Whether nothing but `class` itself can be behind the receiver of `func`: it was made by calling the class, it is the class by
    /// its name, or the lookup starts above the class with `super()`.
    pub(in crate::analysis) fn is_exact(&self, file: FileId, func: &Expr, class: DefId) -> bool {
        let receiver = match func {
            Expr::Attribute(attribute) => &*attribute.value,
            other => other,
        };
        match receiver {
            Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "super") => true,
            Expr::Call(call) => self.is_the_class(file, &call.func, class),
            Expr::Name(name) if name.id.as_str() == "cls" || name.id.as_str() == "self" => false,
            Expr::Name(name) => self.is_bound_to(file, name, class),
            value if is_display(value) => true,
            _ => false,
        }
    }

    /// Whether an expression names the class itself. What has the type `type[…]` may be any of its subclasses.
    fn is_the_class(&self, file: FileId, func: &Expr, class: DefId) -> bool {
        match func {
            Expr::Name(name) => self.types.name_definitions(file, name).contains(&class),
            Expr::Attribute(attribute) => self.types.attribute_definitions(file, attribute).contains(&class),
            _ => false,
        }
    }

    /// Whether a name is the class, or is bound to nothing but calls of it.
    fn is_bound_to(&self, file: FileId, name: &ast::ExprName, class: DefId) -> bool {
        let facts = self.types.facts(file);
        let scope = facts.enclosing(name.start());
        let Some(ast) = self.types.ast(file) else {
            return false;
        };
        let mut bound =
            facts.bindings.iter().filter(|binding| binding.function == scope && binding.target == name.id).peekable();
        if bound.peek().is_none() {
            return self.types.name_definitions(file, name).contains(&class);
        }
        bound.all(|binding| match ast.expression(binding.value) {
            Some(Expr::Call(call)) => self.is_the_class(file, &call.func, class),
            Some(value) => is_display(value),
            None => false,
        })
    }
}

/// Whether an expression writes a container of the language out: that is no object of a class derived from it.
fn is_display(value: &Expr) -> bool {
    matches!(
        value,
        Expr::Dict(_) | Expr::List(_) | Expr::Set(_) | Expr::DictComp(_) | Expr::ListComp(_) | Expr::SetComp(_)
    )
}
