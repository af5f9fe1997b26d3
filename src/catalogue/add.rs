//! Puts codemods into the catalogue.

use super::schema::{ApiGroup, Bound, CodemodFile, Data};
use super::{
    Api, ApiIndex, Catalogue, Codemod, DataUse, Handover, Kind, LoadError, Looks, RunsOn, Source, Takes, Template,
    Threading, Upset, last, may_be_class,
};

/// What the apis of a group have in common.
struct Described<'a> {
    codemod: usize,
    file: &'a CodemodFile,
    group: &'a ApiGroup,
    kind: Kind,
}

impl Catalogue {
    pub(super) fn add(&mut self, source: Source) -> Result<(), LoadError> {
        let file = source.file;
        if self.codemods.iter().any(|codemod| codemod.name == file.name) {
            return Err(LoadError::Invalid {
                path: source.folder.unwrap_or_default(),
                message: format!("there is a codemod called `{}` already", file.name),
            });
        }
        let kinds = self.add_apis(&file);
        self.add_paths(&file);
        self.add_servers(&file);
        self.add_calls(&file);
        self.add_runs(&file);
        self.add_data(&file.data);
        self.add_tasks(&file);
        self.add_bound(&file.bound);
        self.tests.extend(file.tests);
        self.doubles.extend(file.doubles);
        self.add_looks(file.looks);
        self.public.extend(file.public);
        self.only.extend(file.only);
        for (module, held) in file.held {
            self.held.entry(module).or_default().extend(held);
        }
        self.codemods.push(Codemod {
            name: file.name,
            order: file.order,
            summary: file.summary,
            guide: source.guide,
            stubs: source.stubs,
            targets: source.targets,
            folder: source.folder,
            setup: file.setup,
            ahead: file.ahead,
            pinned: file.pinned,
            crowded: file.crowded,
            one_thread: file.one_thread,
            kinds,
        });
        Ok(())
    }

    /// Adds the apis of the codemod that comes next, and gives the kinds of blocking that they are.
    fn add_apis(&mut self, file: &CodemodFile) -> Vec<Kind> {
        let codemod = self.codemods.len();
        let mut kinds: Vec<Kind> = Vec::new();
        for group in &file.api {
            let Some(kind) = group.kind.or(file.kind) else { continue };
            if file.ambient && may_be_class(&group.of) {
                self.ambient.insert(group.of.split('.').next().unwrap_or_default().to_owned());
            }
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
            let described = Described { codemod, file, group, kind };
            for call in &group.calls {
                self.add_api(&described, call);
            }
            for read in &group.reads {
                self.reads.insert(format!("{}.{read}", group.of), self.apis.len() as ApiIndex);
                self.push_api(&described, read);
            }
        }
        kinds
    }

    fn add_paths(&mut self, file: &CodemodFile) {
        let of_paths = file.same.iter().chain(&file.joins).chain(&file.derives);
        self.path_names.extend(of_paths.map(|name| last(name).to_owned()));
        self.same.extend(file.same.iter().cloned());
        self.joins.extend(file.joins.iter().cloned());
        self.derives.extend(file.derives.iter().cloned());
        self.unique.extend(file.unique.iter().cloned());
        self.memory.extend(file.memory.iter().cloned());
    }

    /// Adds what servers run, and give to what runs for them.
    fn add_servers(&mut self, file: &CodemodFile) {
        self.loops.extend(file.loops.iter().cloned());
        self.yielded.extend(file.yielded.iter().cloned());
        self.starts.extend(file.starts.iter().cloned());
        self.start_events.extend(file.start_events.iter().cloned());
        self.lifespans.extend(file.lifespans.iter().cloned());
        self.states.extend(file.states.iter().cloned());
        self.parameters.extend(file.parameters.iter().cloned());
        self.keyed.extend(file.keyed.iter().map(|keyed| (keyed.call.clone(), keyed.clone())));
        self.injects.extend(file.injects.iter().map(|injects| (injects.call.clone(), injects.argument.clone())));
    }

