//! What mentions the names of functions: calls, reads of properties, references.

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::holders::Holders;
use super::subject::Subject;
use super::{Edge, Via};
use crate::analysis::index::{FnId, Lookup, Posting};
use crate::analysis::resolve::Resolver;
use crate::project::facts::{CallForm, MODULE};
use crate::project::{Ast, DefId, FileId, Shape, Target, last};

/// A name that stands in more places than this is narrowed down by what it is taken from.
const COMMON: usize = 100;

/// What a mention turned out to be.
pub(super) enum Found {
    Edge(Edge),
    /// The function is named there, but not called.
    Reference(FileId, TextRange),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Call,
    Property,
    Reference,
}

/// A place that has the name of some subjects.
pub(super) struct Mention {
    /// The place in its file's list of calls or loads.
    position: u32,
    group: u32,
}

/// The subjects that one name may mean.
struct Group {
    kind: Kind,
    name: Name,
    members: Vec<usize>,
    by_definition: FxHashMap<DefId, Vec<usize>>,
    /// By the classes through which a method that overrides theirs may be called.
    by_base: FxHashMap<DefId, Vec<usize>>,
}

impl Group {
    fn new(kind: Kind, name: &Name) -> Self {
        Self {
            kind,
            name: name.clone(),
            members: Vec::new(),
            by_definition: FxHashMap::default(),
            by_base: FxHashMap::default(),
        }
    }

    fn add(&mut self, number: usize, subject: &Subject) {
        self.members.push(number);
        self.by_definition.entry(subject.def).or_default().push(number);
        for base in &subject.bases {
            self.by_base.entry(*base).or_default().push(number);
        }
    }
}

/// The places that may mean one of the subjects.
pub(super) struct Mentions<'s> {
    subjects: &'s [Option<Subject>],
    groups: Vec<Group>,
    holders: Holders<'s>,
    pub by_file: Vec<(FileId, Vec<Mention>)>,
}

impl<'s> Mentions<'s> {
    pub(super) fn collect(resolver: &Resolver<'_>, subjects: &'s [Option<Subject>]) -> Self {
        let mut by_name: FxHashMap<(Kind, &Name), Group> = FxHashMap::default();
        for (number, subject) in subjects.iter().enumerate() {
            let Some(subject) = subject.as_ref().filter(|subject| !subject.is_lambda()) else { continue };
            let mut add =
                |kind, name| by_name.entry((kind, name)).or_insert_with(|| Group::new(kind, name)).add(number, subject);
            for name in &subject.names {
                add(Kind::Call, name);
            }
            for name in subject.template_names.iter().filter(|name| !subject.names.contains(name)) {
                add(Kind::Call, name);
            }
            if subject.is_property {
                add(Kind::Property, &subject.name);
            }
            if !subject.decoration.elsewhere {
                for name in &subject.references {
                    add(Kind::Reference, name);
                }
            }
        }
        let mut mentions = Self { subjects, groups: Vec::new(), holders: Holders::default(), by_file: Vec::new() };
        let mut places: Vec<Vec<Posting>> = Vec::new();
        for ((kind, name), group) in by_name {
            let postings = if kind == Kind::Call { resolver.index().calls(name) } else { resolver.index().loads(name) };
            let known = postings
                .chunk_by(|first, second| first.0 == second.0)
                .filter(|postings| mentions.is_known(resolver, &group, postings[0].0))
                .flatten();
            places.push(known.copied().filter(|posting| mentions.is_relevant(resolver, &group, *posting)).collect());
            mentions.groups.push(group);
        }
        mentions.narrow(resolver, &mut places);
        mentions.sort(places);
        mentions
    }

