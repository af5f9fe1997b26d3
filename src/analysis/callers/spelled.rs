//! Functions that are taken by a part of their name, and properties that are read by it: `getattr(self, f"do_{name}")`,
//! `hasattr(self, "size")`.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext, Operator};
use ruff_text_size::{Ranged, TextRange};

use super::descriptors::Accessor;
use super::subject::Subject;
use super::{Callers, Edge, Via};
use crate::analysis::index::{FnId, Lookup};
use crate::analysis::resolve::Resolver;
use crate::project::facts::MODULE;
use crate::project::{Ast, DefId, FileId, Shape, generators};

/// The builtins that read an attribute by its name.
const READERS: [&str; 2] = [GETTER, "hasattr"];

const GETTER: &str = "getattr";

/// A function called from more places than this may be passed any name.
const MOST_CALLERS: usize = 100;

/// What an expression spells: a name, or what names start and end with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spelling {
    Whole(String),
    Parts { start: String, end: String },
}

impl Spelling {
    /// `None` where the expression says nothing, or next to nothing, about the name.
    pub(crate) fn of(expr: &Expr) -> Option<Self> {
        let parts = |start: &str, end: &str| {
            let says_something = start.len() + end.len() > 1;
            says_something.then(|| Self::Parts { start: start.to_owned(), end: end.to_owned() })
        };
        match expr {
            Expr::FString(string) => {
                let elements: Vec<_> = string.value.elements().collect();
                parts(literal(elements.first()), literal(elements.last().filter(|_| elements.len() > 1)))
            }
            Expr::BinOp(operation) if operation.op == Operator::Add => match (&*operation.left, &*operation.right) {
                (Expr::StringLiteral(start), _) => parts(start.value.to_str(), ""),
                (_, Expr::StringLiteral(end)) => parts("", end.value.to_str()),
                _ => None,
            },
            Expr::StringLiteral(text) => Some(Self::Whole(text.value.to_str().to_owned())),
            _ => None,
        }
    }

    pub(crate) fn fits(&self, name: &str) -> bool {
        match self {
            Self::Whole(whole) => whole == name,
            Self::Parts { start, end } => {
                name.len() > start.len() + end.len() && name.starts_with(start.as_str()) && name.ends_with(end.as_str())
            }
        }
    }
}

/// The text of a part of an f-string that is none of its fields.
fn literal<'a>(element: Option<&&'a ast::InterpolatedStringElement>) -> &'a str {
    element.and_then(|element| element.as_literal()).map_or("", |literal| &*literal.value)
}

/// What the loops around a place go through, each with what it binds.
fn loops_around(ast: &Ast, at: TextRange) -> Vec<(&Expr, &Expr)> {
    let loops = ast.path(at).into_iter().flat_map(|node| match node {
        AnyNodeRef::StmtFor(for_) => vec![(&*for_.target, &*for_.iter)],
        node => generators(node).iter().map(|part| (&part.target, &part.iter)).collect(),
    });
    loops.collect()
}

/// What a loop through a list that is written out spells for one of the names that it binds.
fn items_for(name: &Name, target: &Expr, listed: &Expr) -> Vec<Spelling> {
    let items = |listed: &Expr| match listed {
        Expr::Tuple(tuple) => tuple.elts.clone(),
        Expr::List(list) => list.elts.clone(),
        Expr::Set(set) => set.elts.clone(),
        _ => Vec::new(),
    };
    let is_it = |target: &Expr| matches!(target, Expr::Name(own) if own.id == *name);
    if is_it(target) {
        return items(listed).iter().filter_map(Spelling::of).collect();
    }
    let Some(position) = items(target).iter().position(is_it) else { return Vec::new() };
    items(listed).iter().filter_map(|item| Spelling::of(items(item).get(position)?)).collect()
}

/// A call that reads an attribute by its name, and says something about that.
#[derive(Debug)]
pub(in crate::analysis) struct Taken {
    file: FileId,
    call: TextRange,
    /// The function around it.
    function: u32,
    spelling: Spelling,
    /// It gives what it reads.
    is_given: bool,
}

