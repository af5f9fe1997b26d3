//! What other tasks could undo, or see too early, once they run between two parts of a function.

use ruff_text_size::TextRange;

use crate::plan::observed::is_outside;
use crate::plan::touch::{Kind, Touch};

/// A place of which other tasks could undo what a function knows of it.
pub(in crate::plan) struct Clash {
    pub place: String,
    /// From the first touch to the second.
    pub range: TextRange,
    pub(super) order: Order,
}

/// In which order a place is touched.
#[derive(Clone, Copy)]
pub(super) enum Order {
    ReadFirst,
    WrittenFirst,
    /// It is written in one round of a loop and read in the next one.
    InRounds,
    /// A test asks about it, and it is read where that holds.
    Tested,
    /// The call writes it, and it is read behind.
    CallFirst,
    /// It is written, and the call reads it.
    CallLast,
}

impl Clash {
    pub(super) fn reason(&self) -> String {
        let place = &self.place;
        let what = match self.order {
            Order::ReadFirst => format!("`{place}` is read before the call and written after it"),
            Order::WrittenFirst => format!("`{place}` is written before the call and read after it"),
            Order::InRounds => format!("`{place}` is written in one round of the loop and read in the next one"),
            Order::Tested => format!("`{place}` is tested before the call and read after it"),
            Order::CallFirst => format!("the call writes `{place}`, which is read after it"),
            Order::CallLast => format!("`{place}` is written before the call, which reads it"),
        };
        format!("{what}: another task could change it in between")
    }
}

/// The places that are read on the one side of an await and written on the other.
pub(super) fn torn(before: &[&Touch], after: &[&Touch], call: TextRange) -> Vec<Clash> {
    let mut found = Vec::new();
    let clash = |place: &str, range: TextRange, order: Order| Clash { place: place.to_owned(), range, order };
    for first in before {
        if first.kind == Kind::Augment && first.range.contains_range(call) {
            found.push(clash(&first.place, first.range, Order::ReadFirst));
        }
    }
    for first in before {
        for second in after.iter().filter(|second| first.range != second.range) {
            let range = first.range.cover(second.range);
            // What a method is called on is no answer that it counts on.
            let is_its_own =
                matches!(second.kind, Kind::Act | Kind::Mutate) && second.range.contains_range(first.range);
            if is_its_own {
                continue;
            }
            if is_lost(first, second) {
                found.push(clash(&second.place, range, Order::ReadFirst));
            }
            if is_counted_on(first, before) && second.kind.is_read() && affects(&first.place, second) {
                found.push(clash(&first.place, range, Order::WrittenFirst));
            }
        }
    }
    found
}

/// Whether what a read got does not hold any more when it is written. To act on something counts on what was asked of it.
fn is_lost(read: &Touch, written: &Touch) -> bool {
    let is_asked = read.kind != Kind::Hand || written.kind != Kind::Act;
    read.kind.is_read() && written.kind.is_write() && is_asked && affects(&written.place, read)
}

/// What is read before an await and written after it, on either side of a call.
pub(super) fn lost<'t>(before: &'t [&Touch], after: &'t [&Touch]) -> impl Iterator<Item = Clash> + 't {
    pairs(before, after).filter(|(first, second)| is_lost(first, second)).map(|(first, second)| Clash {
        place: second.place.clone(),
        range: first.range.cover(second.range),
        order: Order::ReadFirst,
    })
}

/// What a call writes and that is read behind it, before other tasks have run.
pub(super) fn overwritten<'t>(inside: &'t [&Touch], behind: &'t [&Touch]) -> impl Iterator<Item = Clash> + 't {
    set_and_read(inside, behind, Order::CallFirst)
}

/// What is written before a call of functions which read it after they have given the loop back.
pub(super) fn overtaken<'t>(before: &'t [&Touch], late: &'t [&Touch]) -> impl Iterator<Item = Clash> + 't {
    set_and_read(before, late, Order::CallLast)
}

/// What is set on one side of an await and read on the other.
fn set_and_read<'t>(set: &'t [&Touch], read: &'t [&Touch], order: Order) -> impl Iterator<Item = Clash> + 't {
    let clashing = pairs(set, read)
        .filter(|(written, read)| is_counted_on(written, set) && read.kind.is_read() && affects(&written.place, read));
    clashing.map(move |(written, read)| Clash {
        place: written.place.clone(),
        range: written.range.cover(read.range),
        order,
    })
}

/// Whether what is read behind a touch counts on it. Who has found that nothing runs, and starts it, looks behind that whether others would
/// find it.
pub(super) fn is_counted_on(touch: &Touch, around: &[&Touch]) -> bool {
    let is_found = |other: &&&Touch| other.kind.is_read() && other.place == touch.place;
    touch.kind.is_counted_on()
        || touch.kind == Kind::Act && is_outside(&touch.place) && around.iter().any(|other| is_found(&other))
}

fn pairs<'t>(first: &'t [&Touch], second: &'t [&Touch]) -> impl Iterator<Item = (&'t Touch, &'t Touch)> {
    first.iter().flat_map(|first| second.iter().map(|second| (*first, *second)))
}

/// Whether a write to a place changes what a read gets: one to `self.a` changes what `self.a.b` is, and what is seen on the way
/// through all of `self` is changed by both.
pub(super) fn affects(written: &str, read: &Touch) -> bool {
    is_part(&read.place, written) || read.kind == Kind::Scan && is_part(written, &read.place)
}

/// Whether a place is another one, or a part of it.
pub(super) fn is_part(place: &str, whole: &str) -> bool {
    place.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