    /// Leaves out the calls of common names that cannot mean one of the subjects.
    fn narrow(&mut self, resolver: &Resolver<'_>, places: &mut [Vec<Posting>]) {
        let is_common =
            |(number, group): &(usize, &Group)| places[*number].len() > COMMON && group.name.as_str() != "cls";
        let common = self.groups.iter().enumerate().filter(is_common);
        let common = common.map(|(number, group)| (number, &group.name, self.members(group).collect::<Vec<_>>()));
        self.holders = Holders::find(resolver, common);
        for (number, group) in self.groups.iter().enumerate().filter(|(_, group)| group.kind == Kind::Call) {
            let Some(wanted) = self.holders.wanted(number) else { continue };
            places[number].retain(|posting| {
                let call = resolver.types.world().call_at(*posting);
                call.is_some_and(|call| wanted.may_be_called(resolver, posting.0, call, &group.name))
            });
        }
    }

    fn sort(&mut self, places: Vec<Vec<Posting>>) {
        let mut by_file: FxHashMap<FileId, Vec<Mention>> = FxHashMap::default();
        for (group, places) in (0..).zip(places) {
            for (file, position) in places {
                by_file.entry(file).or_default().push(Mention { position, group });
            }
        }
        self.by_file = by_file.into_iter().collect();
        self.by_file.sort_unstable_by_key(|(file, _)| *file);
        for (_, list) in &mut self.by_file {
            list.sort_unstable_by_key(|mention| (mention.position, mention.group));
        }
    }

