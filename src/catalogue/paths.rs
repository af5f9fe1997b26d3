//! Paths and files: what gives the same one, a new one, or none that others find.

use super::Catalogue;

impl Catalogue {
    /// Whether a call of this last name may only give another form of a path, or put one together.
    #[must_use]
    pub fn is_path_name(&self, last_name: &str) -> bool {
        self.path_names.contains(last_name)
    }

    /// Whether a call gives the path that it is given, in another form.
    #[must_use]
    pub fn is_same_path(&self, name: &str) -> bool {
        self.same.contains(name)
    }

    /// Whether a call puts a path together of a folder and what is in there.
    #[must_use]
    pub fn joins_path(&self, name: &str) -> bool {
        self.joins.contains(name)
    }

    /// Whether a call makes another path of one, the same for the same arguments.
    #[must_use]
    pub fn derives_path(&self, name: &str) -> bool {
        self.derives.contains(name)
    }

    /// The calls that make a name which nobody else has.
    pub fn unique(&self) -> impl Iterator<Item = &str> {
        let files = self.apis.iter().filter(|api| api.fresh).map(|api| api.name.as_str());
        self.unique.iter().map(String::as_str).chain(files)
    }

    /// Whether objects of `class` are files in memory.
    #[must_use]
    pub fn is_in_memory(&self, class: &str) -> bool {
        self.memory.contains(class)
    }
}
