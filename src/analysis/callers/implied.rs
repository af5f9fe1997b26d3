//! Calls of special methods that the interpreter makes without anything that looks like one: for truth, text, numbers, unpacking.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, CmpOp, ConversionFlag, Expr, Operator, Stmt, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::subject::Subject;
use super::{Callers, Edge, Via};
use crate::analysis::index::FnId;
use crate::analysis::resolve::Resolver;
use crate::project::facts::{CallForm, MODULE};
use crate::project::{Ast, DefId, FileId, Shape, last};

/// The methods that answer a question about an object: the first that its class has runs
/// (<https://docs.python.org/3/reference/datamodel.html#special-method-names>).
type Question = &'static [&'static str];

const TRUTH: Question = &["__bool__", "__len__"];
const TEXT: Question = &["__str__", "__repr__"];
const SHOWN: Question = &["__repr__"];
const FORMATTED: Question = &["__format__", "__str__", "__repr__"];
const MEMBERSHIP: Question = &["__contains__", "__iter__", "__getitem__"];
const CLOSED: Question = &["close"];
const ENTERED: Question = &["__enter__"];
const LEFT: Question = &["__exit__"];
const UNPACKED: Question = &["__iter__", "__getitem__"];

const ITEMS: Question = &["__next__"];

const QUESTIONS: [Question; 10] = [TRUTH, TEXT, SHOWN, FORMATTED, MEMBERSHIP, CLOSED, ENTERED, LEFT, UNPACKED, ITEMS];

/// What goes through its arguments while its own result is gone through.
const LAZY: [&str; 19] = [
    "accumulate",
    "batched",
    "chain",
    "compress",
    "dropwhile",
    "enumerate",
    "filter",
    "filterfalse",
    "from_iterable",
    "groupby",
    "islice",
    "iter",
    "map",
    "pairwise",
    "reversed",
    "starmap",
    "takewhile",
    "zip",
    "zip_longest",
];

const EXIT_STACK: &str = "contextlib.ExitStack";

impl Resolver<'_> {
    /// Adds the places where the interpreter asks an object something that the subject answers.
    pub(super) fn implied_calls(&self, subject: &Subject, callers: &mut Callers) {
        let Some(class) = subject.class else { return };
        let questions = QUESTIONS.into_iter().chain(builtin_questions().map(|(_, question)| question));
        if !questions.flatten().any(|method| subject.name == *method) {
            return;
        }
        for (file, source) in self.types.world().own_files() {
            if !subject.may_be_known(self, file) {
                continue;
            }
            let Some(ast) = self.types.ast(file) else { continue };
            let mut asked = Asked { name: &subject.name, lazy: None, found: Vec::new() };
            asked.visit_body(&ast.module().body);
            for Implied { at, of, question, via, is_lazy } in asked.found {
                let index = source.facts.enclosing(at.start());
                // Where something else than an iteration gets the lazy result, it is not known when that is gone through.
                let mut iterated = source.facts.calls.iter().filter(|call| call.form == CallForm::Iterate);
                if is_lazy && !iterated.any(|call| call.range == at) {
                    continue;
                }
                let shapes = || self.shapes(file, of);
                let (at, via) = match question {
                    ENTERED => (self.stack_of(file, &ast, at).map(|_| at), via),
                    LEFT => (self.stack_of(file, &ast, at).flatten(), Via::Left),
                    _ => (Some(at), via),
                };
                let Some(at) = at else { continue };
                let is_answer = |shape: Shape| match shape {
                    Shape::Instance(found) => self.derives(found, class) && self.answers(found, question, subject.def),
                    _ => false,
                };
                if index != MODULE && shapes().into_iter().any(is_answer) {
                    callers.edges.push(Edge { caller: FnId { file, index }, at, via });
                }
            }
        }
    }

    /// What a `with` leaves at its end that has the stack for which a manager is entered by the call at `at`; `None` inside where no
    /// `with` around has it.
    fn stack_of(&self, file: FileId, ast: &Ast, at: TextRange) -> Option<Option<TextRange>> {
        let stack = ast.call(at)?.func.as_attribute_expr()?;
        let is_stack =
            self.may_be_instance(file, &stack.value, |class| matches!(class, EXIT_STACK | "contextlib.AsyncExitStack"));
        let name = stack.value.as_name_expr();
        let with = ast.path(at).into_iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtWith(with) => with.items.iter().find(|item| {
                let bound = item.optional_vars.as_deref().and_then(Expr::as_name_expr);
                bound.zip(name).is_some_and(|(bound, name)| bound.id == name.id)
            }),
            _ => None,
        });
        is_stack.then(|| with.map(|item| item.context_expr.range()))
    }

    /// Whether an expression gives a stack of managers that a plain `with` leaves.
    pub fn is_exit_stack(&self, file: FileId, expr: &Expr) -> bool {
        self.may_be_instance(file, expr, |class| class == EXIT_STACK)
    }

    /// Whether `function` is what answers a question about an instance of `class`.
    fn answers(&self, class: DefId, question: Question, function: DefId) -> bool {
        let mro = self.types.mro(class);
        let own = |method: &str| {
            let mut classes = mro.iter().filter(|base| base.name != "builtins.object");
            classes.find_map(|base| base.member(method))
        };
        question.iter().find_map(|method| own(method)).flatten() == Some(function)
    }
}

