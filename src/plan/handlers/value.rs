//! What becomes of a value at one place: it is called, kept, handed on, or looked at.

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::{Holder, Lost, Tracker, key};
use crate::analysis::{FnId, Lookup};
use crate::project::facts::MODULE;
use crate::project::{FileId, Target};

/// Methods that give out what a container holds.
const GIVES: [&str; 8] = ["get", "pop", "popleft", "popitem", "items", "values", "copy", "setdefault"];

/// Methods that put an argument into a container.
const KEEPS: [&str; 7] = ["add", "append", "appendleft", "extend", "insert", "setdefault", "update"];

/// Methods of containers that neither give anything out nor call it.
const QUIET: [&str; 10] =
    ["clear", "count", "discard", "index", "keys", "move_to_end", "remove", "reverse", "rotate", "sort"];

/// What makes a container of another one.
const COPIES: [&str; 11] =
    ["list", "tuple", "set", "frozenset", "sorted", "reversed", "enumerate", "iter", "next", "deque", "copy"];

/// What only looks at its argument.
const LOOKS: [&str; 8] = ["len", "bool", "id", "callable", "isinstance", "repr", "str", "print"];

/// Attributes that say what a function is.
const NAMES: [&str; 4] = ["__name__", "__qualname__", "__module__", "__doc__"];

impl<'t, 'a> Tracker<'t, 'a> {
    /// What becomes of the value at `at`, or of what it holds.
    pub(super) fn value(&mut self, file: FileId, at: TextRange) -> Result<(), Lost> {
        let types = &self.planner.resolver.types;
        let lost = Err((file, at));
        let (Some(ast), facts) = (types.ast(file), types.facts(file)) else { return lost };
        let scope = FnId { file, index: facts.enclosing(at.start()) };
        let path = ast.path(at);
        let mut inner = at;
        for node in path.iter().rev().skip_while(|node| node.range() == at && !node.is_statement()) {
            match node {
                AnyNodeRef::Arguments(_)
                | AnyNodeRef::Keyword(_)
                | AnyNodeRef::ExprTuple(_)
                | AnyNodeRef::ExprList(_)
                | AnyNodeRef::ExprSet(_)
                | AnyNodeRef::ExprDict(_)
                | AnyNodeRef::ExprListComp(_)
                | AnyNodeRef::ExprSetComp(_)
                | AnyNodeRef::ExprDictComp(_)
                | AnyNodeRef::ExprGenerator(_)
                | AnyNodeRef::ExprBoolOp(_) => {}
                AnyNodeRef::ExprIf(branch) if branch.test.range() == inner => return Ok(()),
                AnyNodeRef::ExprIf(_) => {}
                AnyNodeRef::ExprSubscript(item) if item.value.range() == inner => {}
                AnyNodeRef::ExprCompare(_) | AnyNodeRef::StmtExpr(_) | AnyNodeRef::StmtDelete(_) => return Ok(()),
                AnyNodeRef::ExprUnaryOp(not) if not.op == ruff_python_ast::UnaryOp::Not => return Ok(()),
                AnyNodeRef::ExprAttribute(attribute) if attribute.value.range() == inner => {
                    let call = path.iter().rev().find_map(|node| match node {
                        AnyNodeRef::ExprCall(call) if call.func.range() == attribute.range() => Some(*call),
                        _ => None,
                    });
                    return self.attribute(scope, attribute.attr.as_str(), call, attribute.range());
                }
                AnyNodeRef::ExprCall(call) if call.func.range() == inner => {
                    if scope.index == MODULE {
                        return lost;
                    }
                    self.calls.insert(key(scope, call.range()));
                    return Ok(());
                }
                AnyNodeRef::ExprCall(call) => return self.argument(scope, call, at),
                AnyNodeRef::ExprLambda(lambda) if lambda.body.range() == inner => {
                    self.add(Holder::Result(scope, self.parameter_at(scope, &ast, at)));
                    return Ok(());
                }
                AnyNodeRef::Comprehension(part) => {
                    if part.iter.range() == inner {
                        self.bind(scope, &part.target)?;
                    }
                    return Ok(());
                }
                AnyNodeRef::StmtFor(for_) if for_.iter.range() == inner => return self.bind(scope, &for_.target),
                AnyNodeRef::StmtAssign(assign) if assign.value.range() == inner => {
                    return assign.targets.iter().try_for_each(|target| self.bind(scope, target));
                }
                // What is stored into is a target.
                AnyNodeRef::StmtAssign(_) => return Ok(()),
                AnyNodeRef::StmtAnnAssign(assign)
                    if assign.value.as_ref().is_some_and(|value| value.range() == inner) =>
                {
                    return self.bind(scope, &assign.target);
                }
                AnyNodeRef::StmtAnnAssign(assign) if assign.target.range() == inner => return Ok(()),
                AnyNodeRef::StmtIf(branch) if branch.test.range() == inner => return Ok(()),
                AnyNodeRef::StmtReturn(_) => {
                    self.add(Holder::Result(scope, self.parameter_at(scope, &ast, at)));
                    return Ok(());
                }
                _ => return lost,
            }
            inner = node.range();
        }
        lost
    }

