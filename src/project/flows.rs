//! How values go from name to name inside one file, as far as the syntax shows it: what the search narrows down with before it
//! asks for types.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr, Stmt};

use super::facts::{Flow, MODULE, Part, Pass, Reach, Slot, Source, is_accessor};
use super::syntax::last;

/// What the methods of a file's classes call the object, whichever name it has there: as a target, what those classes inherit.
pub const SELF: Name = Name::new_static("self");

/// A flow from the names in `value`, unless it names nothing.
pub(super) fn flow(target: Name, reach: Reach, value: &Expr) -> Option<Flow> {
    let mut sources = Vec::new();
    carried(value, Part::Own, &mut sources);
    if let Expr::Subscript(subscript) = value
        && is_class_like(&subscript.value)
    {
        named(&subscript.slice, &mut sources);
    }
    (!sources.is_empty()).then(|| Flow {
        target,
        home: MODULE,
        reach,
        is_alias: is_alias(value),
        is_result: false,
        sources: sources.into(),
    })
}

/// Whether what is subscripted is a type, going by its name: `Annotated[Session, …]` has another name then.
fn is_class_like(value: &Expr) -> bool {
    let name = match value {
        Expr::Name(name) => &name.id,
        Expr::Attribute(attribute) => &attribute.attr.id,
        _ => return false,
    };
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

/// Whether an expression is a name, perhaps with attributes, and not a value made from it.
#[must_use]
pub fn is_alias(value: &Expr) -> bool {
    match value {
        Expr::Name(_) => true,
        Expr::Attribute(attribute) => is_alias(&attribute.value),
        Expr::If(branch) => is_alias(&branch.body) || is_alias(&branch.orelse),
        Expr::BoolOp(operation) => operation.values.iter().any(is_alias),
        _ => false,
    }
}

/// A flow from what an annotation names; those in quotes count.
pub(super) fn annotated(target: Name, reach: Reach, annotation: &Expr) -> Option<Flow> {
    let mut sources = Vec::new();
    named(annotation, &mut sources);
    (!sources.is_empty()).then(|| Flow {
        target,
        home: MODULE,
        reach,
        is_alias: false,
        is_result: false,
        sources: sources.into(),
    })
}

/// Types of values on which nothing is called that could block.
const PLAIN: &[&str] = &[
    "str",
    "bytes",
    "bytearray",
    "int",
    "float",
    "complex",
    "bool",
    "None",
    "NoReturn",
    "Never",
    "Decimal",
    "UUID",
    "date",
    "datetime",
    "timedelta",
];
/// Types of values that are as plain as what is in them.
const CONTAINERS: &[&str] = &[
    "list",
    "dict",
    "set",
    "frozenset",
    "tuple",
    "List",
    "Dict",
    "Set",
    "FrozenSet",
    "Tuple",
    "Optional",
    "Union",
    "Sequence",
    "Collection",
    "Iterable",
    "Iterator",
    "Generator",
    "AsyncIterable",
    "AsyncIterator",
    "AsyncGenerator",
    "Mapping",
    "MutableMapping",
];

/// Whether an annotation says that a value is text, a number or the like, or a container of such.
pub(super) fn is_plain(annotation: &Expr) -> bool {
    match annotation {
        Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => true,
        Expr::Name(_) | Expr::Attribute(_) => last(annotation).is_some_and(|name| PLAIN.contains(&name)),
        Expr::BinOp(union) => is_plain(&union.left) && is_plain(&union.right),
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_plain),
        Expr::Subscript(subscript) => match last(&subscript.value) {
            Some("Literal") => true,
            Some(name) => CONTAINERS.contains(&name) && is_plain(&subscript.slice),
            None => false,
        },
        _ => false,
    }
}

