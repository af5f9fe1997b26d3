//! `deblock fix`

use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::ProgramArgs;
use super::explanations::{Explanations, explainer};
use super::manifests;
use super::session::{Input, Outcome, Overlay, Session};
use crate::analysis::{Finding, Untreated};
use crate::apply::{Replacement, Store};
use crate::catalogue::Catalogue;
use crate::plan::Change;
use crate::project::Problem;
use crate::project::source::{self, Decoded};
use crate::report::{self, Record, diff, moved};
use crate::review::{self, Answer};
use crate::rewrite::{Rewriter, Rewritten, View, breaks, faulty, in_order, lost};

/// A rewrite can make another one possible; more rounds than this would be a bug.
const ROUNDS: usize = 12;

#[derive(Debug, Args)]
pub struct FixArgs {
    #[command(flatten)]
    program: ProgramArgs,
    /// Only print the changes as one unified diff, and write nothing
    #[arg(long, conflicts_with = "yes")]
    diff: bool,
    /// Make all changes without asking
    #[arg(long, short)]
    yes: bool,
    /// Tell on standard error what each change does, what it requires, and what differs still
    #[arg(long)]
    explain: bool,
}

/// What becomes of the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Diff,
    Yes,
    Ask,
    /// The rewritten standard input goes to standard output.
    Print,
}

pub fn run(args: &FixArgs) -> Result<ExitCode> {
    let session = Session::new(&args.program)?;
    session.recover()?;
    let mode = mode(args, &session)?;
    let mut fixer = Fixer::new(&session, mode)?;
    fixer.explanations = args.explain.then(Explanations::default);
    fixer.run()?;
    fixer.finish()
}

/// What a fix makes of one text.
#[derive(Debug)]
pub struct FixedText {
    /// In the encoding of the text that was given.
    pub bytes: Vec<u8>,
    /// Why the text could not be looked at, where it could not.
    pub problems: Vec<Problem>,
    /// The places of changes that failed the check of the result.
    pub dropped: Vec<String>,
}

/// Does in memory what `fix -` does to standard input: `bytes` stand for the file at `path`.
///
/// # Errors
/// When the bytes are not text in the encoding that they declare, or that encoding lacks what the result needs.
pub fn fix_text(catalogue: &Arc<Catalogue>, path: &Path, bytes: &[u8]) -> Result<FixedText> {
    let cwd = path.parent().unwrap_or(Path::new("/")).to_path_buf();
    let input = Input::new(path.to_path_buf(), bytes.to_vec())?;
    let session = Session::of_input(Arc::clone(catalogue), cwd, input);
    let mut fixer = Fixer::new(&session, Mode::Print)?;
    fixer.run()?;
    let bytes = fixer.result()?;
    Ok(FixedText { bytes, problems: fixer.outcome.project.problems, dropped: fixer.dropped })
}

fn mode(args: &FixArgs, session: &Session) -> Result<Mode> {
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    Ok(match (args.diff, args.yes, session.input.is_some()) {
        (true, _, _) => Mode::Diff,
        (_, true, true) => {
            bail!("--yes writes files, and there is none: without it, the result goes to standard output")
        }
        (_, _, true) => Mode::Print,
        (_, true, _) => Mode::Yes,
        _ if is_terminal => Mode::Ask,
        _ => Mode::Diff,
    })
}

struct Fixer<'a> {
    session: &'a Session,
    mode: Mode,
    /// How the program is now.
    outcome: Outcome,
    overlay: Overlay,
    /// The files that change: shown path and old text, if there was one.
    originals: BTreeMap<PathBuf, (String, Option<String>)>,
    /// Findings before the first change.
    found: usize,
    made: usize,
    /// The requirements that the program has now, each with the distribution that it takes over from, if that is not Python's own.
    required: BTreeSet<(Option<String>, String)>,
    /// Changes that failed the check of the result.
    dropped: Vec<String>,
    /// Findings that the analysis does not see any more, though nothing was done about them, each with the text that it is in.
    lost: Vec<(Record, String)>,
    /// The user wants no more questions: make all (`true`) or none (`false`).
    answered: Option<bool>,
    declined: usize,
    /// What the changes do, if that is wanted.
    explanations: Option<Explanations>,
}

