//! The file that an expression names, as text: two expressions with one text name one file.

use ruff_python_ast::helpers::is_docstring_stmt;
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprFString, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::memo::Survey;
use super::scope::{Scope, stored};
use super::swap::argument_for;
use crate::analysis::{FnId, Lookup};
use crate::project::{Ast, last};
use crate::text::slice;

/// Longer paths keep the names that they have.
const LONGEST_PATH: usize = 120;

/// What puts a path together from texts.
pub(super) const JOINS: [&str; 5] = ["Path(", "join(", "joinpath(", "with_suffix(", "with_name("];

/// The text of an expression, with a local name replaced by what it was bound to, and without what only gives a path another form.
pub(super) fn text(survey: Survey<'_>, ast: &Ast, function: FnId, expr: &Expr, depth: usize) -> String {
    let reader = Reader { survey, ast, function, source: survey.resolver.types.text(function.file) };
    reader.text(expr, depth)
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
    fn text(&self, expr: &Expr, depth: usize) -> String {
        match expr {
            Expr::Name(name) if depth > 0 => match self.bound(&name.id) {
                Some(value) => self.text(value, depth - 1),
                None => self.written(expr.range()),
            },
            Expr::BinOp(operation) => {
                let between = TextRange::new(operation.left.end(), operation.right.start());
                let (left, right) = (self.text(&operation.left, depth), self.text(&operation.right, depth));
                format!("{left}{}{right}", self.written(between))
            }
            Expr::FString(string) => match only_part(string) {
                Some(part) => self.text(part, depth),
                None => self.written(expr.range()),
            },
            Expr::Call(call) => self.called(call, depth),
            _ => self.written(expr.range()),
        }
    }

    fn called(&self, call: &ExprCall, depth: usize) -> String {
        if depth > 0
            && let Some(maker) = self.maker(call)
        {
            return self.made(call, &maker, depth - 1);
        }
        match (self.form(call), &*call.arguments.args) {
            (Some(Form::Same), [path]) => self.text(path, depth),
            (Some(_), paths) if depth > 0 => {
                let paths: Vec<String> = paths.iter().map(|path| self.text(path, depth)).collect();
                let callee = match &*call.func {
                    Expr::Attribute(method) => format!("{}.{}", self.text(&method.value, depth), method.attr),
                    callee => self.written(callee.range()),
                };
                format!("{callee}({})", paths.join(","))
            }
            _ => self.written(call.range()),
        }
    }

    /// What is written at a place, without white space.
    fn written(&self, range: TextRange) -> String {
        slice(&self.source, range).split_whitespace().collect()
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
    fn made(&self, call: &ExprCall, maker: &Maker, depth: usize) -> String {
        let given = names(self.survey, self.ast, self.function, call, maker.id, depth);
        let value = maker.ast.expression(maker.value);
        let value = value.map(|value| text(self.survey, &maker.ast, maker.id, value, depth));
        value.map_or_else(|| self.written(call.range()), |value| renamed(&value, &given))
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
    if result.len() > LONGEST_PATH { path.to_owned() } else { result }
}

/// A path without what is put into it: fields of texts, arguments of calls other than those that put paths together, and its last part
/// where that is a variable. Nothing where there is no such thing.
pub(super) fn outline(path: &str) -> Option<String> {
    let (mut outline, mut kept) = (String::new(), vec![true]);
    for c in path.chars() {
        let is_kept = kept.last().copied().unwrap_or(true);
        match c {
            '(' => {
                if is_kept {
                    outline.push(c);
                }
                kept.push(is_kept && JOINS.iter().any(|join| outline.ends_with(join)));
                continue;
            }
            ')' | ']' | '}' => _ = kept.pop(),
            _ => {}
        }
        if kept.last().copied().unwrap_or(true) {
            outline.push(c);
        }
        if matches!(c, '[' | '{') {
            kept.push(false);
        }
    }
    let is_variable = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let folder = outline.trim_end_matches(')').trim_end_matches(is_variable);
    if folder.ends_with(['/', ',']) {
        outline = folder.to_owned();
    }
    (outline != path).then_some(outline)
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

/// What a string consists of that is nothing but the text of something.
fn only_part(string: &ExprFString) -> Option<&Expr> {
    let mut elements = string.value.elements();
    match (elements.next()?.as_interpolation()?, elements.next()) {
        (part, None) if part.format_spec.is_none() && part.debug_text.is_none() => Some(&part.expression),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_put_together_alike() {
        let alike = [
            (r#"folder/f"{name}.json""#, r#"folder/f"{account.owner}.json""#),
            ("self._path(owner)", "self._path(account.owner)"),
            ("self.folder/name", "self.folder/page.name"),
            (r#"os.path.join(base,"x",name)"#, r#"os.path.join(base,"x",other)"#),
        ];
        let other = [
            (r#"folder/f"{name}.json""#, r#"folder/f"{name}.txt""#),
            (r#"os.path.join(base,"x",name)"#, r#"os.path.join(base,"y",name)"#),
            ("self.source/name", "self.target/name"),
            ("path", "other"),
        ];
        let are_alike = |(own, other): (&str, &str)| outline(own).is_some_and(|own| outline(other) == Some(own));
        alike.into_iter().for_each(|pair| assert!(are_alike(pair), "{pair:?}"));
        other.into_iter().for_each(|pair| assert!(!are_alike(pair), "{pair:?}"));
    }

    #[test]
    fn paths_by_other_names() {
        let names = vec![(Name::new("path"), "self.root".to_owned()), (Name::new("n"), "\"a\"".to_owned())];
        assert_eq!(renamed("path+\".tmp\"", &names), "self.root+\".tmp\"");
        assert_eq!(renamed("path/\"path\"", &names), "self.root/\"path\"");
        assert_eq!(renamed("f\"{path}/{n}.json\"", &names), "f\"{self.root}/{\"a\"}.json\"");
        assert_eq!(renamed("self.path", &names), "self.path");
    }
}
