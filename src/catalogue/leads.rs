//! Which libraries a name may come from, and what an import may lead to: what narrows a program down before types are asked.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Api, Catalogue, may_be_class};
use crate::text::{has_word, words};

/// Where an api comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin<'a> {
    /// The top-level module.
    pub top: &'a str,
    /// It may be a method, called on an object.
    pub is_method: bool,
    pub takes: Takes,
}

/// How many arguments calls of an api have, without the object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Takes {
    pub least: Option<u8>,
    pub most: Option<u8>,
}

impl Takes {
    /// Whether so many arguments will do; `is_on_class`: the object may be one of them.
    #[must_use]
    pub fn fits(self, arguments: Option<u8>, is_on_class: bool) -> bool {
        let Some(arguments) = arguments else { return true };
        let most = self.most.map_or(u8::MAX, |most| most.saturating_add(u8::from(is_on_class)));
        (self.least.unwrap_or(0)..=most).contains(&arguments)
    }

    #[must_use]
    pub fn is_limited(self) -> bool {
        self != Self::default()
    }
}

impl Catalogue {
    /// The modules in which classes with a `*` live.
    pub fn wildcard_modules(&self) -> impl Iterator<Item = &str> {
        self.wildcards.keys().map(|class| class.split('.').next().unwrap_or(class))
    }

    /// Whether the methods that classes with a `*` in a library have are among the words of its stubs.
    #[must_use]
    pub fn says_methods(&self, top: &str) -> bool {
        let mut stubs = self.stubs_of(top).peekable();
        stubs.peek().is_some() && !stubs.any(|(_, text)| text.contains("    def __getattr__("))
    }

    /// Whether the attributes that lead from what a library makes to more of it are among the words of its stubs.
    #[must_use]
    pub fn says_attributes(&self, top: &str) -> bool {
        let mut stubs = self.stubs_of(top).peekable();
        let is_open = |line: &str| line.starts_with("    def __getattr__(") && !line.ends_with("-> Any: ...");
        stubs.peek().is_some() && !stubs.any(|(_, text)| text.lines().any(is_open))
    }

    /// The words of a library's stubs, with those of the names that its modules and apis have.
    #[must_use]
    pub fn words_of<'a>(&'a self, top: &'a str) -> FxHashSet<&'a str> {
        let is_own = move |name: &&String| name.split('.').next() == Some(top);
        let texts = self.stubs_of(top).flat_map(|(module, text)| [module, text]);
        let names = self.by_name.keys().chain(self.wildcards.keys()).chain(self.public.keys()).filter(is_own);
        texts.chain(names).flat_map(|text| words(text)).collect()
    }

