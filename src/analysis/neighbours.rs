//! Which files of the program a file can see by its imports.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::project::facts::{Facts, Import};
use crate::project::{FileId, World};

/// How many imports are followed one after the other, not counting those of packages, which pass on what their modules define.
const HOPS: usize = 3;
/// What so many files import is seen by each of them, but they do not see each other through it.
const HUB: usize = 60;

/// Which files see which; each sees itself.
pub(super) struct Neighbours {
    /// For each file, what it sees, sorted.
    seen: Vec<Vec<FileId>>,
    /// For each file, what sees it, sorted.
    seers: Vec<Vec<FileId>>,
    importers: Vec<usize>,
    /// For each file, the files that its imports may get, by the position of the import; those that get none are left out.
    homes: Vec<FxHashMap<usize, Vec<FileId>>>,
}

impl Neighbours {
    pub(super) fn build(world: &World) -> Self {
        let modules = Modules::new(world);
        let homes = modules.homes(world);
        let mut direct: Vec<Vec<FileId>> =
            (0..).map(FileId).zip(&homes).map(|(file, homes)| imported(file, homes)).collect();
        let mut importers = vec![0_usize; direct.len()];
        for file in direct.iter().flatten() {
            importers[file.0 as usize] += 1;
        }
        for (file, beside) in modules.mixed(world) {
            if importers[file.0 as usize] <= HUB && !direct[file.0 as usize].contains(&beside) {
                direct[file.0 as usize].push(beside);
            }
        }
        let is_package: Vec<bool> = world.own_files().map(|(_, file)| file.is_package()).collect();
        let seen: Vec<Vec<FileId>> =
            (0..direct.len()).map(|start| seen_from(FileId(start as u32), &direct, &importers, &is_package)).collect();
        let mut seers = vec![Vec::new(); seen.len()];
        for (file, others) in (0..).map(FileId).zip(&seen) {
            for other in others {
                seers[other.0 as usize].push(file);
            }
        }
        Self { seen, seers, importers, homes }
    }

    /// Whether very many files import `file`.
    pub(super) fn is_hub(&self, file: FileId) -> bool {
        self.importers(file) > HUB
    }

    /// How many files import `file`.
    pub(super) fn importers(&self, file: FileId) -> usize {
        self.importers.get(file.0 as usize).copied().unwrap_or_default()
    }

    /// The files of the program that an import of `file` may get.
    pub(super) fn homes(&self, file: FileId, import: usize) -> &[FileId] {
        self.homes.get(file.0 as usize).and_then(|homes| homes.get(&import)).map_or(&[], Vec::as_slice)
    }

    /// The files that see `origin`, among those of `readers`, a sorted list.
    pub(super) fn seers_among(&self, origin: FileId, readers: &[FileId]) -> Vec<FileId> {
        common(self.seers(origin), readers)
    }

    /// The files that see `file`, with all that they see.
    pub(super) fn around(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.seers(file).iter().flat_map(|seer| self.of(seer.to_owned())).copied()
    }

    /// Whether `file` sees `other`.
    pub(super) fn sees(&self, file: FileId, other: FileId) -> bool {
        self.of(file).binary_search(&other).is_ok()
    }

    /// Whether values of what `other` defines may come to `file`: it sees it, or some file that sees both may pass them on.
    pub(super) fn knows(&self, file: FileId, other: FileId) -> bool {
        self.sees(file, other) || !self.is_hub(other) && meet(self.seers(file), self.seers(other))
    }

    fn seers(&self, file: FileId) -> &[FileId] {
        self.seers.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }

    fn of(&self, file: FileId) -> &[FileId] {
        self.seen.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }
}

/// Whether two sorted lists have something in common.
pub(super) fn meet(first: &[FileId], second: &[FileId]) -> bool {
    let (short, long) = if first.len() < second.len() { (first, second) } else { (second, first) };
    short.iter().any(|file| long.binary_search(file).is_ok())
}

/// What two sorted lists have in common.
fn common(first: &[FileId], second: &[FileId]) -> Vec<FileId> {
    let (short, long) = if first.len() < second.len() { (first, second) } else { (second, first) };
    short.iter().copied().filter(|file| long.binary_search(file).is_ok()).collect()
}

