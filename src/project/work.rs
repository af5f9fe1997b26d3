//! How much a program says that it computes: loops that count far, functions that call themselves more than once, and values of many
//! parts. All of it is told from the text alone, and only what is sure to be much, or looks like it to a person, counts.

mod doubling;
mod meter;

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ModModule, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

use super::syntax::generators;
use doubling::doubling;
use meter::{DEPTH, Meter, counter};

/// Less is not worth to be told.
const LEAST: u64 = 10_000;

/// A place where a function computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The call: of `range`, of the function itself, or of what is given a value of many parts.
    pub range: TextRange,
    /// Where the name of the function starts that it is in.
    pub function: TextSize,
    pub amount: Amount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// A loop takes about as many steps.
    Steps(u64),
    /// The function calls itself more than once, each time with a bit less.
    Doubling,
    /// An argument has about as many parts.
    Parts(u64),
}

/// What the functions of a module compute.
pub(super) fn of_module(module: &ModModule) -> Vec<Work> {
    let mut finder = Finder { constants: bindings(&module.body), found: Vec::new() };
    finder.visit_body(&module.body);
    finder.found
}

/// The variables that a list of statements, without those of other scopes, gives a value once.
fn bindings(body: &[Stmt]) -> FxHashMap<&Name, Option<&Expr>> {
    struct Bindings<'a>(FxHashMap<&'a Name, Option<&'a Expr>>);
    impl<'a> Bindings<'a> {
        fn bind(&mut self, target: &'a Expr, value: Option<&'a Expr>) {
            if let Expr::Name(name) = target {
                self.0.entry(&name.id).and_modify(|known| *known = None).or_insert(value);
            }
        }
    }
    impl<'a> Visitor<'a> for Bindings<'a> {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.bind(target, Some(&assign.value))),
                Stmt::AnnAssign(assign) => self.bind(&assign.target, assign.value.as_deref()),
                Stmt::AugAssign(assign) => self.bind(&assign.target, None),
                Stmt::For(for_) => self.bind(&for_.target, None),
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
                _ => {}
            }
            walk_stmt(self, stmt);
        }

        fn visit_expr(&mut self, _: &'a Expr) {}
    }
    let mut bindings = Bindings(FxHashMap::default());
    bindings.visit_body(body);
    bindings.0
}

/// Looks at each function of a module.
struct Finder<'a> {
    constants: FxHashMap<&'a Name, Option<&'a Expr>>,
    found: Vec<Work>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::FunctionDef(def) = stmt {
            let meter = Meter { constants: &self.constants, own: bindings(&def.body) };
            let mut gauge = Gauge { meter: &meter, function: def.name.start(), found: &mut self.found, loops: true };
            gauge.loops = !yields(def);
            gauge.visit_body(&def.body);
            if let Some(range) = doubling(def) {
                self.found.push(Work { range, function: def.name.start(), amount: Amount::Doubling });
            }
        }
        if !matches!(stmt, Stmt::Expr(_) | Stmt::Assign(_) | Stmt::Return(_) | Stmt::AnnAssign(_)) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// Whether it is a generator: who goes through it decides when it goes on.
fn yields(def: &StmtFunctionDef) -> bool {
    holds(&def.body, |expr| matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_)))
}

/// Whether something in a list of statements, other scopes left out, is such an expression.
fn holds(body: &[Stmt], is_it: impl Fn(&Expr) -> bool) -> bool {
    struct Seeker<F>(F, bool);
    impl<'a, F: Fn(&Expr) -> bool> Visitor<'a> for Seeker<F> {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
                walk_stmt(self, stmt);
            }
        }
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.1 |= self.0(expr);
            if !self.1 && !matches!(expr, Expr::Lambda(_)) {
                walk_expr(self, expr);
            }
        }
    }
    let mut seeker = Seeker(is_it, false);
    seeker.visit_body(body);
    seeker.1
}

/// Whether a statement gives the loop back on the way.
fn pauses(stmt: &Stmt) -> bool {
    let is_async = |stmt: &Stmt| match stmt {
        Stmt::For(for_) => for_.is_async,
        Stmt::With(with) => with.is_async,
        _ => false,
    };
    struct Inner<F>(F, bool);
    impl<'a, F: Fn(&Stmt) -> bool> Visitor<'a> for Inner<F> {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            self.1 |= self.0(stmt);
            walk_stmt(self, stmt);
        }
    }
    let mut inner = Inner(is_async, false);
    inner.visit_stmt(stmt);
    inner.1 || holds(std::slice::from_ref(stmt), Expr::is_await_expr)
}