    /// For the last name of each api, where such apis come from.
    #[must_use]
    pub fn origins_by_last_name(&self) -> FxHashMap<&str, Vec<Origin<'_>>> {
        let mut origins: FxHashMap<&str, Vec<Origin<'_>>> = FxHashMap::default();
        for (name, apis) in &self.by_name {
            let Some((of, method)) = name.rsplit_once('.') else { continue };
            let (top, is_method) = (of.split('.').next().unwrap_or(of), may_be_class(of));
            let origins = origins.entry(method).or_default();
            for api in apis {
                let origin = Origin { top, is_method, takes: self.apis[*api as usize].takes };
                if !origins.contains(&origin) {
                    origins.push(origin);
                }
            }
        }
        origins
    }

    /// Top-level modules that have classes with apis, some more than once.
    pub fn modules_with_classes(&self) -> impl Iterator<Item = &str> {
        let owners = self.by_name.keys().filter_map(|name| Some(name.rsplit_once('.')?.0));
        let classes = owners.filter(|of| may_be_class(of)).map(|of| of.split('.').next().unwrap_or(of));
        classes.chain(self.wildcard_modules())
    }

    /// The apis that block wherever they are called: what only computes is looked for by how much it is given.
    fn waits(&self) -> impl Iterator<Item = &Api> {
        self.apis.iter().filter(|api| api.work.is_none())
    }

    /// The top-level modules of those, some more than once.
    pub fn top_modules(&self) -> impl Iterator<Item = &str> {
        let own = self.waits().map(|api| api.name.split('.').next().unwrap_or(&api.name));
        own.chain(self.wildcard_modules()).chain(self.held.keys().map(String::as_str))
    }

    /// The modules whose objects come from nowhere else than the catalogue says.
    pub fn closed_modules(&self) -> impl Iterator<Item = &str> {
        self.only.keys().map(String::as_str)
    }

    /// Top-level modules of which only some names lead to objects with apis, with those, where none is a module of its own.
    pub fn only_names(&self) -> impl Iterator<Item = (&str, &[String])> {
        let is_module = |module: &str, name: &String| {
            let inner = format!("{module}.{name}.");
            let mut owners = self.by_name.keys().chain(self.wildcards.keys());
            !name.starts_with(char::is_uppercase) && owners.any(|owner| owner.starts_with(&inner))
        };
        let plain = self
            .only
            .iter()
            .filter(move |(module, names)| !module.contains('.') && !names.iter().any(|name| is_module(module, name)));
        plain.map(|(module, names)| (module.as_str(), names.as_slice()))
    }

    /// Whether importing `name` from `module` may lead to objects that apis are called on.
    #[must_use]
    pub fn leads_to_objects(&self, module: &str, name: &str) -> bool {
        if name == "*" {
            return true;
        }
        match self.only.get(module) {
            Some(names) => names.iter().any(|only| only == name),
            None => self.is_mentioned(module, name),
        }
    }

    /// Whether stubs or apis know a name. What they do not know of a library has no type, so that nothing is called on it.
    fn is_mentioned(&self, module: &str, name: &str) -> bool {
        let top = module.split('.').next().unwrap_or(module);
        let mut stubs = self.stubs_of(top).peekable();
        if stubs.peek().is_none() {
            return true;
        }
        let path = format!("{module}.{name}");
        let is_at =
            |known: &str| known.strip_prefix(&*path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let own = self.stubs_of(top).find(|(stub, _)| stub == module);
        let is_written = match own {
            Some((_, text)) => has_word(text, name),
            None => stubs.any(|(_, text)| has_word(text, name)),
        };
        let owners = self.by_name.keys().chain(self.wildcards.keys()).chain(self.public.values());
        is_written || self.stubs_of(top).any(|(stub, _)| is_at(stub)) || owners.into_iter().any(|known| is_at(known))
    }

    fn stubs_of<'a>(&'a self, top: &'a str) -> impl Iterator<Item = &'a (String, String)> {
        let stubs = self.codemods.iter().flat_map(|codemod| &codemod.stubs);
        stubs.filter(move |(module, _)| module.split('.').next() == Some(top))
    }

    /// The module below `top` that all of its apis are in, if there is one.
    #[must_use]
    pub fn part_with_apis(&self, top: &str) -> Option<&str> {
        self.parts.get(top).map(String::as_str)
    }

    pub(super) fn find_parts(&self) -> FxHashMap<String, String> {
        let owners = self.by_name.keys().filter_map(|name| Some(name.rsplit_once('.')?.0));
        let mut parts: FxHashMap<String, String> = FxHashMap::default();
        for owner in owners.chain(self.wildcards.keys().map(String::as_str)) {
            let module =
                owner.find(|c: char| c.is_uppercase()).map_or(owner, |class| owner[..class].trim_end_matches('.'));
            let top = owner.split('.').next().unwrap_or(owner);
            let part = parts.entry(top.to_owned()).or_insert_with(|| module.to_owned());
            *part = common_start(part, module);
        }
        parts.retain(|top, part| top != part && !part.is_empty());
        parts
    }

    /// The libraries whose objects those of `top` hold, going by what its stubs import and by what codemods say.
    pub fn held_by<'a>(&'a self, top: &'a str) -> impl Iterator<Item = &'a str> {
        let imports = self.stubs_of(top).flat_map(|(_, text)| text.lines()).filter_map(imported_module);
        let leading = imports.filter(|(module, names)| {
            names.is_empty() || names.iter().any(|name| name.starts_with('(') || self.leads_to_objects(module, name))
        });
        let others = leading.filter_map(|(module, _)| module.split('.').next()).filter(move |other| *other != top);
        others.chain(self.held.get(top).into_iter().flatten().map(String::as_str))
    }

    /// Builtin functions that make objects of an ambient module, as (top-level module, function).
    pub fn ambient_functions(&self) -> impl Iterator<Item = (&str, &str)> {
        let functions = self.waits().filter_map(|api| api.name.strip_prefix("builtins."));
        functions.flat_map(|name| self.ambient.iter().map(move |top| (top.as_str(), name)))
    }

    /// Whether programs have objects of a library without importing it.
    #[must_use]
    pub fn is_ambient_module(&self, top: &str) -> bool {
        self.ambient.contains(top)
    }

    /// Whether programs have what is called without importing the library: a builtin, or an object of a class.
    #[must_use]
    pub fn is_ambient(&self, origin: Origin<'_>) -> bool {
        origin.top == "builtins" || origin.is_method && self.ambient.contains(origin.top)
    }
}

/// The module that a line of a stub imports, with the names that it takes from it, if it takes some.
fn imported_module(line: &str) -> Option<(&str, Vec<&str>)> {
    if let Some(module) = line.strip_prefix("import ") {
        return Some((module.split(' ').next()?, Vec::new()));
    }
    let (module, names) = line.strip_prefix("from ")?.split_once(" import ")?;
    let names = names.split(',').filter_map(|name| name.split_whitespace().next());
    (!module.starts_with('.')).then(|| (module, names.collect()))
}

/// The parts that two dotted names start with.
fn common_start(first: &str, second: &str) -> String {
    let same = first.split('.').zip(second.split('.')).take_while(|(a, b)| a == b).map(|(part, _)| part);
    same.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::Takes;

    #[test]
    fn more_or_fewer_arguments_are_of_something_else() {
        let takes = Takes { least: Some(1), most: Some(1) };
        let fits = |arguments, is_on_class| takes.fits(arguments, is_on_class);
        assert!(fits(Some(1), false) && fits(None, false) && fits(Some(2), true));
        assert!(!fits(Some(0), false) && !fits(Some(2), false) && !fits(Some(3), true));
        assert!(Takes::default().fits(Some(200), false));
    }
}
