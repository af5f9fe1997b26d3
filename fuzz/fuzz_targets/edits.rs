//! Edits of all the calls of a program, nested as they come: each that is accepted is made, all else stays, and the
//! result parses.
//!
//! The first byte is how many of the next ones choose the edits; the rest is the program.

#![no_main]

use deblock::project::{decode, facts};
use deblock::rewrite::{Edit, Edits, Piece};
use libfuzzer_sys::fuzz_target;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, ExprCall, ModModule, PySourceType};
use ruff_python_parser::{Parsed, parse_unchecked_source};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// What no program has, and every text of an edit.
const MARK: &str = "dbk_";
/// More calls than this make an input slow and say nothing new.
const MOST_CALLS: usize = 200;

fuzz_target!(|data: &[u8]| {
    let Some((&count, rest)) = data.split_first() else { return };
    let (choices, program) = rest.split_at(usize::from(count).min(rest.len()));
    let Ok(source) = decode(program) else { return };
    if source.contains(MARK) || choices.is_empty() {
        return;
    }
    let parsed = parse_unchecked_source(&source, PySourceType::Python);
    let _ = facts::collect(&parsed, &source);
    if parsed.errors().is_empty() {
        check(&source, &parsed, choices);
    }
});

fn check(source: &str, parsed: &Parsed<ModModule>, choices: &[u8]) {
    let mut edits = Edits::default();
    let mut accepted = Vec::new();
    for (number, call) in calls(parsed.syntax()).into_iter().take(MOST_CALLS).enumerate() {
        for edit in wanted(source, call, choices[number % choices.len()], number) {
            if edits.add(edit.clone()).is_ok() {
                accepted.push(edit);
            }
        }
    }
    let after = edits.render(source);
    let mut rest = after.clone();
    for text in accepted.iter().flat_map(|edit| &edit.pieces).filter_map(text) {
        assert_eq!(after.matches(text).count(), 1, "{text} is not made once in\n{after}");
        rest = rest.replacen(text, "", 1);
    }
    assert_eq!(rest, kept(source, &accepted), "other bytes change in\n{after}");
    let again = parse_unchecked_source(&after, PySourceType::Python);
    assert!(again.errors().is_empty(), "{:?} in\n{after}", again.errors());
}

fn text(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Text(text) => Some(text),
        Piece::Hole(_) => None,
    }
}

/// The bytes that no edit drops: those in the range of one, but in none of its holes, go.
fn kept(source: &str, edits: &[Edit]) -> String {
    let is_dropped = |offset: TextSize| {
        edits.iter().any(|edit| {
            let in_hole = |piece: &Piece| matches!(piece, Piece::Hole(hole) if hole.contains(offset));
            edit.range.contains(offset) && !edit.pieces.iter().any(in_hole)
        })
    };
    let offset = |index: usize| TextSize::try_from(index).unwrap_or_default();
    source.char_indices().filter(|(index, _)| !is_dropped(offset(*index))).map(|(_, c)| c).collect()
}

/// The edits that `choice` asks for on a call.
fn wanted(source: &str, call: &ExprCall, choice: u8, number: usize) -> Vec<Edit> {
    let range = call.range();
    let mark = |part: char| format!("{MARK}{number}{part}");
    // `return(f)(x)`: a name must not run into the word before it.
    let is_glued = source[..range.start().to_usize()].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let open = format!("{}{}", if is_glued { " " } else { "" }, mark('a'));
    let pieces = match choice % 6 {
        0 => return Vec::new(),
        1 => vec![Piece::Text(format!("{open}(")), Piece::Hole(range), Piece::Text(format!(",{})", mark('b')))],
        2 => vec![
            Piece::Text(format!("{open}(")),
            Piece::Hole(TextRange::new(range.start(), call.arguments.start())),
            Piece::Text(format!(",{}", mark('b'))),
            Piece::Hole(call.arguments.range()),
            Piece::Text(format!(",{})", mark('c'))),
        ],
        3 => vec![Piece::Text(open), Piece::Hole(call.arguments.range())],
        // … nor into the one after it.
        4 => vec![Piece::Text(format!("{open} "))],
        _ if starts_with_name(call) => return vec![Edit::insertion(range.start(), format!("{open}."))],
        _ => return vec![Edit::insertion(range.end(), format!(".{} ", mark('a')))],
    };
    vec![Edit { range, pieces }]
}

fn starts_with_name(call: &ExprCall) -> bool {
    let mut expr = &*call.func;
    loop {
        expr = match expr {
            Expr::Name(name) => return name.start() == call.start(),
            Expr::Attribute(attribute) => &attribute.value,
            Expr::Subscript(subscript) => &subscript.value,
            Expr::Call(call) => &call.func,
            _ => return false,
        }
    }
}

fn calls(module: &ModModule) -> Vec<&ExprCall> {
    struct Calls<'a>(Vec<&'a ExprCall>);
    impl<'a> Visitor<'a> for Calls<'a> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Call(call) = expr {
                self.0.push(call);
            }
            walk_expr(self, expr);
        }
    }
    let mut calls = Calls(Vec::new());
    calls.visit_body(&module.body);
    calls.0
}
