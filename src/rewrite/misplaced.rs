//! Finds what only a coroutine function may hold where there is none around it: the parser takes it, the compiler does not.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ModModule, Stmt};

/// Whether the module awaits outside of coroutine functions. A generator expression may await anywhere.
#[must_use]
pub fn has_misplaced_await(module: &ModModule) -> bool {
    let mut misplaced = Misplaced::default();
    misplaced.visit_body(&module.body);
    misplaced.found
}

#[derive(Default)]
struct Misplaced {
    is_async: bool,
    found: bool,
}

impl Misplaced {
    fn within(&mut self, is_async: bool, walk: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.is_async, is_async);
        walk(self);
        self.is_async = outer;
    }
}

impl<'a> Visitor<'a> for Misplaced {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                def.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.visit_parameters(&def.parameters);
                self.within(def.is_async, |inner| inner.visit_body(&def.body));
            }
            Stmt::ClassDef(def) => {
                def.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                if let Some(arguments) = &def.arguments {
                    self.visit_arguments(arguments);
                }
                self.within(false, |inner| inner.visit_body(&def.body));
            }
            _ => {
                let is_async = match stmt {
                    Stmt::With(with) => with.is_async,
                    Stmt::For(for_) => for_.is_async,
                    _ => false,
                };
                self.found |= is_async && !self.is_async;
                visitor::walk_stmt(self, stmt);
            }
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Await(_) => self.found |= !self.is_async,
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameters(parameters);
                }
                return self.within(false, |inner| inner.visit_expr(&lambda.body));
            }
            Expr::Generator(_) => return self.within(true, |inner| visitor::walk_expr(inner, expr)),
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::*;

    fn is_misplaced(text: &str) -> bool {
        has_misplaced_await(parse_module(text).expect("it parses").syntax())
    }

    #[test]
    fn awaits_outside_of_coroutine_functions() {
        assert!(is_misplaced("def f():\n    return await g()\n"));
        assert!(is_misplaced("async def f():\n    def g():\n        with x:\n            await h()\n"));
        assert!(is_misplaced("async def f():\n    return lambda: await g()\n"));
        assert!(is_misplaced("def f():\n    async with x:\n        pass\n"));
        assert!(!is_misplaced("async def f(x=1):\n    async with x:\n        return [await g() for _ in x]\n"));
        assert!(!is_misplaced("async def f():\n    def g(x=await h()):\n        return x\n"));
        assert!(!is_misplaced("def f():\n    return (await g() for _ in x)\n"));
    }
}
