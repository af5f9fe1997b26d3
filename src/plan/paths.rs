//! The file that an expression names, as text: two expressions with one text name one file.

mod commands;
mod constants;
mod spelling;

use ruff_python_ast::helpers::is_docstring_stmt;
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    AnyNodeRef, Expr, ExprBinOp, ExprCall, ExprFString, FStringPart, InterpolatedStringElement, Operator, Stmt,
    StmtFunctionDef,
};
use ruff_python_parser::parse_expression;
use ruff_text_size::{Ranged, TextRange};

pub(super) use commands::{is_fixed, words};
use spelling::Spelling;

use super::files::is_module;
use super::memo::Survey;
use super::scope::{Scope, stored};
use super::swap::argument_for;
use crate::analysis::{FnId, Lookup};
use crate::project::facts::MODULE;
use crate::project::{Ast, last};
use crate::text::slice;

/// Longer paths keep the names that they have.
const LONGEST_PATH: usize = 120;

/// The text of an expression, with a local name replaced by what it was bound to, and without what only gives a path another form.
pub(super) fn text(survey: Survey<'_>, ast: &Ast, function: FnId, expr: &Expr, depth: usize) -> String {
    spelling(survey, ast, function, expr, depth).written()
}

fn spelling(survey: Survey<'_>, ast: &Ast, function: FnId, expr: &Expr, depth: usize) -> Spelling {
    let reader = Reader { survey, ast, function, source: survey.resolver.types.text(function.file) };
    reader.spelling(expr, depth)
}

/// What parameters stand for, as text.
pub(super) type Names = Vec<(Name, String)>;

/// What a call does with paths.
#[derive(PartialEq, Eq)]
enum Form {
    /// It gives what it is given.
    Same,
    /// It puts a path together.
    Joined,
    /// It makes another one of it.
    Derived,
}

/// A function that only returns the value of an expression.
struct Maker {
    id: FnId,
    ast: Ast,
    value: TextRange,
}

struct Reader<'a> {
    survey: Survey<'a>,
    ast: &'a Ast,
    function: FnId,
    source: String,
}

