//! The edits that one change consists of, file by file.

use super::Rewriter;
use crate::analysis::Lookup;
use crate::plan::{Action, Adaption, Change, Conversion, Exchange, Hoist, Migration};
use crate::project::{FileId, SourceFile};
use crate::rewrite::calls::{self, CallEdit, Source};
use crate::rewrite::layout::Page;
use crate::rewrite::{
    ThreadStyle, add, blocks, consume, convert, copies, draw, enter, hoist, lock, process, settle, setup, start, step,
    swap, tests,
};

impl<'a> Rewriter<'a> {
    /// The edits of a change; `None` when one of them cannot be made.
    pub(super) fn edits(&self, change: &Change) -> Option<Vec<(FileId, CallEdit)>> {
        let mut edits = self.edits_in_turn(change)?;
        for lock in &change.locks {
            edits.push((lock.file, self.in_file(lock.file, None, |source| lock::make(source, lock))?));
            for held in &lock.regions {
                let file = held.function.file;
                edits.push((file, self.in_file(file, None, |source| Some(lock::hold(source, lock, held)))?));
            }
        }
        for (file, iterable) in &change.copies {
            edits.push((*file, self.in_file(*file, None, |source| Some(copies::copy(source, *iterable)))?));
        }
        Some(edits)
    }

    /// The same without the locks and copies.
    fn edits_in_turn(&self, change: &Change) -> Option<Vec<(FileId, CallEdit)>> {
        let Some(home) = change.turn else { return self.action(change, &change.action, None, &self.style) };
        let style = ThreadStyle { turn: Some(self.turn(home, change.files())), ..self.style.clone() };
        let mut edits = self.action(change, &change.action, None, &style)?;
        edits.extend(self.define_turn(home)?);
        Some(edits)
    }

    /// `alone` as in [`Page`].
    fn action(
        &self,
        change: &Change,
        action: &Action,
        alone: Option<&Hoist>,
        style: &ThreadStyle,
    ) -> Option<Vec<(FileId, CallEdit)>> {
        let file = change.function.file;
        let one = |edit: Option<CallEdit>| Some(vec![(file, edit?)]);
        match action {
            Action::Swap(to) => {
                one(self.in_file(file, alone, |source| calls::swap(source, source.call(change.call)?, to)))
            }
            Action::Thread => {
                one(self.in_file(file, alone, |source| calls::thread(source, source.call(change.call)?, style)))
            }
            Action::Process => self.process(file, change, alone),
            Action::Plain => {
                let range = self.project.types.world().function(change.function)?.range;
                one(self.in_file(file, None, |source| convert::plain(source, range)))
            }
            Action::Block(form, nexts) => {
                let part = (change.call, form);
                Some(
                    self.in_file(file, alone, |source| blocks::with_nexts(source, part, nexts, style))?
                        .into_iter()
                        .map(|edit| (file, edit))
                        .collect(),
                )
            }
            Action::Await => one(self.in_file(file, alone, |source| convert::call(source, change.call, false))),
            Action::Settle => self.several(file, |source| settle::call(source, change.call)),
            Action::Consume(way) => one(self.in_file(file, None, |source| consume::consume(source, change.call, way))),
            Action::Gather(gather, action) => {
                let mut edits = self.action(change, action, alone, style)?;
                edits.extend(self.several(file, |source| consume::gather(source, gather))?);
                Some(edits)
            }
            Action::Convert(conversion) => self.conversion(conversion),
            Action::Migrate(migration) => self.migration(migration),
            Action::Finish(ending) => {
                let parts = ending.parts.iter();
                let edits = parts.map(|part| self.several(part.file, |source| setup::finish(source, ending, part)));
                Some(edits.collect::<Option<Vec<_>>>()?.concat())
            }
            Action::Add(addition) => {
                let places = addition.places.iter();
                let edits = places.map(|(file, at)| {
                    Some((*file, self.in_file(*file, None, |source| add::add(source, *at, &addition.entries))?))
                });
                edits.collect()
            }
            Action::Enter(enter) => self.several(file, |source| enter::with(source, enter, style)),
            Action::Step(step) => self.several(file, |source| step::steps(source, step, style)),
            Action::Draw(draw) => self.several(file, |source| draw::generator(source, change.call, draw, style)),
            Action::Hoist(part, action) => {
                let mut edits = self.action(change, action, Some(part), style)?;
                edits.push((file, self.in_file(file, None, |source| Some(hoist::statement(source, part)))?));
                Some(edits)
            }
        }
    }

    /// The call that another process makes, with the helper where the program has no module for that.
    fn process(&self, file: FileId, change: &Change, alone: Option<&Hoist>) -> Option<Vec<(FileId, CallEdit)>> {
        let beside = self.beside_process(file);
        let beside = beside.as_ref();
        let call = self.in_file(file, alone, |source| process::call(source, source.call(change.call)?, beside))?;
        let mut edits = vec![(file, call)];
        if beside.is_none()
            && let Some(helper) = self.in_file(file, None, process::define)?
        {
            edits.push((file, helper));
        }
        Some(edits)
    }

