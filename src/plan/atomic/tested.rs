//! Tests of what others change, around a new await or in what goes to a thread: `if self.file:`, and what counts on that.

use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, ExprContext, Stmt, StmtFunctionDef};

use super::conditions::{Condition, Counts, Holds, conditions};
use super::{Clash, Order, Part, Pauses, changes, empties, is_part};
use crate::analysis::{FnId, Lookup};
use crate::plan::collect::{is_camel_case, setter_of};
use crate::plan::escape::names_in_expression as names_in;
use crate::plan::holds::{self, Bound, Way};
use crate::plan::memo::Survey;
use crate::plan::observed::is_outside;
use crate::plan::touch::Touch;
use crate::project::facts::MODULE;
use crate::project::{DefId, Shape};

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

/// Where something has to be read for [`torn`] to find a clash.
pub(super) fn looked_at(survey: Survey<'_>, function: FnId, pauses: &Pauses<'_>, part: Part<'_>) -> Vec<TextRange> {
    let own = survey.resolver.types.world().function(function).map(|own| own.range);
    let Some(def) = own.and_then(|own| pauses.ast.def(own)) else { return Vec::new() };
    let tests = Tests { survey, function, pauses, touches: &[], part, bound: holds::bound(def) };
    let mut found = Vec::new();
    for condition in conditions(def) {
        for asked in tests.asked(&condition) {
            let counting = condition.counting.iter().filter(|counting| tests.is_between(asked, &condition, counting));
            let counting: Vec<TextRange> = counting.map(|counting| counting.range).collect();
            if !counting.is_empty() {
                found.extend(counting);
                found.push(asked);
            }
        }
    }
    for (container, names) in items(def) {
        let values = tests.sources(names).into_iter().filter(|bound| tests.is_parted(bound, container));
        let values: Vec<TextRange> = values.map(|bound| bound.value.range()).collect();
        if !values.is_empty() {
            found.extend(values);
            found.push(container);
        }
    }
    found
}

/// How many variables are looked at that a position is worked out of.
const MOST_SOURCES: usize = 8;

