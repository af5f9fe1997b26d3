//! The files that the command of a process may name.

use ruff_python_ast::{Expr, FStringPart, InterpolatedStringElement, Operator};

use super::{Reader, Spelling};
use crate::analysis::FnId;
use crate::plan::memo::Survey;
use crate::project::{Ast, last};

/// How many variables and calls are followed to a command.
const DEPTH: usize = 3;

/// What separates the words of a command, for a shell or for the program that it runs.
const BETWEEN: [char; 13] = ['<', '>', '|', ';', '&', '(', ')', '"', '\'', '=', ',', '`', '\n'];

/// The words of a command that is a list or a text, each as a path would be written.
pub(in crate::plan) fn words(survey: Survey<'_>, ast: &Ast, function: FnId, command: &Expr) -> Vec<String> {
    let reader = Reader { survey, ast, function, source: survey.resolver.types.text(function.file) };
    let mut words = Words::default();
    reader.command(command, &mut words, DEPTH);
    words.end();
    words.found.into_iter().map(|word| word.written()).collect()
}

/// Whether a path is the same for all tasks: no part of it is given to a function, or worked out there.
pub(in crate::plan) fn is_fixed(path: &str) -> bool {
    Spelling::of_value(path).is_fixed()
}

#[derive(Default)]
struct Words {
    found: Vec<Spelling>,
    word: Spelling,
}

impl Words {
    fn end(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word != Spelling::default() {
            self.found.push(word);
        }
    }

    fn text(&mut self, text: &str) {
        for (position, part) in text.split(|c: char| c.is_whitespace() || BETWEEN.contains(&c)).enumerate() {
            if position > 0 {
                self.end();
            }
            self.value(Spelling::of_text(part));
        }
    }

    fn value(&mut self, value: Spelling) {
        self.word = std::mem::take(&mut self.word).then(value);
    }
}

impl Reader<'_> {
    fn command(&self, command: &Expr, words: &mut Words, depth: usize) {
        let mut items = |items: &[Expr]| {
            for item in items {
                self.command(item, words, depth);
                words.end();
            }
        };
        match command {
            Expr::List(list) => items(&list.elts),
            Expr::Tuple(tuple) => items(&tuple.elts),
            Expr::Starred(starred) => self.command(&starred.value, words, depth),
            Expr::StringLiteral(text) => words.text(text.value.to_str()),
            Expr::FString(text) => {
                for part in &text.value {
                    match part {
                        FStringPart::Literal(literal) => words.text(&literal.value),
                        FStringPart::FString(part) => part.elements.iter().for_each(|element| match element {
                            InterpolatedStringElement::Literal(literal) => words.text(&literal.value),
                            InterpolatedStringElement::Interpolation(field) => {
                                words.value(self.spelling(&field.expression, depth));
                            }
                        }),
                    }
                }
            }
            Expr::BinOp(sum) if sum.op == Operator::Add => {
                self.command(&sum.left, words, depth);
                self.command(&sum.right, words, depth);
            }
            Expr::Name(name) if depth > 0 && self.assigned(&name.id).is_some_and(is_command) => {
                self.assigned(&name.id).into_iter().for_each(|value| self.command(value, words, depth - 1));
            }
            // `shlex.split(command)`, `command.split()`
            Expr::Call(call) if depth > 0 && last(&call.func) == Some("split") => {
                let given = call.arguments.args.first();
                let object = call.func.as_attribute_expr().map(|method| &*method.value);
                given.or(object).into_iter().for_each(|text| self.command(text, words, depth - 1));
            }
            _ => words.value(self.spelling(command, depth)),
        }
    }
}

/// Whether an expression is a list, or a text with words.
fn is_command(value: &Expr) -> bool {
    match value {
        Expr::List(_) | Expr::Tuple(_) | Expr::StringLiteral(_) | Expr::FString(_) => true,
        Expr::BinOp(sum) => sum.op == Operator::Add && (is_command(&sum.left) || is_command(&sum.right)),
        Expr::Call(call) => last(&call.func) == Some("split"),
        _ => false,
    }
}
