//! `deblock.toml`, or `[tool.deblock]` in `pyproject.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::catalogue::{Catalogue, Kind, Severity};
use crate::project::environment::parse_version;
use crate::toml_error::{self, TomlError};

/// What a user can configure; `config.example.toml` shows every key with its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// Folders with codemods of one's own, relative to the configuration's folder.
    pub codemods: Vec<PathBuf>,
    /// Codemods or kinds to use; empty for all.
    pub select: Vec<String>,
    /// Codemods or kinds to leave out.
    pub ignore: Vec<String>,
    /// Findings below this severity are not reported.
    pub minimum_severity: Option<MinimumSeverity>,
    /// Glob patterns of paths to leave out.
    pub exclude: Vec<String>,
    /// An interpreter, or the folder of an environment.
    pub python: Option<PathBuf>,
    /// The oldest Python that the code runs on: `3.9`.
    #[serde(deserialize_with = "version")]
    pub target_version: Option<String>,
    /// Folders that the program's own imports start from.
    pub source_roots: Vec<PathBuf>,
    pub thread: ThreadConfig,
    pub colour: ColourConfig,
    pub plan: PlanConfig,
    /// The libraries that take over, by the kind of thing that they do; `thread` for none.
    pub target: BTreeMap<String, String>,
    pub files: FilesConfig,
    pub process: ProcessConfig,
    pub project: ProjectConfig,
    /// The folder that relative paths are meant from.
    #[serde(skip)]
    pub folder: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MinimumSeverity {
    Low,
    Medium,
    High,
}

impl From<MinimumSeverity> for Severity {
    fn from(value: MinimumSeverity) -> Self {
        match value {
            MinimumSeverity::Low => Self::Low,
            MinimumSeverity::Medium => Self::Medium,
            MinimumSeverity::High => Self::High,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ThreadConfig {
    /// The executor that threads come from, as `module:name`; asyncio's default one where not given.
    #[serde(deserialize_with = "executor")]
    pub executor: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ColourConfig {
    /// What becomes of public functions; by default they are kept in projects that others install, and converted in others.
    pub public: Option<Public>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct FilesConfig {
    /// What becomes of calls that only ask what a path is.
    pub metadata: Metadata,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ProcessConfig {
    /// The new file for the helper that runs programs, relative to the configuration's folder.
    #[serde(deserialize_with = "python_file")]
    pub helper: Option<PathBuf>,
}

/// What becomes of calls that only ask the file system what a path is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Metadata {
    #[default]
    Thread,
    Leave,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ProjectConfig {
    /// The files that say what the project depends on are changed with the code.
    pub manifests: bool,
    /// What only tests do is treated as well.
    pub tests: bool,
}

impl Default for ProjectConfig {
    fn default() -> Self {
        Self { manifests: true, tests: false }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PlanConfig {
    /// What becomes of endpoints that await nothing.
    pub endpoints: Endpoints,
}

/// What becomes of endpoints that are coroutine functions and await nothing, where they block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoints {
    /// They await what blocks.
    #[default]
    Convert,
    /// They become plain functions, which the framework runs in threads.
    DropAsync,
}

/// Whether public functions may become coroutine functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Public {
    Keep,
    Convert,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{}: {error}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        error: std::io::Error,
    },
    #[error(transparent)]
    Toml(#[from] Box<TomlError>),
}

#[derive(Deserialize)]
struct Pyproject {
    tool: Option<Tools>,
}

#[derive(Deserialize)]
struct Tools {
    deblock: Option<Config>,
}

impl Config {
    /// The configuration for a run in `cwd`: `explicit`, or the nearest one upwards, or the defaults.
    ///
    /// # Errors
    /// When a file cannot be read, is not TOML, or has a key or value that is not known.
    pub fn find(cwd: &Path, explicit: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(path) = explicit {
            let path = cwd.join(path);
            return Ok(Self::read(&path)?.unwrap_or_else(|| Self::in_folder(cwd)));
        }
        for folder in cwd.ancestors() {
            let own = folder.join("deblock.toml");
            if own.is_file() {
                return Ok(Self::read(&own)?.unwrap_or_else(|| Self::in_folder(cwd)));
            }
            let pyproject = folder.join("pyproject.toml");
            if pyproject.is_file()
                && let Some(config) = Self::read(&pyproject)?
            {
                return Ok(config);
            }
        }
        Ok(Self::in_folder(cwd))
    }

    fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), ..Self::default() }
    }

    fn read(path: &Path) -> Result<Option<Self>, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| ConfigError::Read { path: path.to_path_buf(), error })?;
        Self::parse(path, &text)
    }

    /// The configuration in `text`, which is that of the file at `path`; `None` for a `pyproject.toml` without one.
    ///
    /// # Errors
    /// When it is not TOML, or has a key or value that is not known.
    pub fn parse(path: &Path, text: &str) -> Result<Option<Self>, ConfigError> {
        let explain = |error: toml::de::Error| toml_error::explain(path, text, &error);
        let is_pyproject = path.file_name().is_some_and(|name| name == "pyproject.toml");
        let config = if is_pyproject {
            // Another tool's mistake in the file is not ours to report.
            if !text.contains("tool.deblock") {
                return Ok(None);
            }
            let file: Pyproject = toml::from_str(text).map_err(explain)?;
            file.tool.and_then(|tool| tool.deblock)
        } else {
            Some(toml::from_str(text).map_err(explain)?)
        };
        let Some(mut config) = config else {
            return Ok(None);
        };
        config.folder = path.parent().unwrap_or(Path::new(".")).to_path_buf();
        Ok(Some(config))
    }
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let version = String::deserialize(deserializer)?;
    match parse_version(&version) {
        Some(_) => Ok(Some(version)),
        None => Err(D::Error::custom(format!("target-version = \"{version}\": write it as \"3.11\""))),
    }
}

fn executor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let executor = String::deserialize(deserializer)?;
    let is_valid = executor
        .split_once(':')
        .is_some_and(|(module, name)| module.split('.').all(is_identifier) && is_identifier(name));
    match is_valid {
        true => Ok(Some(executor)),
        false => Err(D::Error::custom(format!(
            "thread.executor = \"{executor}\": write it as \"module:name\", for example \"app.pools:io_pool\""
        ))),
    }
}

