//! What changes do, for who is to judge them.

use std::collections::BTreeSet;

use ruff_text_size::TextRange;

use super::count;
use crate::analysis::{Analysis, FnId};
use crate::catalogue::{Catalogue, Codemod};
use crate::plan::{Action, Change, Conversion, Plan};
use crate::project::{FileId, Project};

/// The heading in a guide below which stands what a library that takes over does in another way.
const DIFFERENCES: &str = "## What differs still";
/// So many names are written out.
const MOST_NAMES: usize = 4;

/// Tells what changes of a program do.
#[derive(Clone, Copy)]
pub struct Explainer<'a> {
    pub project: &'a Project,
    pub catalogue: &'a Catalogue,
    pub analysis: &'a Analysis,
    pub plan: &'a Plan,
}

impl Explainer<'_> {
    /// Where a change is: `client.py:12:16`
    #[must_use]
    pub fn place(&self, change: &Change) -> String {
        self.place_of(change.function.file, change.call)
    }

    /// A change in one line and those below it: its place with the calls that it is about, what it does, and what is to be known of that.
    #[must_use]
    pub fn lines(&self, change: &Change) -> Vec<String> {
        let mut apis: Vec<&str> = Vec::new();
        for finding in &change.findings {
            let api = self.api(*finding);
            if !apis.contains(&api) {
                apis.push(api);
            }
        }
        let mut lines = vec![format!("{}: {}", self.place(change), apis.join(", "))];
        let below = self.deeds(change).into_iter().chain(self.remarks(change));
        lines.extend(below.map(|line| format!("    {line}")));
        lines
    }

    fn api(&self, finding: usize) -> &str {
        let site = &self.analysis.findings[finding].site;
        &self.catalogue.apis[site.api as usize].name
    }

    fn display(&self, file: FileId) -> String {
        self.project.types.world().file(file).map(|file| file.display.clone()).unwrap_or_default()
    }

    fn place_of(&self, file: FileId, at: TextRange) -> String {
        let position = self.project.types.position(file, at.start());
        format!("{}:{}:{}", self.display(file), position.line, position.column)
    }

    fn name(&self, id: FnId) -> String {
        self.project.types.facts(id.file).qualified(id.index)
    }

    /// What a change does, the most important first.
    fn deeds(&self, change: &Change) -> Vec<String> {
        let mut deeds = match change.action.core() {
            Action::Convert(conversion) => self.conversion(conversion),
            action => vec![self.deed(action, change)],
        };
        if change.turn.is_some() {
            deeds.push("its thread takes turns with those that use the same".to_owned());
        }
        let locks: BTreeSet<&str> = change.locks.iter().map(|lock| lock.name.as_str()).collect();
        deeds.extend(locks.iter().map(|name| format!("lets one task at a time in, by the lock `{name}`")));
        let files: BTreeSet<String> = change.files().map(|file| self.display(file)).collect();
        if files.len() > 1 {
            deeds.push(format!("changes {}", files.into_iter().collect::<Vec<_>>().join(", ")));
        }
        deeds
    }

    fn deed(&self, action: &Action, change: &Change) -> String {
        match action {
            Action::Swap(name) => format!("awaits `{name}` instead"),
            Action::Thread => "hands the call to a thread".to_owned(),
            Action::Process => "hands the call to another process".to_owned(),
            Action::Block(..) => format!("hands {} to a thread", self.part(change)),
            Action::Await | Action::Settle | Action::Convert(_) => "awaits the call".to_owned(),
            Action::Consume(_) => "goes through it asynchronously".to_owned(),
            Action::Migrate(migration) => format!("makes the object one of `{}`", migration.to),
            Action::Enter(_) => "enters and leaves the `with` in threads".to_owned(),
            Action::Step(_) => "hands each step of the loop to a thread".to_owned(),
            Action::Draw(_) => "hands all that goes through the generator to threads".to_owned(),
            Action::Finish(ending) => format!("calls `{}` behind the set-up", ending.helper),
            Action::Add(addition) => {
                let names: Vec<String> = addition.entries.keys().cloned().collect();
                format!("gives the set-up {}", listed(&names))
            }
            Action::Plain => {
                format!("makes `{}` a plain function, which its framework runs in a thread", self.name(change.function))
            }
            Action::Gather(_, inner) | Action::Hoist(_, inner) => self.deed(inner, change),
        }
    }

    /// The lines that a change takes as a whole.
    fn part(&self, change: &Change) -> String {
        let line = |offset| self.project.types.position(change.function.file, offset).line;
        let (first, last) = (line(change.call.start()), line(change.call.end()));
        if first == last { format!("what stands in line {first}") } else { format!("lines {first} to {last}") }
    }

    fn conversion(&self, conversion: &Conversion) -> Vec<String> {
        let exchanged = conversion.exchanges.iter().map(|exchange| exchange.target);
        let exchanged = exchanged.filter_map(|(codemod, target)| {
            let codemod = &self.catalogue.codemods[codemod];
            codemod.targets.get(target).map(|(name, _)| format!("awaits {name} in the place of {}", codemod.name))
        });
        let mut deeds: BTreeSet<String> = exchanged.collect();
        for part in &conversion.parts {
            match part.action.core() {
                Action::Await | Action::Settle | Action::Consume(_) => {}
                action => _ = deeds.insert(self.deed(action, part)),
            }
        }
        let mut deeds: Vec<String> = deeds.into_iter().collect();
        let functions: Vec<String> = conversion.functions.keys().map(|id| self.name(*id)).collect();
        match functions.len() {
            0 => {}
            1 => deeds.push(format!("makes {} a coroutine function", listed(&functions))),
            _ => deeds.push(format!("makes {} coroutine functions", listed(&functions))),
        }
        if !conversion.tests.is_empty() {
            deeds.push(format!("changes {} with that", count(conversion.tests.len(), "test")));
        }
        deeds
    }

    /// What a change needs, what differs then, and why no other library takes over from calls although one could.
    fn remarks(&self, change: &Change) -> Vec<String> {
        let mut remarks: Vec<String> = Vec::new();
        let targets: BTreeSet<(usize, usize)> = change.targets().collect();
        for (codemod, target) in targets {
            let codemod = &self.catalogue.codemods[codemod];
            let requires = codemod.targets.get(target).and_then(|(_, target)| target.requires.as_ref());
            remarks.extend(requires.map(|requires| format!("requires {requires}")));
            if differences(codemod).is_some() {
                remarks.push(format!("what differs still: deblock explain {}", codemod.name));
            }
        }
        let exchanges = match &change.action {
            Action::Convert(conversion) => &conversion.exchanges[..],
            _ => &[],
        };
        let is_alone = change.findings.len() == 1;
        for finding in &change.findings {
            let is_exchanged = exchanges.iter().any(|exchange| exchange.findings.contains(finding));
            let Some(why) = self.plan.unexchanged.get(finding).filter(|_| !is_exchanged) else { continue };
            let site = &self.analysis.findings[*finding].site;
            let of = format!(" for {} at {}", self.api(*finding), self.place_of(site.file, site.range));
            remarks.push(format!("no async call{}: {why}", if is_alone { "" } else { &of }));
        }
        remarks
    }
}

/// What a library that takes over from a codemod's does in another way still, as its guide has it.
#[must_use]
pub fn differences(codemod: &Codemod) -> Option<&str> {
    let (_, rest) = codemod.guide.split_once(DIFFERENCES)?;
    let section = rest.split_once("\n## ").map_or(rest, |(section, _)| section);
    Some(section.trim()).filter(|section| !section.is_empty())
}

/// `a`, `b` and 3 more
fn listed(names: &[String]) -> String {
    let shown = if names.len() > MOST_NAMES + 1 { MOST_NAMES } else { names.len() };
    let quoted: Vec<String> = names[..shown].iter().map(|name| format!("`{name}`")).collect();
    match names.len() - shown {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> String {
        listed(&list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(names(&["f"]), "`f`");
        assert_eq!(names(&["a", "b", "c", "d", "e"]), "`a`, `b`, `c`, `d`, `e`");
        assert_eq!(names(&["a", "b", "c", "d", "e", "f"]), "`a`, `b`, `c`, `d` and 2 more");
    }
}
