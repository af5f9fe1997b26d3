//! Which files a call is about, and what it does with them.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::files::{Files, Use, api, is_module};
use super::memo::Survey;
use super::paths::text;
use crate::analysis::{FnId, Site, Via, argument};
use crate::catalogue::{Slot, Threading};
use crate::project::facts::CallForm;
use crate::project::{Ast, FileId};

/// What stands in a list of arguments for what the method is called on.
const SELF: &str = "self";

impl<'a> Files<'a> {
    /// The files that a call is about, save those that nobody else knows.
    pub(super) fn uses_at(&self, survey: Survey<'_>, function: FnId, range: TextRange) -> Vec<Use> {
        let Some(ast) = survey.resolver.types.ast(function.file) else {
            return Vec::new();
        };
        let Some((site, call)) = self.call(&ast, function, range) else {
            return self.gone_through(survey, &ast, function, range).into_iter().collect();
        };
        let api = api(survey, site);
        if api.pure || api.command.is_some() {
            return Vec::new();
        }
        if survey.resolver.catalogue().data_use(&api.name).is_some() {
            let using = self.data_at(survey, &ast, function, site, call);
            return using.into_iter().filter(|_| site.form != CallForm::With).collect();
        }
        if self.makes_fresh(survey, function, range) {
            return Vec::new();
        }
        let writes = site.via() == Via::Call && survey.resolver.changes(site.file, call, api, 0);
        let makes = survey.resolver.makes(site.file, call, api);
        // `a+`, `r+`: one open file for both.
        let reads = !writes || opens_for_both(survey, site.file, call);
        let known = subjects(survey, site, call)
            .into_iter()
            .filter(|subject| !self.is_fresh(&ast, survey, function, subject, 5))
            .filter(|subject| !is_in_memory(survey, function, subject));
        let uses = known.map(|subject| {
            let (path, bound) = self.path(survey, &ast, function, subject);
            // What is only read, to make another one of it.
            if is_in(&api.sources, call, subject) {
                return Use::of_file(path, bound, true, false);
            }
            let using = Use::of_file(path, bound, reads, writes);
            let removes = is_in(&api.removes, call, subject);
            Use { tears: writes && !makes, looks: api.looks, removes, lists: api.lists, ..using }
        });
        uses.filter(|using| using.writes || !self.only_decides(survey, &ast, function, range, &using.path)).collect()
    }

    /// The open file at `range` whose lines a loop reads.
    fn gone_through(&self, survey: Survey<'_>, ast: &Ast, function: FnId, range: TextRange) -> Option<Use> {
        let is_read = |site: &&Site| site.range == range && site.form == CallForm::Iterate;
        let site = self.sites(function).find(is_read)?;
        let catalogue = survey.resolver.catalogue();
        let class = api(survey, site).name.rsplit_once('.')?.0;
        let file = ast
            .expression(range)
            .filter(|file| catalogue.threading(class) >= Threading::Owned && !is_in_memory(survey, function, file))?;
        let (path, bound) = self.path(survey, ast, function, file);
        Some(Use::of_file(path, bound, true, false))
    }

    /// The file that an expression is about: of an open one, that which was opened.
    pub(super) fn path(
        &self,
        survey: Survey<'_>,
        ast: &Ast,
        function: FnId,
        subject: &Expr,
    ) -> (String, Option<(FnId, TextSize)>) {
        let opening = opening(survey, function, subject);
        let opened = opening.and_then(|opening| self.call(ast, function, opening));
        if let Some(opened) = opened.and_then(|(site, call)| subjects(survey, site, call).into_iter().next()) {
            return (text(survey, ast, function, opened, 3), None);
        }
        (text(survey, ast, function, subject, 3), opening.map(|opening| (function, opening.start())))
    }

