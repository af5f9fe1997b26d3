//! The questions that the analysis asks the type engine.
//!
//! Answers are owned values that name files and offsets, so that nothing outside this folder sees the engine. A
//! [`Types`] is cheap to clone; each thread uses a clone of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ruff_db::Db as _;
use ruff_db::files::{File, FilePath, system_path_to_file};
use ruff_db::parsed::parsed_module;
use ruff_db::source::{line_index, source_text};
use ruff_db::system::SystemPath;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextSize};
use ty_module_resolver::file_to_module;
use ty_python_core::definition::Definition;
use ty_python_semantic::types::{Type, TypeDefinition};
use ty_python_semantic::{HasType, ProgramEnvironment, SemanticModel, type_hierarchy_supertypes};

use super::blank::STEPS;
use super::bound::DEPTH;
use super::classes::ClassInfo;
use super::db::Database;
use super::discover::FileKind;
use super::disk::{Disk, Stamp};
use super::facts::{Class, Facts, MODULE};
use super::guard::guarded;
use super::made::Making;
use super::tree::Ast;
use super::world::{FileId, World};

/// A function or class, by the file and the offset of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DefId {
    pub file: FileId,
    pub start: TextSize,
}

/// The methods that run when an instance is made; what a dataclass runs last stands for the one that it has made for it.
pub const CONSTRUCTORS: [&str; 3] = ["__init__", "__new__", "__post_init__"];

/// What an expression evaluates to, as far as the analysis wants to know. A union has several shapes, an unknown type none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shape {
    Instance(DefId),
    Class(DefId),
    Function(DefId),
    Module(String),
    /// Known, and nothing that has methods of interest.
    Other,
}

pub type Shapes = Vec<Shape>;

/// Adds the shapes that are not there yet.
pub(crate) fn extend(shapes: &mut Shapes, more: Shapes) {
    for shape in more {
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
}

/// A place in a file; both are 1-based, columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// One thing that a call may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The qualified names it goes by, the most specific one first.
    pub names: Vec<String>,
    /// The function that is called, where there is one to see.
    pub function: Option<DefId>,
    /// The class that a constructor call makes an instance of, or that the method was looked up on.
    pub class: Option<DefId>,
}

/// The type engine, for one thread.
#[derive(Clone)]
pub struct Types {
    pub(super) db: Database,
    pub(super) world: Arc<World>,
}

impl Types {
    pub(super) fn new(db: Database, world: Arc<World>) -> Self {
        Self { db, world }
    }

    #[must_use]
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// Everything on the disk that the answers so far depend on, as it was when it was looked at.
    #[must_use]
    pub fn seen(&self) -> Vec<(PathBuf, Stamp)> {
        self.db.disk().seen()
    }

    pub(super) fn disk(&self) -> &Disk {
        self.db.disk()
    }

    /// The facts of any file that an answer named.
    #[must_use]
    pub fn facts(&self, file: FileId) -> Arc<Facts> {
        self.world.facts(file)
    }

    pub(super) fn file(&self, id: FileId) -> Option<File> {
        if let Some(file) = self.world.salsa_file(id) {
            return Some(file);
        }
        let path = self.world.path(id)?;
        let file = system_path_to_file(&self.db, path).ok()?;
        self.world.remember(id, file);
        Some(file)
    }

    pub(super) fn id_of(&self, file: File) -> FileId {
        self.world.id_of(file, || {
            let module = self.module_of(file);
            let path = file.path(&self.db);
            let own = match path {
                FilePath::System(path) => self.world.project_file(path),
                _ => None,
            };
            (own, module, source_text(&self.db, file).as_str().to_owned())
        })
    }

    fn module_of(&self, file: File) -> String {
        let program_file = self.db.program().program_file(&self.db, file);
        file_to_module(&self.db, program_file.resolver_file(&self.db))
            .map(|module| module.name(&self.db).as_str().to_owned())
            .unwrap_or_default()
    }

