//! What a program puts in the place of its own functions and objects, as its tests do: a double of a function that was not awaited
//! gives no awaitable.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::decide::Planner;
use super::memo::Table;
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Catalogue;
use crate::project::facts::{Facts, Function, Part, Slot, Source};
use crate::project::{CONSTRUCTORS, DefId, FileId, FileKind, SELF, Shape, Types, last};
use crate::text::ends_in;

/// How often names are followed from one to the next.
const STEPS: usize = 4;

/// The doubles of a program.
pub(super) struct Doubles {
    /// Files in which something gets an attribute, by its name.
    stored: FxHashMap<Name, Vec<FileId>>,
    /// What is replaced from outside, as it is written: `patch("a.b")`, `patch.object(a, "b")`.
    pub replaced: Vec<String>,
    /// The names of keyword arguments for what gets these attributes.
    spaces: FxHashMap<Name, Vec<(FileId, TextRange)>>,
    /// Objects that can stand for any other.
    objects: Vec<(FileId, TextRange)>,
    /// Calls in examples of documentation, by name.
    examples: FxHashMap<Name, (FileId, TextRange)>,
    /// The files that are there for tests.
    tests: FxHashSet<FileId>,
    /// The names that may hold instances of classes, by the names of those.
    holders: Table<Vec<Name>, FxHashSet<Name>>,
}

impl Doubles {
    pub(super) fn of(types: &Types, catalogue: &Catalogue) -> Self {
        let replaced = super::called::replaced(types, catalogue);
        let (stored, examples) = written(types);
        let mut doubles = Self {
            stored,
            examples,
            replaced,
            spaces: FxHashMap::default(),
            objects: Vec::new(),
            tests: FxHashSet::default(),
            holders: Table::default(),
        };
        let known = &catalogue.doubles;
        let makes = |name: &str| known.iter().any(|known| known.objects.iter().any(|other| other == name));
        let fills = |name: &str| known.iter().any(|known| known.spaces.iter().any(|other| other == name));
        for (file, source) in types.world().own_files().filter(|(_, source)| source.kind != FileKind::Stub) {
            if catalogue.is_for_tests(&source.display) {
                doubles.tests.insert(file);
            }
            for call in source.facts.calls.iter().filter(|call| makes(&call.name) || fills(&call.name)) {
                let Some(ast) = types.ast(file) else { continue };
                let Some(node) = ast.call(call.range) else { continue };
                let names = node.arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
                for name in names.filter(|_| fills(&call.name)) {
                    doubles.spaces.entry(name.id.clone()).or_default().push((file, call.range));
                }
                if makes(&call.name) && !is_result(&ast.path(call.range), node, catalogue) {
                    doubles.objects.push((file, call.range));
                }
            }
        }
        doubles
    }
}

