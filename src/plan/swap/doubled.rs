//! What tests put in the place of a blocking library, or of what a module has of it: they count on the program calling that.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Draft;
use crate::catalogue::{Catalogue, Target};
use crate::plan::called::is_patch_in;
use crate::plan::decide::Planner;
use crate::project::facts::{self, Facts, Function};
use crate::project::{FileId, Shape, last};
use crate::text::ends_in;

/// Where Python keeps the modules that are imported.
const MODULES: &str = "sys.modules";
const ATTRIBUTE: &str = "modules";

impl Planner<'_> {
    /// Where tests of the program replace the blocking library, or parts of it.
    pub(super) fn doubled_at(&self, module: &str, target: &Target) -> Option<String> {
        let modules = || std::iter::once(module).chain(target.made_of.iter().map(String::as_str));
        self.resolver.types.world().own_files().find_map(|(file, source)| {
            let is_double = |top: &str| target.doubles.iter().any(|double| double == top);
            let import = source.facts.imports.iter().find(|import| is_double(top(&import.module)));
            let at = import
                .map(|import| import.range)
                .or_else(|| self.fixture_at(file, &source.facts, target))
                .or_else(|| {
                    modules()
                        .filter(|_| !target.from_python)
                        .find_map(|module| self.replaced_at(file, &source.facts, module))
                });
            at.map(|at| self.place(file, at))
        })
    }

    /// Where a test asks for something that replaces the library: by a parameter, a mark, or in a text.
    fn fixture_at(&self, file: FileId, facts: &Facts, target: &Target) -> Option<TextRange> {
        if target.fixtures.is_empty() || !self.is_for_tests(file) {
            return None;
        }
        let is_one = |name: &str| target.fixtures.iter().any(|fixture| fixture == name);
        let has_one = |function: &&Function| function.parameters.iter().any(|parameter| is_one(&parameter.name));
        let function = facts.functions.iter().find(has_one).map(|function| TextRange::empty(function.start));
        let text = || {
            let text = self.resolver.types.text_once(file);
            let mut asking = self.resolver.catalogue().tests.iter().flat_map(|tests| &tests.asks);
            let asks = asking.any(|asking| text.contains(asking));
            let spelled = target.fixtures.iter().flat_map(|name| {
                let quoted = asks.then(|| [format!("\"{name}\""), format!("'{name}'")]);
                quoted.into_iter().flatten().chain([format!("mark.{name}")])
            });
            let at = spelled.into_iter().find_map(|spelled| word_at(&text, &spelled));
            at.map(TextRange::empty)
        };
        function.or_else(text)
    }

    /// Where a file replaces a library or something of it: by a call that is told its name, `patch("app.requests.get")`, or by setting it,
    /// `requests.get = …`.
    fn replaced_at(&self, file: FileId, facts: &Facts, module: &str) -> Option<TextRange> {
        let types = &self.resolver.types;
        let text = types.text_once(file);
        if !text.contains(module) {
            return None;
        }
        let ast = types.ast(file)?;
        let catalogue = self.resolver.catalogue();
        let mut traces = Traces {
            catalogue,
            module,
            is_for_tests: self.is_for_tests(file),
            has_modules: facts.imports.iter().any(|import| import.name.as_ref().is_some_and(|name| name == ATTRIBUTE)),
            named: None,
            spelled: None,
            set: Vec::new(),
        };
        traces.visit_body(&ast.module().body);
        let is_set = |at: &TextRange| {
            let owner = ast.expression(*at).and_then(Expr::as_attribute_expr).map(|attribute| &*attribute.value);
            owner.is_some_and(|owner| is_rooted_in_import(facts, owner) && self.is_of_library(file, owner, module))
        };
        let is_patch = |call: &&facts::Call| {
            let mut given = ast.call(call.range).into_iter().flat_map(|call| call.arguments.args.iter().take(2));
            is_patch_in(catalogue, facts, &call.name) && given.any(|given| self.is_of_library(file, given, module))
        };
        let patch = || facts.calls.iter().find(is_patch).map(|call| call.range);
        let spelled = traces.spelled.filter(|_| traces.has_modules);
        traces.named.or(spelled).or_else(patch).or_else(|| traces.set.iter().copied().find(is_set))
    }

    /// Whether what is replaced is a library, or something of it: `"app.requests.get"`, `requests`, `app.requests`, `requests.Session`.
    fn is_of_library(&self, file: FileId, given: &Expr, module: &str) -> bool {
        if let Expr::StringLiteral(literal) = given {
            return literal.value.to_str().split('.').any(|part| part == module);
        }
        let types = &self.resolver.types;
        let is_it = |shape: &Shape| match shape {
            Shape::Module(name) => top(name) == module,
            Shape::Class(class) => types.mro(*class).first().is_some_and(|class| top(&class.name) == module),
            _ => false,
        };
        types.reference_names(file, given).iter().any(|name| top(name) == module)
            || matches!(given, Expr::Name(name) if name.id.as_str() == module)
            || self.resolver.shapes(file, given).iter().any(is_it)
    }
}

