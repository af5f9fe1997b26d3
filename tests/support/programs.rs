//! Random programs of the shapes that deblock rewrites, and of those around them that make rewriting hard.

use proptest::prelude::*;
use proptest::sample::select;

/// One step of indentation, until the program's own is put in its place.
const STEP: &str = "\u{1}";

/// A whole program as text.
pub fn program() -> impl Strategy<Value = String> {
    (header(), prop::collection::vec(definition(), 1..4), style()).prop_map(|(header, definitions, style)| {
        let body: Vec<String> = definitions.into_iter().map(|lines| lines.join("\n")).collect();
        style.apply(&format!("{header}\n\n{}\n", body.join("\n\n")))
    })
}

/// What a text looks like, apart from what it says.
#[derive(Debug, Clone)]
struct Style {
    newline: &'static str,
    indentation: &'static str,
    mark: bool,
    final_newline: bool,
}

impl Style {
    fn apply(&self, text: &str) -> String {
        let text = if self.final_newline { text } else { text.trim_end() };
        let mark = if self.mark { "\u{feff}" } else { "" };
        format!("{mark}{}", text.replace(STEP, self.indentation).replace('\n', self.newline))
    }
}

fn style() -> impl Strategy<Value = Style> {
    (select(vec!["\n", "\n", "\r\n", "\r"]), select(vec!["    ", "\t", "  "]), any::<bool>(), any::<bool>())
        .prop_map(|(newline, indentation, mark, final_newline)| Style { newline, indentation, mark, final_newline })
}

/// What a module starts with. Not every program imports all that it uses.
fn header() -> impl Strategy<Value = String> {
    let first = select(vec!["", "\"\"\"Doc.\"\"\"\n", "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n", "\x0c\n"]);
    let future = select(vec!["", "from __future__ import annotations\n"]);
    let imports = prop::sample::subsequence(
        vec![
            "import asyncio",
            "import time",
            "import requests  # http",
            "import os, subprocess",
            "from pathlib import Path",
            "from time import sleep as nap",
            "if True:\n\u{1}import urllib.request",
            "from requests import (\n\u{1}get,\n\u{1}Session,\n)",
        ],
        4..=8,
    );
    let globals = select(vec!["", "\nsession = requests.Session()\n", "\nasyncio = None\n", "\ntime.sleep(0); x = 1"]);
    (first, future, imports, globals)
        .prop_map(|(first, future, imports, globals)| format!("{first}{future}{}\n{globals}", imports.join("\n")))
}

/// The lines of a function or class.
fn definition() -> impl Strategy<Value = Vec<String>> {
    let decorator = select(vec!["", "", "@decorated", "@register(time.sleep)", "@staticmethod"]);
    let head = select(vec![
        "async def main(x, path, k=time.sleep(0)):",
        "async def main(x: int, path: Path) -> None:",
        "async def work[T](x: T, path, *rest, k):  # comment",
        "def helper(x, path=None):",
        "def load(x):",
        "async def items(x, path):",
    ]);
    let function = (decorator, head, block(2)).prop_map(|(decorator, head, body)| {
        let mut lines: Vec<String> = Vec::new();
        lines.extend((!decorator.is_empty()).then(|| decorator.to_owned()));
        lines.push(head.to_owned());
        lines.extend(indented(body));
        lines
    });
    prop_oneof![
        3 => function.clone(),
        1 => prop::collection::vec(function, 1..3).prop_map(|methods| {
            let mut lines = vec!["class Service:".to_owned()];
            lines.push(format!("{STEP}def __init__(self): self.session = requests.Session()"));
            lines.extend(indented(methods.concat()));
            lines
        }),
    ]
}

fn indented(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| format!("{STEP}{}", line.replace('\n', &format!("\n{STEP}")))).collect()
}

fn block(depth: u32) -> BoxedStrategy<Vec<String>> {
    prop::collection::vec(statement(depth), 1..4).prop_map(|statements| statements.concat()).boxed()
}