    /// Whether an expression names a file, or one below a folder, that the function itself made under a new name.
    fn is_fresh(&self, ast: &Ast, survey: Survey<'_>, function: FnId, expr: &Expr, depth: usize) -> bool {
        let of = |expr: &Expr| depth > 0 && self.is_fresh(ast, survey, function, expr, depth - 1);
        match expr {
            Expr::Name(name) => {
                let facts = survey.resolver.types.facts(function.file);
                let mut values = facts
                    .bindings
                    .iter()
                    .filter(|binding| binding.function == function.index && binding.target == name.id)
                    .peekable();
                values.peek().is_some() && values.all(|binding| ast.expression(binding.value).is_some_and(of))
            }
            Expr::Attribute(attribute) => of(&attribute.value),
            Expr::Subscript(subscript) => of(&subscript.value),
            Expr::BinOp(operation) => of(&operation.left),
            Expr::FString(text) => text
                .value
                .elements()
                .next()
                .and_then(|first| first.as_interpolation())
                .is_some_and(|first| of(&first.expression)),
            Expr::Call(call) => match self.call(ast, function, call.range()) {
                Some(_) => self.makes_fresh(survey, function, call.range()),
                None => match &*call.func {
                    Expr::Attribute(method) if of(&method.value) => true,
                    _ => call.arguments.args.first().is_some_and(of),
                },
            },
            _ => false,
        }
    }

    /// Whether a call makes a file under a name that nobody else has.
    fn makes_fresh(&self, survey: Survey<'_>, function: FnId, range: TextRange) -> bool {
        self.sites(function).any(|site| site.range == range && api(survey, site).fresh)
    }
}

/// The arguments of a call that some slots are for; `self` is what its method is called on.
fn slots<'t>(slots: &[Slot], call: &'t ExprCall) -> impl Iterator<Item = &'t Expr> {
    slots.iter().filter_map(|slot| match slot.argument.as_str() {
        SELF => call.func.as_attribute_expr().map(|method| &*method.value),
        name => argument(call, name, slot.at),
    })
}

/// What a call is about: what its method is called on, and the arguments that may be paths.
pub(super) fn subjects<'t>(survey: Survey<'_>, site: &Site, call: &'t ExprCall) -> Vec<&'t Expr> {
    let api = api(survey, site);
    if !api.files.is_empty() {
        return slots(&api.files, call).collect();
    }
    let mut subjects: Vec<&Expr> = Vec::new();
    if let Expr::Attribute(attribute) = &*call.func
        && !is_module(survey, site.file, &attribute.value)
    {
        subjects.push(&attribute.value);
        // What an open file is given is no path.
        let class = api.name.rsplit_once('.').map_or("", |(class, _)| class);
        if survey.resolver.catalogue().threading(class) >= Threading::Owned {
            return subjects;
        }
    }
    let is_path = |given: &&Expr| !given.is_number_literal_expr() && !given.is_boolean_literal_expr();
    subjects.extend(call.arguments.args.iter().take(2).filter(is_path));
    subjects
}

/// Whether an expression is a file in memory that the function itself made.
pub(super) fn is_in_memory(survey: Survey<'_>, function: FnId, subject: &Expr) -> bool {
    let resolver = survey.resolver;
    let facts = resolver.types.facts(function.file);
    let is_own = subject.as_name_expr().is_some_and(|name| {
        facts.bindings.iter().any(|binding| binding.function == function.index && binding.target == name.id)
    });
    is_own && resolver.may_be_instance(function.file, subject, |class| resolver.catalogue().is_in_memory(class))
}

/// Whether a call has a file in one of some slots.
fn is_in(slots_of: &[Slot], call: &ExprCall, given: &Expr) -> bool {
    slots(slots_of, call).any(|file| file.range() == given.range())
}

fn opens_for_both(survey: Survey<'_>, file: FileId, call: &ExprCall) -> bool {
    let arguments = call.arguments.args.iter().take(2).chain(
        call.arguments
            .keywords
            .iter()
            .filter(|keyword| keyword.arg.as_ref().is_some_and(|name| name.as_str() == "mode"))
            .map(|keyword| &keyword.value),
    );
    arguments.into_iter().any(|argument| {
        survey.resolver.types.literal(file, argument).is_some_and(|literal| {
            let mode = literal.trim_matches(['"', '\'']);
            mode.len() <= 4 && mode.contains('+')
        })
    })
}

/// What was bound last, of what a variable for an open file is bound to.
fn opening(survey: Survey<'_>, function: FnId, subject: &Expr) -> Option<TextRange> {
    let name = subject.as_name_expr()?;
    let catalogue = survey.resolver.catalogue();
    let is_owned = |class: &str| catalogue.threading(class) >= Threading::Owned;
    if !survey.resolver.may_be_instance(function.file, subject, is_owned) {
        return None;
    }
    let facts = survey.resolver.types.facts(function.file);
    let bindings = facts.bindings.iter().filter(|binding| {
        binding.function == function.index && binding.target == name.id && binding.value.end() <= name.start()
    });
    bindings.map(|binding| binding.value).max_by_key(|value| value.start())
}
