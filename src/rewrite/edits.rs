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

    fn has_hole_for(&self, range: TextRange) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Hole(hole) if hole.contains_range(range)))
    }
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
    /// By start; of edits that start together, insertions first, then the longer one; insertions at one place in the order
    /// of adding.
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
            key(present) < key(&edit) || is_insertion
        });
        self.edits.insert(position, edit);
        Ok(())
    }

    /// The text with all edits made. Bytes that no edit covers come out as they went in.
    #[must_use]
    pub fn render(&self, source: &str) -> String {
        let mut out = String::with_capacity(source.len() + 256);
        let mut rest = &self.edits[..];
        render(source, TextRange::up_to(TextSize::of(source)), &mut rest, &mut out);
        out
    }
}

fn are_compatible(first: &Edit, second: &Edit) -> bool {
    let apart = first.range.end() <= second.range.start() || second.range.end() <= first.range.start();
    apart || first.has_hole_for(second.range) || second.has_hole_for(first.range)
}

/// Renders `range`, taking the edits inside it off the front of `edits`.
fn render(source: &str, range: TextRange, edits: &mut &[Edit], out: &mut String) {
    let mut position = range.start();
    while let Some((edit, rest)) = edits.split_first() {
        if edit.range.end() > range.end() || edit.range.start() >= range.end() && !edit.range.is_empty() {
            break;
        }
        *edits = rest;
        if edit.range.start() < position {
            continue;
        }
        out.push_str(slice(source, TextRange::new(position, edit.range.start())));
        for piece in &edit.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Hole(hole) => {
                    while edits.first().is_some_and(|next| next.range.start() < hole.start()) {
                        *edits = &edits[1..];
                    }
                    render(source, *hole, edits, out);
                }
            }
        }
        position = edit.range.end();
    }
    out.push_str(slice(source, TextRange::new(position, range.end())));
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