/// The lines of a statement, with `depth` statements inside one another at most.
fn statement(depth: u32) -> BoxedStrategy<Vec<String>> {
    let simple = simple().prop_map(|line| vec![line]);
    if depth == 0 {
        return simple.boxed();
    }
    let compound = (select(HEADS.to_vec()), expression(), block(depth - 1), block(depth - 1)).prop_map(
        |((head, tail), value, body, rest)| {
            let mut lines = vec![head.replace('§', &value)];
            lines.extend(indented(body));
            if !tail.is_empty() {
                lines.push(tail.replace('§', &value));
                lines.extend(indented(rest));
            }
            lines
        },
    );
    prop_oneof![3 => simple, 2 => compound].boxed()
}

/// First lines of compound statements around an expression, each with that of a second part.
const HEADS: &[(&str, &str)] = &[
    ("if §:", "else:"),
    ("if x:", "elif §:"),
    ("while §:", ""),
    ("for y in §:", "else:"),
    ("async for y in §:", ""),
    ("with open(§) as file, lock:", ""),
    ("with (\n\u{1}open(§) as a,\n\u{1}open(x) as b,\n):", ""),
    ("async with aclosing(§) as y:", ""),
    ("try:", "except (OSError, ValueError) as error:"),
    ("try:", "finally:"),
    ("def inner(y):", ""),
    ("async def inner(y=§):", ""),
    ("class Inner(make(§)):", ""),
    ("match §:\n\u{1}case [1, *_] if x: pass\n\u{1}case _:\n\u{1}\u{1}pass\nif x:", ""),
];

fn simple() -> impl Strategy<Value = String> {
    let form = select(vec![
        "§",
        "x = §",
        "x: int = §",
        "x += §",
        "return §",
        "return(§)",
        "assert §, §",
        "del x[§]",
        "x, *y = §, §",
        "x[§] = §",
        "raise ValueError(§) from None",
        "if x: §; y = §",
        "print(§); x = 1  # same line",
        "# deblock: ignore[sleep] on purpose\n§",
        "§  # noqa: ASYNC251",
        "\"\"\"text\n  with lines\"\"\"; §",
        "yield §",
        "global x",
        "async with lock: await other(§)",
        "with lock: §",
    ]);
    (form, expression(), expression())
        .prop_map(|(form, first, second)| form.replacen('§', &first, 1).replace('§', &second))
}

/// Calls that block, alone or in whatever can stand around them.
fn expression() -> BoxedStrategy<String> {
    let leaf = select(vec![
        "x",
        "path",
        "'é\"'",
        "0x1f",
        "time.sleep(1)",
        "nap(0.5)",
        "requests.get('u', timeout=3).text",
        "open(path).read()",
        "open(path, x).read()",
        "Path('a').read_text()",
        "subprocess.run(['ls'], check=True)",
        "urllib.request.urlopen(x)",
        "self.session.get(x)",
        "helper(x)",
        "os.stat(path).st_size",
    ]);
    leaf.prop_map(str::to_owned)
        .prop_recursive(4, 12, 2, |inner| {
            (select(FORMS.to_vec()), inner.clone(), inner)
                .prop_map(|(form, first, second)| form.replacen('§', &first, 1).replace('§', &second))
        })
        .boxed()
}

/// Expressions around one or two others.
const FORMS: &[&str] = &[
    "time.sleep(§)",
    "helper(§, path=§)",
    "load(§)",
    "open(§).read()",
    "requests.get(§, params={'a': §}).json()[0]",
    "requests.get(\n\u{1}§,  # why\n\u{1}timeout=§,\n)",
    "helper(\n\u{1}\u{1}§, §)",
    "helper(*§, **§)",
    "(requests\n\u{1}.get(§)\n\u{1}.text)",
    "(time # a\n\u{1}.sleep(§))",
    "(§ + -§)",
    "(§ if § else x)",
    "(not § and §)",
    "(§ < § < x)",
    "[§ for y in § if y]",
    "{y: § for y in [§]}",
    "sum(§ for y in x)",
    "list(§ for y in §)",
    "(lambda y=§: §)",
    "(await other(§))",
    "(await asyncio.to_thread(helper, §))",
    "f\"{§!r:>{x}} {{}} {§}\"",
    "f'''{§=}'''",
    "(y := §)",
    "(§).attr",
    "(§)[§]",
    "(§)(§)",
    "[§, *§]",
    "print(§, sep=§)",
    "(yield)",
];
