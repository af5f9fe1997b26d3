//! What a program does with the places that a lock is about, and whether that leaves them to the lock.
//!
//! Of a place that is only bound, and asked whether it is something (`is None`), or whose values never change, the bindings are all
//! the writes. Of any other its content counts too: then it must never be handed on, and what is read from it in a region before the
//! call must be nothing that others may change.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, PythonVersion, Stmt};
use ruff_python_stdlib::sys::is_known_standard_library;
use ruff_text_size::{Ranged, TextRange};

use super::doing::{Doing, doing, is_called};
use super::{Held, Home, Part};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Threading;
use crate::plan::collect::place_in;
use crate::plan::decide::Planner;
use crate::plan::factory;
use crate::plan::holds::may_hold_given;
use crate::plan::ownership;
use crate::plan::scope::Scope;
use crate::plan::state::User;
use crate::plan::touch::Roots;
use crate::plan::twin::Variable;
use crate::project::facts::MODULE;
use crate::project::{Ast, DefId, FileId, Shape, dotted, goes_round};
use crate::text::has_word;

/// What a use takes the place of, as its function names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    Module,
    Named(String),
    /// A class, which all of its instances find as well.
    Static(Option<String>),
    Unknown,
}

/// A use of a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Use {
    pub function: FnId,
    pub range: TextRange,
    pub(super) name: String,
    pub(super) doing: Doing,
    /// It belongs to making what has the place.
    pub is_start: bool,
    pub(super) owner: Owner,
    /// It is a value whose type is one of values that never change.
    pub(super) is_steady: bool,
}

impl Use {
    /// A function, as if all of it were one use.
    pub(super) fn of_part(part: &Part) -> Self {
        Self {
            function: part.function,
            range: part.range,
            name: String::new(),
            doing: Doing::Content,
            is_start: false,
            owner: part.owner.clone().map_or(Owner::Module, Owner::Named),
            is_steady: false,
        }
    }

    /// What its function names the owner by, if it can.
    pub(super) fn named_owner(&self) -> Option<Option<String>> {
        match &self.owner {
            Owner::Module => Some(None),
            Owner::Named(owner) | Owner::Static(Some(owner)) => Some(Some(owner.clone())),
            Owner::Static(None) | Owner::Unknown => None,
        }
    }

    /// Whether it writes the place, of which the content counts or not.
    pub(super) fn is_write(&self, has_content: bool) -> bool {
        match self.doing {
            Doing::Bind { .. } => true,
            Doing::Change => has_content,
            _ => false,
        }
    }

    /// Whether what the place holds gets to where its uses are not seen.
    pub(super) fn gets_out(&self) -> bool {
        matches!(self.doing, Doing::Return | Doing::Other | Doing::Bind { is_fresh: false })
    }

    /// Whether it is in a region, of what that has the lock of, as far as is known.
    fn may_be_in(&self, held: &Held) -> bool {
        self.is_in(held) || self.owner == Owner::Unknown && held.is_around(self.function, self.range)
    }

    pub(super) fn is_in(&self, held: &Held) -> bool {
        let is_owned = match &self.owner {
            Owner::Module => held.owner.is_none(),
            Owner::Named(owner) => held.owner.as_ref() == Some(owner),
            Owner::Static(_) => true,
            Owner::Unknown => false,
        };
        is_owned && held.is_around(self.function, self.range)
    }
}

/// Whether it is more than the binding that the regions count on of a place.
fn has_content(uses: &[Use], regions: &[Held], name: &str) -> bool {
    let is_held = |one: &Use| regions.iter().any(|held| one.may_be_in(held));
    let held = || uses.iter().filter(|one| one.name == name && is_held(one));
    let is_binding = held().all(|one| matches!(one.doing, Doing::Look | Doing::Bind { .. } | Doing::Return));
    let mut read = held().filter(|one| !matches!(one.doing, Doing::Bind { .. })).peekable();
    let is_steady = read.peek().is_some() && read.all(|one| one.is_steady);
    !is_binding && !is_steady
}

