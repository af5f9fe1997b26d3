//! The edits of exchanges: calls under another name with other arguments, objects opened around statements, attributes, annotations
//! and `except` clauses.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{self as ast, Expr};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::blocks::indented;
use super::calls::{CallEdit, Source};
use super::common::Common;
use super::convert;
use super::edits::{Edit, Piece};
use super::helper;
use super::imports::ImportStyle;
use super::names::{Reference, refer, refer_member, refer_module};
use super::{ThreadStyle, turn};
use crate::catalogue::Target;
use crate::plan::{Bit, Clause, Entered, Exchange, NewCall, Opening, Part, Remark};
use crate::text::with_word;

/// Writes the bits of edits, and remembers what they need.
struct Writer<'a, 'b> {
    source: &'a Source<'b>,
    target: &'a Target,
    imports: Vec<ImportStyle>,
    helpers: Vec<String>,
}

/// The edits of an exchange in one file. `None` when a name that is needed means something else there.
#[must_use]
pub fn edits(
    source: &Source<'_>,
    exchange: &Exchange,
    target: &Target,
    style: &ThreadStyle,
    file: crate::project::FileId,
) -> Option<Vec<CallEdit>> {
    let mut writer = Writer { source, target, imports: Vec::new(), helpers: Vec::new() };
    let mut edits = Vec::new();
    for call in exchange.calls.iter().filter(|call| call.function.file == file) {
        let opening =
            exchange.openings.iter().find(|opening| opening.file == file && opening.statement.contains_range(call.at));
        let is_moved = opening.is_some_and(|opening| opening.result.is_some());
        let is_special = style.turn.is_some() || style.executor.is_some();
        let in_executor = (is_special && writer.makes(call)).then(|| writer.in_executor(call, style));
        let call = match &in_executor {
            Some(call) => call.as_ref()?,
            None => call,
        };
        edits.push(CallEdit::plain(writer.call(call, opening, is_moved || exchange.is_bare(file, call.at))?));
    }
    for opening in exchange.openings.iter().filter(|opening| opening.file == file) {
        edits.push(CallEdit::plain(writer.opening(opening)?));
    }
    for part in exchange.parts.iter().filter(|part| part.file == file) {
        edits.push(CallEdit::plain(writer.part(part)?));
    }
    for (_, at) in exchange.withs.iter().filter(|(other, _)| *other == file) {
        edits.push(convert::with(*at));
    }
    for entered in exchange.entered.iter().filter(|entered| entered.file == file) {
        edits.extend(in_parts(source, entered));
    }
    for clause in exchange.clauses.iter().filter(|clause| clause.file == file) {
        edits.push(CallEdit::shared(writer.clause(clause)?));
    }
    for remark in exchange.remarks.iter().filter(|remark| remark.file == file) {
        edits.extend(writer.remark(remark)?.map(CallEdit::shared));
    }
    let mut done = 0;
    while let Some(name) = writer.helpers.get(done).cloned() {
        edits.extend(writer.helper(&name)?);
        done += 1;
    }
    if let Some(first) = edits.first_mut() {
        first.imports.extend(writer.imports);
    }
    Some(edits)
}

/// `with a, b:` → `with a:`, `async with b:`, and what is in it one step further in.
fn in_parts(source: &Source<'_>, entered: &Entered) -> Vec<CallEdit> {
    let page = &source.page;
    let start = entered.statement.start();
    let (newline, indent, step) = (page.newline(), page.indentation(start), page.step(start));
    let mut edits: Vec<CallEdit> = entered.is_async.then(|| convert::with(entered.statement)).into_iter().collect();
    if let Some((gap, is_async)) = entered.gap {
        let word = if is_async { "async with" } else { "with" };
        let text = format!(":{newline}{indent}{step}{word} ");
        edits.push(CallEdit::plain(Edit { range: gap, pieces: vec![Piece::Text(text)] }));
        let pieces = vec![indented(source, entered.body, step)];
        edits.push(CallEdit::plain(Edit { range: entered.body, pieces }));
    }
    edits
}

impl Writer<'_, '_> {
    fn name(&mut self, qualified: &str, at: TextRange) -> Option<String> {
        let (module, name) = qualified.rsplit_once('.')?;
        let reference = refer(self.source.page.ast.module(), module, name, at)?;
        self.imports.extend(reference.import);
        Some(reference.text)
    }

    fn pieces(&mut self, bits: &[Bit], at: TextRange) -> Option<Vec<Piece>> {
        bits.iter().map(|bit| self.piece(bit, at)).collect()
    }