/// Finds the loops and calls of one function.
struct Gauge<'m, 'a, 'f> {
    meter: &'m Meter<'m, 'a>,
    function: TextSize,
    found: &'f mut Vec<Work>,
    /// Its loops run to their end.
    loops: bool,
}

impl Gauge<'_, '_, '_> {
    fn add(&mut self, range: TextRange, amount: Amount) {
        self.found.push(Work { range, function: self.function, amount });
    }
}

impl<'a> Visitor<'a> for Gauge<'_, 'a, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::For(for_) if self.loops && !pauses(stmt) => {
                if let Some(call) = counter(&for_.iter) {
                    let steps = self.meter.steps_of(for_);
                    if steps >= LEAST {
                        self.add(call.range(), Amount::Steps(steps));
                        return;
                    }
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => return,
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                let generators = generators(expr.into());
                let call = generators.iter().find_map(|generator| counter(&generator.iter));
                let steps = self.meter.steps_in(expr);
                let is_async = generators.iter().any(|generator| generator.is_async);
                if let Some(call) = call.filter(|_| self.loops && !is_async && steps >= LEAST) {
                    self.add(call.range(), Amount::Steps(steps));
                    return;
                }
            }
            Expr::Call(call) if counter(expr).is_none() => {
                let arguments = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|one| &one.value));
                let object = call.func.as_attribute_expr().map(|method| &*method.value);
                let parts = arguments.chain(object).map(|part| self.meter.parts(part, DEPTH)).max().unwrap_or_default();
                if parts >= LEAST {
                    self.add(call.range(), Amount::Parts(parts));
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::{Amount, of_module};

    fn amounts(source: &str) -> Vec<Amount> {
        parse_module(source).map_or_else(
            |_| Vec::new(),
            |parsed| of_module(parsed.syntax()).into_iter().map(|work| work.amount).collect(),
        )
    }

    #[test]
    fn loops_count_what_is_in_them() {
        let nested = "def f(n, m):\n    for i in range(n):\n        for j in range(m):\n            x = i * j\n";
        assert_eq!(amounts(nested), [Amount::Steps(1_000_000)]);
        assert_eq!(amounts("N = 10**6\ndef f():\n    for i in range(N):\n        pass\n"), [Amount::Steps(1_000_000)]);
        assert_eq!(amounts("def f(xs):\n    for i in range(len(xs)):\n        pass\n"), []);
        assert_eq!(amounts("async def f():\n    for i in range(10**6):\n        await g(i)\n"), []);
        assert_eq!(amounts("def f():\n    for i in range(10**6):\n        yield i\n"), []);
        let few = "def f(n):\n    m = 1 if n else 4\n    for i in range(m):\n        for j in range(m):\n            g(i, j)\n";
        assert_eq!(amounts(few), []);
        let back = "def f(xs):\n    for i in range(len(xs) - 1, -1, -1):\n        y = [g(x) for x in xs]\n";
        assert_eq!(amounts(back), []);
        let corner = "def f(xs):\n    for i in range(len(xs)):\n        for j in range(i):\n            y = [g(x) for x in xs]\n";
        assert_eq!(amounts(corner), [Amount::Steps(200_000)]);
        let retries =
            "def f(retries, n):\n    for i in range(retries):\n        for j in range(n):\n            pass\n";
        assert_eq!(amounts(retries), []);
    }

    #[test]
    fn recursion_that_halves_or_chooses_is_no_doubling() {
        assert_eq!(amounts("def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n"), [Amount::Doubling]);
        assert_eq!(amounts("def f(n):\n    if n % 2:\n        return f(n - 1)\n    return f(n - 2)\n"), []);
        assert_eq!(amounts("@cache\ndef fib(n):\n    return fib(n - 1) + fib(n - 2)\n"), []);
        assert_eq!(amounts("def f(n):\n    return f(n - 1) if n % 2 else f(n - 2)\n"), []);
        assert_eq!(amounts("def sort(xs):\n    return merge(sort(xs[:5]), sort(xs[5:]))\n"), []);
    }

    #[test]
    fn values_are_followed_to_what_makes_them() {
        let made = "def f():\n    rows = [{'a': n} for n in range(200_000)]\n    return dumps(rows)\n";
        assert!(amounts(made).contains(&Amount::Parts(200_000)));
        assert!(amounts("def f():\n    return loads('[' + 'x')\n").is_empty());
        assert!(amounts("def f():\n    return send(b'x' * 500_000)\n").contains(&Amount::Parts(500_000)));
    }
}
