//! Methods that stand for each other: what overrides a method, what it overrides, and what a protocol asks for. They change together.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::group::Group;
use crate::analysis::{FnId, Lookup};
use crate::project::facts::{Class, Function};
use crate::project::{ClassInfo, DefId, FileKind, last};

/// Bases outside the program that have no say in what the methods of a class are.
pub(super) const HARMLESS: [&str; 4] = ["object", "ABC", "Protocol", "Generic"];

/// A larger family is no change that a person can review, and takes long to look for.
const MOST_CLASSES: usize = 40;

impl Planner<'_> {
    /// The functions that must have the colour of `id`, itself among them; or why not all of them can be told or changed.
    pub(super) fn family(&self, id: FnId) -> Result<Group, String> {
        let types = &self.resolver.types;
        let world = types.world();
        let mut family = Group::from([id]);
        let Some(function) = world.function(id) else { return Ok(family) };
        if let Some(file) = self.stub_of(function) {
            return Err(format!("`{}` is declared in {file} as well", self.name(id)));
        }
        let Some(class) = world.enclosing_class(id) else { return Ok(family) };
        let mut open = vec![class];
        let mut seen = open.clone();
        while let Some(class) = open.pop() {
            if seen.len() > MOST_CLASSES {
                return Err(format!("`{}` belongs to too many classes", self.name(id)));
            }
            for relative in self.relatives(class, function)? {
                if seen.contains(&relative) {
                    continue;
                }
                seen.push(relative);
                open.push(relative);
                match types.class(relative).member(&function.name) {
                    Some(Some(def)) => family.extend(world.fn_of(def)),
                    Some(None) => {
                        let class = types.class_name(relative);
                        return Err(format!("`{class}.{}` is no function", function.name));
                    }
                    None => {}
                }
            }
        }
        Ok(family)
    }

    /// Whether no call in a part of a function is of a method that classes of others may override, with who knows what.
    pub(super) fn may_be_overridden(&self, function: FnId, part: TextRange) -> Result<(), String> {
        // Tests make the objects that they use.
        if !self.ground.terms.keeps_public || self.is_for_tests(function.file) {
            return Ok(());
        }
        let world = self.resolver.types.world();
        let Some(ast) = self.resolver.types.ast(function.file) else { return Ok(()) };
        let outline = self.survey.outline(function);
        for (_, call) in outline.calls_in_order().filter(|(_, call)| part.contains_range(call.range)) {
            let callee = ast.call(call.range).and_then(|call| call.func.as_attribute_expr());
            if !callee.is_some_and(|callee| self.is_lent(function, &callee.value)) {
                continue;
            }
            let follow = self.survey.follow(function, call);
            let is_open = |id: &FnId| {
                world.function(*id).is_some_and(|function| !function.is_async && function.class.is_some())
                    && self.is_public(*id)
                    && !self.is_final(*id)
            };
            if let Some(id) = follow.callees.iter().find(|id| is_open(id)) {
                return Err(format!(
                    "`{}` is public, and who installs the package may override it with what needs the loop's thread",
                    self.name(*id)
                ));
            }
        }
        Ok(())
    }

    /// Whether an object is one that a function is given, so that it may be of a class that others have derived.
    fn is_lent(&self, function: FnId, object: &Expr) -> bool {
        let world = self.resolver.types.world();
        let (Some(name), Some(own)) = (object.as_name_expr(), world.function(function)) else { return false };
        own.parameter(&name.id).is_some()
    }

    /// Whether nobody may derive from the class of a method, or override it.
    fn is_final(&self, id: FnId) -> bool {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(id.file) else { return false };
        let class = types.world().enclosing_class(id).and_then(|class| self.written(class));
        let is_final = |decorator: &Expr| last(decorator) == Some("final");
        let of_class = class.and_then(|class| {
            ast.path(class.range).into_iter().find_map(|node| match node {
                AnyNodeRef::StmtClassDef(def) if def.range() == class.range => Some(&def.decorator_list),
                _ => None,
            })
        });
        let of_method = types.world().function(id).and_then(|own| ast.def(own.range)).map(|def| &def.decorator_list);
        of_class.into_iter().chain(of_method).flatten().any(|decorator| is_final(&decorator.expression))
    }

    /// The stub of the program that declares a function of this name, unless it stands beside its module: that one changes with it.
    fn stub_of(&self, function: &Function) -> Option<String> {
        let mut files = self.resolver.types.world().own_files();
        files.find_map(|(id, file)| {
            let declares = || file.facts.functions.iter().any(|other| other.name == function.name);
            let is_apart = file.kind == FileKind::Stub && self.resolver.types.world().module_of(id) == id;
            (is_apart && declares()).then(|| file.display.clone())
        })
    }

    /// The classes of the program that have the method from `class`, or that `class` has it from.
    fn relatives(&self, class: DefId, function: &Function) -> Result<Vec<DefId>, String> {
        let types = &self.resolver.types;
        let world = types.world();
        let Some(written) = self.written(class) else { return Err(unknown(&types.class_name(class))) };
        let known =
            types.class(class).bases.iter().filter(|base| types.class_name(**base) != "builtins.object").count();
        if written.bases.iter().filter(|base| !HARMLESS.contains(&base.as_str())).count() > known {
            return Err(unknown(&types.class_name(class)));
        }
        let mut relatives = Vec::new();
        let mro = types.mro(class);
        for base in mro.iter().skip(1) {
            if world.is_own(base.id.file) {
                relatives.push(base.id);
            } else if self.answers(&mro, base, &function.name) {
                // It awaits what the method gives.
            } else if let Some(reason) = outside(base, function, self.is_base_of_tests(&base.name)) {
                return Err(reason);
            }
        }
        let names = self.resolver.index().with_few_subclasses(&written.name, MOST_CLASSES);
        let names = names.ok_or_else(|| format!("`{}` has too many subclasses", types.class_name(class)))?;
        for name in names {
            for (file, source) in world.own_files() {
                let same = source.facts.classes.iter().filter(|other| other.name == name);
                relatives.extend(
                    same.map(|other| DefId { file, start: other.start })
                        .filter(|other| types.mro(*other).iter().any(|base| base.id == class)),
                );
            }
        }
        relatives.extend(self.protocols(class, function)?);
        Ok(relatives)
    }

    /// The protocols that the class fulfils and that ask for the method; and, of a protocol, the classes that fulfil it.
    fn protocols(&self, class: DefId, function: &Function) -> Result<Vec<DefId>, String> {
        let types = &self.resolver.types;
        let world = types.world();
        let mut found = Vec::new();
        for (file, name) in self.resolver.index().protocols_with(&function.name) {
            let source = world.facts(*file);
            let protocols = source.classes.iter().filter(|other| other.name == *name);
            for protocol in protocols.map(|other| DefId { file: *file, start: other.start }) {
                if protocol == class {
                    found.extend(self.resolver.fulfilling(class).iter());
                } else if self.resolver.has_all_of(class, protocol) {
                    found.push(protocol);
                }
            }
        }
        Ok(found)
    }

    /// Whether a base is of a framework for tests, which calls no method but those that it knows or that go by their names.
    fn is_base_of_tests(&self, base: &str) -> bool {
        let is_it = |name: &Option<String>| name.as_deref() == Some(base);
        self.resolver.catalogue().tests.iter().any(|tests| is_it(&tests.class) || is_it(&tests.becomes))
    }

    fn written(&self, class: DefId) -> Option<Class> {
        let facts = self.resolver.types.facts(class.file);
        facts.class_at(class.start).and_then(|index| facts.classes.get(index as usize)).cloned()
    }
}

fn unknown(class: &str) -> String {
    format!("not all bases of `{class}` are known")
}

/// Why a base outside the program says what the method is. One that does not know the method can still call it by a name that it
/// puts together, but no private one.
fn outside(base: &ClassInfo, function: &Function, is_of_tests: bool) -> Option<String> {
    let last = base.name.rsplit('.').next().unwrap_or_default();
    let has_it = base.member(&function.name).is_some();
    let may_call = !is_of_tests && !function.name.starts_with('_') && !HARMLESS.contains(&last);
    (has_it || may_call)
        .then(|| format!("`{}` may be called by `{}`, which is not of the program", function.name, base.name))
}