    fn several(
        &self,
        file: FileId,
        make: impl FnOnce(&Source<'_>) -> Option<Vec<CallEdit>>,
    ) -> Option<Vec<(FileId, CallEdit)>> {
        Some(self.in_file(file, None, make)?.into_iter().map(|edit| (file, edit)).collect())
    }

    fn conversion(&self, conversion: &Conversion) -> Option<Vec<(FileId, CallEdit)>> {
        let world = self.project.types.world();
        let mut edits = Vec::new();
        for (id, adaptions) in &conversion.tests {
            let range = world.function(*id)?.range;
            for adaption in adaptions {
                edits.push(match adaption {
                    Adaption::Mark(mark) => {
                        (id.file, self.in_file(id.file, None, |source| tests::mark(source, range, mark))?)
                    }
                    Adaption::Refer { file, at, to } => {
                        (*file, self.in_file(*file, None, |source| tests::refer_to(source, *at, to))?)
                    }
                    Adaption::Rename { at, to } => (id.file, tests::rename(*at, to)),
                });
            }
        }
        for (id, recolour) in &conversion.functions {
            let function = world.function(*id)?;
            let (range, is_special) = (function.range, function.class.is_some());
            edits.extend(self.several(id.file, |source| convert::define(source, range, *recolour, is_special))?);
        }
        for (id, recolour) in &conversion.declared {
            let function = world.function(*id)?;
            let (range, is_special) = (function.range, function.class.is_some());
            edits.extend(self.several(id.file, |source| convert::declare(source, range, *recolour, is_special))?);
        }
        edits.extend(conversion.renames.iter().map(|(file, at, name)| (*file, convert::respell(*at, name))));
        for (file, at) in &conversion.promises {
            edits.extend(
                self.in_file(*file, None, |source| Some(convert::promise(source, *at)))?.map(|edit| (*file, edit)),
            );
        }
        for (file, at) in &conversion.started {
            edits.extend(self.several(*file, |source| start::argument(source, *at))?);
        }
        for rearm in &conversion.rearms {
            let range = world.function(rearm.function)?.range;
            edits.extend(self.several(rearm.function.file, |source| start::rearm(source, range, rearm))?);
        }
        for part in &conversion.parts {
            let (file, at) = (part.function.file, part.call);
            let is_bare = conversion.exchanges.iter().any(|exchange| exchange.is_bare(file, at));
            if is_bare && part.action == Action::Await {
                edits.push((file, self.in_file(file, None, |source| convert::call(source, at, true))?));
            } else {
                edits.extend(self.edits(part)?);
            }
        }
        for exchange in &conversion.exchanges {
            for (id, part) in &exchange.hoists {
                let edit = self.in_file(id.file, None, |source| Some(hoist::statement(source, part)))?;
                edits.push((id.file, edit));
            }
            edits.extend(self.exchange(exchange)?);
        }
        Some(edits)
    }

    fn exchange(&self, exchange: &Exchange) -> Option<Vec<(FileId, CallEdit)>> {
        let (codemod, target) = exchange.target;
        let (_, target) = self.catalogue.codemods.get(codemod)?.targets.get(target)?;
        let turn = exchange.turn.map(|home| self.turn(home, exchange.files()));
        let style = ThreadStyle { turn, ..self.style.clone() };
        let mut edits = Vec::new();
        for file in exchange.files() {
            let own = self.in_file(file, None, |source| swap::edits(source, exchange, target, &style, file))?;
            edits.extend(own.into_iter().map(|edit| (file, edit)));
        }
        for common in edits.iter_mut().filter_map(|(_, edit)| edit.helper.as_mut()) {
            common.kind = Some(self.catalogue.codemods.get(codemod)?.kinds.first().copied()?);
        }
        if let Some(home) = exchange.turn {
            edits.extend(self.define_turn(home)?);
        }
        Some(edits)
    }

    fn migration(&self, migration: &Migration) -> Option<Vec<(FileId, CallEdit)>> {
        let names = migration.names.iter().map(|(file, range)| {
            Some((*file, self.in_file(*file, None, |source| convert::rename(source, *range, &migration.to))?))
        });
        let withs = migration.withs.iter().map(|(id, at)| Some((id.file, convert::with(*at))));
        let calls = migration
            .calls
            .iter()
            .map(|(id, at)| Some((id.file, self.in_file(id.file, None, |source| convert::call(source, *at, false))?)));
        names.chain(withs).chain(calls).collect()
    }

    pub(super) fn in_file<T>(
        &self,
        file: FileId,
        alone: Option<&Hoist>,
        make: impl FnOnce(&Source<'_>) -> Option<T>,
    ) -> Option<T> {
        let types = &self.project.types;
        let ast = types.ast(file)?;
        let text = types.text(file);
        let module = types.module_name(file);
        let alone = alone.map(|part| (part.value, part.name.len() + " = ".len()));
        let is_package = types.world().file(file).is_some_and(SourceFile::is_package);
        let page = Page { ast: &ast, text: &text, width: self.width(&text), alone };
        make(&Source { file, page, module: &module, is_package, setting: self.setting() })
    }
}
