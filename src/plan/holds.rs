//! What variables hold, and what containers do: where a value comes from, and how many containers it is in.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    Comprehension, ExceptHandler, Expr, ExprAttribute, ExprCall, Pattern, Stmt, StmtFor, StmtFunctionDef,
};
use rustc_hash::FxHashMap;

use crate::catalogue::Catalogue;
use crate::project::facts::is_adder;
use crate::project::last;

/// What a variable got, and in which way.
#[derive(Clone, Copy)]
pub(super) struct Bound<'a> {
    pub value: &'a Expr,
    pub way: Way,
    /// The attribute of what the variable holds that got it.
    pub field: Option<&'a Name>,
}

impl Bound<'_> {
    /// Whether it is the variable that gets it, or a container that it holds, and not an attribute of what it holds.
    pub(super) fn is_of_variable(&self) -> bool {
        self.field.is_none() && self.way != Way::Told
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The value itself.
    Whole,
    /// Something out of that many containers: `for number, row in …`.
    Out(u8),
    /// It is put into what the variable holds.
    In,
    /// What is in it is put into what the variable holds.
    Poured,
    /// A call of one of its methods, which may keep what it is given.
    Told,
}

/// What a function gives to each of its variables, and puts into what they hold.
pub(super) fn bound(def: &StmtFunctionDef) -> FxHashMap<Name, Vec<Bound<'_>>> {
    let object = def.parameters.iter().next().map(|first| &first.name().id);
    let mut finder = Finder { object, bound: FxHashMap::default() };
    finder.visit_body(&def.body);
    finder.bound
}

struct Finder<'a> {
    /// What a method is called on.
    object: Option<&'a Name>,
    bound: FxHashMap<Name, Vec<Bound<'a>>>,
}

impl<'a> Finder<'a> {
    /// Notes what is bound to a variable, or to an attribute of what it holds.
    fn add(&mut self, target: &'a Expr, value: &'a Expr, way: Way) {
        let (name, field) = match target {
            // What is put into the table of its attributes an object has under names that are not known.
            Expr::Attribute(table) if table.attr.as_str() == "__dict__" => {
                let way = if way == Way::Whole { Way::Poured } else { way };
                return self.add(&table.value, value, way);
            }
            Expr::Name(name) => (name, None),
            Expr::Attribute(ExprAttribute { value: object, attr, .. }) => match &**object {
                Expr::Name(name) => (name, Some(&attr.id)),
                _ => return,
            },
            _ => return,
        };
        self.bound.entry(name.id.clone()).or_default().push(Bound { value, way, field });
    }

    fn assign(&mut self, target: &'a Expr, value: &'a Expr, out: u8) {
        let way = if out == 0 { Way::Whole } else { Way::Out(out) };
        match target {
            Expr::Name(_) | Expr::Attribute(_) => self.add(target, value, way),
            Expr::Subscript(subscript) => {
                self.add(&subscript.value, value, if out == 0 { Way::In } else { Way::Poured });
            }
            Expr::Starred(starred) => self.add(&starred.value, value, Way::Poured),
            Expr::Tuple(_) | Expr::List(_) => self.unpack(elements(target), value, out),
            _ => {}
        }
    }

    fn unpack(&mut self, targets: &'a [Expr], value: &'a Expr, out: u8) {
        let values = if out == 0 { elements(value) } else { &[] };
        let is_plain = |expr: &Expr| !expr.is_starred_expr();
        if values.len() == targets.len() && targets.iter().chain(values).all(is_plain) {
            targets.iter().zip(values).for_each(|(target, value)| self.assign(target, value, 0));
        } else {
            targets.iter().for_each(|target| self.assign(target, value, out.saturating_add(1)));
        }
    }

    fn call(&mut self, whole: &'a Expr, call: &'a ExprCall) {
        let Expr::Attribute(method) = &*call.func else {
            if let (Some("setattr"), [object, _, value]) = (last(&call.func), &*call.arguments.args) {
                self.add(object, value, Way::In);
            }
            return;
        };
        if method.attr.as_str() == "update" {
            for keyword in &call.arguments.keywords {
                let way = if keyword.arg.is_some() { Way::In } else { Way::Poured };
                self.add(&method.value, &keyword.value, way);
            }
        }
        let object = match &*method.value {
            Expr::Name(name) => Some(&name.id),
            Expr::Call(made) if last(&made.func) == Some("super") => self.object,
            _ => None,
        };
        if let Some(object) = object.filter(|_| !call.arguments.is_empty()) {
            let told = Bound { value: whole, way: Way::Told, field: None };
            self.bound.entry(object.clone()).or_default().push(told);
        }
        let Some(given) = call.arguments.args.last() else { return };
        match method.attr.as_str() {
            name if is_adder(name) => self.add(&method.value, given, Way::In),
            "extend" | "extendleft" | "update" => self.add(&method.value, given, Way::Poured),
            _ => {}
        }
    }