/// The builtins that are calls of a special method of their first argument, beside those whose facts are collected in every file.
fn builtin_questions() -> impl Iterator<Item = (&'static str, Question)> {
    const BUILTINS: [(&str, Question); 13] = [
        ("bool", TRUTH),
        ("str", TEXT),
        ("print", TEXT),
        ("repr", SHOWN),
        ("format", FORMATTED),
        ("int", &["__int__", "__index__", "__trunc__"]),
        ("float", &["__float__", "__index__"]),
        ("complex", &["__complex__", "__float__"]),
        ("bytes", &["__bytes__"]),
        ("hash", &["__hash__"]),
        ("abs", &["__abs__"]),
        ("round", &["__round__"]),
        ("reversed", &["__reversed__", "__getitem__"]),
    ];
    BUILTINS.into_iter()
}

/// A place where a question is asked.
struct Implied<'a> {
    /// What must run in a thread for the answer to be worked out there.
    at: TextRange,
    of: &'a Expr,
    question: Question,
    via: Via,
    /// It is answered while what `at` gives is gone through.
    is_lazy: bool,
}

struct Asked<'a> {
    name: &'a str,
    /// The outermost lazy call around.
    lazy: Option<TextRange>,
    found: Vec<Implied<'a>>,
}

impl<'a> Asked<'a> {
    fn ask(&mut self, question: Question, of: &'a Expr, at: TextRange) {
        self.add(Implied { at, of, question, via: Via::Implicit, is_lazy: false });
    }

    fn add(&mut self, implied: Implied<'a>) {
        if implied.question.contains(&self.name) && !implied.of.is_literal_expr() {
            self.found.push(implied);
        }
    }

    /// The truth of a test is asked, of what comes out of it.
    fn test(&mut self, test: &'a Expr, at: Option<TextRange>) {
        match test {
            // The other values are asked where they stand.
            Expr::BoolOp(bool_op) => {
                if let Some(last) = bool_op.values.last() {
                    self.test(last, at);
                }
            }
            Expr::If(branch) => {
                self.test(&branch.body, at);
                self.test(&branch.orelse, at);
            }
            Expr::Named(named) => self.test(&named.value, at),
            of => {
                let (at, via) = at.map_or((of.range(), Via::Tested), |at| (at, Via::Implicit));
                self.add(Implied { at, of, question: TRUTH, via, is_lazy: false });
            }
        }
    }

    fn comprehension(&mut self, generators: &'a [ast::Comprehension], at: Option<TextRange>) {
        for test in generators.iter().flat_map(|generator| &generator.ifs) {
            self.test(test, at);
        }
    }

    fn call(&mut self, call: &'a ast::ExprCall) {
        let at = call.range();
        self.unpacked(&call.arguments.args, at);
        match &*call.func {
            Expr::Name(name) => {
                let asked = builtin_questions().find(|(builtin, _)| name.id.as_str() == *builtin);
                let Some((builtin, question)) = asked else { return };
                let all = if builtin == "print" { usize::MAX } else { 1 };
                call.arguments.args.iter().take(all).for_each(|argument| self.ask(question, argument, at));
            }
            Expr::Attribute(method) if method.attr.as_str() == "format" && method.value.is_string_literal_expr() => {
                let given = call.arguments.keywords.iter().map(|keyword| &keyword.value);
                call.arguments.args.iter().chain(given).for_each(|argument| self.ask(FORMATTED, argument, at));
            }
            Expr::Attribute(method) if matches!(method.attr.as_str(), "enter_context" | "push") => {
                if let [manager] = &*call.arguments.args {
                    if method.attr.as_str() == "enter_context" {
                        self.ask(ENTERED, manager, at);
                    }
                    self.ask(LEFT, manager, at);
                }
            }
            _ => {}
        }
    }

