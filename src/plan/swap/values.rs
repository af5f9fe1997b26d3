//! Of what kind a value is, as far as the text and the types say.

use ruff_python_ast::{Expr, ExprName, InterpolatedStringElement, Number};

use crate::analysis::Resolver;
use crate::project::FileId;

/// A kind of value. A container has the kinds of what it holds; of a mapping, those of its values; of a tuple, those of each place, or
/// of all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    None,
    True,
    False,
    Bool,
    Int,
    Float,
    Str,
    /// A text that is not empty.
    Filled,
    Bytes,
    Dict(Vec<Kind>),
    List(Vec<Kind>),
    Tuple(Vec<Vec<Kind>>),
    Tuples(Vec<Kind>),
    /// What a call of one of these names makes there.
    Made(Vec<String>),
    Other,
    Unknown,
}

/// The kinds that an expression may be of. `names` tells those of a name that has no annotation.
pub(super) fn kinds(
    resolver: &Resolver<'_>,
    file: FileId,
    expr: &Expr,
    names: &dyn Fn(&ExprName) -> Option<Vec<Kind>>,
) -> Vec<Kind> {
    let of = |expr: &Expr| kinds(resolver, file, expr, names);
    let all = |exprs: &[Expr]| exprs.iter().flat_map(of).collect::<Vec<_>>();
    match expr {
        Expr::NoneLiteral(_) => vec![Kind::None],
        Expr::BooleanLiteral(literal) => vec![if literal.value { Kind::True } else { Kind::False }],
        Expr::NumberLiteral(number) => vec![match number.value {
            Number::Int(_) => Kind::Int,
            Number::Float(_) => Kind::Float,
            Number::Complex { .. } => Kind::Other,
        }],
        Expr::StringLiteral(literal) => vec![text(!literal.value.is_empty())],
        Expr::FString(string) => {
            let is_filled =
                |part: &InterpolatedStringElement| part.as_literal().is_some_and(|part| !part.value.is_empty());
            vec![text(string.value.elements().any(is_filled))]
        }
        Expr::BytesLiteral(_) => vec![Kind::Bytes],
        Expr::Dict(dict) => vec![Kind::Dict(
            dict.items
                .iter()
                .flat_map(|item| match &item.key {
                    Some(_) => of(&item.value),
                    // `**more`
                    None => of(&item.value)
                        .into_iter()
                        .flat_map(|kind| if let Kind::Dict(values) = kind { values } else { vec![Kind::Unknown] })
                        .collect(),
                })
                .collect(),
        )],
        Expr::List(list) => vec![Kind::List(all(&list.elts))],
        Expr::Tuple(tuple) if tuple.iter().any(Expr::is_starred_expr) => vec![Kind::Tuples(all(&tuple.elts))],
        Expr::Tuple(tuple) => vec![Kind::Tuple(tuple.iter().map(of).collect())],
        Expr::If(branch) => {
            let mut found = of(&branch.body);
            found.extend(of(&branch.orelse));
            found
        }
        _ => {
            let found =
                resolver.types.written_type(file, expr).map_or_else(|| vec![Kind::Unknown], |text| parse(&text));
            match expr {
                Expr::Name(name) if found.contains(&Kind::Unknown) => names(name).unwrap_or(found),
                Expr::Call(call) if found == [Kind::Other] => {
                    vec![Kind::Made(resolver.types.reference_names(file, &call.func))]
                }
                _ => found,
            }
        }
    }
}

/// The kinds of a type as a checker writes it.
fn parse(written: &str) -> Vec<Kind> {
    parts(written, '|').into_iter().flat_map(one).collect()
}

fn one(written: &str) -> Vec<Kind> {
    let written = within_brackets(written);
    // `str & ~AlwaysFalsy`: what a condition has ruled out
    if let [first, rest @ ..] = &parts(written, '&')[..]
        && !rest.is_empty()
    {
        return match one(first) {
            _ if !rest.iter().all(|part| part.starts_with('~')) => vec![Kind::Unknown],
            found if found == [Kind::Str] => vec![text(rest.contains(&"~AlwaysFalsy"))],
            found => found,
        };
    }
    let (name, inner) = match written.split_once('[') {
        Some((name, rest)) => (name, rest.strip_suffix(']')),
        None => (written, Some("")),
    };
    let Some(inner) = inner else { return vec![Kind::Unknown] };
    let elements = || parts(inner, ',');
    let held = |part: Option<&&str>| part.map_or_else(|| vec![Kind::Unknown], |part| parse(part));
    vec![match name {
        "None" => Kind::None,
        "bool" => Kind::Bool,
        "int" => Kind::Int,
        "float" => Kind::Float,
        "str" | "LiteralString" => Kind::Str,
        "bytes" => Kind::Bytes,
        "Literal" => return elements().into_iter().map(literal).collect(),
        "dict" => Kind::Dict(held(elements().get(1))),
        "list" => Kind::List(held(elements().first())),
        "tuple" if elements().iter().any(|part| *part == "..." || part.starts_with('*')) => {
            Kind::Tuples(elements().into_iter().filter(|part| *part != "...").flat_map(parse).collect())
        }
        "tuple" => Kind::Tuple(elements().into_iter().map(parse).collect()),
        "Any" | "Unknown" | "Divergent" => Kind::Unknown,
        _ if name.starts_with(['@', '*']) || name.contains([' ', '(', '.']) => Kind::Unknown,
        _ => Kind::Other,
    }]
}

