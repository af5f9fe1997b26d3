//! Which function's variable a name is, wherever the syntax shows it.
//!
//! Functions, classes and imports, and what is declared `global`, all of a file sees under their names, whatever function binds them: that is
//! more than there is, and never less.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use rustc_hash::FxHashMap;

use crate::project::facts::{ClassIndex, Facts, Function, FunctionIndex, MODULE, Reach, Source};
use crate::project::flows::SELF;

/// Methods that are given their class without a decorator.
const OF_CLASSES: &[&str] = &["__new__", "__init_subclass__", "__class_getitem__"];

/// What the names in functions are, as far as it was seen.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// The functions that bind names as variables of their own.
    bound: FxHashMap<Name, Vec<FunctionIndex>>,
    /// The functions that bind names which all of the file sees.
    shared: FxHashMap<Name, Vec<FunctionIndex>>,
    /// The functions that bind names for the one around them.
    lent: FxHashMap<Name, Vec<FunctionIndex>>,
    /// The function in which each flow reads its sources.
    flows: Vec<FunctionIndex>,
    /// The function in which each pass reads them.
    passes: Vec<FunctionIndex>,
}

impl Scopes {
    /// A function binds a variable, or the body of a class in it does.
    pub(super) fn bind(&mut self, function: FunctionIndex, name: &Name, is_of_class: bool) {
        if is_of_class {
            self.share(function, name);
        } else if function != MODULE {
            note(&mut self.bound, function, name);
        }
    }

    pub(super) fn share(&mut self, function: FunctionIndex, name: &Name) {
        if function != MODULE {
            note(&mut self.shared, function, name);
        }
    }

    pub(super) fn lend(&mut self, function: FunctionIndex, name: &Name) {
        note(&mut self.lent, function, name);
    }

    /// The next flow reads its sources there.
    pub(super) fn read_in(&mut self, function: FunctionIndex) {
        self.flows.push(function);
    }

    /// All passes up to a number of them that are not known yet read their sources there.
    pub(super) fn passed_in(&mut self, function: FunctionIndex, count: usize) {
        self.passes.resize(count, function);
    }

    /// Says of every name in the facts whose variable it is.
    pub(super) fn settle(mut self, facts: &mut Facts) {
        let bound = std::mem::take(&mut self.bound);
        let variables = Variables::of(&self, bound, facts);
        for (index, function) in (0..).zip(&mut facts.functions) {
            for parameter in &mut function.parameters {
                let own = variables.own.get(&parameter.name);
                parameter.is_shared = own.is_none_or(|own| own.binary_search(&index).is_err());
            }
        }
        for (flow, function) in facts.flows.iter_mut().zip(&self.flows) {
            match flow.reach {
                Reach::Own if !variables.is_method(flow.home) => flow.reach = Reach::Member,
                Reach::Local => flow.home = variables.home(&flow.target, flow.home),
                _ => flow.home = MODULE,
            }
            variables.settle(&mut flow.sources, *function);
        }
        for (pass, function) in facts.passes.iter_mut().zip(&self.passes) {
            variables.settle(&mut pass.sources, *function);
        }
        for call in &mut facts.calls {
            variables.settle(Arc::make_mut(&mut call.chain), call.function);
        }
    }
}

/// Whose variables names are.
struct Variables<'a> {
    scopes: &'a Scopes,
    /// The functions that have a variable of a name.
    own: FxHashMap<Name, Vec<FunctionIndex>>,
    parents: Vec<FunctionIndex>,
    /// The functions in which `self` and `cls` are the object that a method is called on.
    methods: Vec<bool>,
}

impl<'a> Variables<'a> {
    fn of(scopes: &'a Scopes, mut own: FxHashMap<Name, Vec<FunctionIndex>>, facts: &Facts) -> Self {
        for (index, function) in (0..).zip(&facts.functions) {
            function.parameters.iter().for_each(|parameter| note(&mut own, index, &parameter.name));
        }
        own.values_mut().for_each(|functions| functions.sort_unstable());
        for (name, functions) in scopes.shared.iter().chain(&scopes.lent) {
            if let Some(own) = own.get_mut(name) {
                own.retain(|function| !functions.contains(function));
            }
        }
        let parents = facts.functions.iter().map(|function| function.parent).collect();
        Self { scopes, own, parents, methods: methods(facts) }
    }