/// The names that an assignment, a loop or a `with` binds or stores into, with how far they reach.
pub(super) fn targets(target: &Expr, local: Reach, found: &mut Vec<(Name, Reach)>) {
    match target {
        Expr::Name(name) => found.push((name.id.clone(), local)),
        Expr::Attribute(attribute) => {
            let reach = if is_self(&attribute.value) { Reach::Own } else { Reach::Member };
            found.push((attribute.attr.id.clone(), reach));
        }
        Expr::Subscript(subscript) => targets(&subscript.value, local, found),
        Expr::Starred(starred) => targets(&starred.value, local, found),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| targets(target, local, found)),
        Expr::List(list) => list.elts.iter().for_each(|target| targets(target, local, found)),
        _ => {}
    }
}

/// The arguments of a call that name something.
pub(super) fn passes(call: &ast::ExprCall) -> Vec<Pass> {
    let Some(callee) = callee_name(&call.func) else { return Vec::new() };
    let pass = |slot: Slot, argument: &Expr| {
        let sources = chain(argument);
        if sources.is_empty() {
            return None;
        }
        Some(Pass { callee: callee.clone(), slot, is_alias: is_alias(argument), sources: sources.into() })
    };
    let by_position = call.arguments.args.iter().enumerate();
    let by_name = call.arguments.keywords.iter().filter_map(|keyword| Some((keyword.arg.as_ref()?, &keyword.value)));
    by_position
        .filter_map(|(position, argument)| pass(Slot::Position(position), argument))
        .chain(by_name.filter_map(|(name, argument)| pass(Slot::Keyword(name.id.clone()), argument)))
        .collect()
}

/// The last name of what is called, or of the table that it is taken from: `TABLE[key](object)`, `TABLE.get(key)(object)`.
fn callee_name(func: &Expr) -> Option<&Name> {
    match func {
        Expr::Name(name) => Some(&name.id),
        Expr::Attribute(attribute) => Some(&attribute.attr.id),
        Expr::Subscript(subscript) => callee_name(&subscript.value),
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if is_accessor(&method.attr) => callee_name(&method.value),
            _ => None,
        },
        _ => None,
    }
}

/// The names on the way to an object: of `self.api.session`, `api` and `session`. Empty where the syntax does not say.
#[must_use]
pub fn chain(object: &Expr) -> Vec<Source> {
    let mut sources = Vec::new();
    links(object, Part::Own, &mut sources);
    sources
}

fn links(object: &Expr, part: Part, sources: &mut Vec<Source>) {
    match object {
        Expr::Name(_) if is_self(object) => {}
        Expr::Name(name) => sources.push(Source::plain(name.id.clone(), part)),
        Expr::Attribute(attribute) => {
            let is_own = is_self(&attribute.value);
            sources.push(Source { is_member: true, is_own, ..Source::plain(attribute.attr.id.clone(), part) });
            let receiver = sources.len();
            links(&attribute.value, part, sources);
            match sources.get_mut(receiver) {
                Some(source) => source.is_receiver = is_one(&attribute.value),
                None if is_own => {
                    sources.push(Source { is_receiver: true, ..Source::plain(SELF, part) });
                }
                None => {}
            }
        }
        Expr::Subscript(subscript) => links(&subscript.value, part, sources),
        Expr::Await(await_) => links(&await_.value, part, sources),
        Expr::Named(named) => links(&named.value, part, sources),
        _ => carried(object, part, sources),
    }
}

fn is_self(object: &Expr) -> bool {
    matches!(object, Expr::Name(name) if matches!(name.id.as_str(), "self" | "cls"))
}

/// Whether the first name of an expression is what its value comes from, so that attributes of the value are taken from that.
fn is_one(object: &Expr) -> bool {
    match object {
        Expr::Name(_) | Expr::Attribute(_) => true,
        Expr::Subscript(subscript) => is_one(&subscript.value),
        Expr::Await(await_) => is_one(&await_.value),
        Expr::Call(call) => is_one(&call.func),
        _ => false,
    }
}