impl Reader<'_> {
    fn spelling(&self, expr: &Expr, depth: usize) -> Spelling {
        let of = |expr: &Expr| self.spelling(expr, depth);
        let written = || Spelling::of_value(&self.written(expr.range()));
        match expr {
            Expr::Name(name) if depth > 0 => match self.bound(&name.id).filter(|_| self.function.index != MODULE) {
                Some(value) => self.spelling(value, depth - 1),
                None => self.constant(&name.id, depth - 1).unwrap_or_else(written),
            },
            Expr::Attribute(attribute) if depth > 0 => self.attribute(attribute, depth - 1).unwrap_or_else(written),
            Expr::StringLiteral(string) => Spelling::of_text(string.value.to_str()),
            Expr::BinOp(operation) => {
                let (left, right) = (of(&operation.left), of(&operation.right));
                match operation.op {
                    Operator::Div => right.within(left),
                    Operator::Add => left.then(right),
                    Operator::Mod => self.formatted(operation, depth).unwrap_or_else(written),
                    _ => {
                        let between = self.written(TextRange::new(operation.left.end(), operation.right.start()));
                        Spelling::of_value(&format!("{}{between}{}", left.written(), right.written()))
                    }
                }
            }
            Expr::FString(string) => self.interpolated(string, depth),
            Expr::Call(call) => self.called(call, depth),
            _ => written(),
        }
    }

    fn interpolated(&self, string: &ExprFString, depth: usize) -> Spelling {
        string.value.iter().fold(Spelling::default(), |all, part| match part {
            FStringPart::Literal(literal) => all.then(Spelling::of_text(&literal.value)),
            FStringPart::FString(part) => part.elements.iter().fold(all, |all, element| match element {
                InterpolatedStringElement::Literal(literal) => all.then(Spelling::of_text(&literal.value)),
                InterpolatedStringElement::Interpolation(field)
                    if field.format_spec.is_none() && field.debug_text.is_none() =>
                {
                    all.then(self.spelling(&field.expression, depth))
                }
                // What stands in its brackets, with how it is to be written.
                InterpolatedStringElement::Interpolation(field) => {
                    let written = self.written(field.range());
                    all.then(Spelling::of_value(written.trim_start_matches('{').trim_end_matches('}')))
                }
            }),
        })
    }

    /// `"%s.json" % name`
    fn formatted(&self, operation: &ExprBinOp, depth: usize) -> Option<Spelling> {
        let text = operation.left.as_string_literal_expr()?;
        let values = match &*operation.right {
            Expr::Tuple(tuple) => &tuple.elts[..],
            one => std::slice::from_ref(one),
        };
        Spelling::filled(text.value.to_str(), values.iter().map(|value| self.spelling(value, depth)).collect())
    }

    fn called(&self, call: &ExprCall, depth: usize) -> Spelling {
        if depth > 0
            && let Some(maker) = self.maker(call)
        {
            return self.made(call, &maker, depth - 1);
        }
        let of = |expr: &Expr| self.spelling(expr, depth);
        let written = || Spelling::of_value(&self.written(call.range()));
        let given = &*call.arguments.args;
        let joined = |first: Spelling, rest: &[Expr]| rest.iter().fold(first, |folder, part| of(part).within(folder));
        let object = call.func.as_attribute_expr().map(|method| (&*method.value, method.attr.as_str()));
        match (self.form(call), given) {
            (Some(Form::Same), [first, rest @ ..]) => joined(of(first), rest),
            (Some(Form::Joined), [first, rest @ ..]) => match object {
                Some((folder, _)) if !is_module(self.survey, self.function.file, folder) => joined(of(folder), given),
                _ => joined(of(first), rest),
            },
            (Some(Form::Derived), _) if depth > 0 => {
                let given: Vec<String> = given.iter().map(|given| of(given).written()).collect();
                let (Some((path, method)), given) = (object, given.join(",")) else { return written() };
                Spelling::of_value(&format!("{}.{method}({given})", of(path).written()))
            }
            (None, _) if call.arguments.keywords.is_empty() => match object {
                Some((Expr::StringLiteral(text), "format")) => {
                    Spelling::filled(text.value.to_str(), given.iter().map(of).collect()).unwrap_or_else(written)
                }
                _ => written(),
            },
            _ => written(),
        }
    }

    /// What is written at a place, without white space.
    fn written(&self, range: TextRange) -> String {
        slice(&self.source, range).split_whitespace().collect()
    }

    /// Whether an expression puts a path together, or is a text.
    fn is_path(&self, expr: &Expr) -> bool {
        match expr {
            Expr::StringLiteral(_) | Expr::FString(_) => true,
            Expr::BinOp(operation) => matches!(operation.op, Operator::Div | Operator::Add),
            Expr::Call(call) => self.form(call).is_some(),
            _ => false,
        }
    }

    /// What a local name stands for, if it is bound once, and to what is the same wherever it is worked out.
    fn bound(&self, name: &str) -> Option<&Expr> {
        let facts = self.survey.resolver.types.facts(self.function.file);
        let mut values = facts
            .bindings
            .iter()
            .filter(|binding| binding.function == self.function.index && binding.target == name)
            .map(|binding| binding.value);
        let value = match (values.next(), values.next()) {
            (Some(value), None) => self.ast.expression(value)?,
            (None, _) => self.assigned(name)?,
            _ => return None,
        };
        let is_plain = value.as_call_expr().is_none_or(|call| self.form(call).is_some() || self.maker(call).is_some());
        is_plain.then_some(value)
    }

    /// What the function assigns to a name, if it binds it nowhere else.
    fn assigned(&self, name: &str) -> Option<&Expr> {
        let own = self.survey.resolver.types.world().function(self.function)?;
        if own.parameter(name).is_some() {
            return None;
        }
        let scope = Scope::of(self.ast.def(own.range)?);
        let mut bound = scope.bound.iter().filter(|(bound, _)| bound == name).map(|(_, at)| *at);
        let (at, None) = (bound.next()?, bound.next()) else { return None };
        let statement = self.ast.path(at).into_iter().rev().find(|node| node.is_statement());
        let value = match statement? {
            AnyNodeRef::StmtAssign(assign) => {
                assign.targets.iter().any(|target| target.range() == at).then_some(&*assign.value)
            }
            AnyNodeRef::StmtAnnAssign(assign) if assign.target.range() == at => assign.value.as_deref(),
            _ => None,
        }?;
        self.ast.expression(value.range())
    }

    /// The function of the program that a call runs, if all that it does is to return the value of an expression.
    fn maker(&self, call: &ExprCall) -> Option<Maker> {
        let types = &self.survey.resolver.types;
        let targets = self.survey.targets(self.function.file, call);
        let [target] = &targets[..] else { return None };
        let id = types.world().fn_of(target.function?).filter(|id| types.world().is_own(id.file))?;
        let function = types.world().function(id)?;
        let is_plain = !function.is_async && !function.is_generator && function.decorators.is_empty();
        let ast = types.ast(id.file).filter(|_| is_plain)?;
        let value = returned_only(ast.def(function.range)?)?.range();
        Some(Maker { id, ast, value })
    }

    /// What such a function returns, in the words of the caller.
    fn made(&self, call: &ExprCall, maker: &Maker, depth: usize) -> Spelling {
        let given = names(self.survey, self.ast, self.function, call, maker.id, depth);
        let value = maker.ast.expression(maker.value);
        let value = value.map(|value| text(self.survey, &maker.ast, maker.id, value, depth));
        Spelling::of_value(&value.map_or_else(|| self.written(call.range()), |value| renamed(&value, &given)))
    }

    fn form(&self, call: &ExprCall) -> Option<Form> {
        let catalogue = self.survey.resolver.catalogue();
        if !call.arguments.keywords.is_empty() || !catalogue.is_path_name(last(&call.func)?) {
            return None;
        }
        let targets = self.survey.targets(self.function.file, call);
        let mut names = targets.iter().flat_map(|target| &target.names);
        names.find_map(|name| match name {
            name if catalogue.is_same_path(name) => Some(Form::Same),
            name if catalogue.joins_path(name) => Some(Form::Joined),
            name if catalogue.derives_path(name) => Some(Form::Derived),
            _ => None,
        })
    }
}

