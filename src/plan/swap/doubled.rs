//! What tests put in the place of a blocking library, or of what a module has of it: they count on the program calling that.

use std::collections::BTreeMap;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Draft;
use crate::catalogue::{Catalogue, Target};
use crate::plan::called::is_patch_in;
use crate::plan::decide::Planner;
use crate::project::facts::{Facts, Function};
use crate::project::{FileId, Shape, last};
use crate::text::ends_in;

/// Where Python keeps the modules that are imported.
const MODULES: &str = "sys.modules";
const ATTRIBUTE: &str = "modules";

/// What tests of a program replace of a library, each with a place.
#[derive(Debug, Default)]
pub(super) struct Doubled {
    /// All of it, or something that other functions of it call.
    pub whole: Option<String>,
    /// Functions that nothing else of it calls, by qualified name.
    pub functions: BTreeMap<String, String>,
}

/// Something that is replaced: a function that nothing else of the library calls, or what may be all of it.
type Replaced = (TextRange, Option<String>);

impl Planner<'_> {
    /// What tests of the program replace of the blocking library.
    pub(super) fn doubled(&self, module: &str, target: &Target) -> Doubled {
        let mut doubled = Doubled::default();
        for (file, source) in self.resolver.types.world().own_files() {
            let is_double = |top: &str| target.doubles.iter().any(|double| double == top);
            let import = source.facts.imports.iter().find(|import| is_double(top(&import.module)));
            let at = import.map(|import| import.range).or_else(|| self.fixture_at(file, &source.facts, target));
            let mut replaced: Vec<Replaced> = at.map(|at| (at, None)).into_iter().collect();
            if !target.from_python {
                replaced.extend(self.replaced_in(file, &source.facts, module, &target.apart));
                let below = target.made_of.iter().flat_map(|below| self.replaced_in(file, &source.facts, below, &[]));
                replaced.extend(below);
            }
            for (at, function) in replaced {
                match function {
                    Some(function) => {
                        let known = doubled.functions.entry(format!("{module}.{function}"));
                        known.or_insert_with(|| self.place(file, at));
                    }
                    None => _ = doubled.whole.get_or_insert_with(|| self.place(file, at)),
                }
            }
        }
        doubled
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

    /// What a file replaces of a library: by a call that is told its name, `patch("app.requests.get")`, or by setting it,
    /// `requests.get = …`.
    fn replaced_in(&self, file: FileId, facts: &Facts, module: &str, apart: &[String]) -> Vec<Replaced> {
        let types = &self.resolver.types;
        if !types.text_once(file).contains(module) {
            return Vec::new();
        }
        let Some(ast) = types.ast(file) else { return Vec::new() };
        let catalogue = self.resolver.catalogue();
        let mut traces = Traces {
            catalogue,
            module,
            apart,
            is_for_tests: self.is_for_tests(file),
            has_modules: facts.imports.iter().any(|import| import.name.as_ref().is_some_and(|name| name == ATTRIBUTE)),
            named: Vec::new(),
            spelled: None,
            set: Vec::new(),
        };
        traces.visit_body(&ast.module().body);
        let set = traces.set.iter().filter_map(|at| {
            let attribute = ast.expression(*at)?.as_attribute_expr()?;
            let owner = &*attribute.value;
            let is_it = is_rooted_in_import(facts, owner) && self.is_of_library(file, owner, module);
            is_it.then(|| (*at, self.part_of(file, owner, module, &attribute.attr, apart)))
        });
        let names_it = |keyword: &&ast::Keyword| {
            let names = catalogue.doubles.iter().flat_map(|doubles| &doubles.names);
            keyword.arg.as_ref().is_some_and(|arg| names.into_iter().any(|name| *name == *arg.as_str()))
        };
        let patching = facts.calls.iter().filter(|call| is_patch_in(catalogue, facts, &call.name));
        let patches = patching.filter_map(|call| {
            let arguments = &ast.call(call.range)?.arguments;
            let mut named = arguments.keywords.iter().filter(|keyword| names_it(keyword));
            if named.any(|keyword| self.is_of_library(file, &keyword.value, module)) {
                return Some((call.range, None));
            }
            let given = arguments.args.get(..2).unwrap_or(&arguments.args);
            let position = given.iter().position(|given| self.is_of_library(file, given, module))?;
            let function = match (&given[position], given.get(position + 1)) {
                (Expr::StringLiteral(path), _) => function_in(path.value.to_str(), module, apart),
                (owner, Some(Expr::StringLiteral(name))) => {
                    self.part_of(file, owner, module, name.value.to_str(), apart)
                }
                _ => None,
            };
            Some((call.range, function))
        });
        let spelled = traces.spelled.filter(|_| traces.has_modules).map(|at| (at, None));
        set.chain(patches).chain(spelled).chain(traces.named.iter().cloned()).collect()
    }

    /// The function that has a name in an object, if that is the library itself and nothing else of it calls the function.
    fn part_of(&self, file: FileId, owner: &Expr, module: &str, name: &str, apart: &[String]) -> Option<String> {
        let shapes = self.resolver.shapes(file, owner);
        let is_it = |shape: &Shape| matches!(shape, Shape::Module(found) if found.as_str() == module);
        let is_library = !shapes.is_empty() && shapes.iter().all(is_it);
        apart.iter().find(|function| is_library && *function == name).cloned()
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

/// The function that a dotted path leads to, if it is one of the library itself that nothing else of it calls: `app.requests.get`.
fn function_in(path: &str, module: &str, apart: &[String]) -> Option<String> {
    let (owner, name) = path.rsplit_once(['.', ':'])?;
    let is_library = owner.rsplit(['.', ':']).next() == Some(module);
    apart.iter().find(|function| is_library && *function == name).cloned()
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
    apart: &'a [String],
    is_for_tests: bool,
    /// The code has to do with the modules that are imported.
    has_modules: bool,
    named: Vec<Replaced>,
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
        if is_it {
            self.named.push((at, function_in(text, self.module, self.apart)));
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
        let library = &planner.resolver.catalogue().codemods[self.exchange.target.0].name;
        if let Expr::Attribute(function) = &*call.func
            && let Expr::Name(of) = &*function.value
            && of.id.as_str() == library
        {
            // What tests replace of the library itself is known: see `Doubled`.
            return planner.is_set_from_outside(file, &of.id);
        }
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
