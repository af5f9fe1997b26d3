//! What an api is: why and when its calls block, and what a thread may do with them.

use serde::Deserialize;

/// What a blocked thread waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Network,
    Database,
    Process,
    Sleep,
    Wait,
    Input,
    Disk,
    Cpu,
    Logging,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Network,
        Self::Database,
        Self::Process,
        Self::Sleep,
        Self::Wait,
        Self::Input,
        Self::Disk,
        Self::Cpu,
        Self::Logging,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Database => "database",
            Self::Process => "process",
            Self::Sleep => "sleep",
            Self::Wait => "wait",
            Self::Input => "input",
            Self::Disk => "disk",
            Self::Cpu => "cpu",
            Self::Logging => "logging",
        }
    }

    /// Local disks are mostly fast, and code has many such calls: the lowest tier.
    #[must_use]
    pub fn default_severity(self) -> Severity {
        match self {
            Self::Disk | Self::Logging => Severity::Low,
            Self::Cpu => Severity::Medium,
            _ => Severity::High,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Low,
    Medium,
    High,
}

impl Severity {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApiGroup {
    pub of: String,
    #[serde(default)]
    pub calls: Vec<String>,
    /// Attributes that block when they are read.
    #[serde(default)]
    pub reads: Vec<String>,
    #[serde(default)]
    pub except: Vec<String>,
    #[serde(default)]
    pub kind: Option<Kind>,
    #[serde(default)]
    pub alias: Option<String>,
    #[serde(default)]
    pub why: Option<String>,
    #[serde(default)]
    pub severity: Option<Severity>,
    #[serde(default)]
    pub unless: Vec<Condition>,
    #[serde(default)]
    pub when: Vec<Condition>,
    #[serde(default)]
    pub thread: Threading,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub lazy: bool,
    #[serde(default)]
    pub swap: Option<String>,
    #[serde(default)]
    pub changes: Changes,
    /// Arguments for files that a call only reads, though it changes others.
    #[serde(default)]
    pub sources: Vec<Slot>,
    /// Arguments for files that are gone afterwards.
    #[serde(default)]
    pub removes: Vec<Slot>,
    /// Arguments for the files that it is about, where no others are paths; `self` is what a method is called on.
    #[serde(default)]
    pub files: Vec<Slot>,
    /// The argument for the command of a process, which may work on the files that it names.
    #[serde(default)]
    pub command: Option<Slot>,
    /// When one holds, the call makes what is missing and leaves alone what is there.
    #[serde(default)]
    pub makes: Vec<Condition>,
    /// It works on the text of a path, and looks at no file.
    #[serde(default)]
    pub pure: bool,
    /// It tells what is in a folder.
    #[serde(default)]
    pub lists: bool,
    /// It only looks whether a file is there and of what kind: whoever changes the file meanwhile, it finds it as it was or as it is.
    #[serde(default)]
    pub looks: bool,
    /// It makes a file or folder of a new name, which nobody else knows.
    #[serde(default)]
    pub fresh: bool,
    /// It only asks the file system what a path is.
    #[serde(default)]
    pub metadata: bool,
    #[serde(default)]
    pub setup: bool,
    /// With `setup`: the classes of the program that derive from it, of which one of these methods blocks.
    #[serde(default)]
    pub through: Vec<String>,
    /// It waits for what is set up, and only for that.
    #[serde(default)]
    pub follows: bool,
    /// What a program asks the object for to know that the call does not block.
    #[serde(default)]
    pub unless_told: Vec<Answer>,
    /// How many arguments a call has at least …
    #[serde(default)]
    pub least: Option<u8>,
    /// … and at most, without the object.
    #[serde(default)]
    pub most: Option<u8>,
    /// It waits for who has the object, which is given back by this method: where all that is done in between is instant, nobody waits.
    #[serde(default)]
    pub until: Option<String>,
    /// It computes, and lets no other thread run meanwhile, or only now and then. It counts where the program says that it is much.
    #[serde(default)]
    pub work: Option<Work>,
}

/// How much must be computed at least; one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The steps of loops in a function of the program.
    #[serde(default)]
    pub loops: Option<u64>,
    /// The parts that an argument of the call is made of.
    #[serde(default)]
    pub parts: Option<u64>,
    /// The function calls itself more than once, each time with a number less.
    #[serde(default)]
    pub doubling: bool,
}

/// What a method of an object says, which calls on the same object go by.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub method: String,
    /// Whether what it gives is true.
    pub is: bool,
    /// It is so for one call only.
    #[serde(default)]
    pub once: bool,
}

/// An argument, by name and position.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    pub argument: String,
    #[serde(default)]
    pub at: Option<usize>,
}

/// Whether a call changes the files that it is about.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Changes {
    Always(bool),
    When(Vec<Condition>),
}

impl Default for Changes {
    fn default() -> Self {
        Self::Always(false)
    }
}

/// May another thread make the call?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Threading {
    #[default]
    Safe,
    /// It may, but it waits for so little that a thread costs more.
    Needless,
    Owned,
    Never,
    /// No other thread makes this call, not even on what is its own.
    Loop,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub argument: String,
    #[serde(default)]
    pub at: Option<usize>,
    #[serde(default)]
    pub is: Option<toml::Value>,
    #[serde(default)]
    pub mentions: Option<String>,
    #[serde(default)]
    pub given: Option<bool>,
    #[serde(default)]
    pub contains: Option<String>,
    #[serde(default, rename = "type")]
    pub class: Option<String>,
    /// Its value can be told from the program.
    #[serde(default)]
    pub known: Option<bool>,
    /// It is an argument of the call that made the object, or what the object was got from.
    #[serde(default)]
    pub made: bool,
    /// It is the name of a module that is found from where it stands, and needs no loop while it is imported.
    #[serde(default)]
    pub module: Option<bool>,
    /// It is a list of mappings, and this entry of one of them has that type.
    #[serde(default)]
    pub entry: Option<String>,
    /// The mapping has no entry of this name.
    #[serde(default)]
    pub lacks: Option<String>,
}