    /// The parameter that stands at a place, where it is one that is returned as it is.
    fn parameter_at(&self, scope: FnId, ast: &crate::project::Ast, at: TextRange) -> Option<Name> {
        let name = ast.expression(at)?.as_name_expr()?;
        let function = self.planner.resolver.types.world().function(scope)?;
        function.parameter(&name.id).map(|(_, parameter)| parameter.name.clone())
    }

    /// What an attribute of what holds the function is for.
    fn attribute(&mut self, scope: FnId, name: &str, call: Option<&ExprCall>, at: TextRange) -> Result<(), Lost> {
        match call {
            Some(call) if GIVES.contains(&name) => self.value(scope.file, call.range()),
            Some(call) if KEEPS.contains(&name) || QUIET.contains(&name) => self.keys(scope, call),
            _ if self.is_object || NAMES.contains(&name) => Ok(()),
            _ => Err((scope.file, at)),
        }
    }

    /// `key=lambda pair: pair[0]` is given each item.
    fn keys(&mut self, scope: FnId, call: &ExprCall) -> Result<(), Lost> {
        let facts = self.planner.resolver.types.facts(scope.file);
        for keyword in &call.arguments.keywords {
            let Expr::Lambda(lambda) = &keyword.value else { return Err((scope.file, keyword.range())) };
            let index = facts.function_at(lambda.start()).ok_or((scope.file, keyword.range()))?;
            let parameters = lambda.parameters.iter().flat_map(|parameters| parameters.iter());
            let id = FnId { file: scope.file, index };
            // The key is compared, and not kept.
            self.decorators.insert(id);
            for parameter in parameters {
                self.add(Holder::Variable(id, parameter.name().id.clone()));
            }
        }
        Ok(())
    }