    fn capture(&mut self, pattern: &'a Pattern, subject: &'a Expr, out: u8) {
        let name = match pattern {
            Pattern::MatchAs(pattern) => pattern.name.as_ref(),
            Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
            Pattern::MatchStar(pattern) => pattern.name.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            let way = if out == 0 { Way::Whole } else { Way::Out(out) };
            self.bound.entry(name.id.clone()).or_default().push(Bound { value: subject, way, field: None });
        }
        let (inner, out): (Vec<&'a Pattern>, u8) = match pattern {
            Pattern::MatchSequence(sequence) => (sequence.patterns.iter().collect(), out.saturating_add(1)),
            Pattern::MatchMapping(mapping) => (mapping.patterns.iter().collect(), out.saturating_add(1)),
            Pattern::MatchClass(class) => {
                let keywords = class.arguments.keywords.iter().map(|keyword| &keyword.pattern);
                (class.arguments.patterns.iter().chain(keywords).collect(), out.saturating_add(1))
            }
            Pattern::MatchAs(pattern) => (pattern.pattern.iter().map(|pattern| &**pattern).collect(), out),
            Pattern::MatchOr(either) => (either.patterns.iter().collect(), out),
            Pattern::MatchStar(_) | Pattern::MatchSingleton(_) | Pattern::MatchValue(_) => (Vec::new(), out),
        };
        inner.into_iter().for_each(|pattern| self.capture(pattern, subject, out));
    }
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.assign(target, &assign.value, 0)),
            Stmt::AnnAssign(assign) => {
                assign.value.iter().for_each(|value| self.assign(&assign.target, value, 0));
            }
            Stmt::AugAssign(assign) if assign.target.is_name_expr() => {
                self.add(&assign.target, &assign.value, Way::Poured);
            }
            Stmt::For(StmtFor { target, iter, .. }) => self.assign(target, iter, 1),
            Stmt::With(with) => {
                for item in &with.items {
                    item.optional_vars.iter().for_each(|target| self.assign(target, &item.context_expr, 0));
                }
            }
            Stmt::Try(try_) => {
                for handler in &try_.handlers {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    if let (Some(name), Some(class)) = (&handler.name, handler.type_.as_deref()) {
                        // Who raises it may have kept it: it stands for all of its class.
                        let way = if class.is_tuple_expr() { Way::Out(1) } else { Way::Whole };
                        self.bound.entry(name.id.clone()).or_default().push(Bound { value: class, way, field: None });
                    }
                }
            }
            Stmt::Match(match_) => {
                match_.cases.iter().for_each(|case| self.capture(&case.pattern, &match_.subject, 0));
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.assign(&comprehension.target, &comprehension.iter, 1);
        ruff_python_ast::visitor::walk_comprehension(self, comprehension);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => return,
            Expr::Named(named) => self.assign(&named.target, &named.value, 0),
            Expr::Call(call) => self.call(expr, call),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

fn elements(expr: &Expr) -> &[Expr] {
    match expr {
        Expr::Tuple(tuple) => &tuple.elts,
        Expr::List(list) => &list.elts,
        _ => &[],
    }
}

/// Modules of the standard library whose functions and classes may give, or hold, all that they are given.
const HOLDING: [&str; 8] =
    ["collections", "contextlib", "copy", "functools", "heapq", "itertools", "operator", "types"];

/// Whether what a function of this name gives may be what it is given, or have it.
pub(super) fn may_hold_given(name: &str) -> bool {
    name.split_once('.').is_some_and(|(module, _)| HOLDING.contains(&module))
}

/// What builtins, and functions and methods of the standard library, give of what they are given.
pub(super) struct Handed<'a> {
    /// What it comes from.
    pub from: Vec<&'a Expr>,
    /// How many new containers it comes in.
    pub depth: u8,
}

/// What a call hands out of the items of others, if it does.
pub(super) fn handed<'a>(catalogue: &Catalogue, call: &'a ExprCall) -> Option<Handed<'a>> {
    let arguments: Vec<&Expr> = call.arguments.args.iter().collect();
    let (name, object) = match &*call.func {
        Expr::Name(name) => (name.id.as_str(), None),
        Expr::Attribute(attribute) => (attribute.attr.as_str(), Some(&*attribute.value)),
        _ => return None,
    };
    let first = || arguments.iter().take(1).copied().collect();
    match (name, object) {
        ("values" | "copy", Some(object)) if arguments.is_empty() => Some(Handed { from: vec![object], depth: 1 }),
        // The new object has what the old one has.
        ("_replace", Some(object)) => Some(Handed { from: vec![object], depth: 0 }),
        (name, Some(object)) if catalogue.remakes.contains(name) => Some(Handed { from: vec![object], depth: 0 }),
        ("replace", _) => Some(Handed { from: first(), depth: 0 }),
        ("items", Some(object)) if arguments.is_empty() => Some(Handed { from: vec![object], depth: 2 }),
        ("vars", None) => Some(Handed { from: first(), depth: 0 }),
        ("next" | "choice" | "heappop", _) => Some(Handed { from: first(), depth: 0 }),
        ("min" | "max", None) if arguments.len() == 1 => Some(Handed { from: arguments, depth: 0 }),
        (
            "list" | "tuple" | "set" | "frozenset" | "dict" | "sorted" | "reversed" | "deque" | "copy" | "islice"
            | "cycle" | "sample" | "choices",
            _,
        ) => Some(Handed { from: first(), depth: 1 }),
        ("filter" | "nsmallest" | "nlargest" | "takewhile" | "dropwhile" | "filterfalse", _) => {
            Some(Handed { from: arguments.into_iter().skip(1).collect(), depth: 1 })
        }
        ("chain", _) => Some(Handed { from: arguments, depth: 1 }),
        ("enumerate", None) => Some(Handed { from: first(), depth: 2 }),
        ("zip" | "zip_longest" | "product", _) => Some(Handed { from: arguments, depth: 2 }),
        _ => None,
    }
}