    fn members(&self, group: &Group) -> impl Iterator<Item = &'s Subject> {
        let subjects = self.subjects;
        group.members.iter().filter_map(|number| subjects[*number].as_ref())
    }

    fn is_known(&self, resolver: &Resolver<'_>, group: &Group, file: FileId) -> bool {
        self.members(group).any(|subject| subject.may_be_known(resolver, file))
    }

    /// Whether a place can run something: import time has no loop.
    fn is_relevant(&self, resolver: &Resolver<'_>, group: &Group, posting: Posting) -> bool {
        let world = resolver.types.world();
        match group.kind {
            Kind::Call => world.call_at(posting).is_some_and(|call| {
                let may_make = || self.members(group).any(|subject| subject.may_be_made_in(resolver, posting.0, call));
                call.function != MODULE && (group.name != "cls" || may_make())
            }),
            Kind::Property => world.load_at(posting).is_some_and(|load| load.function != MODULE && load.attribute),
            Kind::Reference => world.load_at(posting).is_some_and(|load| {
                load.attribute
                    || self.members(group).any(|subject| subject.may_be_plain(resolver, posting.0, &load.name))
            }),
        }
    }

    /// The subjects that a mention is of.
    pub(super) fn resolve(&self, resolver: &Resolver<'_>, file: FileId, mention: &Mention) -> Vec<(usize, Found)> {
        let posting = (file, mention.position);
        let group = &self.groups[mention.group as usize];
        match group.kind {
            Kind::Call => self.resolve_call(resolver, group, posting),
            Kind::Property => self.resolve_property(resolver, mention.group, posting),
            Kind::Reference => self.resolve_reference(resolver, mention.group, posting),
        }
    }

    fn resolve_call(&self, resolver: &Resolver<'_>, group: &Group, posting: Posting) -> Vec<(usize, Found)> {
        let file = posting.0;
        let Some(call) = resolver.types.world().call_at(posting) else {
            return Vec::new();
        };
        let via = match call.form {
            CallForm::Call => Via::Call,
            CallForm::Awaited => Via::Awaited,
            CallForm::Indexed => Via::Handed,
            CallForm::With | CallForm::Iterate | CallForm::Operator | CallForm::Read => Via::Implicit,
        };
        let edge = Edge { caller: FnId { file, index: call.function }, at: call.range, via };
        let mut hits = Vec::new();
        for callee in resolver.callees(posting, call).iter() {
            let exact = |class| resolver.is_exact_at(file, callee.receiver, class);
            self.hits(resolver, group, callee.function, callee.class, exact, &mut hits);
        }
        for number in &group.members {
            let is_direct =
                |subject: &Subject| subject.decoration.direct && resolver.is_call_by_name(file, call, subject.def);
            if self.subjects[*number].as_ref().is_some_and(is_direct) && !hits.contains(number) {
                hits.push(*number);
            }
        }
        hits.retain(|number| {
            self.subjects[*number].as_ref().is_some_and(|subject| {
                if subject.decoration.elsewhere {
                    subject.decoration.direct || resolver.is_call_of_type(file, call, subject.def)
                } else {
                    !resolver.is_generator_elsewhere(subject, file, call)
                }
            })
        });
        hits.into_iter().map(|number| (number, Found::Edge(edge))).collect()
    }

    fn resolve_property(&self, resolver: &Resolver<'_>, number: u32, posting: Posting) -> Vec<(usize, Found)> {
        let (file, group) = (posting.0, &self.groups[number as usize]);
        let (Some(load), Some(ast)) = (resolver.types.world().load_at(posting), resolver.types.ast(file)) else {
            return Vec::new();
        };
        let Some(expr @ Expr::Attribute(attribute)) = ast.expression(load.range) else {
            return Vec::new();
        };
        if !self.may_be_read(resolver, number, posting, attribute) {
            return Vec::new();
        }
        let mut hits = Vec::new();
        let is_super = |call: &ruff_python_ast::ExprCall| last(&call.func) == Some("super");
        if attribute.value.as_call_expr().is_some_and(is_super) {
            for target in resolver.types.targets(file, expr) {
                self.hits(resolver, group, target.function, target.class, |_| true, &mut hits);
            }
        }
        for shape in resolver.shapes(file, &attribute.value) {
            let Shape::Instance(class) = shape else { continue };
            if let Some(target) = resolver.types.member(class, &attribute.attr) {
                let exact = |class| resolver.is_exact(file, &attribute.value, class);
                self.hits(resolver, group, target.function, target.class, exact, &mut hits);
            }
        }
        let edge = Edge { caller: FnId { file, index: load.function }, at: load.range, via: Via::Property };
        hits.into_iter().map(|number| (number, Found::Edge(edge))).collect()
    }

    fn resolve_reference(&self, resolver: &Resolver<'_>, number: u32, posting: Posting) -> Vec<(usize, Found)> {
        let (file, group) = (posting.0, &self.groups[number as usize]);
        let (Some(load), Some(ast)) = (resolver.types.world().load_at(posting), resolver.types.ast(file)) else {
            return Vec::new();
        };
        let is_variant = |method: &str| resolver.catalogue().may_be_variant(method);
        if !is_passed_on(&ast, load.range, is_variant) {
            return Vec::new();
        }
        let mut hits = Vec::new();
        match ast.expression(load.range) {
            Some(expr @ Expr::Name(name)) => {
                let mut definitions = resolver.types.name_definitions(file, name);
                let is_class = |id: &DefId| resolver.types.facts(id.file).class_at(id.start).is_some();
                // The type of a class says no more, and would be asked for wherever one is named.
                if !definitions.iter().any(is_class) {
                    definitions.extend(resolver.types.shapes(file, expr).into_iter().filter_map(|shape| match shape {
                        Shape::Function(id) => Some(id),
                        _ => None,
                    }));
                }
                for definition in definitions {
                    // A class is called to make an object of it.
                    let is_class = resolver.types.facts(definition.file).class_at(definition.start).is_some();
                    let made = is_class.then(|| resolver.types.constructor(definition).function);
                    let definition = made.unwrap_or(Some(definition));
                    let Some(definition) = definition else { continue };
                    self.hits(resolver, group, Some(definition), None, |_| true, &mut hits);
                }
            }
            Some(func @ Expr::Attribute(attribute)) if self.may_be_read(resolver, number, posting, attribute) => {
                for Target { function, class, .. } in resolver.targets(file, func) {
                    let exact = |class| resolver.is_exact(file, &attribute.value, class);
                    self.hits(resolver, group, function, class, exact, &mut hits);
                }
            }
            _ => {}
        }
        hits.into_iter().map(|number| (number, Found::Reference(file, load.range))).collect()
    }

    /// Whether an attribute that is read may be what a group's name stands for.
    fn may_be_read(&self, resolver: &Resolver<'_>, number: u32, at: Posting, attribute: &ExprAttribute) -> bool {
        let wanted = self.holders.wanted(number as usize);
        wanted.is_none_or(|wanted| wanted.may_be_read(resolver, at, attribute))
    }

    /// Adds the subjects that something may run: the function itself, or what overrides it in a subclass of the class that the
    /// receiver is declared to be.
    fn hits(
        &self,
        resolver: &Resolver<'_>,
        group: &Group,
        function: Option<DefId>,
        class: Option<DefId>,
        is_exact: impl Fn(DefId) -> bool,
        hits: &mut Vec<usize>,
    ) {
        let mut add = |number: usize| {
            if !hits.contains(&number) {
                hits.push(number);
            }
        };
        let direct = function.and_then(|function| group.by_definition.get(&function)).map_or(&[][..], Vec::as_slice);
        direct.iter().for_each(|number| add(*number));
        let Some(class) = class else { return };
        for number in &group.members {
            let subject = self.subjects[*number].as_ref();
            let may_run = subject.zip(function).is_some_and(|(subject, function)| {
                subject.templates.contains(&function)
                    && subject.class.is_some_and(|own| {
                        resolver.derives(class, own) || resolver.derives(own, class) && !is_exact(class)
                    })
            });
            if may_run {
                add(*number);
            }
        }
        let mut overriding = group.by_base.get(&class).cloned().unwrap_or_default();
        let fulfilling = resolver.fulfilling(class);
        overriding.extend(group.members.iter().filter(|number| {
            let own = self.subjects[**number].as_ref().and_then(|subject| subject.class);
            own.is_some_and(|own| fulfilling.contains(&own))
        }));
        overriding.retain(|number| {
            self.subjects[*number].as_ref().is_some_and(|subject| {
                !direct.contains(number)
                    && subject.class != Some(class)
                    && (function.is_some() || resolver.is_declared(class, &subject.name))
            })
        });
        if !overriding.is_empty() && !is_exact(class) {
            overriding.into_iter().for_each(add);
        }
    }
}

