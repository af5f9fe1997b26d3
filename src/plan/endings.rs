//! Coroutines that are at work when the program ends: what they could do in one go, they cannot do in two.
//!
//! Python takes no more work for its threads once the main thread has come to its end: not from what `atexit` runs, and not from a loop
//! in a thread that goes on alone. And a loop that comes to its end cancels the tasks that nobody has waited for.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::atomic;
use super::decide::Planner;
use super::references::Mention;
use super::scope::Scope;
use super::settled::task_of;
use crate::analysis::{FnId, Lookup};
use crate::project::facts::{Call, Function, MODULE};
use crate::project::{Ast, FileId, last};

/// What has functions called when the program ends.
const AT_EXIT: &str = "atexit.register";
/// What runs functions in threads that the program waits for at its end.
const THREAD: &str = "threading.Thread";
/// What waits for a thread before that.
const JOIN: &str = "threading.Thread.join";
/// Threads of which this is said end with the program.
const DAEMON: &str = "daemon";
/// What a loop in a thread is run by.
const RUN: &str = "run";
/// How many functions are followed.
const MOST_FUNCTIONS: usize = 200;
/// What makes a task of a coroutine.
const TASKS: [&str; 2] = ["create_task", "ensure_future"];
/// What is done with a task that nobody waits for.
const KEEPS: [&str; 4] = ["add_done_callback", "add", "append", "set_name"];

