//! `deblock fix --explain`: what the changes do, in the order in which they are made.

use std::collections::BTreeSet;

use super::session::{Outcome, Session};
use crate::catalogue::Codemod;
use crate::plan::Change;
use crate::report::{self, Explainer};

/// What is told about the changes of a fix. Their places are those of the text that they changed.
#[derive(Debug, Default)]
pub(super) struct Explanations {
    lines: Vec<String>,
    /// What differs with libraries that take over, by codemod.
    differences: BTreeSet<String>,
}

impl Explanations {
    pub(super) fn add(&mut self, explainer: Explainer<'_>, changes: &[&Change]) {
        for change in changes {
            self.lines.extend(explainer.lines(change));
            let codemods = change.targets().map(|(codemod, _)| &explainer.catalogue.codemods[codemod]);
            self.differences.extend(codemods.filter_map(differences));
        }
    }

    pub(super) fn print(&self) {
        for text in self.lines.iter().chain(&self.differences) {
            anstream::eprintln!("{text}");
        }
    }
}

fn differences(codemod: &Codemod) -> Option<String> {
    report::differences(codemod).map(|text| format!("\nWhat differs still without {}:\n{text}", codemod.name))
}

/// Tells what changes of a program do.
pub(super) fn explainer<'a>(outcome: &'a Outcome, session: &'a Session) -> Explainer<'a> {
    let Outcome { project, analysis, plan } = outcome;
    Explainer { project, catalogue: &session.catalogue, analysis, plan }
}
