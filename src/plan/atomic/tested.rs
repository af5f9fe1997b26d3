//! Tests of what others change, around a new await or in what goes to a thread: `if self.file:`, and what counts on that.

use ruff_python_ast::Stmt;
use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_text_size::{Ranged, TextRange};

use super::{Clash, Order, Part, Pauses, changes, is_part};
use crate::analysis::{FnId, Lookup};
use crate::plan::memo::Survey;
use crate::plan::touch::Touch;

/// A place that a test asks about around a new await, or in what goes to a thread, and that is used under the test while others change
/// it: `if self.file:`.
pub(super) fn torn(
    survey: Survey<'_>,
    function: FnId,
    pauses: &Pauses<'_>,
    touches: &[Touch],
    part: Part<'_>,
) -> Vec<Clash> {
    let call = pauses.call;
    let own = survey.resolver.types.world().function(function).map(|own| own.range);
    let Some(def) = own.and_then(|own| pauses.ast.def(own)) else { return Vec::new() };
    let mut tests = Tests::default();
    tests.visit_body(&def.body);
    let reads = |within: TextRange| {
        touches.iter().filter(move |touch| touch.kind.is_read() && within.contains_range(touch.range))
    };
    let mut found = Vec::new();
    for (test, body) in tests.0 {
        let is_inside = part == Part::Block && call.contains_range(test);
        let is_around = body.contains_range(call) && !pauses.separate(test.start(), call.start());
        let is_behind =
            |touch: &Touch| touch.range.start() >= call.end() && !pauses.separate(call.end(), touch.range.start());
        let asked = reads(test).map(|touch| &touch.place).filter(|_| is_inside || is_around);
        for place in asked.filter(|place| place.contains('.') && changes(survey.resolver, place)) {
            let mut later = reads(body).filter(|touch| is_part(&touch.place, place) && (is_inside || is_behind(touch)));
            if let Some(read) = later.next() {
                let range = test.cover(read.range);
                found.push(Clash { place: place.clone(), range, order: Order::Tested });
            }
        }
    }
    found
}

/// The tests of a function's `if`s and `while`s, each with what runs where it holds.
#[derive(Default)]
struct Tests(Vec<(TextRange, TextRange)>);

impl<'a> Visitor<'a> for Tests {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let (test, body) = match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::If(branch) => (&branch.test, &branch.body),
            Stmt::While(loop_) => (&loop_.test, &loop_.body),
            _ => return walk_stmt(self, stmt),
        };
        if let (Some(first), Some(last)) = (body.first(), body.last()) {
            self.0.push((test.range(), first.range().cover(last.range())));
        }
        walk_stmt(self, stmt);
    }
}