/// Whether a double stands for what another one gives, or is what something is replaced by: that is looked at by its name.
fn is_result(path: &[AnyNodeRef<'_>], node: &ExprCall, catalogue: &Catalogue) -> bool {
    let gives = |name: &str| catalogue.doubles.iter().any(|known| known.results.iter().any(|other| other == name));
    path.iter().rev().skip_while(|outer| outer.range() == node.range()).find_map(|outer| match outer {
        AnyNodeRef::Keyword(keyword) => keyword.arg.as_ref().map(|name| gives(name) || name.as_str() == "new"),
        AnyNodeRef::ExprCall(call) => {
            Some(last(&call.func).is_some_and(|name| super::called::is_patch(catalogue, name)))
        }
        AnyNodeRef::StmtAssign(assign) => {
            let is_one = |target: &Expr| target.as_attribute_expr().is_some_and(|target| gives(&target.attr));
            Some(assign.targets.iter().all(is_one))
        }
        outer => outer.is_statement().then_some(false),
    }) == Some(true)
}

type Stored = FxHashMap<Name, Vec<FileId>>;
type Examples = FxHashMap<Name, (FileId, TextRange)>;

/// The files in which attributes are set that are called as functions of the program are, or what it imports; and the calls in examples.
fn written(types: &Types) -> (Stored, Examples) {
    let functions = types.world().own_files().flat_map(|(_, source)| &source.facts.functions);
    let functions: FxHashSet<&str> = functions.map(|function| function.name.as_str()).collect();
    let imports = types.world().own_files().flat_map(|(_, source)| &source.facts.imports);
    let imports: FxHashSet<&str> = imports.map(|import| import.bound.as_str()).collect();
    let mut names = Stored::default();
    let mut examples = Examples::default();
    for (file, _) in types.world().own_files() {
        let text = types.text_once(file);
        for (start, _) in text.match_indices(">>> ") {
            let line = text[start..].lines().next().unwrap_or_default();
            let called = line
                .split('(')
                .map(|before| before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default());
            let at = TextRange::empty(TextSize::of(&text[..start]));
            for name in called.filter(|name| functions.contains(name)) {
                examples.entry(Name::new(name)).or_insert((file, at));
            }
        }
        for (end, _) in text.match_indices(['=', ':']) {
            let before = text[..end].trim_end_matches(' ');
            let start = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
            let name = &before[start..];
            if before[..start].ends_with('.') && (functions.contains(name) || imports.contains(name)) {
                let files = names.entry(Name::new(name)).or_default();
                if files.last() != Some(&file) {
                    files.push(file);
                }
            }
        }
    }
    (names, examples)
}

impl Planner<'_> {
    pub(super) fn doubles(&self) -> &Doubles {
        self.ground.doubles.get_or_init(|| Doubles::of(&self.resolver.types, self.resolver.catalogue()))
    }

    /// Whether a file is there for tests.
    pub(super) fn is_for_tests(&self, file: FileId) -> bool {
        self.doubles().tests.contains(&file)
    }

    /// Why something that is no coroutine function may be called in the place of a function that becomes one, if so.
    pub(super) fn stood_in_for(&self, id: FnId, function: &Function) -> Option<String> {
        let doubles = self.doubles();
        let near = |file: FileId| self.resolver.may_hold(file, id.file);
        let mut stores = doubles.stored.get(&function.name).into_iter().flatten().filter(|file| near(**file));
        if let Some(place) = stores.find_map(|file| self.store(id, *file, &function.name)) {
            return Some(format!("`{}` is replaced by something else ({place})", self.name(id)));
        }
        let mut spaces = doubles.spaces.get(&function.name).into_iter().flatten().filter(|(file, _)| near(*file));
        if let Some((file, range)) = spaces.next() {
            let place = self.place(*file, *range);
            return Some(format!("something may stand for what has `{}` ({place})", self.name(id)));
        }
        if let Some((file, range)) = doubles.examples.get(&function.name).filter(|(file, _)| near(*file)) {
            let place = self.place(*file, *range);
            return Some(format!("`{}` is called in an example, which cannot await ({place})", self.name(id)));
        }
        if let Some(replaced) = self.owner_replaced(id) {
            return Some(format!("what has `{}` is replaced by something else, as `{replaced}`", self.name(id)));
        }
        self.resolver.types.world().enclosing_class(id)?;
        let object = doubles.objects.iter().find(|(file, _)| near(*file)).copied();
        let (file, range) = object.or_else(|| self.fake(id, function))?;
        let place = self.place(file, range);
        Some(format!("another object may stand for one that has `{}` ({place})", self.name(id)))
    }

    /// Where a file sets the attribute that a function is.
    fn store(&self, id: FnId, file: FileId, name: &Name) -> Option<String> {
        let found = self.set_on(file, name, &|owner| self.may_be_owner(id, file, owner));
        found.map(|range| self.place(file, range))
    }

    /// Where a file sets an attribute of something that is wanted.
    fn set_on(&self, file: FileId, name: &Name, is_wanted: &dyn Fn(&Expr) -> bool) -> Option<TextRange> {
        let ast = self.resolver.types.ast(file)?;
        let mut stores = Stores { name, found: Vec::new() };
        stores.visit_body(&ast.module().body);
        stores.found.into_iter().find(|attribute| {
            let Some(Expr::Attribute(attribute)) = ast.expression(*attribute) else { return true };
            is_wanted(&attribute.value)
        })
    }

    /// Whether a name of a module is set from outside: `client.get = …`.
    pub(super) fn is_set_from_outside(&self, module: FileId, name: &Name) -> bool {
        let own = self.resolver.types.module_name(module);
        let files = self.doubles().stored.get(name).into_iter().flatten();
        let mut near = files.copied().filter(|file| self.resolver.may_hold(*file, module));
        near.any(|file| {
            let is_it = |owner: &Expr| {
                let shapes = self.resolver.shapes(file, owner);
                let is_own =
                    |shape: &Shape| matches!(shape, Shape::Module(other) if last_part(other) == last_part(&own));
                shapes.is_empty() && self.is_import(file, owner) || shapes.iter().any(is_own)
            };
            self.set_on(file, name, &is_it).is_some()
        })
    }

    fn is_import(&self, file: FileId, expr: &Expr) -> bool {
        let facts = self.resolver.types.facts(file);
        let name = expr.as_name_expr().map(|name| &name.id);
        name.is_some_and(|name| facts.imports.iter().any(|import| import.bound == *name))
    }

    /// Whether an expression may stand for the module or an object that has a function.
    fn may_be_owner(&self, id: FnId, file: FileId, owner: &Expr) -> bool {
        let types = &self.resolver.types;
        let class = types.world().enclosing_class(id);
        let shapes = self.resolver.shapes(file, owner);
        let is_related = |other: DefId| {
            class.is_none_or(|class| {
                let has = |of: DefId, base: DefId| types.mro(of).iter().any(|above| above.id == base);
                has(other, class) || has(class, other) || !types.world().is_own(other.file) && self.is_for_tests(file)
            })
        };
        // What is unknown is no module, unless it is imported.
        shapes.is_empty() && (class.is_some() || self.is_for_tests(file) || self.is_import(file, owner))
            || shapes.iter().any(|shape| match shape {
                Shape::Instance(other) | Shape::Class(other) => class.is_some() && is_related(*other),
                Shape::Module(module) => class.is_none() && self.has_function(module, id),
                Shape::Function(_) | Shape::Other => false,
            })
    }

    /// Whether a function is an attribute of a module: its own, or one that imports it. Modules go by their last names: where a program
    /// is looked at from above, its files have longer names than its imports.
    fn has_function(&self, module: &str, id: FnId) -> bool {
        let types = &self.resolver.types;
        let Some(function) = types.world().function(id) else { return true };
        let importers = self.resolver.index().importers(&function.name).iter();
        std::iter::once(&id.file).chain(importers).any(|file| last_part(&types.module_name(*file)) == last_part(module))
    }

    /// Whether what is replaced is something that loops use themselves.
    pub(super) fn is_of_loops(&self, text: &str) -> bool {
        let doubles = &self.resolver.catalogue().doubles;
        doubles.iter().any(|doubles| doubles.loops.iter().any(|name| ends_in(text, name)))
    }

    /// What is replaced of the program and may have a function: its module, its class, or what holds or gives an object of that.
    fn owner_replaced(&self, id: FnId) -> Option<&str> {
        let doubles = self.doubles();
        let types = &self.resolver.types;
        if doubles.replaced.is_empty() {
            return None;
        }
        let module = types.module_name(id.file);
        let stem = module.rsplit('.').next().unwrap_or(&module);
        let holders = self.holders(id);
        let replaces = |text: &&String| {
            let name = text.rsplit('.').next().unwrap_or(text);
            name == stem || holders.as_ref().is_some_and(|holders| holders.contains(name))
        };
        doubles.replaced.iter().find(replaces).map(String::as_str)
    }

    /// The names that may stand for the class of a method, for those that derive from it, and for their objects.
    fn holders(&self, id: FnId) -> Option<Arc<FxHashSet<Name>>> {
        let types = &self.resolver.types;
        let world = types.world();
        let class = world.enclosing_class(id)?;
        let own = types.mro(class);
        let own = own.iter().filter(|base| world.is_own(base.id.file));
        let simple = own.map(|base| Name::new(base.name.rsplit('.').next().unwrap_or(&base.name)));
        let mut classes: Vec<Name> = simple.flat_map(|name| self.resolver.index().with_subclasses(&name)).collect();
        classes.sort_unstable();
        classes.dedup();
        Some(self.doubles().holders.get(&classes, || Arc::new(holders(types, &classes))))
    }

    /// An object of another class, which a test may give in the place of one that has the method.
    fn fake(&self, id: FnId, function: &Function) -> Option<(FileId, TextRange)> {
        let types = &self.resolver.types;
        let world = types.world();
        let class = world.enclosing_class(id)?;
        let files =
            world.own_files().filter(|(file, _)| self.is_for_tests(*file) && self.resolver.may_hold(*file, id.file));
        for (file, source) in files {
            let having =
                source.facts.classes.iter().filter(|other| has_sync(&source.facts, &other.members, &function.name));
            for other in having {
                let fake = DefId { file, start: other.start };
                let is_family = types.mro(fake).iter().any(|base| base.id == class)
                    || types.mro(class).iter().any(|base| base.id == fake);
                if !is_family {
                    return Some((file, other.range));
                }
            }
        }
        None
    }
}