/// Whether an attribute is one of what a module imports, or of what that has.
fn is_rooted_in_import(facts: &Facts, expr: &Expr) -> bool {
    match expr {
        Expr::Attribute(attribute) => is_rooted_in_import(facts, &attribute.value),
        Expr::Name(name) => facts.imports.iter().any(|import| import.bound == name.id),
        _ => false,
    }
}

/// Where a text stands in another one, not as the beginning of a longer word.
fn word_at(text: &str, word: &str) -> Option<TextSize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = text.match_indices(word).filter(|(at, _)| !text[at + word.len()..].starts_with(is_part));
    found.next().map(|(at, _)| TextSize::of(&text[..at]))
}

fn top(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}

/// Finds the names of a library in texts, and the attributes that are set.
struct Traces<'a> {
    catalogue: &'a Catalogue,
    module: &'a str,
    is_for_tests: bool,
    /// The code has to do with the modules that are imported.
    has_modules: bool,
    named: Option<TextRange>,
    /// Where the library's own name stands, which may be that of a module to replace.
    spelled: Option<TextRange>,
    set: Vec<TextRange>,
}

impl Traces<'_> {
    fn is_for_loggers(&self, name: &str) -> bool {
        self.catalogue.doubles.iter().any(|doubles| doubles.loggers.iter().any(|other| other == name))
    }

    /// A dotted name in a test, of which the library is a part, is what the test replaces.
    fn look(&mut self, text: &str, at: TextRange) {
        let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
        self.has_modules |= text == MODULES;
        if text == self.module && self.spelled.is_none() {
            self.spelled = Some(at);
        }
        let is_it = self.is_for_tests
            && text.contains('.')
            && text.chars().all(is_path)
            && text.split(['.', ':']).any(|part| part == self.module);
        if is_it && self.named.is_none() {
            self.named = Some(at);
        }
    }
}

impl<'a> Visitor<'a> for Traces<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) if last(&call.func).is_some_and(|name| self.is_for_loggers(name)) => return,
            Expr::StringLiteral(literal) => self.look(literal.value.to_str(), literal.range()),
            Expr::FString(string) => {
                let literals = string.value.elements().filter_map(|element| element.as_literal());
                literals.for_each(|literal| self.look(&literal.value, literal.range()));
            }
            Expr::Attribute(attribute) if !attribute.ctx.is_load() => self.set.push(attribute.range()),
            Expr::Attribute(attribute) => self.has_modules |= attribute.attr.as_str() == ATTRIBUTE,
            _ => {}
        }
        walk_expr(self, expr);
    }
}

impl Draft<'_> {
    /// Whether tests replace the name by which a module calls the library: `patch("app.client.get")`, `setattr(client, "session", …)`.
    pub(super) fn is_doubled(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let planner = self.planner;
        let replaced = &planner.doubles().replaced;
        let module = planner.resolver.types.module_name(file);
        let stem = module.rsplit('.').next().unwrap_or(&module);
        let mut held: Vec<&str> = Vec::new();
        let mut root: Option<&ast::ExprName> = None;
        let mut at = match &*call.func {
            // The method is the library's own, what has it is the program's.
            Expr::Attribute(method) => &*method.value,
            other => other,
        };
        while let Expr::Attribute(attribute) = at {
            held.push(&attribute.attr);
            at = &attribute.value;
        }
        if let Expr::Name(name) = at {
            root = Some(name);
        }
        let of_module = root.map(|root| format!("{stem}.{}", root.id));
        let is_patched = replaced.iter().any(|text| {
            let is_held = held.iter().any(|name| ends_in(text, name));
            // `client.get`, and what is of it: `client.session.get`.
            let is_of_module = of_module.as_ref().is_some_and(|of| {
                ends_in(text, of) || text.rsplit_once('.').is_some_and(|(owner, _)| ends_in(owner, of))
            });
            is_held || is_of_module || root.is_some_and(|root| root.id.as_str() == text)
        });
        is_patched || root.is_some_and(|root| planner.is_set_from_outside(file, &root.id))
    }
}
