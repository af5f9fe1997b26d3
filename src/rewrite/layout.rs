//! Lays a call out when its callee becomes its first argument: on one line, one argument a line, or aligned to the bracket, as it
//! was; and over several lines where it would be longer than the file's lines are.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::edits::Piece;
use crate::project::Ast;
use crate::text::slice;

/// A file's text with what its layout goes by.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    pub ast: &'a Ast,
    pub text: &'a str,
    /// The most characters in a line.
    pub width: usize,
    /// A part of a line that goes on a line of its own, and how much longer that makes it.
    pub alone: Option<(TextRange, usize)>,
}

/// What stands before the callee of a call that is handed over.
pub struct Wrapper<'a> {
    /// What opens the edit, such as `await `.
    pub prefix: &'a str,
    /// The function that takes the callee.
    pub function: &'a str,
    /// The arguments before the callee.
    pub leading: &'a [String],
    /// What closes the edit.
    pub suffix: &'a str,
}

impl Page<'_> {
    pub fn slice(&self, range: TextRange) -> &str {
        slice(self.text, range)
    }

    pub fn column(&self, offset: TextSize) -> usize {
        self.slice(TextRange::new(self.text.line_start(offset), offset)).chars().count()
    }

    /// The white space that a line starts with.
    pub fn indentation(&self, offset: TextSize) -> &str {
        let line = self.slice(TextRange::new(self.text.line_start(offset), self.text.line_end(offset)));
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// One step of indentation, as the file has it.
    pub fn step(&self, offset: TextSize) -> &'static str {
        if self.indentation(offset).starts_with('\t') {
            return "\t";
        }
        let first = self.ast.tokens().iter().find(|token| token.kind() == TokenKind::Indent);
        if first.is_some_and(|token| token.range().len() == TextSize::new(2)) { "  " } else { "    " }
    }

    /// The arguments of a call under another name, in their parentheses. Comments in the old name go into these.
    pub fn arguments_after(&self, call: &ast::ExprCall) -> Vec<Piece> {
        let callee = TextRange::new(call.start(), call.arguments.start());
        let comments: Vec<TextRange> = self
            .ast
            .tokens()
            .in_range(callee)
            .iter()
            .filter(|token| token.kind() == TokenKind::Comment)
            .map(Ranged::range)
            .collect();
        if comments.is_empty() {
            return vec![Piece::Hole(call.arguments.range())];
        }
        let start = call.arguments.start() + TextSize::new(1);
        let below = format!("{}{}", self.newline(), self.indentation(call.arguments.start()));
        let mut pieces = vec![Piece::Text("(  ".to_owned())];
        for comment in comments {
            pieces.extend([Piece::Hole(comment), Piece::Text(below.clone())]);
        }
        pieces.push(Piece::Hole(TextRange::new(start, call.arguments.end())));
        pieces
    }

    pub fn newline(&self) -> &'static str {
        ruff_source_file::find_newline(self.text).map_or("\n", |(_, ending)| ending.as_str())
    }

    /// `f(a, b)` → `wrapper(leading, f, a, b)`.
    pub fn hand_over(&self, call: &ast::ExprCall, wrapper: &Wrapper<'_>) -> Vec<Piece> {
        let mut pieces = vec![Piece::Text(wrapper.prefix.to_owned())];
        pieces.extend(self.call(call, wrapper));
        pieces.push(Piece::Text(wrapper.suffix.to_owned()));
        pieces
    }

    fn call(&self, call: &ast::ExprCall, wrapper: &Wrapper<'_>) -> Vec<Piece> {
        let inner = TextRange::new(call.arguments.start() + TextSize::new(1), call.arguments.end() - TextSize::new(1));
        let arguments = self.arguments(call);
        let leading: String = wrapper.leading.iter().map(|argument| format!("{argument}, ")).collect();
        let head = format!("{}({leading}", wrapper.function);
        let Some(first) = arguments.first() else {
            let mut pieces = vec![Piece::Text(head)];
            pieces.extend(self.callee(call));
            if self.slice(inner).contains('#') {
                pieces.push(Piece::Hole(inner));
            }
            pieces.push(Piece::Text(")".to_owned()));
            return pieces;
        };
        // A generator that is the only argument has the call's own parentheses.
        if is_bare_generator(call) {
            let mut pieces = vec![Piece::Text(head)];
            pieces.extend(self.callee(call));
            pieces.extend([Piece::Text(", (".to_owned()), Piece::Hole(inner), Piece::Text("))".to_owned())]);
            return pieces;
        }
        let before = self.slice(TextRange::new(inner.start(), first.start()));
        if before.contains(['\n', '\r']) {
            return self.below(call, wrapper, before, &arguments);
        }
        if let Some(pieces) = self.wrapped(call, wrapper, &arguments) {
            return pieces;
        }
        let mut pieces = vec![Piece::Text(head)];
        pieces.extend(self.callee(call));
        pieces.push(Piece::Text(", ".to_owned()));
        pieces.extend(self.aligned(call, wrapper, &arguments, inner));
        pieces.push(Piece::Text(")".to_owned()));
        pieces
    }

    /// The callee; a line break before its last attribute goes.
    fn callee(&self, call: &ast::ExprCall) -> Vec<Piece> {
        let whole = TextRange::new(call.start(), call.arguments.start());
        let range = TextRange::at(call.start(), TextSize::of(self.slice(whole).trim_end_matches([' ', '\t'])));
        if let Expr::Attribute(attribute) = &*call.func
            && attribute.range() == range
        {
            let gap = TextRange::new(attribute.value.end(), attribute.attr.start());
            let text = self.slice(gap);
            if text.trim() == "." && text.contains(['\n', '\r']) {
                return vec![
                    Piece::Hole(TextRange::new(range.start(), attribute.value.end())),
                    Piece::Text(format!(".{}", attribute.attr)),
                ];
            }
        }
        vec![Piece::Hole(range)]
    }

    /// Text that goes to a place, with quotes that may stand there: a string within an f-string has others before Python 3.12. `None`
    /// where there are no such quotes.
    #[must_use]
    pub fn quoted(&self, text: &str, at: TextRange) -> Option<String> {
        let quote = |node: &AnyNodeRef<'_>| match node {
            AnyNodeRef::FString(part) => {
                self.slice(part.range()).trim_start_matches(char::is_alphabetic).chars().next()
            }
            _ => None,
        };
        let around: Vec<char> = self.ast.path(at).iter().filter_map(quote).collect();
        if !text.contains(['"', '\'']) || around.is_empty() {
            return Some(text.to_owned());
        }
        let free = ['"', '\''].into_iter().find(|quote| !around.contains(quote))?;
        let other = if free == '"' { '\'' } else { '"' };
        (!text.contains(free) || !text.contains(other)).then(|| text.replace(other, &free.to_string()))
    }

    /// The arguments stand below the bracket: so does the callee. `before` is the white space and the comments in front of
    /// the first of them.
    fn below(&self, call: &ast::ExprCall, wrapper: &Wrapper<'_>, before: &str, arguments: &[TextRange]) -> Vec<Piece> {
        let end = call.arguments.end() - TextSize::new(1);
        let whole = arguments.iter().copied().reduce(TextRange::cover).unwrap_or_default();
        let rest = TextRange::new(whole.start(), end);
        let line_start = before.rfind(['\n', '\r']).unwrap_or_default();
        let newline = before[..line_start].trim_end_matches('\r').len();
        let own_line = &before[newline..];
        let mut pieces = vec![Piece::Text(format!("{}({before}", wrapper.function))];
        // What stood on one line does so still, if it fits there.
        let is_one_line = !self.slice(whole).contains(['\n', '\r'])
            && before.trim().is_empty()
            && self.slice(TextRange::new(whole.end(), end)).trim().is_empty();
        let callee = self.slice(TextRange::new(call.start(), call.arguments.start()));
        let texts = wrapper.leading.iter().map(String::as_str).chain([callee, self.slice(whole)]);
        let length: usize = texts.map(|text| text.chars().count() + 2).sum();
        let indent = own_line.trim_start_matches(['\n', '\r']).chars().count();
        let fits = is_one_line && indent + length <= self.width + 2;
        let gap = if fits { " " } else { own_line };
        for argument in wrapper.leading {
            pieces.push(Piece::Text(format!("{argument},{gap}")));
        }
        pieces.extend(self.callee(call));
        if is_one_line && !fits {
            for argument in arguments {
                pieces.extend([Piece::Text(format!(",{gap}")), Piece::Hole(*argument)]);
            }
            pieces.push(Piece::Text(",".to_owned()));
            pieces.push(Piece::Hole(TextRange::new(whole.end(), end)));
        } else {
            pieces.push(Piece::Text(format!(",{gap}")));
            pieces.push(Piece::Hole(rest));
        }
        pieces.push(Piece::Text(")".to_owned()));
        pieces
    }

    /// A call on one line that would become too long: its arguments go below the bracket, on one line if they fit there.
    fn wrapped(&self, call: &ast::ExprCall, wrapper: &Wrapper<'_>, arguments: &[TextRange]) -> Option<Vec<Piece>> {
        let line = TextRange::new(self.text.line_start(call.start()), self.text.line_end(call.start()));
        let is_one_line = line.contains_range(call.range()) && self.ends_statement(line, call.range());
        let in_string = self.ast.path(call.range()).iter().any(|node| matches!(node, AnyNodeRef::ExprFString(_)));
        let length = match self.alone.filter(|(part, _)| part.contains_range(call.range())) {
            Some((part, more)) => self.indentation(call.start()).len() + more + self.slice(part).chars().count(),
            None => self.slice(line).chars().count(),
        };
        let leading: usize = wrapper.leading.iter().map(|argument| argument.chars().count() + 2).sum();
        let added = wrapper.prefix.len() + wrapper.function.len() + leading + wrapper.suffix.len() + 2;
        if !is_one_line || in_string || length > self.width || length + added <= self.width {
            return None;
        }
        let newline = self.newline();
        let outer = self.indentation(call.start());
        let indent = format!("{newline}{outer}{}", self.step(call.start()));
        let (first, last) = (arguments.first()?, arguments.last()?);
        let callee = TextRange::new(call.start(), call.arguments.start());
        let on_one = indent.chars().count()
            + leading
            + self.slice(callee).chars().count()
            + 2
            + self.slice(TextRange::new(first.start(), last.end())).chars().count();
        let mut pieces = vec![Piece::Text(format!("{}({indent}", wrapper.function))];
        if on_one <= self.width {
            pieces.extend(wrapper.leading.iter().map(|argument| Piece::Text(format!("{argument}, "))));
            pieces.extend(self.callee(call));
            pieces.push(Piece::Text(", ".to_owned()));
            pieces.push(Piece::Hole(TextRange::new(first.start(), last.end())));
        } else {
            pieces.extend(wrapper.leading.iter().map(|argument| Piece::Text(format!("{argument},{indent}"))));
            pieces.extend(self.callee(call));
            for argument in arguments {
                pieces.push(Piece::Text(format!(",{indent}")));
                pieces.push(Piece::Hole(*argument));
            }
            pieces.push(Piece::Text(",".to_owned()));
        }
        pieces.push(Piece::Text(format!("{newline}{outer})")));
        Some(pieces)
    }

    /// Whether nothing but the call would have to be broken: no bracket is open before it, and no other part follows.
    fn ends_statement(&self, line: TextRange, call: TextRange) -> bool {
        let before = self.slice(TextRange::new(line.start(), call.start()));
        let (opened, closed) = (before.matches(['(', '[', '{']).count(), before.matches([')', ']', '}']).count());
        let after = self.slice(TextRange::new(call.end(), line.end())).trim();
        // `(await …).strip()`
        let is_tail = after.chars().all(|c| !c.is_whitespace() && c != ',');
        opened == closed && (is_tail || after.starts_with('#'))
    }

    /// The arguments as they are, where lines that were aligned to the bracket stay so.
    fn aligned(
        &self,
        call: &ast::ExprCall,
        wrapper: &Wrapper<'_>,
        arguments: &[TextRange],
        inner: TextRange,
    ) -> Vec<Piece> {
        let old = self.column(inner.start());
        let new = self.column(call.start()) + wrapper.prefix.len() + wrapper.function.len() + 1;
        let mut pieces = Vec::new();
        let mut start = arguments.first().map_or(inner.start(), Ranged::start);
        for argument in arguments.iter().skip(1) {
            let line = self.text.line_start(argument.start());
            let indent = self.slice(TextRange::new(line, argument.start()));
            if line > start && indent.trim_matches(' ').is_empty() && indent.len() == old {
                pieces.push(Piece::Hole(TextRange::new(start, line)));
                pieces.push(Piece::Text(" ".repeat(new)));
                start = argument.start();
            }
        }
        pieces.push(Piece::Hole(TextRange::new(start, inner.end())));
        pieces
    }

    /// The arguments of a call, each with its own parentheses, stars and name.
    pub fn arguments(&self, call: &ast::ExprCall) -> Vec<TextRange> {
        let mut found = Vec::new();
        let mut current: Option<TextRange> = None;
        let mut depth = 0_usize;
        for token in self.ast.tokens().in_range(call.arguments.range()) {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                    depth += 1;
                    if depth == 1 {
                        continue;
                    }
                }
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                TokenKind::Comma if depth == 1 => {
                    found.extend(current.take());
                    continue;
                }
                TokenKind::Comment | TokenKind::NonLogicalNewline => continue,
                _ => {}
            }
            current = Some(current.map_or(token.range(), |range| range.cover(token.range())));
        }
        found.extend(current);
        found
    }
}

fn is_bare_generator(call: &ast::ExprCall) -> bool {
    matches!(&*call.arguments.args, [Expr::Generator(generator)] if !generator.parenthesized)
        && call.arguments.keywords.is_empty()
}
