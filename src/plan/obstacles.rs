//! What in a program would notice that something which was set up works in a thread.

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::early::RUNNER;
use super::process::is_plain;
use super::setup::Context;
use crate::analysis::{Finding, FnId, Lookup, Posting, argument, entry};
use crate::catalogue::{Setup, Unless};
use crate::project::facts::{CallForm, ClassIndex, Facts, Function, FunctionKind, Load, MODULE, is_mutator};
use crate::project::{Ast, DefId, FileId, RUNNERS, Shape, blocks, last};

/// What starts a loop that may go on later.
const OPEN_RUNNERS: [&str; 2] = ["run_until_complete", "run_forever"];
/// What ends the program, or the thread that calls it.
const ENDS: [&str; 6] = ["exit", "_exit", "quit", "abort", "kill", "interrupt_main"];
/// How many calls away from a function are looked at.
const DEPTH: usize = 5;

/// The questions about one set-up.
pub(super) struct Obstacles<'a> {
    pub planner: &'a Planner<'a>,
    pub setup: &'a Setup,
    pub contexts: &'a [Context],
    pub findings: &'a [&'a Finding],
}

impl Obstacles<'_> {
    /// Why something in the program would notice the difference, if so.
    pub(super) fn reason(&self, unless: &Unless) -> Option<String> {
        // What a handler does to itself it does in any thread.
        let is_called = |name: &String, counts: &dyn Fn(FnId, TextRange) -> bool| {
            let calls = self.planner.calls_of(name);
            calls.into_iter().any(|(function, at)| !self.is_in_moved(function.file, at) && counts(function, at))
        };
        let calls = unless.calls.iter().any(|name| is_called(name, &|_, _| true));
        let during = unless.during.iter().any(|name| is_called(name, &|function, _| !self.is_without_loop(function)));
        let later = unless.later.iter().any(|name| is_called(name, &|function, at| self.is_later(function, at)));
        let attributes = unless.attributes.iter().any(|name| self.is_read(name));
        let is_checked = unless.watched
            || unless.bound
            || !unless.overrides.is_empty()
            || !(unless.within.is_empty() && unless.objects.is_empty() && unless.without.is_empty());
        let within = is_checked && self.is_within_moved(unless);
        let opens = !unless.opens.is_empty() && self.is_opened(unless);
        let passes = unless.passes.iter().any(|name| self.is_passed_more(name, &unless.except));
        (calls || during || later || attributes || within || opens || passes).then(|| unless.reason.clone())
    }

    /// Whether a call, which is not about something new, may come when the set-up is over.
    fn is_later(&self, function: FnId, at: TextRange) -> bool {
        match self.contexts.iter().find(|context| context.function == function) {
            Some(context) => at.start() > context.after.end(),
            None => {
                self.planner.is_on_loop(function)
                    && !self.is_about_new(function, at)
                    && !self.is_for_setup(function, DEPTH)
            }
        }
    }

    /// Whether all calls of a function are made on the way to the end of the set-up.
    fn is_for_setup(&self, function: FnId, depth: usize) -> bool {
        let callers = self.planner.survey.callers(function, &self.planner.ground.analysis.graph);
        let is_in_time =
            |(caller, at): (FnId, TextRange)| match self.contexts.iter().find(|context| context.function == caller) {
                Some(context) => at.end() <= context.after.end(),
                None => self.is_for_setup(caller, depth - 1),
            };
        depth > 0
            && !callers.are_of_loop()
            && !callers.edges.is_empty()
            && callers.edges.iter().all(|edge| is_in_time((edge.caller, edge.at)))
    }

    /// Whether a method is called on what the function has just made.
    fn is_about_new(&self, function: FnId, at: TextRange) -> bool {
        let resolver = self.planner.resolver;
        let (file, facts) = (function.file, resolver.types.facts(function.file));
        let Some(ast) = resolver.types.ast(file) else { return false };
        let Some(Expr::Attribute(method)) = ast.call(at).map(|call| &*call.func) else { return false };
        // `handler`, or `self.handler`
        let name = match &*method.value {
            Expr::Name(name) => &name.id,
            Expr::Attribute(attribute) if attribute.value.is_name_expr() => &attribute.attr.id,
            _ => return false,
        };
        let info = facts.functions.get(function.index as usize);
        if info.is_none_or(|info| info.parameters.iter().any(|parameter| parameter.name == *name)) {
            return false;
        }
        let mut bindings =
            facts.bindings.iter().filter(|own| own.function == function.index && own.target == *name).peekable();
        bindings.peek().is_some()
            && bindings.all(|binding| {
                let makes = |call: &ExprCall| {
                    resolver.shapes(file, &call.func).iter().any(|shape| matches!(shape, Shape::Class(_)))
                };
                ast.call(binding.value).is_some_and(makes)
            })
    }

    /// Whether a function runs only when no loop does: it starts one, is called at exit, or by such functions and modules alone.
    fn is_without_loop(&self, function: FnId) -> bool {
        self.ends_its_loops() && self.is_without_loop_at(function, DEPTH)
    }

    /// Whether each loop of the program is over, and closed, when the call that starts it returns, and none runs in another thread.
    fn ends_its_loops(&self) -> bool {
        let resolver = self.planner.resolver;
        let (world, index) = (resolver.types.world(), resolver.index());
        let is_here = |function: FnId| {
            let info = world.function(function);
            function.index == MODULE
                || info.is_some_and(|info| info.kind == FunctionKind::Def && index.loads(&info.name).is_empty())
        };
        OPEN_RUNNERS.iter().all(|name| index.calls(name).is_empty())
            && self.planner.calls_of(RUNNER).into_iter().all(|(function, _)| is_here(function))
    }

    fn is_without_loop_at(&self, function: FnId, depth: usize) -> bool {
        if function.index == MODULE {
            return true;
        }
        let resolver = self.planner.resolver;
        let (types, index) = (&resolver.types, resolver.index());
        let facts = types.facts(function.file);
        let Some(info) = facts.functions.get(function.index as usize) else { return false };
        if depth == 0 || self.planner.is_on_loop(function) {
            return false;
        }
        let mut own = facts.calls.iter().filter(|call| call.function == function.index);
        if own.any(|call| RUNNERS.contains(&call.name.as_str()) && self.is_runner(function.file, call.range)) {
            return true;
        }
        let is_at_exit = info.decorators.iter().any(|at| {
            let ast = types.ast(function.file);
            let decorator = ast.as_ref().and_then(|ast| ast.expression(*at));
            decorator.is_some_and(|decorator| self.is_exit(function.file, decorator))
        });
        let calls = index.calls(&info.name);
        let is_decorated = !info.decorators.is_empty();
        let caller = |&(file, position): &Posting| {
            let call = types.world().call_at((file, position));
            call.is_some_and(|call| self.is_without_loop_at(FnId { file, index: call.function }, depth - 1))
        };
        let is_used = !calls.is_empty() || !index.loads(&info.name).is_empty();
        is_decorated == is_at_exit
            && (is_used || is_at_exit)
            && calls.iter().all(caller)
            && index.loads(&info.name).iter().all(|posting| self.is_handed_to_exit(posting))
    }

    /// Whether a call starts a loop, and closes it before it returns.
    fn is_runner(&self, file: FileId, at: TextRange) -> bool {
        let ast = self.planner.resolver.types.ast(file);
        let call = ast.as_ref().and_then(|ast| ast.call(at));
        call.is_some_and(|call| {
            let targets = self.planner.resolver.targets(file, &call.func);
            targets.iter().flat_map(|target| &target.names).any(|name| name == RUNNER)
        })
    }

    fn is_exit(&self, file: FileId, callee: &Expr) -> bool {
        let targets = self.planner.resolver.targets(file, callee);
        targets.iter().flat_map(|target| &target.names).any(|name| self.setup.exits.contains(name))
    }

    /// Whether a name is read only to have it called at exit.
    fn is_handed_to_exit(&self, &(file, position): &Posting) -> bool {
        let types = &self.planner.resolver.types;
        let (Some(load), Some(ast)) = (types.world().load_at((file, position)), types.ast(file)) else { return false };
        ast.path(load.range).into_iter().rev().any(|node| match node {
            AnyNodeRef::ExprCall(call) => {
                call.arguments.args.first().is_some_and(|first| first.range() == load.range)
                    && self.is_exit(file, &call.func)
            }
            _ => false,
        })
    }

    /// Whether the program itself opens a file that the set-up names while a loop may run.
    fn is_opened(&self, unless: &Unless) -> bool {
        let types = &self.planner.resolver.types;
        let texts: Vec<String> = self.findings.iter().flat_map(|finding| self.named(finding, unless)).collect();
        let is_it = |file: FileId, value: &Expr| types.literal(file, value).is_some_and(|text| texts.contains(&text));
        let homes: Vec<FileId> = self.findings.iter().map(|finding| finding.site.file).collect();
        let is_near = |other: FileId| homes.iter().any(|home| self.planner.is_one_program(other, *home));
        !texts.is_empty()
            && types.world().own_files().filter(|(file, _)| is_near(*file)).any(|(file, source)| {
                let opens = source.facts.calls.iter().filter(|call| matches!(call.name.as_str(), "open" | "Path"));
                opens.filter(|call| call.form == CallForm::Call).any(|call| {
                    let Some(ast) = types.ast(file) else { return true };
                    let first = ast.call(call.range).and_then(|call| call.arguments.args.first());
                    let function = FnId { file, index: call.function };
                    first.is_some_and(|first| is_it(file, first))
                        && !self.is_in_moved(file, call.range)
                        && (!self.setup.adds.is_empty()
                            || !self.is_without_loop(function)
                            || is_kept(&ast, function, call.range))
                })
            })
    }

    /// Whether a call is given something by name that is not known to be plain data, other than for the parameters in `except`.
    fn is_passed_more(&self, qualified: &str, except: &[String]) -> bool {
        let types = &self.planner.resolver.types;
        let is_known = |file: FileId, value: &Expr| types.written_type(file, value).is_some_and(|text| is_plain(&text));
        let is_excepted = |name: &str| except.iter().any(|other| other == name);
        self.planner.calls_of(qualified).into_iter().any(|(function, at)| {
            let ast = types.ast(function.file);
            let Some(call) = ast.as_ref().and_then(|ast| ast.call(at)) else { return true };
            call.arguments.keywords.iter().any(|keyword| match &keyword.arg {
                Some(name) => !is_excepted(name) && !is_known(function.file, &keyword.value),
                None => match self.planner.resolver.options(function.file, &keyword.value) {
                    Some(options) => options.iter().any(|(name, (home, at))| {
                        let ast = types.ast(*home);
                        let value = ast.as_ref().and_then(|ast| ast.expression(*at));
                        !is_excepted(name) && value.is_none_or(|value| !is_known(*home, value))
                    }),
                    None => true,
                },
            })
        })
    }

    /// The texts that a set-up gives for files.
    fn named(&self, finding: &Finding, unless: &Unless) -> Vec<String> {
        let types = &self.planner.resolver.types;
        let (file, site) = (finding.site.file, finding.site.range);
        if let Some(places) = self.planner.mappings(finding) {
            let named = places.into_iter().filter_map(|(home, at)| {
                let ast = types.ast(home)?;
                let mapping = ast.expression(at)?;
                let value = unless.opens.iter().find_map(|name| entry(mapping, name))?;
                types.literal(home, value)
            });
            return named.collect();
        }
        let ast = types.ast(file);
        let Some(call) = ast.as_ref().and_then(|ast| ast.call(site)) else { return Vec::new() };
        let known = unless.opens.iter().find_map(|name| argument(call, name, Some(0)));
        // What a class of the program takes may be a file, whatever it is called.
        let is_own = self.planner.resolver.derived_setup(file, call).is_some();
        let keywords = call.arguments.keywords.iter().map(|keyword| &keyword.value);
        let others = call.arguments.args.iter().chain(keywords).filter(|_| is_own);
        known.into_iter().chain(others).filter_map(|value| types.literal(file, value)).collect()
    }

    fn is_read(&self, qualified: &str) -> bool {
        let Some((class, name)) = qualified.rsplit_once('.') else { return false };
        let types = &self.planner.resolver.types;
        types.world().own_files().any(|(file, source)| {
            source.facts.loads.iter().filter(|load| load.attribute && load.name == name).any(|load| {
                let Some(ast) = types.ast(file) else { return true };
                let Some(Expr::Attribute(attribute)) = ast.expression(load.range) else { return false };
                !self.is_in_moved(file, load.range)
                    && self.planner.resolver.may_be_instance(file, &attribute.value, |owner| owner == class)
            })
        })
    }

    /// Whether a place lies in a class of the program that would run in another thread.
    fn is_in_moved(&self, file: FileId, at: TextRange) -> bool {
        let types = &self.planner.resolver.types;
        types.facts(file).classes.iter().any(|class| {
            let id = DefId { file, start: class.start };
            class.range.contains_range(at) && self.moves(id)
        })
    }

    fn moves(&self, class: DefId) -> bool {
        self.planner.resolver.types.mro(class).iter().any(|base| self.setup.moves.contains(&base.name))
    }

    /// Whether a class of the program that would run in another thread uses one of `names`, or keeps something that others read.
    fn is_within_moved(&self, unless: &Unless) -> bool {
        let types = &self.planner.resolver.types;
        types.world().own_files().any(|(file, source)| {
            (0..).zip(&source.facts.classes).any(|(index, class)| {
                self.moves(DefId { file, start: class.start }) && self.uses(file, &source.facts, index, unless)
            })
        })
    }

    fn uses(&self, file: FileId, facts: &Facts, class: ClassIndex, unless: &Unless) -> bool {
        let Some(range) = facts.classes.get(class as usize).map(|class| class.range) else { return true };
        let is_one = |name: &Name| unless.within.iter().any(|other| other == name.as_str());
        let resolver = self.planner.resolver;
        let Some(ast) = resolver.types.ast(file) else { return true };
        let is_object = |at: TextRange| {
            let is_of = |class: &str| unless.objects.iter().any(|other| other == class);
            let expr = ast.expression(at);
            expr.is_some_and(|expr| resolver.may_be_instance(file, expr, is_of))
        };
        let is_read = |at: TextRange| unless.reads.iter().any(|method| self.gives_steady(file, &ast, at, method));
        let is_stream = |expr: &Expr| last(expr).is_some_and(|name| unless.streams.iter().any(|other| other == name));
        let writes = |name: &Name, at: TextRange| {
            let Some(call) = ast.call(at) else { return false };
            let takes = |name: &String| argument(call, name, None).is_none_or(is_stream);
            let to_it = call.func.as_attribute_expr().is_some_and(|method| is_stream(&method.value));
            unless.without.get(name.as_str()).is_some_and(takes) || to_it && name.starts_with("write")
        };
        // What makes an object, and what closes it, runs where it is called.
        let is_threaded = |function: u32| {
            let name = facts.functions.get(function as usize).map(|function| function.name.as_str());
            !matches!(name, Some("__init__" | "close"))
        };
        let calls = || facts.calls.iter().filter(|call| range.contains_range(call.range) && is_threaded(call.function));
        let loads = || facts.loads.iter().filter(|load| range.contains_range(load.range) && is_threaded(load.function));
        let overrides = |function: &Function| {
            function.class == Some(class) && unless.overrides.iter().any(|name| *name == function.name.as_str())
        };
        let mut overriding = (0..).zip(&facts.functions).filter(|(_, function)| overrides(function));
        overriding.any(|(index, _)| self.may_fail(FnId { file, index }, DEPTH))
            || calls().any(|call| is_one(&call.name) || writes(&call.name, call.range))
            || loads().any(|load| is_one(&load.name))
            || !unless.objects.is_empty() && loads().any(|load| is_object(load.range) && !is_read(load.range))
            || unless.watched && self.is_watched(file, facts, range)
            || unless.bound && self.is_bound(file, facts, range)
    }

    /// Whether a function may raise something on purpose, or end the program, as far as its own code and that of the program tells.
    fn may_fail(&self, id: FnId, depth: usize) -> bool {
        let types = &self.planner.resolver.types;
        let (Some(ast), Some(own)) = (types.ast(id.file), types.world().function(id)) else { return true };
        let Some(def) = ast.def(own.range).filter(|_| depth > 0) else { return true };
        let fails = |call: &ExprCall| {
            last(&call.func).is_some_and(|name| ENDS.contains(&name))
                || self.planner.resolver.targets(id.file, &call.func).iter().any(|target| {
                    let called = target.function.and_then(|function| types.world().fn_of(function));
                    called.is_some_and(|called| types.world().is_own(called.file) && self.may_fail(called, depth - 1))
                })
        };
        let facts = types.facts(id.file);
        let mut calls = facts.calls.iter().filter(|call| own.range.contains_range(call.range));
        raises(&def.body) || calls.any(|call| ast.call(call.range).is_none_or(fails))
    }

    /// Whether this method is called on what stands at a place, and gives what never changes.
    fn gives_steady(&self, file: FileId, ast: &Ast, at: TextRange, method: &str) -> bool {
        let types = &self.planner.resolver.types;
        let call = ast.path(at).into_iter().rev().find_map(|node| match node {
            AnyNodeRef::ExprCall(call) => Some(call),
            _ => None,
        });
        let is_it = |call: &&ExprCall| {
            call.func.as_attribute_expr().is_some_and(|own| own.value.range() == at && own.attr.as_str() == method)
        };
        let call = call.filter(is_it).and_then(|call| ast.expression(call.range()));
        call.is_some_and(|call| types.is_immutable(file, call))
    }

    /// Whether what the methods of a class change is read outside such classes, while a loop may run.
    fn is_watched(&self, file: FileId, facts: &Facts, class: TextRange) -> bool {
        let types = &self.planner.resolver.types;
        let Some(ast) = types.ast(file) else { return true };
        let changed = facts.functions.iter().filter(|function| class.contains_range(function.range));
        let changed = changed.filter(|function| function.name.as_str() != "__init__").flat_map(|function| {
            let def = ast.def(function.range);
            def.into_iter().flat_map(|def| &def.body).flat_map(written).collect::<Vec<_>>()
        });
        let changed: Vec<String> = changed.collect();
        let is_changed = |load: &Load| load.attribute && changed.iter().any(|name| load.name == name.as_str());
        let reads = |index: u32| facts.loads.iter().any(|load| load.function == index && is_changed(load));
        let mut methods = (0..)
            .zip(&facts.functions)
            .filter(|(index, function)| class.contains_range(function.range) && reads(*index))
            .map(|(_, function)| function);
        types.world().own_files().any(|(other, source)| {
            source.facts.loads.iter().any(|load| {
                let reader = FnId { file: other, index: load.function };
                is_changed(load) && !self.is_in_moved(other, load.range) && !self.is_without_loop(reader)
            })
        }) || methods.any(|method| {
            let id = DefId { file, start: method.start };
            let is_it = |posting: &Posting| self.may_call(*posting, id);
            let calls = self.planner.resolver.index().calls(&method.name).iter();
            let mut outside = calls.filter(|(other, position)| {
                let call = types.world().call_at((*other, *position));
                call.is_some_and(|call| {
                    let caller = FnId { file: *other, index: call.function };
                    !self.is_in_moved(*other, call.range) && !self.is_without_loop(caller)
                })
            });
            !self.is_of_library(id, &method.name) && outside.any(is_it)
        })
    }

    fn may_call(&self, posting: Posting, method: DefId) -> bool {
        let types = &self.planner.resolver.types;
        let (Some(call), Some(ast)) = (types.world().call_at(posting), types.ast(posting.0)) else { return true };
        let Some(node) = ast.call(call.range) else { return false };
        let targets = self.planner.resolver.targets(posting.0, &node.func);
        targets.is_empty() || targets.iter().any(|target| target.function == Some(method))
    }

    /// Whether a method is one that the library knows of, and calls.
    fn is_of_library(&self, method: DefId, name: &str) -> bool {
        let types = &self.planner.resolver.types;
        let function = types.world().fn_of(method);
        let class = function.and_then(|function| types.world().enclosing_class(function));
        class.is_some_and(|class| {
            let mro = types.mro(class);
            mro.iter().any(|base| !types.world().is_own(base.id.file) && base.member(name).is_some())
        })
    }
}

