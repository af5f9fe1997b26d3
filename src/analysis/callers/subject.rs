//! A function whose callers are looked for.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use super::Callers;
use crate::analysis::decoration::Decoration;
use crate::analysis::index::{FnId, Index, Lookup};
use crate::analysis::resolve::Resolver;
use crate::project::facts::{Call, Class, Function, FunctionKind, Import, MODULE};
use crate::project::{CONSTRUCTORS, ClassInfo, DefId, FileId, SELF, World};

pub(super) struct Subject {
    pub id: FnId,
    pub def: DefId,
    pub name: Name,
    kind: FunctionKind,
    pub range: TextRange,
    pub decoration: Decoration,
    pub is_property: bool,
    pub is_generator: bool,
    /// The names by which it may be called.
    pub names: Vec<Name>,
    /// The names by which it may be referred to.
    pub references: Vec<Name>,
    pub class: Option<DefId>,
    /// What its class inherits from and knows the method as well.
    pub bases: FxHashSet<DefId>,
    /// Where its class, those bases and the protocols it may fulfil stand in the program, and what they are called.
    pub families: Vec<(FileId, Name)>,
    /// The files of those, or its own.
    homes: Vec<FileId>,
    /// The names of its class and of those that derive from it, if it is a constructor.
    made: Vec<Name>,
    /// Libraries that have such bases.
    pub libraries: Vec<Name>,
    /// The methods that its class has from libraries and that call it.
    pub templates: FxHashSet<DefId>,
    /// The names of those.
    pub template_names: Vec<Name>,
    /// The last names of the modules that have it: its own, and those that import it.
    modules: FxHashSet<Name>,
    top_level: bool,
}

impl Subject {
    pub(super) fn of(resolver: &Resolver<'_>, id: FnId) -> Option<Self> {
        let world = resolver.types.world();
        let (function, def) = (world.function(id)?, world.def_of(id)?);
        let class = world.enclosing_class(id);
        let mut subject = Self {
            id,
            def,
            name: function.name.clone(),
            kind: function.kind,
            range: function.range,
            decoration: resolver.decoration(id, function),
            is_property: function.is_property,
            is_generator: function.is_generator,
            names: names(world, resolver.index(), id, function),
            references: references(world, resolver.index(), id, function),
            class,
            bases: FxHashSet::default(),
            families: Vec::new(),
            homes: vec![id.file],
            made: Vec::new(),
            libraries: Vec::new(),
            templates: FxHashSet::default(),
            template_names: Vec::new(),
            modules: FxHashSet::default(),
            top_level: function.parent == MODULE,
        };
        match class {
            Some(class) => {
                subject.inherit(resolver, class);
                subject.find_templates(resolver, class);
            }
            None => subject.find_modules(resolver),
        }
        Some(subject)
    }

    pub(super) fn is_constructor(&self) -> bool {
        self.class.is_some() && CONSTRUCTORS.contains(&self.name.as_str())
    }

    pub(super) fn is_lambda(&self) -> bool {
        self.kind == FunctionKind::Lambda
    }

    /// Whether it is what makes an instance of a class, and `name` is that of such a class.
    pub(super) fn goes_by(&self, name: &Name) -> bool {
        self.is_constructor() && *name != self.name && self.references.contains(name)
    }

    /// Whether a name is that of a method, which is called through instances, and not some other name that it goes by.
    pub(super) fn is_method_named(&self, name: &Name) -> bool {
        self.class.is_some() && (self.references.contains(name) || self.template_names.contains(name))
    }

    /// The libraries through whose classes it may be called by a name.
    pub(super) fn bases_of(&self, name: &Name) -> impl Iterator<Item = &Name> {
        let is_called = !CONSTRUCTORS.contains(&name.as_str());
        self.libraries.iter().filter(move |_| is_called)
    }

    /// The last names of the modules that have it.
    pub(super) fn modules(&self) -> impl Iterator<Item = &Name> {
        self.modules.iter()
    }

    pub(super) fn start(subject: &Option<Self>) -> Callers {
        let decoration = subject.as_ref().map(|subject| subject.decoration).unwrap_or_default();
        Callers { on_loop: decoration.on_loop, cached: decoration.cached, edges: Vec::new() }
    }