    /// What a call does with an argument that is the function, or holds it.
    fn argument(&mut self, scope: FnId, call: &ExprCall, at: TextRange) -> Result<(), Lost> {
        let file = scope.file;
        let lost = Err((file, at));
        let resolver = self.planner.resolver;
        let position = call.arguments.args.iter().position(|argument| argument.range().contains_range(at));
        let keyword = call.arguments.keywords.iter().find(|keyword| keyword.value.range().contains_range(at));
        let is_spread = call.arguments.args.iter().take(position.map_or(0, |at| at + 1)).any(Expr::is_starred_expr);
        if is_spread || keyword.is_some_and(|keyword| keyword.arg.is_none()) {
            return lost;
        }
        let keyword = keyword.and_then(|keyword| keyword.arg.as_ref()).map(|name| name.as_str());
        let targets = resolver.targets(file, &call.func);
        let is_of = |name: &str, of: &[&str]| {
            let name = name.trim_end_matches(".__init__").trim_end_matches(".__new__");
            of.contains(&name.rsplit('.').next().unwrap_or(name))
        };
        let is_own = |target: &Target| target.function.is_some_and(|def| resolver.types.world().is_own(def.file));
        let all = |of: &[&str]| {
            let fits = |target: &Target| !is_own(target) && target.names.iter().any(|name| is_of(name, of));
            !targets.is_empty() && targets.iter().all(fits)
        };
        if all(&["partial"]) {
            return if position == Some(0) { self.value(file, call.range()) } else { lost };
        }
        if call.func.is_name_expr() && all(&LOOKS) {
            return Ok(());
        }
        if all(&COPIES) {
            self.keys(scope, call)?;
            return self.value(file, call.range());
        }
        if let Expr::Attribute(method) = &*call.func
            && !targets.iter().any(is_own)
            && position.is_some()
        {
            let name = method.attr.as_str();
            if KEEPS.contains(&name) {
                self.store(scope, &method.value)?;
                return if name == "setdefault" { self.value(file, call.range()) } else { Ok(()) };
            }
            if QUIET.contains(&name) {
                return Ok(());
            }
        }
        if let [target] = &targets[..]
            && let Some((class, field)) = resolver.field_given(target, position.unwrap_or_default(), keyword)
            && self.is_own_class(class)
        {
            self.add(Holder::Attribute(class.file, field));
            return Ok(());
        }
        let Some(takers) = self.own(file, &call.func).filter(|_| !self.is_of_class(file, call)) else { return lost };
        for taker in takers {
            let Some(parameter) = self.parameter(taker, position.unwrap_or_default(), keyword) else { return lost };
            self.add(Holder::Variable(taker, parameter));
        }
        Ok(())
    }

    /// A variable, or an attribute, that is bound to the function or to what holds it.
    fn bind(&mut self, scope: FnId, target: &Expr) -> Result<(), Lost> {
        let facts = self.planner.resolver.types.facts(scope.file);
        match target {
            // What is imported may be a library's.
            Expr::Name(name) if facts.imports.iter().any(|import| import.bound == name.id) => {
                return Err((scope.file, name.range()));
            }
            Expr::Name(name) if scope.index == MODULE => self.add(Holder::Global(scope.file, name.id.clone())),
            Expr::Name(name) if self.planner.is_local(scope, &name.id) => {
                self.add(Holder::Variable(scope, name.id.clone()));
            }
            Expr::Name(name) => self.add(Holder::Global(scope.file, name.id.clone())),
            Expr::Attribute(attribute) if self.is_own_attribute(scope.file, &attribute.value) => {
                self.add(Holder::Attribute(scope.file, attribute.attr.id.clone()));
            }
            Expr::Subscript(item) => return self.store(scope, &item.value),
            Expr::Tuple(tuple) => return tuple.elts.iter().try_for_each(|part| self.bind(scope, part)),
            Expr::Starred(starred) => return self.bind(scope, &starred.value),
            other => return Err((scope.file, other.range())),
        }
        Ok(())
    }

    /// A container that the function is put into.
    fn store(&mut self, scope: FnId, container: &Expr) -> Result<(), Lost> {
        match container {
            Expr::Subscript(item) => self.store(scope, &item.value),
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(method) if GIVES.contains(&method.attr.as_str()) => self.store(scope, &method.value),
                _ => Err((scope.file, call.range())),
            },
            Expr::Name(name) if scope.index != MODULE && self.planner.is_local(scope, &name.id) => {
                self.bind(scope, container)?;
                for value in self.planner.values_of(scope, &name.id).ok_or((scope.file, name.range()))? {
                    let ast = self.planner.resolver.types.ast(scope.file).ok_or((scope.file, value))?;
                    match ast.expression(value) {
                        Some(Expr::List(_) | Expr::Dict(_) | Expr::Set(_) | Expr::ListComp(_)) => {}
                        // A variable that is bound to another container is that.
                        Some(other) if *other != *container => self.store(scope, other)?,
                        _ => return Err((scope.file, value)),
                    }
                }
                Ok(())
            }
            Expr::Name(_) | Expr::Attribute(_) => self.bind(scope, container),
            other => Err((scope.file, other.range())),
        }
    }
}
