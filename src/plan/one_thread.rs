//! Objects that only the thread that made them may use, or one thread at a time: one does all that the program does with them, in turn.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::decide::Planner;
use super::ownership;
use super::touch::Roots;
use crate::analysis::{FnId, Hop, Lookup, Site, Via};
use crate::catalogue::Threading;
use crate::project::facts::{CallForm, Load, MODULE};
use crate::project::{Ast, FileId, Target};

/// What the threads of a group do.
pub(super) struct Doings<'a> {
    /// Whether a hop is part of it, or has a thread for itself.
    pub is_treated: &'a dyn Fn(&Hop) -> bool,
    /// The functions that they run.
    pub functions: &'a FxHashSet<FnId>,
    /// The calls that they make, each with the coroutine that has it made.
    pub calls: &'a [(FnId, TextRange)],
}

impl Doings<'_> {
    /// Whether a module may be part of the same program, and is none of its tests.
    fn are_near(&self, planner: &Planner<'_>, file: FileId) -> bool {
        !planner.resolver.is_beside_program(file)
            && self.calls.iter().any(|(function, _)| planner.is_one_program(file, function.file))
    }
}

impl Planner<'_> {
    /// Whether the object of a finding may be one that one thread makes and uses.
    pub(super) fn may_have_thread(&self, finding: usize) -> bool {
        self.own_thread(finding).is_some()
    }

    /// The codemod whose objects one thread may make and use, if a finding is about one.
    pub(super) fn own_thread(&self, finding: usize) -> Option<usize> {
        let api = self.api(finding);
        let rule = self.resolver.catalogue().codemods[api.codemod].one_thread.as_ref();
        let is_one = rule.is_some_and(|rule| {
            // One task uses one at a time.
            let is_alone = rule.anywhere && self.ground.is_sequential;
            api.thread > Threading::Needless && rule.is_about(&api.name) && !is_alone
        });
        is_one.then_some(api.codemod)
    }

    /// Whether any thread may make the object of a finding, and use it while no other one does.
    pub(super) fn is_made_anywhere(&self, finding: usize) -> bool {
        let rule = self.resolver.catalogue().codemods[self.api(finding).codemod].one_thread.as_ref();
        rule.is_some_and(|rule| rule.anywhere)
    }

    /// Whether a call in a coroutine is made on something that the coroutine itself gets from an object with a thread of its own, by a
    /// call that would not be made there.
    pub(super) fn is_on_handle(&self, hop: &Hop, codemod: usize) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), facts) = (types.ast(hop.function.file), types.facts(hop.function.file)) else { return true };
        let Some(one_thread) = &self.resolver.catalogue().codemods[codemod].one_thread else { return false };
        let receiver = ast.call(hop.at).and_then(|call| call.func.as_attribute_expr()?.value.as_name_expr());
        let Some(name) = receiver else { return false };
        let mut bound = facts
            .bindings
            .iter()
            .filter(|binding| binding.function == hop.function.index && binding.target == name.id)
            .filter_map(|binding| ast.call(binding.value)?.func.as_attribute_expr());
        bound.any(|callee| one_thread.calls.iter().any(|call| *call == callee.attr.as_str()))
    }

    /// Whether a finding is that something goes through, or enters, what the call at a hop gives.
    pub(super) fn is_used_here(&self, hop: &Hop, finding: usize) -> bool {
        let site = &self.ground.analysis.findings[finding].site;
        (site.function, site.range) == (hop.function, hop.at) && site.form != CallForm::Call
    }

    /// Whether the threads of a group do all that the program does with the objects of a codemod, but for objects that one function
    /// has for itself.
    pub(super) fn is_done_by(&self, codemod: usize, doings: &Doings<'_>) -> bool {
        let analysis = self.ground.analysis;
        let catalogue = self.resolver.catalogue();
        let rule = catalogue.codemods[codemod].one_thread.as_ref();
        let is_of = |site: &Site| {
            let api = &catalogue.apis[site.api as usize];
            api.codemod == codemod && rule.is_some_and(|rule| rule.is_about(&api.name))
        };
        let is_anywhere = rule.is_some_and(|rule| rule.anywhere);
        let of_loop = analysis.findings.iter().filter(|finding| is_of(&finding.site));
        let are_treated = of_loop.clone().all(|finding| finding.entries.iter().all(doings.is_treated));
        let reached: FxHashSet<(FileId, TextRange)> =
            of_loop.map(|finding| (finding.site.file, finding.site.range)).collect();
        let mut others = analysis.sites.iter().filter(|site| {
            is_of(site) && !reached.contains(&(site.file, site.range)) && doings.are_near(self, site.file)
        });
        are_treated
            && doings.calls.iter().all(|(function, at)| self.is_left_alone(*function, *at, doings))
            && others.all(|site| self.is_for_itself(site))
            && (is_anywhere || !self.is_made_early(codemod, doings))
            && self.handles(codemod, doings).all(|(function, at)| {
                // No thread is there yet while a module is imported.
                let is_early = is_anywhere && function.index == MODULE;
                let is_site = || analysis.sites.iter().any(|site| site.file == function.file && site.range == at);
                is_early
                    || is_site()
                    || self.is_part_of(function, at, doings, is_anywhere)
                    || (is_anywhere || self.is_unreached(function)) && self.is_for_function(function, at)
            })
    }

    /// Whether a coroutine does nothing with such an object that a call gives it, but what the analysis knows about.
    fn is_left_alone(&self, function: FnId, at: TextRange, doings: &Doings<'_>) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        if !ownership::is_thread_bound(self.resolver, function, at) {
            return true;
        }
        let path = ast.path(at);
        match path.iter().rev().find(|node| node.range() != at) {
            Some(AnyNodeRef::StmtAssign(assign)) => assign.targets.iter().all(|target| match target {
                Expr::Name(name) => self.loads(function, &name.id).all(|load| {
                    let is_in_thread = doings.calls.iter().any(|(of, at)| *of == function && at.contains_range(load));
                    is_in_thread || self.is_known_use(function, &ast, load)
                }),
                other => other.is_attribute_expr(),
            }),
            Some(AnyNodeRef::StmtExpr(_)) => true,
            _ => self.is_known_use(function, &ast, at),
        }
    }

    fn loads(&self, function: FnId, variable: &str) -> impl Iterator<Item = TextRange> {
        let facts = self.resolver.types.facts(function.file);
        let whole = facts.functions.get(function.index as usize).map(|function| function.range);
        let is_it = |load: &&Load| {
            !load.attribute && load.name == variable && whole.is_some_and(|whole| whole.contains_range(load.range))
        };
        facts.loads.iter().filter(is_it).map(|load| load.range).collect::<Vec<_>>().into_iter()
    }

    /// Whether the object that stands at a place is called on, entered, gone through, returned, or given to the program's own code: its
    /// type tells the rest.
    fn is_known_use(&self, function: FnId, ast: &Ast, at: TextRange) -> bool {
        let path = ast.path(at);
        let mut around = path.iter().rev().filter(|node| node.range() != at || node.is_with_item());
        match around.next() {
            Some(
                AnyNodeRef::ExprAttribute(_)
                | AnyNodeRef::WithItem(_)
                | AnyNodeRef::StmtReturn(_)
                | AnyNodeRef::ExprCompare(_)
                | AnyNodeRef::StmtIf(_),
            ) => true,
            Some(AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_)) => path.iter().rev().any(|node| match node {
                AnyNodeRef::ExprCall(call) if call.arguments.range().contains_range(at) => {
                    let targets = self.resolver.targets(function.file, &call.func);
                    let world = self.resolver.types.world();
                    let is_own = |target: &Target| target.function.is_some_and(|def| world.is_own(def.file));
                    !targets.is_empty() && targets.iter().all(is_own)
                }
                _ => false,
            }),
            _ => false,
        }
    }

    /// Whether nobody but the function around a site has the object that it works on or makes.
    fn is_for_itself(&self, site: &Site) -> bool {
        let Some(ast) = self.resolver.types.ast(site.file) else { return false };
        let path = ast.path(site.range);
        let stays = match path.iter().rev().find(|node| node.range() != site.range) {
            Some(AnyNodeRef::StmtAssign(assign)) => assign.targets.iter().all(|target| {
                target.as_name_expr().is_some_and(|name| self.is_only_called_on(site.function, &ast, &name.id))
            }),
            Some(AnyNodeRef::StmtReturn(_) | AnyNodeRef::Arguments(_) | AnyNodeRef::ExprYield(_)) => {
                !ownership::is_thread_bound(self.resolver, site.function, site.range)
            }
            _ => true,
        };
        stays && ownership::is_private(self.survey, site, &Roots::default())
    }

    /// Whether a function does nothing with a variable but to use its attributes and to enter it.
    fn is_only_called_on(&self, function: FnId, ast: &Ast, variable: &str) -> bool {
        self.loads(function, variable).all(|load| {
            let path = ast.path(load);
            let parent = path.iter().rev().find(|node| node.range() != load || node.is_with_item());
            matches!(parent, Some(AnyNodeRef::ExprAttribute(_) | AnyNodeRef::WithItem(_)))
        })
    }

    /// Whether a module makes such an object when it is imported.
    fn is_made_early(&self, codemod: usize, doings: &Doings<'_>) -> bool {
        let (catalogue, types) = (self.resolver.catalogue(), &self.resolver.types);
        let makers: FxHashSet<&str> = catalogue
            .apis
            .iter()
            .filter(|api| api.codemod == codemod)
            .filter_map(|api| api.name.rsplit('.').next())
            .collect();
        types.world().own_files().any(|(file, source)| {
            let early = source.facts.calls.iter().filter(|call| call.function == MODULE && call.form == CallForm::Call);
            let mut early = early.filter(|call| makers.contains(call.name.as_str())).peekable();
            early.peek().is_some()
                && doings.are_near(self, file)
                && early.any(|call| {
                    let ast = types.ast(file);
                    ast.as_ref().and_then(|ast| ast.call(call.range)).is_some_and(|call| {
                        let targets = self.resolver.targets(file, &call.func);
                        let mut names = targets.iter().flat_map(|target| &target.names);
                        names.any(|name| {
                            catalogue
                                .apis_named(name)
                                .iter()
                                .any(|api| catalogue.apis[*api as usize].codemod == codemod)
                        })
                    })
                })
        })
    }

    /// The calls that must be made by the thread of such an object, although they do not block.
    fn handles(&self, codemod: usize, doings: &Doings<'_>) -> impl Iterator<Item = (FnId, TextRange)> {
        let types = &self.resolver.types;
        let one_thread = self.resolver.catalogue().codemods[codemod].one_thread.as_ref();
        let own = types.world().own_files().filter(|(file, _)| doings.are_near(self, *file));
        own.filter_map(move |(file, source)| Some((file, source, one_thread?))).flat_map(
            move |(file, source, known)| {
                let calls =
                    source.facts.calls.iter().filter(|call| known.calls.iter().any(|name| *name == call.name.as_str()));
                calls.filter_map(move |call| {
                    let ast = types.ast(file)?;
                    let receiver = &ast.call(call.range)?.func.as_attribute_expr()?.value;
                    let is_one = |class: &str| known.of.iter().any(|of| of == class);
                    let is_it = self.resolver.may_be_instance(file, receiver, is_one);
                    is_it.then_some((FnId { file, index: call.function }, call.range))
                })
            },
        )
    }

    /// Whether no loop leads to a function.
    fn is_unreached(&self, function: FnId) -> bool {
        !self.is_async(function) && self.survey.callers(function, &self.ground.analysis.graph).edges.is_empty()
    }

    /// Whether the function that makes a call has the object for itself.
    fn is_for_function(&self, function: FnId, at: TextRange) -> bool {
        let call = Site { file: function.file, range: at, function, api: 0, name: String::new(), form: CallForm::Call };
        ownership::is_private(self.survey, &call, &Roots::default())
    }

    /// Whether nothing but the threads of a group makes a call; `or_last`, it may also be the last thing that the program does.
    fn is_part_of(&self, function: FnId, at: TextRange, doings: &Doings<'_>, or_last: bool) -> bool {
        let hop = |function, at| Hop { function, at, via: Via::Call };
        if (doings.is_treated)(&hop(function, at)) || or_last && self.is_late(function, at) {
            return true;
        }
        let is_async = self.resolver.types.world().function(function).is_none_or(|function| function.is_async);
        if is_async || !or_last && !doings.functions.contains(&function) {
            return false;
        }
        let callers = self.survey.callers(function, &self.ground.analysis.graph);
        let is_known = doings.functions.contains(&function) || !callers.edges.is_empty() && !callers.are_of_loop();
        is_known
            && callers.edges.iter().all(|edge| {
                doings.functions.contains(&edge.caller) && !self.is_async(edge.caller)
                    || (doings.is_treated)(&hop(edge.caller, edge.at))
                    || or_last && self.is_late(edge.caller, edge.at)
            })
    }
}