    fn piece(&mut self, bit: &Bit, at: TextRange) -> Option<Piece> {
        let page = &self.source.page;
        Some(match bit {
            Bit::Text(text) => {
                let below = format!("{}{}{}", page.newline(), page.indentation(at.start()), page.step(at.start()));
                Piece::Text(page.quoted(&text.replace("\n\t", &below), at)?)
            }
            Bit::Source(range) => Piece::Hole(*range),
            Bit::Name(name) => Piece::Text(self.name(name, at)?),
            Bit::Helper(name) => {
                let function = self.target.helper(name)?.function.clone();
                if !self.helpers.contains(name) {
                    self.helpers.push(name.clone());
                }
                Piece::Text(function)
            }
        })
    }

    fn part(&mut self, part: &Part) -> Option<Edit> {
        let mut pieces = self.pieces(&part.bits, part.at)?;
        if part.is_awaited {
            let (prefix, suffix) = self.source.awaiting(part.at);
            pieces.insert(0, Piece::Text(prefix));
            pieces.push(Piece::Text(suffix.to_owned()));
        }
        Some(Edit { range: part.at, pieces })
    }

    /// Whether a call makes an object, the calls of which take turns.
    fn makes(&self, call: &NewCall) -> bool {
        let makers = || self.target.call.iter().filter_map(|rule| rule.to.as_ref());
        matches!(&call.callee[..], [Bit::Name(name)] if makers().any(|maker| maker == name))
    }

    /// Whether what is entered must be awaited before.
    fn is_awaited_where_entered(&self, call: &NewCall) -> bool {
        let mut rules = self.target.call.iter().filter(|rule| rule.awaited);
        rules.any(|rule| matches!(&call.callee[..], [Bit::Name(name)] if rule.to.as_ref() == Some(name)))
    }

    /// The call with the executor that makes all calls of what it gives.
    fn in_executor(&mut self, call: &NewCall, style: &ThreadStyle) -> Option<NewCall> {
        let mut call = call.clone();
        let Some(turns) = &self.target.turns else { return Some(call) };
        let executor = match (&style.turn, &style.executor) {
            (Some(turn), _) => turn::thread(self.source, turn, call.at)?,
            (None, Some((module, name))) if module == self.source.module => {
                Reference { text: name.clone(), import: None }
            }
            (None, Some((module, name))) => refer_member(self.source.page.ast.module(), module, name, call.at)?,
            (None, None) => return Some(call),
        };
        self.imports.extend(executor.import);
        call.added.push(vec![Bit::Text(format!("{}={}", turns.argument, executor.text))]);
        if style.turn.is_some() && !call.is_awaited {
            call.callee = vec![Bit::Helper(turns.manager.clone())];
        }
        Some(call)
    }

    fn call(&mut self, call: &NewCall, opening: Option<&Opening>, is_bare: bool) -> Option<Edit> {
        let source = self.source;
        let node = source.call(call.at)?;
        let (mut prefix, mut suffix) = match (call.is_awaited, is_bare) {
            (false, _) if self.is_awaited_where_entered(call) => ("await ".to_owned(), String::new()),
            (false, _) => (String::new(), String::new()),
            (true, true) => ("await ".to_owned(), String::new()),
            (true, false) => {
                let (prefix, suffix) = source.awaiting(call.at);
                (prefix, suffix.to_owned())
            }
        };
        if let Some(then) = &call.then {
            if suffix.is_empty() {
                prefix = prefix.replace("await", "(await");
                suffix.push(')');
            }
            suffix.push_str(then);
        }
        let mut head = vec![Piece::Text(prefix)];
        head.extend(self.pieces(&call.callee, call.at)?);
        let mut arguments: Vec<Vec<Piece>> = Vec::new();
        for bit in &call.leading {
            arguments.push(vec![self.piece(bit, call.at)?]);
        }
        let mut kept = Vec::new();
        for (at, bits) in &call.arguments {
            kept.push((*at, self.pieces(bits, call.at)?));
        }
        let added: Option<Vec<Vec<Piece>>> = call.added.iter().map(|bits| self.pieces(bits, call.at)).collect();
        let added = added?;
        let all: Vec<Vec<Piece>> = arguments
            .iter()
            .cloned()
            .chain(kept.iter().map(|(_, pieces)| pieces.clone()))
            .chain(added.iter().cloned())
            .collect();
        let is_one_line = !source.page.slice(node.arguments.range()).contains(['\n', '\r']);
        let mut pieces = head;
        if is_one_line {
            pieces.extend(self.on_lines(call, opening, &pieces, &all, &suffix));
        } else {
            pieces.extend(self.between(node, arguments, &kept, added)?);
        }
        pieces.push(Piece::Text(suffix));
        Some(Edit { range: call.at, pieces })
    }

