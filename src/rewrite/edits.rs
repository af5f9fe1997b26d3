//! Edits that nest: each replaces a range by literal text and *holes*, ranges that are themselves rendered with the edits
//! inside them.

use ruff_text_size::{TextRange, TextSize};

use crate::text::slice;

/// A part of what an edit puts in place of its range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// A range of the source within the edit's own.
    Hole(TextRange),
    /// A hole whose lines, but the first, are moved further in.
    Indented(TextRange, Indent),
}

/// How lines are moved further in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indent {
    pub step: &'static str,
    /// String literals, whose lines stay as they are.
    pub strings: Vec<TextRange>,
}

/// A replacement of one range of the source. An empty range is an insertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub range: TextRange,
    pub pieces: Vec<Piece>,
}

impl Edit {
    #[must_use]
    pub fn insertion(at: TextSize, text: impl Into<String>) -> Self {
        Self { range: TextRange::empty(at), pieces: vec![Piece::Text(text.into())] }
    }

    /// Of insertions at one place, imports stand before type variables, these before other lines, and all before what goes into the line
    /// that follows.
    fn rank(&self) -> u8 {
        match self.pieces.first() {
            Some(Piece::Text(text)) if is_import(text) => 0,
            Some(Piece::Text(text)) if is_variable(text) => 1,
            Some(Piece::Text(text)) if text.ends_with('\n') => 2,
            _ => 3,
        }
    }

    /// How many of the edits that come after this one are inside of it.
    fn reach(&self, others: &[Self]) -> usize {
        let end = self.range.end();
        let is_open = self.pieces.iter().any(|piece| match piece {
            Piece::Hole(hole) | Piece::Indented(hole, _) => hole.end() == end,
            Piece::Text(_) => false,
        });
        others.partition_point(|other| other.range.start() < end || is_open && other.range == TextRange::empty(end))
    }

    fn has_hole_for(&self, range: TextRange) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Hole(hole) | Piece::Indented(hole, _) if hole.contains_range(range)))
    }
}

fn is_import(text: &str) -> bool {
    ["import ", "from "].iter().any(|keyword| text.trim_start().starts_with(keyword))
}

/// Whether a text begins with the definition of a type variable.
fn is_variable(text: &str) -> bool {
    let line = text.trim_start().lines().next().unwrap_or_default();
    line.split_once(" = ").is_some_and(|(name, value)| {
        let class = value.split('(').next().and_then(|callee| callee.rsplit('.').next());
        name.chars().all(|c| c.is_alphanumeric() || c == '_') && matches!(class, Some("ParamSpec" | "TypeVar"))
    })
}

/// Two edits that neither stand apart nor nest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the edit of {added:?} overlaps that of {present:?}")]
pub struct Overlap {
    pub added: TextRange,
    pub present: TextRange,
}

/// The edits of one file.
#[derive(Debug, Clone, Default)]
pub struct Edits {
    /// By start; of edits that start together, insertions first, then the longer one; insertions at one place by rank, then in the
    /// order of adding.
    edits: Vec<Edit>,
}

impl Edits {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Whether this very edit is there already.
    #[must_use]
    pub fn has(&self, edit: &Edit) -> bool {
        self.edits.contains(edit)
    }

    /// Adds an edit.
    ///
    /// # Errors
    /// When it overlaps another one without nesting. Nothing is added then.
    pub fn add(&mut self, edit: Edit) -> Result<(), Overlap> {
        for present in &self.edits {
            if !are_compatible(present, &edit) {
                return Err(Overlap { added: edit.range, present: present.range });
            }
        }
        let key = |edit: &Edit| (edit.range.start(), !edit.range.is_empty(), std::cmp::Reverse(edit.range.end()));
        let position = self.edits.partition_point(|present| {
            let is_insertion = edit.range.is_empty() && present.range == edit.range;
            key(present) < key(&edit) || is_insertion && present.rank() <= edit.rank()
        });
        self.edits.insert(position, edit);
        Ok(())
    }

    /// The text with all edits made. Bytes that no edit covers come out as they went in.
    #[must_use]
    pub fn render(&self, source: &str) -> String {
        let mut writer = Writer { source, rest: &self.edits[..], out: String::with_capacity(source.len() + 256) };
        writer.render(TextRange::up_to(TextSize::of(source)), &[]);
        writer.out
    }
}

fn are_compatible(first: &Edit, second: &Edit) -> bool {
    let apart = first.range.end() <= second.range.start() || second.range.end() <= first.range.start();
    apart || first.has_hole_for(second.range) || second.has_hole_for(first.range)
}

struct Writer<'a> {
    source: &'a str,
    /// The edits that are still to come.
    rest: &'a [Edit],
    out: String,
}