/// The writes of a place that stand in no region, but for those that make it.
pub(super) fn open_writes<'a>(uses: &'a [Use], regions: &[Held], name: &str) -> Vec<&'a Use> {
    let has_content = has_content(uses, regions, name);
    let is_open = |one: &&Use| one.name == name && one.is_write(has_content) && !one.is_start;
    uses.iter().filter(is_open).filter(|one| !regions.iter().any(|held| one.is_in(held))).collect()
}

impl Planner<'_> {
    /// The uses of places, but for those that make them and those that only look at a count; `None` if that cannot be told.
    pub(in crate::plan) fn users(&self, home: &Home, places: &BTreeSet<String>) -> Option<Vec<User>> {
        let uses = self.uses(home, places)?;
        let is_count = |name: &str| {
            let mut writes = uses.iter().filter(|one| one.name == name && one.is_write(true) && !one.is_start);
            // What goes from one object to another is whole only when it is there.
            let is_moved = |one: &Use| {
                let is_other = |other: &&Use| other.function == one.function && other.owner != one.owner;
                uses.iter().filter(is_other).any(|other| other.name == name && other.is_write(true))
            };
            writes.all(|one| self.is_counted_up(one) && !is_moved(one))
        };
        let mut users = Vec::new();
        for one in uses.iter().filter(|one| !one.is_start) {
            let mut writes = one.is_write(true);
            let gets_out = match one.doing {
                Doing::Return | Doing::Other | Doing::Bind { is_fresh: false } => true,
                Doing::Item(item) if self.is_harmless(one.function, item) => false,
                Doing::Item(item) => {
                    let is_worked_on = self.is_worked_on(one.function, item);
                    writes |= is_worked_on;
                    !is_worked_on && !self.is_called_keeper(one)
                }
                _ => false,
            };
            let is_looked_at =
                || self.is_called_keeper(one) || self.has_thread_of_its_own(one) || self.is_for_all_threads(one);
            let gets_out = gets_out && !one.is_steady && !is_looked_at() && !self.binds_new_handle(one);
            if gets_out || writes || !one.is_steady || !is_count(&one.name) {
                users.push(User { function: one.function, at: one.range, gets_out, writes });
            }
        }
        Some(users)
    }

    /// Whether it is where a place gets an object that keeps state between calls, and that nobody else has.
    fn binds_new_handle(&self, one: &Use) -> bool {
        let ast = self.resolver.types.ast(one.function.file).filter(|_| matches!(one.doing, Doing::Bind { .. }));
        ast.is_some_and(|ast| self.is_new_handle(one.function, &ast, one.range))
    }

    /// Whether something is called on an object that keeps state between calls, like a connection, or it is entered or gone through: whether
    /// that, or what it gives, gets out is told by what it is.
    fn is_called_keeper(&self, one: &Use) -> bool {
        let is_open = matches!(one.doing, Doing::Other | Doing::Item(_));
        let Some(ast) = self.resolver.types.ast(one.function.file).filter(|_| is_open) else { return false };
        let path = ast.path(one.range);
        let mut around = path.iter().rev().filter(|node| node.range() != one.range || node.is_with_item());
        let is_asked = match around.next() {
            Some(AnyNodeRef::ExprAttribute(_) | AnyNodeRef::WithItem(_)) => true,
            Some(AnyNodeRef::StmtFor(for_)) => for_.iter.range() == one.range,
            Some(AnyNodeRef::Comprehension(comprehension)) => comprehension.iter.range() == one.range,
            _ => false,
        };
        is_asked
            && ast
                .expression(one.range)
                .is_some_and(|object| ownership::keeps_state(self.resolver, one.function, object))
    }

    /// Whether a place holds what only one thread uses, or any one at a time: all that is done with it is looked at, wherever it gets.
    fn has_thread_of_its_own(&self, one: &Use) -> bool {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(one.function.file) else { return false };
        let Some(expr) = ast.expression(one.range) else { return false };
        let codemods = &self.resolver.catalogue().codemods;
        let classes: Vec<&String> =
            codemods.iter().filter_map(|codemod| codemod.one_thread.as_ref()).flat_map(|rule| &rule.of).collect();
        let shapes = self.resolver.shapes(one.function.file, expr);
        let is_one = |shape: &Shape| match shape {
            Shape::Instance(class) => {
                let name = types.class_name(*class);
                name.ends_with("NoneType") || types.mro(*class).iter().any(|base| classes.contains(&&base.name))
            }
            _ => false,
        };
        !shapes.is_empty() && shapes.iter().all(is_one)
    }

    /// Whether a place holds an object of a library that any thread may use, whoever gets it.
    fn is_for_all_threads(&self, one: &Use) -> bool {
        let types = &self.resolver.types;
        let ast = types.ast(one.function.file);
        let shapes = ast
            .as_ref()
            .and_then(|ast| ast.expression(one.range))
            .map(|expr| self.resolver.shapes(one.function.file, expr));
        let catalogue = self.resolver.catalogue();
        let is_one = |shape: &Shape| match shape {
            Shape::Instance(class) if !types.world().is_own(class.file) => {
                let mro = types.mro(*class);
                let is_bound = |name: &str| catalogue.threading(name) > Threading::Needless;
                types.class_name(*class).ends_with("NoneType")
                    || mro.iter().any(|base| catalogue.is_for_all_threads(&base.name))
                        && !mro.iter().any(|base| is_bound(&base.name))
            }
            _ => false,
        };
        shapes.is_some_and(|shapes| !shapes.is_empty() && shapes.iter().all(is_one))
    }

    fn is_counted_up(&self, one: &Use) -> bool {
        let ast = self.resolver.types.ast(one.function.file);
        ast.is_some_and(|ast| {
            ast.path(one.range).iter().any(|node| match node {
                AnyNodeRef::StmtAugAssign(assign) => {
                    assign.target.range() == one.range && assign.op == ast::Operator::Add
                }
                _ => false,
            })
        })
    }

    /// All uses of places; `None` if that cannot be told.
    pub(super) fn uses(&self, home: &Home, places: &BTreeSet<String>) -> Option<Vec<Use>> {
        let types = &self.resolver.types;
        let mut uses = Vec::new();
        for (file, _) in types.world().own_files() {
            let is_near = file == home.file()
                || self.resolver.may_hold(file, home.file())
                || self.resolver.sees(file, home.file());
            if !is_near {
                continue;
            }
            let text = types.text_once(file);
            if !places.iter().any(|name| has_word(&text, name)) && !text.contains("setattr(") {
                continue;
            }
            let ast = types.ast(file)?;
            let mut names = Names { places, found: Vec::new(), is_hidden: false };
            names.visit_body(&ast.module().body);
            if names.is_hidden {
                return None;
            }
            for (name, range) in names.found {
                uses.extend(self.use_at(home, file, &ast, name, range)?);
            }
        }
        Some(uses)
    }

    /// The use that an expression is, if it is one.
    fn use_at(&self, home: &Home, file: FileId, ast: &Ast, name: String, range: TextRange) -> Option<Option<Use>> {
        let types = &self.resolver.types;
        let facts = types.facts(file);
        let function = FnId { file, index: facts.enclosing(range.start()) };
        let expr = ast.expression(range)?;
        let path = ast.path(range);
        let owner = match (home, expr) {
            (Home::Class(home_file, start) | Home::Static(home_file, start), Expr::Attribute(attribute)) => {
                let variable = Variable { class: DefId { file: *home_file, start: *start }, name: name.clone() };
                let named = dotted(&attribute.value);
                match self.is_of(file, ast, range, &variable) {
                    Some(false) => return Some(None),
                    // What has the places is no function.
                    None if is_called(&path, range) => return Some(None),
                    // It may be one of them.
                    None => Owner::Unknown,
                    Some(true) if matches!(home, Home::Static(..)) => Owner::Static(named),
                    Some(true) => named.map_or(Owner::Unknown, Owner::Named),
                }
            }
            (Home::Module(home_file), Expr::Name(_)) => {
                let is_imported = || facts.imports.iter().any(|import| import.bound.as_str() == name);
                match file == *home_file {
                    true if self.is_variable_in(function, &name) => Owner::Module,
                    false if is_imported() => Owner::Unknown,
                    _ => return Some(None),
                }
            }
            // It may be the module's, by way of the module.
            (Home::Module(_), Expr::Attribute(attribute)) => {
                let shapes = self.resolver.shapes(file, &attribute.value);
                let is_other = !shapes.is_empty() && !shapes.iter().any(|shape| matches!(shape, Shape::Module(_)));
                return is_other.then_some(None);
            }
            _ => return Some(None),
        };
        let doing = match doing(&path, expr) {
            Doing::Other if self.is_only_read(file, ast, &path, range) => Doing::Content,
            Doing::Bind { is_fresh: false } => Doing::Bind { is_fresh: self.binds_own(function, &path) },
            doing => doing,
        };
        let is_start = match home {
            Home::Module(_) | Home::Pool(_) | Home::Outside(_) | Home::Static(..) => function.index == MODULE,
            Home::Class(home_file, _) => {
                let class = home.class(&facts);
                let init = class.and_then(|class| class.members.get("__init__").copied().flatten());
                // What the class has is there before.
                let is_made = matches!(doing, Doing::Bind { .. })
                    || class.is_some_and(|class| !class.members.contains_key(name.as_str()));
                let own = facts.functions.get(function.index as usize).and_then(|init| init.parameters.first());
                let is_init = file == *home_file
                    && init == Some(function.index)
                    && is_made
                    && own.is_some_and(|own| owner == Owner::Named(own.name.to_string()));
                is_init || self.is_of_new_object(function, ast, expr)
            }
        };
        let is_steady = self.survey.is_immutable(file, expr);
        Some(Some(Use { function, range, name, doing, is_start, owner, is_steady }))
    }

    /// Whether the statement around a target binds what the function has made itself, and has no more use for.
    fn binds_own(&self, function: FnId, path: &[AnyNodeRef<'_>]) -> bool {
        let value = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtAssign(assign) if assign.targets.len() == 1 => Some(Some(&*assign.value)),
            AnyNodeRef::StmtAnnAssign(assign) => Some(assign.value.as_deref()),
            node => node.is_statement().then_some(None),
        });
        let name = value.flatten().and_then(Expr::as_name_expr);
        name.is_some_and(|name| factory::is_given_away(self.survey, function, name))
    }

    /// Whether an attribute is one of an object that the function itself has made, and that nobody else has so far.
    fn is_of_new_object(&self, function: FnId, ast: &Ast, expr: &Expr) -> bool {
        let attribute = expr.as_attribute_expr();
        let object = attribute.and_then(|attribute| attribute.value.as_name_expr());
        let info = self.resolver.types.world().function(function).filter(|_| function.index != MODULE);
        let (Some(attribute), Some(object), Some(info)) = (attribute, object, info) else { return false };
        let Some(scope) = ast.def(info.range).map(Scope::of) else { return false };
        let bound: Vec<_> = scope.bound.iter().filter(|(name, _)| *name == object.id).collect();
        let is_made = place_in(self.survey, ast, function, &Roots::default(), &attribute.value).is_none();
        let path = ast.path(object.range());
        let round = path.iter().find(|node| goes_round(**node) && info.range.contains_range(node.range()));
        let facts = self.resolver.types.facts(function.file);
        let mut loads = facts.loads.iter().filter(|load| {
            let is_before = load.range.end() <= object.start()
                || round.is_some_and(|round| round.range().contains_range(load.range));
            load.name == object.id && is_before && info.range.contains_range(load.range)
        });
        let is_asked = |at: TextRange| {
            let path = ast.path(at);
            let around = path.iter().rev().find(|node| node.range() != at);
            matches!(around, Some(AnyNodeRef::ExprAttribute(_)))
        };
        bound.len() == 1 && is_made && loads.all(|load| load.function == function.index && is_asked(load.range))
    }

    /// Whether a function of the standard library is given a value, and makes of it one that never changes: `json.dumps(value)`.
    fn is_only_read(&self, file: FileId, ast: &Ast, path: &[AnyNodeRef<'_>], range: TextRange) -> bool {
        let is_display = |node: &&AnyNodeRef<'_>| {
            matches!(node, AnyNodeRef::ExprDict(_) | AnyNodeRef::ExprList(_) | AnyNodeRef::ExprTuple(_))
        };
        let mut around = path.iter().rev().filter(|node| node.range() != range).skip_while(is_display);
        let (Some(AnyNodeRef::Arguments(_)), Some(AnyNodeRef::ExprCall(call))) = (around.next(), around.next()) else {
            return false;
        };
        let targets = self.survey.targets(file, call);
        let mut names = targets.iter().flat_map(|target| &target.names);
        let is_reader = |name: &String| {
            let module = name.split('.').next().unwrap_or(name);
            is_known_standard_library(PythonVersion::latest().minor, module) && !may_hold_given(name)
        };
        !targets.is_empty()
            && names.all(is_reader)
            && ast.expression(call.range()).is_some_and(|made| self.survey.is_immutable(file, made))
    }

    /// Whether the uses leave the places to regions with these calls in them.
    pub(super) fn are_kept(
        &self,
        uses: &[Use],
        places: &BTreeSet<String>,
        regions: &[Held],
        calls: &dyn Fn(&Held) -> Vec<TextRange>,
    ) -> Option<()> {
        let region_of = |one: &Use| regions.iter().find(|held| one.is_in(held));
        for name in places {
            let all = || uses.iter().filter(|one| one.name == *name);
            let held = || all().filter(|one| region_of(one).is_some());
            let has_content = has_content(uses, regions, name);
            if !open_writes(uses, regions, name).is_empty() {
                return None;
            }
            if has_content && all().any(Use::gets_out) {
                return None;
            }
            let mut is_early = false;
            for one in held() {
                let held = region_of(one)?;
                let calls = calls(held);
                let is_before = self.is_before_one(one, &calls);
                is_early |= one.is_write(has_content) && is_before;
                if let Doing::Item(item) = one.doing
                    && has_content
                    && is_before
                    && !self.is_harmless(one.function, item)
                {
                    return None;
                }
            }
            if is_early && all().any(|one| !one.is_start && region_of(one).is_none()) {
                return None;
            }
        }
        Some(())
    }

    /// Whether a use may come before one of the calls.
    fn is_before_one(&self, one: &Use, calls: &[TextRange]) -> bool {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(one.function.file) else { return true };
        let loops = self.loops_of(one.function);
        let path = ast.path(one.range);
        let statement = path.iter().rev().find(|node| node.is_statement()).map(Ranged::range).unwrap_or_default();
        let is_target = path.iter().rev().any(|node| match node {
            AnyNodeRef::StmtAssign(assign) => assign.targets.iter().any(|to| to.range().contains_range(one.range)),
            AnyNodeRef::StmtAnnAssign(assign) => assign.target.range().contains_range(one.range),
            AnyNodeRef::StmtAugAssign(assign) => assign.target.range().contains_range(one.range),
            _ => false,
        });
        calls.iter().any(|call| {
            let is_around = loops.iter().any(|at| at.contains_range(one.range) && at.contains_range(*call));
            let is_same = is_target && statement.contains_range(*call);
            is_around || one.range.start() < call.end() && !is_same
        })
    }
}

/// Finds expressions that end in one of the places.
pub(super) struct Names<'a> {
    pub places: &'a BTreeSet<String>,
    pub found: Vec<(String, TextRange)>,
    /// An attribute is set by a name that is not written out, or that is a place.
    pub is_hidden: bool,
}

impl<'a> Visitor<'a> for Names<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::ImportFrom(import) = stmt {
            // By its own name it is found in the other module as well.
            let is_it = |alias: &ast::Alias| {
                alias.name.as_str() == "*" || alias.asname.is_some() && self.places.contains(alias.name.as_str())
            };
            self.is_hidden |= import.names.iter().any(is_it);
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let name = match expr {
            Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
            Expr::Name(name) => Some(name.id.as_str()),
            Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "setattr" | "delattr")) =>
            {
                let to = call.arguments.args.get(1).and_then(Expr::as_string_literal_expr);
                self.is_hidden |= to.is_none_or(|to| self.places.contains(to.value.to_str()));
                None
            }
            _ => None,
        };
        if let Some(name) = name.filter(|name| self.places.contains(*name)) {
            self.found.push((name.to_owned(), expr.range()));
        }
        walk_expr(self, expr);
    }
}
