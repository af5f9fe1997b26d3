//! Files that are asked about and then used: on the loop that happens in one go, in between another task could take them away.

use ruff_text_size::TextRange;

use super::atomic::Pauses;
use super::files::{Files, Use};
use super::memo::Survey;
use crate::analysis::Hop;

impl Files<'_> {
    /// Whether one of some uses looks for a file that tasks may remove.
    pub(super) fn may_vanish(&self, uses: &[(TextRange, Use)]) -> bool {
        !self.removing.is_empty() && uses.iter().any(|(_, using)| using.looks && !using.is_of_data())
    }

    /// Why the call at `hop` must not be awaited: the function looks for a file before it and uses it after it, with nothing in between that
    /// gives the loop back, and there are tasks that remove it.
    pub(super) fn vanishes(
        &self,
        survey: Survey<'_>,
        hop: &Hop,
        is_hop: &dyn Fn(&TextRange) -> bool,
        uses: &[(TextRange, Use)],
        pauses: &Pauses<'_>,
    ) -> Option<String> {
        let looks = || uses.iter().filter(|(at, using)| using.looks && !using.is_of_data() && at.end() <= hop.at.end());
        let is_joined = |first: &TextRange, second: &TextRange| {
            !(is_hop(first) && is_hop(second))
                && (is_hop(first) || !pauses.separate(first.start(), hop.at.start()))
                && (is_hop(second) || !pauses.separate(hop.at.end(), second.end()))
        };
        let used = |(look, first): &(TextRange, Use)| {
            let later = uses.iter().filter(|(at, using)| !using.looks && (is_hop(at) || at.end() > hop.at.end()));
            let same = later.filter(|(at, using)| using.is_same(first) && is_joined(look, at));
            same.map(|(_, using)| using.path.clone()).next()
        };
        let path = looks().find_map(used)?;
        let looked_for = Use::of_file(path.clone(), None, true, false);
        let removes = |(_, using): &(TextRange, Use)| using.removes && using.may_be_one(&looked_for);
        self.removing.iter().any(|id| self.uses_in(survey, *id).iter().any(removes)).then(|| {
            format!("it looks for the file `{path}` and then uses it: another task could remove it in between")
        })
    }
}
