//! How much a program says that it computes: loops that count far, functions that call themselves more than once, and values of many
//! parts. All of it is told from the text alone, and only what is sure to be much, or looks like it to a person, counts.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, ModModule, Number, Operator, Stmt, StmtFor, StmtFunctionDef, UnaryOp};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

use super::syntax::generators;

/// Less is not worth to be told.
const LEAST: u64 = 10_000;
/// What a bound is taken for that the text does not tell, and one that is the length of something.
const UNKNOWN: u64 = 1_000;
const LENGTH: u64 = 100;
/// How often a loop goes round that counts nothing.
const UNCOUNTED: u64 = 10;
/// How many variables a value is followed through.
const DEPTH: usize = 3;
/// Names of numbers that are small.
const FEW: [&str; 4] = ["attempt", "retr", "tries", "depth"];

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

/// The call of `range` that a loop goes through.
fn counter(iter: &Expr) -> Option<&ast::ExprCall> {
    let call = iter.as_call_expr()?;
    let Expr::Name(name) = &*call.func else { return None };
    match name.id.as_str() {
        "range" => Some(call),
        "reversed" | "enumerate" => counter(call.arguments.args.first()?),
        _ => None,
    }
}

/// Measures what stands in one function.
struct Meter<'m, 'a> {
    constants: &'m FxHashMap<&'a Name, Option<&'a Expr>>,
    own: FxHashMap<&'a Name, Option<&'a Expr>>,
}