impl<'a> Fixer<'a> {
    fn new(session: &'a Session, mode: Mode) -> Result<Self> {
        let outcome = session.run(&Overlay::default())?;
        Ok(Self {
            session,
            mode,
            found: outcome.analysis.findings.len(),
            outcome,
            overlay: Overlay::default(),
            originals: BTreeMap::new(),
            made: 0,
            required: BTreeSet::new(),
            dropped: Vec::new(),
            lost: Vec::new(),
            answered: None,
            declined: 0,
            explanations: None,
        })
    }

    fn run(&mut self) -> Result<()> {
        for _ in 0..ROUNDS {
            let accepted = self.accept()?;
            if accepted.is_empty() || !self.round(accepted)? {
                break;
            }
            if self.declined > 0 {
                // What was declined would be asked again.
                break;
            }
        }
        for (path, (_, before)) in &self.originals {
            if let Some(after) = self.overlay.get_mut(path)
                && let Some(ordered) = in_order(before.as_deref().unwrap_or_default(), after)
            {
                *after = ordered;
            }
        }
        Ok(())
    }

    /// The changes to make, as asked for.
    fn accept(&mut self) -> Result<Vec<Change>> {
        let changes = self.outcome.plan.changes.clone();
        if self.mode != Mode::Ask {
            return Ok(changes);
        }
        let mut accepted = Vec::new();
        let total = changes.len();
        let rewriter = self.session.rewriter(&self.outcome);
        for (position, change) in changes.into_iter().enumerate() {
            let answer = match self.answered {
                Some(all) => all,
                None => {
                    show(&rewriter, &self.outcome, self.session, &change)?;
                    let question = format!("({}/{total}) Make this change?", position + 1);
                    let answer = review::ask(&mut std::io::stdin().lock(), &mut std::io::stdout(), &question)?;
                    match answer {
                        Answer::All => self.answered = Some(true),
                        Answer::Quit => self.answered = Some(false),
                        Answer::Yes | Answer::No => {}
                    }
                    matches!(answer, Answer::Yes | Answer::All)
                }
            };
            if answer {
                accepted.push(change);
            } else {
                self.declined += 1;
            }
        }
        Ok(accepted)
    }

    /// Makes changes in memory and checks the result; whether anything changed.
    fn round(&mut self, mut changes: Vec<Change>) -> Result<bool> {
        loop {
            let refs: Vec<&Change> = changes.iter().collect();
            let rewriter = self.session.rewriter(&self.outcome);
            let (rewritten, left) = rewriter.rewrite(&refs);
            let made: Vec<&Change> = refs.iter().copied().filter(|change| !left.contains(change)).collect();
            if rewritten.is_empty() {
                return Ok(false);
            }
            let mut overlay = self.overlay.clone();
            overlay.extend(rewritten.iter().map(|file| (file.path.clone(), file.after.clone())));
            let after = self.session.run(&overlay)?;
            let wrong = faulty(self.view(&self.outcome), &self.outcome.plan, self.view(&after), &made);
            if wrong.is_empty() {
                self.made += made.len();
                for (codemod, target) in made.iter().flat_map(|change| change.targets()) {
                    let codemod = &self.session.catalogue.codemods[codemod];
                    let target = &codemod.targets[target].1;
                    let old = (!target.from_python).then(|| codemod.name.clone());
                    self.required.extend(target.requires.clone().map(|requires| (old, requires)));
                }
                let lost = lost(self.view(&self.outcome), &self.outcome.plan, self.view(&after), &made);
                self.note_lost(&lost);
                if let Some(explanations) = &mut self.explanations {
                    explanations.add(explainer(&self.outcome, self.session), &made);
                }
                self.keep(rewritten);
                self.overlay = overlay;
                self.outcome = after;
                return Ok(true);
            }
            let wrong: Vec<&Change> = wrong.into_iter().map(|position| made[position]).collect();
            // One that breaks its file makes all others in it look wrong.
            let alone: Vec<&Change> =
                wrong.iter().copied().filter(|change| breaks(&rewriter.rewrite(&[change]).0)).collect();
            let wrong: Vec<Change> = if alone.is_empty() { wrong } else { alone }.into_iter().cloned().collect();
            for change in &wrong {
                self.dropped.push(explainer(&self.outcome, self.session).place(change));
            }
            changes.retain(|change| !wrong.contains(change));
        }
    }