    /// Adds what calls and decorators give, take and change.
    fn add_calls(&mut self, file: &CodemodFile) {
        self.alike.extend(file.alike.iter().cloned());
        self.endless.extend(file.endless.iter().cloned());
        self.variants.extend(file.variants.iter().cloned());
        self.variant_methods.extend(file.variants.iter().map(|variant| last(variant).to_owned()));
        self.copies.extend(file.copies.iter().cloned());
        self.remakes.extend(file.remakes.iter().cloned());
        self.makers.extend(file.makers.iter().cloned());
        self.registries.extend(file.registries.iter().cloned());
        self.results.extend(file.results.iter().map(|result| (result.call.clone(), result.class.clone())));
        self.catches.extend(file.catches.iter().map(|catches| (catches.call.clone(), catches.clone())));
        self.either.extend(file.either.iter().map(|either| (either.decorator.clone(), either.unless.clone())));
        file.mutates.iter().for_each(|rule| self.mutations.add(rule));
        file.touches.iter().for_each(|rule| self.touches.add(rule));
        file.leaves.iter().for_each(|rule| self.left.add(rule));
        for instant in &file.instant {
            self.instant.extend(instant.calls.iter().map(|call| format!("{}.{call}", instant.of)));
        }
        self.clocks.extend(file.clocks.iter().cloned());
        for pure in &file.pure {
            self.pure.extend(pure.calls.iter().map(|call| format!("{}.{call}", pure.of)));
        }
        for lends in &file.lends {
            self.taking_names.extend(lends.takes.iter().cloned());
            self.lends.insert(lends.of.clone(), lends.clone());
        }
    }

    fn add_runs(&mut self, file: &CodemodFile) {
        for runs in &file.runs {
            if let Some(call) = &runs.call {
                if !self.runs.contains_key(call) {
                    self.runs_by_last.entry(last(call).to_owned()).or_default().push(call.clone());
                }
                self.runs.entry(call.clone()).or_default().push(Handover {
                    on: runs.on,
                    argument: runs.argument.clone(),
                    at: runs.at,
                    passes: runs.passes.clone(),
                    lazy: runs.lazy,
                });
            }
            if let Some(decorator) = &runs.decorator {
                self.decorators.insert(decorator.clone(), runs.on);
                if file.endpoints && runs.on == RunsOn::Thread {
                    self.endpoints.insert(decorator.clone());
                }
                if runs.direct {
                    self.direct.insert(decorator.clone());
                }
            }
            if let Some(class) = &runs.class
                && runs.on == RunsOn::Thread
            {
                for method in &runs.through {
                    self.starters.entry(format!("{class}.{method}")).or_default().extend(runs.methods.iter().cloned());
                }
            }
            if let Some(class) = &runs.class
                && runs.on != RunsOn::Thread
                && !runs.through.is_empty()
            {
                let (methods, through) = (runs.methods.clone(), runs.through.clone());
                if runs.lazy {
                    self.views.extend(through.iter().map(|method| format!("{class}.{method}")));
                }
                let template = Template { methods, through, lazy: runs.lazy };
                self.templates.entry(class.clone()).or_default().push(template);
            } else if let Some(class) = &runs.class {
                let methods = runs.methods.iter().map(|method| (method.clone(), runs.on));
                self.hooks.entry(class.clone()).or_default().extend(methods);
            }
        }
    }

    fn add_data(&mut self, data: &[Data]) {
        for data in data {
            let mut note = |calls: &[String], mark: fn(&mut DataUse)| {
                for call in calls {
                    mark(self.data.entry(format!("{}.{call}", data.of)).or_default());
                }
            };
            note(&data.reads, |using| using.reads = true);
            note(&data.changes, |using| using.changes = true);
            note(&data.statements, |using| using.states = true);
            note(&data.ends, |using| using.ends = true);
        }
    }

