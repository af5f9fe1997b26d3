//! All findings as one JSON array.

use std::io::{self, Write};

use super::Record;

pub fn print(out: &mut impl Write, records: &[Record]) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, records)?;
    out.write_all(b"\n")
}