/// Whether a module keeps what a call in its body makes.
fn is_kept(ast: &Ast, function: FnId, at: TextRange) -> bool {
    let body = &ast.module().body;
    let is_assigned = |node: &AnyNodeRef<'_>| matches!(node, AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_));
    function.index == MODULE && !body.is_empty() && ast.path(at).iter().any(is_assigned)
}

/// The last names of the attributes that a statement writes, or changes in place.
fn written(stmt: &Stmt) -> Vec<String> {
    use ruff_python_ast::visitor::{Visitor, walk_expr};
    #[derive(Default)]
    struct Finder(Vec<String>);
    impl<'a> Visitor<'a> for Finder {
        fn visit_expr(&mut self, expr: &'a Expr) {
            let changed = match expr {
                Expr::Attribute(attribute) if attribute.ctx.is_store() => Some(expr),
                Expr::Subscript(subscript) if !subscript.ctx.is_load() => Some(&*subscript.value),
                Expr::Call(call) => match &*call.func {
                    Expr::Attribute(method) if is_mutator(&method.attr) => Some(&*method.value),
                    _ => None,
                },
                _ => None,
            };
            if let Some(Expr::Attribute(attribute)) = changed {
                self.0.push(attribute.attr.to_string());
            }
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder::default();
    finder.visit_stmt(stmt);
    finder.0
}

fn raises(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| stmt.is_raise_stmt() || blocks(stmt.into()).into_iter().any(raises))
}