    /// The dotted name of a file's module, as imports reach it.
    #[must_use]
    pub fn module_name(&self, file: FileId) -> String {
        if let Some(name) = self.world.module_name(file) {
            return name;
        }
        let name = self.file(file).map(|f| self.module_of(f)).unwrap_or_default();
        self.world.set_module_name(file, name.clone());
        name
    }

    /// Whether `import module` in a file gets a module of the program.
    #[must_use]
    pub fn imports_own(&self, file: FileId, module: &str) -> bool {
        self.own_module(file, module, 0).is_some()
    }

    /// The module of the program that an import in a file gets, with so many leading dots.
    #[must_use]
    pub fn own_module(&self, file: FileId, module: &str, level: u32) -> Option<FileId> {
        let module = Some(module).filter(|module| !module.is_empty());
        let found = self.model(file).and_then(|model| model.resolve_module(module, level)?.file(&self.db))?;
        match found.path(&self.db) {
            FilePath::System(path) => self.world.project_file(path).map(|file| self.world.module_of(file)),
            _ => None,
        }
    }

    /// Whether there is a file or folder.
    #[must_use]
    pub fn exists(&self, path: &Path) -> bool {
        SystemPath::from_std_path(path).is_some_and(|path| self.db.system().path_exists(path))
    }

    /// Whether `import module` in a file finds something.
    #[must_use]
    pub fn has_module(&self, file: FileId, module: &str) -> bool {
        self.model(file).is_some_and(|model| model.resolve_module(Some(module), 0).is_some())
    }

    /// The class of a name that a module has which an import in a file finds.
    #[must_use]
    pub fn class_in(&self, file: FileId, module: &str, name: &str) -> Option<DefId> {
        let found = self.model(file)?.resolve_module(Some(module), 0)?.file(&self.db)?;
        let home = self.id_of(found);
        let facts = self.facts(home);
        let is_it = |class: &&Class| class.name == name && class.function == MODULE && class.outer.is_none();
        facts.classes.iter().find(is_it).map(|class| DefId { file: home, start: class.start })
    }

    /// The syntax tree of a file.
    #[must_use]
    pub fn ast(&self, id: FileId) -> Option<Ast> {
        let file = self.file(id)?;
        self.world.note_tree(id);
        let program_file = self.db.program().program_file(&self.db, file);
        Some(Ast(parsed_module(&self.db, program_file.python_file(&self.db)).load(&self.db)))
    }

    /// Lets go of the syntax tree of a file that nobody is likely to ask about soon; who does gets it again.
    pub fn forget_tree(&self, file: FileId) {
        if let Some(file) = self.world.salsa_file(file) {
            let program_file = self.db.program().program_file(&self.db, file);
            parsed_module(&self.db, program_file.python_file(&self.db)).clear();
        }
    }

    /// Lets go of all syntax trees that were asked for, where those are very many: what comes next is about other files.
    pub fn forget_trees(&self) {
        self.world.take_trees().into_iter().for_each(|file| self.forget_tree(file));
    }

    /// The text that offsets in a file count in.
    #[must_use]
    pub fn text(&self, file: FileId) -> String {
        self.file(file).map(|file| source_text(&self.db, file).as_str().to_owned()).unwrap_or_default()
    }

    /// The same, for who looks through the whole program: the engine does not keep it.
    #[must_use]
    pub fn text_once(&self, file: FileId) -> String {
        let is_notebook = self.world.file(file).is_none_or(|source| source.kind == FileKind::Notebook);
        let path = self.world.path(file).filter(|_| !is_notebook);
        path.and_then(|path| self.db.system().read_to_string(path).ok()).unwrap_or_else(|| self.text(file))
    }

    /// Where an offset is.
    #[must_use]
    pub fn position(&self, file: FileId, offset: TextSize) -> Position {
        let Some(file) = self.file(file) else {
            return Position { line: 1, column: 1 };
        };
        let text = source_text(&self.db, file);
        let location = line_index(&self.db, file).line_column(offset.min(TextSize::of(text.as_str())), text.as_str());
        Position { line: location.line.get(), column: location.column.get() }
    }