fn python_file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let written = String::deserialize(deserializer)?;
    let path = PathBuf::from(&written);
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let is_module = path.extension().is_some_and(|ending| ending == "py") && stem.is_some_and(is_identifier);
    match is_module && stem != Some("__init__") {
        true => Ok(Some(path)),
        false => Err(D::Error::custom(format!(
            "process.helper = \"{written}\": write it as the path of a new module, for example \"app/_process.py\""
        ))),
    }
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// The value of a key of `[target]` for which no library takes over.
pub const THREAD: &str = "thread";

/// Checks `[target]`.
///
/// # Errors
/// When a key or a library is not one that a codemod has.
pub fn check_targets(catalogue: &Catalogue, targets: &BTreeMap<String, String>) -> Result<(), String> {
    let all = || catalogue.codemods.iter().flat_map(|codemod| &codemod.targets);
    let suggest = |name: &str, known: &mut dyn Iterator<Item = &str>| {
        toml_error::nearest(name, known).map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
    };
    for (option, name) in targets {
        let mut libraries =
            all().filter(|(_, target)| target.option == *option).map(|(name, _)| name.as_str()).peekable();
        if libraries.peek().is_none() {
            let hint = suggest(option, &mut all().map(|(_, target)| target.option.as_str()));
            return Err(format!("[target] has no key `{option}`{hint}"));
        }
        let libraries: BTreeSet<&str> = libraries.collect();
        let libraries: Vec<&str> = libraries.into_iter().chain([THREAD]).collect();
        if !libraries.contains(&name.as_str()) {
            return Err(format!("[target] {option} = \"{name}\": write one of {}", libraries.join(", ")));
        }
    }
    Ok(())
}

/// Which codemods take part.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    select: Vec<String>,
    ignore: Vec<String>,
    minimum: Option<Severity>,
}

impl Selection {
    /// # Errors
    /// When a name is neither a codemod nor a kind.
    pub fn new(
        catalogue: &Catalogue,
        select: &[String],
        ignore: &[String],
        minimum: Option<Severity>,
    ) -> Result<Self, String> {
        for name in select.iter().chain(ignore) {
            let is_kind = Kind::ALL.iter().any(|kind| kind.as_str() == name);
            if !is_kind && catalogue.codemod(name).is_none() {
                let kinds = Kind::ALL.iter().map(|kind| kind.as_str());
                let names = catalogue.codemods.iter().map(|codemod| codemod.name.as_str());
                let suggestion = toml_error::nearest(name, names.chain(kinds))
                    .map(|nearest| format!("; did you mean `{nearest}`?"))
                    .unwrap_or_default();
                return Err(format!(
                    "`{name}` is neither a codemod nor a kind of blocking{suggestion} (`deblock codemods` lists them)"
                ));
            }
        }
        Ok(Self { select: select.to_vec(), ignore: ignore.to_vec(), minimum })
    }

    /// Whether a codemod, or its kind, is selected by name.
    #[must_use]
    pub fn names(&self, codemod: &str, kind: Kind) -> bool {
        self.select.iter().any(|name| name == codemod || name == kind.as_str())
    }

    #[must_use]
    pub fn takes(&self, codemod: &str, kind: Kind, severity: Severity) -> bool {
        let names = |list: &[String]| list.iter().any(|name| name == codemod || name == kind.as_str());
        (self.select.is_empty() || names(&self.select))
            && !names(&self.ignore)
            && self.minimum.is_none_or(|minimum| severity >= minimum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_no_use_has_a_line() {
        let place =
            |text: &str| Config::parse(Path::new("deblock.toml"), text).map_err(|error| error.to_string()).err();
        let version = place("select = []\ntarget-version = \"3\"\n");
        assert!(
            version.is_some_and(|message| message.starts_with("deblock.toml:2:18: target-version = \"3\": write it"))
        );
        let executor = place("[thread]\nexecutor = \"pool\"\n");
        assert!(executor.is_some_and(|message| message.starts_with("deblock.toml:2:12: thread.executor = \"pool\"")));
        assert_eq!(place("target-version = \"3.9\"\nthread = { executor = \"a.b:c\" }\n"), None);
    }
}
