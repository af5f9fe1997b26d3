//! Asks about changes, one by one.

use std::io::{self, BufRead, Write};

/// What to do with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// This one and all that follow.
    All,
    /// Neither this one nor any that follows.
    Quit,
}

const HELP: &str =
    "y: make this change · n: leave it · a: make this one and all others · q: leave this one and all others\n";

/// Asks on `out`, reads from `input`. The end of the input is a `q`.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn ask(input: &mut impl BufRead, out: &mut impl Write, question: &str) -> io::Result<Answer> {
    loop {
        write!(out, "{question} [y,n,a,q,?] ")?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(out)?;
            return Ok(Answer::Quit);
        }
        match line.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => return Ok(Answer::Yes),
            "n" | "no" => return Ok(Answer::No),
            "a" | "all" => return Ok(Answer::All),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => out.write_all(HELP.as_bytes())?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(input: &str) -> Answer {
        ask(&mut input.as_bytes(), &mut Vec::new(), "Make this change?").expect("memory can be read")
    }

    #[test]
    fn answers_are_read_until_one_is_understood() {
        assert_eq!(answer("y\n"), Answer::Yes);
        assert_eq!(answer("what\n?\n\nNO\n"), Answer::No);
        assert_eq!(answer("all\n"), Answer::All);
    }

    #[test]
    fn the_end_of_input_changes_nothing() {
        assert_eq!(answer(""), Answer::Quit);
        assert_eq!(answer("maybe"), Answer::Quit);
    }
}