fn literal(value: &str) -> Kind {
    match value {
        "True" => Kind::True,
        "False" => Kind::False,
        _ if value.starts_with(['"', '\'']) => text(value.len() > 2),
        _ if value.starts_with("b\"") || value.starts_with("b'") => Kind::Bytes,
        _ if value.trim_start_matches('-').chars().all(|c| c.is_ascii_digit()) => Kind::Int,
        _ => Kind::Unknown,
    }
}

fn text(is_filled: bool) -> Kind {
    if is_filled { Kind::Filled } else { Kind::Str }
}

/// A type without the brackets around all of it.
fn within_brackets(written: &str) -> &str {
    let mut depth = 0_usize;
    let close = written.find(|c| {
        depth = if c == '(' { depth + 1 } else { depth.saturating_sub(usize::from(c == ')')) };
        depth == 0
    });
    let is_around = close.is_some_and(|close| close > 0 && close + 1 == written.len());
    if is_around { &written[1..written.len() - 1] } else { written }
}

/// `text` cut at the separators that stand in no brackets and no quotes.
fn parts(text: &str, separator: char) -> Vec<&str> {
    let (mut depth, mut quote, mut from) = (0_usize, None, 0);
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            _ if quote.is_some() => quote = quote.filter(|open| *open != c),
            '"' | '\'' => quote = Some(c),
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ if c == separator && depth == 0 => {
                found.push(text[from..at].trim());
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    found.push(text[from..].trim());
    found.retain(|part| !part.is_empty());
    found
}

/// Whether every kind is one of those that a rule accepts: `str`, `None`, `dict[text|list[text]]`, where `text` is what `str()` makes
/// the same text of everywhere, and `any` everything that is known. `tuple[str]` is one of such items, `tuple[str,bytes]` one of two.
pub(super) fn accepts(patterns: &[String], found: &[Kind]) -> bool {
    found.iter().all(|kind| patterns.iter().any(|pattern| parts(pattern, '|').into_iter().any(|one| fits(one, kind))))
}

fn fits(pattern: &str, kind: &Kind) -> bool {
    let (name, inner) = match pattern.split_once('[') {
        Some((name, rest)) => (name, rest.strip_suffix(']').unwrap_or(rest)),
        None => (pattern, "any|unknown"),
    };
    let all =
        |inner: &str, kinds: &[Kind]| kinds.iter().all(|kind| parts(inner, '|').into_iter().any(|one| fits(one, kind)));
    let places = parts(inner, ',');
    match (name, kind) {
        ("unknown", kind) => *kind == Kind::Unknown,
        ("any", kind) => *kind != Kind::Unknown,
        ("object", Kind::Other | Kind::Made(_)) => true,
        ("None", Kind::None)
        | ("True", Kind::True)
        | ("False", Kind::False)
        | ("bool", Kind::Bool | Kind::True | Kind::False)
        | ("int", Kind::Int)
        | ("float", Kind::Float)
        | ("str", Kind::Str | Kind::Filled)
        | ("filled", Kind::Filled)
        | ("bytes", Kind::Bytes)
        | ("text", Kind::Str | Kind::Filled | Kind::Int | Kind::Float) => true,
        ("dict", Kind::Dict(held)) | ("list", Kind::List(held)) => all(inner, held),
        ("tuple", Kind::Tuples(held)) => places.len() == 1 && all(inner, held),
        ("tuple", Kind::Tuple(held)) if places.len() == 1 => held.iter().all(|held| all(inner, held)),
        ("tuple", Kind::Tuple(held)) => {
            held.len() == places.len() && held.iter().zip(places).all(|(held, place)| all(place, held))
        }
        (made, Kind::Made(names)) => made.strip_suffix("()").is_some_and(|made| names.iter().any(|name| name == made)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(pattern: &str, written: &str) -> bool {
        accepts(&[pattern.to_owned()], &parse(written))
    }

    #[test]
    fn kinds_of_written_types() {
        assert!(takes("dict[text]", "dict[str, str | int]"));
        assert!(!takes("dict[text]", "dict[str, bool]"));
        assert!(!takes("dict[text]", "dict[str, str | None]"));
        assert!(!takes("dict[text]", "dict[str, Unknown]"));
        assert!(takes("dict[any]", "dict[str, bool | dict[str, int]]"));
        assert!(takes("str|None", "Literal[\"a|b\", 'c'] | None"));
        assert!(takes("unknown", "Unknown"));
        assert!(!takes("any", "Unknown | None"));
        assert!(takes("tuple[any]", "tuple[int, float]"));
        assert!(!takes("str", "Path"));
        assert!(takes("None|object", "TextIOWrapper[_WrappedBuffer] | None"));
        assert!(!takes("object", "int"));
        assert!(!takes("object", "Unknown"));
        assert!(takes("dict[text|list[text]]", "dict[str, list[str]]"));
        assert!(takes("filled", "(str & ~AlwaysFalsy) | Literal[\"a\"]"));
        assert!(!takes("filled", "str"));
        assert!(!takes("filled", "Literal[\"\"]"));
        assert!(!takes("any", "(str) -> (str)"));
        assert!(takes("tuple[str,str|bytes]", "tuple[str, bytes]"));
        assert!(!takes("tuple[str,str|bytes]", "tuple[str, bytes, str]"));
        assert!(!takes("tuple[str,str|bytes]", "tuple[bytes, str]"));
        assert!(!takes("tuple[str,str]", "tuple[str, ...]"));
        assert!(!takes("tuple[any]", "tuple[int, *tuple[str, ...]]"));
    }
}