    /// A call that goes through what it is given later, or at once, as `",".join(items)` and `all_items.extend(items)` do.
    fn passing(&mut self, call: &'a ast::ExprCall) {
        let Some(name) = last(&call.func) else { return };
        let is_lazy = LAZY.contains(&name);
        if !is_lazy && !matches!(name, "join" | "extend" | "extendleft" | "writelines") {
            return;
        }
        let at = self.lazy.unwrap_or(call.range());
        let is_lazy = is_lazy || self.lazy.is_some();
        // `chain.from_iterable([first, second])` goes through what is in its argument.
        let given = match &*call.arguments.args {
            [Expr::List(list)] if name == "from_iterable" => &list.elts[..],
            [Expr::Tuple(tuple)] if name == "from_iterable" => &tuple.elts[..],
            arguments => arguments,
        };
        for argument in given {
            let of = argument.as_starred_expr().map_or(argument, |starred| &starred.value);
            for question in [UNPACKED, ITEMS] {
                self.add(Implied { at, of, question, via: Via::Implicit, is_lazy });
            }
        }
    }

    fn interpolation(&mut self, field: &'a ast::InterpolatedElement, at: TextRange) {
        let question = match field.conversion {
            ConversionFlag::Repr | ConversionFlag::Ascii => SHOWN,
            ConversionFlag::Str => TEXT,
            ConversionFlag::None => FORMATTED,
        };
        self.ask(question, &field.expression, at);
    }

    /// `with closing(value):`
    fn closing(&mut self, manager: &'a Expr) {
        let Expr::Call(call) = manager else { return };
        if let Some(closed) = call.arguments.args.first().filter(|_| last(&call.func) == Some("closing")) {
            self.ask(CLOSED, closed, call.range());
        }
    }

    /// `"%s" % value`.
    fn percent(&mut self, operation: &'a ast::ExprBinOp) {
        match &*operation.right {
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|value| self.ask(TEXT, value, operation.range())),
            value => self.ask(TEXT, value, operation.range()),
        }
    }

    fn unpacked(&mut self, items: &'a [Expr], at: TextRange) {
        for starred in items.iter().filter_map(Expr::as_starred_expr) {
            self.ask(UNPACKED, &starred.value, at);
            self.ask(ITEMS, &starred.value, at);
        }
    }
}

impl<'a> Visitor<'a> for Asked<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::If(branch) => {
                self.test(&branch.test, None);
                branch.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref()).for_each(|test| {
                    self.test(test, None);
                });
            }
            Stmt::While(loop_) => self.test(&loop_.test, None),
            Stmt::Assert(assert) => self.test(&assert.test, None),
            Stmt::With(with) => with.items.iter().for_each(|item| self.closing(&item.context_expr)),
            Stmt::Assign(assign)
                if assign.targets.iter().any(|target| target.is_tuple_expr() || target.is_list_expr()) =>
            {
                self.ask(UNPACKED, &assign.value, stmt.range());
                self.ask(ITEMS, &assign.value, stmt.range());
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let at = expr.range();
        match expr {
            Expr::If(branch) => self.test(&branch.test, Some(at)),
            Expr::UnaryOp(operation) if operation.op == UnaryOp::Not => self.test(&operation.operand, Some(at)),
            Expr::BoolOp(operation) => {
                let asked = operation.values.len().saturating_sub(1);
                operation.values.iter().take(asked).for_each(|value| self.test(value, Some(at)));
            }
            Expr::ListComp(comprehension) => self.comprehension(&comprehension.generators, Some(at)),
            Expr::SetComp(comprehension) => self.comprehension(&comprehension.generators, Some(at)),
            Expr::DictComp(comprehension) => self.comprehension(&comprehension.generators, Some(at)),
            Expr::Generator(generator) => self.comprehension(&generator.generators, None),
            Expr::Compare(compare) => {
                for (op, right) in compare.ops.iter().zip(&compare.comparators) {
                    if matches!(op, CmpOp::In | CmpOp::NotIn) {
                        self.ask(MEMBERSHIP, right, at);
                        self.ask(ITEMS, right, at);
                    }
                }
            }
            Expr::FString(string) => {
                for field in string.value.elements().filter_map(|element| element.as_interpolation()) {
                    self.interpolation(field, at);
                }
            }
            Expr::BinOp(operation) if operation.op == Operator::Mod && operation.left.is_string_literal_expr() => {
                self.percent(operation);
            }
            Expr::List(list) => self.unpacked(&list.elts, at),
            Expr::Tuple(tuple) => self.unpacked(&tuple.elts, at),
            Expr::Set(set) => self.unpacked(&set.elts, at),
            Expr::Call(call) => {
                self.call(call);
                self.passing(call);
            }
            _ => {}
        }
        let is_lazy = matches!(expr, Expr::Call(call) if last(&call.func).is_some_and(|name| LAZY.contains(&name)));
        let outer = self.lazy;
        self.lazy = if is_lazy { outer.or(Some(at)) } else { None };
        walk_expr(self, expr);
        self.lazy = outer;
    }
}