    /// The function whose variable a name is in a function.
    fn home(&self, name: &Name, mut function: FunctionIndex) -> FunctionIndex {
        let Some(own) = self.own.get(name).filter(|_| function != MODULE && *name != SELF) else { return MODULE };
        let shared = self.scopes.shared.get(name).map_or(&[][..], Vec::as_slice);
        while function != MODULE {
            if own.binary_search(&function).is_ok() {
                return function;
            }
            if shared.contains(&function) {
                return MODULE;
            }
            function = self.parents.get(function as usize).copied().unwrap_or(MODULE);
        }
        MODULE
    }

    fn is_method(&self, function: FunctionIndex) -> bool {
        self.methods.get(function as usize).copied().unwrap_or_default()
    }

    fn settle(&self, sources: &mut [Source], function: FunctionIndex) {
        for source in sources {
            source.is_own &= self.is_method(function);
            source.scope = if source.is_member { MODULE } else { self.home(&source.name, function) };
        }
    }
}

/// Notes that a function binds a name, once.
fn note(bound: &mut FxHashMap<Name, Vec<FunctionIndex>>, function: FunctionIndex, name: &Name) {
    match bound.get_mut(name) {
        Some(functions) if functions.last() == Some(&function) => {}
        Some(functions) => functions.push(function),
        None => {
            bound.insert(name.clone(), vec![function]);
        }
    }
}

/// Of each function, whether `self` and `cls` in it are the object that a method is called on, or its class.
fn methods(facts: &Facts) -> Vec<bool> {
    let metaclasses: FxHashMap<ClassIndex, bool> = (0..)
        .zip(&facts.classes)
        .map(|(index, class)| (index, class.bases.iter().any(|base| base == "type" || base.ends_with("Meta"))))
        .collect();
    let is_method = |function: &Function| {
        let Some((class, first)) = function.class.zip(function.parameters.first()) else { return false };
        let is_given = match first.name.as_str() {
            "self" => true,
            "cls" => !function.decorators.is_empty() || OF_CLASSES.contains(&function.name.as_str()),
            _ => false,
        };
        is_given && !first.annotated && !metaclasses.get(&class).copied().unwrap_or_default()
    };
    let names_receiver = |function: &Function| {
        function.parameters.iter().any(|parameter| matches!(parameter.name.as_str(), "self" | "cls"))
    };
    let mut methods: Vec<bool> = Vec::with_capacity(facts.functions.len());
    for function in &facts.functions {
        let around = || methods.get(function.parent as usize).copied().unwrap_or_default();
        let is_one = if names_receiver(function) { is_method(function) } else { function.class.is_none() && around() };
        methods.push(is_one);
    }
    methods
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::PySourceType;
    use ruff_python_parser::parse_unchecked_source;

    use crate::project::facts::{Facts, collect};

    fn facts(text: &str) -> Facts {
        collect(&parse_unchecked_source(text, PySourceType::Python), text)
    }

    /// The names that calls are made on, each with the function whose variable it is.
    fn receivers(text: &str) -> Vec<(String, String)> {
        let facts = facts(text);
        let calls = facts.calls.iter().filter(|call| call.name == "get");
        calls.map(|call| (call.chain[0].name.to_string(), facts.qualified(call.chain[0].scope))).collect()
    }

    #[test]
    fn a_variable_is_of_the_function_that_binds_it() {
        let text = "def f(given):\n    made = g()\n    def inner():\n        nonlocal made\n        made = h()\n        made.get()\n\
                    \x20   given.get()\n    shared.get()\n    [item.get() for item in given]\n\
                    def k():\n    global kept\n    kept = g()\n    kept.get()\n    TABLE[1] = g()\n    TABLE.get()\n";
        let named = [("made", "f"), ("given", "f"), ("shared", "<module>"), ("item", "f"), ("kept", "<module>")];
        let expected = named.into_iter().chain([("TABLE", "<module>")]);
        let expected: Vec<_> = expected.map(|(name, home)| (name.to_owned(), home.to_owned())).collect();
        assert_eq!(receivers(text), expected);
    }

    #[test]
    fn only_methods_have_an_object_of_their_own() {
        let text = "class A:\n    def f(self):\n        self.a.get()\n        def inner():\n            self.b.get()\n\
                    \x20   def g(cls):\n        cls.c.get()\n    @classmethod\n    def h(cls):\n        cls.d.get()\n\
                    def k(self):\n    self.e.get()\nclass Meta(type):\n    def f(self):\n        self.f.get()\n";
        let facts = facts(text);
        let own = facts.calls.iter().flat_map(|call| call.chain.iter()).filter(|source| source.is_own);
        assert_eq!(own.map(|source| source.name.as_str()).collect::<Vec<_>>(), ["a", "b", "d"]);
    }
}