    pub(super) fn model(&self, file: FileId) -> Option<SemanticModel<'_>> {
        let file = self.file(file)?;
        Some(SemanticModel::new(&self.db, self.db.program().program_file(&self.db, file)))
    }

    /// The model of `file`, for questions about an expression at `offset`. There is none where they would take too long.
    pub(super) fn model_at(&self, file: FileId, offset: TextSize) -> Option<SemanticModel<'_>> {
        let facts = self.facts(file);
        if !facts.tangled.is_empty() && facts.tangled.contains(&facts.enclosing(offset)) {
            return None;
        }
        self.model(file)
    }

    pub(super) fn environment(&self, file: File) -> ProgramEnvironment<'_> {
        ProgramEnvironment::from_file(self.db.program().program_file(&self.db, file))
    }

    /// What `expr`, an expression of the tree of `file`, evaluates to.
    #[must_use]
    pub fn shapes(&self, file: FileId, expr: &Expr) -> Shapes {
        let mut shapes = Vec::new();
        let Some(model) = self.model_at(file, expr.start()) else {
            return shapes;
        };
        if let Expr::Name(name) = expr
            && let Some(class) = self.receiver_class(file, name)
        {
            shapes.push(class);
            return shapes;
        }
        let key = (file, expr.range());
        if let Some(known) = self.world.shapes.get(&key) {
            return known;
        }
        shapes.extend(guarded(|| match expr {
            Expr::Name(name) => self.name_shapes(&model, name),
            expr => self.value_shapes(&model, expr, DEPTH).unwrap_or_else(|| match expr {
                expr if self.is_blank(&model, expr, STEPS) => Vec::new(),
                Expr::Attribute(attribute) => self.noted_attribute(&model, attribute),
                expr => self.inferred_shapes(&model, expr),
            }),
        }));
        self.world.shapes.insert(key, shapes.clone());
        shapes
    }

    /// What the type says that the engine infers for an expression, with all of the body around it.
    pub(super) fn inferred_shapes(&self, model: &SemanticModel<'_>, expr: &impl HasType) -> Shapes {
        let mut shapes = Vec::new();
        if let Some(ty) = expr.inferred_type(model) {
            self.push(model, ty, &mut shapes, 0);
        }
        shapes
    }

    /// `self` and `cls` have a type variable for a type; here they are the class around them.
    pub(super) fn receiver_class(&self, file: FileId, name: &ast::ExprName) -> Option<Shape> {
        if name.id.as_str() != "self" && name.id.as_str() != "cls" {
            return None;
        }
        let facts = self.facts(file);
        let mut index = facts.enclosing(name.start());
        loop {
            let function = facts.functions.get(index as usize)?;
            let first = function.parameters.first();
            if let (Some(class), Some(first)) = (function.class, first)
                && first.name == name.id
            {
                if first.annotated {
                    return None;
                }
                let start = facts.classes.get(class as usize)?.start;
                let id = DefId { file, start };
                return Some(if name.id.as_str() == "cls" { Shape::Class(id) } else { Shape::Instance(id) });
            }
            if index == function.parent {
                return None;
            }
            index = function.parent;
        }
    }

    pub(super) fn push<'db>(&'db self, model: &SemanticModel<'db>, ty: Type<'db>, shapes: &mut Shapes, depth: usize) {
        if depth > 4 || shapes.len() > 16 {
            return;
        }
        let env = model.program_environment();
        match ty {
            Type::Union(union) => {
                for element in union.elements(&self.db) {
                    self.push(model, *element, shapes, depth + 1);
                }
                return;
            }
            Type::Intersection(intersection) => {
                for element in intersection.iter_positive(&self.db) {
                    self.push(model, element, shapes, depth + 1);
                }
                return;
            }
            Type::Dynamic(_) | Type::Divergent(_) | Type::Never | Type::Callable(_) | Type::BoundSuper(_) => return,
            Type::TypeVar(_) => return,
            _ => {}
        }
        let shape = match ty.definition(&self.db, &env) {
            Some(TypeDefinition::Module(module)) => Some(Shape::Module(module.name(&self.db).as_str().to_owned())),
            Some(TypeDefinition::StaticClass(definition)) => {
                let id = self.def_id(definition);
                Some(match ty {
                    Type::ClassLiteral(_) | Type::GenericAlias(_) | Type::SubclassOf(_) => Shape::Class(id),
                    _ => Shape::Instance(id),
                })
            }
            // A tuple class that a call makes.
            Some(TypeDefinition::DynamicClass(definition)) => Some(match (self.known_class(definition), ty) {
                (None, _) => Shape::Other,
                (Some(id), Type::ClassLiteral(_) | Type::GenericAlias(_) | Type::SubclassOf(_)) => Shape::Class(id),
                (Some(id), _) => Shape::Instance(id),
            }),
            Some(TypeDefinition::Function(definition)) => Some(Shape::Function(self.def_id(definition))),
            _ => Some(Shape::Other),
        };
        // None has no methods: what may be None is what else it may be.
        let is_none = matches!(&shape, Some(Shape::Instance(id))
            if !self.world.is_own(id.file) && self.class_name(*id).ends_with("NoneType"));
        shapes.extend(shape.filter(|shape| !is_none && !shapes.contains(shape)));
    }

    /// The class that a definition is of, if there is anything to know of it.
    fn known_class(&self, definition: Definition<'_>) -> Option<DefId> {
        let id = self.def_id(definition);
        self.facts(id.file).class_at(id.start).map(|_| id)
    }

    pub(super) fn def_id(&self, definition: Definition<'_>) -> DefId {
        let file = definition.file(&self.db);
        let module = parsed_module(&self.db, definition.python_file(&self.db)).load(&self.db);
        let start = definition.focus_range(&self.db, &module).range().start();
        let file = self.id_of(file);
        self.world.note_tree(file);
        self.world.defined(DefId { file, start })
    }

    pub(super) fn attribute_shapes(&self, file: FileId, attribute: &ast::ExprAttribute) -> Shapes {
        let Some(model) = self.model_at(file, attribute.start()) else {
            return Vec::new();
        };
        guarded(|| {
            let member = self.module_member(&model, attribute, DEPTH);
            member.unwrap_or_else(|| {
                match self.is_blank(&model, &attribute.value, STEPS) && self.is_untouched(&model, attribute) {
                    true => Vec::new(),
                    false => self.noted_attribute(&model, attribute),
                }
            })
        })
    }

    /// What is known of a class.
    #[must_use]
    pub fn class(&self, id: DefId) -> Arc<ClassInfo> {
        if let Some(info) = self.world.class(id) {
            return info;
        }
        let name = self.qualified_names(id).into_iter().next().unwrap_or_default();
        let (bases, making) = self.bases(id);
        let info = Arc::new(ClassInfo::new(id, name, &self.facts(id.file), bases, making));
        self.world.set_class(id, Arc::clone(&info));
        info
    }

    fn bases(&self, id: DefId) -> (Vec<DefId>, Making) {
        let (Some(file), Some(model), Some(tree)) = (self.file(id.file), self.model(id.file), self.ast(id.file)) else {
            return Default::default();
        };
        let Some(def) = tree.class(id.start) else {
            return Default::default();
        };
        if let Some(bases) = self.plain_bases(id.file, def) {
            return (bases, Making::of(def));
        }
        let known = guarded(|| {
            let Some(ty) = def.inferred_type(&model) else {
                return Vec::new();
            };
            type_hierarchy_supertypes(&self.db, &self.environment(file), ty)
                .into_iter()
                .map(|class| {
                    let file = self.id_of(class.file.file(&self.db));
                    self.world.defined(DefId { file, start: class.selection_range.start() })
                })
                .collect()
        });
        (self.with_variable_bases(id.file, def, known), Making::of(def))
    }
}