/// What a function returns that does nothing else.
fn returned_only(def: &StmtFunctionDef) -> Option<&Expr> {
    let rest: Vec<&Stmt> = def.body.iter().filter(|stmt| !is_docstring_stmt(stmt)).collect();
    match rest[..] {
        [Stmt::Return(return_)] => return_.value.as_deref(),
        _ => None,
    }
}

/// What the parameters of a function stand for where it is called.
pub(super) fn names(
    survey: Survey<'_>,
    ast: &Ast,
    function: FnId,
    call: &ExprCall,
    callee: FnId,
    depth: usize,
) -> Names {
    let types = &survey.resolver.types;
    let (Some(called), Some(home)) = (types.world().function(callee), types.ast(callee.file)) else {
        return Names::new();
    };
    let def = home.def(called.range);
    let named = called.parameters.iter().enumerate().filter_map(|(position, parameter)| {
        let name = parameter.name.clone();
        if let (0, Some(_), Expr::Attribute(method)) = (position, called.class, &*call.func) {
            return Some((name, text(survey, ast, function, &method.value, depth)));
        }
        if let Some(value) = argument_for(call, &parameter.name, called)? {
            return Some((name, text(survey, ast, function, value, depth)));
        }
        let mut written = def?.parameters.iter_non_variadic_params();
        let default = written.find(|written| written.name().as_str() == parameter.name.as_str())?.default.as_deref()?;
        Some((name, text(survey, &home, callee, default, 0)))
    });
    named.collect()
}

/// The text of a path with other names for the parameters in it; what is in quotes stays.
pub(super) fn renamed(path: &str, names: &Names) -> String {
    if names.is_empty() {
        return path.to_owned();
    }
    let mut result = String::new();
    let (mut word, mut quote, mut depth, mut before) = (String::new(), None, 0_usize, ' ');
    for c in path.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        let is_code = quote.is_none() || depth > 0;
        let given = names
            .iter()
            .find(|(name, _)| is_code && before != '.' && name.as_str() == word && !matches!(c, '"' | '\''));
        result.push_str(given.map_or(word.as_str(), |(_, text)| text));
        word.clear();
        match c {
            '"' | '\'' if depth == 0 => quote = if quote == Some(c) { None } else { quote.or(Some(c)) },
            '{' if quote.is_some() => depth += 1,
            '}' if quote.is_some() => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = c;
        result.push(c);
    }
    result.pop();
    if result.len() > LONGEST_PATH { path.to_owned() } else { Spelling::of_value(&result).written() }
}