    /// Adds what is about tasks, and about what one of them holds.
    fn add_tasks(&mut self, file: &CodemodFile) {
        self.tasks.extend(file.tasks.clone());
        for holds in &file.holds {
            self.holds.insert(holds.manager.clone(), holds.reason.clone());
            if holds.tasks {
                self.holds_for_tasks.insert(holds.manager.clone());
            }
        }
        self.guards.extend(file.guards.iter().map(|guards| guards.manager.clone()));
        self.scopes.extend(file.scopes.iter().cloned());
        for foreign in &file.foreign {
            self.foreign.insert(foreign.module.clone(), foreign.reason.clone());
        }
        for twin in &file.twin {
            self.twins.insert(twin.of.clone(), twin.clone());
        }
    }

    fn add_bound(&mut self, bound: &[Bound]) {
        for bound in bound {
            for call in &bound.calls {
                if bound.until.is_none() {
                    self.bound_last_names.insert(call.clone());
                    if last(&bound.of).starts_with(char::is_lowercase) {
                        self.bound_functions.insert(call.clone());
                    }
                }
                self.bound.insert(format!("{}.{call}", bound.of), (bound.reason.clone(), bound.until));
            }
            for attribute in &bound.attributes {
                self.bound_places.insert(format!("{}.{attribute}", bound.of), bound.reason.clone());
            }
            if bound.instances {
                self.bound_classes.insert(bound.of.clone(), bound.reason.clone());
            }
            if !(bound.upsets.is_empty() && bound.upsets_uses.is_empty()) {
                self.upsets.extend(bound.calls.iter().map(|call| Upset {
                    name: format!("{}.{call}", bound.of),
                    kinds: bound.upsets.clone(),
                    uses: bound.upsets_uses.clone(),
                    reason: bound.reason.clone(),
                }));
            }
            if bound.shared {
                let names = bound.calls.iter().chain(&bound.attributes);
                self.shared.extend(names.map(|name| format!("{}.{name}", bound.of)));
            }
        }
    }

    fn add_looks(&mut self, all: Vec<Looks>) {
        for looks in all {
            for call in &looks.calls {
                self.looks_by_last.entry(call.clone()).or_default().push(self.looks.len());
            }
            self.looks.push(looks);
        }
    }

    fn add_api(&mut self, of: &Described<'_>, call: &str) {
        let group = of.group;
        let index = self.apis.len() as ApiIndex;
        let name = format!("{}.{call}", group.of);
        self.owners.insert(group.of.clone());
        if group.thread > Threading::Needless && group.thread < Threading::Loop {
            let threading = self.threading.entry(group.of.clone()).or_default();
            *threading = (*threading).max(group.thread);
        }
        if group.work.is_some() {
            self.works.push(index);
        } else if call == "*" {
            self.wildcards.insert(group.of.clone(), (index, group.except.clone()));
        } else {
            self.by_name.entry(name).or_default().push(index);
        }
        if group.setup {
            self.set_up_names.insert(call.to_owned());
        }
        self.push_api(of, call);
    }

    fn push_api(&mut self, Described { codemod, file, group, kind }: &Described<'_>, call: &str) {
        self.apis.push(Api {
            name: format!("{}.{call}", group.of),
            codemod: *codemod,
            kind: *kind,
            severity: group.severity.unwrap_or_else(|| kind.default_severity()),
            alias: group.alias.clone().or_else(|| file.alias.clone()),
            why: group.why.clone().or_else(|| file.why.clone()).unwrap_or_default(),
            unless: group.unless.clone(),
            when: group.when.clone(),
            thread: group.thread,
            reason: group.reason.clone(),
            lazy: group.lazy,
            swap: group.swap.clone(),
            changes: group.changes.clone(),
            sources: group.sources.clone(),
            removes: group.removes.clone(),
            command: group.command.clone(),
            files: group.files.clone(),
            makes: group.makes.clone(),
            pure: group.pure,
            looks: group.looks,
            fresh: group.fresh,
            lists: group.lists,
            metadata: group.metadata,
            sets_up: group.setup,
            through: group.through.clone(),
            follows: group.follows,
            unless_told: group.unless_told.clone(),
            takes: Takes { least: group.least, most: group.most },
            until: group.until.clone(),
            work: group.work,
        });
    }
}