fn seen_from(start: FileId, direct: &[Vec<FileId>], importers: &[usize], is_package: &[bool]) -> Vec<FileId> {
    let mut seen: FxHashSet<FileId> = FxHashSet::default();
    seen.insert(start);
    let mut layer = vec![start];
    for _ in 0..HOPS {
        let mut next = Vec::new();
        while let Some(file) = layer.pop() {
            for &other in &direct[file.0 as usize] {
                if seen.insert(other) && importers[other.0 as usize] <= HUB {
                    let reached = if is_package[other.0 as usize] { &mut layer } else { &mut next };
                    reached.push(other);
                }
            }
        }
        layer = next;
    }
    let mut seen: Vec<FileId> = seen.into_iter().collect();
    seen.sort_unstable();
    seen
}

/// What a file imports, sorted.
fn imported(file: FileId, homes: &FxHashMap<usize, Vec<FileId>>) -> Vec<FileId> {
    let mut found: Vec<FileId> = homes.values().flatten().copied().filter(|other| *other != file).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The program's files by the last part of their module's name, and by the last two: very many are called alike.
pub(super) struct Modules<'w> {
    last: FxHashMap<&'w str, Vec<Known<'w>>>,
    last_two: FxHashMap<[&'w str; 2], Vec<Known<'w>>>,
}

/// A file with the parts of its module's path.
type Known<'w> = (FileId, Vec<&'w str>);

impl<'w> Modules<'w> {
    pub(super) fn new(world: &'w World) -> Self {
        let mut modules = Self { last: FxHashMap::default(), last_two: FxHashMap::default() };
        for (id, file) in world.own_files() {
            let path = file.display.rsplit_once('.').map_or(file.display.as_str(), |(path, _)| path);
            let parts: Vec<&str> = path.strip_suffix("/__init__").unwrap_or(path).split('/').collect();
            if let Some(end) = parts.last_chunk() {
                modules.last_two.entry(*end).or_default().push((id, parts.clone()));
            }
            if let Some(last) = parts.last() {
                modules.last.entry(last).or_default().push((id, parts));
            }
        }
        modules
    }

    /// For each file, the files that each import may get, going by the ends of their paths.
    fn homes(&self, world: &World) -> Vec<FxHashMap<usize, Vec<FileId>>> {
        let of = |facts: &Facts, folder: &[&str]| {
            let homes = facts.imports.iter().map(|import| self.resolve(import, folder)).enumerate();
            homes.filter(|(_, homes)| !homes.is_empty()).collect()
        };
        world.own_files().map(|(_, file)| of(&file.facts, &file.display.split('/').collect::<Vec<_>>())).collect()
    }

    /// The files of classes that some class has both as bases, in pairs: their methods use each other's attributes without an import.
    fn mixed(&self, world: &World) -> Vec<(FileId, FileId)> {
        let mut pairs = Vec::new();
        for (id, file) in world.own_files() {
            let folder: Vec<&str> = file.display.split('/').collect();
            for class in file.facts.classes.iter().filter(|class| class.bases.len() > 1) {
                let imports = file.facts.imports.iter().filter(|import| class.bases.contains(&import.bound));
                let mut homes: Vec<FileId> = imports.flat_map(|import| self.resolve(import, &folder)).collect();
                homes.push(id);
                homes.sort_unstable();
                homes.dedup();
                let others = |home: FileId| homes.iter().filter(move |other| **other != home);
                pairs.extend(homes.iter().flat_map(|home| others(*home).map(|other| (*home, *other))));
            }
        }
        pairs
    }

    /// The files that an import may get. `folder` is the path of the importing file, in parts.
    pub(super) fn resolve(&self, import: &Import, folder: &[&str]) -> Vec<FileId> {
        let module: Vec<&str> = import.module.split('.').filter(|part| !part.is_empty()).collect();
        let above = folder.len().checked_sub(import.level as usize);
        let base: Vec<&str> = match (import.level, above) {
            (0, _) => module,
            (_, Some(length)) => folder[..length].iter().copied().chain(module).collect(),
            (_, None) => return Vec::new(),
        };
        let mut found = self.named(&base, import.level > 0);
        if let Some(name) = &import.name {
            let inner: Vec<&str> = base.into_iter().chain([name.as_str()]).collect();
            found.extend(self.named(&inner, import.level > 0));
        }
        found
    }

    fn named(&self, parts: &[&str], is_whole: bool) -> Vec<FileId> {
        let named = match (parts.last_chunk::<2>(), parts.last()) {
            (Some(end), _) => self.last_two.get(end),
            (None, last) => last.and_then(|last| self.last.get(last)),
        };
        let Some(files) = named else { return Vec::new() };
        let fits = |path: &[&str]| if is_whole { path == parts } else { path.ends_with(parts) };
        files.iter().filter(|(_, path)| fits(path)).map(|(id, _)| *id).collect()
    }
}