    fn note_lost(&mut self, findings: &[usize]) {
        let records = if findings.is_empty() { Vec::new() } else { self.records() };
        for record in findings.iter().filter_map(|index| records.get(*index)) {
            let world = self.outcome.project.types.world();
            let file = world.own_files().find(|(_, source)| source.display == record.file).map(|(file, _)| file);
            let text = file.map(|file| self.outcome.project.types.text(file)).unwrap_or_default();
            self.lost.push((record.clone(), text));
        }
    }

    /// What is found in the program as it is now.
    fn records(&self) -> Vec<Record> {
        report::records(&self.outcome.project, &self.session.catalogue, &self.outcome.analysis, &self.outcome.plan)
    }

    /// The text that a changed file has now.
    fn text(&self, display: &str) -> Option<String> {
        let (path, _) = self.originals.iter().find(|(_, (own, _))| own == display)?;
        self.overlay.get(path).cloned()
    }

    /// The text of a changed file that is on the disk in the end.
    fn written(&self, display: &str) -> Option<String> {
        match self.mode {
            Mode::Diff => {
                self.originals.values().find(|(own, _)| own == display).and_then(|(_, before)| before.clone())
            }
            Mode::Yes | Mode::Ask | Mode::Print => self.text(display),
        }
    }

    /// What is left, with the places that it has on the disk.
    fn left(&self, records: Vec<Record>) -> Vec<Record> {
        let lost = self.lost.iter().map(|(record, text)| (record.clone(), Some(text.clone())));
        let left = records.into_iter().map(|record| {
            let text = self.text(&record.file);
            (record, text)
        });
        let moved = left.chain(lost).map(|(record, text)| match text.zip(self.written(&record.file)) {
            Some((from, to)) if from != to => moved::record(record, &from, &to),
            _ => record,
        });
        moved.collect()
    }

    fn view<'b>(&'b self, outcome: &'b Outcome) -> View<'b> {
        View { project: &outcome.project, analysis: &outcome.analysis, catalogue: &self.session.catalogue }
    }

    fn keep(&mut self, rewritten: Vec<Rewritten>) {
        for file in rewritten {
            self.originals.entry(file.path).or_insert((file.display, file.before));
        }
    }

