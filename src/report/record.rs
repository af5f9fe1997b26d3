//! A finding, ready to be printed in any format.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Finding, Hop};
use crate::catalogue::Catalogue;
use crate::plan::{Plan, Treatment};
use crate::project::{Position, Project};

/// A finding as the `json` and `jsonl` formats have it. Lines and columns are 1-based; columns count characters.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub api: String,
    pub kind: Cow<'static, str>,
    pub severity: Cow<'static, str>,
    pub codemod: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    pub function: String,
    pub chain: Vec<HopRecord>,
    pub entries: Vec<HopRecord>,
    pub treatment: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub fingerprint: String,
    #[serde(skip)]
    pub why: String,
    #[serde(skip)]
    pub cached: bool,
    /// Why no asynchronous library takes over although one could.
    #[serde(skip)]
    pub unexchanged: Option<String>,
}

impl Record {
    /// Where the site is in the text of its file, in bytes.
    #[must_use]
    pub fn span(&self, text: &str) -> std::ops::Range<usize> {
        let offset = |line: usize, column: usize| {
            let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
            let rest = text.get(start..).unwrap_or_default();
            start + rest.char_indices().nth(column - 1).map_or(rest.len(), |(index, _)| index)
        };
        offset(self.line, self.column)..offset(self.end_line, self.end_column)
    }
}

/// A call on the way to a site.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct HopRecord {
    pub function: String,
    pub file: String,
    pub line: usize,
    pub column: usize,
}

/// The findings of an analysis in the order of their places.
#[must_use]
pub fn records(project: &Project, catalogue: &Catalogue, analysis: &Analysis, plan: &Plan) -> Vec<Record> {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    analysis
        .findings
        .iter()
        .zip(&plan.treatments)
        .enumerate()
        .map(|(index, (finding, treatment))| {
            let unexchanged = plan.unexchanged.get(&index).cloned();
            Record { unexchanged, ..record(project, catalogue, finding, treatment, &mut seen) }
        })
        .collect()
}

fn all_entries(finding: &Finding) -> impl Iterator<Item = &Hop> {
    let mut entries: Vec<&Hop> = finding.entries.iter().chain(&finding.of_tests).collect();
    entries.sort_by_key(|hop| (hop.function, hop.at.start()));
    entries.into_iter()
}

fn record(
    project: &Project,
    catalogue: &Catalogue,
    finding: &Finding,
    treatment: &Treatment,
    seen: &mut FxHashMap<String, usize>,
) -> Record {
    let types = &project.types;
    let site = &finding.site;
    let api = &catalogue.apis[site.api as usize];
    let file = display(project, site.file);
    let start = types.position(site.file, site.range.start());
    let end = types.position(site.file, site.range.end());
    let function = types.facts(site.file).qualified(site.function.index);
    let name = if api.name.ends_with(".*") { site.name.clone() } else { api.name.clone() };
    let text = types.text(site.file);
    let source = text.get(site.range.start().to_usize()..site.range.end().to_usize()).unwrap_or_default();
    Record {
        fingerprint: fingerprint(&file, &function, &name, source, seen),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        api: name,
        kind: api.kind.as_str().into(),
        severity: finding.severity.as_str().into(),
        codemod: catalogue.codemods[api.codemod].name.clone(),
        alias: api.alias.clone(),
        function,
        chain: finding.chain.iter().map(|hop| hop_record(project, hop)).collect(),
        entries: all_entries(finding).map(|hop| hop_record(project, hop)).collect(),
        treatment: treatment.as_str().into(),
        reason: treatment.reason().map(str::to_owned),
        why: api.why.clone(),
        cached: finding.cached,
        unexchanged: None,
        file,
    }
}

fn hop_record(project: &Project, hop: &Hop) -> HopRecord {
    let file = hop.function.file;
    let Position { line, column } = project.types.position(file, hop.at.start());
    HopRecord {
        function: project.types.facts(file).qualified(hop.function.index),
        file: display(project, file),
        line,
        column,
    }
}

fn display(project: &Project, file: crate::project::FileId) -> String {
    project.types.world().file(file).map(|file| file.display.clone()).unwrap_or_default()
}

/// Stable while lines move and other code changes: where and what, and a number among those that are alike.
fn fingerprint(file: &str, function: &str, api: &str, source: &str, seen: &mut FxHashMap<String, usize>) -> String {
    let source: String = source.split_whitespace().collect();
    let key = format!("{file}\0{function}\0{api}\0{source}");
    let count = seen.entry(key.clone()).or_insert(0);
    *count += 1;
    let hash = blake3::hash(format!("{key}\0{count}").as_bytes()).to_hex();
    hash[..16].to_owned()
}
