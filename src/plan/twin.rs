//! A variable whose class has an asynchronous twin: where everything that is done with it is done in coroutine functions, in ways that
//! the twin has too, it becomes one.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::{Action, Change};
use crate::analysis::{FnId, Hop, Via};
use crate::catalogue::Twin;
use crate::project::facts::FunctionKind;
use crate::project::{Ast, DefId, FileId, Shape, whose_class};

/// What changes when a variable becomes one of the twin class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The name of the twin, qualified.
    pub to: String,
    /// Where the class is named: in the call that makes the object, and in annotations.
    pub names: Vec<(FileId, TextRange)>,
    /// The `with` statements that enter the object, and the coroutine functions that they are in.
    pub withs: Vec<(FnId, TextRange)>,
    /// The calls of its methods that are awaited.
    pub calls: Vec<(FnId, TextRange)>,
    /// Where the loop used to be blocked: what a `with` enters, or a call.
    entries: Vec<(FnId, TextRange)>,
}

impl Migration {
    /// Whether what blocked at a place is gone.
    #[must_use]
    pub fn treats(&self, function: FnId, at: TextRange) -> bool {
        self.entries.contains(&(function, at))
    }
}

/// An attribute of a class's instances, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub class: DefId,
    pub name: String,
}

impl Planner<'_> {
    /// The variables of the program that become their twins, as changes.
    pub(super) fn migrations(&self) -> Vec<Change> {
        let mut seen: Vec<Variable> = Vec::new();
        let mut changes = Vec::new();
        for finding in &self.ground.analysis.findings {
            let site = &finding.site;
            let api = &self.resolver.catalogue().apis[site.api as usize];
            let Some(twin) = api.name.rsplit_once('.').and_then(|(of, _)| self.resolver.catalogue().twin(of)) else {
                continue;
            };
            let Some(variable) = self.variable(site.file, site.range).filter(|found| !seen.contains(found)) else {
                continue;
            };
            changes.extend(self.migration(&variable, twin));
            seen.push(variable);
        }
        changes
    }

    /// The variable that a site is about.
    fn variable(&self, file: FileId, site: TextRange) -> Option<Variable> {
        let ast = self.resolver.types.ast(file)?;
        let object = match ast.call(site).map(|call| &*call.func) {
            Some(Expr::Attribute(method)) => &*method.value,
            _ => ast.expression(site)?,
        };
        let Expr::Attribute(attribute) = object else { return None };
        self.variable_of(file, attribute)
    }

    /// The attribute of one class of the program that an expression reads.
    pub(super) fn variable_of(&self, file: FileId, attribute: &ast::ExprAttribute) -> Option<Variable> {
        let owners = self.resolver.shapes(file, &attribute.value);
        let [Shape::Instance(class)] = owners[..] else { return None };
        let is_own = self.resolver.types.world().is_own(class.file);
        is_own.then(|| Variable { class, name: attribute.attr.to_string() })
    }

    fn migration(&self, variable: &Variable, twin: &Twin) -> Option<Change> {
        if self.ground.terms.minimum.is_some_and(|minimum| minimum < twin.since) || self.has_more_loops() {
            return None;
        }
        let mut migration = Migration {
            to: twin.to.clone(),
            names: Vec::new(),
            withs: Vec::new(),
            calls: Vec::new(),
            entries: Vec::new(),
        };
        let mut made = 0;
        let world = self.resolver.types.world();
        for (file, source) in world.own_files() {
            let facts = &source.facts;
            let loads = facts.loads.iter().filter(|load| load.attribute && load.name == variable.name.as_str());
            for load in loads {
                let ast = self.resolver.types.ast(file)?;
                match self.is_of(file, &ast, load.range, variable)? {
                    true => self.add_use(file, &ast, load.range, twin, &mut migration)?,
                    false => continue,
                }
            }
            for binding in facts.bindings.iter().filter(|binding| binding.target == variable.name.as_str()) {
                let ast = self.resolver.types.ast(file)?;
                if self.is_bound(file, &ast, binding.value, variable)? {
                    self.add_maker(file, &ast, binding.value, twin, &mut migration)?;
                    made += 1;
                }
            }
        }
        let (function, call) = *migration.entries.first()?;
        let findings = self.findings_at(&migration)?;
        (made == 1).then(|| Change::new(function, call, Action::Migrate(migration), findings))
    }

    /// The findings that a migration is about; `None` if one of them has another way from the loop.
    fn findings_at(&self, migration: &Migration) -> Option<Vec<usize>> {
        let mut found = Vec::new();
        for (index, finding) in self.ground.analysis.findings.iter().enumerate() {
            if migration.treats(finding.site.function, finding.site.range) {
                finding.entries.iter().all(|hop| migration.treats(hop.function, hop.at)).then_some(())?;
                found.push(index);
            }
        }
        Some(found)
    }

    /// Whether the attribute at `range` is the variable; `None` if that cannot be told.
    pub(super) fn is_of(&self, file: FileId, ast: &Ast, range: TextRange, variable: &Variable) -> Option<bool> {
        let Some(Expr::Attribute(attribute)) = ast.expression(range) else { return None };
        self.is_owner(file, &attribute.value, variable)
    }

    fn is_owner(&self, file: FileId, owner: &Expr, variable: &Variable) -> Option<bool> {
        let types = &self.resolver.types;
        let shapes = self.resolver.shapes(file, whose_class(owner).unwrap_or(owner));
        if shapes.is_empty() && self.resolver.may_hold(file, variable.class.file) {
            return None;
        }
        Some(shapes.iter().any(|shape| match shape {
            Shape::Instance(class) | Shape::Class(class) => {
                let is_above = |lower: DefId, upper: DefId| types.mro(lower).iter().any(|base| base.id == upper);
                is_above(*class, variable.class) || is_above(variable.class, *class)
            }
            _ => false,
        }))
    }

    /// Whether the value at `range` is assigned to the variable.
    pub(super) fn is_bound(&self, file: FileId, ast: &Ast, range: TextRange, variable: &Variable) -> Option<bool> {
        let path = ast.path(range);
        let target = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtAssign(assign) => assign.targets.first(),
            AnyNodeRef::StmtAnnAssign(assign) => Some(&*assign.target),
            AnyNodeRef::WithItem(item) => item.optional_vars.as_deref(),
            AnyNodeRef::StmtWith(with) => with.items.first().and_then(|item| item.optional_vars.as_deref()),
            AnyNodeRef::StmtFor(for_) => Some(&*for_.target),
            AnyNodeRef::ExprNamed(named) => Some(&*named.target),
            _ => None,
        })?;
        match target {
            Expr::Attribute(attribute) => self.is_owner(file, &attribute.value, variable),
            Expr::Name(_) => Some(path.iter().any(|node| {
                matches!(node, AnyNodeRef::StmtClassDef(def)
                    if file == variable.class.file && def.name.start() == variable.class.start)
            })),
            _ => None,
        }
    }

    /// Notes the call that makes the object, which must be one of the class and pass nothing.
    fn add_maker(&self, file: FileId, ast: &Ast, value: TextRange, twin: &Twin, to: &mut Migration) -> Option<()> {
        let call = ast.call(value).filter(|call| call.arguments.is_empty())?;
        let targets = self.resolver.targets(file, &call.func);
        let is_it = |expr: &Expr| self.resolver.types.reference_names(file, expr).contains(&twin.of);
        if !targets.iter().any(|target| target.names.contains(&twin.of)) && !is_it(&call.func) {
            return None;
        }
        to.names.push((file, call.func.range()));
        let path = ast.path(value);
        let assign = path.iter().rev().find(|node| node.is_statement())?;
        match assign {
            AnyNodeRef::StmtAssign(assign) if assign.targets.len() == 1 => {}
            AnyNodeRef::StmtAnnAssign(assign) if is_it(&assign.annotation) => {
                to.names.push((file, assign.annotation.range()));
            }
            _ => return None,
        }
        Some(())
    }

    /// Notes what must change where the variable is read; `None` where the twin cannot be used so.
    fn add_use(&self, file: FileId, ast: &Ast, range: TextRange, twin: &Twin, to: &mut Migration) -> Option<()> {
        let facts = self.resolver.types.facts(file);
        let function = FnId { file, index: facts.enclosing(range.start()) };
        let is_coroutine = facts
            .functions
            .get(function.index as usize)
            .is_some_and(|function| function.is_async && function.kind == FunctionKind::Def);
        let path = ast.path(range);
        let mut around = path.iter().rev().filter(|node| node.range() != range);
        match around.next()? {
            AnyNodeRef::WithItem(item) if is_coroutine && item.optional_vars.is_none() => {
                self.add_with(function, around.next()?, range, to)
            }
            // A `with` of one item without a name has its range.
            AnyNodeRef::StmtWith(with) if is_coroutine => {
                self.add_with(function, &AnyNodeRef::StmtWith(with), range, to)
            }
            AnyNodeRef::ExprAttribute(method) => {
                let AnyNodeRef::ExprCall(call) = around.next()? else { return None };
                let name = method.attr.as_str();
                if call.func.range() != method.range() || !call.arguments.is_empty() {
                    return None;
                }
                self.add_call(function, is_coroutine, name, call, twin, to)
            }
            _ => None,
        }
    }

    fn add_with(&self, function: FnId, with: &AnyNodeRef<'_>, entered: TextRange, to: &mut Migration) -> Option<()> {
        let AnyNodeRef::StmtWith(with) = with else { return None };
        let is_plain = !with.is_async && matches!(&with.items[..], [item] if item.optional_vars.is_none());
        is_plain.then(|| {
            to.withs.push((function, with.range()));
            to.entries.push((function, entered));
        })
    }

    fn add_call(
        &self,
        function: FnId,
        is_coroutine: bool,
        name: &str,
        call: &ast::ExprCall,
        twin: &Twin,
        to: &mut Migration,
    ) -> Option<()> {
        if twin.reads.iter().any(|read| read == name) {
            return Some(());
        }
        if !is_coroutine {
            return None;
        }
        if twin.keeps.iter().any(|kept| kept == name) {
            return Some(());
        }
        let hop = Hop { function, at: call.range(), via: Via::Call };
        if !twin.awaits.iter().any(|awaited| awaited == name) || self.may_stand(&hop).is_err() {
            return None;
        }
        to.calls.push((function, call.range()));
        to.entries.push((function, call.range()));
        Some(())
    }
}
