//! What belongs to a thread, to the loop or to one task at a time.

use super::{Catalogue, Lends, Looks, Threading, Twin};

impl Catalogue {
    /// Whether objects of `class` are locks: a `with` takes one, and gives it back in the thread that took it.
    #[must_use]
    pub fn is_lock(&self, class: &str) -> bool {
        self.holds(class).is_some() && self.by_name.contains_key(&format!("{class}.__enter__"))
    }

    /// Why nothing may be awaited under this context manager.
    #[must_use]
    pub fn holds(&self, manager: &str) -> Option<&str> {
        self.holds.get(manager).map(String::as_str)
    }

    /// The same in a program that may have one task only.
    #[must_use]
    pub fn holds_with(&self, manager: &str, is_sequential: bool) -> Option<&str> {
        self.holds(manager).filter(|_| !is_sequential || !self.holds_for_tasks.contains(manager))
    }

    /// Why a function that makes this call must stay on the loop's thread, in a program whose oldest Python is `minimum`.
    #[must_use]
    pub fn bound(&self, name: &str, minimum: Option<(u8, u8)>) -> Option<&str> {
        let (reason, until) = self.bound.get(name)?;
        until.is_none_or(|until| minimum.is_some_and(|minimum| minimum < until)).then_some(reason)
    }

    #[must_use]
    pub fn is_bound_last_name(&self, name: &str) -> bool {
        self.bound_last_names.contains(name)
    }

    /// Whether a function of some module that has this name must stay on the loop's thread.
    #[must_use]
    pub fn is_bound_function(&self, name: &str) -> bool {
        self.bound_functions.contains(name)
    }

    /// What calls of this last name may look at beside their arguments.
    pub fn looks(&self, last_name: &str) -> impl Iterator<Item = &Looks> {
        self.looks_by_last.get(last_name).into_iter().flatten().filter_map(|index| self.looks.get(*index))
    }

    /// The texts that make calls look at something where they stand in a program.
    pub fn spelled(&self) -> impl Iterator<Item = &str> {
        self.looks.iter().flat_map(|looks| &looks.spelled).map(String::as_str)
    }

    /// Why an attribute must not be changed by another thread.
    #[must_use]
    pub fn bound_place(&self, name: &str) -> Option<&str> {
        self.bound_places.get(name).map(String::as_str)
    }

    /// The classes whose instances are not the same in other threads, with the reasons.
    pub fn bound_classes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.bound_classes.iter().map(|(class, reason)| (class.as_str(), reason.as_str()))
    }

    /// Whether a call or an attribute is about what all tasks have.
    #[must_use]
    pub fn is_shared(&self, name: &str) -> bool {
        self.shared.contains(name)
    }

    /// Whether all threads may use an object of `class`, as far as the catalogue knows it.
    #[must_use]
    pub fn is_for_all_threads(&self, class: &str) -> bool {
        self.owners.contains(class) && self.threading(class) <= Threading::Needless
    }

    /// The strictest rule about threads among the methods of `class`.
    #[must_use]
    pub fn threading(&self, class: &str) -> Threading {
        self.threading.get(class).copied().unwrap_or_default()
    }

    /// Whether any object of `class` that was made in the same way does as well.
    #[must_use]
    pub fn is_alike(&self, class: &str) -> bool {
        self.alike.contains(class)
    }

    /// Whether a call of this name takes no time worth speaking of.
    #[must_use]
    pub fn is_instant(&self, name: &str) -> bool {
        self.instant.contains(name)
            || name.rsplit_once('.').is_some_and(|(of, _)| self.instant.contains(&format!("{of}.*")))
    }

    /// Whether a call of this name asks a clock: what it answers holds for that moment alone.
    #[must_use]
    pub fn is_clock(&self, name: &str) -> bool {
        self.clocks.contains(name)
    }

    /// The container that a call of this name takes something out of.
    #[must_use]
    pub fn lender(&self, name: &str) -> Option<&Lends> {
        let (of, call) = name.rsplit_once('.')?;
        self.lends.get(of).filter(|lends| lends.takes.iter().any(|take| take == call))
    }

    /// Whether a method of this name may take something out of a container.
    #[must_use]
    pub fn may_take_out(&self, method: &str) -> bool {
        self.taking_names.contains(method)
    }

    /// Whether only one task at a time runs under this context manager.
    #[must_use]
    pub fn guards(&self, manager: &str) -> bool {
        self.guards.contains(manager)
    }

    /// Whether a call gives the same in any process, and changes nothing but what it is called on.
    #[must_use]
    pub fn is_pure(&self, name: &str) -> bool {
        let around = name.rsplit_once('.').map(|(of, _)| format!("{of}.*"));
        self.pure.contains(name) || around.is_some_and(|all| self.pure.contains(&all))
    }

    /// Why asyncio has no place in a file that imports the top-level module `module`.
    #[must_use]
    pub fn foreign(&self, module: &str) -> Option<&str> {
        self.foreign.get(module).map(String::as_str)
    }

    /// The asynchronous class that does what `class` does.
    #[must_use]
    pub fn twin(&self, class: &str) -> Option<&Twin> {
        self.twins.get(class)
    }
}
