//! Tests of what others change, around a new await or in what goes to a thread: `if self.file:`, and what counts on that.

use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, ExprContext, Stmt, StmtFunctionDef};

use super::conditions::{Condition, Counts, conditions};
use super::{Clash, Order, Part, Pauses, changes, is_part};
use crate::analysis::{FnId, Lookup};
use crate::plan::holds::{self, Bound, Way};
use crate::plan::memo::Survey;
use crate::plan::touch::Touch;

/// A place that a test asks about around a new await, or in what goes to a thread, and that is used where the test holds while others
/// change it: `if self.file:`. So is one that a position was worked out of: `for i in range(len(self.rows)): … self.rows[i]`.
pub(super) fn torn(
    survey: Survey<'_>,
    function: FnId,
    pauses: &Pauses<'_>,
    touches: &[Touch],
    part: Part<'_>,
) -> Vec<Clash> {
    let own = survey.resolver.types.world().function(function).map(|own| own.range);
    let Some(def) = own.and_then(|own| pauses.ast.def(own)) else { return Vec::new() };
    let tests = Tests { survey, function, pauses, touches, part, bound: holds::bound(def) };
    let mut found: Vec<Clash> = conditions(def).iter().flat_map(|condition| tests.broken(condition)).collect();
    found.extend(tests.mislaid(def));
    found
}

struct Tests<'a> {
    survey: Survey<'a>,
    function: FnId,
    pauses: &'a Pauses<'a>,
    touches: &'a [Touch],
    part: Part<'a>,
    bound: FxHashMap<Name, Vec<Bound<'a>>>,
}

