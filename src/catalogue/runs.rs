//! Where functions run that a program hands over to libraries, and what libraries call on its classes.

use super::{Catalogue, Catches, Handover, Keyed, RunsOn, Template, fits, last};

impl Catalogue {
    /// Who runs what is handed to the function, method or class called `name`.
    #[must_use]
    pub fn handovers(&self, name: &str) -> &[Handover] {
        self.runs.get(name).map_or(&[], Vec::as_slice)
    }

    /// All handovers whose last name is `name`.
    pub fn handovers_with_last_name(&self, name: &str) -> impl Iterator<Item = &Handover> + use<'_> {
        let calls = self.runs_by_last.get(name).into_iter().flatten();
        calls.filter_map(|call| self.runs.get(call)).flatten()
    }

    /// Whether a call of this name starts a process: one of its library with the same last name does, wherever that defines it.
    #[must_use]
    pub fn starts_process(&self, name: &str) -> bool {
        let top = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        self.runs.iter().any(|(call, handovers)| {
            last(call) == last(name)
                && top(call) == top(name)
                && handovers.iter().any(|handover| handover.on == RunsOn::Process)
        })
    }

    /// Whether a function under the decorator `name` runs at once when it is called.
    #[must_use]
    pub fn is_direct(&self, name: &str) -> bool {
        self.direct.contains(name)
    }

    /// Where a function under the decorator `name` runs.
    #[must_use]
    pub fn decorator(&self, name: &str) -> Option<RunsOn> {
        self.decorators.get(name).copied()
    }

    /// Whether what is under the decorator `name` runs in a thread as a plain function, and on the loop as a coroutine function.
    #[must_use]
    pub fn is_for_endpoints(&self, name: &str) -> bool {
        self.endpoints.contains(name)
    }

    /// Where a library runs `method` of what derives from its `class`.
    #[must_use]
    pub fn hook(&self, class: &str, method: &str) -> Option<RunsOn> {
        self.hooks.get(class)?.iter().find(|(pattern, _)| fits(pattern, method)).map(|(_, on)| *on)
    }

    /// Whether a library awaits what some methods give of what derives from its `class`.
    #[must_use]
    pub fn awaits_hooks(&self, class: &str) -> bool {
        self.hooks.get(class).is_some_and(|hooks| hooks.iter().any(|(_, on)| *on == RunsOn::Awaited))
    }

    /// The methods that a library's method, by its qualified name, runs in a thread of their own, on the same object.
    #[must_use]
    pub fn runs_in_thread(&self, name: &str) -> &[String] {
        self.starters.get(name).map_or(&[], Vec::as_slice)
    }

    /// The methods of a library's `class` that call `method` of what derives from it.
    pub fn templates(&self, class: &str, method: &str) -> impl Iterator<Item = &Template> {
        let templates = self.templates.get(class).map_or(&[][..], Vec::as_slice);
        templates.iter().filter(move |template| template.methods.iter().any(|pattern| fits(pattern, method)))
    }

    /// Whether a method of a library calls others on the same object while what it returns is gone through.
    #[must_use]
    pub fn is_view(&self, name: &str) -> bool {
        self.views.contains(name)
    }

    /// Whether there is such a method with this last name.
    #[must_use]
    pub fn may_be_view(&self, name: &str) -> bool {
        self.views.iter().any(|view| last(view) == name)
    }

    /// The argument of a call, which makes a key, that is the class of what is stored under the key.
    #[must_use]
    pub fn keyed(&self, call: &str) -> Option<&Keyed> {
        self.keyed.get(call)
    }

    /// The argument of a call, in the default of a parameter, that makes the value of the parameter.
    #[must_use]
    pub fn injects(&self, call: &str) -> Option<&str> {
        self.injects.get(call).map(String::as_str)
    }

    /// What a call, by its qualified name, does with classes of exceptions that it is given.
    #[must_use]
    pub fn catches(&self, call: &str) -> Option<&Catches> {
        self.catches.get(call)
    }

    /// Whether a call of this last name may do something with classes of exceptions.
    #[must_use]
    pub fn may_catch(&self, last_name: &str) -> bool {
        self.catches.keys().any(|call| call.rsplit('.').next() == Some(last_name))
    }

    /// Whether a decorator may be one that takes coroutine functions as well, by its last name.
    #[must_use]
    pub fn may_take_either(&self, last_name: &str) -> bool {
        self.either.keys().any(|decorator| last(decorator) == last_name)
    }

    /// The arguments with which a decorator, by its qualified name, takes no coroutine functions; `None` if it never does.
    #[must_use]
    pub fn takes_either(&self, decorator: &str) -> Option<&[String]> {
        self.either.get(decorator).map(Vec::as_slice)
    }

    /// Whether a method of this name may give another form of a function.
    #[must_use]
    pub fn may_be_variant(&self, method: &str) -> bool {
        self.variant_methods.contains(method)
    }

    /// Whether `method` of what `decorator` makes of a function gives another form of the function.
    #[must_use]
    pub fn is_variant(&self, decorator: &str, method: &str) -> bool {
        self.may_be_variant(method) && self.variants.contains(&format!("{decorator}.{method}"))
    }

    /// Whether objects of `class` have as attributes what asynchronous generators yield in dictionaries.
    #[must_use]
    pub fn is_yielded(&self, class: &str) -> bool {
        self.yielded.contains(class)
    }
}