    /// Prints or writes the result.
    fn finish(self) -> Result<ExitCode> {
        let mut replacements = Vec::new();
        let mut diffs = Vec::new();
        for (path, (display, before)) in &self.originals {
            let Some(after) = self.overlay.get(path) else { continue };
            let diff = diff::unified(display, before.as_deref(), after);
            if before.is_none() {
                diffs.push(diff.into_bytes());
                replacements.push(Replacement { path: path.clone(), after: after.clone().into_bytes(), before: None });
                continue;
            }
            let bytes = match &self.session.input {
                Some(input) => input.bytes.clone(),
                None => read(path)?,
            };
            let decoded = source::decode(&bytes).with_context(|| path.display().to_string())?;
            diffs.push(encode(&decoded, display, &diff)?);
            let after = encode(&decoded, display, after)?;
            replacements.push(Replacement { path: path.clone(), after, before: Some(bytes) });
        }
        let changed = self.originals.keys().map(PathBuf::as_path);
        for manifest in manifests::changed(self.session, &self.outcome.project, changed, &self.required)? {
            diffs.push(diff::unified(&manifest.display, Some(&manifest.before), &manifest.after).into_bytes());
            let (after, before) = (manifest.after.into_bytes(), manifest.before.into_bytes());
            replacements.push(Replacement { path: manifest.path, after, before: Some(before) });
        }
        match self.mode {
            Mode::Diff => {
                let mut out = std::io::stdout().lock();
                for diff in &diffs {
                    out.write_all(diff)?;
                }
                out.flush()?;
            }
            Mode::Print => self.print_result()?,
            Mode::Yes | Mode::Ask if !replacements.is_empty() => {
                let root = journal_root(&self.session.cwd, &replacements);
                Store::of_the_system()?.apply(&root, &replacements)?;
            }
            Mode::Yes | Mode::Ask => {}
        }
        self.summarise();
        let is_pending = self.mode == Mode::Diff && !replacements.is_empty();
        let done = self.outcome.analysis.findings.is_empty() && self.lost.is_empty() && !is_pending;
        Ok(if done { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }

    /// The text that was given, as it is after the changes, in its own encoding.
    fn result(&self) -> Result<Vec<u8>> {
        let Some(input) = &self.session.input else { return Ok(Vec::new()) };
        match (self.overlay.get(&input.path), self.originals.get(&input.path)) {
            (Some(after), Some((display, _))) => encode(&input.decoded, display, after),
            _ => Ok(input.bytes.clone()),
        }
    }

    fn print_result(&self) -> Result<()> {
        let mut out = std::io::stdout().lock();
        out.write_all(&self.result()?)?;
        out.flush()?;
        Ok(())
    }

    fn summarise(&self) {
        let records = self.left(self.records());
        if let Some(explanations) = &self.explanations {
            explanations.print();
        }
        for problem in &self.outcome.project.problems {
            anstream::eprintln!("warning: {}:{}: {}", problem.file, problem.line, problem.message);
        }
        for place in &self.dropped {
            anstream::eprintln!(
                "warning: {place}: the rewritten call failed deblock's own check and was left out; please report this as a bug"
            );
        }
        let findings = self.outcome.analysis.findings.iter();
        let is_of_tests = |finding: &Finding| finding.untreated == Some(Untreated::OfTests);
        let is_shown = findings.clone().map(|finding| !is_of_tests(finding)).chain(std::iter::repeat(true));
        for (record, _) in records.iter().zip(is_shown).filter(|(_, is_shown)| *is_shown) {
            anstream::eprintln!("{}", report::concise::left(record));
        }
        let of_tests = findings.filter(|finding| is_of_tests(finding)).count();
        if of_tests > 0 {
            let count = report::count(of_tests, "finding");
            anstream::eprintln!(
                "{count} in tests left: each test has its event loop to itself ([project] tests = true treats them as well)"
            );
        }
        let fixed = self.found.saturating_sub(records.len());
        let verb = if matches!(self.mode, Mode::Diff) { "would fix" } else { "fixed" };
        anstream::eprintln!(
            "{verb} {fixed} of {} with {} in {}; {} left",
            report::count(self.found, "finding"),
            report::count(self.made, "change"),
            report::count(self.originals.len(), "file"),
            records.len(),
        );
    }
}

/// The folder of the journal: the working directory, if it holds all the files.
fn journal_root(cwd: &Path, replacements: &[Replacement]) -> PathBuf {
    let mut root = cwd.to_path_buf();
    while !replacements.iter().all(|replacement| replacement.path.starts_with(&root)) {
        if !root.pop() {
            break;
        }
    }
    root
}

/// `text` in the encoding of the file that it is for.
fn encode(file: &Decoded, display: &str, text: &str) -> Result<Vec<u8>> {
    file.encode(text).map_err(|missing| {
        anyhow::anyhow!("{display}: its encoding has no `{missing}`, which the rewritten file needs")
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

/// Shows one change: what it is about, what it does, and its diff.
fn show(rewriter: &Rewriter<'_>, outcome: &Outcome, session: &Session, change: &Change) -> Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "\n{}", explainer(outcome, session).lines(change).join("\n"))?;
    let (files, _) = rewriter.rewrite(&[change]);
    for file in files {
        write!(out, "{}", diff::coloured(&diff::unified(&file.display, file.before.as_deref(), &file.after)))?;
    }
    out.flush()?;
    Ok(())
}
