//! Reads codemods: those in the binary, then the user's.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use super::schema::{CodemodFile, RunsOn};
use super::target::Target;
use crate::text::with_word;
use crate::toml_error::{self, TomlError};

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/codemods");

/// A codemod as its folder has it.
#[derive(Debug, Clone)]
pub struct Source {
    pub file: CodemodFile,
    pub guide: String,
    /// Module name and text of each stub.
    pub stubs: Vec<(String, String)>,
    /// By the library's name.
    pub targets: Vec<(String, Target)>,
    /// The folder, for the user's own codemods.
    pub folder: Option<PathBuf>,
}

impl Source {
    /// The codemod that `text`, the contents of the `codemod.toml` at `path`, defines on its own.
    ///
    /// # Errors
    /// When the text is not in the format.
    pub fn parse(path: &Path, text: &str) -> Result<Self, LoadError> {
        Ok(Self {
            file: parse(path, text)?,
            guide: String::new(),
            stubs: Vec::new(),
            targets: Vec::new(),
            folder: None,
        })
    }
}

/// Why a codemod could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("{}: {error}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        error: std::io::Error,
    },
    #[error(transparent)]
    Toml(#[from] Box<TomlError>),
    #[error("{}: no codemod.toml in this folder nor in any folder of it", path.display())]
    Empty { path: PathBuf },
    #[error("{}: the codemod is called `{name}`, but its folder `{folder}`; give both the same name", path.display())]
    Name { path: PathBuf, name: String, folder: String },
    #[error("{}: {message}", path.display())]
    Invalid { path: PathBuf, message: String },
}

/// The codemods that the binary carries.
pub(super) fn built_in() -> Result<Vec<Source>, LoadError> {
    let mut sources = Vec::new();
    for folder in BUILT_IN.dirs() {
        let Some(definition) = folder.get_file(folder.path().join("codemod.toml")) else {
            continue;
        };
        let path = Path::new("codemods").join(definition.path());
        let text = definition.contents_utf8().unwrap_or_default();
        let file = parse(&path, text)?;
        let stubs = folder.files().filter_map(|file| stub(file.path(), file.contents_utf8()?)).collect();
        let mut targets = Vec::new();
        for other in folder.files() {
            if let Some(name) = target_name(other.path()) {
                let path = Path::new("codemods").join(other.path());
                let text = |name: &str| {
                    let file = folder.get_file(folder.path().join(format!("{name}.toml")));
                    file.and_then(include_dir::File::contents_utf8).map(str::to_owned)
                };
                targets.push((name, parse_target(&path, other.contents_utf8().unwrap_or_default(), &text)?));
            }
        }
        let guide = folder
            .get_file(folder.path().join("guide.md"))
            .and_then(include_dir::File::contents_utf8)
            .unwrap_or_default()
            .to_owned();
        sources.push(Source { file, guide, stubs, targets, folder: None });
    }
    Ok(sources)
}

/// The codemods in `folder`: the folder is one itself, or holds some.
pub(super) fn user(folder: &Path) -> Result<Vec<Source>, LoadError> {
    if folder.join("codemod.toml").is_file() {
        return Ok(vec![read(folder)?]);
    }
    let mut folders = Vec::new();
    for entry in read_dir(folder)? {
        if entry.join("codemod.toml").is_file() {
            folders.push(entry);
        }
    }
    if folders.is_empty() {
        return Err(LoadError::Empty { path: folder.to_path_buf() });
    }
    folders.sort();
    folders.iter().map(|folder| read(folder)).collect()
}

fn read(folder: &Path) -> Result<Source, LoadError> {
    let path = folder.join("codemod.toml");
    let file = parse(&path, &read_text(&path)?)?;
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if file.name != name {
        return Err(LoadError::Name { path, name: file.name, folder: name.to_owned() });
    }
    let (mut stubs, mut targets) = (Vec::new(), Vec::new());
    for entry in read_dir(folder)? {
        if let Some(name) = target_name(&entry) {
            let text = |name: &str| read_text(&folder.join(format!("{name}.toml"))).ok();
            targets.push((name, parse_target(&entry, &read_text(&entry)?, &text)?));
        }
        if entry.extension().is_some_and(|extension| extension == "pyi") {
            stubs.extend(stub(&entry, &read_text(&entry)?));
        }
    }
    let guide = folder.join("guide.md");
    let guide = if guide.is_file() { read_text(&guide)? } else { String::new() };
    Ok(Source { file, guide, stubs, targets, folder: Some(folder.to_path_buf()) })
}

/// The library that a file of a codemod's folder is about, if it is the one of a target.
fn target_name(path: &Path) -> Option<String> {
    let is_target = path.extension().is_some_and(|extension| extension == "toml")
        && path.file_name().is_some_and(|name| name != "codemod.toml");
    is_target.then(|| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
}

/// A library that is another one by another name.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Like {
    like: String,
    #[serde(default)]
    requires: Option<String>,
}