/// Whether a class has something of this name that is no coroutine function.
fn has_sync(facts: &Facts, members: &FxHashMap<Name, Option<u32>>, name: &Name) -> bool {
    members.get(name).is_some_and(|function| {
        let function = function.and_then(|index| facts.functions.get(index as usize));
        function.is_none_or(|function| !function.is_async)
    })
}

/// The names to which what `classes` are called goes: what is made, annotated, returned or passed on as it is.
fn holders(types: &Types, classes: &[Name]) -> FxHashSet<Name> {
    let called = by_called_name(types);
    let functions = &called;
    let mut holders: FxHashSet<Name> = classes.iter().cloned().collect();
    for _ in 0..STEPS {
        let comes = |sources: &[Source], is_alias: bool| {
            sources
                .iter()
                .filter(|source| source.part == Part::Own && source.name != SELF && holders.contains(&source.name))
                .any(|source| is_alias || functions.contains_key(&source.name) || classes.contains(&source.name))
        };
        let mut found: FxHashSet<Name> = FxHashSet::default();
        for (_, source) in types.world().own_files() {
            let flows = source.facts.flows.iter().filter(|flow| comes(&flow.sources, flow.is_alias));
            found.extend(flows.map(|flow| flow.target.clone()));
            for pass in source.facts.passes.iter().filter(|pass| comes(&pass.sources, pass.is_alias)) {
                let takers = called.get(&pass.callee).into_iter().flatten();
                found.extend(takers.filter_map(|function| taking(function, &pass.slot)));
            }
        }
        let known = holders.len();
        holders.extend(found);
        if holders.len() == known {
            break;
        }
    }
    holders
}

