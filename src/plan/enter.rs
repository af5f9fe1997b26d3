//! A `with` around code that awaits, whose manager blocks when it is entered or left: threads do that.

use std::sync::Arc;

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{AnyNodeRef, Expr, StmtWith};
use ruff_text_size::{Ranged, TextRange};

use super::atomic::Part;
use super::collect::place_in;
use super::decide::Planner;
use super::position;
use super::region::Start;
use super::touch::Roots;
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::catalogue::Threading;
use crate::project::{Ast, Shape};
use crate::text::{has_word, slice};

/// What is called to enter a manager in threads.
const NAME: &str = "_in_threads";
/// The methods of a manager.
const METHODS: [&str; 2] = ["__enter__", "__exit__"];

/// A `with` that becomes an `async with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enter {
    pub statement: TextRange,
    pub manager: TextRange,
    /// Making the manager blocks as well.
    pub is_made_in_thread: bool,
    pub helper: String,
    /// The module has the helper already.
    pub has_helper: bool,
}

impl Planner<'_> {
    /// How the `with` that a hop enters can be entered in threads, if it can.
    pub(super) fn enter(&self, hop: &Hop, findings: &[usize]) -> Option<Enter> {
        // A call of a library is treated as such, as that of `open` in `with open(…)`.
        if hop.via == Via::Left || hop.via != Via::Implicit && self.ground.callees_at(hop).next().is_none() {
            return None;
        }
        let types = &self.resolver.types;
        let ast = types.ast(hop.function.file)?;
        let path = ast.path(hop.at);
        let with = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtWith(with) => Some(*with),
            _ => None,
        })?;
        let [item] = &with.items[..] else { return None };
        let is_plain = !with.is_async && item.context_expr.range() == hop.at;
        let is_coroutine = types.world().function(hop.function).is_some_and(|function| function.is_async);
        if !is_plain || !is_coroutine || !any_over_body(&with.body, Expr::is_await_expr) {
            return None;
        }
        if self.foreign(hop.function).is_some() || self.belongs_to_its_thread(hop, &item.context_expr, findings) {
            return None;
        }
        let header = Hop { function: hop.function, at: hop.at, via: Via::Implicit };
        if position::obstacle(self.survey, hop.function, hop.at, None, self.ground.terms.minimum).is_some() {
            return None;
        }
        let starts = self.enter_starts(hop, &ast, &item.context_expr);
        self.may_rewrite(hop, &starts).ok()?;
        self.may_look(hop.function, hop.at, &starts).ok()?;
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().ok()?;
        self.may_be_shared(&region.touches).ok()?;
        self.may_split(&header, Part::Call).ok()?;
        self.may_split(&Hop { at: TextRange::empty(with.end()), ..header }, Part::Call).ok()?;
        self.with_helper(hop, &ast, with, &item.context_expr)
    }

    /// Whether what a `with` enters must be left by the thread that entered it, or holds something meanwhile.
    fn belongs_to_its_thread(&self, hop: &Hop, manager: &Expr, findings: &[usize]) -> bool {
        let catalogue = self.resolver.catalogue();
        let holds = self.resolver.may_be_instance(hop.function.file, manager, |class| catalogue.holds(class).is_some());
        holds || findings.iter().any(|finding| self.api(*finding).thread == Threading::Never)
    }

    /// What entering, leaving and making the manager runs of the program; the manager is what their first parameter stands for.
    fn enter_starts(&self, hop: &Hop, ast: &Ast, manager: &Expr) -> Vec<Start> {
        let types = &self.resolver.types;
        let place = place_in(self.survey, ast, hop.function, &Roots::default(), manager);
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

    fn with_helper(&self, hop: &Hop, ast: &Ast, with: &StmtWith, manager: &Expr) -> Option<Enter> {
        let types = &self.resolver.types;
        let text = types.text(hop.function.file);
        let has_helper = ast
            .module()
            .body
            .iter()
            .any(|stmt| stmt.as_function_def_stmt().is_some_and(|def| def.name.as_str() == NAME && def.is_async));
        if !has_helper && has_word(&text, NAME) {
            return None;
        }
        let is_made_in_thread = manager.is_call_expr() && self.makes(hop, manager);
        let header = slice(&text, TextRange::new(with.start(), manager.end()));
        (!header.contains('\\')).then(|| Enter {
            statement: with.range(),
            manager: manager.range(),
            is_made_in_thread,
            helper: NAME.to_owned(),
            has_helper,
        })
    }

    /// Whether making the manager may block as well: a library does it, or a constructor on the way to a site.
    fn makes(&self, hop: &Hop, manager: &Expr) -> bool {
        let Expr::Call(call) = manager else { return false };
        let world = self.resolver.types.world();
        let targets = self.resolver.targets(hop.function.file, &call.func);
        let is_library = targets.iter().all(|target| {
            let owner = target.function.or(target.class);
            owner.is_none_or(|def| !world.is_own(def.file))
        });
        let mut callees = self.ground.callees_at(hop);
        is_library || callees.any(|id| world.function(*id).is_some_and(|function| function.name.as_str() == "__init__"))
    }
}
