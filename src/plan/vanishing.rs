//! Files that are asked about and then used: on the loop that happens in one go, in between another task could take them away.

use ruff_text_size::TextRange;

use super::atomic::Pauses;
use super::files::{Files, Use};
use super::memo::Survey;
use crate::analysis::Hop;

impl Files<'_> {
    /// Why the call at `hop` must not be awaited: the function looks for a file before it and uses it after it, with nothing in between that
    /// gives the loop back, and there are tasks that remove it.
    pub(super) fn vanishes(&self, survey: Survey<'_>, hop: &Hop, uses: &[(TextRange, Use)]) -> Option<String> {
        let is_hop = |at: &TextRange| *at == hop.at;
        let looks = || uses.iter().filter(|(at, using)| using.looks && !using.is_of_data() && at.end() <= hop.at.end());
        looks().next()?;
        let ast = survey.resolver.types.ast(hop.function.file)?;
        let pauses = Pauses::of(survey, hop.function, &ast, hop.at)?;
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
        let removed = self.removing.iter().flat_map(|id| self.uses_in(survey, *id).to_vec());
        let looked_for = Use::of_file(path.clone(), None, true, false);
        removed.map(|(_, using)| using).any(|using| using.removes && using.may_be_one(&looked_for)).then(|| {
            format!("it looks for the file `{path}` and then uses it: another task could remove it in between")
        })
    }
}
