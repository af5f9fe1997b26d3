//! What holds for the fix of any text whatever. The property tests and the fuzz targets check the same laws.

use std::path::Path;
use std::sync::Arc;

use deblock::catalogue::Catalogue;
use deblock::cli::fix_text;
use deblock::project::{decode, facts};
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, ModModule, PySourceType, Stmt};
use ruff_python_parser::{Parsed, parse_unchecked_source};
use ruff_source_file::UniversalNewlines;
use ruff_text_size::{Ranged, TextRange};

/// Fixes `bytes` as the text of a file in `folder`, and says whether that changed them.
///
/// # Errors
/// The law that the result breaks.
pub fn check(catalogue: &Arc<Catalogue>, folder: &Path, bytes: &[u8]) -> Result<bool, String> {
    let path = folder.join("program.py");
    let Ok(fixed) = fix_text(catalogue, &path, bytes) else {
        return Ok(false);
    };
    if let Some(place) = fixed.dropped.first() {
        return Err(format!("{place}: the change fails deblock's own check"));
    }
    if fixed.bytes == bytes {
        return Ok(false);
    }
    if let Some(problem) = fixed.problems.first() {
        return Err(format!("line {}: {}, and yet the text changes", problem.line, problem.message));
    }
    compare(&text(bytes)?, &text(&fixed.bytes)?)?;
    match fix_text(catalogue, &path, &fixed.bytes) {
        Ok(again) if again.bytes == fixed.bytes => Ok(true),
        Ok(again) => Err(format!("a second fix changes the text to\n{}", String::from_utf8_lossy(&again.bytes))),
        Err(error) => Err(format!("the result cannot be read: {error}")),
    }
}

fn text(bytes: &[u8]) -> Result<String, String> {
    decode(bytes).map_err(|error| format!("the result cannot be decoded: {error}"))
}

/// The laws about a text and what became of it.
fn compare(before: &str, after: &str) -> Result<(), String> {
    let (old, new) = (parse(before), parse(after));
    if let Some(error) = new.errors().first() {
        return Err(format!("the result does not parse: {error}"));
    }
    if let Some(lost) = first_lost(lasting_tokens(&old, before), lasting_tokens(&new, after), |old, new| old == new) {
        return Err(format!("lost or moved: {lost}"));
    }
    if let Some(lost) = first_lost(free_lines(&old, before), lines(after), is_same_line) {
        return Err(format!("a line without a call changes: {lost:?}"));
    }
    if Awaits::misplaced(old.syntax()) < Awaits::misplaced(new.syntax()) {
        return Err("an await stands where none may".to_owned());
    }
    Ok(())
}

fn parse(text: &str) -> Parsed<ModModule> {
    parse_unchecked_source(text, PySourceType::Python)
}

/// The first of `before` that is not, in the same order, in `after`.
fn first_lost<'a, 'b>(
    before: Vec<&'a str>,
    after: impl IntoIterator<Item = &'b str>,
    is_same: impl Fn(&str, &str) -> bool,
) -> Option<&'a str> {
    let mut after = after.into_iter();
    before.into_iter().find(|item| !after.any(|other| is_same(item, other)))
}

/// What a thread runs as a whole stands further in than it did.
fn is_same_line(old: &str, new: &str) -> bool {
    old == new || old.len() < new.len() && new.ends_with(old.trim_start()) && old.trim_start() == new.trim_start()
}

/// The lines with their ends and, since the last one need not have one, also without.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.universal_newlines().flat_map(|line| {
        let (full, bare) = (&text[line.full_range()], &text[line.range()]);
        [Some(full), (full != bare).then_some(bare)].into_iter().flatten()
    })
}

/// Comments, strings and numbers: no rewrite has a reason to drop one.
fn lasting_tokens<'a>(parsed: &Parsed<ModModule>, text: &'a str) -> Vec<&'a str> {
    let is_lasting = |kind| {
        matches!(
            kind,
            TokenKind::Comment
                | TokenKind::String
                | TokenKind::FStringMiddle
                | TokenKind::TStringMiddle
                | TokenKind::Int
                | TokenKind::Float
                | TokenKind::Complex
        )
    };
    parsed.tokens().iter().filter(|token| is_lasting(token.kind())).map(|token| &text[token.range()]).collect()
}

/// The lines that no rewrite of a call, of its function or of the imports touches.
fn free_lines<'a>(parsed: &Parsed<ModModule>, text: &'a str) -> Vec<&'a str> {
    let is_header = |kind| {
        matches!(
            kind,
            TokenKind::Def
                | TokenKind::Lambda
                | TokenKind::With
                | TokenKind::For
                | TokenKind::Async
                | TokenKind::Await
                | TokenKind::Import
                | TokenKind::From
                // What touches the result of a call that another library takes over.
                | TokenKind::Dot
                | TokenKind::Except
                | TokenKind::Not
                | TokenKind::If
        )
    };
    let headers = parsed.tokens().iter().filter(|token| is_header(token.kind())).map(Ranged::range);
    let facts = facts::collect(parsed, text);
    let touched: Vec<TextRange> = facts.calls.iter().map(|call| call.range).chain(headers).collect();
    text.universal_newlines()
        .filter(|line| !touched.iter().any(|range| line.range().intersect(*range).is_some()))
        .map(|line| &text[line.full_range()])
        .collect()
}

/// Counts the `await`s that Python refuses where they stand, or that would make a generator an asynchronous one.
#[derive(Default)]
struct Awaits {
    may_await: bool,
    misplaced: usize,
}

impl Awaits {
    fn misplaced(module: &ModModule) -> usize {
        let mut awaits = Self::default();
        awaits.visit_body(&module.body);
        awaits.misplaced
    }

    fn within(&mut self, may_await: bool, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.may_await, may_await);
        visit(self);
        self.may_await = outer;
    }

    fn generator(&mut self, generator: &ast::ExprGenerator) {
        let Some((first, rest)) = generator.generators.split_first() else { return };
        // The outermost iterable is evaluated outside.
        self.visit_expr(&first.iter);
        self.within(false, |inner| {
            inner.visit_expr(&generator.elt);
            first.ifs.iter().for_each(|test| inner.visit_expr(test));
            rest.iter().for_each(|comprehension| inner.visit_comprehension(comprehension));
        });
    }
}

impl Visitor<'_> for Awaits {
    fn visit_stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                // Decorators and defaults are evaluated outside.
                function.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.visit_parameters(&function.parameters);
                self.within(function.is_async, |inner| inner.visit_body(&function.body));
            }
            Stmt::ClassDef(class) => {
                class.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                class.arguments.iter().for_each(|arguments| self.visit_arguments(arguments));
                self.within(false, |inner| inner.visit_body(&class.body));
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Await(_) => {
                self.misplaced += usize::from(!self.may_await);
                walk_expr(self, expr);
            }
            Expr::Lambda(lambda) => {
                lambda.parameters.iter().for_each(|parameters| self.visit_parameters(parameters));
                self.within(false, |inner| inner.visit_expr(&lambda.body));
            }
            Expr::Generator(generator) => self.generator(generator),
            _ => walk_expr(self, expr),
        }
    }
}