impl Planner<'_> {
    /// Whether a function is not one that runs when threads are no longer to be had.
    pub(super) fn may_have_threads(&self, function: FnId) -> Result<(), String> {
        let late = self.ground.late.get_or_init(|| self.run_late());
        if late.contains(&function) {
            return Err("it also runs when the program ends, and no thread takes new work then".to_owned());
        }
        Ok(())
    }

    /// The functions that loops run which are started when the main thread ends, or that go on behind it.
    fn run_late(&self) -> FxHashSet<FnId> {
        let mut threads = self.given_to("Thread", THREAD);
        threads.extend(self.threads_of_own());
        let mut open = self.at_exit();
        if !threads.is_empty() && !self.are_joined() {
            open.extend(threads);
        }
        open.retain(|id| !self.is_async(*id));
        let mut seen: FxHashSet<FnId> = open.iter().copied().collect();
        let mut late = FxHashSet::default();
        while let Some(id) = open.pop().filter(|_| seen.len() < MOST_FUNCTIONS) {
            if self.is_async(id) {
                late.insert(id);
            }
            let outline = self.survey.outline(id);
            let world = self.resolver.types.world();
            for (_, call) in outline.calls_in_order() {
                let follow = self.survey.follow(id, call);
                let made = follow.targets.iter().filter_map(|target| world.fn_of(target.function?));
                let own = made.filter(|callee| world.is_own(callee.file)).chain(follow.callees.iter().copied());
                open.extend(own.filter(|callee| seen.insert(*callee)));
            }
        }
        late
    }

    /// The functions that are called when the program ends.
    fn at_exit(&self) -> Vec<FnId> {
        let world = self.resolver.types.world();
        if !self.has_import("atexit") {
            return Vec::new();
        }
        let decorated = world.own_files().flat_map(|(file, source)| {
            let functions = (0..).zip(&source.facts.functions).filter(|(_, own)| !own.decorators.is_empty());
            let is_it = move |own: &Function| {
                let ast = self.resolver.types.ast(file);
                ast.is_some_and(|ast| own.decorators.iter().any(|at| self.is_decorator(file, &ast, *at)))
            };
            functions.filter(move |(_, own)| is_it(own)).map(move |(index, _)| FnId { file, index })
        });
        self.given_to("register", AT_EXIT).into_iter().chain(decorated).collect()
    }

    /// The functions that calls of a library's function are given.
    fn given_to(&self, name: &str, qualified: &str) -> Vec<FnId> {
        let world = self.resolver.types.world();
        let postings =
            self.resolver.index().calls(name).iter().filter(|posting| !self.resolver.is_beside_program(posting.0));
        let given = postings.filter_map(|posting| {
            let fact = world.call_at(*posting)?;
            let is_daemon = qualified == THREAD && self.says_daemon(posting.0);
            let is_it = !is_daemon && self.is_named(posting.0, fact, qualified);
            is_it.then(|| self.given_functions(posting.0, fact.range))
        });
        given.flatten().collect()
    }

    /// The functions and lambdas of the program among the arguments of a call.
    fn given_functions(&self, file: FileId, call: TextRange) -> Vec<FnId> {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(file) else { return Vec::new() };
        let arguments = ast.call(call).into_iter().flat_map(|call| call.arguments.iter_source_order());
        let functions = arguments.flat_map(|argument| match argument.value() {
            Expr::Lambda(lambda) => {
                let index = types.facts(file).function_at(lambda.start());
                index.into_iter().map(|index| FnId { file, index }).collect::<Vec<_>>()
            }
            value @ (Expr::Name(_) | Expr::Attribute(_)) => {
                let targets = self.resolver.targets(file, value);
                let own = targets.iter().filter_map(|target| types.world().fn_of(target.function?));
                own.filter(|id| types.world().is_own(id.file)).collect()
            }
            _ => Vec::new(),
        });
        functions.collect()
    }

    fn is_decorator(&self, file: FileId, ast: &Ast, at: TextRange) -> bool {
        let names =
            |decorator: &Expr| self.resolver.targets(file, decorator).into_iter().flat_map(|target| target.names);
        ast.expression(at).is_some_and(|decorator| {
            last(decorator).is_some_and(|name| AT_EXIT.ends_with(name)) && names(decorator).any(|name| name == AT_EXIT)
        })
    }

    fn is_named(&self, file: FileId, fact: &Call, qualified: &str) -> bool {
        let ast = self.resolver.types.ast(file);
        let node = ast.as_ref().and_then(|ast| ast.call(fact.range));
        node.is_some_and(|node| {
            let targets = self.resolver.targets(file, &node.func);
            targets
                .iter()
                .flat_map(|target| &target.names)
                .any(|name| name == qualified || name.strip_suffix(".__init__") == Some(qualified))
        })
    }

    /// What the program's own classes of threads run.
    fn threads_of_own(&self) -> Vec<FnId> {
        let world = self.resolver.types.world();
        let is_thread = |name: &str| name == "Thread" || name == THREAD;
        let mut found = Vec::new();
        for (file, source) in world.own_files().filter(|(file, _)| !self.resolver.is_beside_program(*file)) {
            let may_be = source.facts.classes.iter().filter(|class| class.members.contains_key(RUN));
            let runs = may_be.filter(|class| {
                let mro = self.resolver.types.mro(crate::project::DefId { file, start: class.range.start() });
                mro.iter().any(|base| is_thread(&base.name)) && !self.says_daemon(file)
            });
            found.extend(
                runs.filter_map(|class| Some(FnId { file, index: class.members.get(RUN).copied().flatten()? })),
            );
        }
        found
    }

    fn says_daemon(&self, file: FileId) -> bool {
        self.resolver.types.text_once(file).contains(DAEMON)
    }

    /// Whether the program waits for threads before it ends.
    fn are_joined(&self) -> bool {
        let world = self.resolver.types.world();
        self.resolver.index().calls("join").iter().any(|posting| {
            // What texts are put together with by `join` stands in front of its brackets, and the texts in them.
            let ast = self.resolver.types.ast(posting.0);
            let is_bare = |fact: &Call| {
                let node = ast.as_ref().and_then(|ast| ast.call(fact.range));
                node.is_some_and(|node| node.arguments.args.iter().all(Expr::is_number_literal_expr))
            };
            let fact = world.call_at(*posting);
            fact.is_some_and(|fact| is_bare(fact) && self.is_named(posting.0, fact, JOIN))
        })
    }

    /// Whether a task that is made of a coroutine function, and that so far runs to its end once it has begun, is not cut off instead
    /// where it would give the loop back: its loop comes to its end at once, and nobody waits for it.
    pub(super) fn is_waited_for(&self, function: FnId) -> Result<(), String> {
        if !atomic::runs_through(self.survey, function) {
            return Ok(());
        }
        let is_cut = |mention: &Mention| self.is_thrown_away(mention) && self.ends_at_once(mention);
        let ways = self.ways_to(function).unwrap_or_default();
        match ways.iter().find(|mention| is_cut(mention)) {
            Some(_) => {
                Err(format!("nobody waits for the task of `{}`: it would be cancelled half way", self.name(function)))
            }
            None => Ok(()),
        }
    }

    /// Whether nobody has the task that is made of a coroutine at a place, or does more than to keep it.
    fn is_thrown_away(&self, mention: &Mention) -> bool {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(mention.caller.file) else { return false };
        let path = ast.path(mention.at);
        let tasks = &self.resolver.catalogue().tasks;
        let task =
            task_of(tasks, &path, mention.at).filter(|task| last(&task.func).is_some_and(|name| TASKS.contains(&name)));
        let Some(task) = task else { return false };
        let is_task =
            |node: &&AnyNodeRef<'_>| matches!(node, AnyNodeRef::ExprCall(call) if call.range() == task.range());
        match path.iter().rev().skip_while(|node| !is_task(node)).nth(1) {
            Some(AnyNodeRef::StmtExpr(_)) => true,
            Some(AnyNodeRef::StmtAssign(assign)) => {
                let [Expr::Name(name)] = &assign.targets[..] else { return false };
                let own = types.world().function(mention.caller).map(|own| own.range);
                let reads = own.and_then(|own| super::swap::reads(&ast, own, &name.id));
                reads.is_some_and(|reads| reads.into_iter().all(|at| is_kept(&ast, at)))
            }
            _ => false,
        }
    }

    /// Whether the loop comes to its end behind a place without waiting for more than a while.
    fn ends_at_once(&self, mention: &Mention) -> bool {
        let types = &self.resolver.types;
        let frames = self.frames(mention.caller, mention.at);
        let is_run = frames.last().is_some_and(|(function, _)| self.runs_once(*function));
        let is_short = |(function, at): &(FnId, TextRange)| {
            let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(*function)) else {
                return false;
            };
            let Some(def) = ast.def(own.range) else { return false };
            let scope = Scope::of(def);
            let is_repeated = scope.loops.iter().any(|around| around.contains_range(*at));
            let mut behind = scope.pauses.iter().filter(|pause| pause.start() > at.start());
            function.index != MODULE && !is_repeated && behind.all(|pause| is_sleep(&ast, *pause))
        };
        is_run && frames.iter().all(is_short)
    }
}

/// Whether a task at a place is only kept.
fn is_kept(ast: &Ast, at: TextRange) -> bool {
    let path = ast.path(at);
    let call = path.iter().rev().find_map(|node| match node {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    });
    call.and_then(|call| call.func.as_attribute_expr()).is_some_and(|method| KEEPS.contains(&method.attr.as_str()))
}

/// `await asyncio.sleep(…)`
fn is_sleep(ast: &Ast, at: TextRange) -> bool {
    let awaited = ast.expression(at).and_then(Expr::as_await_expr).and_then(|await_| await_.value.as_call_expr());
    awaited.is_some_and(|call| {
        last(&call.func) == Some("sleep") && call.arguments.args.iter().all(Expr::is_number_literal_expr)
    })
}
