//! Classes of the program that derive from what a codemod sets up.

use ruff_python_ast::ExprCall;
use ruff_python_ast::name::Name;
use rustc_hash::{FxHashMap, FxHashSet};

use super::index::Lookup;
use super::resolve::{Resolver, Shared};
use super::search::Graph;
use super::sites::Site;
use crate::catalogue::ApiIndex;
use crate::project::facts::CallForm;
use crate::project::{DefId, FileId, FileKind, Shape, World};

/// The calls that may make instances of such classes, going by their names.
pub(super) fn add_candidates(world: &World, shared: &Shared<'_>, by_file: &mut FxHashMap<FileId, Vec<u32>>) {
    let index = shared.index;
    let classes: FxHashSet<Name> =
        shared.catalogue.set_up_names().flat_map(|name| index.with_subclasses(&Name::new(name))).collect();
    for class in classes.iter().filter(|class| !shared.catalogue.may_set_up(class)) {
        for &(file, position) in index.calls(class) {
            let is_python = world.file(file).is_some_and(|source| source.kind != FileKind::Stub);
            let is_call = world.call_at((file, position)).is_some_and(|call| call.form == CallForm::Call);
            if is_python && is_call {
                by_file.entry(file).or_default().push(position);
            }
        }
    }
}

impl Resolver<'_> {
    /// The class of the program that a call makes an instance of, and what a codemod sets up that it derives from.
    #[must_use]
    pub fn derived_setup(&self, file: FileId, call: &ExprCall) -> Option<(ApiIndex, DefId)> {
        let catalogue = self.catalogue();
        self.shapes(file, &call.func).iter().find_map(|shape| {
            let Shape::Class(class) = shape else { return None };
            let mro = self.types.mro(*class);
            let named = mro.iter().flat_map(|base| catalogue.apis_named(&base.name));
            let api = named.copied().find(|api| catalogue.apis[*api as usize].sets_up)?;
            self.types.world().is_own(class.file).then_some((api, *class))
        })
    }

    /// Without the sites of classes whose methods do not block after all, and of what waits for a set-up where there is none.
    pub(super) fn settled(&self, mut sites: Vec<Site>, graph: &Graph) -> Vec<Site> {
        let apis = &self.catalogue().apis;
        sites.retain(|site| apis[site.api as usize].through.is_empty() || self.is_blocked_through(site, graph));
        let set_up: FxHashSet<usize> = sites
            .iter()
            .map(|site| &apis[site.api as usize])
            .filter(|api| api.sets_up)
            .map(|api| api.codemod)
            .collect();
        sites.retain(|site| {
            let api = &apis[site.api as usize];
            !api.follows || set_up.contains(&api.codemod)
        });
        sites
    }

    /// Whether a method of the class of the program that a site makes an instance of blocks.
    fn is_blocked_through(&self, site: &Site, graph: &Graph) -> bool {
        let ast = self.types.ast(site.file);
        let made = ast.as_ref().and_then(|ast| self.derived_setup(site.file, ast.call(site.range)?));
        let Some((api, class)) = made else { return false };
        self.catalogue().apis[api as usize].through.iter().any(|method| {
            let target = self.types.member(class, method);
            let function = target.and_then(|target| self.types.world().fn_of(target.function?));
            function.is_some_and(|function| graph.callers.contains_key(&function))
        })
    }
}