    /// The arguments on one line, or below the bracket where that would be too long.
    fn on_lines(
        &self,
        call: &NewCall,
        opening: Option<&Opening>,
        head: &[Piece],
        all: &[Vec<Piece>],
        suffix: &str,
    ) -> Vec<Piece> {
        let page = &self.source.page;
        let width = |pieces: &[Piece]| -> usize {
            pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.chars().count(),
                    Piece::Hole(range) | Piece::Indented(range, _) => page.slice(*range).chars().count(),
                })
                .sum()
        };
        let step = opening.map_or("", |_| page.step(call.at.start()));
        let tail = page.slice(TextRange::new(call.at.end(), page.text.line_end(call.at.end()))).chars().count();
        let inner: usize = all.iter().map(|argument| width(argument) + 2).sum();
        let length = page.column(call.at.start()) + step.len() + width(head) + inner + suffix.len() + tail;
        let outer = page.indentation(call.at.start());
        let is_statement = page.slice(TextRange::new(page.text.line_start(call.at.start()), call.at.start()));
        let is_nested = is_statement.matches(['(', '[', '{']).count() > is_statement.matches([')', ']', '}']).count();
        let separated = |separator: &str| -> Vec<Piece> {
            let mut pieces = Vec::new();
            for (index, argument) in all.iter().enumerate() {
                if index > 0 {
                    pieces.push(Piece::Text(separator.to_owned()));
                }
                pieces.extend(argument.iter().cloned());
            }
            pieces
        };
        let mut pieces = vec![Piece::Text("(".to_owned())];
        if length <= page.width || is_nested || all.is_empty() {
            pieces.extend(separated(", "));
            pieces.push(Piece::Text(")".to_owned()));
            return pieces;
        }
        let newline = page.newline();
        let indent = format!("{newline}{outer}{}", page.step(call.at.start()));
        pieces.push(Piece::Text(indent.clone()));
        if indent.len() + inner <= page.width {
            pieces.extend(separated(", "));
        } else {
            pieces.extend(separated(&format!(",{indent}")));
            pieces.push(Piece::Text(",".to_owned()));
        }
        pieces.push(Piece::Text(format!("{newline}{outer})")));
        pieces
    }

    /// The arguments as they stand on their lines, with what is new beside them.
    fn between(
        &self,
        call: &ast::ExprCall,
        leading: Vec<Vec<Piece>>,
        kept: &[(TextRange, Vec<Piece>)],
        added: Vec<Vec<Piece>>,
    ) -> Option<Vec<Piece>> {
        let page = &self.source.page;
        let range = call.arguments.range();
        let arguments = page.arguments(call);
        let start = arguments.first()?.start();
        let end = arguments.last()?.end();
        let open = TextRange::new(range.start(), start);
        let space = page.slice(TextRange::new(range.start() + TextSize::new(1), start)).to_owned();
        let separator = if space.contains(['\n', '\r']) { format!(",{space}") } else { ", ".to_owned() };
        let mut pieces = vec![Piece::Hole(open)];
        for argument in leading {
            pieces.extend(argument);
            pieces.push(Piece::Text(separator.clone()));
        }
        let mut is_first = true;
        for (index, argument) in arguments.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| arguments.get(index));
            let gap = TextRange::new(before.map_or(start, Ranged::end), argument.start());
            match kept.iter().find(|(at, _)| argument.contains_range(*at)) {
                Some((_, text)) => {
                    if !is_first {
                        pieces.push(Piece::Hole(gap));
                    }
                    pieces.extend(text.iter().cloned());
                    is_first = false;
                }
                None if has_comment(page, gap) => return None,
                None => {}
            }
        }
        for argument in added {
            pieces.push(Piece::Text(separator.clone()));
            pieces.extend(argument);
        }
        pieces.push(Piece::Hole(TextRange::new(end, range.end())));
        Some(pieces)
    }

    fn opening(&mut self, opening: &Opening) -> Option<Edit> {
        let class = self.name(&opening.class, opening.statement)?;
        let page = &self.source.page;
        let (start, newline) = (page.text.line_start(opening.statement.start()), page.newline());
        let (indent, step) = (page.indentation(opening.statement.start()), page.step(opening.statement.start()));
        let arguments: Vec<String> = opening
            .arguments
            .iter()
            .map(|(name, value)| match value {
                Bit::Source(range) => format!("{name}={}", page.slice(*range)),
                Bit::Text(text) | Bit::Name(text) | Bit::Helper(text) => format!("{name}={text}"),
            })
            .collect();
        let head = format!("{indent}async with {class}({}) as {}:", arguments.join(", "), opening.name);
        let mut pieces = vec![Piece::Text(format!("{head}{newline}{indent}{step}"))];
        match &opening.result {
            Some(moved) => {
                let (start, end) = (opening.statement.start(), opening.statement.end());
                pieces.push(Piece::Text(format!("{} = ", moved.name)));
                pieces.push(indented(self.source, moved.call, step));
                pieces.push(Piece::Text(format!("{newline}{indent}")));
                pieces.push(Piece::Hole(TextRange::new(start, moved.whole.start())));
                pieces.extend(self.pieces(&moved.bits, moved.call)?);
                pieces.push(Piece::Hole(TextRange::new(moved.whole.end(), end)));
            }
            None => pieces.push(indented(self.source, opening.statement, step)),
        }
        Some(Edit { range: TextRange::new(start, opening.statement.end()), pieces })
    }

    fn clause(&mut self, clause: &Clause) -> Option<Edit> {
        let page = &self.source.page;
        let mut elements: Vec<String> = Vec::new();
        let caught = page.ast.expression(clause.at)?;
        let classes: Vec<TextRange> = match caught {
            Expr::Tuple(tuple) => tuple.elts.iter().map(Ranged::range).collect(),
            other => vec![other.range()],
        };
        for at in classes {
            let old = page.slice(at).to_owned();
            let new = clause.classes.iter().find(|class| class.at == at);
            let keeps_old = new.is_none_or(|class| class.stays || clause.keeps_old);
            let new = new.map(|class| class.to.clone()).unwrap_or_default();
            let written: Option<Vec<String>> = new.iter().map(|name| self.name(name, at)).collect();
            for name in keeps_old.then_some(old).into_iter().chain(written?) {
                if !elements.contains(&name) {
                    elements.push(name);
                }
            }
        }
        let text = match &elements[..] {
            [one] if !caught.is_tuple_expr() => one.clone(),
            several if clause.is_spread => several.join(", "),
            several => self.tuple(clause, several),
        };
        Some(Edit { range: clause.at, pieces: vec![Piece::Text(text)] })
    }

    /// Classes in a tuple, each on its line where one line is too short.
    fn tuple(&self, clause: &Clause, elements: &[String]) -> String {
        let page = &self.source.page;
        let trail = if elements.len() == 1 { "," } else { "" };
        let flat = format!("({}{trail})", elements.join(", "));
        let tail = page.slice(TextRange::new(clause.at.end(), page.text.line_end(clause.at.end()))).chars().count();
        if page.column(clause.at.start()) + flat.chars().count() + tail <= page.width {
            return flat;
        }
        let newline = page.newline();
        let outer = page.indentation(clause.at.start());
        let inner = format!("{newline}{outer}{}", page.step(clause.at.start()));
        format!("({inner}{},{newline}{outer})", elements.join(&format!(",{inner}")))
    }

    /// A statement behind another one.
    fn remark(&mut self, remark: &Remark) -> Option<Option<Edit>> {
        let page = &self.source.page;
        if page.text.contains(&remark.text) {
            return Some(None);
        }
        let end = page.text.line_end(remark.after.end());
        let indent = page.indentation(remark.after.start());
        for module in &remark.imports {
            self.imports.extend(refer_module(page.ast.module(), module, remark.after)?);
        }
        Some(Some(Edit::insertion(end, format!("{}{indent}{}", page.newline(), remark.text))))
    }

    /// A helper in front of the module's first function or class; nothing where it is there already.
    fn helper(&mut self, name: &str) -> Option<Option<CallEdit>> {
        let wanted = self.target.helper(name)?;
        let page = &self.source.page;
        for other in &wanted.needs {
            if !self.helpers.contains(other) {
                self.helpers.push(other.clone());
            }
        }
        let names: Vec<&str> = wanted.names().collect();
        let edit = helper::define(page, self.source.setting, &names, |writer| writer.filled(wanted.code.trim()))?;
        let Some(mut edit) = edit else { return Some(None) };
        for module in &wanted.imports {
            edit.imports.extend(refer_module(page.ast.module(), module, edit.edit.range)?);
        }
        // What others call, or calls others, stays with them.
        let is_alone =
            wanted.needs.is_empty() && !self.target.helper.iter().any(|other| other.needs.contains(&wanted.name));
        edit.helper = wanted.common.as_ref().filter(|_| is_alone).map(|common| {
            let text = helper::module(&common.about, self.source.setting, |writer| {
                wanted.imports.iter().for_each(|module| _ = writer.name(module, ""));
                Some(with_word(&writer.filled(wanted.code.trim())?, &wanted.function, &common.name))
            });
            Box::new(Common { own: wanted.function.clone(), name: common.name.clone(), text, kind: None })
        });
        Some(Some(edit))
    }
}

fn has_comment(page: &super::layout::Page<'_>, range: TextRange) -> bool {
    page.ast.tokens().in_range(range).iter().any(|token| token.kind() == TokenKind::Comment)
}
