//! Files that a coroutine writes and then reads: between the two, no other task may write them, as none could before.

use ruff_text_size::TextRange;

use super::atomic::Pauses;
use super::commands::left_to;
use super::decide::Planner;
use super::files::{Use, api};
use super::paths::is_fresh;
use crate::analysis::{FnId, Hop};

/// What closes a file reads nothing of it.
const CLOSES: &str = ".close";

impl Planner<'_> {
    /// Why the call at `hop` must not be awaited: the function writes a file up to it and reads that behind it, with nothing in between
    /// that gives the loop back. What a runner runs, once, has the files for itself.
    pub(super) fn reads_back(&self, hop: &Hop) -> Option<String> {
        let (survey, function) = (self.survey, hop.function);
        let uses = self.ground.files.uses_in(survey, function);
        let writes = |using: &Use| using.writes && !using.is_of_data();
        if !uses.iter().any(|(_, using)| writes(using) || using.word.is_some()) || self.runs_once(function) {
            return None;
        }
        let ast = survey.resolver.types.ast(function.file)?;
        let pauses = Pauses::of(survey, function, &ast, hop.at)?;
        let is_hop = |at: TextRange| at == hop.at;
        let is_before =
            |at: TextRange| is_hop(at) || at.end() <= hop.at.end() && !pauses.separate(at.start(), hop.at.start());
        let is_after =
            |at: TextRange| is_hop(at) || at.end() > hop.at.end() && !pauses.separate(hop.at.end(), at.end());
        let reads = |at: TextRange, using: &Use| {
            using.reads && !using.writes && !using.looks && is_after(at) && !self.closes(function, at)
        };
        let mut written = uses.iter().filter(|(at, using)| (writes(using) || using.word.is_some()) && is_before(*at));
        written.find_map(|(first_at, first)| {
            let mut later = uses.iter().filter(|(at, second)| {
                let is_read = writes(first) && first.is_same(second) && reads(*at, second);
                !(is_hop(*first_at) && is_hop(*at)) && (is_read || first.is_left_to(second) && is_after(*at))
            });
            let (_, second) = later.next().filter(|_| !is_fresh(survey, function, &first.path))?;
            if first.word.or(second.word).is_some() {
                return Some(left_to(&second.path));
            }
            Some(format!(
                "it writes the file `{}` and then reads it: another task could write it in between",
                second.path
            ))
        })
    }

    fn closes(&self, function: FnId, at: TextRange) -> bool {
        let mut sites = self.ground.files.sites(function);
        sites.any(|site| site.range == at && api(self.survey, site).name.ends_with(CLOSES))
    }
}