/// Whether the expression at `range` is used as a value, rather than as part of a longer name or an annotation. What a variant is made of
/// is.
fn is_passed_on(ast: &Ast, range: TextRange, is_variant: impl Fn(&str) -> bool) -> bool {
    let path = ast.path(range);
    let mut parents = path.iter().rev().skip_while(|node| node.range() == range);
    match parents.next() {
        Some(AnyNodeRef::ExprAttribute(attribute)) => is_variant(&attribute.attr),
        None => false,
        // `isinstance(x, Class)` only asks for what it is given.
        Some(AnyNodeRef::Arguments(_))
            if path.iter().rev().find_map(|node| node.as_expr_call()).is_some_and(|call| asks_for_class(call)) =>
        {
            false
        }
        Some(AnyNodeRef::ExprSubscript(subscript)) => subscript.slice.range() == range,
        Some(AnyNodeRef::Parameter(_) | AnyNodeRef::StmtAnnAssign(_)) => {
            matches!(parents.next(), Some(AnyNodeRef::StmtAnnAssign(assign))
                if assign.value.as_ref().is_some_and(|value| value.range() == range))
                || path.iter().any(|node| match node {
                    AnyNodeRef::StmtAnnAssign(assign) => {
                        assign.value.as_ref().is_some_and(|value| value.range().contains_range(range))
                    }
                    _ => false,
                })
        }
        Some(_) => true,
    }
}

fn asks_for_class(call: &ruff_python_ast::ExprCall) -> bool {
    call.func.as_name_expr().is_some_and(|name| matches!(name.id.as_str(), "isinstance" | "issubclass"))
}
