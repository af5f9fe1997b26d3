//! What names are bound to, and what is changed by them.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, Operator};
use ruff_text_size::Ranged;

use super::flows;
use super::methods::is_accessor;
use super::{Collector, elements, last_name};
use crate::project::facts::{Binding, Load, MODULE, PartOf};

impl Collector {
    /// The values of a target come from `value`.
    pub(super) fn flow(&mut self, target: &Expr, value: &Expr) {
        let mut found = Vec::new();
        flows::targets(target, self.local_reach(), &mut found);
        for (name, reach) in found {
            self.add_flows(flows::flow(name, reach, value));
        }
    }

    /// Something that lives longer than the function is changed.
    pub(super) fn mutate(&mut self, target: &Expr) {
        let function = &self.facts.functions[self.function as usize];
        if self.function == MODULE || matches!(function.name.as_str(), "__init__" | "__new__" | "__post_init__") {
            return;
        }
        match target {
            Expr::Attribute(attribute) => {
                self.mutated(attribute.attr.id.clone());
            }
            Expr::Subscript(subscript) => {
                if let Some(name) = last_name(&subscript.value) {
                    self.mutate_in_place(name);
                }
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.mutate(target)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.mutate(target)),
            Expr::Starred(starred) => self.mutate(&starred.value),
            _ => {}
        }
    }

    /// Something that lives longer than the function is made nothing, or loses a part.
    pub(super) fn empty(&mut self, names: Vec<Name>) {
        let function = &self.facts.functions[self.function as usize];
        if self.function != MODULE && !matches!(function.name.as_str(), "__init__" | "__new__" | "__post_init__") {
            self.facts.emptied.extend(names);
        }
    }

    pub(super) fn mutate_in_place(&mut self, name: Name) {
        self.mutated(name.clone());
        self.facts.mutated_in_place.insert(name);
    }

    /// Notes that the function around changes something of this last name.
    pub(super) fn mutated(&mut self, name: Name) {
        let functions = self.facts.mutated.entry(name).or_default();
        if functions.last() != Some(&self.function) {
            functions.push(self.function);
        }
    }

    pub(super) fn bind(&mut self, target: &Expr, value: &Expr) {
        self.flow(target, value);
        self.unpack(target, value);
        let Some(target) = last_name(item_of(target, value)) else {
            return;
        };
        let mut sources = Vec::new();
        source_names(value, &mut sources);
        if !sources.is_empty() || is_made_here(value) {
            self.facts.bindings.push(Binding { target, value: value.range(), function: self.function, sources });
        }
    }

    /// Notes the names that get a part of a value each.
    pub(super) fn unpack(&mut self, target: &Expr, value: &Expr) {
        let Some(targets) = elements(target) else { return };
        if let Some(values) = elements(value)
            && values.len() == targets.len()
            && !values.iter().chain(targets).any(Expr::is_starred_expr)
        {
            targets.iter().zip(values).for_each(|(target, value)| self.bind(target, value));
            return;
        }
        for (position, target) in targets.iter().enumerate() {
            self.part(target, Some(position), value);
        }
    }

    pub(super) fn part(&mut self, target: &Expr, position: Option<usize>, value: &Expr) {
        let Some(target) = target.as_name_expr().map(|name| name.id.clone()) else { return };
        let mut sources = Vec::new();
        source_names(value, &mut sources);
        let (value, function) = (value.range(), self.function);
        self.facts.parts.push(PartOf { target, position, value, function, sources });
    }

    /// `x.total += 1` and `x["total"] += 1` read what they change.
    pub(super) fn read_first(&mut self, target: &Expr) {
        match target {
            Expr::Attribute(attribute) => self.facts.loads.push(Load {
                name: attribute.attr.id.clone(),
                range: attribute.range(),
                function: self.function,
                attribute: true,
            }),
            Expr::Subscript(subscript) => self.operator("__getitem__", subscript.range(), &subscript.value),
            _ => {}
        }
    }
}

/// The last names that a value passes on: of names and attributes, of what is called, in containers and branches.
pub(super) fn source_names(value: &Expr, names: &mut Vec<Name>) {
    match value {
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => names.extend(last_name(value)),
        Expr::Call(call) => {
            source_names(&call.func, names);
            if let Expr::Attribute(attribute) = &*call.func
                && is_accessor(&attribute.attr)
            {
                source_names(&attribute.value, names);
            }
            let keywords = call.arguments.keywords.iter().map(|keyword| &keyword.value);
            for argument in call.arguments.args.iter().chain(keywords) {
                source_names(argument, names);
            }
        }
        Expr::Await(await_) => source_names(&await_.value, names),
        Expr::If(branch) => {
            source_names(&branch.body, names);
            source_names(&branch.orelse, names);
        }
        Expr::BoolOp(operation) => operation.values.iter().for_each(|v| source_names(v, names)),
        // `root / "name"` is what `root` is.
        Expr::BinOp(operation) if operation.op == Operator::Div => source_names(&operation.left, names),
        Expr::List(list) => list.elts.iter().for_each(|v| source_names(v, names)),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|v| source_names(v, names)),
        Expr::Set(set) => set.elts.iter().for_each(|v| source_names(v, names)),
        Expr::Dict(dict) => dict.items.iter().for_each(|item| source_names(&item.value, names)),
        _ => {}
    }
}

/// Whether a value is a function, or a container that can be filled later.
fn is_made_here(value: &Expr) -> bool {
    let is_display = matches!(value, Expr::List(_) | Expr::Dict(_) | Expr::Set(_));
    is_display || matches!(value, Expr::ListComp(_) | Expr::DictComp(_) | Expr::SetComp(_) | Expr::Lambda(_))
}

/// `value` of `for key, value in table.items()`; else the whole target.
fn item_of<'a>(target: &'a Expr, value: &Expr) -> &'a Expr {
    match (target, value) {
        (Expr::Tuple(pair), Expr::Call(call)) if matches!(&*call.func, Expr::Attribute(attribute) if attribute.attr.as_str() == "items") => {
            pair.elts.last().unwrap_or(target)
        }
        _ => target,
    }
}