impl Tests<'_> {
    fn reads(&self, within: TextRange) -> impl Iterator<Item = &Touch> {
        self.touches.iter().filter(move |touch| touch.kind.is_read() && within.contains_range(touch.range))
    }

    /// Whether the new await comes between a test and what counts on it.
    fn is_between(&self, asked: TextRange, counting: TextRange) -> bool {
        let call = self.pauses.call;
        self.is_inside(asked)
            || counting.contains_range(call) && !self.pauses.separate(asked.start(), call.start())
    }

    fn is_inside(&self, asked: TextRange) -> bool {
        self.part == Part::Block && self.pauses.call.contains_range(asked)
    }

    /// Whether something is read when the new await is over, before the loop is given back again.
    fn is_behind(&self, asked: TextRange, read: TextRange) -> bool {
        let call = self.pauses.call;
        self.is_inside(asked) || read.start() >= call.end() && !self.pauses.separate(call.end(), read.start())
    }

    /// What a condition has asked about, and is read again when the new await is over.
    fn broken(&self, condition: &Condition) -> Vec<Clash> {
        let mut found = Vec::new();
        if condition.is_call && !self.may_raise(condition.test) {
            return found;
        }
        for asked in self.asked(condition) {
            for counting in &condition.counting {
                if !self.is_between(asked, counting.range) {
                    continue;
                }
                for place in self.reads(asked).map(|touch| &touch.place) {
                    if !self.may_break(place, condition, counting) {
                        continue;
                    }
                    let mut later = self.reads(counting.range);
                    let read = later.find(|touch| is_part(&touch.place, place) && self.is_behind(asked, touch.range));
                    if let Some(read) = read {
                        let range = asked.cover(read.range);
                        found.push(Clash { place: place.clone(), range, order: Order::Tested });
                    }
                }
            }
        }
        found
    }

    /// Whether a call is one of a function of the program that raises something.
    fn may_raise(&self, call: TextRange) -> bool {
        let outline = self.survey.outline(self.function);
        let Some((_, call)) = outline.call_at(call) else { return false };
        let types = &self.survey.resolver.types;
        self.survey.follow(self.function, call).callees.iter().any(|callee| {
            let ast = types.ast(callee.file);
            let own = types.world().function(*callee);
            let def = ast.as_ref().zip(own).and_then(|(ast, own)| ast.def(own.range));
            let mut raises = Raises::default();
            def.into_iter().for_each(|def| raises.visit_body(&def.body));
            raises.0
        })
    }

    /// Where a condition asks: where it stands, and where the variables got their values that it is about.
    fn asked(&self, condition: &Condition) -> Vec<TextRange> {
        let mut asked = vec![condition.test];
        let Some(test) = self.pauses.ast.expression(condition.test) else { return asked };
        asked.extend(names_in(test).iter().filter_map(|name| self.value_of(name)));
        asked
    }

    /// The value of a variable that the function binds once.
    fn value_of(&self, name: &Name) -> Option<TextRange> {
        match self.bound.get(name)?.as_slice() {
            [Bound { value, way: Way::Whole }] => Some(value.range()),
            _ => None,
        }
    }

    /// Whether other tasks may make what a condition has found at a place no longer so.
    fn may_break(&self, place: &str, condition: &Condition, counting: &Counts) -> bool {
        let index = self.survey.resolver.index();
        let last = place.rsplit('.').next().unwrap_or(place);
        match counting.is_body && place.contains('.') || condition.compares {
            true => changes(self.survey.resolver, place),
            false => changes(self.survey.resolver, place) && index.is_emptied(last),
        }
    }

    /// Places of which an item is read at a position that was worked out of them before the new await.
    fn mislaid(&self, def: &StmtFunctionDef) -> Vec<Clash> {
        let index = self.survey.resolver.index();
        let call = self.pauses.call;
        let mut items = Items::default();
        items.visit_body(&def.body);
        let mut found = Vec::new();
        for (container, names) in items.0 {
            let Some(read) = self.reads(container).find(|touch| touch.range == container) else { continue };
            let last = read.place.rsplit('.').next().unwrap_or(&read.place);
            if !index.is_emptied(last) {
                continue;
            }
            let values = names.iter().filter_map(|name| self.bound.get(name)).flatten();
            let is_torn = |bound: &Bound<'_>| {
                let value = bound.value.range();
                let is_of_it = self.reads(value).any(|touch| touch.place == read.place);
                let is_in_round = matches!(bound.way, Way::Out(_))
                    && self.loop_of(value).is_some_and(|around| {
                        around.contains_range(call) && around.contains_range(read.range) && !value.contains_range(call)
                    });
                let is_after = value.end() <= call.start()
                    && !self.pauses.separate(value.start(), call.start())
                    && self.is_behind(value, read.range);
                is_of_it && (is_in_round || is_after)
            };
            if let Some(bound) = values.into_iter().find(|bound| is_torn(bound)) {
                let range = bound.value.range().cover(read.range);
                found.push(Clash { place: read.place.clone(), range, order: Order::Tested });
            }
        }
        found
    }

    /// The loop or comprehension that goes through a value.
    fn loop_of(&self, value: TextRange) -> Option<TextRange> {
        self.pauses.ast.path(value).into_iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtFor(for_) if for_.iter.range() == value => Some(for_.range()),
            AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprSetComp(_) | AnyNodeRef::ExprDictComp(_) => {
                Some(node.range())
            }
            _ => None,
        })
    }
}

/// The items that are read of something by what variables hold: where the container stands, and the variables.
#[derive(Default)]
struct Items(Vec<(TextRange, Vec<Name>)>);

impl<'a> Visitor<'a> for Items {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => return,
            Expr::Subscript(subscript) if subscript.ctx != ExprContext::Store => {
                let names = names_in(&subscript.slice);
                if !names.is_empty() {
                    self.0.push((subscript.value.range(), names));
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// Whether there is a statement that raises.
#[derive(Default)]
struct Raises(bool);

impl<'a> Visitor<'a> for Raises {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.0 |= stmt.is_raise_stmt() || stmt.is_assert_stmt();
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, stmt);
        }
    }
}

fn names_in(expr: &Expr) -> Vec<Name> {
    #[derive(Default)]
    struct Loaded(Vec<Name>);
    impl<'a> Visitor<'a> for Loaded {
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Name(name) if name.ctx == ExprContext::Load => self.0.push(name.id.clone()),
                _ => walk_expr(self, expr),
            }
        }
    }
    let mut loaded = Loaded::default();
    loaded.visit_expr(expr);
    loaded.0
}
