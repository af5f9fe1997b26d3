//! A `with` around code that awaits, whose manager blocks when it is entered or left: threads do that.

use std::sync::Arc;

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtWith, WithItem};
use ruff_text_size::{Ranged, TextRange};

use super::atomic::Part;
use super::collect::root_in;
use super::decide::Planner;
use super::ownership;
use super::position;
use super::region::Start;
use super::touch::Roots;
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::catalogue::Threading;
use crate::project::facts::CallForm;
use crate::project::{Ast, Shape};
use crate::text::{has_word, slice};

/// What is called to enter a manager in threads.
pub const IN_THREADS: &str = "_in_threads";
/// What is called to enter a manager in the thread that works in turn.
pub const IN_TURNS: &str = "_in_turns";
/// The methods of a manager.
const METHODS: [&str; 2] = ["__enter__", "__exit__"];

/// A `with` that becomes an `async with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enter {
    pub statement: TextRange,
    pub managers: Vec<Manager>,
}

/// What an item of a `with` enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    pub range: TextRange,
    /// Making it blocks as well.
    pub is_made_in_thread: bool,
}

impl Planner<'_> {
    /// How the `with` that a hop enters can be entered in threads; nothing where the hop enters none that this is for.
    ///
    /// # Errors
    /// Why it cannot be.
    pub(super) fn enter(&self, hop: &Hop, findings: &[usize]) -> Result<Option<Enter>, String> {
        // A call of a library is treated as such, as that of `open` in `with open(…)`.
        if matches!(hop.via, Via::Call | Via::Tested) && self.ground.callees_at(hop).next().is_none() {
            return Ok(None);
        }
        let types = &self.resolver.types;
        let Some(ast) = types.ast(hop.function.file) else { return Ok(None) };
        let is_coroutine = types.world().function(hop.function).is_some_and(|function| function.is_async);
        let is_this = |with: &&StmtWith| {
            let is_entered = with.items.iter().any(|item| item.context_expr.range() == hop.at);
            is_entered && !with.is_async && is_coroutine && any_over_body(&with.body, Expr::is_await_expr)
        };
        let Some(with) = with_around(&ast, hop.at).filter(is_this) else { return Ok(None) };
        if self.foreign(hop.function).is_some() {
            return Ok(None);
        }
        for item in &with.items {
            let entered = Hop { at: item.context_expr.range(), via: Via::Implicit, ..*hop };
            let own: &[usize] = if entered.at == hop.at { findings } else { &[] };
            self.may_enter(&entered, with, item, own)?;
        }
        self.may_split(&Hop { at: TextRange::empty(with.end()), via: Via::Implicit, ..*hop }, Part::Call)?;
        Ok(self.entering(hop, &ast, with))
    }

    /// Whether threads can enter and leave what stands at `hop`.
    fn may_enter(&self, hop: &Hop, with: &StmtWith, item: &WithItem, findings: &[usize]) -> Result<(), String> {
        let manager = &item.context_expr;
        let starts = self.item_starts(hop.function, with, item)?;
        if self.belongs_to_its_thread(hop, manager, findings) {
            return Err("what the `with` enters belongs to the thread that enters it".to_owned());
        }
        let minimum = self.ground.terms.minimum;
        if let Some(reason) = position::obstacle(self.survey, hop.function, hop.at, None, minimum) {
            return Err(reason);
        }
        self.may_look(hop.function, hop.at, &starts)?;
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().map_err(Clone::clone)?;
        self.may_be_shared(&region.touches, region, None)?;
        self.may_split(hop, Part::Call)
    }

    /// Where a function runs that a call at a place leads to: what leaves a `with` runs at its end.
    pub(super) fn runs_at(&self, callee: FnId, function: FnId, at: TextRange) -> TextRange {
        let types = &self.resolver.types;
        let leaves = types.world().function(callee).is_some_and(|own| own.name.as_str() == "__exit__");
        let ast = types.ast(function.file).filter(|_| leaves);
        let with = ast.as_ref().and_then(|ast| with_around(ast, at));
        with.filter(|with| with.items.iter().any(|item| item.context_expr.range() == at))
            .map_or(at, |with| TextRange::empty(with.end()))
    }

    /// What entering, leaving and making the managers of a `with` runs of the program.
    pub(super) fn enter_starts(&self, function: FnId, enter: &Enter) -> Vec<Start> {
        let Some(ast) = self.resolver.types.ast(function.file) else { return Vec::new() };
        let with = with_around(&ast, TextRange::empty(enter.statement.start()));
        let items = with.iter().flat_map(|with| with.items.iter().map(move |item| (*with, item)));
        items.flat_map(|(with, item)| self.item_starts(function, with, item).unwrap_or_default()).collect()
    }

    fn item_starts(&self, function: FnId, with: &StmtWith, item: &WithItem) -> Result<Vec<Start>, String> {
        if self.resolver.is_exit_stack(function.file, &item.context_expr) {
            return self.stack_starts(function, with, item);
        }
        let hop = Hop { function, at: item.context_expr.range(), via: Via::Implicit };
        if self.ground.callees_at(&hop).next().is_none() {
            if self.is_blocking_manager(&hop) {
                return Ok(Vec::new());
            }
            return Err("another manager of the same `with` is not known to be one of the program".to_owned());
        }
        Ok(self.manager_starts(&hop, &item.context_expr))
    }

    /// Whether a library's manager stands at a hop that blocks when it is entered or left, and that a thread may use.
    fn is_blocking_manager(&self, hop: &Hop) -> bool {
        let findings = &self.ground.analysis.findings;
        findings.iter().map(|finding| &finding.site).any(|site| {
            (site.function, site.range, site.form) == (hop.function, hop.at, CallForm::With)
                && match self.threading(&self.resolver.catalogue().apis[site.api as usize]) {
                    Threading::Safe | Threading::Needless => true,
                    // One task waits for each thread.
                    Threading::Owned => {
                        self.ground.is_sequential || ownership::is_private(self.survey, site, &Roots::default())
                    }
                    Threading::Never | Threading::Loop => false,
                }
        })
    }

    /// What leaving all that is on an exit stack runs; all that is done with the stack must be to put managers on it.
    fn stack_starts(&self, function: FnId, with: &StmtWith, item: &WithItem) -> Result<Vec<Start>, String> {
        let name = item.optional_vars.as_deref().and_then(Expr::as_name_expr);
        let name = name.ok_or_else(|| "what is on the stack is not known".to_owned())?;
        let mut stacked = Stacked { name: &name.id, uses: 0, entered: Vec::new() };
        stacked.visit_body(&with.body);
        if stacked.entered.len() != stacked.uses {
            return Err(format!("`{}` is used for more than managers that are entered", name.id));
        }
        let mut starts = Vec::new();
        for manager in stacked.entered {
            let hop = Hop { function, at: manager.range(), via: Via::Implicit };
            if self.belongs_to_its_thread(&hop, manager, &[]) {
                return Err("what is on the stack belongs to the thread that enters it".to_owned());
            }
            let of_manager = self.manager_starts(&hop, manager);
            if of_manager.is_empty() {
                return Err("what is on the stack is not known to be of the program".to_owned());
            }
            starts.extend(of_manager);
        }
        Ok(starts)
    }

    /// Whether what a `with` enters must be left by the thread that entered it, or holds something meanwhile.
    fn belongs_to_its_thread(&self, hop: &Hop, manager: &Expr, findings: &[usize]) -> bool {
        let catalogue = self.resolver.catalogue();
        let holds = self.resolver.may_be_instance(hop.function.file, manager, |class| {
            catalogue.holds_with(class, self.ground.is_sequential).is_some()
        });
        holds || findings.iter().any(|finding| self.api(*finding).thread >= Threading::Never)
    }

    /// What entering, leaving and making a manager runs of the program; the manager is what their first parameter stands for.
    fn manager_starts(&self, hop: &Hop, manager: &Expr) -> Vec<Start> {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(hop.function.file) else { return Vec::new() };
        let place = root_in(self.survey, &ast, hop.function, &Roots::default(), manager);
        let mut ids: Vec<FnId> = self.ground.callees_at(hop).copied().collect();
        for shape in self.resolver.shapes(hop.function.file, manager) {
            let Shape::Instance(class) = shape else { continue };
            let methods = METHODS.iter().filter_map(|name| types.member(class, name)?.function);
            ids.extend(methods.filter_map(|def| types.world().fn_of(def)).filter(|id| types.world().is_own(id.file)));
        }
        ids.sort_unstable();
        ids.dedup();
        let starts = ids.into_iter().map(|id| {
            let function = types.world().function(id).filter(|function| function.class.is_some());
            let receiver = function.and_then(|function| function.parameters.first());
            let roots: Roots = receiver.map(|receiver| (receiver.name.clone(), place.clone())).into_iter().collect();
            (id, Arc::new(roots))
        });
        starts.collect()
    }

    pub(super) fn entering(&self, hop: &Hop, ast: &Ast, with: &StmtWith) -> Option<Enter> {
        let text = self.resolver.types.text(hop.function.file);
        let has_helper = |name: &str| {
            let mut defs = ast.module().body.iter().filter_map(Stmt::as_function_def_stmt);
            defs.any(|def| def.name.as_str() == name && def.is_async)
        };
        if [IN_THREADS, IN_TURNS].into_iter().any(|name| has_word(&text, name) && !has_helper(name)) {
            return None;
        }
        let last = &with.items.last()?.context_expr;
        if slice(&text, TextRange::new(with.start(), last.end())).contains('\\') {
            return None;
        }
        let managers = with.items.iter().map(|item| {
            let range = item.context_expr.range();
            let is_made_in_thread = self.makes(&Hop { at: range, ..*hop }, &item.context_expr);
            Manager { range, is_made_in_thread }
        });
        Some(Enter { statement: with.range(), managers: managers.collect() })
    }

    /// Whether making the manager may block as well: a library does it, or a constructor on the way to a site.
    fn makes(&self, hop: &Hop, manager: &Expr) -> bool {
        let Expr::Call(call) = manager else { return false };
        if self.resolver.is_exit_stack(hop.function.file, manager) {
            return false;
        }
        let world = self.resolver.types.world();
        let targets = self.resolver.targets(hop.function.file, &call.func);
        let is_library = targets.iter().all(|target| {
            let owner = target.class.or(target.function);
            owner.is_none_or(|def| !world.is_own(def.file))
        });
        let mut callees = self.ground.callees_at(hop);
        is_library || callees.any(|id| world.function(*id).is_some_and(|function| function.name.as_str() == "__init__"))
    }
}

/// The innermost `with` around a place.
fn with_around(ast: &Ast, at: TextRange) -> Option<&StmtWith> {
    ast.path(at).into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtWith(with) => Some(with),
        _ => None,
    })
}

/// What a `with` puts on its exit stack.
struct Stacked<'a> {
    name: &'a str,
    uses: usize,
    entered: Vec<&'a Expr>,
}

impl<'a> Visitor<'a> for Stacked<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        let is_stack = |expr: &Expr| expr.as_name_expr().is_some_and(|name| name.id.as_str() == self.name);
        match expr {
            Expr::Name(_) if is_stack(expr) => self.uses += 1,
            Expr::Call(call) => {
                let method = call.func.as_attribute_expr().filter(|method| is_stack(&method.value));
                if let (Some("enter_context"), [manager]) =
                    (method.map(|method| method.attr.as_str()), &*call.arguments.args)
                {
                    self.entered.push(manager);
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}
