//! What may hold functions whose names are common: a call of `item.update()` means nothing that no `item` can hold.

use ruff_python_ast::ExprAttribute;
use ruff_python_ast::name::Name;
use rustc_hash::FxHashMap;

use super::subject::Subject;
use crate::analysis::index::{Lookup, Posting};
use crate::analysis::libraries::Set;
use crate::analysis::reach::{NameId, Place, Reached};
use crate::analysis::resolve::Resolver;
use crate::analysis::spread::{Ground, Rules};
use crate::project::facts::{Call, FunctionKind, Import, MODULE, Part, Source};
use crate::project::{CONSTRUCTORS, FileId, World, chain, last};

/// The names that hold what is taken from them under common names.
#[derive(Default)]
pub(super) struct Holders<'s> {
    reached: Option<Reached>,
    /// By the number of what was asked for.
    wanted: FxHashMap<usize, (Set, Vec<&'s Subject>)>,
}

impl<'s> Holders<'s> {
    /// `common` are numbers, each with a name and with what that may mean.
    pub(super) fn find<'n>(
        resolver: &Resolver<'_>,
        common: impl Iterator<Item = (usize, &'n Name, Vec<&'s Subject>)>,
    ) -> Self {
        let ground = &resolver.shared.ground;
        let mut wanted = FxHashMap::default();
        let mut all = Set::default();
        let (mut seeds, mut imported) = (Vec::new(), Imported::default());
        for (number, name, subjects) in common {
            let set = Set::of(wanted.len());
            all.add(&set);
            for subject in &subjects {
                for (file, name) in receivers(name, subject) {
                    seed(ground, &mut seeds, *file, name, &set);
                }
                if subject.class.is_none() {
                    seed(ground, &mut seeds, subject.id.file, &subject.name, &set);
                    subject.modules().for_each(|module| imported.add_module(module, &set));
                }
                subject.bases_of(name).for_each(|library| imported.add_library(library, &set));
            }
            wanted.insert(number, (set, subjects));
        }
        if wanted.is_empty() {
            return Self::default();
        }
        imported.seed(resolver.types.world(), ground, &mut seeds);
        let none = Set::default();
        let rules = Rules { objects: &all, closed: &none, makers: &none, attributes: None };
        Self { reached: Some(ground.spread(&rules, seeds)), wanted }
    }

    /// What is known of a number that was asked for.
    pub(super) fn wanted(&self, number: usize) -> Option<Wanted<'_, 's>> {
        let (set, subjects) = self.wanted.get(&number)?;
        Some(Wanted { reached: self.reached.as_ref()?, set, subjects })
    }
}

fn seed(ground: &Ground<'_>, seeds: &mut Vec<(Place, NameId, Set)>, file: FileId, name: &Name, set: &Set) {
    if let Some(name) = ground.names.get(name) {
        let places = [Place::Plain(file, MODULE), Place::Own(file), Place::Export(file)];
        seeds.extend(places.map(|place| (place, name, set.clone())));
    }
}

/// The classes through whose instances something may be called by a name, or whose names it goes by; what makes an instance of a class
/// is not that of what it derives from.
fn receivers<'s>(name: &Name, subject: &'s Subject) -> &'s [(FileId, Name)] {
    let count = if CONSTRUCTORS.contains(&name.as_str()) { 1 } else { subject.families.len() };
    subject.families.get(..count).unwrap_or_default()
}

/// What imports bring from elsewhere: modules, by their last names, and libraries.
#[derive(Default)]
struct Imported<'s> {
    modules: FxHashMap<&'s str, Set>,
    libraries: FxHashMap<&'s str, Set>,
}

impl<'s> Imported<'s> {
    fn add_module(&mut self, module: &'s Name, set: &Set) {
        self.modules.entry(module.as_str()).or_default().add(set);
    }

    fn add_library(&mut self, library: &'s Name, set: &Set) {
        self.libraries.entry(library.as_str()).or_default().add(set);
    }

    fn seed(&self, world: &World, ground: &Ground<'_>, seeds: &mut Vec<(Place, NameId, Set)>) {
        for (id, file) in world.own_files() {
            for import in file.facts.imports.iter().filter(|import| import.bound.as_str() != "*") {
                self.sets_of(import).for_each(|set| seed(ground, seeds, id, &import.bound, set));
            }
        }
    }

    fn sets_of(&self, import: &Import) -> impl Iterator<Item = &Set> {
        let last = match &import.name {
            Some(name) => Some(name.as_str()),
            None => import.module.rsplit('.').next(),
        };
        let top = import.module.split('.').next().filter(|_| import.level == 0);
        let module = last.and_then(|last| self.modules.get(last));
        module.into_iter().chain(top.and_then(|top| self.libraries.get(top)))
    }
}

/// What a common name may mean, and what holds it.
pub(super) struct Wanted<'h, 's> {
    reached: &'h Reached,
    set: &'h Set,
    subjects: &'h [&'s Subject],
}

impl Wanted<'_, '_> {
    /// Whether a call by `name` may mean one of the subjects.
    pub(super) fn may_be_called(&self, resolver: &Resolver<'_>, file: FileId, call: &Call, name: &Name) -> bool {
        let is_plain = matches!(&*call.chain, [source] if !source.is_member && source.name == call.name);
        let callee = Source { is_member: true, ..Source::plain(name.clone(), Part::Own) };
        call.chain.is_empty()
            || call.chain.iter().any(|source| self.is_held(resolver, file, source))
            || !is_plain && (self.is_held(resolver, file, &callee) || self.subjects.iter().any(|it| it.goes_by(name)))
            || self.may_be_unseen(resolver, file, name, is_plain)
    }

    /// Whether an attribute that is read may be one of the subjects.
    pub(super) fn may_be_read(
        &self,
        resolver: &Resolver<'_>,
        (file, position): Posting,
        attribute: &ExprAttribute,
    ) -> bool {
        let world = resolver.types.world();
        let Some(load) = world.load_at((file, position)) else { return false };
        let is_own = attribute.value.as_call_expr().is_some_and(|call| last(&call.func) == Some("super"));
        let chain = chain(&attribute.value);
        let facts = resolver.types.facts(file);
        let around = facts.functions.get(load.function as usize).filter(|around| around.kind == FunctionKind::Lambda);
        // What a lambda is called with no name says.
        let is_passed = |source: &Source| around.is_some_and(|around| around.parameter(&source.name).is_some());
        let callee = Source { is_member: true, ..Source::plain(attribute.attr.id.clone(), Part::Own) };
        let ground = &resolver.shared.ground;
        let is_held = |source: &Source| self.reached.holds_in(ground, (file, &facts), load.function, source, self.set);
        is_own
            || chain.is_empty()
            || chain.iter().chain([&callee]).any(|source| is_passed(source) || is_held(source))
            || self.may_be_unseen(resolver, file, &attribute.attr.id, false)
    }

    fn is_held(&self, resolver: &Resolver<'_>, file: FileId, source: &Source) -> bool {
        self.reached.holds(&resolver.shared.ground, file, source, self.set)
    }

    /// Whether a file may know one of the subjects by other ways than the names that hold it.
    fn may_be_unseen(&self, resolver: &Resolver<'_>, file: FileId, name: &Name, is_plain: bool) -> bool {
        let catalogue = resolver.catalogue();
        let is_unseen = |subject: &&&Subject| {
            let is_ambient = |library: &Name| catalogue.is_ambient_module(library);
            is_plain && !subject.is_method_named(name) || subject.bases_of(name).any(is_ambient)
        };
        self.subjects.iter().filter(is_unseen).any(|subject| subject.may_be_known(resolver, file))
    }
}