impl<'a> Meter<'_, 'a> {
    /// What a variable of the function, or a constant of the module, was given.
    fn bound(&self, name: &Name) -> Option<&'a Expr> {
        match self.own.get(name) {
            Some(value) => *value,
            None => self.constants.get(name).copied().flatten(),
        }
    }

    /// The number that an expression gives, or one that it does not go beyond.
    fn value(&self, expr: &Expr, depth: usize) -> Option<u64> {
        match expr {
            Expr::NumberLiteral(ast::ExprNumberLiteral { value: Number::Int(number), .. }) => number.as_u64(),
            Expr::Name(name) if depth > 0 => self.value(self.bound(&name.id)?, depth - 1),
            Expr::If(branch) => {
                let (body, orelse) = (self.value(&branch.body, depth), self.value(&branch.orelse, depth));
                Some(body?.max(orelse?))
            }
            _ if is_negative(expr) => Some(0),
            Expr::BinOp(operation) => {
                let (left, right) = (self.value(&operation.left, depth), self.value(&operation.right, depth));
                let (left, right) = (left?, right?);
                match operation.op {
                    Operator::Add => left.checked_add(right),
                    Operator::Sub => left.checked_sub(right),
                    Operator::Mult => left.checked_mul(right),
                    Operator::FloorDiv => left.checked_div(right),
                    Operator::Pow => left.checked_pow(u32::try_from(right).ok()?),
                    Operator::LShift => left.checked_mul(1u64.checked_shl(u32::try_from(right).ok()?)?),
                    _ => None,
                }
            }
            Expr::Call(call) => {
                let Expr::Name(name) = &*call.func else { return None };
                let mut values = call.arguments.args.iter().map(|argument| self.value(argument, depth));
                match name.id.as_str() {
                    "min" => values.flatten().min(),
                    "int" => values.next().flatten(),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A variable that changes, such as the counter of a loop around, is no further than that loop goes.
    fn guess(&self, bound: &Expr) -> u64 {
        let changes = bound.as_name_expr().and_then(|name| self.own.get(&name.id)).is_some_and(Option::is_none);
        if changes { LENGTH } else { guess(bound) }
    }

    /// How often a loop over a call of `range` goes round.
    fn rounds(&self, call: &ast::ExprCall) -> u64 {
        let bound = |expr: &Expr| self.value(expr, DEPTH).unwrap_or_else(|| self.guess(expr));
        match &*call.arguments.args {
            [end] => bound(end),
            [start, end] => match (self.value(start, DEPTH), self.value(end, DEPTH)) {
                (Some(start), Some(end)) => end.saturating_sub(start),
                (None, Some(end)) => end,
                (_, None) => bound(end),
            },
            [start, end, step] => {
                let known = self.value(start, DEPTH).zip(self.value(end, DEPTH));
                let far = if is_negative(step) { start } else { end };
                let whole = known.map_or_else(|| bound(far), |(start, end)| start.abs_diff(end));
                whole / self.value(step, DEPTH).unwrap_or(1).max(1)
            }
            _ => UNCOUNTED,
        }
    }

    /// How many steps a loop takes: those inside it each time round, and the calls that the innermost makes.
    fn steps_of(&self, for_: &StmtFor) -> u64 {
        let rounds = counter(&for_.iter).map_or(UNCOUNTED, |call| self.rounds(call));
        rounds.saturating_mul(self.steps_through(&for_.body))
    }

    fn steps_through(&self, body: &[Stmt]) -> u64 {
        let mut depth = Depth { meter: self, most: 0, calls: 0 };
        depth.visit_body(body);
        if depth.most > 0 { depth.most } else { 1 + depth.calls }
    }

    /// The same of what goes round in an expression.
    fn steps_in(&self, expr: &Expr) -> u64 {
        let rounds = generators(expr.into()).iter().map(|generator| {
            let known = counter(&generator.iter).map(|call| self.rounds(call));
            known.unwrap_or(UNCOUNTED)
        });
        let rounds = rounds.fold(1u64, u64::saturating_mul);
        let mut depth = Depth { meter: self, most: 0, calls: 0 };
        match expr {
            Expr::ListComp(comp) => depth.visit_expr(&comp.elt),
            Expr::SetComp(comp) => depth.visit_expr(&comp.elt),
            Expr::Generator(comp) => depth.visit_expr(&comp.elt),
            Expr::DictComp(comp) => depth.visit_expr(&comp.value),
            _ => {}
        }
        rounds.saturating_mul(if depth.most > 0 { depth.most } else { 1 + depth.calls })
    }

    /// How many parts a value has, as far as the text tells; 0 where it does not.
    fn parts(&self, expr: &Expr, depth: usize) -> u64 {
        if depth == 0 {
            return 0;
        }
        let inside = |expr: &Expr| self.parts(expr, depth - 1);
        match expr {
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                let rounds = generators(expr.into()).iter().map(|generator| inside(&generator.iter));
                rounds.filter(|rounds| *rounds > 0).fold(0, |most: u64, rounds| most.max(1).saturating_mul(rounds))
            }
            Expr::Name(name) => self.bound(&name.id).map_or(0, inside),
            Expr::List(list) => list.elts.iter().map(inside).max().unwrap_or_default(),
            Expr::Tuple(tuple) => tuple.elts.iter().map(inside).max().unwrap_or_default(),
            Expr::Dict(dict) => dict.items.iter().map(|item| inside(&item.value)).max().unwrap_or_default(),
            Expr::BinOp(operation) if operation.op == Operator::Mult => {
                let times = |value: &Expr, number: &Expr| {
                    let is_whole = value.is_string_literal_expr()
                        || value.is_bytes_literal_expr()
                        || value.is_list_expr()
                        || value.is_tuple_expr();
                    let parts = inside(value).max(u64::from(is_whole));
                    self.value(number, DEPTH).unwrap_or_default().saturating_mul(parts)
                };
                times(&operation.left, &operation.right).max(times(&operation.right, &operation.left))
            }
            Expr::Call(call) if counter(expr).is_some() => {
                let is_known = call.arguments.args.iter().all(|bound| self.value(bound, DEPTH).is_some());
                if is_known { counter(expr).map_or(0, |call| self.rounds(call)) } else { 0 }
            }
            Expr::Call(call) => match &*call.func {
                Expr::Name(name) if matches!(name.id.as_str(), "list" | "tuple" | "set" | "dict" | "sorted") => {
                    call.arguments.args.first().map_or(0, inside)
                }
                Expr::Attribute(method) => {
                    let joined = call.arguments.args.first().filter(|_| method.attr.as_str() == "join");
                    joined.map_or_else(|| same(method).map_or(0, inside), inside)
                }
                _ => 0,
            },
            _ => 0,
        }
    }
}

/// What a method gives the parts of.
fn same(method: &ast::ExprAttribute) -> Option<&Expr> {
    let is_it = matches!(method.attr.as_str(), "encode" | "decode" | "items" | "keys" | "values" | "copy");
    is_it.then_some(&*method.value)
}

fn is_negative(expr: &Expr) -> bool {
    let Expr::UnaryOp(operation) = expr else { return false };
    operation.op == UnaryOp::USub && operation.operand.is_number_literal_expr()
}

/// What a bound that is not known is taken for.
fn guess(bound: &Expr) -> u64 {
    let name = match bound {
        Expr::Call(call) => match &*call.func {
            Expr::Name(name) if name.id.as_str() == "len" => return LENGTH,
            Expr::Name(name) if matches!(name.id.as_str(), "min" | "max" | "int") => {
                let guesses = call.arguments.args.iter().map(guess);
                return guesses.min().unwrap_or(UNKNOWN);
            }
            _ => return UNKNOWN,
        },
        Expr::BinOp(operation) => return guess(&operation.left).min(guess_or(&operation.right, UNKNOWN)),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        Expr::Name(name) => name.id.as_str(),
        _ => return UNKNOWN,
    };
    let name = name.to_lowercase();
    if FEW.iter().any(|few| name.contains(few)) { 3 } else { UNKNOWN }
}

fn guess_or(bound: &Expr, known: u64) -> u64 {
    if bound.is_number_literal_expr() { known } else { guess(bound) }
}

/// The most steps that one loop among statements takes.
struct Depth<'m, 'a, 'b> {
    meter: &'b Meter<'m, 'a>,
    most: u64,
    calls: u64,
}

impl<'v> Visitor<'v> for Depth<'_, '_, '_> {
    fn visit_stmt(&mut self, stmt: &'v Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::For(for_) => self.most = self.most.max(self.meter.steps_of(for_)),
            Stmt::While(while_) => {
                let inside = self.meter.steps_through(&while_.body);
                self.most = self.most.max(UNCOUNTED.saturating_mul(inside));
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'v Expr) {
        match expr {
            Expr::Lambda(_) => {}
            _ if !generators(expr.into()).is_empty() => self.most = self.most.max(self.meter.steps_in(expr)),
            _ => {
                self.calls += u64::from(expr.is_call_expr());
                walk_expr(self, expr);
            }
        }
    }
}

/// The first of the calls with which a function calls itself at least twice in a row, each time with a number less.
fn doubling(def: &StmtFunctionDef) -> Option<TextRange> {
    if !def.decorator_list.is_empty() {
        return None;
    }
    let own = |suite: &[Stmt]| {
        let mut calls = Calls { name: &def.name.id, found: Vec::new() };
        suite.iter().for_each(|stmt| calls.visit_stmt(stmt));
        (calls.found.len() > 1).then(|| calls.found[0])
    };
    let mut suites = Suites(Vec::new());
    suites.0.push(&def.body);
    suites.visit_body(&def.body);
    suites.0.into_iter().find_map(own)
}

/// The lists of statements in a function.
struct Suites<'a>(Vec<&'a [Stmt]>);