impl<'a> Writer<'a> {
    /// Renders `range`, taking the edits inside it off the front of the rest.
    fn render(&mut self, range: TextRange, indents: &[&'a Indent]) {
        let mut position = range.start();
        while let Some((edit, rest)) = self.rest.split_first() {
            if edit.range.end() > range.end() || edit.range.start() >= range.end() && !edit.range.is_empty() {
                break;
            }
            self.rest = rest;
            if edit.range.start() < position {
                continue;
            }
            self.copy(TextRange::new(position, edit.range.start()), indents);
            let (inner, others) = rest.split_at(edit.reach(rest));
            let mut holes: Vec<TextRange> = Vec::new();
            for piece in &edit.pieces {
                self.piece(piece, inner, &mut holes, indents);
            }
            self.rest = others;
            position = edit.range.end();
        }
        self.copy(TextRange::new(position, range.end()), indents);
    }

    /// Renders a piece of an edit that has `inner` inside of it; `holes` are those that were rendered already.
    fn piece(&mut self, piece: &'a Piece, inner: &'a [Edit], holes: &mut Vec<TextRange>, indents: &[&'a Indent]) {
        match piece {
            Piece::Text(text) => text.split_inclusive('\n').for_each(|line| self.line(line, indents)),
            Piece::Hole(hole) => self.hole(*hole, inner, holes, indents),
            Piece::Indented(hole, indent) => self.hole(*hole, inner, holes, &[indents, &[indent]].concat()),
        }
    }

    /// The holes of an edit may come in any order. What is inserted between two of them is in the first.
    fn hole(&mut self, hole: TextRange, inner: &'a [Edit], holes: &mut Vec<TextRange>, indents: &[&'a Indent]) {
        let is_done = |at: TextSize| holes.iter().any(|hole| hole.start() == at || hole.end() == at);
        let is_at = |edit: &Edit, at: TextSize| edit.range == TextRange::empty(at);
        let (start, end) = (hole.start(), hole.end());
        let from = inner.partition_point(|edit| edit.range.start() < start || is_done(start) && is_at(edit, start));
        let to = inner.partition_point(|edit| edit.range.start() < end || !is_done(end) && is_at(edit, end));
        self.rest = inner.get(from..to).unwrap_or_default();
        self.render(hole, indents);
        holes.push(hole);
    }

    fn copy(&mut self, range: TextRange, indents: &[&Indent]) {
        let mut at = range.start();
        for line in slice(self.source, range).split_inclusive('\n') {
            let is_in = |string: &TextRange| string.start() < at && at < string.end();
            let is_in_string = indents.iter().any(|indent| indent.strings.iter().any(is_in));
            self.line(line, if is_in_string { &[] } else { indents });
            at += TextSize::of(line);
        }
    }

    /// Adds a line or the rest of one.
    fn line(&mut self, line: &str, indents: &[&Indent]) {
        let is_blank = line.trim().is_empty() && line.ends_with('\n');
        if self.out.ends_with('\n') && !line.is_empty() && !is_blank {
            self.out.extend(indents.iter().map(|indent| indent.step));
        }
        self.out.push_str(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u32, end: u32) -> TextRange {
        TextRange::new(start.into(), end.into())
    }

    fn wrap(outer: TextRange, hole: TextRange) -> Edit {
        Edit { range: outer, pieces: vec![Piece::Text("<".into()), Piece::Hole(hole), Piece::Text(">".into())] }
    }

    #[test]
    fn edits_nest_in_holes_and_stand_side_by_side() {
        let source = "f(g(x), h(y)) # end";
        let mut edits = Edits::default();
        edits.add(wrap(range(2, 6), range(4, 5))).expect("first");
        edits.add(wrap(range(8, 12), range(10, 11))).expect("beside");
        edits.add(wrap(range(0, 13), range(2, 12))).expect("around");
        edits.add(Edit { range: range(4, 5), pieces: vec![Piece::Text("z".into())] }).expect("inside");
        edits.add(Edit::insertion(0.into(), "import a\n")).expect("in front");
        assert_eq!(edits.render(source), "import a\n<<z>, <y>> # end");
    }

    #[test]
    fn holes_may_come_in_any_order() {
        let source = "any(f(x) for x in g(y))";
        let mut edits = Edits::default();
        let pieces = [range(8, 22), range(4, 8)].map(Piece::Hole).to_vec();
        edits.add(Edit { range: range(4, 22), pieces }).expect("around");
        edits.add(wrap(range(4, 8), range(4, 8))).expect("the element");
        edits.add(wrap(range(18, 22), range(18, 22))).expect("the iterable");
        edits.add(Edit::insertion(8.into(), "!")).expect("between the holes");
        assert_eq!(edits.render(source), "any(! for x in <g(y)><f(x)>)");
    }

    #[test]
    fn overlap_is_refused_when_it_is_added() {
        let mut edits = Edits::default();
        edits.add(wrap(range(0, 6), range(2, 4))).expect("first");
        assert!(edits.add(wrap(range(4, 8), range(5, 6))).is_err());
        assert!(edits.add(wrap(range(0, 6), range(2, 4))).is_err());
        assert!(edits.add(wrap(range(2, 3), range(2, 2))).is_ok());
        assert_eq!(edits.render("abcdefgh"), "<<>d>gh");
    }

    #[test]
    fn insertions_at_one_place_keep_their_order() {
        let mut edits = Edits::default();
        for text in ["1", "2", "3"] {
            edits.add(Edit::insertion(1.into(), text)).expect("insertion");
        }
        assert_eq!(edits.render("ab"), "a123b");
    }
}
