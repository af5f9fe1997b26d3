//! What `check` found last time, for when nothing has changed since.
//!
//! An answer holds as long as the question (this binary, its options, the files of the program) is the same, and so
//! is everything on the disk that the run looked at, in the environment and where an import led nowhere as well.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

use crate::project::Stamp;
use crate::report::Record;

/// Of quicker runs nothing is kept.
const WORTH_KEEPING: Duration = Duration::from_secs(1);
/// The oldest answers go when there are more.
const MOST_ANSWERS: usize = 32;

/// All that `check` has to say about a program.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub records: Vec<Record>,
    pub warnings: Vec<String>,
    /// How many files the program has.
    pub files: usize,
}

#[derive(Serialize, Deserialize)]
struct Kept<A> {
    question: String,
    seen: Vec<(PathBuf, Stamp)>,
    /// What of each record is not printed as JSON: why it blocks, whether it does so once, and why no library takes over.
    remarks: Vec<(String, bool, Option<String>)>,
    answer: A,
}

/// The place of one question's answer.
pub(super) struct Cache {
    path: PathBuf,
    question: String,
}

impl Cache {
    /// `place` and `question` are the same from run to run; an answer to another question at the same place is
    /// replaced. `None` where the system has no folder for such things.
    pub(super) fn new(place: &str, question: &str) -> Option<Self> {
        let folder = etcetera::choose_base_strategy().ok()?.cache_dir().join("deblock");
        let name = &blake3::hash(place.as_bytes()).to_hex()[..32];
        Some(Self {
            path: folder.join(format!("{name}.json")),
            question: blake3::hash(question.as_bytes()).to_hex().to_string(),
        })
    }

    /// The answer that was kept, if it still holds. A file that is not readable is as good as none.
    pub(super) fn load(&self) -> Option<Answer> {
        let kept: Kept<Answer> = serde_json::from_slice(&fs::read(&self.path).ok()?).ok()?;
        if kept.question != self.question || !kept.seen.iter().all(|(path, stamp)| stamp.holds(path)) {
            return None;
        }
        let mut answer = kept.answer;
        for (record, (why, cached, unexchanged)) in answer.records.iter_mut().zip(kept.remarks) {
            record.why = why;
            record.cached = cached;
            record.unexchanged = unexchanged;
        }
        Some(answer)
    }

    /// Keeps the answer of a run that began at `start`. A cache that cannot be written is no reason to fail.
    pub(super) fn store(&self, answer: &Answer, seen: Vec<(PathBuf, Stamp)>, start: SystemTime) {
        if start.elapsed().is_ok_and(|time| time >= WORTH_KEEPING) && seen.iter().all(|(_, stamp)| stamp.before(start))
        {
            let remark = |record: &Record| (record.why.clone(), record.cached, record.unexchanged.clone());
            let remarks = answer.records.iter().map(remark).collect();
            let _ = self.write(&Kept { question: self.question.clone(), seen, remarks, answer });
        }
    }

    fn write(&self, kept: &Kept<&Answer>) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(std::io::BufWriter::new(&mut file), kept)?;
        file.persist(&self.path)?;
        prune(folder)
    }
}

fn prune(folder: &Path) -> std::io::Result<()> {
    let mut answers: Vec<(SystemTime, PathBuf)> = fs::read_dir(folder)?
        .flatten()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    answers.sort();
    for (_, path) in answers.iter().rev().skip(MOST_ANSWERS) {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::cli::{Overlay, Session};

    const HOUR: Duration = Duration::from_secs(3600);

    fn write(path: &Path, text: &str, age: Duration) -> anyhow::Result<()> {
        fs::write(path, text)?;
        Ok(fs::File::options().write(true).open(path)?.set_modified(SystemTime::now() - age)?)
    }

    /// Keeps an answer about `a.py`, which imports `b`.
    fn keep(cache: &Cache, folder: &Path) -> anyhow::Result<()> {
        write(&folder.join("a.py"), "import b\nasync def f(): b.g()\n", HOUR)?;
        fs::File::open(folder)?.set_modified(SystemTime::now() - HOUR)?;
        let files = vec![folder.join("a.py")];
        let session = Session::of_files(Arc::new(Catalogue::load(&[])?), folder.to_path_buf(), files);
        let seen = session.run(&Overlay::default())?.project.types.seen();
        let answer = Answer { records: Vec::new(), warnings: Vec::new(), files: 1 };
        cache.store(&answer, seen, SystemTime::now() - 2 * WORTH_KEEPING);
        assert!(cache.load().is_some());
        Ok(())
    }

    #[test]
    fn an_answer_holds_until_what_was_seen_changes() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let folder = fs::canonicalize(folder.path())?;
        let answers = tempfile::tempdir()?;
        let cache = Cache { path: answers.path().join("new/a.json"), question: "what blocks?".to_owned() };
        assert!(cache.load().is_none());

        keep(&cache, &folder)?;
        write(&folder.join("a.py"), "import b\nasync def f(): b.h()\n", 2 * HOUR)?;
        assert!(cache.load().is_none(), "a file of the program has changed");

        keep(&cache, &folder)?;
        write(&folder.join("b.py"), "def g(): ...\n", HOUR)?;
        assert!(cache.load().is_none(), "an import leads somewhere now");

        keep(&cache, &folder)?;
        write(&folder.join("pyproject.toml"), "[project]\n", HOUR)?;
        assert!(cache.load().is_none(), "the project has a version of Python now");

        keep(&cache, &folder)?;
        let other = Cache { path: cache.path.clone(), question: "what else?".to_owned() };
        assert!(other.load().is_none(), "it is the answer to another question");
        fs::write(&cache.path, "{")?;
        assert!(cache.load().is_none(), "it is not readable");
        Ok(())
    }

    #[test]
    fn what_changed_during_the_run_is_not_kept() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let cache = Cache { path: folder.path().join("a.json"), question: String::new() };
        let start = SystemTime::now() - 2 * WORTH_KEEPING;
        let answer = Answer { records: Vec::new(), warnings: Vec::new(), files: 1 };
        let young = vec![(folder.path().join("a.py"), Stamp::File(u128::MAX, 1))];
        cache.store(&answer, young, start);
        assert!(!cache.path.exists());
        Ok(())
    }
}