impl<'a> Visitor<'a> for Suites<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::If(branch) => {
                self.0.push(&branch.body);
                self.0.extend(branch.elif_else_clauses.iter().map(|clause| &clause.body[..]));
            }
            Stmt::For(for_) => self.0.push(&for_.body),
            Stmt::While(while_) => self.0.push(&while_.body),
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// The calls of a function of itself with a number less, in plain statements.
struct Calls<'n> {
    name: &'n Name,
    found: Vec<TextRange>,
}

impl<'a> Visitor<'a> for Calls<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if matches!(stmt, Stmt::Expr(_) | Stmt::Assign(_) | Stmt::AugAssign(_) | Stmt::Return(_) | Stmt::AnnAssign(_)) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            // One branch, not both.
            Expr::If(branch) => {
                let before = self.found.len();
                self.visit_expr(&branch.body);
                if self.found.len() < before + 2 {
                    self.found.truncate(before);
                    self.visit_expr(&branch.orelse);
                }
                return;
            }
            Expr::Lambda(_) => return,
            Expr::Call(call) => {
                let is_own = match &*call.func {
                    Expr::Name(name) => name.id == *self.name,
                    Expr::Attribute(method) => {
                        let is_self =
                            matches!(&*method.value, Expr::Name(name) if matches!(name.id.as_str(), "self" | "cls"));
                        is_self && method.attr.id == *self.name
                    }
                    _ => false,
                };
                let is_less = |argument: &Expr| {
                    matches!(argument, Expr::BinOp(operation)
                        if operation.op == Operator::Sub && operation.right.is_number_literal_expr() && operation.left.is_name_expr())
                };
                if is_own && call.arguments.args.iter().any(is_less) {
                    self.found.push(call.range());
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