/// The functions that a call by a name may run, or the constructors of a class of that name.
fn by_called_name(types: &Types) -> FxHashMap<&Name, Vec<&Function>> {
    let mut called: FxHashMap<&Name, Vec<&Function>> = FxHashMap::default();
    for (_, source) in types.world().own_files() {
        for function in &source.facts.functions {
            called.entry(&function.name).or_default().push(function);
            let class = function.class.and_then(|class| source.facts.classes.get(class as usize));
            if let Some(class) = class.filter(|_| CONSTRUCTORS.contains(&function.name.as_str())) {
                called.entry(&class.name).or_default().push(function);
            }
        }
    }
    called
}

/// The parameter of a function which takes an argument.
fn taking(function: &Function, slot: &Slot) -> Option<Name> {
    match slot {
        Slot::Position(position) => {
            function.parameters.get(position + function.receivers()).map(|found| found.name.clone())
        }
        Slot::Keyword(name) => function.parameter(name).map(|(_, found)| found.name.clone()),
    }
}

/// Finds where an attribute is set or deleted.
struct Stores<'a> {
    name: &'a Name,
    found: Vec<TextRange>,
}

impl<'a> Visitor<'a> for Stores<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Attribute(attribute) = expr
            && attribute.attr.id == *self.name
            && !attribute.ctx.is_load()
        {
            self.found.push(attribute.range());
        }
        walk_expr(self, expr);
    }
}

impl Doubles {
    /// Whether an api is replaced, or what has it: `patch("app.time.sleep")`, `patch("app.time")`.
    pub(super) fn replaces(&self, api: &str) -> bool {
        self.replaced.iter().any(|text| api.split('.').any(|part| ends_in(text, part)))
    }
}

fn last_part(module: &str) -> &str {
    module.rsplit('.').next().unwrap_or(module)
}