/// The variables in the text of a path.
pub(super) fn variables(text: &str) -> Vec<String> {
    struct Variables(Vec<String>);
    impl<'a> Visitor<'a> for Variables {
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0.extend(expr.as_name_expr().map(|name| name.id.to_string()));
            walk_expr(self, expr);
        }
    }
    let mut names = Variables(Vec::new());
    if let Ok(parsed) = parse_expression(text) {
        names.visit_expr(parsed.expr());
    }
    names.0
}

/// A path without what is put into it, where there is such a thing.
pub(super) fn outline(path: &str) -> Option<String> {
    Spelling::of_value(path).outline()
}

/// Whether a path, in the words of a function, has a part that nobody else comes upon: a name made for it, or a folder.
pub(super) fn is_fresh(survey: Survey<'_>, function: FnId, path: &str) -> bool {
    let types = &survey.resolver.types;
    let facts = types.facts(function.file);
    let tops: Vec<&str> = facts.imports.iter().filter_map(|import| import.module.split('.').next()).collect();
    let unique = survey.resolver.catalogue().unique();
    let here = unique.filter(|name| name.split('.').next().is_some_and(|top| tops.contains(&top)));
    let calls: Vec<String> = here.filter_map(|name| Some(format!("{}(", name.rsplit('.').next()?))).collect();
    if calls.is_empty() {
        return false;
    }
    let makes = |text: &str| calls.iter().any(|call| text.contains(call.as_str()));
    let Some(ast) = types.ast(function.file) else { return false };
    let own = types.world().function(function).and_then(|own| ast.def(own.range));
    let mut values = Values { text: types.text(function.file), found: Vec::new() };
    own.into_iter().for_each(|def| values.visit_body(&def.body));
    let is_made = |word: &str| {
        let mut of_it = values.found.iter().filter(|(name, _)| name == word).peekable();
        of_it.peek().is_some() && of_it.all(|(_, value)| makes(value))
    };
    makes(path) || path.split(|c: char| !c.is_alphanumeric() && c != '_').any(is_made)
}

/// What a function gives to its variables, as text.
struct Values {
    text: String,
    found: Vec<(String, String)>,
}

impl Values {
    fn add(&mut self, target: &Expr, value: &Expr) {
        let mut names = Vec::new();
        stored(target, &mut names);
        let value = slice(&self.text, value.range()).to_owned();
        self.found.extend(names.into_iter().map(|name| (name.to_string(), value.clone())));
    }
}

impl<'a> Visitor<'a> for Values {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.add(target, &assign.value)),
            Stmt::For(for_) => self.add(&for_.target, &for_.iter),
            Stmt::With(with) => {
                for item in &with.items {
                    item.optional_vars.iter().for_each(|target| self.add(target, &item.context_expr));
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_put_together_alike() {
        let alike = [
            (r#"f"{folder}/{name}.json""#, r#"f"{folder}/{account.owner}.json""#),
            ("self._path(owner)", "self._path(account.owner)"),
            (r#"f"{self.folder}/{name}""#, r#"f"{self.folder}/{page.name}""#),
            (r#"f"{base}/x/{name}""#, r#"f"{base}/x/{other}""#),
            (r#"f"{name}.json""#, r#"f"{other}.json""#),
        ];
        let other = [
            (r#"f"{folder}/{name}.json""#, r#"f"{folder}/{name}.txt""#),
            (r#"f"{base}/x/{name}""#, r#"f"{base}/y/{name}""#),
            (r#"f"{self.source}/{name}""#, r#"f"{self.target}/{name}""#),
            (r#"path.with_suffix(".a")"#, r#"path.with_suffix(".b")"#),
            ("path", "other"),
        ];
        let are_alike = |(own, other): (&str, &str)| outline(own).is_some_and(|own| outline(other) == Some(own));
        alike.into_iter().for_each(|pair| assert!(are_alike(pair), "{pair:?}"));
        other.into_iter().for_each(|pair| assert!(!are_alike(pair), "{pair:?}"));
    }

    #[test]
    fn paths_by_other_names() {
        let names = vec![(Name::new("path"), "self.root".to_owned()), (Name::new("n"), "\"a\"".to_owned())];
        assert_eq!(renamed("f\"{path}.tmp\"", &names), "f\"{self.root}.tmp\"");
        assert_eq!(renamed("f\"{path}/path\"", &names), "f\"{self.root}/path\"");
        assert_eq!(renamed("f\"{path}/{n}.json\"", &names), "f\"{self.root}/a.json\"");
        assert_eq!(renamed("self.path", &names), "self.path");
    }
}