/// The names whose values may be, or be inside of, the value of an expression.
fn carried(value: &Expr, part: Part, sources: &mut Vec<Source>) {
    match value {
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::Named(_) => links(value, part, sources),
        Expr::Call(call) => {
            links(&call.func, part, sources);
            for argument in call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value)) {
                let is_given = part == Part::Own && matches!(argument, Expr::Name(_) | Expr::Attribute(_));
                carried(argument, if is_given { Part::Given } else { Part::Within }, sources);
            }
        }
        Expr::Await(await_) => carried(&await_.value, part, sources),
        Expr::Starred(starred) => carried(&starred.value, part, sources),
        Expr::If(branch) => {
            carried(&branch.body, part, sources);
            carried(&branch.orelse, part, sources);
        }
        Expr::BoolOp(operation) => operation.values.iter().for_each(|value| carried(value, part, sources)),
        Expr::BinOp(operation) => {
            carried(&operation.left, part, sources);
            carried(&operation.right, part, sources);
        }
        Expr::List(list) => list.elts.iter().for_each(|value| carried(value, part, sources)),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|value| carried(value, part, sources)),
        Expr::Set(set) => set.elts.iter().for_each(|value| carried(value, part, sources)),
        Expr::Dict(dict) => dict.items.iter().for_each(|item| carried(&item.value, part, sources)),
        Expr::ListComp(comp) => carried(&comp.elt, part, sources),
        Expr::SetComp(comp) => carried(&comp.elt, part, sources),
        Expr::DictComp(comp) => carried(&comp.value, part, sources),
        Expr::Generator(comp) => carried(&comp.elt, part, sources),
        // What its parameters hold is not what names around it hold.
        Expr::Lambda(lambda) => {
            let mut inner = Vec::new();
            carried(&lambda.body, part, &mut inner);
            let is_given = |source: &Source| {
                !source.is_member && lambda.parameters.as_ref().is_some_and(|all| all.includes(&source.name))
            };
            sources.extend(inner.into_iter().filter(|source| !is_given(source)));
        }
        _ => {}
    }
}

/// Every name in an annotation.
fn named(annotation: &Expr, sources: &mut Vec<Source>) {
    match annotation {
        Expr::StringLiteral(string) => {
            let text = string.value.to_str();
            for part in text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|part| !part.is_empty()) {
                sources.push(Source::plain(Name::new(part), Part::Own));
            }
        }
        Expr::Subscript(subscript) => {
            named(&subscript.value, sources);
            named(&subscript.slice, sources);
        }
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|part| named(part, sources)),
        Expr::List(list) => list.elts.iter().for_each(|part| named(part, sources)),
        Expr::BinOp(operation) => {
            named(&operation.left, sources);
            named(&operation.right, sources);
        }
        other => carried(other, Part::Own, sources),
    }
}

/// The types that a handler catches, for the name that it binds.
pub(super) fn handler(handler: &ast::ExceptHandler) -> Option<Flow> {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    flow(handler.name.as_ref()?.id.clone(), Reach::Local, handler.type_.as_deref()?)
}

/// What a class inherits from, and so do its objects.
pub(super) fn bases(class: &ast::StmtClassDef) -> Vec<Flow> {
    let mut sources = Vec::new();
    for base in class.bases() {
        named(base, &mut sources);
    }
    if sources.is_empty() {
        return Vec::new();
    }
    let flow = |target: Name, reach: Reach| Flow {
        target,
        home: MODULE,
        reach,
        is_alias: false,
        is_result: false,
        sources: sources.clone().into(),
    };
    vec![flow(class.name.id.clone(), Reach::Both), flow(SELF, Reach::Local)]
}

/// What a function returns or yields, by one of its statements.
pub(super) fn returned(function: &Name, stmt: &Stmt) -> Option<Flow> {
    match stmt {
        Stmt::Return(return_) => flow(function.clone(), Reach::Both, return_.value.as_deref()?),
        _ => None,
    }
}