/// A target, which may be like another one of the folder, the text of which `other` gives.
fn parse_target(path: &Path, text: &str, other: &dyn Fn(&str) -> Option<String>) -> Result<Target, LoadError> {
    let Ok(Like { like, requires }) = toml::from_str::<Like>(text) else { return parse_own_target(path, text) };
    let (Some(name), Some(text)) = (target_name(path), other(&like)) else {
        return Err(LoadError::Invalid {
            path: path.to_path_buf(),
            message: format!("there is no target called `{like}`"),
        });
    };
    let target = parse_own_target(path, &with_word(&text, &like, &name))?;
    Ok(Target { like: Some(like), requires: requires.or(target.requires), ..target })
}

fn parse_own_target(path: &Path, text: &str) -> Result<Target, LoadError> {
    let target: Target = toml::from_str(text).map_err(|error| toml_error::explain(path, text, &error))?;
    let used = target.argument.iter().filter_map(|rule| rule.through.as_ref());
    let members = target.class.iter().flat_map(|class| &class.member);
    let used = used.chain(members.filter_map(|member| member.through.as_ref()));
    let opened = target.opened.iter().map(|opened| &opened.helper);
    let turns = target.turns.iter().map(|turns| &turns.manager);
    let calls = target.call.iter().filter_map(|rule| rule.helper.as_ref());
    match used.chain(opened).chain(turns).chain(calls).find(|name| target.helper(name).is_none()) {
        Some(name) => Err(LoadError::Invalid {
            path: path.to_path_buf(),
            message: format!("there is no [[helper]] called `{name}`"),
        }),
        None => Ok(target),
    }
}

fn parse(path: &Path, text: &str) -> Result<CodemodFile, LoadError> {
    let file: CodemodFile = toml::from_str(text).map_err(|error| toml_error::explain(path, text, &error))?;
    validate(path, &file)?;
    Ok(file)
}

/// What the types of the format cannot say.
fn validate(path: &Path, file: &CodemodFile) -> Result<(), LoadError> {
    let invalid = |message: String| LoadError::Invalid { path: path.to_path_buf(), message };
    for group in &file.api {
        let what = format!("[[api]] of `{}`", group.of);
        if group.calls.is_empty() && group.reads.is_empty() {
            return Err(invalid(format!("{what} lists no `calls` and no `reads`")));
        }
        if group.kind.or(file.kind).is_none() {
            return Err(invalid(format!("{what} has no `kind`, and neither has the file")));
        }
        if group.why.as_ref().or(file.why.as_ref()).is_none() {
            return Err(invalid(format!("{what} has no `why`, and neither has the file")));
        }
        for condition in group.when.iter().chain(&group.unless) {
            let tests = [
                condition.is.is_some(),
                condition.mentions.is_some(),
                condition.given.is_some(),
                condition.class.is_some(),
            ];
            if tests.iter().filter(|set| **set).count() != 1 {
                return Err(invalid(format!(
                    "{what}: the condition on `{}` needs exactly one of `is`, `mentions`, `given`, `type`",
                    condition.argument
                )));
            }
        }
    }
    for runs in &file.runs {
        let of = [runs.call.is_some(), runs.decorator.is_some(), runs.class.is_some()];
        if of.iter().filter(|set| **set).count() != 1 {
            return Err(invalid("[[runs]] needs exactly one of `call`, `decorator` and `class`".to_owned()));
        }
        let fits = match runs.on {
            RunsOn::Now => !runs.through.is_empty(),
            RunsOn::Thread => true,
            _ => runs.through.is_empty(),
        };
        if !fits && runs.class.is_some() {
            return Err(invalid(
                "[[runs]] with a `class` needs `through` with on = \"now\", and takes none but there and in threads"
                    .to_owned(),
            ));
        }
        if runs.class.is_some() == runs.methods.is_empty() {
            return Err(invalid("[[runs]] needs `methods` with `class`, and only there".to_owned()));
        }
        if let Some(call) = &runs.call
            && runs.argument.is_none()
            && runs.at.is_none()
        {
            return Err(invalid(format!("[[runs]] call = `{call}` needs `argument` or `at`")));
        }
    }
    Ok(())
}

fn stub(path: &Path, text: &str) -> Option<(String, String)> {
    let name = path.file_name()?.to_str()?;
    let module = name.strip_suffix(".pyi")?;
    Some((module.to_owned(), text.to_owned()))
}

fn read_text(path: &Path) -> Result<String, LoadError> {
    std::fs::read_to_string(path).map_err(|error| LoadError::Read { path: path.to_path_buf(), error })
}

fn read_dir(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let wrap = |error| LoadError::Read { path: folder.to_path_buf(), error };
    std::fs::read_dir(folder).map_err(wrap)?.map(|entry| entry.map(|entry| entry.path()).map_err(wrap)).collect()
}