impl Resolver<'_> {
    /// Adds what becomes of the subject where it is taken by a part of its name.
    pub(super) fn looked_up_by_name(&self, subject: &Subject, callers: &mut Callers) {
        let Some(class) = subject.class.filter(|_| !subject.is_property) else { return };
        for taken in self.taken_as(subject, &subject.name).filter(|taken| taken.is_given) {
            let is_it = |file: FileId, object: &Expr| {
                self.shapes(file, object).iter().any(|shape| self.is_of_family(shape, class))
            };
            if self.is_taken_of(taken, &is_it) {
                self.follow_uses(subject, (taken.file, taken.call), 0, callers);
            }
        }
    }

    /// Adds the calls that read an attribute which runs the subject, by the attribute's name.
    pub(super) fn read_by_name(&self, subject: &Subject, accessors: &[Accessor], callers: &mut Callers) {
        let mut add = |name: &str, is_it: &dyn Fn(FileId, &Expr) -> bool| {
            let read = self.taken_as(subject, name).filter(|taken| taken.function != MODULE);
            callers.edges.extend(read.filter(|taken| self.is_taken_of(taken, is_it)).map(|taken| Edge {
                caller: FnId { file: taken.file, index: taken.function },
                at: taken.call,
                via: Via::Implicit,
            }));
        };
        if let Some(class) = subject.class.filter(|_| subject.is_property) {
            add(&subject.name, &|file, object| {
                let shapes = self.shapes(file, object);
                shapes.iter().any(|shape| self.has_property(shape, subject, class))
            });
        }
        for accessor in accessors.iter().filter(|accessor| accessor.context == ExprContext::Load) {
            add(&accessor.name, &|file, object| self.has_accessor(file, object, accessor));
        }
    }

    /// Whether a value may be an object whose property the subject is.
    fn has_property(&self, shape: &Shape, subject: &Subject, class: DefId) -> bool {
        let Shape::Instance(found) = shape else { return false };
        let member = || self.types.member(*found, &subject.name).and_then(|target| target.function);
        subject.bases.contains(found) || self.derives(*found, class) && member() == Some(subject.def)
    }

    /// The calls that may read an attribute of this name where the subject is known.
    fn taken_as<'r>(&'r self, subject: &'r Subject, name: &'r str) -> impl Iterator<Item = &'r Taken> {
        let named = self.taken_by_name().iter().filter(move |taken| taken.spelling.fits(name));
        named.filter(|taken| subject.may_be_known(self, taken.file))
    }

    fn is_taken_of(&self, taken: &Taken, is_it: &dyn Fn(FileId, &Expr) -> bool) -> bool {
        let ast = self.types.ast(taken.file);
        let object = ast.as_ref().and_then(|ast| ast.call(taken.call)?.arguments.args.first());
        object.is_some_and(|object| is_it(taken.file, object))
    }

    fn taken_by_name(&self) -> &[Taken] {
        self.shared.taken.get_or_init(|| {
            let read = READERS
                .into_iter()
                .flat_map(|reader| self.index().calls(reader).iter().map(move |posting| (reader == GETTER, *posting)));
            let taken = read.flat_map(|(is_given, (file, position))| {
                let call = self.types.world().call_at((file, position)).map(|call| (call.range, call.function));
                let spelled = call.map(|(range, _)| self.spellings(file, range)).unwrap_or_default();
                spelled.into_iter().filter_map(move |spelling| {
                    let (call, function) = call?;
                    Some(Taken { file, call, function, spelling, is_given })
                })
            });
            taken.collect()
        })
    }

    /// What the call at `range` may ask an object for: what is written there, or what a variable or parameter there is given.
    fn spellings(&self, file: FileId, range: TextRange) -> Vec<Spelling> {
        let Some(ast) = self.types.ast(file) else { return Vec::new() };
        let Some(asked) = ast.call(range).and_then(|call| call.arguments.args.get(1)) else { return Vec::new() };
        let Expr::Name(name) = asked else { return Spelling::of(asked).into_iter().collect() };
        let facts = self.types.facts(file);
        let index = facts.enclosing(name.start());
        let bound = facts.bindings.iter().filter(|bound| bound.function == index && bound.target == name.id);
        let mut spelled: Vec<Spelling> = bound.filter_map(|bound| Spelling::of(ast.expression(bound.value)?)).collect();
        if let Some((position, _)) = facts.functions.get(index as usize).and_then(|f| f.parameter(&name.id)) {
            spelled.extend(self.passed_spellings(FnId { file, index }, position));
        }
        for (target, iter) in loops_around(&ast, range) {
            let listed = match iter {
                Expr::Name(listed) => {
                    let bound = facts.bindings.iter().filter(|bound| bound.target == listed.id);
                    bound.filter_map(|bound| ast.expression(bound.value)).collect()
                }
                other => vec![other],
            };
            spelled.extend(listed.into_iter().flat_map(|listed| items_for(&name.id, target, listed)));
        }
        spelled
    }

    /// What the calls of a function spell for one of its parameters.
    fn passed_spellings(&self, id: FnId, position: usize) -> Vec<Spelling> {
        let function = self.types.world().function(id);
        if function.is_none_or(|function| self.index().calls(&function.name).len() > MOST_CALLERS) {
            return Vec::new();
        }
        let values = self.passed_values(id, position);
        values.iter().filter_map(|(file, value)| Spelling::of(self.types.ast(*file)?.expression(*value)?)).collect()
    }

    /// Whether a value may be an instance of a class, or of one that it derives from.
    fn is_of_family(&self, shape: &Shape, class: DefId) -> bool {
        match shape {
            Shape::Instance(found) | Shape::Class(found) => {
                self.derives(*found, class) || self.types.world().is_own(found.file) && self.derives(class, *found)
            }
            _ => false,
        }
    }
}
