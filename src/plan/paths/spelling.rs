//! One way to write a path, however the program puts it together: `folder / f"{name}.json"`, `os.path.join(folder, name + ".json")` and
//! `"%s/%s.json" % (folder, name)` are all `f"{folder}/{name}.json"`.

/// A text of which some parts are the values of expressions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spelling(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The value of an expression, as it is written.
    Value(String),
}

/// The fields of a text that is filled by `%`.
const FIELDS: [&str; 2] = ["%s", "%d"];

/// Calls that make another path of one: what they are given says which.
const DERIVING: [&str; 3] = ["with_suffix", "with_name", "with_stem"];

impl Spelling {
    /// What is written in a program's text itself.
    pub(super) fn of_text(text: &str) -> Self {
        let text: String = text.split_whitespace().collect();
        Self(if text.is_empty() { Vec::new() } else { vec![Piece::Text(text)] })
    }

    /// The value of an expression, which may have been written this way already.
    pub(super) fn of_value(written: &str) -> Self {
        Self::read(written).unwrap_or_else(|| Self(vec![Piece::Value(written.to_owned())]))
    }

    /// One behind the other.
    pub(super) fn then(mut self, other: Self) -> Self {
        for piece in other.0 {
            match (self.0.last_mut(), piece) {
                (Some(Piece::Text(text)), Piece::Text(more)) => text.push_str(&more),
                (_, piece) => self.0.push(piece),
            }
        }
        self
    }

    /// One in the folder that the other names.
    pub(super) fn within(self, folder: Self) -> Self {
        let ends = matches!(folder.0.last(), Some(Piece::Text(text)) if text.ends_with('/'));
        let between = if folder.0.is_empty() || ends { "" } else { "/" };
        folder.then(Self::of_text(between)).then(self)
    }

    /// The text with its fields, `{}` or `%s`, filled in order; nothing where there is anything else than plain ones.
    pub(super) fn filled(text: &str, values: Vec<Self>) -> Option<Self> {
        let field = if text.contains("{}") { "{}" } else { FIELDS.into_iter().find(|field| text.contains(field))? };
        let parts: Vec<&str> = match field {
            "{}" => text.split("{}").collect(),
            _ => text.split(FIELDS[0]).flat_map(|part| part.split(FIELDS[1])).collect(),
        };
        let is_plain = |part: &&str| !part.contains(if field == "{}" { ['{', '}'] } else { ['%', '%'] });
        if parts.len() != values.len() + 1 || !parts.iter().all(is_plain) {
            return None;
        }
        let mut rest = parts.into_iter();
        let first = Self::of_text(rest.next()?);
        Some(values.into_iter().zip(rest).fold(first, |all, (value, text)| all.then(value).then(Self::of_text(text))))
    }

    /// Whether it is text, and what constants and attributes of the object at hand say.
    pub(super) fn is_fixed(&self) -> bool {
        let is_constant = |value: &str| {
            let name = value.strip_prefix("self.").filter(|rest| !rest.is_empty());
            let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
            name.is_some_and(is_name) || is_name(value) && !value.contains(char::is_lowercase)
        };
        self.0.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Value(value) => is_constant(value),
        })
    }

    /// As an expression of Python, without white space.
    pub(super) fn written(&self) -> String {
        match &self.0[..] {
            [] => "\"\"".to_owned(),
            [Piece::Value(value)] => value.clone(),
            [Piece::Text(text)] => format!("\"{text}\""),
            pieces => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.replace('{', "{{").replace('}', "}}"),
                    Piece::Value(value) => format!("{{{value}}}"),
                });
                format!("f\"{}\"", pieces.collect::<String>())
            }
        }
    }

    /// Reads what [`Spelling::written`] has written, though others may have come in place of the values.
    fn read(written: &str) -> Option<Self> {
        let inner = written.strip_suffix('"')?;
        let (inner, has_fields) = match inner.strip_prefix("f\"") {
            Some(inner) => (inner, true),
            None => (inner.strip_prefix('"')?, false),
        };
        if !has_fields {
            return (!inner.contains('"')).then(|| Self::of_text(inner));
        }
        let (mut spelling, mut part, mut depth) = (Self::default(), String::new(), 0_usize);
        let mut chars = inner.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, depth) {
                ('{' | '}', 0) if chars.next_if_eq(&c).is_some() => part.push(c),
                ('{', 0) => {
                    spelling = spelling.then(Self::of_text(&std::mem::take(&mut part)));
                    depth = 1;
                }
                ('}', 1) => {
                    spelling = spelling.then(Self::of_value(&std::mem::take(&mut part)));
                    depth = 0;
                }
                ('"', 0) | ('}', 0) => return None,
                _ => {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    part.push(c);
                }
            }
        }
        (depth == 0).then(|| spelling.then(Self::of_text(&part)))
    }

    /// A path without what is put into it: fields but for the folder at its front, what calls and items are given, and its last part where
    /// that is a variable. Nothing where there is no such thing.
    pub(super) fn outline(&self) -> Option<String> {
        let last = self.0.len().checked_sub(1)?;
        let mut outline = String::new();
        for (index, piece) in self.0.iter().enumerate() {
            let is_folder = || matches!(self.0.get(index + 1), Some(Piece::Text(text)) if text.starts_with('/'));
            match piece {
                Piece::Text(text) => outline.push_str(text),
                Piece::Value(value) if index == 0 && (last == 0 || is_folder()) => outline.push_str(&emptied(value)),
                Piece::Value(_) => outline.push_str("{}"),
            }
        }
        (outline != self.0.iter().map(Piece::as_str).collect::<String>()).then_some(outline)
    }
}

impl Piece {
    fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Value(text) => text,
        }
    }
}

/// An expression without what is in its brackets.
fn emptied(value: &str) -> String {
    let (mut kept, mut depth) = (String::new(), 0_usize);
    for c in value.chars() {
        if matches!(c, ')' | ']' | '}') {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            kept.push(c);
        }
        if matches!(c, '(' | '[' | '{')
            && (depth > 0 || !DERIVING.iter().any(|call| kept.ends_with(&format!(".{call}("))))
        {
            depth += 1;
        }
    }
    kept
}