/// A function that looks at more places than this does more than to look something up.
const MOST_LOOKS: usize = 4;

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

    /// Whether something is asked in what goes to a thread: there others go on at any time.
    fn is_inside(&self, asked: TextRange) -> bool {
        self.part.is_block() && self.pauses.call.contains_range(asked)
    }

    /// Whether something is asked before the new await, in one go with that.
    fn is_before(&self, asked: TextRange) -> bool {
        let call = self.pauses.call;
        asked.start() < call.start() && !self.pauses.separate(asked.start(), call.start())
    }

    /// Whether the new await comes between a test and what counts on it.
    fn is_between(&self, asked: TextRange, condition: &Condition, counting: &Counts) -> bool {
        let call = self.pauses.call;
        let is_around = counting.range.contains_range(call);
        // A block takes the test along, or some of what counts on it.
        let is_parted = self.part.is_block() && counting.range.intersect(call).is_some();
        let is_ahead = call.end() <= condition.test.start();
        self.is_inside(asked)
            || (is_around || is_parted || is_ahead) && self.is_before(asked)
            || is_around && asked == condition.test && asked.start() > call.start()
    }

    /// Whether something is read behind the new await, before the loop is given back again.
    fn is_behind(&self, asked: TextRange, read: TextRange) -> bool {
        let call = self.pauses.call;
        let is_in_part = self.part.is_block() && call.contains_range(read);
        let is_after = read.start() >= call.end() && !self.pauses.separate(call.end(), read.start());
        self.is_inside(asked) || is_in_part || is_after
    }

    /// What a condition has asked about, and is read again when the new await is over.
    fn broken(&self, condition: &Condition) -> Vec<Clash> {
        let mut found = Vec::new();
        if condition.is_call && !self.may_raise(condition.test) {
            return found;
        }
        for asked in self.asked(condition) {
            for counting in &condition.counting {
                if !self.is_between(asked, condition, counting) {
                    continue;
                }
                let read = self.reads(asked).filter(|touch| self.is_data(touch) && !self.is_worked_out(touch));
                for place in read.map(|touch| &touch.place) {
                    if !self.may_break(place, condition, counting) {
                        continue;
                    }
                    let mut later = self.reads(counting.range);
                    let read = later.find(|touch| is_part(&touch.place, place) && self.is_behind(asked, touch.range));
                    if let Some(read) = read.filter(|read| !self.is_kept(place, asked, read.range)) {
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
        let values = names_in(test).into_iter().filter_map(|name| self.value_of(&name));
        asked.extend(values.filter(|value| self.says_little(*value)));
        asked
    }

    /// Whether a value is not what a longer piece of work gave, which says nothing of all that it came by.
    fn says_little(&self, value: TextRange) -> bool {
        let far = self.reads(value).filter(|touch| touch.range.is_empty());
        far.count() <= MOST_LOOKS
    }

    /// The value of a variable that the function binds once.
    fn value_of(&self, name: &Name) -> Option<TextRange> {
        let mut bound = self.bound.get(name)?.iter().filter(|bound| bound.is_of_variable());
        match (bound.next()?, bound.next()) {
            (Bound { value, way: Way::Whole, .. }, None) => Some(value.range()),
            _ => None,
        }
    }

    /// Whether a test and what counts on it stand in a block whose places nobody else works on meanwhile.
    fn is_kept(&self, place: &str, asked: TextRange, read: TextRange) -> bool {
        self.is_inside(asked) && self.is_inside(read) && self.part.keeps(place)
    }

    /// Whether other tasks may make what a condition has found at a place no longer so.
    fn may_break(&self, place: &str, condition: &Condition, counting: &Counts) -> bool {
        let resolver = self.survey.resolver;
        if is_outside(place) {
            return self.survey.is_acted_on(place);
        }
        if !place.contains('.') && !self.is_of_module(place) {
            return false;
        }
        let is_only_emptied = counting.holds == Holds::Something && !condition.compares;
        let is_enough = !is_only_emptied || counting.is_body && place.contains('.');
        changes(self.survey, place) && (is_enough || empties(resolver, place))
    }

    /// Whether what is read is neither a module nor a class or a function.
    fn is_data(&self, touch: &Touch) -> bool {
        let expr = self.pauses.ast.expression(touch.range);
        let shapes = expr.map(|expr| self.survey.resolver.shapes(self.function.file, expr)).unwrap_or_default();
        !shapes.iter().any(|shape| matches!(shape, Shape::Module(_) | Shape::Class(_) | Shape::Function(_)))
    }

    /// Whether what is read is what a property works out, which nobody can set: what that reads counts for itself.
    fn is_worked_out(&self, touch: &Touch) -> bool {
        let resolver = self.survey.resolver;
        let Some(Expr::Attribute(attribute)) = self.pauses.ast.expression(touch.range) else { return false };
        let is_read_only = |shape: &Shape| match shape {
            Shape::Instance(class) => {
                let heirs = resolver.heirs(*class);
                let mut classes = std::iter::once(class).chain(&*heirs);
                classes.all(|class| is_read_only(self.survey, *class, &attribute.attr))
            }
            _ => false,
        };
        let shapes = resolver.shapes(self.function.file, &attribute.value);
        !resolver.index().is_mutated_in_place(&attribute.attr) && !shapes.is_empty() && shapes.iter().all(is_read_only)
    }

    /// Whether a name is that of a variable of the module, or of another one.
    fn is_of_module(&self, name: &str) -> bool {
        let facts = self.survey.resolver.types.facts(self.function.file);
        let own = facts.functions.get(self.function.index as usize);
        let is_bound = || facts.bindings.iter().any(|binding| binding.function == MODULE && binding.target == name);
        let is_imported = || facts.imports.iter().any(|import| import.bound == name);
        // A class is named so that its methods are called.
        !is_camel_case(name)
            && own.is_some_and(|own| own.parameter(name).is_none())
            && (facts.mutated.contains_key(name) || is_bound() || is_imported())
    }

    /// Places of which an item is read at a position that was worked out of them before the new await.
    fn mislaid(&self, def: &StmtFunctionDef) -> Vec<Clash> {
        let mut found = Vec::new();
        for (container, names) in items(def) {
            let Some(read) = self.reads(container).find(|touch| touch.range == container) else { continue };
            if !empties(self.survey.resolver, &read.place) {
                continue;
            }
            let values = self.sources(names);
            let is_torn = |bound: &Bound<'_>| {
                let is_of_it = self.reads(bound.value.range()).any(|touch| touch.place == read.place);
                is_of_it && self.is_parted(bound, container)
            };
            if let Some(bound) = values.iter().find(|bound| is_torn(bound)) {
                let range = bound.value.range().cover(read.range);
                found.push(Clash { place: read.place.clone(), range, order: Order::Tested });
            }
        }
        found
    }

    /// Whether the new await comes between where a position is worked out and the item that is read there.
    fn is_parted(&self, bound: &Bound<'_>, container: TextRange) -> bool {
        let (call, value) = (self.pauses.call, bound.value.range());
        let is_in_round = matches!(bound.way, Way::Out(_))
            && self.loop_of(value).is_some_and(|around| {
                around.contains_range(call) && around.contains_range(container) && !value.contains_range(call)
            });
        let is_after = (value.end() <= call.start() && self.is_before(value) || self.is_inside(value))
            && self.is_behind(value, container);
        is_in_round || is_after
    }

    /// What variables got, and what that was worked out of.
    fn sources(&self, mut open: Vec<Name>) -> Vec<Bound<'_>> {
        let mut found = Vec::new();
        let mut seen = Vec::new();
        while let Some(name) = open.pop() {
            if seen.contains(&name) || seen.len() > MOST_SOURCES {
                continue;
            }
            for bound in self.bound.get(&name).into_iter().flatten().filter(|bound| bound.is_of_variable()) {
                open.extend(names_in(bound.value));
                found.push(*bound);
            }
            seen.push(name);
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

/// Whether what a class has under a name is a property, and nothing that can be set.
fn is_read_only(survey: Survey<'_>, class: DefId, name: &str) -> bool {
    let types = &survey.resolver.types;
    let member = types.member(class, name).and_then(|target| target.function);
    let Some(getter) = member.and_then(|def| types.world().fn_of(def)) else { return false };
    let (own, ast) = (types.world().function(getter), types.ast(getter.file));
    let is_property = |at: &TextRange| {
        let decorator = ast.as_ref().and_then(|ast| ast.expression(*at)).and_then(Expr::as_name_expr);
        decorator.is_some_and(|decorator| decorator.id.as_str() == "property")
    };
    own.is_some_and(|own| matches!(&own.decorators[..], [at] if is_property(at)))
        && setter_of(survey, class, name).is_none()
}

/// The items that are read of something by what variables hold: where the container stands, and the variables.
#[derive(Default)]
struct Items(Vec<(TextRange, Vec<Name>)>);

fn items(def: &StmtFunctionDef) -> Vec<(TextRange, Vec<Name>)> {
    let mut items = Items::default();
    items.visit_body(&def.body);
    items.0
}

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