    /// Notes the modules of which it is an attribute: `from .parts import f` in a package makes it `package.f`.
    fn find_modules(&mut self, resolver: &Resolver<'_>) {
        let (world, index) = (resolver.types.world(), resolver.index());
        self.modules.insert(module_stem(world, self.id.file));
        let names = self.names.iter().map(Name::as_str).chain(["*"]);
        let mut importers: Vec<FileId> = names.flat_map(|name| index.importers(name)).copied().collect();
        importers.sort_unstable();
        importers.dedup();
        // Packages import from their parts, and from the parts of those.
        loop {
            let known = self.modules.len();
            importers.retain(|file| {
                let has_it =
                    world.file(*file).is_some_and(|source| source.facts.imports.iter().any(|import| self.gets(import)));
                if has_it {
                    self.modules.insert(module_stem(world, *file));
                }
                !has_it
            });
            if self.modules.len() == known {
                break;
            }
        }
    }

    /// Whether an import gets the function from a module that has it.
    fn gets(&self, import: &Import) -> bool {
        let is_it = import.name.as_ref().is_some_and(|name| name.as_str() == "*" || self.names.contains(name));
        is_it && import.module.rsplit('.').next().is_some_and(|last| self.modules.contains(last))
    }

    /// Notes the bases through which the method may be called.
    fn inherit(&mut self, resolver: &Resolver<'_>, class: DefId) {
        let types = &resolver.types;
        for base in types.mro(class).iter() {
            if base.id == class {
                self.families.push((class.file, simple_name(&base.name)));
                continue;
            }
            let knows = types.mro(base.id).iter().any(|above| above.member(&self.name).is_some());
            let is_own = types.world().is_own(base.id.file);
            if !knows || !is_own && is_everywhere(&base.name) {
                continue;
            }
            self.bases.insert(base.id);
            if is_own {
                self.families.push((base.id.file, simple_name(&base.name)));
            } else if let Some(library) = base.name.split('.').next() {
                self.libraries.push(Name::new(library));
            }
        }
        // In a mixin, what the class it is mixed into has is called as its own.
        for beside in resolver.siblings(class) {
            self.families.push((beside.file, simple_name(&types.class_name(beside))));
        }
        let protocols = resolver.index().protocols_with(&self.name);
        self.families.extend(protocols.filter(|(file, name)| resolver.may_fulfil(class, *file, name)).cloned());
        if CONSTRUCTORS.contains(&self.name.as_str()) {
            self.made = resolver.index().with_subclasses(&simple_name(&types.class_name(class)));
        }
        self.homes.extend(self.families.iter().map(|(file, _)| *file));
        self.homes.sort_unstable();
        self.homes.dedup();
    }

    /// Notes the methods of libraries that call it on their own object.
    fn find_templates(&mut self, resolver: &Resolver<'_>, class: DefId) {
        let types = &resolver.types;
        let mro = types.mro(class);
        for base in mro.iter().filter(|base| !types.world().is_own(base.id.file)) {
            for template in resolver.catalogue().templates(&base.name, &self.name) {
                for name in &template.through {
                    let member = types.member(class, name).and_then(|target| target.function);
                    let Some(inherited) = member.filter(|id| !types.world().is_own(id.file)) else { continue };
                    // The methods of builtin classes do without those of the object.
                    let has_it = |info: &&Arc<ClassInfo>| info.member(name) == Some(Some(inherited));
                    let home = mro.iter().find(has_it).filter(|home| home.id != base.id);
                    if home.is_some_and(|home| home.name.starts_with("builtins.")) {
                        continue;
                    }
                    self.templates.insert(inherited);
                    if template.lazy {
                        self.template_names.extend(["__iter__", "__next__"].map(Name::new_static));
                    } else {
                        self.template_names.push(Name::new(name));
                    }
                }
            }
        }
        self.template_names.sort_unstable();
        self.template_names.dedup();
    }

    /// Whether `file` can have something that calls it.
    pub(super) fn may_be_known(&self, resolver: &Resolver<'_>, file: FileId) -> bool {
        if file == self.id.file {
            return true;
        }
        if self.class.is_some() || !self.top_level {
            return self.homes.iter().any(|home| resolver.neighbours().knows(file, *home))
                || self.imports_base(resolver, file);
        }
        resolver.types.world().file(file).is_some_and(|source| {
            source.facts.imports.iter().any(|import| {
                import.bound.as_str() == "*"
                    || import.name.as_ref().is_some_and(|name| self.names.contains(name) || self.modules.contains(name))
                    || import.module.rsplit('.').next().is_some_and(|last| self.modules.contains(last))
                    || self.names.contains(&import.bound)
            })
        })
    }

    /// Whether the plain name `name` in `file` can be it. Methods are attributes, but where their class is made or something is called
    /// as they are: `get = self.get`.
    pub(super) fn may_be_plain(&self, resolver: &Resolver<'_>, file: FileId, name: &Name) -> bool {
        if self.class.is_none() || file == self.id.file {
            return true;
        }
        resolver.types.world().file(file).is_some_and(|source| {
            let mut flows = source.facts.flows.iter().filter(|flow| flow.target == *name);
            let mut imports = source.facts.imports.iter();
            flows.any(|flow| {
                flow.sources.iter().any(|source| source.is_member && self.references.contains(&source.name))
            }) || imports.any(|import| import.bound == *name || import.bound.as_str() == "*")
        })
    }

    /// Whether `cls` in the function of `call` can be its class, or one that derives from it.
    pub(super) fn may_be_made_in(&self, resolver: &Resolver<'_>, file: FileId, call: &Call) -> bool {
        let facts = resolver.types.facts(file);
        let Some(class) = facts.class_around(call.function).and_then(|index| facts.classes.get(index as usize)) else {
            return true;
        };
        self.made.is_empty()
            || self.made.contains(&class.name)
            || self.families.iter().any(|(_, name)| *name == class.name)
    }

    fn imports_base(&self, resolver: &Resolver<'_>, file: FileId) -> bool {
        let imports = |library: &Name| {
            resolver.types.world().file(file).is_some_and(|source| {
                source
                    .facts
                    .imports
                    .iter()
                    .any(|import| import.level == 0 && import.module.split('.').next() == Some(library.as_str()))
            })
        };
        self.libraries.iter().any(imports)
    }
}

/// Whether a class is a base of so much that a value declared as one says nothing: no method of the program is called through it.
fn is_everywhere(class: &str) -> bool {
    let module = class.rsplit_once('.').map_or("", |(module, _)| module);
    matches!(
        module,
        "" | "builtins"
            | "typing"
            | "typing_extensions"
            | "abc"
            | "enum"
            | "collections"
            | "collections.abc"
            | "_typeshed"
    )
}

fn simple_name(qualified: &str) -> Name {
    Name::new(qualified.rsplit('.').next().unwrap_or(qualified))
}

fn names(world: &World, index: &Index, id: FnId, function: &Function) -> Vec<Name> {
    let mut names = index.with_aliases(&function.name);
    if let Some(class) = class_of(world, id) {
        let is_constructor = CONSTRUCTORS.contains(&function.name.as_str());
        let is_instance = function.name.as_str() == "__call__";
        // A class, or what it makes, goes by other names as well.
        if is_constructor || is_instance {
            let classes = index.with_subclasses(&class.name);
            for name in &classes {
                let bound = index.bindings_from(name).iter().filter_map(|posting| world.binding_at(*posting));
                names.extend(bound.map(|binding| binding.target.clone()));
            }
            if is_instance {
                names.extend(declared_as(world, &classes));
                // `C()(value)`
                names.extend(classes);
            } else {
                names.extend(classes);
                names.push(Name::new_static("cls"));
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The names by which a function, or the class that it makes objects of, is referred to.
fn references(world: &World, index: &Index, id: FnId, function: &Function) -> Vec<Name> {
    let mut names = index.with_aliases(&function.name);
    if CONSTRUCTORS.contains(&function.name.as_str())
        && let Some(class) = class_of(world, id)
    {
        names.extend(index.with_subclasses(&class.name));
    }
    names
}

/// What is annotated with one of `classes`, or made from what is called so.
fn declared_as(world: &World, classes: &[Name]) -> Vec<Name> {
    let flows = world.own_files().flat_map(|(_, file)| &file.facts.flows);
    let of_class = flows.filter(|flow| flow.sources.iter().any(|source| classes.contains(&source.name)));
    of_class.map(|flow| flow.target.clone()).filter(|name| *name != SELF).collect()
}

fn class_of(world: &World, id: FnId) -> Option<&Class> {
    let facts = &world.file(id.file)?.facts;
    facts.classes.get(facts.functions.get(id.index as usize)?.class? as usize)
}

fn module_stem(world: &World, file: FileId) -> Name {
    let stem = world.file(file).and_then(|file| {
        let stem = file.path.file_stem()?.to_str()?;
        if stem == "__init__" { file.path.parent()?.file_name()?.to_str() } else { Some(stem) }
    });
    Name::new(stem.unwrap_or_default())
}
